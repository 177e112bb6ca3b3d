//! The rules for reading texts: a model keeps those that it was trained with.

use serde::{Deserialize, Serialize};

/// Which rules, by their number in the model file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Rules {
    /// Quotations are part of the comment, and words are what they are spelt.
    #[default]
    First,
    /// Quotations are not the comment's own words ([`Quotes`](super::Quotes)), and words that are spelt so as not to be found
    /// are found ([`Tokenizer::folding`](super::Tokenizer::folding)).
    Second,
}

/// No rules have this number.
#[derive(Debug, thiserror::Error)]
#[error("it uses text rules version {0}; this ombud knows versions 1 and 2")]
pub struct UnknownRules(u8);

impl Rules {
    /// Those that training takes.
    pub const NEWEST: Self = Self::Second;

    /// Whether they are the oldest.
    #[must_use]
    // As serde asks it.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub fn is_first(&self) -> bool {
        *self == Self::First
    }
}

impl From<Rules> for u8 {
    fn from(rules: Rules) -> Self {
        match rules {
            Rules::First => 1,
            Rules::Second => 2,
        }
    }
}

impl TryFrom<u8> for Rules {
    type Error = UnknownRules;

    fn try_from(number: u8) -> Result<Self, UnknownRules> {
        match number {
            1 => Ok(Self::First),
            2 => Ok(Self::Second),
            other => Err(UnknownRules(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_written_by_their_number() {
        for (rules, number) in [(Rules::First, "1"), (Rules::Second, "2")] {
            assert_eq!(serde_json::to_string(&rules).unwrap(), number);
            assert_eq!(serde_json::from_str::<Rules>(number).unwrap(), rules);
        }
        assert!(serde_json::from_str::<Rules>("3").is_err());
    }
}
