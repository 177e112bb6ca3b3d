//! What is to be said of a file as a whole.

use std::fmt;

use crate::thread::told::Told;

/// What a person should know of a file: comments that are not in it, what was left out. Displayed as `FILE: what`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The path, or `standard input`.
    pub file: String,
    /// Without a full stop.
    pub what: String,
    /// Whether naming its encoding would settle it.
    pub is_of_encoding: bool,
}

impl Remark {
    /// Something of that file.
    pub(crate) fn new(file: &str, what: String) -> Self {
        Self { file: file.to_owned(), what, is_of_encoding: false }
    }

    /// That its encoding was guessed, where it was.
    pub(crate) fn of_encoding(file: &str, told: &Told) -> Option<Self> {
        let what = format!("it is not UTF-8; read as {}", told.encoding()?);
        Some(Self { is_of_encoding: true, ..Self::new(file, what) })
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what)
    }
}
