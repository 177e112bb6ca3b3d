//! A text's fingerprint: equal for texts that differ in nothing but case, spaces and punctuation.

use crate::text::hash;

/// Shorter texts are the same by chance ("I agree").
const SHORTEST: usize = 16;

/// The hash of a text's letters and digits, in lower case; `None` if there are too few to distinguish texts.
///
/// Part of the model file's format, as [`hash`] is.
#[must_use]
pub(crate) fn fingerprint(text: &str) -> Option<u64> {
    let (mut hash, mut word, mut filled, mut length) = (0, 0_u64, 0, 0);
    let mut push = |byte: u8| {
        word = word << 8 | u64::from(byte);
        filled += 1;
        if filled == 8 {
            hash = hash::mix(hash, word);
            (word, filled) = (0, 0);
        }
    };
    let mut bytes = [0; 4];
    for c in text.chars() {
        if c.is_ascii() {
            if c.is_ascii_alphanumeric() {
                push(c.to_ascii_lowercase() as u8);
                length += 1;
            }
        } else if c.is_alphanumeric() {
            c.to_lowercase().for_each(|c| c.encode_utf8(&mut bytes).bytes().for_each(&mut push));
            length += 1;
        }
    }
    (length >= SHORTEST).then(|| hash::mix(hash::mix(hash, word), length as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_model_files_were_written_with() {
        assert_eq!(fingerprint("They closed the library!"), fingerprint("they  closed THE\nlibrary"));
        assert_ne!(fingerprint("They closed the library!"), fingerprint("They closed the libraries"));
        assert_ne!(fingerprint("0000000000000000"), fingerprint("00000000000000000"));
        assert_eq!(fingerprint("Straße, Straße, Straße"), fingerprint("STRAßE straße STRAßE"));
        assert_eq!(fingerprint("I agree with you"), None);
        assert_eq!(fingerprint(""), None);
    }
}
