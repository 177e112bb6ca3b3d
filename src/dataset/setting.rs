//! Reads a setting from a recipe: with the same words as the option of that name, quoted or not.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::dataset::label_value::pair;

/// A value, quoted or not.
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

/// A value, several, or one for each label.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Value {
    One(Scalar),
    Several(Vec<Scalar>),
    ByLabel(BTreeMap<String, Scalar>),
}

/// Why a setting is invalid.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum SettingError {
    #[error("{0:?} is not a number")]
    NoNumber(String),
    #[error("{0:?} is not a positive number")]
    NotPositive(String),
    #[error("{0:?} is not a number between 0 and 1")]
    NoShare(String),
    #[error("{text} is not between {least} and {most}")]
    OutOfRange { text: String, least: u8, most: u8 },
    #[error("lengths go from 1 to {most}, the shorter first")]
    Lengths { most: usize },
    #[error("a base rate is above 0 and below 1")]
    BaseRate,
}

fn parse<T: FromStr<Err: fmt::Display>, E: Error>(text: &str) -> Result<T, E> {
    text.parse().map_err(|error| E::custom(format_args!("{text:?}: {error}")))
}

/// Reads a value through `FromStr`.
pub(crate) fn value<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(from: D) -> Result<Option<T>, D::Error> {
    parse(&Scalar::deserialize(from)?.to_string()).map(Some)
}

/// Reads a value with `read`.
pub(crate) fn read_by<'de, D: Deserializer<'de>, T>(
    from: D,
    read: impl FnOnce(&str) -> Result<T, SettingError>,
) -> Result<Option<T>, D::Error> {
    read(&Scalar::deserialize(from)?.to_string()).map(Some).map_err(D::Error::custom)
}

/// Reads several values, as a list or separated by commas.
pub(crate) fn list<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(
    from: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let scalars = match Value::deserialize(from)? {
        Value::One(scalar) => vec![scalar],
        Value::Several(scalars) => scalars,
        Value::ByLabel(_) => return Err(D::Error::custom("it is not given by label")),
    };
    let texts: Vec<String> = scalars.iter().map(ToString::to_string).collect();
    texts.iter().flat_map(|text| text.split(',')).map(|text| parse(text.trim())).collect::<Result<_, _>>().map(Some)
}

/// Reads `{ LABEL = VALUE }`, or `LABEL=VALUE` as on the command line.
pub(crate) fn by_label<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(
    from: D,
) -> Result<Vec<(String, T)>, D::Error> {
    let scalars = match Value::deserialize(from)? {
        Value::One(scalar) => vec![scalar],
        Value::Several(scalars) => scalars,
        Value::ByLabel(values) => {
            return values.into_iter().map(|(label, value)| Ok((label, parse(&value.to_string())?))).collect();
        }
    };
    let read = |text: &str| pair(text).map_err(|error| D::Error::custom(format_args!("{text:?}: {error}")));
    scalars.iter().map(|scalar| read(&scalar.to_string())).collect()
}
