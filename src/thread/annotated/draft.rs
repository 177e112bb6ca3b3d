//! One annotator's annotations of one comment.

use serde::{Deserialize, Serialize};

/// One row on its way through the temporary file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Draft {
    /// Its line, from 1.
    pub(crate) line: u64,
    /// It is about the same comment as the row before.
    pub(crate) is_same: bool,
    /// The annotator was done with the comment, so unanswered questions were left so on purpose.
    pub(crate) is_done: bool,
    /// It continues the row before, by the same annotator.
    #[serde(skip)]
    pub(crate) goes_on: bool,
    /// Column numbers, with the contents.
    pub(crate) cells: Vec<(usize, Cell)>,
}

impl Draft {
    /// The content of one of the comment's own columns.
    pub(crate) fn text(&self, column: usize) -> Option<&str> {
        self.cells.iter().find_map(|(at, cell)| match cell {
            Cell::Text(text) if *at == column => Some(text.as_str()),
            Cell::Text(_) | Cell::Answers(_) => None,
        })
    }

    /// Takes over cells of another row for columns that are empty in this one.
    pub(crate) fn go_on(&mut self, more: Self) {
        let own = self.cells.len();
        for (at, cell) in more.cells {
            if !self.cells.iter().take(own).any(|(there, _)| *there == at) {
                self.cells.push((at, cell));
            }
        }
    }
}

/// The content of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Cell {
    /// The comment's own content, or the value of a flag.
    Text(String),
    /// Answers to a question.
    Answers(Vec<Answer>),
}

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    /// Its number among the question's answers.
    Known(usize),
    /// An answer of a question with too many to number them all.
    Other(String),
}

/// An entry of the temporary file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Entry {
    #[serde(rename = "r")]
    Row(Draft),
    /// An unusable line, and the reason.
    #[serde(rename = "x")]
    Refused(u64, String),
}
