//! A source of a recipe, as written in the file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::dataset::flag_cell::{FLAG_VALUES, is_share};
use crate::dataset::label::KNOWN_STANCES;
use crate::dataset::setting::Scalar;
use crate::dataset::source::{Annotation, Choice, Negatives, SourceLabel, TableSource};
use crate::thread::columns::ColumnMap;
use crate::thread::error::ThreadError;
use crate::thread::input::Source;
use crate::thread::known::Known;
use crate::thread::mapping::Mapping;
use crate::thread::storage::Storage;

/// Why a source is unusable.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error("{name} is {number}, which is not above 0")]
    NotPositive { name: String, number: f32 },
    #[error("{0} has no labels")]
    NoLabels(String),
    #[error(transparent)]
    Columns(#[from] ThreadError),
    #[error("labels.{0} has either a column, perhaps with classes, or a value")]
    Annotation(String),
    #[error("{flag} is {value:?}: {FLAG_VALUES}")]
    FlagValue { flag: String, value: String },
    #[error("negatives.{name} is {times}, which is not between 0 and 100")]
    Times { name: &'static str, times: f32 },
    #[error("negatives need articles: name the column of article_title or target")]
    NoArticles,
    #[error(
        "negatives stand in no thread, which would give them away: leave thread_id out (group keeps rows on one side, too)"
    )]
    Threads,
    #[error("negatives.labels: the source has no label {0:?}")]
    NoLabel(String),
    #[error("negatives.labels has no flag: by its no a comment is known to belong to its article")]
    NoFlag,
}

/// A `[[source]]` table of a recipe.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct SourceEntry {
    pub(crate) file: String,
    #[serde(default)]
    pub(crate) texts: Vec<String>,
    pub(crate) licence: Option<String>,
    pub(crate) citation: Option<String>,
    pub(crate) url: Option<String>,
    #[serde(default = "one")]
    weight: f32,
    #[serde(default)]
    teaches_only: bool,
    #[serde(default)]
    columns: BTreeMap<Known, String>,
    #[serde(default)]
    constants: BTreeMap<Known, String>,
    group: Option<String>,
    rows: Option<RowsEntry>,
    labels: BTreeMap<String, LabelEntry>,
    negatives: Option<NegativesEntry>,
    encoding: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowsEntry {
    column: String,
    equals: Vec<Scalar>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelEntry {
    column: Option<String>,
    classes: Option<BTreeMap<String, Scalar>>,
    value: Option<Scalar>,
    kind: Option<KindEntry>,
    #[serde(default = "one")]
    weight: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindEntry {
    Stance,
    Flag,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NegativesEntry {
    #[serde(default)]
    near: f32,
    #[serde(default)]
    random: f32,
    #[serde(default)]
    drift: f32,
    #[serde(default = "one")]
    weight: f32,
    labels: BTreeMap<String, Scalar>,
}

fn one() -> f32 {
    1.0
}

impl SourceEntry {
    /// The source that it describes; `path` resolves the path of a file in the recipe.
    pub(crate) fn source(&self, path: impl Fn(&str) -> PathBuf) -> Result<TableSource, SourceError> {
        positive("weight", self.weight)?;
        if self.labels.is_empty() {
            return Err(SourceError::NoLabels(self.file.clone()));
        }
        let columns = self.columns.iter().map(|(name, header)| Mapping { name: *name, header: header.clone() });
        let labels = self.labels.iter().map(|(name, entry)| entry.label(name)).collect::<Result<Vec<_>, _>>()?;
        let (storage, plain) = (Storage::in_encoding(self.encoding.as_deref()), Storage::default());
        Ok(TableSource {
            // If the texts are in other tables, the encoding is theirs.
            source: Source::new(path(&self.file)).stored(if self.texts.is_empty() { &storage } else { &plain }),
            name: self.file.clone(),
            columns: ColumnMap::new(columns.collect())?,
            constants: self.constants.iter().map(|(name, value)| (*name, value.clone())).collect(),
            group: self.group.clone(),
            rows: self.rows.as_ref().map(|rows| Choice {
                column: rows.column.clone(),
                equals: rows.equals.iter().map(ToString::to_string).collect(),
            }),
            weight: self.weight,
            teaches_only: self.teaches_only,
            shares_groups: false,
            negatives: self.negatives.as_ref().map(|entry| self.negatives(entry, &labels)).transpose()?,
            texts: self
                .texts
                .iter()
                .map(|file| Source::new(path(file)).stored(&storage).called(file.clone()))
                .collect(),
            url: self.url.clone(),
            labels,
        })
    }

    fn negatives(&self, entry: &NegativesEntry, labels: &[SourceLabel]) -> Result<Negatives, SourceError> {
        positive("negatives.weight", entry.weight)?;
        for (name, times) in [("near", entry.near), ("random", entry.random), ("drift", entry.drift)] {
            if !(0.0..=100.0).contains(&times) {
                return Err(SourceError::Times { name, times });
            }
        }
        let there = |known| self.columns.contains_key(&known) || self.constants.contains_key(&known);
        if !there(Known::Target) && !there(Known::ArticleTitle) {
            return Err(SourceError::NoArticles);
        }
        if there(Known::ThreadId) {
            return Err(SourceError::Threads);
        }
        let mut flags = 0;
        for (name, value) in &entry.labels {
            let Some(label) = labels.iter().find(|label| label.name == *name) else {
                return Err(SourceError::NoLabel(name.clone()));
            };
            if label.is_flag {
                share(name, &value.to_string())?;
                flags += 1;
            }
        }
        if flags == 0 {
            return Err(SourceError::NoFlag);
        }
        Ok(Negatives {
            near: entry.near,
            random: entry.random,
            drift: entry.drift,
            weight: entry.weight,
            labels: entry.labels.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
        })
    }
}

impl LabelEntry {
    fn label(&self, name: &str) -> Result<SourceLabel, SourceError> {
        positive(&format!("labels.{name}.weight"), self.weight)?;
        let known = if KNOWN_STANCES.contains(&name) { KindEntry::Stance } else { KindEntry::Flag };
        let is_flag = self.kind.unwrap_or(known) == KindEntry::Flag;
        let from = match (&self.column, &self.classes, &self.value) {
            (Some(column), None, None) => Annotation::Column(column.clone()),
            (Some(column), Some(classes), None) => {
                let classes = classes.iter().map(|(class, value)| (class.clone(), value.to_string()));
                Annotation::Classes(column.clone(), classes.collect())
            }
            (None, None, Some(value)) => Annotation::Same(value.to_string()),
            _ => return Err(SourceError::Annotation(name.to_owned())),
        };
        if is_flag {
            match &from {
                Annotation::Column(_) => {}
                Annotation::Classes(_, classes) => classes.values().try_for_each(|value| share(name, value))?,
                Annotation::Same(value) => share(name, value)?,
            }
        }
        Ok(SourceLabel { name: name.to_owned(), is_flag, from, weight: self.weight })
    }
}

/// Checks that a flag can have this value.
fn share(flag: &str, value: &str) -> Result<(), SourceError> {
    let refused = || SourceError::FlagValue { flag: flag.to_owned(), value: value.to_owned() };
    if is_share(value) { Ok(()) } else { Err(refused()) }
}

fn positive(name: &str, number: f32) -> Result<(), SourceError> {
    let is_positive = number.is_finite() && number > 0.0;
    if is_positive { Ok(()) } else { Err(SourceError::NotPositive { name: name.to_owned(), number }) }
}
