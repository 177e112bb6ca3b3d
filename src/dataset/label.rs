//! Labels: the things that are learnt, and the outputs of the linear model that stand for them.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Stances that are learnt when no label is named.
pub(crate) const KNOWN_STANCES: [&str; 1] = ["stance"];

/// Flags that are learnt when no label is named.
pub(crate) const KNOWN_FLAGS: [&str; 10] = [
    "speculative",
    "off_topic",
    "spam",
    "toxicity",
    "severe_toxicity",
    "insult",
    "threat",
    "profanity",
    "identity_attack",
    "reject",
];

/// A stance label has two or more classes, a flag is yes or no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// One of several classes, as they are written in the data, sorted.
    Stance {
        /// Two or more.
        classes: Vec<String>,
    },
    /// Raised or not.
    Flag,
}

/// One thing that is learnt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The column it was learnt from and is written to.
    pub name: String,
    /// What it can be.
    #[serde(flatten)]
    pub kind: Kind,
}

impl Label {
    /// A label that is raised or not.
    #[must_use]
    pub fn flag(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: Kind::Flag }
    }

    /// A label that takes one of several classes.
    #[must_use]
    pub fn stance(name: impl Into<String>, classes: Vec<String>) -> Self {
        Self { name: name.into(), kind: Kind::Stance { classes } }
    }

    /// Its classes; a flag has none.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        match &self.kind {
            Kind::Stance { classes } => classes,
            Kind::Flag => &[],
        }
    }

    /// How many outputs of the linear model it takes: one for a flag and for two classes, of which it stands for the
    /// second; else one for each class.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        match self.classes().len() {
            0..=2 => 1,
            classes => classes,
        }
    }

    /// How many probabilities it gives: one for a flag, else one for each class.
    #[must_use]
    pub fn n_probabilities(&self) -> usize {
        self.classes().len().max(1)
    }
}

/// The outputs of each label, in order.
#[must_use]
pub(crate) fn outputs(labels: &[Label]) -> Vec<Range<usize>> {
    let mut end = 0;
    labels
        .iter()
        .map(|label| {
            let begin = end;
            end += label.n_outputs();
            begin..end
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_classes_share_an_output_and_more_have_one_each() {
        let stance = |n: usize| Label::stance("s", (0..n).map(|class| class.to_string()).collect());
        let labels = [stance(2), Label::flag("f"), stance(3)];
        assert_eq!(outputs(&labels), [0..1, 1..2, 2..5]);
        assert_eq!(labels.each_ref().map(Label::n_probabilities), [2, 1, 3]);
        assert!(outputs(&[]).is_empty());
    }

    #[test]
    fn a_label_is_written_as_one_object() {
        let stance = Label::stance("stance", vec!["a".to_owned(), "b".to_owned()]);
        let json = r#"{"name":"stance","kind":"stance","classes":["a","b"]}"#;
        assert_eq!(serde_json::to_string(&stance).unwrap(), json);
        assert_eq!(serde_json::from_str::<Label>(json).unwrap(), stance);
        assert_eq!(serde_json::to_string(&Label::flag("spam")).unwrap(), r#"{"name":"spam","kind":"flag"}"#);
    }
}
