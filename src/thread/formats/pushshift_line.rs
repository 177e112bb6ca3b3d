//! A line of a Reddit archive, borrowed where possible.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::thread::seconds;

/// The parts of a line that are used.
#[derive(Default)]
pub(crate) struct Thing<'l> {
    pub(crate) id: Value<'l>,
    pub(crate) parent_id: Value<'l>,
    pub(crate) link_id: Value<'l>,
    pub(crate) author: Value<'l>,
    pub(crate) created_utc: Value<'l>,
    pub(crate) body: Value<'l>,
    pub(crate) score: Value<'l>,
    pub(crate) subreddit: Value<'l>,
    pub(crate) title: Value<'l>,
    pub(crate) selftext: Value<'l>,
    pub(crate) url: Value<'l>,
    pub(crate) added: Vec<Value<'l>>,
}

impl<'l> Thing<'l> {
    /// Parses a line that is exactly one object; `added` are further keys to look for.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub(crate) fn of(line: &'l str, added: &[String]) -> Result<Self, String> {
        let mut json = serde_json::Deserializer::from_str(line);
        let mut thing = Self { added: added.iter().map(|_| Value::None).collect(), ..Self::default() };
        let read = json.deserialize_map(Fields { thing: &mut thing, keys: Keys { added } }).and_then(|()| json.end());
        read.map_err(|error| error.to_string().replace(" at line 1 column ", " at column "))?;
        Ok(thing)
    }

    fn field(&mut self, key: Key) -> Option<&mut Value<'l>> {
        Some(match key {
            Key::Id => &mut self.id,
            Key::ParentId => &mut self.parent_id,
            Key::LinkId => &mut self.link_id,
            Key::Author => &mut self.author,
            Key::CreatedUtc => &mut self.created_utc,
            Key::Body => &mut self.body,
            Key::Score => &mut self.score,
            Key::Subreddit => &mut self.subreddit,
            Key::Title => &mut self.title,
            Key::Selftext => &mut self.selftext,
            Key::Url => &mut self.url,
            Key::Added(at) => return self.added.get_mut(at),
            Key::Other => return None,
        })
    }
}

/// The meaning of a key. Most keys are skipped.
#[derive(Clone, Copy)]
enum Key {
    Id,
    ParentId,
    LinkId,
    Author,
    CreatedUtc,
    Body,
    Score,
    Subreddit,
    Title,
    Selftext,
    Url,
    Added(usize),
    Other,
}

/// Reads keys without copying them.
#[derive(Clone, Copy)]
struct Keys<'t> {
    added: &'t [String],
}

impl<'l> DeserializeSeed<'l> for Keys<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Keys<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        Ok(match key {
            "id" => Key::Id,
            "parent_id" => Key::ParentId,
            "link_id" => Key::LinkId,
            "author" => Key::Author,
            "created_utc" => Key::CreatedUtc,
            "body" => Key::Body,
            "score" => Key::Score,
            "subreddit" => Key::Subreddit,
            "title" => Key::Title,
            "selftext" => Key::Selftext,
            "url" => Key::Url,
            _ => self.added.iter().position(|own| own == key).map_or(Key::Other, Key::Added),
        })
    }
}

struct Fields<'t, 'l> {
    thing: &'t mut Thing<'l>,
    keys: Keys<'t>,
}

impl<'l> Visitor<'l> for Fields<'_, 'l> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(self.keys)? {
            match self.thing.field(key) {
                Some(field) => *field = map.next_value()?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A value as it is in the line. The same key may hold a number in one year and a string in another.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum Value<'l> {
    #[default]
    None,
    Text(Cow<'l, str>),
    Whole(i64),
    Number(f64),
    Is(bool),
}

impl Value<'_> {
    /// The content of a string; empty for anything else.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    /// Appends it as a cell.
    pub(crate) fn cell(&self, out: &mut String) {
        let written = match self {
            Self::None => Ok(()),
            Self::Text(text) => out.write_str(text),
            Self::Whole(number) => write!(out, "{number}"),
            Self::Number(number) => write!(out, "{number}"),
            Self::Is(is) => write!(out, "{is}"),
        };
        // Writing to a string cannot fail.
        debug_assert!(written.is_ok());
    }

    /// Appends it as a time.
    pub(crate) fn time(&self, out: &mut String) {
        let time = match self {
            Self::Whole(seconds) => seconds::of_whole(*seconds),
            Self::Number(seconds) => seconds::of_fraction(*seconds),
            Self::Text(seconds) => return out.push_str(&seconds::rfc3339(seconds)),
            Self::None | Self::Is(_) => return,
        };
        match time {
            Some(time) => seconds::write(time, out),
            None => self.cell(out),
        }
    }
}

impl<'l> Deserialize<'l> for Value<'l> {
    fn deserialize<D: Deserializer<'l>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'l> Visitor<'l> for Any {
    type Value = Value<'l>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'l str) -> Result<Value<'l>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value<'l>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value<'l>, E> {
        Ok(Value::Whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value<'l>, E> {
        Ok(i64::try_from(number).map_or(Value::Number(number as f64), Value::Whole))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value<'l>, E> {
        Ok(Value::Number(number))
    }

    fn visit_bool<E: Error>(self, is: bool) -> Result<Value<'l>, E> {
        Ok(Value::Is(is))
    }

    fn visit_unit<E: Error>(self) -> Result<Value<'l>, E> {
        Ok(Value::None)
    }

    fn visit_seq<A: SeqAccess<'l>>(self, mut list: A) -> Result<Value<'l>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::None)
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Value<'l>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::None)
    }
}
