//! A recipe: in one file the sources that a model is made of, how each is read, and the options of its training.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::parser::ValueSource;
use clap::{Args as _, CommandFactory as _, FromArgMatches as _};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use toml::Spanned;

use crate::cli::output::remark;
use crate::cli::{Cli, train};
use crate::dataset::dataset::Dataset;
use crate::dataset::recipe_source::SourceEntry;
use crate::dataset::source::TableSource;
use crate::model::metadata::RecipeRecord as Record;
use crate::model::metadata::SourceRecord;
use crate::text::hex::hex;
use crate::thread::error::meant;

/// A recipe that makes no sense, with the line that does not.
#[derive(Debug, thiserror::Error)]
#[error("{}:{line}: {reason}", path.display())]
pub(crate) struct RecipeError {
    path: PathBuf,
    line: usize,
    reason: String,
}

/// What the file may say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    /// Options of `train`, by the names of its flags.
    #[serde(default)]
    train: BTreeMap<Spanned<String>, Value>,
    source: Vec<Spanned<SourceEntry>>,
}

/// What an option may be: a value, several of them, or one for each label.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Value {
    One(Scalar),
    Several(Vec<Scalar>),
    ByLabel(BTreeMap<String, Scalar>),
}

/// A value, written with quotation marks or without.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Scalar {
    Whole(i64),
    Number(f64),
    Truth(bool),
    Text(String),
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => number.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Truth(truth) => truth.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// A recipe that was read.
#[derive(Debug)]
pub(crate) struct Recipe {
    path: PathBuf,
    text: String,
    file: File,
}

impl Recipe {
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = toml::from_str(&text).map_err(|error: toml::de::Error| RecipeError {
            path: path.to_owned(),
            line: line_of(&text, error.span().map_or(0, |span| span.start)),
            reason: error.message().to_owned(),
        })?;
        Ok(Self { path: path.to_owned(), text, file })
    }

    fn error(&self, at: usize, reason: String) -> RecipeError {
        RecipeError { path: self.path.clone(), line: line_of(&self.text, at), reason }
    }

    /// The arguments of `train` as if its options stood there, too; those of the command line win.
    pub(crate) fn complete(&self, arguments: &[OsString]) -> anyhow::Result<train::Args> {
        let given = Cli::command().try_get_matches_from(arguments)?;
        let given = given.subcommand_matches("train");
        let known = train::Args::augment_args(clap::Command::new("train"));
        let mut more = Vec::new();
        for (key, value) in &self.file.train {
            let name = key.get_ref();
            let fail = |reason: String| self.error(key.span().start, reason);
            let is = |option: &&clap::Arg| {
                option.get_long() == Some(name) || option.get_short().is_some_and(|short| name.chars().eq([short]))
            };
            let Some(option) = known.get_arguments().find(is).filter(|_| !train::NOT_OF_RECIPES.contains(&&**name))
            else {
                let options: Vec<String> = (known.get_arguments().filter_map(clap::Arg::get_long))
                    .filter(|option| !train::NOT_OF_RECIPES.contains(option))
                    .map(str::to_owned)
                    .collect();
                let meant = meant(name, &options);
                return Err(fail(format!("{name:?} is no option of train that a recipe can have{meant}")).into());
            };
            let flag = if name.len() == 1 { format!("-{name}") } else { format!("--{name}") };
            let values: Vec<String> = match value {
                Value::One(value) => vec![value.to_string()],
                Value::Several(values) => values.iter().map(ToString::to_string).collect(),
                Value::ByLabel(values) => values.iter().map(|(label, value)| format!("{label}={value}")).collect(),
            };
            let own: Vec<OsString> =
                values.into_iter().flat_map(|value| [flag.clone(), value]).map(Into::into).collect();
            // Alone first, so that the line at fault can be told.
            let alone = ["train", "x", "-o", "x"].map(OsString::from).into_iter().chain(own.iter().cloned());
            known.clone().try_get_matches_from(alone).map_err(|error| fail(first_line(&error)))?;
            let by_label = matches!(value, Value::ByLabel(_));
            let source = given.and_then(|given| given.value_source(option.get_id().as_str()));
            if by_label || source != Some(ValueSource::CommandLine) {
                more.extend(own);
            }
        }
        let mut all = arguments.to_vec();
        let train = all.iter().position(|argument| argument == "train").map_or(all.len(), |at| at + 1);
        all.splice(train..train, more);
        let matches = Cli::command().try_get_matches_from(all)?;
        let matches = matches.subcommand_matches("train").context("a recipe is for train")?;
        Ok(train::Args::from_arg_matches(matches)?)
    }

    /// Its sources, in `folder`; those that begin with `./` lie beside the recipe.
    pub(crate) fn parts(&self, folder: &Path) -> anyhow::Result<Vec<TableSource>> {
        let parts = self.file.source.iter().map(|entry| {
            let beside = self.path.parent().filter(|_| entry.get_ref().file.starts_with("./"));
            let part = entry.get_ref().part(beside.unwrap_or(folder));
            part.map_err(|reason| self.error(entry.span().start, reason).into())
        });
        let parts: Vec<TableSource> = parts.collect::<anyhow::Result<_>>()?;
        let kinds = || {
            parts
                .iter()
                .zip(&self.file.source)
                .flat_map(|(part, entry)| part.labels.iter().map(move |label| (label, entry)))
        };
        for (label, entry) in kinds() {
            if kinds().any(|(other, _)| other.name == label.name && other.is_flag != label.is_flag) {
                let reason = format!("label {:?} is a stance in one source and a flag in another", label.name);
                return Err(self.error(entry.span().start, reason).into());
            }
        }
        Ok(parts)
    }

    /// What the model is to remember of it.
    pub(crate) fn record(&self, parts: &[TableSource], data: &Dataset) -> anyhow::Result<Record> {
        let sources = self.file.source.iter().zip(parts).zip(&data.sources).map(|((entry, part), taken)| {
            let entry = entry.get_ref();
            Ok(SourceRecord {
                file: entry.file.clone(),
                sha256: sha256(&part.source.path)?,
                rows: taken.rows,
                negatives: taken.negatives,
                weight: part.weight,
                licence: entry.licence.clone(),
                citation: entry.citation.clone(),
                url: entry.url.clone(),
            })
        });
        Ok(Record {
            file: crate::thread::file_name::file_name(&self.path),
            sha256: hex(&Sha256::digest(&self.text)),
            sources: sources.collect::<anyhow::Result<_>>()?,
        })
    }

    /// Says what was taken of each source, and what was looked for in vain.
    pub(crate) fn tell(data: &Dataset) {
        for part in &data.sources {
            let made_up =
                if part.negatives > 0 { format!(" and {} made up from them", part.negatives) } else { String::new() };
            remark(format_args!("{}: {} rows{made_up}", part.name, part.rows));
            for (label, class) in &part.unmet {
                remark(format_args!("warning: {}: no row has the class {class:?} that {label} is made of", part.name));
            }
        }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// What clap has to say, without the usage that it adds.
fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

fn sha256(path: &Path) -> anyhow::Result<String> {
    let fail = || format!("cannot read {}", path.display());
    let mut file = std::fs::File::open(path).with_context(fail)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hex(&hash.finalize())),
            Ok(n) => hash.update(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error).with_context(fail),
        }
    }
}
