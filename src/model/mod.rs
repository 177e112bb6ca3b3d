//! The trained whole: what a model is, how it is trained, what it says of a comment and why, and its file.

pub mod bias;
mod by_source;
mod cell;
mod choose;
mod compare;
pub mod confined;
mod dataset;
pub mod duplicates;
pub mod evaluate;
pub mod explain;
mod file;
mod flag_cell;
mod groups;
mod identity;
mod keep;
pub mod label;
mod last_fit;
mod left_out;
mod mute;
mod negatives;
mod odd_classes;
mod part;
mod plan;
mod pool;
mod prior;
mod prune;
mod reader;
pub mod recurring;
mod relations;
mod request;
mod score;
mod seen;
mod strings;
mod tensors;
mod towards;
mod train;
mod verdict;
mod whole;

pub use choose::CHOSEN_BY_FOLD;
pub use compare::{Comparison, compare};
pub use dataset::{Annotations, Dataset, First};
pub use evaluate::{Aim, Annotated, Bootstrap, Evaluated, Rule, Truth};
pub use file::FileError;
pub use flag_cell::{FLAG_VALUES, is_share};
pub use label::{Kind, Label};
pub use last_fit::Old;
pub use left_out::{CellsByLabel, LeftOut, MOST_CLASSES, RefusedCells};
pub use mute::Muted;
pub use odd_classes::{OddClasses, Oddity};
pub use part::{Annotation, Choice, Negatives, Part, PartLabel, PartUse};
pub use request::{ClassRule, Classes, KNOWN_FLAGS, KNOWN_STANCES, Request, weight_column};
pub use score::{Scorer, Site, SiteError};

pub use seen::{SEEN_KEPT, SeenRows};
pub use towards::{Towards, TowardsError};
pub use train::{ClassWeight, Learnt, Step, TrainOptions, Trained, train};
pub use verdict::{OtherLanguage, Outcome, Reason, Verdict, Why};
pub use whole::{FORMAT, Metadata, Model, ModelLabel, ModelMember, Provenance, Recipe, SourceRecord};

use crate::learn::{FoldError, LearnError, PolicyError};
use crate::metrics::MetricsError;
use crate::thread::{Known, Listed, ThreadError, meant, nearest};

/// The model inside the program.
pub const SHIPPED: &[u8] = include_bytes!("../../models/news-en.model");

/// Why nothing was trained or evaluated.
#[derive(Debug, thiserror::Error)]
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
        "no label to learn: name the columns with --stance COL or --flag COL (found by themselves: stance, {}){}; the columns \
         are {}",
        KNOWN_FLAGS.join(", "), like_a_label(.there), Listed(.there)
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
        /// The option.
        rule: ClassRule,
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
    /// The base model treats text in another way than was asked for.
    #[error("--base: the model was made with {0}; leave that option out or train without --base")]
    Base(String),
    /// The folds cannot be made.
    #[error(transparent)]
    Folds(#[from] FoldError),
    /// A threshold policy that cannot be applied.
    #[error("--threshold {label}: {source}")]
    Policy {
        /// The flag.
        label: String,
        /// What is wrong.
        source: PolicyError,
    },
    /// A policy for a label that is not a flag of this model.
    #[error("--threshold {flag}: there is no such flag{}; the flags are {}", meant(.flag, .there), Listed(.there))]
    NoFlag {
        /// What was named.
        flag: String,
        /// The flags that there are.
        there: Vec<String>,
    },
    /// A base rate for a label that is not a flag of this model.
    #[error("--base-rate {flag}: there is no such flag{}; the flags are {}", meant(.flag, .there), Listed(.there))]
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

/// The first column that is named like a label, as the end of a sentence.
fn like_a_label(there: &[String]) -> String {
    let of = |column: &String| {
        let any = ANY_LABEL.into_iter().find(|label| column.eq_ignore_ascii_case(label));
        let known = || nearest(column, KNOWN_STANCES.into_iter().chain(KNOWN_FLAGS));
        Some((column.clone(), any.or_else(known)?))
    };
    let mut others = there.iter().filter(|column| Known::of_name(column).is_none());
    others.find_map(of).map_or_else(String::new, |(column, label)| {
        let option = if KNOWN_FLAGS.contains(&label) { "--flag" } else { "--stance" };
        format!(", perhaps {option} {column}")
    })
}

fn no_rows(files: &[String], count: usize, refused: Option<&str>) -> String {
    match refused {
        Some(first) if count == 1 => format!("the only one was refused: {first}"),
        Some(first) => format!("all {count} were refused, first {first}"),
        None if files.len() == 1 => format!("{} has a header and no rows", files[0]),
        None => format!("{} have headers and no rows", files.join(", ")),
    }
}

/// Bytes in hexadecimal.
#[must_use]
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
