//! How an input is stored, if its bytes do not show it or the user says otherwise.

use std::str::FromStr;

/// The largest window allowed to a Zstandard file by default, as a power of two: the library's own limit, 128 MiB.
pub(crate) const ZSTD_WINDOW: u32 = 27;
/// The largest possible window, 2 GiB.
pub(crate) const LARGEST_ZSTD_WINDOW: u32 = 31;

/// How an input is stored, as stated by the user. By default its bytes show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Storage {
    /// A WHATWG label such as `windows-1252`.
    pub encoding: Option<String>,
    /// What separates the cells of a table.
    pub separator: Option<Separator>,
    /// The name of the sheet to read from a spreadsheet.
    pub sheet: Option<String>,
    /// The largest window of a Zstandard file, as a power of two; it bounds the memory for unpacking.
    pub zstd_window: Option<u32>,
}

impl Storage {
    /// A storage with this encoding, if one is named.
    pub(crate) fn in_encoding(encoding: Option<&str>) -> Self {
        Self { encoding: encoding.map(str::to_owned), ..Self::default() }
    }
}

/// What separates the cells of a table: one ASCII character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separator(pub(crate) u8);

/// Text that is not a valid separator.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a separator: give one ASCII character such as ; or | (no quote or line break), or the word tab")]
pub struct NoSeparator(String);

impl FromStr for Separator {
    type Err = NoSeparator;

    fn from_str(text: &str) -> Result<Self, NoSeparator> {
        match (text, text.as_bytes()) {
            ("tab" | "\\t", _) => Ok(Self(b'\t')),
            (_, &[byte]) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r' | 0) => Ok(Self(byte)),
            _ => Err(NoSeparator(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_is_one_character() {
        for (text, byte) in [(";", b';'), ("|", b'|'), ("\\t", b'\t'), ("tab", b'\t'), ("\t", b'\t'), (",", b',')] {
            assert_eq!(text.parse::<Separator>().unwrap(), Separator(byte));
        }
        for text in ["", ";;", "\"", "\n", "é", "comma"] {
            assert!(text.parse::<Separator>().is_err(), "{text}");
        }
    }
}
