//! What clients send. It is read as Google reads it: unknown fields are ignored, null counts as missing, and names may
//! be written with underscores.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::serve::object::{Object, object, objects};
use crate::serve::perspective::error::Problem;
use crate::text::no_text::has_text;

/// The body of `comments:analyze`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct AnalyzeRequest<'a> {
    #[serde(borrow, deserialize_with = "object")]
    pub(crate) comment: Option<TextEntry<'a>>,
    #[serde(borrow, deserialize_with = "object")]
    pub(crate) context: Option<Context<'a>>,
    #[serde(borrow, alias = "requested_attributes")]
    pub(crate) requested_attributes: Option<ByName<'a, RequestedAttribute<'a>>>,
    #[serde(borrow)]
    pub(crate) languages: Option<Vec<Option<Text<'a>>>>,
    #[serde(alias = "span_annotations")]
    pub(crate) span_annotations: Option<bool>,
    #[serde(borrow, alias = "client_token")]
    pub(crate) client_token: Option<Text<'a>>,
    #[serde(alias = "drop_unsupported_attributes")]
    pub(crate) drop_unsupported_attributes: Option<bool>,
}

/// The body of `comments:suggestscore`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SuggestRequest<'a> {
    #[serde(borrow, deserialize_with = "object")]
    pub(crate) comment: Option<TextEntry<'a>>,
    #[serde(borrow, deserialize_with = "object")]
    pub(crate) context: Option<Context<'a>>,
    #[serde(borrow, alias = "attribute_scores")]
    pub(crate) attribute_scores: Option<ByName<'a, SuggestedScores<'a>>>,
    #[serde(borrow)]
    pub(crate) languages: Option<Vec<Option<Text<'a>>>>,
    #[serde(borrow, alias = "community_id")]
    pub(crate) community_id: Option<Text<'a>>,
    #[serde(borrow, alias = "client_token")]
    pub(crate) client_token: Option<Text<'a>>,
    #[serde(alias = "drop_unsupported_attributes")]
    pub(crate) drop_unsupported_attributes: Option<bool>,
    #[serde(alias = "do_not_store")]
    do_not_store: Option<bool>,
}

/// A text and its type.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TextEntry<'a> {
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(alias = "do_not_store")]
    do_not_store: Option<bool>,
}

/// The context of a comment, in one of two forms.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Context<'a> {
    #[serde(borrow, deserialize_with = "objects")]
    pub(crate) entries: Option<Vec<Option<TextEntry<'a>>>>,
    #[serde(borrow, alias = "article_and_parent_comment", deserialize_with = "object")]
    pub(crate) article_and_parent_comment: Option<ArticleAndParent<'a>>,
    #[serde(alias = "do_not_store")]
    do_not_store: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ArticleAndParent<'a> {
    #[serde(borrow, deserialize_with = "object")]
    pub(crate) article: Option<TextEntry<'a>>,
    #[serde(borrow, alias = "parent_comment", deserialize_with = "object")]
    pub(crate) parent_comment: Option<TextEntry<'a>>,
}

/// How an attribute is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct RequestedAttribute<'a> {
    #[serde(borrow, alias = "score_type")]
    pub(crate) score_type: Option<Text<'a>>,
    #[serde(alias = "score_threshold")]
    pub(crate) score_threshold: Option<Number>,
}

/// What is suggested of an attribute.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SuggestedScores<'a> {
    #[serde(borrow, alias = "summary_score", deserialize_with = "object")]
    pub(crate) summary_score: Option<Score<'a>>,
    #[serde(borrow, alias = "span_scores", deserialize_with = "objects")]
    pub(crate) span_scores: Option<Vec<Option<SpanScore<'a>>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SpanScore<'a> {
    pub(crate) begin: Option<Number>,
    pub(crate) end: Option<Number>,
    #[serde(borrow, deserialize_with = "object")]
    pub(crate) score: Option<Score<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Score<'a> {
    pub(crate) value: Option<Number>,
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
}

/// A request with a body up to this size is read at once; a larger one on a separate thread.
pub(crate) const SMALL: usize = 16 << 10;
/// The attributes that a request may name.
const MOST_ATTRIBUTES: usize = 100;

/// The bytes that a comment may have.
const MOST_BYTES: usize = 20480;

/// Reads a body. An empty one is a request that says nothing.
pub(crate) fn parse<'a, T: Deserialize<'a> + Default>(body: &'a [u8]) -> Result<T, Problem> {
    // The content of texts is not checked below, because it may contain an escaped half of a character.
    let body = str::from_utf8(body).map_err(|_| Problem::NotUtf8)?;
    if body.trim_ascii().is_empty() {
        return Ok(T::default());
    }
    match serde_json::from_str(body) {
        Ok(Object(request)) => Ok(request),
        Err(error) => Err(Problem::NotJson(error.to_string())),
    }
}

impl<'a, T> ByName<'a, T> {
    /// What a request says about attributes, by name; it may be nothing.
    pub(crate) fn named(attributes: Option<&Self>) -> Result<&[(Text<'a>, T)], Problem> {
        let named = attributes.map_or(&[][..], |attributes| &attributes.0);
        if named.len() > MOST_ATTRIBUTES {
            return Err(Problem::TooManyAttributes { attributes: named.len(), limit: MOST_ATTRIBUTES });
        }
        Ok(named)
    }
}

impl SuggestRequest<'_> {
    /// Wherever it is asked for.
    pub(crate) fn do_not_store(&self) -> bool {
        let in_context = self.context.as_ref().is_some_and(|context| {
            let pair = context.article_and_parent_comment.iter().flat_map(|pair| [&pair.article, &pair.parent_comment]);
            let texts = context.entries.iter().flatten().chain(pair).flatten();
            context.do_not_store == Some(true) || texts.into_iter().any(|text| text.do_not_store == Some(true))
        });
        let in_comment = self.comment.as_ref().is_some_and(|comment| comment.do_not_store == Some(true));
        self.do_not_store == Some(true) || in_comment || in_context
    }
}

impl TextEntry<'_> {
    /// The text of a comment that can be scored.
    pub(crate) fn comment<'t>(comment: Option<&'t TextEntry<'_>>) -> Result<&'t str, Problem> {
        let text = comment.and_then(|comment| comment.text.as_deref()).unwrap_or("");
        if text.len() > MOST_BYTES {
            return Err(Problem::CommentTooLong { bytes: text.len(), limit: MOST_BYTES });
        }
        match comment.and_then(|comment| comment.kind.as_deref()) {
            None | Some("" | "PLAIN_TEXT" | "TEXT_TYPE_UNSPECIFIED") => {}
            Some("HTML") => return Err(Problem::OnlyPlainText),
            Some(_) => return Err(Problem::UnknownTextType),
        }
        // The model says nothing of markup alone, or of the mark that a deleted comment leaves.
        if has_text(text) { Ok(text) } else { Err(Problem::CommentEmpty) }
    }
}

/// The languages that are given.
pub(crate) fn languages<'l>(given: Option<&'l Vec<Option<Text<'_>>>>) -> Vec<&'l str> {
    given.into_iter().flatten().flatten().map(|language| &**language).filter(|language| !language.is_empty()).collect()
}

/// A field that was given and says something.
pub(crate) fn said<'t>(text: Option<&'t Text<'_>>) -> Option<&'t str> {
    text.map(|text| &**text).filter(|text| !text.trim().is_empty())
}

/// A text borrowed from the body if it contains no escapes. Half of a surrogate pair, which JavaScript leaves when it
/// cuts a text, is no reason to refuse a comment: it is read as U+FFFD.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text<'a>(Cow<'a, str>);

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Text<'de>, E> {
                Ok(Text(str::from_utf8(bytes).map_or_else(|_| Cow::Owned(mended(bytes)), Cow::Borrowed)))
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(str::from_utf8(bytes).map_or_else(|_| mended(bytes), str::to_owned))))
            }
        }

        // As bytes, because a string cannot contain half a pair.
        deserializer.deserialize_bytes(Read)
    }
}

/// Each half of a pair is three bytes, of which the first is `0xED`.
fn mended(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if chunk.invalid().first() == Some(&0xED) {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

/// A number, which may be written as a string.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number(pub(crate) f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl Visitor<'_> for Read {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
                Ok(Number(number))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
                Ok(Number(number as f64))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
                Ok(Number(number as f64))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
                let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
                number.map(Number).ok_or_else(|| E::custom("a string that is not a number"))
            }
        }

        deserializer.deserialize_any(Read)
    }
}

/// The entries of an object, by name; of one that is there twice the last.
#[derive(Debug, Default)]
pub(crate) struct ByName<'a, T>(pub(crate) Vec<(Text<'a>, T)>);

impl<'de: 'a, 'a, T: Deserialize<'de> + Default> Deserialize<'de> for ByName<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for Read<T> {
            type Value = Vec<(Text<'de>, T)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with attributes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries: Vec<(Text<'de>, T)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<Text<'de>, Option<Object<T>>>()? {
                    entries.push((name, value.unwrap_or_default().0));
                }
                if !entries.is_sorted_by(|(a, _), (b, _)| a < b) {
                    entries.reverse();
                    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
                    entries.dedup_by(|(a, _), (b, _)| a == b);
                }
                Ok(entries)
            }
        }

        let entries: Vec<(Text<'de>, T)> = deserializer.deserialize_map(Read(PhantomData))?;
        Ok(Self(entries))
    }
}
