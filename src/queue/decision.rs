//! What a reviewer can decide.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A reviewer's answer to a label.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Answer {
    /// Of a flag.
    Flag(bool),
    /// For a stance: the class.
    Stance(String),
}

/// The action on the comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Action {
    /// It stays, or is published.
    Approve,
    /// It is removed, or not published.
    Reject,
    /// Somebody else must decide.
    Escalate,
}

impl Action {
    /// The word for it: `approve`, `reject`, `escalate`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Escalate => "escalate",
        }
    }
}

/// A reviewer's decision on a comment: some labels, an action, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Answers to labels; labels without an answer stay open.
    #[serde(default)]
    pub labels: BTreeMap<String, Answer>,
    /// The action.
    #[serde(default)]
    pub action: Option<Action>,
}

/// The flag that approving and rejecting teach.
pub(crate) const REJECT: &str = "reject";

impl Decision {
    /// Whether nothing is decided.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.action.is_none()
    }

    /// Whether it answers a stance.
    pub(crate) fn has_stance(&self) -> bool {
        self.labels.values().any(|answer| matches!(answer, Answer::Stance(_)))
    }

    /// What it teaches: the labels and, through approval or rejection, the flag `reject`, unless that has its own
    /// answer.
    #[must_use]
    pub(crate) fn taught(&self) -> BTreeMap<String, Answer> {
        let mut taught = self.labels.clone();
        if let Some(action @ (Action::Approve | Action::Reject)) = self.action {
            taught.entry(REJECT.to_owned()).or_insert(Answer::Flag(action == Action::Reject));
        }
        taught
    }
}

impl fmt::Display for Decision {
    /// `reject; stance: favor, toxicity: yes`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.action.map_or("", Action::name))?;
        let mut between = if self.action.is_some() { "; " } else { "" };
        for (label, answer) in &self.labels {
            let answer = match answer {
                Answer::Flag(true) => "yes",
                Answer::Flag(false) => "no",
                Answer::Stance(class) => class,
            };
            write!(f, "{between}{label}: {answer}")?;
            between = ", ";
        }
        Ok(())
    }
}

/// The state of a comment that a reviewer saw. It comes with the [`CommentView`](super::CommentView); a decision made
/// on another state is a conflict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) edited: i64,
    pub(crate) scored: i64,
    pub(crate) decision: Option<i64>,
}
