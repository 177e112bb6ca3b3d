//! `ombud.toml`: a newsroom's settings for all runs.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::learn::policy::Policy;
use crate::model::site::{Muted, Site};
use crate::queue::review_policy::{ReviewPolicy, ReviewPolicyError};

/// The file that is read if it is in the current folder.
const NAME: &str = "ombud.toml";

/// `ombud.toml`: thresholds, base rates and muted terms of a site, and how it reviews.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicyFile {
    /// By flag: a number, or for training a policy.
    #[serde(default)]
    thresholds: BTreeMap<String, ThresholdEntry>,
    /// By flag: its share among the site's comments.
    #[serde(default)]
    base_rates: BTreeMap<String, f32>,
    /// Terms that must not contribute to the score of any flag or, by flag, of one.
    #[serde(default)]
    mute: MuteEntry,
    /// Whether the author of a comment counts when decided comments teach the stances of their thread.
    authors: Option<bool>,
    #[serde(default)]
    pub(crate) review: ReviewPolicy,
    /// The server reads its own settings.
    #[serde(default, rename = "serve")]
    _serve: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum MuteEntry {
    Everywhere(Vec<String>),
    ByFlag(BTreeMap<String, Vec<String>>),
}

impl Default for MuteEntry {
    fn default() -> Self {
        Self::Everywhere(Vec::new())
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum ThresholdEntry {
    Number(f32),
    Policy(Policy),
}

/// Why a policy file cannot be used. The message names the file, and the line or the entry.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct PolicyFileError(Box<Cause>);

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("cannot read {}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{} is not valid", path.display())]
    Syntax { path: PathBuf, source: toml::de::Error },
    #[error("{}: {reason}", path.display())]
    Entry { path: PathBuf, reason: EntryError },
}

impl PolicyFileError {
    /// Whether the file can be read, and has an entry that cannot be meant.
    pub(crate) fn is_of_entry(&self) -> bool {
        matches!(*self.0, Cause::Entry { .. })
    }
}

/// An entry that cannot be meant.
#[derive(Debug, thiserror::Error)]
enum EntryError {
    #[error("the threshold of {name} is {value}; it must be between 0 and 1")]
    Threshold { name: String, value: f32 },
    /// Odds are made of it.
    #[error("the base rate of {name} is {rate}; it must be above 0 and below 1")]
    BaseRate { name: String, rate: f32 },
    #[error(transparent)]
    Review(#[from] ReviewPolicyError),
}

/// What a user should know about a file and a model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyNote {
    /// It may be another model's, or a typing error, which would have no effect.
    #[error("ombud.toml: the model has no flag {0:?}")]
    NoFlag(String),
    /// A policy of training does nothing when comments are scored.
    #[error("ombud.toml: {name} = {policy} works only in training; the model's own threshold is used")]
    ForTraining {
        /// The flag.
        name: String,
        /// Its setting in the file.
        policy: Policy,
    },
    /// Terms that add nothing, lest anybody wonders.
    #[error("ombud.toml: muted for {of}: {}", terms.join(", "))]
    Muted {
        /// The flag, or `every flag`.
        of: String,
        /// What is muted.
        terms: Vec<String>,
    },
}

impl PolicyFile {
    /// Whether authors count where decided comments teach the stances of their thread; they do unless the file says no.
    pub(crate) fn authors(&self) -> bool {
        self.authors.unwrap_or(true)
    }

    /// The path of the file: the given one, or else in the current folder if it exists.
    pub(crate) fn path(named: Option<&PathBuf>) -> Option<&Path> {
        named.map(PathBuf::as_path).or_else(|| Some(Path::new(NAME)).filter(|path| path.is_file()))
    }

    /// The file that was named, or the one in the current folder if there is one.
    pub(crate) fn find(named: Option<&PathBuf>) -> Result<Self, PolicyFileError> {
        Self::path(named).map_or_else(|| Ok(Self::default()), Self::open)
    }

    /// Opens a policy file.
    ///
    /// # Errors
    /// When it cannot be read or contains invalid settings.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, PolicyFileError> {
        Self::read(path.as_ref().to_owned()).map_err(|cause| PolicyFileError(Box::new(cause)))
    }

    fn read(path: PathBuf) -> Result<Self, Cause> {
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) => return Err(Cause::Unreadable { path, source }),
        };
        let file: Self = match toml::from_str(&text) {
            Ok(file) => file,
            Err(source) => return Err(Cause::Syntax { path, source }),
        };
        match file.check() {
            Ok(()) => Ok(file),
            Err(reason) => Err(Cause::Entry { path, reason }),
        }
    }

    /// Finds the first entry that cannot be meant.
    fn check(&self) -> Result<(), EntryError> {
        for (name, entry) in &self.thresholds {
            if let ThresholdEntry::Number(value) = *entry
                && !(0.0..=1.0).contains(&value)
            {
                return Err(EntryError::Threshold { name: name.clone(), value });
            }
        }
        if let Some((name, rate)) = self.base_rates.iter().find(|(_, rate)| !(**rate > 0.0 && **rate < 1.0)) {
            return Err(EntryError::BaseRate { name: name.clone(), rate: *rate });
        }
        Ok(self.review.check()?)
    }

    /// Policies for training.
    pub(crate) fn policies(&self) -> Vec<(String, Policy)> {
        let policy = |entry: &ThresholdEntry| match entry {
            ThresholdEntry::Number(value) => Policy::At(f64::from(*value)),
            ThresholdEntry::Policy(policy) => *policy,
        };
        self.thresholds.iter().map(|(name, entry)| (name.clone(), policy(entry))).collect()
    }

    /// Its settings for a model with these flags ([`Model::flags`](crate::Model::flags)), and what the user should know
    /// about them.
    #[must_use]
    pub fn site(&self, flags: &[String]) -> (Site, Vec<PolicyNote>) {
        let (mut site, mut notes) = (Site::default(), Vec::new());
        for (name, entry) in &self.thresholds {
            match entry {
                _ if !flags.contains(name) => notes.push(PolicyNote::NoFlag(name.clone())),
                ThresholdEntry::Number(value) => site.thresholds.push((name.clone(), *value)),
                ThresholdEntry::Policy(policy) => {
                    notes.push(PolicyNote::ForTraining { name: name.clone(), policy: *policy });
                }
            }
        }
        for (name, share) in &self.base_rates {
            if flags.contains(name) {
                site.base_rates.push((name.clone(), *share));
            } else {
                notes.push(PolicyNote::NoFlag(name.clone()));
            }
        }
        self.mute(flags, &mut site, &mut notes);
        (site, notes)
    }

    fn mute(&self, flags: &[String], site: &mut Site, notes: &mut Vec<PolicyNote>) {
        let entries: Vec<(Option<&String>, &Vec<String>)> = match &self.mute {
            MuteEntry::Everywhere(terms) if terms.is_empty() => Vec::new(),
            MuteEntry::Everywhere(terms) => vec![(None, terms)],
            MuteEntry::ByFlag(by_flag) => {
                let (known, unknown): (Vec<_>, Vec<_>) = by_flag.iter().partition(|(flag, _)| flags.contains(*flag));
                notes.extend(unknown.into_iter().map(|(flag, _)| PolicyNote::NoFlag(flag.clone())));
                known.into_iter().map(|(flag, terms)| (Some(flag), terms)).collect()
            }
        };
        for (flag, terms) in entries {
            let of = flag.map_or("every flag", String::as_str).to_owned();
            notes.push(PolicyNote::Muted { of, terms: terms.clone() });
            site.muted.extend(terms.iter().map(|term| Muted { term: term.clone(), flag: flag.cloned() }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<PolicyFile, PolicyFileError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("site.toml");
        std::fs::write(&path, text).unwrap();
        PolicyFile::open(path)
    }

    #[test]
    fn what_the_model_has_no_flag_for_is_told_and_left_out() {
        let text = "[thresholds]\nspam = 0.3\ntoxicity = \"recall>=0.8\"\nspma = 0.2\n[base-rates]\nspam = 0.1\n\
                    [mute]\nspam = [\"free\"]\nother = [\"x\"]\n";
        let (site, notes) = file(text).unwrap().site(&["spam".to_owned(), "toxicity".to_owned()]);
        assert_eq!(site.thresholds, [("spam".to_owned(), 0.3)]);
        assert_eq!(site.base_rates, [("spam".to_owned(), 0.1)]);
        assert_eq!(site.muted, [Muted { term: "free".to_owned(), flag: Some("spam".to_owned()) }]);
        let notes: Vec<String> = notes.iter().map(ToString::to_string).collect();
        let expected = [
            "ombud.toml: the model has no flag \"spma\"",
            "ombud.toml: toxicity = recall>=0.8 works only in training; the model's own threshold is used",
            "ombud.toml: the model has no flag \"other\"",
            "ombud.toml: muted for spam: free",
        ];
        assert_eq!(notes, expected);
    }

    #[test]
    fn an_error_names_the_file_and_what_is_wrong() {
        let error = file("[review]\ndouble = 2.0\n").unwrap_err();
        assert!(error.is_of_entry());
        assert!(error.to_string().ends_with("site.toml: double = 2 under [review]: a share must be between 0 and 1"));
        let error = file("[reviews]\n").unwrap_err();
        assert!(!error.is_of_entry() && error.to_string().ends_with("site.toml is not valid"), "{error}");
    }
}
