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
    /// Numbers of columns, and what stands there.
    pub(crate) cells: Vec<(usize, Cell)>,
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
