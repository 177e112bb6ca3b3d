//! A site's settings for a model, beyond what training chose.

use std::fmt;

use crate::dataset::towards::Towards;
use crate::thread::error::{Listed, meant};

/// A site's settings for a model, beyond what training chose.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Site {
    /// Flags with a threshold of the site's own.
    pub thresholds: Vec<(String, f32)>,
    /// Flags whose share among the site's comments is known.
    pub base_rates: Vec<(String, f32)>,
    /// Terms that must not contribute to flags' scores.
    pub muted: Vec<Muted>,
    /// The target of stances, if it differs from the one in training.
    pub towards: Option<Towards>,
}

/// A site's wish that a model cannot fulfil.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The model has no such flag.
    #[error("{asked} {name}: the model has no such flag{}; it has {}", meant(.name, .flags), Listed(.flags))]
    NoFlag {
        /// The setting.
        asked: Asked,
        /// The name of the flag in the setting.
        name: String,
        /// The flags that the model has.
        flags: Vec<String>,
    },
    /// A threshold for a stance.
    #[error("{asked} {name}: stances have none; their error limit is set in training")]
    Stance {
        /// The setting.
        asked: Asked,
        /// The stance.
        name: String,
    },
    /// A threshold outside [0, 1].
    #[error("threshold {name}={threshold}: a threshold must be between 0 and 1")]
    Threshold {
        /// The flag that it was asked for.
        name: String,
        /// What was given.
        threshold: f32,
    },
    /// A share outside (0, 1).
    #[error("base rate {name}={share}: a share must be between 0 and 1")]
    Share {
        /// The flag that it was asked for.
        name: String,
        /// What was given.
        share: f32,
    },
    /// A muted term that cannot be searched for.
    #[error("mute {0:?}: a term has one to five words")]
    Mute(String),
}

/// A setting of a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A threshold of the site's own.
    Threshold,
    /// Scores for another share of the flag.
    BaseRate,
    /// That a term adds nothing to its scores.
    Mute,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Threshold => "threshold",
            Self::BaseRate => "base rate",
            Self::Mute => "mute",
        })
    }
}

/// A term that must not contribute to a flag's score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Muted {
    /// One to five words; found in any case. Where the model reads words by their stems, so is this.
    pub term: String,
    /// The flag; `None` for every flag.
    pub flag: Option<String>,
}
