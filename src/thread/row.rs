//! A row of a table, and what reading the next one gives.

use std::fmt;

use crate::thread::cells::Cells;

/// A record longer than this is no comment: the file is broken, or no table.
pub(crate) const RECORD_LIMIT: usize = 16 << 20;

/// One row of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// The 1-based line where it starts.
    pub line: u64,
    /// Its 1-based number among all rows of the table, refused ones too: it stands in for an id.
    pub number: u64,
    /// As many cells as the header has, unless it was refused.
    pub cells: Cells,
}

/// What reading gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The row is filled.
    Row,
    /// There is a row, but it cannot be used; what the [`Row`] holds is of no meaning.
    Refused(Refused),
    /// There are no more.
    End,
}

/// A row that cannot be used, and why. Displayed as `FILE:LINE: reason`.
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
