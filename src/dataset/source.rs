//! A source of a recipe: a table with its own columns, classes and weight.

use std::collections::BTreeMap;

use crate::thread::columns::ColumnMap;
use crate::thread::input::Source;
use crate::thread::known::Known;

/// A table, and how to read it.
#[derive(Clone, Debug)]
pub struct TableSource {
    /// Where it is.
    pub source: Source,
    /// Its name in reports.
    pub name: String,
    /// The headers of known columns. Of the others, only `text` and `id` are looked for.
    pub columns: ColumnMap,
    /// Values of known columns for rows that have none.
    pub constants: Vec<(Known, String)>,
    /// A column whose equal values stay on one side.
    pub group: Option<String>,
    /// The rows to take; all if `None`.
    pub rows: Option<Choice>,
    /// The labels learnt from it.
    pub labels: Vec<SourceLabel>,
    /// The weight of each of its rows.
    pub weight: f32,
    /// Its rows are only learnt from: model selection and figures use other rows, if a label has any.
    pub teaches_only: bool,
    /// Whether its groups are the same as those of that name in other sources.
    pub shares_groups: bool,
    /// Negatives to make from its rows.
    pub negatives: Option<Negatives>,
    /// Tables that have its texts, if it has only their SHA-256; otherwise empty.
    pub texts: Vec<Source>,
    /// The address where it, or its texts, are published.
    pub url: Option<String>,
}

impl TableSource {
    /// A source with default settings.
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
    /// The values to take.
    pub equals: Vec<String>,
}

/// A label, and where its annotations are.
#[derive(Clone, Debug)]
pub struct SourceLabel {
    /// Its name.
    pub name: String,
    /// Whether it is a flag rather than a stance.
    pub is_flag: bool,
    /// Where its annotations are.
    pub from: Annotation,
    /// The weight of a row for this label, multiplied by its general weight.
    pub weight: f32,
}

/// Where annotations come from.
#[derive(Clone, Debug)]
pub enum Annotation {
    /// A column whose cells are the annotations.
    Column(String),
    /// A column whose cells are mapped; cells that are not in the map are missing annotations.
    Classes(String, BTreeMap<String, String>),
    /// The same annotation for every row.
    Same(String),
}

/// How comments are paired with what they do not belong to: rows made for flags such as `off_topic`.
///
/// Only comments annotated as belonging where they are (every flag of `labels` is annotated, as no) are paired.
#[derive(Clone, Debug)]
pub struct Negatives {
    /// How many times a comment is placed under one of the articles most like its own.
    pub near: f32,
    /// How many times a comment is placed under any other article.
    pub random: f32,
    /// How many times a comment is placed in an exchange, once where it belongs and once where it, or the whole
    /// exchange, drifts from the article.
    pub drift: f32,
    /// The weight of such a row, multiplied by its source's.
    pub weight: f32,
    /// The annotations of such a row; its other labels are missing.
    pub labels: BTreeMap<String, String>,
}

/// What was used of a source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceUse {
    /// Its name in reports.
    pub name: String,
    /// Rows of the table.
    pub rows: usize,
    /// The number of negatives made.
    pub negatives: usize,
    /// Its rows are only learnt from: model selection and figures use other rows, if a label has any.
    pub teaches_only: bool,
    /// Label weights other than 1.
    pub label_weights: BTreeMap<String, f32>,
    /// Classes of a recipe that no row has: the label, and the cell value expected.
    pub unmet: Vec<(String, String)>,
    /// Texts whose SHA-256 was not found.
    pub unfound: Vec<Unfound>,
}

/// Texts of a source that none of its tables of texts has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfound {
    /// The column of the texts.
    pub known: Known,
    /// The number of rows whose text was not found.
    pub missing: usize,
    /// The number of rows whose text was looked for.
    pub of: usize,
    /// The names of the tables.
    pub tables: String,
}
