//! The 64-bit hash of a token, an n-gram or a feature.
//!
//! It is part of the model file's format: a change here makes every model unreadable, so it is written down
//! rather than borrowed. Multiply and fold, as in wyhash; not meant to withstand an adversary who wants collisions
//! (the worst that a collision does is to lend one word another's weight).

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
const MULTIPLIER_2: u64 = 0xD6E8_FEB8_6659_FD93;

/// Mixes two words into one: the halves of their 128-bit product, folded.
#[inline]
#[must_use]
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ MULTIPLIER) * u128::from(b ^ MULTIPLIER_2);
    (product as u64) ^ ((product >> 64) as u64)
}

/// The hash of a byte string.
#[inline]
#[must_use]
pub(crate) fn bytes(text: &[u8]) -> u64 {
    let mut hash = text.len() as u64;
    for chunk in text.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = mix(hash, u64::from_le_bytes(word));
    }
    hash
}

/// The hash of a byte string of `1 <= length <= 16` bytes, given as two little-endian numbers: the same as [`bytes`].
#[inline]
#[must_use]
pub(crate) fn short(words: [u64; 2], length: usize) -> u64 {
    let hash = mix(length as u64, words[0]);
    if length > 8 { mix(hash, words[1]) } else { hash }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_what_model_files_were_written_with() {
        assert_eq!(bytes(b""), 0);
        assert_eq!(bytes(b"maybe"), 18_130_228_926_058_467_681);
        assert_eq!(bytes(b"a longer text than eight bytes"), 6_037_418_742_160_632_237);
    }

    #[test]
    fn short_strings_hash_alike_both_ways() {
        for text in ["a", "no", "library", "libraryx", "libraries", "internationally", "sixteen letters."] {
            let mut words = [[0; 8]; 2];
            words.as_flattened_mut()[..text.len()].copy_from_slice(text.as_bytes());
            assert_eq!(short(words.map(u64::from_le_bytes), text.len()), bytes(text.as_bytes()));
        }
    }

    #[test]
    fn a_hundred_thousand_words_have_no_collision() {
        let mut hashes: Vec<u64> = (0..100_000).map(|i| bytes(format!("word{i}").as_bytes())).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), 100_000);
    }
}
