//! What the command line adds to errors of the library: the flags that set the values at fault.

use crate::dataset::error::{TrainError, like_a_label};
use crate::dataset::label::KNOWN_FLAGS;
use crate::learn::folds::FoldError;
use crate::thread::error::Listed;

/// An error of the library, told with the flags.
#[derive(Debug, thiserror::Error)]
#[error("{told}")]
struct Flagged {
    told: String,
    source: TrainError,
}

/// Names the flags that set what is wrong.
pub(crate) fn with_flags(error: TrainError) -> anyhow::Error {
    let told = match &error {
        TrainError::Policy { .. } | TrainError::NoFlag { .. } => format!("--threshold {error}"),
        TrainError::NoFlagAtRate { .. } => format!("--base-rate {error}"),
        TrainError::Folds(FoldError::Groups { groups, folds }) => format!(
            "{groups} groups cannot be divided into {folds} folds: ask for fewer (--folds) or leave --group out"
        ),
        TrainError::Folds(FoldError::One) => {
            "cross-validation needs at least 2 folds; --folds 0 trains without it".to_owned()
        }
        TrainError::NoLabels { there } => {
            let perhaps = like_a_label(there).map_or_else(String::new, |(column, is_flag)| {
                format!(", perhaps {} {column}", if is_flag { "--flag" } else { "--stance" })
            });
            // What the library says of it, with the flags in its midst.
            return anyhow::anyhow!(
                "no label to learn: name the columns with --stance COL or --flag COL (found by themselves: stance, \
                 {}){perhaps}; the columns are {}",
                KNOWN_FLAGS.join(", "),
                Listed(there)
            );
        }
        _ => return error.into(),
    };
    Flagged { told, source: error }.into()
}
