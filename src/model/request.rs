//! What is read of labelled tables that are all alike.

use super::Towards;
use crate::thread::ColumnMap;

/// Stances that are learnt when no label is named.
pub const KNOWN_STANCES: [&str; 1] = ["stance"];
/// Flags that are learnt when no label is named.
pub const KNOWN_FLAGS: [&str; 10] = [
    "speculative",
    "off_topic",
    "spam",
    "toxicity",
    "severe_toxicity",
    "insult",
    "threat",
    "profanity",
    "identity_attack",
    "reject",
];

/// The column that says how much a row counts for a label.
#[must_use]
pub fn weight_column(label: &str) -> String {
    format!("{label}.weight")
}

/// Which columns of the labelled tables mean what.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Columns that hold a stance. With neither these nor flags the known names are looked for.
    pub stances: Vec<String>,
    /// Columns that hold a flag.
    pub flags: Vec<String>,
    /// Known columns under other headers.
    pub columns: ColumnMap,
    /// A model's own mapping, which holds where its headers are there.
    pub remembered: ColumnMap,
    /// Whether it is enough that any of the named labels is there.
    pub any: bool,
    /// A column whose equal values stay on one side; without it `thread_id` where there is one.
    pub group: Option<String>,
    /// A column that names the fold.
    pub fold: Option<String>,
    /// Of the tables, if not UTF-8.
    pub encoding: Option<String>,
    /// Rows that would only be warned of are refused.
    pub strict: bool,
    /// Whether a column `LABEL.weight` says how much a row counts for that label; an empty cell counts 1.
    pub weights: bool,
    /// What stances are towards, if not what the rows say.
    pub towards: Option<Towards>,
}
