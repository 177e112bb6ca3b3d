//! The texts that a model has learnt, as hashes, so that an evaluation can detect rows that are no real test.

use rayon::prelude::*;

use crate::dataset::dataset::Dataset;
use crate::model::model::Model;
use crate::text::fingerprint::fingerprint;

/// The most hashes that a model keeps, 800 kB: with more texts, the smallest hashes, which are a random sample.
pub(crate) const KEPT: usize = 200_000;

/// The hash that a model keeps of a text; `None` if the text is too short to be distinctive.
fn hash(text: &str) -> Option<u32> {
    fingerprint(text).map(|print| (print >> 32) as u32)
}

/// The hashes of all texts, increasing, each once.
pub(crate) fn of_data(data: &Dataset) -> Vec<u32> {
    kept((0..data.len()).into_par_iter().filter_map(|row| hash(data.input(row).text)).collect())
}

fn kept(mut hashes: Vec<u32>) -> Vec<u32> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(KEPT);
    hashes
}

/// Rows of a data set on which a model was trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// How many are known to be.
    pub rows: usize,
    /// There may be more: the model knows a part of its training texts only.
    pub at_least: bool,
}

impl Model {
    /// Whether the model was trained on this text, ignoring case, spaces and punctuation. At most one unknown text in
    /// 20,000 is wrongly reported; a model trained on more than `KEPT` texts knows only part of them. Texts of fewer
    /// than 16 letters never count as known.
    #[must_use]
    pub fn has_learnt(&self, text: &str) -> bool {
        hash(text).is_some_and(|hash| self.text_hashes.binary_search(&hash).is_ok())
    }

    /// How many rows of `data` it was trained on.
    #[must_use]
    pub fn overlap(&self, data: &Dataset) -> Overlap {
        let rows = (0..data.len()).into_par_iter().filter(|row| self.has_learnt(data.input(*row).text)).count();
        Overlap { rows, at_least: self.text_hashes.len() == KEPT }
    }

    /// Counts what the base model had seen as seen by this model.
    pub fn carry_over_texts(&mut self, base: &Self) {
        self.text_hashes = kept(self.text_hashes.iter().chain(&base.text_hashes).copied().collect());
        self.metadata.hash = self.fingerprint();
    }
}
