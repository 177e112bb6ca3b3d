//! `ombud.toml`: what a newsroom has settled once for all runs. The command line wins over it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

use crate::learn::Policy;
use crate::model::Site;

/// The file that is read where it stands in the current folder.
const NAME: &str = "ombud.toml";

/// What the file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PolicyFile {
    /// By flag: a number, or for training a policy.
    #[serde(default)]
    pub(super) thresholds: BTreeMap<String, ThresholdEntry>,
    /// By flag: its share among the site's comments.
    #[serde(default)]
    pub(super) base_rates: BTreeMap<String, f32>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum ThresholdEntry {
    Number(f32),
    Policy(Policy),
}

impl PolicyFile {
    /// The file that was named, or the one in the current folder if there is one.
    pub(super) fn find(named: Option<&PathBuf>) -> anyhow::Result<Self> {
        match named {
            Some(path) => Self::read(path),
            None if Path::new(NAME).is_file() => Self::read(Path::new(NAME)),
            None => Ok(Self::default()),
        }
    }

    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} makes no sense", path.display()))
    }

    /// Policies for training: the file's, then those of the command line, of which the last wins.
    pub(super) fn policies(&self, own: &[(String, Policy)]) -> Vec<(String, Policy)> {
        let policy = |entry: &ThresholdEntry| match entry {
            ThresholdEntry::Number(value) => Policy::At(f64::from(*value)),
            ThresholdEntry::Policy(policy) => *policy,
        };
        self.thresholds.iter().map(|(name, entry)| (name.clone(), policy(entry))).chain(own.iter().cloned()).collect()
    }

    /// Thresholds and base rates for scoring, for the flags that the model has; those of the command line win.
    pub(super) fn site(&self, thresholds: &[(String, f32)], base_rates: &[(String, f32)], flags: &[String]) -> Site {
        let known = |name: &String| flags.contains(name);
        let numbers = self.thresholds.iter().filter_map(|(name, entry)| match entry {
            ThresholdEntry::Number(value) => Some((name.clone(), *value)),
            ThresholdEntry::Policy(_) => None,
        });
        let shares = self.base_rates.iter().map(|(name, share)| (name.clone(), *share));
        Site {
            thresholds: numbers.filter(|(name, _)| known(name)).chain(thresholds.iter().cloned()).collect(),
            base_rates: shares.filter(|(name, _)| known(name)).chain(base_rates.iter().cloned()).collect(),
        }
    }
}
