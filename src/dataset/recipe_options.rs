//! The options of training that a recipe may set, under the names of `train`'s flags.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error, IntoDeserializer as _};
use serde::{Deserialize, Deserializer};

use crate::dataset::recipe_source::Scalar;
use crate::dataset::towards::Towards;
use crate::features::blocks::Block;
use crate::features::options::Lengths;
use crate::learn::class_rule::Decide;
use crate::learn::policy::Policy;
use crate::text::ngrams::{MAX_CHARS, MAX_WORDS};
use crate::text::stem::Language;

/// The keys of `[train]`.
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
    "audit",
    "fail-over",
];

/// What `[train]` sets; values may be written with quotation marks or without.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct RecipeOptions {
    #[serde(deserialize_with = "value")]
    pub(crate) towards: Option<Towards>,
    #[serde(deserialize_with = "value")]
    pub(crate) decide: Option<Decide>,
    #[serde(deserialize_with = "by_label")]
    pub(crate) threshold: Vec<(String, Policy)>,
    #[serde(deserialize_with = "by_label")]
    pub(crate) base_rate: Vec<(String, BaseRate)>,
    #[serde(deserialize_with = "value")]
    pub(crate) folds: Option<usize>,
    #[serde(deserialize_with = "value")]
    pub(crate) replicates: Option<usize>,
    #[serde(deserialize_with = "value")]
    pub(crate) seed: Option<u64>,
    #[serde(deserialize_with = "list")]
    pub(crate) blocks: Option<Vec<Block>>,
    #[serde(deserialize_with = "list")]
    pub(crate) without: Option<Vec<Block>>,
    #[serde(deserialize_with = "word_lengths")]
    pub(crate) ngrams: Option<Lengths>,
    #[serde(deserialize_with = "char_lengths")]
    pub(crate) chars: Option<Lengths>,
    #[serde(deserialize_with = "value")]
    pub(crate) min_df: Option<u32>,
    #[serde(deserialize_with = "hash_bits")]
    pub(crate) hash_bits: Option<u8>,
    #[serde(deserialize_with = "value")]
    pub(crate) stem: Option<Language>,
    #[serde(deserialize_with = "value")]
    pub(crate) language: Option<Language>,
    pub(crate) solver: Option<SolverChoice>,
    #[serde(alias = "C", deserialize_with = "cost")]
    pub(crate) cost: Option<f32>,
    pub(crate) class_weight: Option<ClassWeightChoice>,
    #[serde(deserialize_with = "list")]
    pub(crate) audit: Option<Vec<String>>,
    #[serde(deserialize_with = "share")]
    pub(crate) fail_over: Option<f64>,
}

/// How weights are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SolverChoice {
    Auto,
    Dcd,
    Adagrad,
}

/// Whether rows of rare classes count more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ClassWeightChoice {
    None,
    Balanced,
    Auto,
}

/// A share that odds can be made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BaseRate(pub(crate) f32);

/// What no base rate is.
#[derive(Debug, thiserror::Error)]
#[error("a base rate is above 0 and below 1")]
pub(crate) struct NoBaseRate;

impl FromStr for BaseRate {
    type Err = NoBaseRate;

    fn from_str(text: &str) -> Result<Self, NoBaseRate> {
        let share = text.trim().parse().ok().filter(|share: &f32| *share > 0.0 && *share < 1.0);
        share.map(Self).ok_or(NoBaseRate)
    }
}

/// A value, several, or one for each label.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Value {
    One(Scalar),
    Several(Vec<Scalar>),
    ByLabel(std::collections::BTreeMap<String, Scalar>),
}

/// What a value says, where it is read by the same words as the flag's.
fn read<T: FromStr<Err: fmt::Display>, E: Error>(text: &str) -> Result<T, E> {
    text.parse().map_err(|error| E::custom(format_args!("{text:?}: {error}")))
}

fn value<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(from: D) -> Result<Option<T>, D::Error> {
    read(&Scalar::deserialize(from)?.to_string()).map(Some)
}

/// Several values, one after the other or separated by commas.
fn list<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(from: D) -> Result<Option<Vec<T>>, D::Error> {
    let scalars = match Value::deserialize(from)? {
        Value::One(scalar) => vec![scalar],
        Value::Several(scalars) => scalars,
        Value::ByLabel(_) => return Err(D::Error::custom("it is not given by label")),
    };
    let texts: Vec<String> = scalars.iter().map(ToString::to_string).collect();
    texts.iter().flat_map(|text| text.split(',')).map(|text| read(text.trim())).collect::<Result<_, _>>().map(Some)
}

/// `{ LABEL = VALUE }`, or `LABEL=VALUE` as on the command line.
fn by_label<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(from: D) -> Result<Vec<(String, T)>, D::Error> {
    let scalars = match Value::deserialize(from)? {
        Value::One(scalar) => vec![scalar],
        Value::Several(scalars) => scalars,
        Value::ByLabel(values) => {
            let values = values.into_iter().map(|(label, value)| Ok((label, read(&value.to_string())?)));
            return values.collect();
        }
    };
    let pair = |scalar: Scalar| {
        let text = scalar.to_string();
        let (label, value) = text.split_once('=').ok_or_else(|| D::Error::custom("write it as LABEL = VALUE"))?;
        Ok((label.trim().to_owned(), read(value.trim())?))
    };
    scalars.into_iter().map(pair).collect()
}

fn word_lengths<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Lengths>, D::Error> {
    lengths(&Scalar::deserialize(from)?.to_string(), MAX_WORDS).map(Some).map_err(D::Error::custom)
}

fn char_lengths<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Lengths>, D::Error> {
    lengths(&Scalar::deserialize(from)?.to_string(), MAX_CHARS).map(Some).map_err(D::Error::custom)
}

fn hash_bits<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u8>, D::Error> {
    let bits: Option<u8> = value(from)?;
    match bits {
        Some(8..=26) | None => Ok(bits),
        Some(bits) => Err(D::Error::custom(format_args!("{bits} is not between 8 and 26"))),
    }
}

fn cost<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f32>, D::Error> {
    positive(&Scalar::deserialize(from)?.to_string()).map(Some).map_err(D::Error::custom)
}

fn share<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let share: Option<f64> = value(from)?;
    match share {
        Some(share) if !(0.0..=1.0).contains(&share) => {
            Err(D::Error::custom(format_args!("{share} is not between 0 and 1")))
        }
        share => Ok(share),
    }
}

/// Lengths of n-grams, as in `1-3`.
///
/// # Errors
/// A sentence that says what they may be.
pub(crate) fn lengths(text: &str, most: usize) -> Result<Lengths, String> {
    let (min, max) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.trim().parse::<usize>().map_err(|_| format!("{text:?} is not a number"));
    let (min, max) = (number(min)?, number(max)?);
    if (1..=max).contains(&min) && max <= most {
        Ok(Lengths { min, max })
    } else {
        Err(format!("lengths go from 1 to {most}, the shorter first"))
    }
}

/// A number above 0.
///
/// # Errors
/// A sentence that says so.
pub(crate) fn positive(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number: &f32| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| format!("{text:?} is not a positive number"))
}

impl RecipeOptions {
    /// Whether an option can have this value.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn check(key: &str, value: &toml::Value) -> Result<(), String> {
        let one = toml::Table::from_iter([(key.to_owned(), value.clone())]);
        let own = Self::deserialize(one.into_deserializer());
        own.map(|_| ()).map_err(|error: toml::de::Error| error.message().trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_an_option() {
        for key in KEYS {
            let error = RecipeOptions::check(key, &toml::Value::Array(vec![toml::Value::Boolean(false)]));
            assert!(!error.is_err_and(|error| error.contains("unknown field")), "{key}");
        }
        assert!(RecipeOptions::check("fold", &toml::Value::Integer(3)).unwrap_err().contains("unknown field"));
    }

    #[test]
    fn values_are_read_with_quotation_marks_and_without() {
        let read = |text: &str| toml::from_str::<RecipeOptions>(text);
        let options = read(
            "folds = \"3\"\nseed = 7\nblocks = \"words, chars\"\nwithout = [\"cues\"]\nC = 1\nngrams = \"1-2\"\n\
             threshold = { spam = \"precision>=0.9\" }\nbase-rate = [\"spam=0.1\"]\nsolver = \"dcd\"",
        )
        .unwrap();
        assert_eq!((options.folds, options.seed, options.cost), (Some(3), Some(7), Some(1.0)));
        assert_eq!(options.blocks, Some(vec![Block::Words, Block::Chars]));
        assert_eq!(options.without, Some(vec![Block::Cues]));
        assert_eq!(options.ngrams, Some(Lengths { min: 1, max: 2 }));
        assert_eq!(options.threshold[0].1.to_string(), "precision>=0.9");
        assert_eq!(options.base_rate, [("spam".to_owned(), BaseRate(0.1))]);
        assert_eq!(options.solver, Some(SolverChoice::Dcd));
        for wrong in
            ["folds = \"three\"", "C = 0", "hash-bits = 40", "base-rate = { a = 1 }", "ngrams = \"3-1\"", "x = 1"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
