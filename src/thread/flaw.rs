//! Flaws that a row of a table may have and still be read.

use std::fmt;

/// Rows beyond this number are not checked, which keeps memory under 60 MB.
pub(crate) const CHECKED_ROWS: usize = 1 << 20;

/// What is wrong with one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// The comment that it answers is missing.
    MissingParent,
    /// Another row of its thread has the same id.
    DuplicateId,
    /// A spreadsheet has rounded its id or its parent's, so it is unclear which comment is meant.
    RoundedId,
    /// It answers itself, or is one of several rows that answer each other in a circle; reported for the first of them.
    Loop,
    /// It has no text: it is empty, deleted or only markup.
    EmptyText,
    /// Its text is `nan`, `null` or similar.
    NullText,
    /// It opens a quote that is never closed, so its quotes are read as text.
    OpenQuote,
    /// Text follows a closing quote on this line, so the cell is read with its quotes.
    TextAfterQuote(u64),
    /// A quoted cell extends to this line, and lines in it look like rows.
    RowsInQuotes(u64),
}

impl Flaw {
    /// Whether the flaw lies in how the row is written, not in the comment's place in its thread.
    #[must_use]
    pub fn is_of_quotes(self) -> bool {
        matches!(self, Self::OpenQuote | Self::TextAfterQuote(_) | Self::RowsInQuotes(_))
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingParent => f.write_str("its parent is missing from the thread"),
            Self::DuplicateId => f.write_str("its id occurs more than once in the thread"),
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

/// The flaws found in a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flaws {
    /// The line of each flawed row and its flaw, in line order.
    pub found: Vec<(u64, Flaw)>,
    /// Rows after the first [`CHECKED_ROWS`], which were not checked. If there are any, no parent is reported missing.
    pub unchecked: u64,
}

impl Flaws {
    /// The number of rows with a given flaw.
    #[must_use]
    pub fn count(&self, flaw: Flaw) -> usize {
        self.found.iter().filter(|(_, found)| *found == flaw).count()
    }
}
