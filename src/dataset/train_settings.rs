//! The settings of a training run, from the command line or a recipe.

// Doc comments in this file are help texts, which a terminal shows verbatim.
#![allow(clippy::doc_markdown)]

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

#[cfg(feature = "cli")]
use crate::dataset::label_value::pair;
use crate::dataset::setting;
use crate::dataset::setting::SettingError;
use crate::dataset::towards::Towards;
use crate::features::blocks::Block;
use crate::features::options::Lengths;
use crate::learn::class_rule::Decide;
use crate::learn::class_weight::ClassWeight;
use crate::learn::crossval::Solver;
use crate::learn::policy::Policy;
use crate::text::ngrams::{MAX_CHARS, MAX_WORDS};
use crate::text::stem::Language;

/// The keys of a recipe's `[train]` that concern the training.
pub(crate) const KEYS: [&str; 21] = [
    "towards",
    "decide",
    "threshold",
    "base-rate",
    "folds",
    "replicates",
    "seed",
    "blocks",
    "without",
    "ngrams",
    "chars",
    "min-df",
    "hash-bits",
    "stem",
    "language",
    "solver",
    "cost",
    "C",
    "class-weight",
    "shared-groups",
    "label-blocks",
];

/// Settings of a training run; one without a value is left at its default. Defaults named in the help texts are those
/// of `TrainOptions`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[cfg_attr(feature = "cli", derive(clap::Args))]
pub(crate) struct TrainSettings {
    /// Target of stances: article, parent, or a claim in quotation marks; remembered for scoring [default: the column
    /// target, else the article's title]
    #[serde(deserialize_with = "setting::value")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "TARGET", help_heading = "Labels"))]
    pub(crate) towards: Option<Towards>,
    /// Metric that the choice of a stance's class maximises: macro-f1, accuracy, or likeliest for the most probable
    /// class [default: macro-f1]
    #[serde(deserialize_with = "setting::value")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "RULE", help_heading = "Labels"))]
    pub(crate) decide: Option<Decide>,
    /// Policy that sets a flag's threshold: f1, macro-f1, precision>=P, recall>=R, review<=S%, review<=N/day,
    /// cost=ALARM:MISS, error<=E% (leaves unsure comments to a person; the only one for a stance), or a number (repeatable)
    #[serde(deserialize_with = "setting::by_label")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "LABEL=POLICY", value_parser = pair::<Policy>, help_heading = "Labels"))]
    pub(crate) threshold: Vec<(String, Policy)>,
    /// Share of a flag among the comments to be scored, where it differs from the training data; corrects scores,
    /// thresholds and figures (repeatable)
    #[serde(deserialize_with = "setting::by_label")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "LABEL=SHARE", value_parser = pair::<BaseRate>, help_heading = "Labels"))]
    pub(crate) base_rate: Vec<(String, BaseRate)>,
    /// Number of folds; 0 fits once, without model selection or calibration [default: 5]
    #[serde(deserialize_with = "setting::value")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N", help_heading = "Cross-validation"))]
    pub(crate) folds: Option<usize>,
    /// Bootstrap replicates for the 95 % intervals; 0 for no intervals [default: 1000]
    #[serde(deserialize_with = "setting::value")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N", help_heading = "Cross-validation"))]
    pub(crate) replicates: Option<usize>,
    /// Random seed [default: 1]
    #[serde(deserialize_with = "setting::value")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N", help_heading = "Cross-validation"))]
    pub(crate) seed: Option<u64>,
    /// Feature blocks: words, chars, phrases, groups, cues, guesses, shape, context, drift, semantic, relation,
    /// cross, profile, target, conjoined, conjoined-chars, with commas between
    /// [default: chosen by cross-validation]
    #[serde(deserialize_with = "setting::list")]
    #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', value_name = "BLOCKS", help_heading = "Features"))]
    pub(crate) blocks: Option<Vec<Block>>,
    /// Feature blocks to exclude, such as profile,target,conjoined,cross if all targets will be new
    #[serde(deserialize_with = "setting::list")]
    #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', value_name = "BLOCKS", help_heading = "Features"))]
    pub(crate) without: Option<Vec<Block>>,
    /// Lengths of word n-grams, as in 1-3
    #[serde(deserialize_with = "ngrams")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "MIN-MAX", value_parser = word_lengths, help_heading = "Features"))]
    pub(crate) ngrams: Option<Lengths>,
    /// Lengths of character n-grams, as in 2-5
    #[serde(deserialize_with = "chars")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "MIN-MAX", value_parser = char_lengths, help_heading = "Features"))]
    pub(crate) chars: Option<Lengths>,
    /// Minimum number of comments that an n-gram occurs in [default: 2]
    #[serde(deserialize_with = "setting::value")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N", help_heading = "Features"))]
    pub(crate) min_df: Option<u32>,
    /// Hash n-grams into 2^N columns instead of keeping a vocabulary (constant memory, but no words in reports)
    #[serde(deserialize_with = "hash_bits")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N", value_parser = bits, help_heading = "Features"))]
    pub(crate) hash_bits: Option<u8>,
    /// Stem words in this language
    #[serde(deserialize_with = "setting::value")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "LANGUAGE", help_heading = "Features"))]
    pub(crate) stem: Option<Language>,
    /// Language of the comments; selects cue words, stems, word vectors and identity terms [default: en]
    #[serde(deserialize_with = "setting::value")]
    #[cfg_attr(feature = "cli", arg(long, value_name = "LANGUAGE", help_heading = "Features"))]
    pub(crate) language: Option<Language>,
    /// Solver [default: auto]
    #[cfg_attr(feature = "cli", arg(long, value_enum, value_name = "SOLVER", help_heading = "Learning"))]
    pub(crate) solver: Option<SolverChoice>,
    /// Inverse regularisation strength [default: chosen by cross-validation]
    #[serde(alias = "C", deserialize_with = "cost")]
    #[cfg_attr(feature = "cli", arg(short = 'C', long = "cost", value_name = "C", value_parser = positive, allow_negative_numbers = true, help_heading = "Learning"))]
    pub(crate) cost: Option<f32>,
    /// Weights of classes [default: auto]
    #[cfg_attr(feature = "cli", arg(long, value_enum, value_name = "HOW", help_heading = "Learning"))]
    pub(crate) class_weight: Option<ClassWeight>,
    /// Whether groups of the same name in different sources of a recipe are one group.
    #[cfg_attr(feature = "cli", arg(skip))]
    pub(crate) shared_groups: Option<bool>,
    /// Blocks set for single labels; none are chosen for those.
    #[cfg_attr(feature = "cli", arg(skip))]
    pub(crate) label_blocks: BTreeMap<String, Vec<Block>>,
}

/// How weights are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub(crate) enum SolverChoice {
    /// dcd; adagrad from tens of millions of n-grams on
    Auto,
    /// Dual coordinate descent
    Dcd,
    /// `AdaGrad` in a few passes, for very large data
    Adagrad,
}

impl From<SolverChoice> for Option<Solver> {
    fn from(choice: SolverChoice) -> Self {
        match choice {
            SolverChoice::Auto => None,
            SolverChoice::Dcd => Some(Solver::Dcd),
            SolverChoice::Adagrad => Some(Solver::AdaGrad),
        }
    }
}

/// A share from which odds can be computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BaseRate(pub(crate) f32);

impl FromStr for BaseRate {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let share = text.parse().ok().filter(|share: &f32| *share > 0.0 && *share < 1.0);
        share.map(Self).ok_or(SettingError::BaseRate)
    }
}

impl TrainSettings {
    /// These settings, completed by `other`. Of settings by label both are kept, with these last, so that they win.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            towards: self.towards.or(other.towards),
            decide: self.decide.or(other.decide),
            threshold: [other.threshold, self.threshold].concat(),
            base_rate: [other.base_rate, self.base_rate].concat(),
            folds: self.folds.or(other.folds),
            replicates: self.replicates.or(other.replicates),
            seed: self.seed.or(other.seed),
            blocks: self.blocks.or(other.blocks),
            without: self.without.or(other.without),
            ngrams: self.ngrams.or(other.ngrams),
            chars: self.chars.or(other.chars),
            min_df: self.min_df.or(other.min_df),
            hash_bits: self.hash_bits.or(other.hash_bits),
            stem: self.stem.or(other.stem),
            language: self.language.or(other.language),
            solver: self.solver.or(other.solver),
            cost: self.cost.or(other.cost),
            class_weight: self.class_weight.or(other.class_weight),
            shared_groups: self.shared_groups.or(other.shared_groups),
            label_blocks: other.label_blocks.into_iter().chain(self.label_blocks).collect(),
        }
    }
}

/// Lengths of n-grams, as in `1-3`.
fn lengths(text: &str, most: usize) -> Result<Lengths, SettingError> {
    let (min, max) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.trim().parse::<usize>().map_err(|_| SettingError::NoNumber(text.to_owned()));
    let (min, max) = (number(min)?, number(max)?);
    if (1..=max).contains(&min) && max <= most { Ok(Lengths { min, max }) } else { Err(SettingError::Lengths { most }) }
}

fn word_lengths(text: &str) -> Result<Lengths, SettingError> {
    lengths(text, MAX_WORDS)
}

fn char_lengths(text: &str) -> Result<Lengths, SettingError> {
    lengths(text, MAX_CHARS)
}

fn bits(text: &str) -> Result<u8, SettingError> {
    let (least, most) = (8, 26);
    let bits = text.parse().map_err(|_| SettingError::NoNumber(text.to_owned()))?;
    let is_fine = (least..=most).contains(&bits);
    if is_fine { Ok(bits) } else { Err(SettingError::OutOfRange { text: text.to_owned(), least, most }) }
}

fn positive(text: &str) -> Result<f32, SettingError> {
    let number = text.parse().ok().filter(|number: &f32| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| SettingError::NotPositive(text.to_owned()))
}

fn ngrams<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Lengths>, D::Error> {
    setting::read_by(from, word_lengths)
}

fn chars<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Lengths>, D::Error> {
    setting::read_by(from, char_lengths)
}

fn hash_bits<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u8>, D::Error> {
    setting::read_by(from, bits)
}

fn cost<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f32>, D::Error> {
    setting::read_by(from, positive)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TrainSettings, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn every_key_is_a_setting() {
        for key in KEYS {
            let error = read(&format!("{key} = [false]"));
            assert!(!error.is_err_and(|error| error.message().contains("unknown field")), "{key}");
        }
        assert!(read("fold = 3").unwrap_err().message().contains("unknown field"));
    }

    #[test]
    fn values_are_read_with_quotation_marks_and_without() {
        let settings = read(
            "folds = \"3\"\nseed = 7\nblocks = \"words, chars\"\nwithout = [\"cues\"]\nC = 1\nngrams = \"1-2\"\n\
             threshold = { spam = \"precision>=0.9\" }\nbase-rate = [\"spam=0.1\"]\nsolver = \"dcd\"",
        )
        .unwrap();
        assert_eq!((settings.folds, settings.seed, settings.cost), (Some(3), Some(7), Some(1.0)));
        assert_eq!(settings.blocks, Some(vec![Block::Words, Block::Chars]));
        assert_eq!(settings.without, Some(vec![Block::Cues]));
        assert_eq!(settings.ngrams, Some(Lengths { min: 1, max: 2 }));
        assert_eq!(settings.threshold[0].1.to_string(), "precision>=0.9");
        assert_eq!(settings.base_rate, [("spam".to_owned(), BaseRate(0.1))]);
        assert_eq!(settings.solver, Some(SolverChoice::Dcd));
        for wrong in
            ["folds = \"three\"", "C = 0", "hash-bits = 40", "base-rate = { a = 1 }", "ngrams = \"3-1\"", "x = 1"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_said_wins_over_the_other() {
        let own = read("folds = 2\nbase-rate = { spam = 0.2 }").unwrap();
        let both = own.or(read("folds = 3\nseed = 7\nbase-rate = { spam = 0.1, off_topic = 0.3 }").unwrap());
        assert_eq!((both.folds, both.seed, both.cost), (Some(2), Some(7), None));
        let rates: Vec<f32> = both.base_rate.iter().map(|(_, rate)| rate.0).collect();
        assert_eq!(rates, [0.3, 0.1, 0.2]);
    }
}
