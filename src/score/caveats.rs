//! Comments whose verdict says less than it could.

use std::collections::BTreeMap;

use crate::model::verdict::Verdict;

/// Counts comments whose verdict says less than it could, or is less certain than it looks.
#[derive(Debug, Default)]
pub(crate) struct Caveats {
    /// In other languages than the model's, by language.
    pub(crate) languages: BTreeMap<&'static str, u64>,
    /// Comments without a text, which get no verdict.
    pub(crate) no_text: u64,
    /// Comments without anything that a stance could be towards.
    pub(crate) no_target: u64,
}

impl Caveats {
    /// Counts one more comment.
    pub(crate) fn add(&mut self, verdict: &Verdict) {
        if let Some(other) = &verdict.language {
            *self.languages.entry(other.detected.name()).or_default() += 1;
        }
        self.no_text += u64::from(verdict.no_text());
        self.no_target += u64::from(verdict.no_target());
    }

    /// Takes over another's counts and resets them.
    pub(crate) fn take(&mut self, other: &mut Self) {
        let Self { languages, no_text, no_target } = std::mem::take(other);
        for (name, count) in languages {
            *self.languages.entry(name).or_default() += count;
        }
        self.no_text += no_text;
        self.no_target += no_target;
    }
}
