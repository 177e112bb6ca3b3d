//! What can go wrong, including that somebody else was first.

use crate::queue::codes::UnknownCode;
use crate::queue::decision::Decision;
use crate::queue::severity::CostError;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReviewError {
    /// There is no such file.
    #[error("there is no queue {path}: fill one with ombud review THREAD, or ombud score THREAD --queue {path}")]
    Missing { path: String },
    /// The file is not a store.
    #[error("{path}: this is not a review database; give another file with --db")]
    NotOurs { path: String },
    /// The file is from a later version of the program.
    #[error(
        "{path}: this file has format version {found}, but this ombud reads versions up to {known}; use a newer ombud"
    )]
    Newer {
        path: String,
        found: i64,
        /// The last version that is known.
        known: i64,
    },
    /// The file is of an earlier program, and cannot be written.
    #[error(
        "{path}: this file has format version {found} and must be upgraded to version {known}, but it is read-only: copy it \
         to a writable place"
    )]
    Older {
        path: String,
        found: i64,
        /// The last version that is known.
        known: i64,
    },
    /// A journal that cannot be read without writing.
    #[error(
        "{path}: the last changes are in {path}-wal, which cannot be read without write access: copy both to a writable place"
    )]
    Journal { path: String },
    /// The database cannot do it: disk full, locked for too long, damaged.
    #[error("the review database: {0}")]
    Sqlite(#[source] rusqlite::Error),
    /// A number in a table has no meaning.
    #[error("the review database: {0}; ombud review verify shows where")]
    Code(UnknownCode),
    /// A setting is not there, or no number.
    #[error("the review database: the setting {0} is missing or damaged; restore the file from a backup")]
    Setting(&'static str),
    /// The content of the database cannot be read.
    #[error("the review database contains JSON that cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The output cannot be written.
    #[error("the rows cannot be written: {0}")]
    Io(#[from] std::io::Error),
    /// Somebody else was first.
    #[error(transparent)]
    Conflict(#[from] Box<Conflict>),
    /// No such comment.
    #[error("there is no comment {0}")]
    NoComment(i64),
    /// An id that several threads have.
    #[error("{} threads have a comment {id:?}: {}; choose one", threads.len(), listed(threads))]
    Ambiguous {
        /// The comment's id.
        id: String,
        /// The ids of the threads; empty for comments without a thread.
        threads: Vec<String>,
    },
    /// The comment's text is erased.
    #[error("comment {0} is erased")]
    Purged(i64),
    /// A comment that is not erased has no salt.
    #[error("the review database: comment {0} has no salt, so its text cannot be checked")]
    NoSalt(i64),
    /// A decision that decides nothing.
    #[error("a decision needs a label or an action")]
    Undecided,
    /// A flag was answered with a class, or a stance with yes or no.
    #[error("{label}: {}", if *stance { "a stance is answered with a class" } else { "a flag is answered with yes or no" })]
    Kind {
        label: String,
        /// What it is.
        stance: bool,
    },
    /// A label that is a flag in one model and a stance in another.
    #[error("{label} is a {} in this database; rename the other label", if *stance { "stance" } else { "flag" })]
    LabelKind {
        label: String,
        /// Its kind here.
        stance: bool,
    },
    /// A probability that is not a number.
    #[error("comment {id}: the probability of {label} is not a number")]
    NotANumber {
        /// The comment, as its source calls it.
        id: String,
        label: String,
    },
    /// A share outside [0, 1].
    #[error("{name} = {share}: a share must be between 0 and 1")]
    Share {
        name: &'static str,
        /// What was given.
        share: f64,
    },
    /// A cost that cannot be meant.
    #[error(transparent)]
    Cost(#[from] CostError),
    /// There is nothing that this reviewer could undo.
    #[error("{0} has nothing left to undo")]
    NothingToUndo(String),
    /// Between preview and application the filter came to match others.
    #[error("the filter matched {expected} comments in the preview and matches {found} now; check it again")]
    BatchChanged {
        /// What the preview counted.
        expected: usize,
        /// What there is now.
        found: usize,
    },
    /// A name of an order that does not exist.
    #[error("unknown order {0:?}: use severity, risk, uncertainty, newest, thread or learning")]
    Order(String),
}

/// At most this many threads are named.
const NAMED: usize = 10;

/// `"t1", "t2" and 7 more`.
fn listed(threads: &[String]) -> String {
    let named: Vec<String> = threads.iter().take(NAMED).map(|thread| format!("{thread:?}")).collect();
    let more = threads.len().saturating_sub(NAMED);
    named.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() }
}

/// What somebody did first. The comment is as they left it; nothing was overwritten.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum Conflict {
    /// Another reviewer has it before him.
    #[error("{by} holds this comment until {}", crate::queue::date::iso(*until))]
    Held {
        by: String,
        /// Until when, unless renewed.
        until: i64,
    },
    /// It is decided.
    #[error("{by} decided this comment at {}: {decision}", crate::queue::date::iso(*at))]
    Decided { by: String, at: i64, decision: Decision },
    /// Its text has changed since it was shown.
    #[error("this comment was edited at {}", crate::queue::date::iso(*at))]
    Edited {
        /// When the edited text came in.
        at: i64,
    },
    /// Its scores have changed since they were shown.
    #[error("this comment was rescored by {model}")]
    Rescored {
        /// The model's name.
        model: String,
    },
}

impl From<rusqlite::Error> for ReviewError {
    /// An error in the content of a cell, rather than in SQL, comes wrapped; it is unwrapped and reported as what it
    /// is.
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::FromSqlConversionFailure(column, kind, inner) = error else { return Self::Sqlite(error) };
        let whole = |inner| Self::Sqlite(rusqlite::Error::FromSqlConversionFailure(column, kind, inner));
        match inner.downcast::<UnknownCode>() {
            Ok(code) => Self::Code(*code),
            Err(inner) => inner.downcast::<serde_json::Error>().map_or_else(whole, |error| Self::Json(*error)),
        }
    }
}

impl From<Conflict> for ReviewError {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(Box::new(conflict))
    }
}
