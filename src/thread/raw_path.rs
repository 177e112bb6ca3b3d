//! Finds a nested value in JSON without parsing all of it into memory.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The value at a path of keys and list indices; negative indices count from the end.
pub(crate) fn deeper<'r>(raw: &'r str, path: &[String]) -> Option<&'r str> {
    path.iter().try_fold(raw, |raw, step| match raw.as_bytes().first()? {
        b'{' => key_of(raw, step),
        b'[' => {
            let values: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
            let number: i64 = step.parse().ok()?;
            let from_end = || values.len().checked_sub(usize::try_from(number.checked_neg()?).ok()?);
            let at = usize::try_from(number).ok().or_else(from_end)?;
            values.get(at).map(|value| value.get())
        }
        _ => None,
    })
}

/// The value under a key of an object.
pub(crate) fn key_of<'r>(object: &'r str, wanted: &str) -> Option<&'r str> {
    struct Key<'w>(&'w str);
    impl<'de> Visitor<'de> for Key<'_> {
        type Value = Option<&'de str>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(Text(key)) = map.next_key()? {
                let value: &RawValue = map.next_value()?;
                if key == self.0 && found.is_none() {
                    found = Some(value.get());
                }
            }
            Ok(found)
        }
    }
    let mut json = serde_json::Deserializer::from_str(object);
    serde::Deserializer::deserialize_map(&mut json, Key(wanted)).ok().flatten()
}
