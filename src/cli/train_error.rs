//! What the command line adds to errors of the library: the options that set the wrong values.

use crate::cli::exit::Usage;
use crate::dataset::error::{TrainError, like_a_label};
use crate::dataset::label::KNOWN_FLAGS;
use crate::dataset::left_out::LeftOut;
use crate::dataset::states;
use crate::learn::folds::FoldError;
use crate::model::site::{Asked, SiteError};
use crate::report::class_option::{self, ClassOption};
use crate::thread::error::{Listed, meant};
use crate::thread::limits::SHOWN;

/// An error of the library, with its options.
#[derive(Debug, thiserror::Error)]
#[error("{told}")]
struct Flagged {
    told: String,
    source: TrainError,
}

/// Said of a table of Argilla's records.
const OF_ARGILLA: &str =
    "; these are records of Argilla, whose responses are read from JSON Lines (to_json of the data set)";

/// Whether a table has the columns of a data set of Argilla. Its lists of responses cannot be read from cells.
fn is_of_argilla(there: &[String]) -> bool {
    there.iter().any(|column| column.ends_with(".responses") && there.contains(&format!("{column}.status")))
}

/// Names the options that set the wrong values.
pub(crate) fn with_flags(error: TrainError) -> anyhow::Error {
    let told = match &error {
        TrainError::Policy { .. } | TrainError::NoFlag { .. } | TrainError::StancePolicy { .. } => {
            format!("--threshold {error}")
        }
        TrainError::NoFlagAtRate { .. } => format!("--base-rate {error}"),
        TrainError::NoLabels { there, shares } => {
            let named = like_a_label(there)
                .map(|(column, is_flag)| format!("{} {column}", if is_flag { "--flag" } else { "--stance" }));
            let shares: Vec<String> = shares.iter().take(SHOWN).map(|column| format!("--flag {column}")).collect();
            let perhaps = named.or_else(|| (!shares.is_empty()).then(|| shares.join(" ")));
            let perhaps = perhaps.map_or_else(String::new, |options| format!(", perhaps {options}"));
            let perhaps = if is_of_argilla(there) { OF_ARGILLA.to_owned() } else { perhaps };
            // The library's message with the options put in; the same below.
            let states = if states::are_in(there) { "; --labels-from-status learns moderators' decisions" } else { "" };
            return anyhow::anyhow!(
                "no label to learn: give the columns with --stance COL or --flag COL (detected by name: stance, \
                 {}){perhaps}; the columns are {}{states}",
                KNOWN_FLAGS.join(", "),
                Listed(there)
            );
        }
        TrainError::Classes { rule, reason } => return anyhow::anyhow!("{}: {reason}", ClassOption(rule)),
        TrainError::NoLabelLeft(labels) => return anyhow::anyhow!("no label left to learn: {}", listed(labels)),
        TrainError::NothingToEvaluate(labels) => {
            return anyhow::anyhow!("no label left to evaluate: {}", listed(labels));
        }
        TrainError::Folds(FoldError::Groups { groups, folds }) => {
            return anyhow::anyhow!(
                "{groups} groups cannot be divided into {folds} folds: use fewer folds (--folds) or no groups (leave out --group)"
            );
        }
        TrainError::Folds(FoldError::One) => {
            return anyhow::anyhow!("cross-validation needs at least 2 folds; --folds 0 trains without it");
        }
        _ => return error.into(),
    };
    Flagged { told, source: error }.into()
}

fn listed(labels: &[LeftOut]) -> String {
    labels.iter().map(class_option::left_out).collect::<Vec<_>>().join("; ")
}

/// What the command line asks that a model cannot do.
pub(crate) fn site_usage(error: &SiteError) -> Usage {
    let option = |asked: &Asked| match asked {
        Asked::Threshold => "--threshold",
        Asked::BaseRate => "--base-rate",
        Asked::Mute => "mute",
    };
    Usage(match error {
        SiteError::NoFlag { asked, name, flags } => {
            format!(
                "{} {name}: the model has no such flag{}; it has {}",
                option(asked),
                meant(name, flags),
                Listed(flags)
            )
        }
        SiteError::Stance { asked: Asked::Threshold, name } => format!(
            "--threshold {name}: stances have no threshold; their error limit is set in training \
             (ombud train --threshold '{name}=error<=30%')"
        ),
        SiteError::Stance { asked, name } => {
            format!("{} {name}: this works for flags only, and {name} is a stance", option(asked))
        }
        SiteError::Threshold { name, threshold } => {
            format!("--threshold {name}={threshold}: a threshold must be between 0 and 1")
        }
        SiteError::Share { name, share } => format!("--base-rate {name}={share}: a share must be between 0 and 1"),
        SiteError::Mute(_) => error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_named_where_the_library_speaks_of_values() {
        let site = |error: &SiteError| site_usage(error).to_string();
        assert_eq!(
            site(&SiteError::NoFlag { asked: Asked::BaseRate, name: "spm".into(), flags: vec!["spam".into()] }),
            "--base-rate spm: the model has no such flag (did you mean `spam`?); it has spam"
        );
        assert_eq!(
            site(&SiteError::Threshold { name: "spam".into(), threshold: 2.0 }),
            "--threshold spam=2: a threshold must be between 0 and 1"
        );
        let train = |error: TrainError| with_flags(error).to_string();
        assert!(train(FoldError::One.into()).contains("--folds 0 trains without it"));
        let none = |there: &[&str], shares: &[&str]| {
            let [there, shares] = [there, shares].map(|names| names.iter().map(ToString::to_string).collect());
            train(TrainError::NoLabels { there, shares })
        };
        assert!(none(&["text", "toxic"], &["toxic"]).contains("perhaps --flag toxic; the columns"));
        assert!(none(&["text", "tone"], &[]).contains("reject); the columns"));
        let argilla = none(&["text", "stance.suggestion", "stance.responses", "stance.responses.status"], &[]);
        assert!(argilla.contains("records of Argilla") && !argilla.contains("--stance stance."), "{argilla}");
        let rule = "spam=x:maybe".parse().unwrap();
        let error = TrainError::Classes { rule, reason: "spam is a flag".into() };
        assert_eq!(train(error), "--classes spam=x:maybe: spam is a flag");
    }
}
