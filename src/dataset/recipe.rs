//! A recipe: one file with the sources of a model, how each is read, and the options of its training.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::dataset::bias_settings;
use crate::dataset::bias_settings::BiasSettings;
use crate::dataset::recipe_source::{SourceEntry, SourceError};
use crate::dataset::source::TableSource;
use crate::dataset::train_settings;
use crate::dataset::train_settings::TrainSettings;
use crate::thread::error::meant;

/// Why a recipe is unusable.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecipeError {
    /// The recipe, or one of its tables, cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// A line of the recipe is invalid.
    #[error("{}:{line}: {reason}", path.display())]
    Line {
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        reason: Box<LineError>,
    },
}

/// What is wrong with a line of a recipe.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LineError {
    #[error("{}", .0.message().trim_end())]
    Syntax(toml::de::Error),
    #[error("{name:?} is no option of train that a recipe can have{}", meant(.name, .there))]
    Unknown { name: String, there: Vec<String> },
    #[error("{name}: {}", .reason.message().trim_end())]
    Value { name: String, reason: toml::de::Error },
    #[error(transparent)]
    Source(SourceError),
    #[error("label {0:?} is a stance in one source and a flag in another")]
    TwoKinds(String),
}

/// The contents of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    /// Options of `train`, by the names of its flags.
    #[serde(default)]
    train: BTreeMap<Spanned<String>, toml::Value>,
    source: Vec<Spanned<SourceEntry>>,
}

/// A parsed recipe.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    file: File,
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// When it cannot be read, or is not a valid recipe.
    pub(crate) fn read(path: &Path) -> Result<Self, RecipeError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| RecipeError::Unreadable { path: path.to_owned(), source })?;
        let file = toml::from_str(&text).map_err(|error: toml::de::Error| RecipeError::Line {
            path: path.to_owned(),
            line: line_of(&text, error.span().map_or(0, |span| span.start)),
            reason: Box::new(LineError::Syntax(error)),
        })?;
        Ok(Self { path: path.to_owned(), text, file })
    }

    fn error(&self, at: usize, reason: LineError) -> RecipeError {
        RecipeError::Line { path: self.path.clone(), line: line_of(&self.text, at), reason: Box::new(reason) }
    }

    /// Its settings for training and for the bias audit.
    ///
    /// # Errors
    /// When it sets an unknown option, or an invalid value.
    pub(crate) fn settings(&self) -> Result<(TrainSettings, BiasSettings), RecipeError> {
        let there = || train_settings::KEYS.iter().chain(&bias_settings::KEYS);
        for key in self.file.train.keys() {
            let name = key.get_ref();
            if there().all(|known| known != name) {
                let there = there().map(ToString::to_string).collect();
                return Err(self.error(key.span().start, LineError::Unknown { name: name.clone(), there }));
            }
        }
        Ok((self.section(&train_settings::KEYS)?, self.section(&bias_settings::KEYS)?))
    }

    /// The settings of some keys.
    fn section<T: DeserializeOwned>(&self, keys: &[&str]) -> Result<T, RecipeError> {
        let mut table = toml::Table::new();
        for (key, value) in self.file.train.iter().filter(|(key, _)| keys.contains(&key.get_ref().as_str())) {
            let name = key.get_ref();
            // Each setting is checked alone first, to identify the line at fault.
            if let Err(error) = toml::Table::from_iter([(name.clone(), value.clone())]).try_into::<T>() {
                let reason = LineError::Value { name: name.clone(), reason: error };
                return Err(self.error(key.span().start, reason));
            }
            table.insert(name.clone(), value.clone());
        }
        table.try_into().map_err(|error| self.error(0, LineError::Syntax(error)))
    }

    /// Its sources as written in the file.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &SourceEntry> {
        self.file.source.iter().map(Spanned::get_ref)
    }

    /// Its sources, in `folder`; paths that begin with `./` are relative to the recipe.
    pub(crate) fn sources(&self, folder: &Path) -> Result<Vec<TableSource>, RecipeError> {
        let shares_groups = self.settings()?.0.shared_groups.unwrap_or(false);
        let sources = self.file.source.iter().map(|entry| {
            let path = |file: &str| {
                let beside = self.path.parent().filter(|_| file.starts_with("./"));
                beside.unwrap_or(folder).join(file)
            };
            let source = entry.get_ref().source(path);
            let source = source.map(|source| TableSource { shares_groups, ..source });
            source.map_err(|error| self.error(entry.span().start, LineError::Source(error)))
        });
        let sources: Vec<TableSource> = sources.collect::<Result<_, _>>()?;
        let kinds = || {
            sources
                .iter()
                .zip(&self.file.source)
                .flat_map(|(source, entry)| source.labels.iter().map(move |label| (label, entry)))
        };
        for (label, entry) in kinds() {
            if kinds().any(|(other, _)| other.name == label.name && other.is_flag != label.is_flag) {
                let reason = LineError::TwoKinds(label.name.clone());
                return Err(self.error(entry.span().start, reason));
            }
        }
        Ok(sources)
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
