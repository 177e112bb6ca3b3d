//! The checks that can fail.

use crate::queue::codes::UnknownCode;
use crate::queue::state::{Selection, State};

/// One thing that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Broken {
    /// An entry was changed, inserted or removed. The rest of the log after it is not checked.
    #[error("entry {0} of the log does not follow from the entries before it")]
    Chain(i64),
    /// An entry cannot be read: its kind is unknown, or its body is not what entries of this kind have.
    #[error("entry {0} of the log cannot be read")]
    Entry(i64),
    /// An entry claims that what it binds existed before the log bound anything, which is false.
    #[error("entry {0} of the log binds rows that earlier entries had already bound")]
    Resealed(i64),
    /// A table, index or trigger is missing, or is another.
    #[error("the {kind} {name} {}", match (found, expected) {
        (false, _) => "is missing",
        (_, true) => "differs from the one that this program creates",
        (_, false) => "was not created by this program",
    })]
    Schema {
        /// `table`, `index`, `trigger` or `view`.
        kind: String,
        name: String,
        /// It is in the file.
        found: bool,
        /// This program makes one of this name.
        expected: bool,
    },
    /// The file is damaged, as `SQLite` puts it.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// A row refers to one that is not there.
    #[error("a row of {table} refers to a missing row of {parent}{}", row.map_or(String::new(), |row| format!(": number {row}")))]
    Reference {
        /// The table of the row.
        table: String,
        /// The row, in tables that number theirs.
        row: Option<i64>,
        /// The table that it refers to.
        parent: String,
    },
    /// A setting is another than in the log, or in one of both only.
    #[error("the setting {0} differs from the log")]
    Setting(String),
    /// A row differs from what follows from the log, or from what the log binds.
    #[error("row {row} of {table} differs from the log")]
    Row {
        table: &'static str,
        /// The number of the row; for skips and notes, of their entry.
        row: i64,
    },
    /// A row that follows from the log is not there.
    #[error("row {row} of {table} is in the log but not in the table")]
    Missing {
        table: &'static str,
        /// The number of the row.
        row: i64,
    },
    /// A row follows from nothing in the log.
    #[error("row {row} of {table} is in the table but not in the log")]
    Extra {
        table: &'static str,
        /// The number of the row.
        row: i64,
    },
    /// The state or way of a comment in the table is a number without a meaning.
    #[error("comment {comment}: {code}")]
    Code { comment: i64, code: UnknownCode },
    /// A comment was changed after import.
    #[error(
        "comment {0} was changed after import: its row, its reasons, its target, parent text or context, or its thread, \
         article or author"
    )]
    Comment(i64),
    /// The scores of a comment were changed after import.
    #[error("the scores of comment {0} were changed after import")]
    Scored(i64),
    /// An entry names another comment than the table.
    #[error("entry {seq} of the log is not about comment {comment}")]
    Key { seq: i64, comment: i64 },
    /// The table gives a comment another state than the log.
    #[error("comment {comment} is {} in the table but {} in the log", found.name(), expected.name())]
    State {
        comment: i64,
        /// The value in the log.
        expected: State,
        /// The value in the table.
        found: State,
    },
    /// The scores that a decision was made by are neither the comment's present ones nor earlier ones.
    #[error("entry {seq} of the log is a decision on scores that comment {comment} never had")]
    Scores { seq: i64, comment: i64 },
    /// The scores of a comment cannot be read.
    #[error("the scores of comment {0} cannot be read")]
    Unreadable(i64),
    /// What is filtered and weighed by does not follow from the comment's scores.
    #[error("the probabilities of comment {0} in the table differ from its scores")]
    Probabilities(i64),
    /// How the comment came does not follow from its scores.
    #[error("comment {comment} is {} in the table, but by its scores {}", found.name(), if *flagged { "it is flagged" } else { "no flag is raised" })]
    Selection {
        comment: i64,
        /// The value in the table.
        found: Selection,
        /// Whether its scores call for a person.
        flagged: bool,
    },
    /// The order or draw of a comment does not follow from its scores, time or id.
    #[error("comment {comment}: {column} in the table does not follow from its {from}")]
    Derived {
        comment: i64,
        column: &'static str,
        /// What it should follow from.
        from: &'static str,
    },
    /// The text is not the one that was imported or decided on.
    #[error("the text of comment {0} differs from the log")]
    Text(i64),
}
