//! What can be wrong with a row of a table that is read all the same.

use std::fmt;

/// After so many rows checking stops: memory stays under 60 MB.
pub(crate) const CHECKED_ROWS: usize = 1 << 20;

/// What is wrong with one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// The comment that it answers is not there.
    MissingParent,
    /// Another row of its thread has its id.
    DuplicateId,
    /// Its id, or that of its parent, is a number that a spreadsheet has rounded, and it is not known which comment is meant.
    RoundedId,
    /// It is one of several that answer each other in a circle, or answers itself; told for the first of them.
    Loop,
    /// It has no text: it is empty, deleted or markup alone.
    EmptyText,
    /// Its text is `nan`, `null` or the like.
    NullText,
    /// A quote is opened in it and not closed, so that its quotes are read as text.
    OpenQuote,
    /// Text follows a closing quote in this line, so that the cell is read with its quotes.
    TextAfterQuote(u64),
    /// A quoted cell goes on to this line, and lines in it look like rows.
    RowsInQuotes(u64),
}

impl Flaw {
    /// Whether it is in how the row is written, not in where its comment stands.
    #[must_use]
    pub fn is_of_quotes(self) -> bool {
        matches!(self, Self::OpenQuote | Self::TextAfterQuote(_) | Self::RowsInQuotes(_))
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingParent => f.write_str("its parent is not there"),
            Self::DuplicateId => f.write_str("its id is there twice in one thread"),
            Self::RoundedId => f.write_str(
                "its id or its parent's was rounded by a spreadsheet, as in 1.29403E+18: replies cannot be told apart",
            ),
            Self::Loop => f.write_str("its parents form a loop"),
            Self::EmptyText => f.write_str("it has no text"),
            Self::NullText => {
                f.write_str("its text is a word that programs write for a missing value, such as nan or null")
            }
            Self::OpenQuote => f.write_str("a quote is opened in it and not closed; it is read as text"),
            Self::TextAfterQuote(line) => {
                write!(f, "text follows a closing quote in line {line}; the cell is read with its quotes")
            }
            Self::RowsInQuotes(line) => {
                write!(
                    f,
                    "a quoted cell of it goes on to line {line}, over lines that look like rows; it is read as one cell"
                )
            }
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flaws {
    /// The line of the row, and what is wrong with it, in the order of lines.
    pub found: Vec<(u64, Flaw)>,
    /// Rows that came after [`CHECKED_ROWS`] and were not checked. If any, no parent is said to be missing.
    pub unchecked: u64,
}

impl Flaws {
    /// How many rows have that flaw.
    #[must_use]
    pub fn count(&self, flaw: Flaw) -> usize {
        self.found.iter().filter(|(_, found)| *found == flaw).count()
    }
}
