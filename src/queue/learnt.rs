//! Stances of a comment that were learnt from its thread, as shown to a reviewer and stored in the log.

use serde::{Deserialize, Serialize};

use crate::queue::scored::Score;

/// Learnt stances of a comment, shown in place of the model's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LearntComment {
    /// The number of decided comments of its thread used.
    pub(crate) from: usize,
    /// By label.
    pub(crate) scores: Vec<(String, Score)>,
    /// Why, as JSON; not logged.
    #[serde(skip)]
    pub(crate) reasons: String,
}

impl LearntComment {
    /// Puts its scores in the places of others of the same labels.
    pub(crate) fn overlay(&self, scores: &mut [(String, Score)]) {
        for (label, score) in scores {
            if let Some((_, own)) = self.scores.iter().find(|(name, _)| name == label) {
                score.clone_from(own);
            }
        }
    }
}
