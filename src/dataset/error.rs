//! Why training or evaluation failed.

use crate::dataset::class_map::ClassMapping;
use crate::dataset::label::{KNOWN_FLAGS, KNOWN_STANCES};
use crate::dataset::left_out;
use crate::dataset::left_out::LeftOut;
use crate::learn::error::LearnError;
use crate::learn::folds::FoldError;
use crate::learn::policy::{Policy, PolicyError};
use crate::metrics::error::MetricsError;
use crate::thread::error::{Listed, ThreadError, meant};
use crate::thread::nearest::nearest;
use crate::thread::usual::is_usual;

/// Why training or evaluation failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A table that cannot be read.
    #[error(transparent)]
    Thread(#[from] ThreadError),
    /// A requested column that is in no table.
    #[error("no column {column:?} in any of the tables{}; their columns are {}", meant(.column, .there), Listed(.there))]
    NoColumn {
        /// The column requested.
        column: String,
        /// The columns in the tables.
        there: Vec<String>,
    },
    /// A column named in a recipe that its table does not have.
    #[error("{file} has no column {column:?}{}; its columns are {}", meant(.column, .there), Listed(.there))]
    NoColumnIn {
        /// The table without the column.
        file: String,
        /// The column requested.
        column: String,
        /// The columns in the table.
        there: Vec<String>,
    },
    /// No column of labels.
    #[error(
        "no label to learn: name the columns of stances and flags (found by themselves: stance, {}); the columns are {}",
        KNOWN_FLAGS.join(", "), Listed(.there)
    )]
    NoLabels {
        /// The columns in the tables.
        there: Vec<String>,
        /// Those that hold only numbers from 0 to 1.
        shares: Vec<String>,
    },
    /// A label requested as a stance although comments can have several of its classes.
    #[error(
        "{label:?} is no stance in {file}: a comment can have several of its answers, or none; each is a flag: {}",
        Listed(.flags)
    )]
    SeveralClasses {
        /// The annotation file.
        file: String,
        /// The label requested.
        label: String,
        /// The flags that its answers form.
        flags: Vec<String>,
    },
    /// Moderators' decisions are to be learnt, but no table has any.
    #[error("no row has a moderator's decision: {}", no_states(.states.as_deref(), .there))]
    NoStates {
        /// The states found, if there is a column of them.
        states: Option<String>,
        /// The columns in the tables.
        there: Vec<String>,
    },
    /// The data have none of the model's labels.
    #[error("the data have no column of the model's labels: {}; their columns are {}", .labels.join(", "), Listed(.there))]
    NoneOf {
        /// The model's labels.
        labels: Vec<String>,
        /// The columns in the data.
        there: Vec<String>,
    },
    /// A class mapping is invalid.
    #[error("{rule}: {reason}")]
    Classes {
        /// The mapping as given.
        rule: ClassMapping,
        /// What is wrong with it.
        reason: String,
    },
    /// A source has only hashes of its texts, and the recipe names no table of texts.
    #[error(
        "{0} has only the SHA-256 of its texts: the recipe must name the tables that have them, as in texts = [\"train.csv\"]"
    )]
    NoTextsNamed(String),
    /// A table of texts named in a recipe is missing.
    #[error("{labels}: its texts are to be in {table}, which is not there: {}", download(.url.as_deref()))]
    NoTextTable {
        /// The table of annotations.
        labels: String,
        /// The table of texts.
        table: String,
        /// The address where the texts are published.
        url: Option<String>,
    },
    /// The tables of texts named for a source contain none of its texts.
    #[error("{labels}: none of its {count} texts is in {tables}: {}", download(.url.as_deref()))]
    NoTexts {
        /// The table of annotations.
        labels: String,
        /// The tables of texts.
        tables: String,
        /// How many texts were looked for.
        count: usize,
        /// The address where the texts are published.
        url: Option<String>,
    },
    /// There are no usable rows.
    #[error("no row to learn from: {}", no_rows(.files, *.count, .refused.as_deref()))]
    NoRows {
        /// The tables read.
        files: Vec<String>,
        /// How many rows were refused.
        count: usize,
        /// The first refusal.
        refused: Option<String>,
    },
    /// No label is left that can be learnt.
    #[error("no label left to learn: {}", left_out::listed(.0))]
    NoLabelLeft(Vec<LeftOut>),
    /// No label is left on which the model can be evaluated.
    #[error("no label left to evaluate: {}", left_out::listed(.0))]
    NothingToEvaluate(Vec<LeftOut>),
    /// The folds cannot be made.
    #[error(transparent)]
    Folds(#[from] FoldError),
    /// A threshold policy cannot be applied.
    #[error("{label}: {source}")]
    Policy {
        /// The flag that the policy is for.
        label: String,
        /// What is wrong.
        source: PolicyError,
    },
    /// A policy given for a stance that only flags can have.
    #[error("{stance}: {policy} is for flags; a stance takes error<=E% alone, as in '{stance}=error<=30%'")]
    StancePolicy {
        /// The stance label.
        stance: String,
        /// The policy given.
        policy: Policy,
    },
    /// A policy for a label that does not exist.
    #[error("{flag}: there is no such flag{}; the flags are {}", meant(.flag, .there), Listed(.there))]
    NoFlag {
        /// The name given.
        flag: String,
        /// The flags that exist.
        there: Vec<String>,
    },
    /// Blocks for a label that does not exist.
    #[error("label-blocks of {label}: there is no such label{}; the labels are {}", meant(.label, .there), Listed(.there))]
    NoLabel {
        /// The name given.
        label: String,
        /// The labels that exist.
        there: Vec<String>,
    },
    /// A base rate for a label that is not a flag of this model.
    #[error("{flag}: there is no such flag{}; the flags are {}", meant(.flag, .there), Listed(.there))]
    NoFlagAtRate {
        /// The name given.
        flag: String,
        /// The flags that exist.
        there: Vec<String>,
    },
    /// An error of the solver.
    #[error(transparent)]
    Learn(#[from] LearnError),
    /// The progress callback asked to stop.
    #[error("stopped")]
    Stopped,
    /// Figures could not be computed.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

/// Common names for a single column of labels.
const ANY_LABEL: [&str; 4] = ["label", "labels", "class", "category"];

/// The first column with such a name or a name like a flag's, and whether it is like a flag's.
pub(crate) fn like_a_label(there: &[String]) -> Option<(&str, bool)> {
    let of = |column: &String| {
        let any = ANY_LABEL.into_iter().find(|label| column.eq_ignore_ascii_case(label));
        let near = || nearest(column, KNOWN_STANCES.into_iter().chain(KNOWN_FLAGS));
        any.or_else(|| near().filter(|label| is_slip(column, label)))
    };
    let mut others = there.iter().filter(|column| !is_usual(column));
    others.find_map(|column| Some((column.as_str(), KNOWN_FLAGS.contains(&of(column)?))))
}

/// Whether a column's name is a label's with a slip, or one of them begins with the other; words that only share most
/// of their letters are not alike.
fn is_slip(column: &str, label: &str) -> bool {
    const ALIKE: f64 = 0.85;
    let column = column.to_lowercase();
    column.starts_with(label) || label.starts_with(&column) || strsim::jaro(&column, label) >= ALIKE
}

fn no_states(states: Option<&str>, there: &[String]) -> String {
    match states {
        Some(states) => {
            format!("the states are {states} (approved, rejected, spam, trash, removed and the like are decisions)")
        }
        None => format!("there is no column `reject` or `status`; the columns are {}", Listed(there)),
    }
}

fn download(url: Option<&str>) -> String {
    let at = url.map(|url| format!(" at {url}")).unwrap_or_default();
    format!("download it to the folder of --data, as it was published{at}")
}

fn no_rows(files: &[String], count: usize, refused: Option<&str>) -> String {
    match refused {
        Some(first) if count == 1 => format!("the only one was refused: {first}"),
        Some(first) => format!("all {count} were refused, first {first}"),
        None if files.len() == 1 => format!("{} has a header and no rows", files[0]),
        None => format!("{} have headers and no rows", files.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_column_that_is_named_like_a_label_is_offered() {
        assert_eq!(like_a_label(&names(&["id", "text", "Label"])), Some(("Label", false)));
        assert_eq!(like_a_label(&names(&["text", "toxicty"])), Some(("toxicty", true)));
        assert_eq!(like_a_label(&names(&["text", "stanze"])), Some(("stanze", false)));
        assert_eq!(like_a_label(&names(&["id", "text", "words"])), None);
        assert_eq!(like_a_label(&names(&["Text", "Target", "inputs", "TEXT_raw"])), None);
    }

    #[test]
    fn why_there_is_no_row_depends_on_how_many_were_refused() {
        let error = |files: &[&str], count, refused: Option<&str>| {
            let (files, refused) = (names(files), refused.map(str::to_owned));
            TrainError::NoRows { files, count, refused }.to_string()
        };
        let of = "no row to learn from: ";
        assert_eq!(error(&["a.csv"], 1, Some("a.csv:2: x")), format!("{of}the only one was refused: a.csv:2: x"));
        assert_eq!(error(&["a.csv"], 3, Some("a.csv:2: x")), format!("{of}all 3 were refused, first a.csv:2: x"));
        assert_eq!(error(&["a.csv"], 0, None), format!("{of}a.csv has a header and no rows"));
        assert_eq!(error(&["a.csv", "b.csv"], 0, None), format!("{of}a.csv, b.csv have headers and no rows"));
    }

    #[test]
    fn a_missing_column_comes_with_the_one_that_may_be_meant() {
        let error = TrainError::NoColumn { column: "stence".to_owned(), there: names(&["text", "stance"]) };
        assert_eq!(
            error.to_string(),
            "no column \"stence\" in any of the tables (did you mean `stance`?); their columns are text, stance"
        );
    }
}
