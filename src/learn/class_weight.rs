//! How rows are weighted by their class.

use serde::Deserialize;

/// How rows are weighted by their class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum ClassWeight {
    /// All rows weigh the same
    None,
    /// All classes weigh the same
    Balanced,
    /// Whichever cross-validation finds better
    #[default]
    Auto,
}
