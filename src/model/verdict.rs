//! A model's verdict on one comment.

use serde::{Deserialize, Serialize};

use crate::text::detect::Detected;
use crate::text::stem::Language;

/// The scores, verdicts and reasons of one comment; the labels are the model's, in its order.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Verdict {
    /// One for each label.
    pub outcomes: Vec<Outcome>,
    /// Why, strongest first within each label.
    pub reasons: Vec<Reason>,
    /// Terms of the comment that the site has muted.
    pub muted: Vec<String>,
    /// Where the comment is in another language than the model's, so that all this is unreliable.
    pub language: Option<OtherLanguage>,
}

/// A comment in a language other than those the model learnt from. As JSON: `{"detected","model"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OtherLanguage {
    /// The language that the comment seems to be in.
    pub detected: Detected,
    /// The language that the model is for.
    pub model: Language,
}

/// Why a stance gets no class, or a flag no probability. As JSON: `unsure`, `no_text`, `no_target`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// The policy leaves it to a person.
    Unsure,
    /// The comment is empty, deleted or markup alone; see `has_text`.
    NoText,
    /// Nothing is known that the stance could be towards.
    NoTarget,
}

impl Why {
    /// The word for it in rows: `unsure`, `no_text`, `no_target`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unsure => "unsure",
            Self::NoText => "no_text",
            Self::NoTarget => "no_target",
        }
    }
}

/// The outcome of one label.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// For a stance.
    Stance {
        /// The class, by number, or why none is given.
        class: Result<usize, Why>,
        /// The calibrated probability of each class; empty without a text.
        p: Vec<f32>,
    },
    /// Of a flag.
    Flag {
        /// The probability is at least the threshold.
        raised: bool,
        /// The policy leaves it to a person; it is then not raised.
        unsure: bool,
        /// The calibrated probability; none without a text.
        p: Option<f32>,
        /// The threshold; above 1 if nothing is raised without a person.
        threshold: f32,
    },
}

/// Something that speaks for a flag, or for the class that was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reason {
    /// The label, by number.
    pub label: usize,
    /// The number of the class that it speaks for; `None` for a flag.
    pub class: Option<usize>,
    /// The block it comes from and, unless it is a piece of text, a description: `words`, `shape: sentences`.
    pub feature: String,
    /// Bytes of the text, where it is a piece of it.
    pub span: Option<(usize, usize)>,
    /// What it adds to the log-odds.
    pub share: f32,
}

impl Verdict {
    /// Any flag is raised.
    #[must_use]
    pub fn flagged(&self) -> bool {
        self.outcomes.iter().any(|outcome| matches!(outcome, Outcome::Flag { raised: true, .. }))
    }

    /// Any flag is left to a person.
    #[must_use]
    pub(crate) fn flag_unsure(&self) -> bool {
        self.outcomes.iter().any(|outcome| matches!(outcome, Outcome::Flag { unsure: true, .. }))
    }

    /// Any flag or stance is left to a person.
    #[must_use]
    pub fn unsure(&self) -> bool {
        self.outcomes.iter().any(|outcome| outcome.why() == Some(Why::Unsure))
    }
}

impl Verdict {
    /// The comment has no text, so there is no verdict.
    #[must_use]
    pub fn no_text(&self) -> bool {
        self.outcomes.iter().any(|outcome| outcome.why() == Some(Why::NoText))
    }

    /// A stance has nothing that it could be towards.
    #[must_use]
    pub fn no_target(&self) -> bool {
        self.outcomes.iter().any(|outcome| outcome.why() == Some(Why::NoTarget))
    }
}

impl Outcome {
    /// Why there is no class, if there is none.
    #[must_use]
    pub fn why(&self) -> Option<Why> {
        match self {
            Self::Stance { class, .. } => class.err(),
            Self::Flag { unsure: true, .. } => Some(Why::Unsure),
            Self::Flag { p: None, .. } => Some(Why::NoText),
            Self::Flag { .. } => None,
        }
    }
}
