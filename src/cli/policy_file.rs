//! `ombud.toml`: what a newsroom has settled once for all runs. The command line wins over it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

use crate::cli::exit::Usage;
use crate::cli::messages::note_no_flag;
use crate::cli::output::remark;
use crate::learn::policy::Policy;
use crate::model::site::Muted;
use crate::model::site::Site;
use crate::queue::clock::now;
use crate::queue::decision::REJECT;
use crate::queue::severity::Costs;
use crate::queue::store::Store;
use crate::screen::keymap::Keymap;
use crate::screen::options::Words;

/// The file that is read where it stands in the current folder.
const NAME: &str = "ombud.toml";
/// A comment is held for no more than a day.
const MOST_MINUTES: u32 = 24 * 60;
/// And kept for no more than a century.
const MOST_DAYS: u32 = 36_500;

/// What the file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PolicyFile {
    /// By flag: a number, or for training a policy.
    #[serde(default)]
    pub(crate) thresholds: BTreeMap<String, ThresholdEntry>,
    /// By flag: its share among the site's comments.
    #[serde(default)]
    pub(crate) base_rates: BTreeMap<String, f32>,
    /// Terms that are to add nothing to the score of any flag, or by flag.
    #[serde(default)]
    pub(crate) mute: MuteEntry,
    /// Whether the author of a comment counts where decided comments teach the stances of their thread.
    authors: Option<bool>,
    /// How comments are reviewed.
    #[serde(default)]
    pub(crate) review: ReviewPolicy,
}

/// What a newsroom has settled about its review.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ReviewPolicy {
    /// Of the comments that are not flagged the share that is drawn for review.
    slice: Option<f64>,
    /// The share of all comments that two reviewers are to decide.
    double: Option<f64>,
    /// A comment that nobody decides is free again after so many minutes.
    pub(crate) lease_minutes: Option<u32>,
    /// After so many decisions the model begins to learn by itself.
    pub(crate) learn_after: Option<usize>,
    /// `review purge --retention` erases what is older.
    pub(crate) retention_days: Option<u32>,
    /// What it costs to miss a comment with a flag, by flag.
    severity: Option<BTreeMap<String, f64>>,
    /// Other keys, by the name of what they do.
    #[serde(default)]
    pub(crate) keys: BTreeMap<String, String>,
    /// The site's words for the actions.
    #[serde(default)]
    words: WordsEntry,
}

/// What a site calls the actions.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsEntry {
    approve: Option<String>,
    reject: Option<String>,
    escalate: Option<String>,
}

impl ReviewPolicy {
    /// The site's words for the actions.
    pub(crate) fn words(&self) -> Words {
        let (own, usual) = (self.words.clone(), Words::default());
        Words {
            approve: own.approve.unwrap_or(usual.approve),
            reject: own.reject.unwrap_or(usual.reject),
            escalate: own.escalate.unwrap_or(usual.escalate),
        }
    }

    /// The usual keys but for those that the file gives.
    pub(crate) fn keymap(&self) -> anyhow::Result<Keymap> {
        let keys = self.keys.iter().map(|(name, keys)| (name.as_str(), keys.as_str()));
        Ok(Keymap::new(keys).map_err(|error| Usage(format!("ombud.toml: {error}")))?)
    }

    /// What is wrong with the first entry that cannot be meant.
    fn check(&self) -> Result<(), String> {
        let shares = [("slice", self.slice), ("double", self.double)];
        for (name, share) in shares.iter().filter_map(|(name, share)| Some((name, (*share)?))) {
            if !(0.0..=1.0).contains(&share) {
                return Err(format!("{name} = {share} under [review]: a share lies between 0 and 1"));
            }
        }
        let numbers =
            [("lease-minutes", self.lease_minutes, MOST_MINUTES), ("retention-days", self.retention_days, MOST_DAYS)];
        for (name, number, most) in numbers.iter().filter_map(|(name, number, most)| Some((name, (*number)?, most))) {
            if !(1..=*most).contains(&number) {
                return Err(format!("{name} = {number} under [review]: it lies between 1 and {most}"));
            }
        }
        let words =
            [("approve", &self.words.approve), ("reject", &self.words.reject), ("escalate", &self.words.escalate)];
        if let Some(costs) = &self.severity {
            Costs::new(costs.clone()).map_err(|error| format!("[review] {error}"))?;
        }
        match words.iter().find(|(_, word)| word.as_ref().is_some_and(|word| word.trim().is_empty())) {
            Some((name, _)) => Err(format!("{name} under [review.words] has no letters")),
            None => Ok(()),
        }
    }

    /// Tells of costs for flags that the model does not have: a slip of the pen would sort nothing.
    pub(crate) fn note_unknown(&self, flags: &[String]) {
        let named = self.severity.iter().flatten().map(|(name, _)| name);
        for name in named.filter(|name| *name != REJECT && !flags.contains(name)) {
            note_no_flag(name);
        }
    }

    /// Sets the shares and costs that the file gives.
    pub(crate) fn apply(&self, store: &mut Store) -> anyhow::Result<()> {
        if self.slice.is_some() || self.double.is_some() {
            let (slice, double) = store.shares();
            store.set_shares(self.slice.unwrap_or(slice), self.double.unwrap_or(double), now())?;
        }
        if let Some(costs) = &self.severity {
            store.set_costs(&Costs::new(costs.clone())?, now())?;
        }
        Ok(())
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum MuteEntry {
    Everywhere(Vec<String>),
    ByFlag(BTreeMap<String, Vec<String>>),
}

impl Default for MuteEntry {
    fn default() -> Self {
        Self::Everywhere(Vec::new())
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum ThresholdEntry {
    Number(f32),
    Policy(Policy),
}

impl PolicyFile {
    /// Whether authors count where decided comments teach the stances of their thread; they do unless the file says no.
    pub(crate) fn authors(&self) -> bool {
        self.authors.unwrap_or(true)
    }

    /// Where the file is: as named, or else in the current folder if there is one.
    pub(crate) fn path(named: Option<&PathBuf>) -> Option<&Path> {
        named.map(PathBuf::as_path).or_else(|| Some(Path::new(NAME)).filter(|path| path.is_file()))
    }

    /// The file that was named, or the one in the current folder if there is one.
    pub(crate) fn find(named: Option<&PathBuf>) -> anyhow::Result<Self> {
        Self::path(named).map_or_else(|| Ok(Self::default()), Self::read)
    }

    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file: Self = toml::from_str(&text).with_context(|| format!("{} makes no sense", path.display()))?;
        file.check().map_err(|reason| Usage(format!("{}: {reason}", path.display())))?;
        Ok(file)
    }

    /// What is wrong with the first entry that cannot be meant, if one cannot.
    fn check(&self) -> Result<(), String> {
        for (name, entry) in &self.thresholds {
            if let ThresholdEntry::Number(value) = entry
                && !(0.0..=1.0).contains(value)
            {
                return Err(format!("the threshold of {name} is {value}, which is not between 0 and 1"));
            }
        }
        // Odds are made of it.
        if let Some((name, rate)) = self.base_rates.iter().find(|(_, rate)| !(**rate > 0.0 && **rate < 1.0)) {
            return Err(format!("the base rate of {name} is {rate}: it is above 0 and below 1"));
        }
        self.review.check()
    }

    /// Policies for training: the file's, then those of the command line, of which the last wins.
    pub(crate) fn policies(&self, own: &[(String, Policy)]) -> Vec<(String, Policy)> {
        let policy = |entry: &ThresholdEntry| match entry {
            ThresholdEntry::Number(value) => Policy::At(f64::from(*value)),
            ThresholdEntry::Policy(policy) => *policy,
        };
        self.thresholds.iter().map(|(name, entry)| (name.clone(), policy(entry))).chain(own.iter().cloned()).collect()
    }

    /// Muted terms, for the flags that the model has; told once.
    fn muted(&self, flags: &[String]) -> Vec<Muted> {
        let one = |term: &String, flag: Option<&String>| Muted { term: term.clone(), flag: flag.cloned() };
        match &self.mute {
            MuteEntry::Everywhere(terms) => {
                if !terms.is_empty() {
                    remark(format_args!("note: ombud.toml: muted for every flag: {}", terms.join(", ")));
                }
                terms.iter().map(|term| one(term, None)).collect()
            }
            MuteEntry::ByFlag(by_flag) => {
                let (known, unknown): (Vec<_>, Vec<_>) = by_flag.iter().partition(|(flag, _)| flags.contains(*flag));
                for (flag, _) in unknown {
                    note_no_flag(flag);
                }
                for (flag, terms) in &known {
                    remark(format_args!("note: ombud.toml: muted for {flag}: {}", terms.join(", ")));
                }
                known.iter().flat_map(|(flag, terms)| terms.iter().map(|term| one(term, Some(*flag)))).collect()
            }
        }
    }

    /// Thresholds, base rates and muted terms for scoring, for the flags that the model has; those of the command line win.
    ///
    /// A flag that this model does not have may be another model's, and a policy is for training: both are told.
    pub(crate) fn site(&self, thresholds: &[(String, f32)], base_rates: &[(String, f32)], flags: &[String]) -> Site {
        let mut site = Site::default();
        for (name, entry) in &self.thresholds {
            match entry {
                _ if !flags.contains(name) => note_no_flag(name),
                ThresholdEntry::Number(value) => site.thresholds.push((name.clone(), *value)),
                ThresholdEntry::Policy(policy) => remark(format_args!(
                    "note: ombud.toml: {name} = {policy} is for training; the model's own threshold is used"
                )),
            }
        }
        for (name, share) in &self.base_rates {
            if flags.contains(name) {
                site.base_rates.push((name.clone(), *share));
            } else {
                note_no_flag(name);
            }
        }
        site.muted = self.muted(flags);
        site.thresholds.extend_from_slice(thresholds);
        site.base_rates.extend_from_slice(base_rates);
        site
    }
}
