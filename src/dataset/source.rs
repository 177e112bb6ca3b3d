//! One source of a recipe: a table of its own columns, classes and weight.

use std::collections::BTreeMap;

use crate::thread::columns::ColumnMap;
use crate::thread::input::Source;
use crate::thread::known::Known;

/// A table, and how it is read.
#[derive(Clone, Debug)]
pub struct TableSource {
    /// Where it is.
    pub source: Source,
    /// What reports call it.
    pub name: String,
    /// Known columns under their headers. Of the others only `text` and `id` are looked for.
    pub columns: ColumnMap,
    /// Known columns that are the same in every row, where the row has none of its own.
    pub constants: Vec<(Known, String)>,
    /// A column whose equal values stay on one side.
    pub group: Option<String>,
    /// The rows that are taken; all without.
    pub rows: Option<Choice>,
    /// What is learnt from it.
    pub labels: Vec<SourceLabel>,
    /// How much each of its rows counts.
    pub weight: f32,
    /// Nothing is chosen or measured on its rows, where a label has others.
    pub teaches_only: bool,
    /// Its groups are those of the same name in other sources, too.
    pub shares_groups: bool,
    /// Rows that are made up from its rows.
    pub negatives: Option<Negatives>,
    /// Tables that have its texts, of which it has only the SHA-256; none where it has them itself.
    pub texts: Vec<Source>,
    /// Where it, or what has its texts, is published.
    pub url: Option<String>,
}

impl TableSource {
    /// A source of which nothing is said yet.
    #[must_use]
    pub fn new(source: Source, name: String) -> Self {
        Self {
            source,
            name,
            columns: ColumnMap::default(),
            constants: Vec::new(),
            group: None,
            rows: None,
            labels: Vec::new(),
            weight: 1.0,
            teaches_only: false,
            shares_groups: false,
            negatives: None,
            texts: Vec::new(),
            url: None,
        }
    }
}

/// Rows whose cell is one of some values.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The column's header.
    pub column: String,
    /// What the cell may be.
    pub equals: Vec<String>,
}

/// A label, and where its annotations stand.
#[derive(Clone, Debug)]
pub struct SourceLabel {
    /// What it is called.
    pub name: String,
    /// A flag, or a stance.
    pub is_flag: bool,
    /// Where its annotations are.
    pub from: Annotation,
    /// How much a row counts for this label, beside what it counts for all.
    pub weight: f32,
}

/// Where an annotation comes from.
#[derive(Clone, Debug)]
pub enum Annotation {
    /// A column whose cells say it as it is.
    Column(String),
    /// A column whose cells stand for something; cells that are not in the map are missing annotations.
    Classes(String, BTreeMap<String, String>),
    /// The same for every row.
    Same(String),
}

/// How comments are paired with what they do not belong to: rows that are made up, for flags such as `off_topic`.
///
/// Only comments that are annotated as belonging where they are (every flag of `labels` is annotated, as no) are paired.
#[derive(Clone, Debug)]
pub struct Negatives {
    /// Times that a comment is put under one of the articles most like its own.
    pub near: f32,
    /// Times that a comment is put under any other article.
    pub random: f32,
    /// Times that a comment is put into an exchange, once where it belongs and once where it, or the whole exchange,
    /// drifts from the article.
    pub drift: f32,
    /// How much such a row counts, beside what its source counts.
    pub weight: f32,
    /// What such a row is annotated with; its other labels are missing.
    pub labels: BTreeMap<String, String>,
}

/// What was taken of a source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceUse {
    /// What reports call it.
    pub name: String,
    /// Rows of the table.
    pub rows: usize,
    /// Rows that were made up.
    pub negatives: usize,
    /// Nothing is chosen or measured on them, where a label has others.
    pub teaches_only: bool,
    /// By label, for those that do not count as 1.
    pub label_weights: BTreeMap<String, f32>,
    /// Classes of a recipe that no row has: label and what the cell was to be.
    pub unmet: Vec<(String, String)>,
    /// Texts that were looked for by their SHA-256 in vain.
    pub unfound: Vec<Unfound>,
}

/// Texts of a source that are in none of the tables that are to have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfound {
    /// What they are.
    pub known: Known,
    /// How many rows miss theirs.
    pub missing: usize,
    /// How many rows have one to be found.
    pub of: usize,
    /// The names of the tables.
    pub tables: String,
}
