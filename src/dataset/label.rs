//! Labels: what is learnt, and the outputs of the linear model that represent them.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Stances learnt if no label is named.
pub(crate) const KNOWN_STANCES: [&str; 1] = ["stance"];

/// Flags learnt if no label is named.
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

/// A stance has two or more classes; a flag is yes or no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// One of several classes, as written in the data, sorted.
    Stance {
        /// The classes, two or more.
        classes: Vec<String>,
    },
    /// Yes or no.
    Flag,
}

/// One thing to learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The name of the column that it is learnt from and written to.
    pub name: String,
    /// Its possible values.
    #[serde(flatten)]
    pub kind: Kind,
}

impl Label {
    /// A flag.
    #[must_use]
    pub fn flag(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: Kind::Flag }
    }

    /// A stance with these classes.
    #[must_use]
    pub fn stance(name: impl Into<String>, classes: Vec<String>) -> Self {
        Self { name: name.into(), kind: Kind::Stance { classes } }
    }

    /// Its classes; empty for a flag.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        match &self.kind {
            Kind::Stance { classes } => classes,
            Kind::Flag => &[],
        }
    }

    /// The number of outputs of the linear model: one for a flag and for two classes, where it represents the second;
    /// otherwise one for each class.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        match self.classes().len() {
            0..=2 => 1,
            classes => classes,
        }
    }

    /// The number of its probabilities: one for a flag, otherwise one for each class.
    #[must_use]
    pub fn n_probabilities(&self) -> usize {
        self.classes().len().max(1)
    }
}

/// The range of outputs for each label, in order.
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
