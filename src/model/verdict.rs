//! What a model says of one comment.

use serde::{Deserialize, Serialize};

use crate::text::{Detected, Language};

/// The scores, verdicts and reasons of one comment; the labels are the model's, in its order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// One for each label.
    pub outcomes: Vec<Outcome>,
    /// Why, strongest first within each label.
    pub reasons: Vec<Reason>,
    /// Terms of the comment that the site has muted.
    pub muted: Vec<String>,
    /// Where the comment is in another language than the model's, so that little is to be given on all this.
    pub language: Option<OtherLanguage>,
}

/// A comment in another language than those that the model learnt from. As JSON: `{"detected","model"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OtherLanguage {
    /// The comment's.
    pub detected: Detected,
    /// The model's.
    pub model: Language,
}

/// What is said of one label.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Of a stance label.
    Stance {
        /// The class, by number.
        class: usize,
        /// The calibrated probability of each class.
        p: Vec<f32>,
    },
    /// Of a flag.
    Flag {
        /// The probability is at least the threshold.
        raised: bool,
        /// The policy leaves it to a person; it is then not raised.
        unsure: bool,
        /// The calibrated probability.
        p: f32,
        /// Where it is raised; [`crate::learn::NEVER`] where nothing is without a person.
        threshold: f32,
    },
}

/// Something that speaks for a flag, or for the class that was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The label, by number.
    pub label: usize,
    /// The class that it speaks for, by number; `None` for a flag.
    pub class: Option<usize>,
    /// The block it comes from and, where it is no piece of text, what it is: `words`, `shape: sentences`.
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
    pub fn unsure(&self) -> bool {
        self.outcomes.iter().any(|outcome| matches!(outcome, Outcome::Flag { unsure: true, .. }))
    }
}
