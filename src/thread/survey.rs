//! Which keys a JSON document has where: the basis for messages when no comment is found in it.

use rustc_hash::FxHashMap;
use struson::reader::{JsonReader, ReaderError, ValueType};

use crate::thread::json::arena::Value;
use crate::thread::json_reader::reader;

/// Beyond this many, places are not distinguished: a document may have ids for keys.
const MOST_PLACES: usize = 4096;

/// Stands for any element of a list.
pub(crate) const ELEMENT: &str = "[]";

/// The contents of a document, by place.
pub(crate) struct Survey {
    /// The first is the document itself.
    places: Vec<Place>,
}

struct Place {
    above: usize,
    key: String,
    /// Strings at this place that are not blank.
    texts: usize,
}

impl Survey {
    /// Surveys a document; if it is not valid JSON, up to the error.
    pub(crate) fn of(document: &str) -> Self {
        let mut places = Places { survey: Self { places: Vec::new() }, index: FxHashMap::default() };
        places.at(0, "");
        // Invalid JSON was refused earlier.
        let _ = places.walk(document);
        places.survey
    }

    /// Surveys a value in memory.
    pub(crate) fn of_value(value: Value<'_>) -> Self {
        let mut places = Places { survey: Self { places: Vec::new() }, index: FxHashMap::default() };
        places.at(0, "");
        let mut waiting = vec![(value, 0)];
        while let Some((value, place)) = waiting.pop() {
            if value.is_string()
                && !value.text().trim().is_empty()
                && let Some(place) = places.survey.places.get_mut(place)
            {
                place.texts += 1;
            }
            let begin = waiting.len();
            waiting.extend(
                value
                    .items()
                    .map(|item| (item, ELEMENT))
                    .chain(value.members().map(|(key, value)| (value, key)))
                    .map(|(value, key)| (value, places.at(place, key))),
            );
            if let Some(added) = waiting.get_mut(begin..) {
                added.reverse();
            }
        }
        places.survey
    }

    /// The places of objects that hold texts, those with the most texts first.
    pub(crate) fn telling(&self) -> Vec<usize> {
        let mut texts = vec![0_usize; self.places.len()];
        for place in self.places.iter().skip(1).filter(|place| place.key != ELEMENT) {
            if let Some(above) = texts.get_mut(place.above) {
                *above += place.texts;
            }
        }
        let mut found: Vec<usize> =
            self.places().filter(|&place| texts.get(place).is_some_and(|&count| count > 0)).collect();
        found.sort_by_key(|&place| std::cmp::Reverse(texts.get(place).copied()));
        found
    }

    /// The path to a place as a JSON Pointer, with `*` for list elements.
    pub(crate) fn pointer(&self, place: usize) -> String {
        let steps = self.path(place).into_iter().map(|step| match step {
            ELEMENT => "/*".to_owned(),
            key => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        });
        steps.collect()
    }

    /// The keys from the document to a place.
    pub(crate) fn path(&self, place: usize) -> Vec<&str> {
        let mut path = Vec::new();
        let mut at = place;
        while at > 0
            && let Some(place) = self.places.get(at)
        {
            path.push(place.key.as_str());
            at = place.above;
        }
        path.reverse();
        path
    }

    /// The keys of the objects at a place, in document order.
    pub(crate) fn keys(&self, place: usize) -> impl Iterator<Item = &str> {
        let below = self.places.iter().skip(1).filter(move |other| other.above == place && other.key != ELEMENT);
        below.map(|place| place.key.as_str())
    }

    /// All places of objects.
    pub(crate) fn places(&self) -> std::ops::Range<usize> {
        0..self.places.len()
    }

    /// Whether there is a value at a path that ends in `end`.
    pub(crate) fn has(&self, end: &[&str]) -> bool {
        self.places().any(|place| {
            let mut at = place;
            end.iter().rev().all(|key| {
                let Some(place) = self.places.get(at).filter(|_| at > 0) else { return false };
                at = place.above;
                place.key == *key
            })
        })
    }

    /// Whether there is a value at exactly this path from the top.
    pub(crate) fn has_at(&self, path: &[&str]) -> bool {
        self.at(path).is_some()
    }

    /// Whether the object at the top, or those in the list at the top or in lists inside it, have all these keys.
    pub(crate) fn tops_have(&self, keys: &[&str]) -> bool {
        [self.at(&[]), self.at(&[ELEMENT]), self.at(&[ELEMENT, ELEMENT])]
            .into_iter()
            .flatten()
            .any(|top| keys.iter().all(|key| self.keys(top).any(|there| there == *key)))
    }

    fn at(&self, path: &[&str]) -> Option<usize> {
        path.iter().try_fold(0, |above, key| {
            let below = |(at, place): &(usize, &Place)| *at > 0 && place.above == above && place.key == *key;
            self.places.iter().enumerate().find(below).map(|(at, _)| at)
        })
    }

    /// The places of objects that hold a text under this key, those with the most first.
    pub(crate) fn holding(&self, key: &str) -> Vec<usize> {
        let mut found: Vec<&Place> =
            self.places.iter().skip(1).filter(|place| place.key == key && place.texts > 0).collect();
        found.sort_by_key(|place| std::cmp::Reverse(place.texts));
        found.into_iter().map(|place| place.above).collect()
    }
}

struct Places {
    survey: Survey,
    index: FxHashMap<(usize, String), usize>,
}

impl Places {
    /// The place of a key; once there are too many places, the place above.
    fn at(&mut self, above: usize, key: &str) -> usize {
        let id = (above, key.to_owned());
        if let Some(&place) = self.index.get(&id) {
            return place;
        }
        let place = self.survey.places.len();
        if place >= MOST_PLACES {
            return above;
        }
        self.survey.places.push(Place { above, key: key.to_owned(), texts: 0 });
        self.index.insert(id, place);
        place
    }

    fn walk(&mut self, document: &str) -> Result<(), ReaderError> {
        let mut reader = reader(document);
        // The open containers, innermost last: whether each is an object, and its place.
        let mut open: Vec<(bool, usize)> = Vec::new();
        loop {
            let place = match open.last() {
                None => 0,
                Some(&(is_object, _)) if !reader.has_next()? => {
                    if is_object {
                        reader.end_object()?;
                    } else {
                        reader.end_array()?;
                    }
                    open.pop();
                    if open.is_empty() {
                        return Ok(());
                    }
                    continue;
                }
                Some(&(true, above)) => {
                    let key = reader.next_name()?;
                    self.at(above, key)
                }
                Some(&(false, above)) => self.at(above, ELEMENT),
            };
            match reader.peek()? {
                ValueType::Object => {
                    reader.begin_object()?;
                    open.push((true, place));
                }
                ValueType::Array => {
                    reader.begin_array()?;
                    open.push((false, place));
                }
                ValueType::String => {
                    let says = !reader.next_str()?.trim().is_empty();
                    if let Some(place) = self.survey.places.get_mut(place) {
                        place.texts += usize::from(says);
                    }
                }
                _ => reader.skip_value()?,
            }
            if open.is_empty() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_known_by_their_keys() {
        let survey = Survey::of(r#"{"n":1,"data":[{"id":"1","body":"a"},{"body":"b","x":{"body":""}}]}"#);
        assert_eq!(survey.keys(0).collect::<Vec<_>>(), ["n", "data"]);
        let holding = survey.holding("body");
        assert_eq!(holding.iter().map(|&place| survey.path(place)).collect::<Vec<_>>(), [["data", "[]"]]);
        assert_eq!(survey.keys(holding[0]).collect::<Vec<_>>(), ["id", "body", "x"]);
        assert!(survey.has(&["[]", "x", "body"]) && survey.has(&["data"]) && !survey.has(&["x", "data"]));
    }

    #[test]
    fn depth_and_many_keys_are_bounded() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(Survey::of(&deep).places().len(), MOST_PLACES);
        let keys: Vec<String> = (0..10_000).map(|i| format!("\"k{i}\":{{\"body\":\"a\"}}")).collect();
        let wide = Survey::of(&format!("{{{}}}", keys.join(",")));
        assert_eq!(wide.places().len(), MOST_PLACES);
        assert!(Survey::of("{\"a\":").has(&["a"]));
        assert!(Survey::of("7").has(&[]));
    }
}
