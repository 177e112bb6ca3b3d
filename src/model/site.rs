//! What a site asks of a model beyond what training chose.

use crate::dataset::towards::Towards;
use crate::thread::error::{Listed, meant};

/// What a site asks of a model beyond what training chose.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Site {
    /// Flags with a threshold of the site's own.
    pub thresholds: Vec<(String, f32)>,
    /// Flags whose share among the site's comments is known.
    pub base_rates: Vec<(String, f32)>,
    /// Terms that are to add nothing to flags' scores.
    pub muted: Vec<Muted>,
    /// What stances are towards, where that is not what the model was trained for.
    pub towards: Option<Towards>,
}

/// A site's wish that a model cannot fulfil.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The model has no such flag.
    #[error("{setting} {name}: the model has no such flag{}; it has {}", meant(.name, .flags), Listed(.flags))]
    NoFlag {
        /// What was to be set: threshold, base rate or mute.
        setting: &'static str,
        /// What was asked for.
        name: String,
        /// The flags that the model has.
        flags: Vec<String>,
    },
    /// A threshold outside [0, 1].
    #[error("{name}={threshold}: a threshold lies between 0 and 1")]
    Threshold {
        /// The flag that it was asked for.
        name: String,
        /// What was given.
        threshold: f32,
    },
    /// A share outside (0, 1).
    #[error("{name}={share}: a share lies between 0 and 1")]
    Share {
        /// The flag that it was asked for.
        name: String,
        /// What was given.
        share: f32,
    },
    /// A muted term that cannot be looked for.
    #[error("mute {0:?}: a term has one to five words")]
    Mute(String),
}

/// A term that is to add nothing to a flag's score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Muted {
    /// One to five words; found in any case. Where the model reads words by their stems, so is this.
    pub term: String,
    /// The flag; `None` for every flag.
    pub flag: Option<String>,
}
