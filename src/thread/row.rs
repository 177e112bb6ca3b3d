//! A row of a table, and the result of reading the next one.

use std::fmt;

use crate::thread::cells::Cells;

/// A record longer than this, in bytes, is not a comment: the file is broken or not a table.
pub(crate) const RECORD_LIMIT: usize = 16 << 20;

/// One row of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// The 1-based line where it starts.
    pub line: u64,
    /// Its 1-based number among all rows of the table, refused ones included; it stands in for an id.
    pub number: u64,
    /// As many cells as the header has, unless the row was refused.
    pub cells: Cells,
}

/// The result of reading a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The row is filled.
    Row,
    /// There is a row, but it is unusable; the contents of the [`Row`] are meaningless.
    Refused(Refused),
    /// There are no more rows.
    End,
}

/// An unusable row, and the reason. Displayed as `FILE:LINE: reason`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The path, or `standard input`.
    pub file: String,
    /// The 1-based line where the row starts.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}
