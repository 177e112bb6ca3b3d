//! The counts of a thread: comments of each class, with each flag, flagged and unsure.

use crate::dataset::label::Label;
use crate::model::verdict::{Outcome, Verdict, Why};

/// Counts over the verdicts of one model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// How many comments.
    pub comments: usize,
    /// For each label: for a stance a count for each class, for a flag how often it is raised.
    pub counts: Vec<Vec<usize>>,
    /// With any flag raised.
    pub flagged: usize,
    /// For each label: for a stance how often it is left to a person.
    pub stances_unsure: Vec<usize>,
    /// With any flag left to a person.
    pub unsure: usize,
    /// Without a text.
    pub no_text: usize,
}

impl Tally {
    /// Counts none yet.
    #[must_use]
    pub(crate) fn new(labels: &[Label]) -> Self {
        let counts = labels.iter().map(|label| vec![0; label.n_probabilities()]).collect();
        Self { counts, stances_unsure: vec![0; labels.len()], ..Self::default() }
    }

    /// Counts all of `verdicts`.
    #[must_use]
    pub(crate) fn of<'v>(labels: &[Label], verdicts: impl IntoIterator<Item = &'v Verdict>) -> Self {
        let mut tally = Self::new(labels);
        verdicts.into_iter().for_each(|verdict| tally.add(verdict));
        tally
    }

    /// Counts one more.
    pub(crate) fn add(&mut self, verdict: &Verdict) {
        self.comments += 1;
        self.flagged += usize::from(verdict.flagged());
        self.unsure += usize::from(verdict.flag_unsure());
        self.no_text += usize::from(verdict.no_text());
        let counts = self.counts.iter_mut().zip(&mut self.stances_unsure);
        for ((counts, unsure), outcome) in counts.zip(&verdict.outcomes) {
            let (class, once) = match outcome {
                Outcome::Stance { class: Ok(class), .. } => (*class, true),
                Outcome::Stance { class: Err(why), .. } => {
                    *unsure += usize::from(*why == Why::Unsure);
                    continue;
                }
                Outcome::Flag { raised, .. } => (0, *raised),
            };
            if let Some(count) = counts.get_mut(class) {
                *count += usize::from(once);
            }
        }
    }
}
