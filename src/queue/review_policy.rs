//! `[review]` of `ombud.toml`: a newsroom's settings for its review.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::queue::decision::REJECT;
use crate::queue::error::ReviewError;
use crate::queue::severity::{CostError, Costs};
use crate::queue::store::Store;

/// A comment is held for no more than a day.
const MOST_MINUTES: u32 = 24 * 60;
/// And kept for no more than a century.
const MOST_DAYS: u32 = 36_500;

/// A newsroom's settings for its review.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ReviewPolicy {
    /// The audit sample's share of the comments that are not flagged.
    audit_sample: Option<f64>,
    /// The former name of `audit-sample`.
    slice: Option<f64>,
    /// The share of all comments that two reviewers must decide.
    double: Option<f64>,
    /// A comment that is not decided is free again after this many minutes.
    pub(crate) lease_minutes: Option<u32>,
    /// After this many decisions the model begins to learn by itself; 0 for never.
    pub(crate) learn_after: Option<usize>,
    /// `review purge --retention` erases comments older than this.
    pub(crate) retention_days: Option<u32>,
    /// The cost of missing a comment with a flag, by flag.
    severity: Option<BTreeMap<String, f64>>,
    /// Other keys, by the name of what they do.
    #[serde(default)]
    pub(crate) keys: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) words: SiteWords,
}

/// The site's own words for the actions.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteWords {
    pub(crate) approve: Option<String>,
    pub(crate) reject: Option<String>,
    pub(crate) escalate: Option<String>,
}

/// An entry that cannot be meant.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReviewPolicyError {
    #[error("{name} = {share} under [review]: a share must be between 0 and 1")]
    Share { name: &'static str, share: f64 },
    #[error("slice and audit-sample under [review] are the same setting: give only one")]
    Both,
    #[error("{name} = {number} under [review]: it must be between 1 and {most}")]
    Number { name: &'static str, number: u32, most: u32 },
    #[error("[review] {0}")]
    Cost(#[from] CostError),
    #[error("{0} under [review.words] contains no letters")]
    Word(&'static str),
}

impl ReviewPolicy {
    /// Finds the first entry that cannot be meant.
    pub(crate) fn check(&self) -> Result<(), ReviewPolicyError> {
        for (name, share) in [("audit-sample", self.audit_sample), ("slice", self.slice), ("double", self.double)] {
            if let Some(share) = share.filter(|share| !(0.0..=1.0).contains(share)) {
                return Err(ReviewPolicyError::Share { name, share });
            }
        }
        if self.audit_sample.is_some() && self.slice.is_some() {
            return Err(ReviewPolicyError::Both);
        }
        let numbers =
            [("lease-minutes", self.lease_minutes, MOST_MINUTES), ("retention-days", self.retention_days, MOST_DAYS)];
        for (name, number, most) in numbers {
            if let Some(number) = number.filter(|number| !(1..=most).contains(number)) {
                return Err(ReviewPolicyError::Number { name, number, most });
            }
        }
        if let Some(costs) = &self.severity {
            Costs::new(costs.clone())?;
        }
        let words =
            [("approve", &self.words.approve), ("reject", &self.words.reject), ("escalate", &self.words.escalate)];
        match words.iter().find(|(_, word)| word.as_ref().is_some_and(|word| word.trim().is_empty())) {
            Some((name, _)) => Err(ReviewPolicyError::Word(name)),
            None => Ok(()),
        }
    }

    /// The flags that have a cost but are none of these: a typing error would sort nothing.
    pub(crate) fn unknown<'p>(&'p self, flags: &'p [String]) -> impl Iterator<Item = &'p String> {
        let named = self.severity.iter().flat_map(BTreeMap::keys);
        named.filter(move |name| *name != REJECT && !flags.contains(name))
    }

    /// Sets the shares and costs that the file gives.
    pub(crate) fn apply(&self, store: &mut Store, now: i64) -> Result<(), ReviewError> {
        let sample = self.audit_sample.or(self.slice);
        if sample.is_some() || self.double.is_some() {
            let (usual, double) = store.shares();
            store.set_shares(sample.unwrap_or(usual), self.double.unwrap_or(double), now)?;
        }
        if let Some(costs) = self.severity.clone().and_then(|costs| Costs::new(costs).ok()) {
            store.set_costs(&costs, now)?;
        }
        Ok(())
    }
}
