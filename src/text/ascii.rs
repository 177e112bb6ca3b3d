//! Words of a few ASCII letters, as most words are, read eight bytes at once without a branch for each.

/// A word of 1 to 15 ASCII letters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AsciiWord {
    /// Its letters in lower case, as little-endian numbers; 0 beyond them.
    pub(crate) letters: [u64; 2],
    pub(crate) length: usize,
    /// It has at least two letters, and all are capitals.
    pub(crate) caps: bool,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;
/// The bit that distinguishes small letters from capitals, in each byte.
const SMALL: u64 = 0x20 * ONES;

/// The bytes after letters with which the word certainly ends: not part of a word or a character, and not the start of
/// an entity, a tag or an apostrophe's rest.
const ENDS: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        ends[byte as usize] = !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'&' | b'<' | b'\'');
        byte += 1;
    }
    ends
};

impl AsciiWord {
    /// The word at the start of `bytes`, if it certainly ends before a space or a plain mark, has no stretched letter
    /// and does not begin a web address. Any word may be refused: there must be room to read eight or sixteen bytes.
    #[inline]
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let word = u64::from_le_bytes(*bytes.first_chunk()?);
        match count_letters(word) {
            0 => None,
            8 => Self::long(word, u64::from_le_bytes(*bytes[8..].first_chunk()?)),
            length => Self::short(word, length),
        }
    }

    #[inline]
    fn short(word: u64, length: usize) -> Option<Self> {
        let (next, kept) = ((word >> (8 * length)) as u8, u64::MAX >> (64 - 8 * length));
        let lower = (word | SMALL) & kept;
        let may_be_address = matches!(lower as u8, b'h' | b'w') && matches!(next, b':' | b'.');
        let plain = ENDS[next as usize] && !may_be_address && !has_triple(lower, length);
        plain.then_some(Self { letters: [lower, 0], length, caps: length >= 2 && word & kept & SMALL == 0 })
    }

    /// All eight bytes of `word` are letters.
    #[inline]
    fn long(word: u64, more: u64) -> Option<Self> {
        let length = count_letters(more);
        let next = more.checked_shr(8 * length as u32)? as u8;
        let kept = u64::MAX.checked_shr(64 - 8 * length as u32).unwrap_or(0);
        let (first, last) = (word | SMALL, (more | SMALL) & kept);
        // Three in a row within the first eight, across the border, and within the rest.
        let across = first >> 48 | last << 16;
        let stretched = has_triple(first, 8) || has_triple(across, length.min(2) + 2) || has_triple(last, length);
        let caps = (word | more & kept) & SMALL == 0;
        (ENDS[next as usize] && !stretched).then_some(Self { letters: [first, last], length: 8 + length, caps })
    }
}

/// How many of the eight bytes are ASCII letters, up to the first that is none.
#[inline]
fn count_letters(word: u64) -> usize {
    let lower = word | SMALL;
    // Bit 7 of a byte is set where it is at least 'a', and where it is above 'z'.
    let (from_a, above_z) = ((lower & !HIGH) + ONES * (0x80 - 0x61), (lower & !HIGH) + ONES * (0x7F - 0x7A));
    let letters = from_a & !above_z & !word & HIGH;
    ((letters ^ HIGH).trailing_zeros() / 8) as usize
}

/// Whether one byte occurs three times in a row in the first `length <= 8` bytes. May wrongly return true, which only
/// costs time.
#[inline]
fn has_triple(word: u64, length: usize) -> bool {
    if length < 3 {
        return false;
    }
    // A byte of `same` is 0 where a byte equals both that follow it; only the first length - 2 bytes are asked.
    let next = word ^ (word >> 8);
    let same = (next | (next >> 8)) | (u64::MAX << (8 * (length - 3)) << 8);
    same.wrapping_sub(ONES) & !same & HIGH != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, bool)> {
        let word = AsciiWord::read(text.as_bytes())?;
        let letters: Vec<u8> = word.letters.iter().flat_map(|letters| letters.to_le_bytes()).collect();
        assert!(letters[word.length..].iter().all(|byte| *byte == 0));
        Some((String::from_utf8_lossy(&letters[..word.length]).into_owned(), word.caps))
    }

    #[test]
    fn a_word_is_its_letters_in_lower_case() {
        for word in ["I", "No", "LIBRARY", "eighteen", "LIBRARIES", "Internationales"] {
            let caps = word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_uppercase());
            for after in [" ", ".", "-", "\n"] {
                let text = format!("{word}{after}and sixteen bytes more");
                assert_eq!(read(&text), Some((word.to_lowercase(), caps)), "{text:?}");
            }
        }
    }

    #[test]
    fn what_may_be_more_than_a_plain_word_is_refused() {
        for after in ["'s", "1", "_", "é", "&amp;", "<br>", "\u{AD}"] {
            for word in ["no", "eighteen", "libraries"] {
                assert_eq!(read(&format!("{word}{after} and sixteen bytes more")), None, "{word}{after}");
            }
        }
        for text in
            ["", "end", "www.example.org/page", "https://example.org", "incomprehensibilities of it all, he said"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn three_in_a_row_are_refused_wherever_they_stand() {
        for length in 3..=15 {
            for at in 0..=length - 3 {
                let mut word: Vec<u8> = (0..length).map(|i| b'a' + i as u8).collect();
                word[at..at + 3].fill(b'z');
                let text = format!("{} and sixteen bytes more", String::from_utf8(word).unwrap());
                assert_eq!(read(&text), None, "{text}");
            }
        }
    }
}
