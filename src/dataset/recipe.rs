//! A recipe: in one file the sources that a model is made of, how each is read, and the options of its training.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::dataset::recipe_options::{KEYS, RecipeOptions};
use crate::dataset::recipe_source::SourceEntry;
use crate::dataset::source::TableSource;
use crate::thread::error::meant;

/// Why a recipe cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecipeError {
    /// It, or one of its tables, cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// A line of it makes no sense.
    #[error("{}:{line}: {reason}", path.display())]
    Line {
        /// The recipe.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

/// What the file may say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    /// Options of `train`, by the names of its flags.
    #[serde(default)]
    train: BTreeMap<Spanned<String>, toml::Value>,
    source: Vec<Spanned<SourceEntry>>,
}

/// A recipe that was read.
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
    /// When it cannot be read, or says what no recipe may.
    pub(crate) fn read(path: &Path) -> Result<Self, RecipeError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| RecipeError::Unreadable { path: path.to_owned(), source })?;
        let file = toml::from_str(&text).map_err(|error: toml::de::Error| RecipeError::Line {
            path: path.to_owned(),
            line: line_of(&text, error.span().map_or(0, |span| span.start)),
            reason: error.message().to_owned(),
        })?;
        Ok(Self { path: path.to_owned(), text, file })
    }

    fn error(&self, at: usize, reason: String) -> RecipeError {
        RecipeError::Line { path: self.path.clone(), line: line_of(&self.text, at), reason }
    }

    /// The options that it sets.
    ///
    /// # Errors
    /// When it sets one that is none, or to what it cannot be.
    pub(crate) fn options(&self) -> Result<RecipeOptions, RecipeError> {
        let mut table = toml::Table::new();
        for (key, value) in &self.file.train {
            let (name, at) = (key.get_ref(), key.span().start);
            if !KEYS.contains(&name.as_str()) {
                let meant = meant(name, &KEYS.map(str::to_owned));
                let reason = format!("{name:?} is no option of train that a recipe can have{meant}");
                return Err(self.error(at, reason));
            }
            // Alone first, so that the line at fault can be told.
            RecipeOptions::check(name, value).map_err(|reason| self.error(at, format!("{name}: {reason}")))?;
            table.insert(name.clone(), value.clone());
        }
        table.try_into().map_err(|error: toml::de::Error| self.error(0, error.message().to_owned()))
    }

    /// Its sources as its file has them.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &SourceEntry> {
        self.file.source.iter().map(Spanned::get_ref)
    }

    /// Its sources, in `folder`; those that begin with `./` lie beside the recipe.
    pub(crate) fn sources(&self, folder: &Path) -> Result<Vec<TableSource>, RecipeError> {
        let sources = self.file.source.iter().map(|entry| {
            let beside = self.path.parent().filter(|_| entry.get_ref().file.starts_with("./"));
            let source = entry.get_ref().source(beside.unwrap_or(folder));
            source.map_err(|reason| self.error(entry.span().start, reason))
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
                let reason = format!("label {:?} is a stance in one source and a flag in another", label.name);
                return Err(self.error(entry.span().start, reason));
            }
        }
        Ok(sources)
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
