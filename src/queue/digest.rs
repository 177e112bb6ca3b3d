//! Hashes: the key of a comment, its random draws, and digests that reveal nothing once their salt is erased.

use sha2::{Digest, Sha256};

/// The 32 bytes of a SHA-256.
pub(crate) type Hash = [u8; 32];

/// SHA-256 over parts, each behind its length in eight bytes (big-endian), so that no two lists of parts hash alike.
pub(crate) fn hash<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Hash {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part);
    }
    sha.finalize().into()
}

/// The key of a comment in the log: its thread and id, hashed with the store's seed.
pub(crate) fn of_comment(seed: &[u8], thread: &str, id: &str) -> Hash {
    hash([seed, thread.as_bytes(), id.as_bytes()])
}

/// What is drawn for a comment, from its key: numbers below 2^32 that know nothing of its text or score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Draws {
    /// For the audit sample.
    pub(crate) audit: u32,
    /// For a second reviewer.
    pub(crate) double: u32,
}

impl Draws {
    pub(crate) fn of(key: &Hash) -> Self {
        let word = |begin: usize| key.iter().skip(begin).take(4).fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        Self { audit: word(0), double: word(4) }
    }
}

/// A draw below this falls under `share`.
pub(crate) fn limit(share: f64) -> i64 {
    (share * 2.0_f64.powi(32)) as i64
}

/// Bytes as two lower-case hexadecimal digits each.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(of_comment(b"seed", "ab", "c"), of_comment(b"seed", "a", "bc"));
        // printf '\0\0\0\0\0\0\0\1a\0\0\0\0\0\0\0\0' | sha256sum
        assert_eq!(
            hex(&hash([b"a".as_slice(), b""])),
            "6aa98e17c109dd8e2ae23a478ceb48e193c730289ba48d741388a3cc8b38ef4f"
        );
    }

    #[test]
    fn draws_are_even() {
        let draws = |i: u32| Draws::of(&of_comment(b"seed", "", &i.to_string()));
        let drawn = (0..20_000).filter(|i| i64::from(draws(*i).audit) < limit(0.05)).count();
        assert!((900..1100).contains(&drawn), "{drawn}");
        let both = (0..20_000).filter(|i| draws(*i).audit < u32::MAX / 2 && draws(*i).double < u32::MAX / 2).count();
        assert!((4700..5300).contains(&both), "{both}");
        assert_eq!((limit(0.0), limit(1.0)), (0, 1 << 32));
    }
}
