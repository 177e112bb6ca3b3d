//! Why nothing was trained or evaluated.

use crate::dataset::class_map::ClassMapping;
use crate::dataset::label::{KNOWN_FLAGS, KNOWN_STANCES};
use crate::dataset::left_out;
use crate::dataset::left_out::LeftOut;
use crate::learn::error::LearnError;
use crate::learn::folds::FoldError;
use crate::learn::policy::PolicyError;
use crate::metrics::error::MetricsError;
use crate::thread::error::{Listed, ThreadError, meant};
use crate::thread::known::Known;
use crate::thread::nearest::nearest;

/// Why nothing was trained or evaluated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A table that cannot be read.
    #[error(transparent)]
    Thread(#[from] ThreadError),
    /// A column that was asked for and is in no table.
    #[error("no column {column:?} in any of the tables{}; their columns are {}", meant(.column, .there), Listed(.there))]
    NoColumn {
        /// The column.
        column: String,
        /// Those that are there.
        there: Vec<String>,
    },
    /// A column that a recipe names and its table does not have.
    #[error("{file} has no column {column:?}{}; its columns are {}", meant(.column, .there), Listed(.there))]
    NoColumnIn {
        /// The table.
        file: String,
        /// The column.
        column: String,
        /// Those that are there.
        there: Vec<String>,
    },
    /// No label column at all.
    #[error(
        "no label to learn: name the columns of stances and flags (found by themselves: stance, {}); the columns are {}",
        KNOWN_FLAGS.join(", "), Listed(.there)
    )]
    NoLabels {
        /// The columns that are there.
        there: Vec<String>,
    },
    /// A model's labels, of which the data have none.
    #[error("the data have no column of the model's labels: {}; their columns are {}", .labels.join(", "), Listed(.there))]
    NoneOf {
        /// The labels.
        labels: Vec<String>,
        /// The columns that are there.
        there: Vec<String>,
    },
    /// What a cell of a label is to stand for makes no sense.
    #[error("{rule}: {reason}")]
    Classes {
        /// The mapping.
        rule: ClassMapping,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing to learn from.
    #[error("no row to learn from: {}", no_rows(.files, *.count, .refused.as_deref()))]
    NoRows {
        /// The tables.
        files: Vec<String>,
        /// How many rows were refused.
        count: usize,
        /// The first of them.
        refused: Option<String>,
    },
    /// Labels of which nothing can be learnt, and there are no others.
    #[error("no label left to learn: {}", left_out::listed(.0))]
    NoLabelLeft(Vec<LeftOut>),
    /// Nor can a model be evaluated on any label.
    #[error("no label left to evaluate: {}", left_out::listed(.0))]
    NothingToEvaluate(Vec<LeftOut>),
    /// The folds cannot be made.
    #[error(transparent)]
    Folds(#[from] FoldError),
    /// A threshold policy that cannot be applied.
    #[error("{label}: {source}")]
    Policy {
        /// The flag.
        label: String,
        /// What is wrong.
        source: PolicyError,
    },
    /// A policy for a label that is not a flag of this model.
    #[error("{flag}: there is no such flag{}; the flags are {}", meant(.flag, .there), Listed(.there))]
    NoFlag {
        /// What was named.
        flag: String,
        /// The flags that there are.
        there: Vec<String>,
    },
    /// A base rate for a label that is not a flag of this model.
    #[error("{flag}: there is no such flag{}; the flags are {}", meant(.flag, .there), Listed(.there))]
    NoFlagAtRate {
        /// What was named.
        flag: String,
        /// The flags that there are.
        there: Vec<String>,
    },
    /// The solver's own errors.
    #[error(transparent)]
    Learn(#[from] LearnError),
    /// The watcher asked to stop.
    #[error("stopped")]
    Stopped,
    /// Figures that could not be computed.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

/// What annotators call their column where they have one.
const ANY_LABEL: [&str; 4] = ["label", "labels", "class", "category"];

/// The first column that is named like a label, and whether like a flag.
pub(crate) fn like_a_label(there: &[String]) -> Option<(&str, bool)> {
    let of = |column: &String| {
        let any = ANY_LABEL.into_iter().find(|label| column.eq_ignore_ascii_case(label));
        any.or_else(|| nearest(column, KNOWN_STANCES.into_iter().chain(KNOWN_FLAGS)))
    };
    let mut others = there.iter().filter(|column| Known::of_name(column).is_none());
    others.find_map(|column| Some((column.as_str(), KNOWN_FLAGS.contains(&of(column)?))))
}

fn no_rows(files: &[String], count: usize, refused: Option<&str>) -> String {
    match refused {
        Some(first) if count == 1 => format!("the only one was refused: {first}"),
        Some(first) => format!("all {count} were refused, first {first}"),
        None if files.len() == 1 => format!("{} has a header and no rows", files[0]),
        None => format!("{} have headers and no rows", files.join(", ")),
    }
}
