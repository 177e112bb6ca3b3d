//! What each byte means to the tokenizer.

/// Bits, so that those of a word can be combined.
pub(crate) mod class {
    pub(crate) const LOWER: u8 = 1;
    pub(crate) const UPPER: u8 = 2;
    pub(crate) const DIGIT: u8 = 4;
    pub(crate) const WORD: u8 = LOWER | UPPER | DIGIT;
    pub(crate) const SPACE: u8 = 8;
    pub(crate) const PUNCTUATION: u8 = 16;
    /// Part of a multi-byte character, or the start of an entity or a tag: needs a closer look.
    pub(crate) const CAREFUL: u8 = 32;
}

/// The class of every byte.
pub(crate) const CLASSES: [u8; 256] = {
    let mut classes = [class::PUNCTUATION; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            0..=b' ' | 0x7F => class::SPACE,
            b'a'..=b'z' | b'_' => class::LOWER,
            b'A'..=b'Z' => class::UPPER,
            b'0'..=b'9' => class::DIGIT,
            b'&' | b'<' | 0x80..=0xFF => class::CAREFUL,
            _ => class::PUNCTUATION,
        };
        byte += 1;
    }
    classes
};
