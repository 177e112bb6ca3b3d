//! The 64-bit hash that stands for a token, an n-gram or a feature.
//!
//! It is part of the model file's format: a change here makes every model unreadable, so it is written down
//! rather than borrowed. Multiply and fold, as in wyhash; not meant to withstand an adversary who wants collisions
//! (the worst that a collision does is to lend one word another's weight).

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
const MULTIPLIER_2: u64 = 0xD6E8_FEB8_6659_FD93;

/// Mixes two words into one: the halves of their 128-bit product, folded.
#[inline]
#[must_use]
pub fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ MULTIPLIER) * u128::from(b ^ MULTIPLIER_2);
    (product as u64) ^ ((product >> 64) as u64)
}

/// The hash of a byte string.
#[inline]
#[must_use]
pub fn bytes(text: &[u8]) -> u64 {
    let mut hash = text.len() as u64;
    let mut chunks = text.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        hash = mix(hash, u64::from_le_bytes(word));
    }
    mix(hash, tail(chunks.remainder()))
}

/// Up to seven bytes as a little-endian number.
#[inline]
fn tail(rest: &[u8]) -> u64 {
    match *rest {
        [] => 0,
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
        [a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
        [a, b, c, d, e] => u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]),
        [a, b, c, d, e, f] => u64::from_le_bytes([a, b, c, d, e, f, 0, 0]),
        [a, b, c, d, e, f, g, ..] => u64::from_le_bytes([a, b, c, d, e, f, g, 0]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_what_model_files_were_written_with() {
        assert_eq!(bytes(b""), 14_544_503_408_999_129_173);
        assert_eq!(bytes(b"maybe"), 5_339_287_018_925_128_417);
        assert_eq!(bytes(b"a longer text than eight bytes"), 15_110_153_101_216_017_911);
    }

    #[test]
    fn a_hundred_thousand_words_have_no_collision() {
        let mut hashes: Vec<u64> = (0..100_000).map(|i| bytes(format!("word{i}").as_bytes())).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), 100_000);
    }
}
