//! A scored comment as it is added to the queue.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::verdict::Why;

/// A comment and a model's verdict on it, as imported.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scored<'a> {
    /// Unique within its thread.
    pub id: &'a str,
    /// Its thread; comments without one share one thread.
    pub thread_id: Option<&'a str>,
    /// The comment that it answers.
    pub parent_id: Option<&'a str>,
    /// Who wrote it.
    pub author: Option<&'a str>,
    /// When, as the source writes it.
    pub created_at: Option<&'a str>,
    /// Its text, unchanged.
    pub text: &'a str,
    /// Its article.
    pub article: About<'a>,
    /// The context in its row.
    pub beside: Beside<'a>,
    /// Which model spoke.
    pub model: ModelRef<'a>,
    /// The model's scores, by label, in the model's order.
    pub labels: &'a [(&'a str, Score)],
    /// The reasons, as JSON; stored unchanged.
    pub reasons: &'a str,
}

/// The article of a comment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct About<'a> {
    /// The source's own key.
    pub id: Option<&'a str>,
    pub title: Option<&'a str>,
    pub text: Option<&'a str>,
    /// Where it was published.
    pub url: Option<&'a str>,
}

/// The context in a comment's row, which a model may have used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Beside<'a> {
    /// What its stance is towards, where that is not the article's title.
    pub target: Option<&'a str>,
    /// The text of its parent, if that is not a comment of the thread.
    pub parent_text: Option<&'a str>,
    /// Anything else that a reader of the comment would know.
    pub context: Option<&'a str>,
}

/// Which model spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ModelRef<'a> {
    pub name: &'a str,
    /// The hash of its file.
    pub hash: &'a str,
}

/// The outcome of one label. As JSON: `{"raised","unsure","p","threshold"}`, or `{"class","p":{…}}` with `why` where
/// the class is null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Score {
    /// Of a flag.
    Flag {
        /// The probability is at least the threshold.
        raised: bool,
        /// The policy leaves it to a person; it is then not raised.
        unsure: bool,
        /// The calibrated probability.
        p: f32,
        /// The threshold; above 1 if nothing is raised without a person.
        threshold: f32,
    },
    /// For a stance.
    Stance {
        /// The class, unless none is given.
        class: Option<String>,
        /// Why none is given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Why>,
        /// The calibrated probability of each class.
        p: BTreeMap<String, f32>,
    },
}

impl Score {
    /// Whether a person must review the comment because of it.
    #[must_use]
    pub(crate) fn calls(&self) -> bool {
        matches!(self, Self::Flag { raised: true, .. } | Self::Flag { unsure: true, .. })
    }

    /// The probability of a flag or of the chosen class; for a stance without a class, of the likeliest.
    #[must_use]
    pub(crate) fn p(&self) -> f32 {
        match self {
            Self::Flag { p, .. } => *p,
            Self::Stance { class: Some(class), p, .. } => p.get(class).copied().unwrap_or_default(),
            Self::Stance { class: None, p, .. } => p.values().copied().fold(0.0, f32::max),
        }
    }
}
