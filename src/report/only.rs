//! Which scored comments are written.

use crate::model::verdict::Verdict;

/// Some of the comments only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub(crate) enum Only {
    /// Comments with a raised flag
    Flagged,
    /// Comments that the model leaves to a person
    Unsure,
}

impl Only {
    /// Whether a comment is among them.
    #[must_use]
    pub(crate) fn holds(self, verdict: &Verdict) -> bool {
        match self {
            Self::Flagged => verdict.flagged(),
            Self::Unsure => verdict.unsure(),
        }
    }
}
