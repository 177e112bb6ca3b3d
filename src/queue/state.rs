//! The state of a comment in the queue, and why it is there.

use serde::{Deserialize, Serialize};

/// How a comment came before a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Selection {
    /// Somebody asked for it: nothing is raised, and it is not in the audit sample.
    Asked,
    /// A flag is raised, or left to a person.
    Flagged,
    /// It was drawn at random from the unflagged comments.
    #[serde(rename = "slice", alias = "audit-sample")]
    AuditSample,
}

impl Selection {
    pub(crate) const ALL: [Self; 3] = [Self::Asked, Self::Flagged, Self::AuditSample];

    /// The word for it in rows: `asked`, `flagged`, `slice`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Flagged => "flagged",
            Self::AuditSample => "slice",
        }
    }

    pub(crate) const fn code(self) -> i64 {
        self as i64
    }
}

/// The state of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// It waits for a decision.
    Open,
    /// It is decided.
    Done,
    /// It awaits somebody else: a reviewer escalated it, or two disagree.
    Escalated,
    /// Its text is erased.
    Purged,
}

impl State {
    pub(crate) const ALL: [Self; 4] = [Self::Open, Self::Done, Self::Escalated, Self::Purged];

    /// The word for it: `open`, `done`, `escalated`, `purged`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Escalated => "escalated",
            Self::Purged => "purged",
        }
    }

    pub(crate) const fn code(self) -> i64 {
        self as i64
    }
}
