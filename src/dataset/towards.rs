//! What stances are towards.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::features::input::Input;
use crate::text::no_text::has_text;

/// A choice of what stances are towards. By default it is the `target` in a comment's row, else its article's title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Towards {
    /// The article's title.
    Article,
    /// The comment that a reply answers; for a comment at the top, the article's title.
    Parent,
    /// A claim, the same for all comments.
    Claim(String),
}

/// The error for an invalid choice.
#[derive(Debug, thiserror::Error)]
#[error("it is empty: say article, parent, or a claim")]
pub struct TowardsError;

impl FromStr for Towards {
    type Err = TowardsError;

    fn from_str(text: &str) -> Result<Self, TowardsError> {
        match text.trim() {
            "" => Err(TowardsError),
            "article" => Ok(Self::Article),
            "parent" => Ok(Self::Parent),
            claim => Ok(Self::Claim(claim.to_owned())),
        }
    }
}

impl fmt::Display for Towards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Article => "article",
            Self::Parent => "parent",
            Self::Claim(claim) => claim,
        })
    }
}

impl From<Towards> for String {
    fn from(towards: Towards) -> Self {
        towards.to_string()
    }
}

impl TryFrom<String> for Towards {
    type Error = TowardsError;

    fn try_from(text: String) -> Result<Self, TowardsError> {
        text.parse()
    }
}

impl Towards {
    /// The input with its target by this choice.
    #[must_use]
    pub fn set<'a>(towards: Option<&'a Self>, input: &Input<'a>) -> Input<'a> {
        let target = match towards {
            None => input.target,
            Some(Self::Article) => None,
            Some(Self::Parent) => input.parent_text.filter(|text| has_text(text)),
            Some(Self::Claim(claim)) => Some(claim.as_str()),
        };
        Input { target, ..*input }
    }

    /// What a comment's stance is towards, if not its article's title: `parent`, or the claim.
    #[must_use]
    pub fn describe<'a>(towards: Option<&'a Self>, input: &Input<'a>) -> Option<Cow<'a, str>> {
        match towards {
            None => input.target.map(Cow::Borrowed),
            Some(Self::Article) => None,
            Some(Self::Parent) => input.parent_text.filter(|text| has_text(text)).map(|_| Cow::Borrowed("parent")),
            Some(Self::Claim(claim)) => Some(Cow::Borrowed(claim)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_wins_over_the_row_and_a_comment_at_the_top_is_judged_by_the_title() {
        let row = Input { target: Some("row"), article_title: Some("title"), ..Input::of("text") };
        let reply = Input { parent_text: Some("above"), ..row };
        let towards = |choice: Option<&str>, input: &Input<'_>| {
            let choice = choice.map(|choice| choice.parse::<Towards>().unwrap());
            let set = Towards::set(choice.as_ref(), input);
            (set.towards().map(str::to_owned), Towards::describe(choice.as_ref(), input).map(Cow::into_owned))
        };
        let both = |towards: &str, told: Option<&str>| (Some(towards.to_owned()), told.map(str::to_owned));
        assert_eq!(towards(None, &row), both("row", Some("row")));
        assert_eq!(towards(Some("article"), &row), both("title", None));
        assert_eq!(towards(Some("parent"), &row), both("title", None));
        assert_eq!(towards(Some("parent"), &reply), both("above", Some("parent")));
        assert_eq!(towards(Some("we are doomed"), &reply), both("we are doomed", Some("we are doomed")));
        assert_eq!(towards(None, &Input::of("text")), (None, None));
    }

    #[test]
    fn it_is_written_as_it_is_said() {
        for said in ["article", "parent", "we are doomed"] {
            let towards: Towards = said.parse().unwrap();
            let json = serde_json::to_string(&towards).unwrap();
            assert_eq!(json, format!("{said:?}"));
            assert_eq!(serde_json::from_str::<Towards>(&json).unwrap(), towards);
        }
        assert!(" ".parse::<Towards>().is_err());
    }
}
