//! Parses `LABEL=VALUE`, as used in options and recipes.

use std::fmt::Display;
use std::str::FromStr;

/// Why a text is not a valid `LABEL=VALUE`.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum LabelValueError {
    #[error("write it as LABEL=VALUE")]
    Form,
    #[error("{0}")]
    Value(String),
    #[error("`{0}` is not a number between 0 and 1")]
    NoNumber(String),
    #[error("{0} is not between 0 and 1")]
    OutOfRange(f32),
}

/// Reads `LABEL=VALUE`.
pub(crate) fn pair<T: FromStr<Err: Display>>(text: &str) -> Result<(String, T), LabelValueError> {
    let (label, value) = text.split_once('=').ok_or(LabelValueError::Form)?;
    let value = value.trim().parse().map_err(|error: T::Err| LabelValueError::Value(error.to_string()))?;
    Ok((label.trim().to_owned(), value))
}

/// Reads `LABEL=SHARE`, a number between 0 and 1.
pub(crate) fn share(text: &str) -> Result<(String, f32), LabelValueError> {
    let (label, share) = pair::<String>(text)?;
    match share.parse() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok((label, number)),
        Ok(number) => Err(LabelValueError::OutOfRange(number)),
        Err(_) => Err(LabelValueError::NoNumber(share)),
    }
}
