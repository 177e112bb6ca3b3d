//! The settings of the bias audit, from the command line or a recipe.

// Doc comments in this file are help texts, which a terminal shows verbatim.
#![allow(clippy::doc_markdown)]

use serde::{Deserialize, Deserializer};

use crate::dataset::setting;
use crate::dataset::setting::SettingError;

/// The keys of a recipe's `[train]` that concern the audit.
pub(crate) const KEYS: [&str; 2] = ["audit", "fail-over"];

/// Settings of the bias audit.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[cfg_attr(feature = "cli", derive(clap::Args), command(next_help_heading = "Bias audit"))]
pub(crate) struct BiasSettings {
    /// Flag to audit for bias against identities and names (repeatable) [default: flags whose name speaks of hostility:
    /// toxicity, insult, hate, threat and the like]
    #[serde(deserialize_with = "setting::list")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "LABEL"))]
    pub(crate) audit: Option<Vec<String>>,
    /// Fail with status 1 if an audited flag is raised on more than this share of harmless sentences with any one
    /// identity term or name, as in 0.05
    #[serde(deserialize_with = "fail_over")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "SHARE", value_parser = share))]
    pub(crate) fail_over: Option<f64>,
}

impl BiasSettings {
    /// These settings, completed by `other`.
    pub(crate) fn or(self, other: Self) -> Self {
        Self { audit: self.audit.or(other.audit), fail_over: self.fail_over.or(other.fail_over) }
    }

    /// The flags that `audit` names.
    pub(crate) fn named(&self) -> &[String] {
        self.audit.as_deref().unwrap_or_default()
    }
}

fn share(text: &str) -> Result<f64, SettingError> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| SettingError::NoShare(text.to_owned()))
}

fn fail_over<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    setting::read_by(from, share)
}
