//! What one annotator said of one comment.

use serde::{Deserialize, Serialize};

/// One row on its way through the temporary file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Draft {
    /// The line where it stands, from 1.
    pub(crate) line: u64,
    /// It is of the same comment as the row before.
    pub(crate) is_same: bool,
    /// Whoever said it was done with the comment: questions that have no answer were left without one.
    pub(crate) is_done: bool,
    /// It says more of what the row before it says, as the same annotator does.
    #[serde(skip)]
    pub(crate) goes_on: bool,
    /// Numbers of columns, and what stands there.
    pub(crate) cells: Vec<(usize, Cell)>,
}

impl Draft {
    /// What stands in a column of the comment's own.
    pub(crate) fn text(&self, column: usize) -> Option<&str> {
        self.cells.iter().find_map(|(at, cell)| match cell {
            Cell::Text(text) if *at == column => Some(text.as_str()),
            Cell::Text(_) | Cell::Answers(_) => None,
        })
    }

    /// Takes what another row says of columns of which this one says nothing.
    pub(crate) fn go_on(&mut self, more: Self) {
        let own = self.cells.len();
        for (at, cell) in more.cells {
            if !self.cells.iter().take(own).any(|(there, _)| *there == at) {
                self.cells.push((at, cell));
            }
        }
    }
}

/// What stands in a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Cell {
    /// Of the comment, or of a flag.
    Text(String),
    /// Answers to a question, by their numbers, or as they are where the question has too many to number them.
    Answers(Vec<Answer>),
}

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    /// Its number among the question's.
    Known(usize),
    /// One of those beyond.
    Other(String),
}

/// What the temporary file holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Entry {
    /// A row.
    #[serde(rename = "r")]
    Row(Draft),
    /// A line that cannot be used, and why.
    #[serde(rename = "x")]
    Refused(u64, String),
}
