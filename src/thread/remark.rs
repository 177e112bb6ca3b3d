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
    /// Of which kind it is.
    pub kind: RemarkKind,
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemarkKind {
    /// What is in the file, and what is not.
    Content,
    /// Its encoding, which was guessed and can be named.
    Encoding,
    /// How it was read, which may be wrong.
    Doubt,
}

impl Remark {
    /// Something of that file.
    pub(crate) fn new(file: &str, what: String) -> Self {
        Self { file: file.to_owned(), what, kind: RemarkKind::Content }
    }

    /// That its encoding was guessed, where it was.
    pub(crate) fn of_encoding(file: &str, told: &Told) -> Option<Self> {
        let what = format!("it is not UTF-8; read as {}", told.encoding()?);
        Some(Self { kind: RemarkKind::Encoding, ..Self::new(file, what) })
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what)
    }
}
