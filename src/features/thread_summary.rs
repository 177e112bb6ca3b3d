//! The rest of a comment's thread: the topic of all its comments, without the comment itself.

use rustc_hash::FxHashMap;

use crate::features::document::Document;
use crate::features::embeddings::{DIM, dot};

/// The topic of all comments of a thread together.
#[derive(Clone, Debug, Default)]
pub struct ThreadSummary {
    /// Sums of the comments' TF-IDF, by stem.
    terms: FxHashMap<u64, f32>,
    /// The sum of squares of `terms`.
    squares: f32,
    /// The sum of the comments' vectors.
    vector: Vec<f32>,
    /// How many comments.
    n: usize,
}

impl ThreadSummary {
    pub(crate) fn add(&mut self, comment: &Document) {
        self.n += 1;
        for (stem, value) in comment.values() {
            *self.terms.entry(stem).or_insert(0.0) += value;
        }
        if let Some(vector) = comment.vector() {
            self.vector.resize(DIM, 0.0);
            self.vector.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value);
        }
    }

    pub(crate) fn finish(mut self) -> Self {
        // In the order of stems, so that the sum does not depend on how the table was built.
        let mut terms: Vec<(u64, f32)> = self.terms.iter().map(|(stem, value)| (*stem, *value)).collect();
        terms.sort_unstable_by_key(|(stem, _)| *stem);
        self.squares = terms.iter().map(|(_, value)| value * value).sum();
        self
    }

    /// The cosines, of TF-IDF and of vectors, of one of its comments to the centroid of the others.
    pub(crate) fn likeness(&self, comment: &Document) -> Option<(f32, Option<f32>)> {
        if self.n < 2 {
            return None;
        }
        let (mut with, mut own) = (0.0, 0.0);
        for (stem, value) in comment.values() {
            with += value * self.terms.get(&stem).copied().unwrap_or(0.0);
            own += value * value;
        }
        let rest = (self.squares - 2.0 * with + own).max(1e-6).sqrt();
        let vector = comment.vector().filter(|_| !self.vector.is_empty()).map(|vector| {
            let with = dot(&self.vector, vector);
            let rest = (dot(&self.vector, &self.vector) - 2.0 * with + 1.0).max(1e-6).sqrt();
            ((with - 1.0) / rest).clamp(-1.0, 1.0)
        });
        Some((((with - own) / rest).clamp(0.0, 1.0), vector))
    }
}
