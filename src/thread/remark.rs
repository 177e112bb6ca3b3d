//! What is to be said of a file as a whole.

use std::fmt;

/// What a person should know of a file: comments that are not in it, what was left out. Displayed as `FILE: what`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The path, or `standard input`.
    pub file: String,
    /// Without a full stop.
    pub what: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what)
    }
}
