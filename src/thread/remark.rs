//! Remarks about a file as a whole.

use std::fmt;

use crate::thread::told::Told;

/// Something about a file that the user should know, such as comments missing from it or columns left out. Displayed as
/// `FILE: what`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The path, or `standard input`.
    pub file: String,
    /// The remark, without a full stop.
    pub what: String,
    /// What it is about.
    pub kind: RemarkKind,
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemarkKind {
    /// What the file contains and what it lacks.
    Content,
    /// Its encoding, which was guessed; an option can name it.
    Encoding,
    /// How it was read, which may be wrong.
    Doubt,
}

impl Remark {
    /// A remark about the content of `file`.
    pub(crate) fn new(file: &str, what: String) -> Self {
        Self { file: file.to_owned(), what, kind: RemarkKind::Content }
    }

    /// A remark about how `file` was read, which may be wrong.
    pub(crate) fn doubt(file: &str, what: String) -> Self {
        Self { kind: RemarkKind::Doubt, ..Self::new(file, what) }
    }

    /// The remark that the encoding was guessed, if it was.
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
