//! A JSON value in memory as a flat list of parts. However deep it is, it is read, walked and dropped without
//! recursion.

use std::io::Read;

use struson::reader::{JsonReader, JsonStreamReader, ValueType};

use crate::thread::json_reader::{line, told};
use crate::thread::limits::{DOCUMENT_LIMIT, MOST_VALUES};

/// Of a longer pointer, only the end is shown.
const LONGEST: usize = 12;

/// Holds one value at a time.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    /// In document order: the contents of an object or list follow it.
    parts: Vec<Part>,
    /// Keys and plain values, back to back.
    text: String,
    /// Objects and lists open during reading, innermost last.
    open: Vec<usize>,
    /// The index of the value in the list that the document is, if it is one.
    element: Option<u64>,
}

#[derive(Debug)]
struct Part {
    kind: ValueType,
    key: (u32, u32),
    value: (u32, u32),
    /// The index after this part and everything in it.
    end: u32,
    line: u32,
}

/// A value or none. Looking something up that is missing gives none, and so does looking further in none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    arena: &'a Arena,
    at: Option<usize>,
}

impl Arena {
    /// Reads the next value, which must exist, in place of the previous one.
    ///
    /// # Errors
    /// What is wrong, with line and column.
    pub(crate) fn read<R: Read>(&mut self, reader: &mut JsonStreamReader<R>) -> Result<(), String> {
        self.parts.clear();
        self.text.clear();
        self.open.clear();
        self.walk(reader)
    }

    fn walk<R: Read>(&mut self, reader: &mut JsonStreamReader<R>) -> Result<(), String> {
        let told = |error: struson::reader::ReaderError| told(&error);
        loop {
            let mut key = (0, 0);
            if let Some(&above) = self.open.last() {
                let is_object = self.parts.get(above).is_some_and(|part| part.kind == ValueType::Object);
                if !reader.has_next().map_err(told)? {
                    if is_object { reader.end_object() } else { reader.end_array() }.map_err(told)?;
                    let end = self.parts.len() as u32;
                    self.open.pop();
                    if let Some(part) = self.parts.get_mut(above) {
                        part.end = end;
                    }
                    if self.open.is_empty() {
                        return Ok(());
                    }
                    continue;
                }
                if is_object {
                    key = self.keep(reader.next_name().map_err(told)?);
                }
            }
            let kind = reader.peek().map_err(told)?;
            let (line, at) = (line(reader) as u32, self.parts.len());
            if at >= MOST_VALUES || self.text.len() as u64 >= DOCUMENT_LIMIT {
                return Err(format!(
                    "line {line}: what stands up to here is more than {MOST_VALUES} values or {} MiB, the most that is read of \
                     one document; split it",
                    DOCUMENT_LIMIT >> 20
                ));
            }
            let value = match kind {
                ValueType::Object => reader.begin_object().map(|()| (0, 0)),
                ValueType::Array => reader.begin_array().map(|()| (0, 0)),
                ValueType::String => reader.next_str().map(|text| keep(&mut self.text, text)),
                ValueType::Number => reader.next_number_as_str().map(|text| keep(&mut self.text, text)),
                ValueType::Boolean => {
                    reader.next_bool().map(|is| keep(&mut self.text, if is { "true" } else { "false" }))
                }
                ValueType::Null => reader.next_null().map(|()| (0, 0)),
            };
            let value = value.map_err(told)?;
            self.parts.push(Part { kind, key, value, end: at as u32 + 1, line });
            if matches!(kind, ValueType::Object | ValueType::Array) {
                self.open.push(at);
            } else if self.open.is_empty() {
                return Ok(());
            }
        }
    }

    /// Sets the line of all parts.
    pub(crate) fn set_line(&mut self, line: u64) {
        self.parts.iter_mut().for_each(|part| part.line = line as u32);
    }

    /// Sets the index of the value in the list that the document is, if it is one.
    pub(crate) fn set_element(&mut self, element: Option<u64>) {
        self.element = element;
    }

    fn keep(&mut self, text: &str) -> (u32, u32) {
        keep(&mut self.text, text)
    }

    /// The value read last.
    pub(crate) fn value(&self) -> Value<'_> {
        Value { arena: self, at: (!self.parts.is_empty()).then_some(0) }
    }

    fn text(&self, (begin, end): (u32, u32)) -> &str {
        self.text.get(begin as usize..end as usize).unwrap_or_default()
    }
}

fn keep(all: &mut String, text: &str) -> (u32, u32) {
    let begin = all.len() as u32;
    all.push_str(text);
    (begin, all.len() as u32)
}

impl<'a> Value<'a> {
    fn part(self) -> Option<&'a Part> {
        self.arena.parts.get(self.at?)
    }

    fn is(self, kind: ValueType) -> bool {
        self.part().is_some_and(|part| part.kind == kind)
    }

    /// Whether the value exists, even if it is null.
    pub(crate) fn is_there(self) -> bool {
        self.at.is_some()
    }

    pub(crate) fn is_object(self) -> bool {
        self.is(ValueType::Object)
    }

    pub(crate) fn is_list(self) -> bool {
        self.is(ValueType::Array)
    }

    pub(crate) fn is_string(self) -> bool {
        self.is(ValueType::String)
    }

    pub(crate) fn is_number(self) -> bool {
        self.is(ValueType::Number)
    }

    pub(crate) fn is_null(self) -> bool {
        self.is(ValueType::Null)
    }

    /// Its type, as in "it is a list".
    pub(crate) fn called(self) -> &'static str {
        self.part().map_or("missing", |part| called(part.kind))
    }

    /// Its JSON Pointer from the beginning of the document, shortened if long; empty for the document itself. This
    /// searches from the top and is meant for messages, which are few.
    pub(crate) fn pointer(self) -> String {
        let mut steps: Vec<String> = self.arena.element.iter().map(ToString::to_string).collect();
        let mut above = self.arena.value();
        while let Some(wanted) = self.at.filter(|wanted| above.at != Some(*wanted)) {
            let holds = |value: &Value<'_>| {
                value.part().is_some_and(|part| wanted < part.end as usize) && value.at.is_some_and(|at| at <= wanted)
            };
            let Some((place, next)) = above.below().enumerate().find(|(_, value)| holds(value)) else { break };
            let key = next.part().map_or("", |part| self.arena.text(part.key));
            steps.push(if above.is_list() { place.to_string() } else { key.replace('~', "~0").replace('/', "~1") });
            above = next;
        }
        let more = steps.len().saturating_sub(LONGEST);
        let shown = steps.get(more..).unwrap_or_default().join("/");
        match (steps.is_empty(), more) {
            (true, _) => shown,
            (false, 0) => format!("/{shown}"),
            _ => format!("…/{shown}"),
        }
    }

    pub(crate) fn is_true(self) -> bool {
        self.is(ValueType::Boolean) && self.text() == "true"
    }

    /// The line where it begins, from 1; 0 for none.
    pub(crate) fn line(self) -> u64 {
        self.part().map_or(0, |part| u64::from(part.line))
    }

    /// The content of a string, a number as written, `true` or `false`; empty for anything else.
    pub(crate) fn text(self) -> &'a str {
        self.part().map_or("", |part| self.arena.text(part.value))
    }

    /// The value of a key; the first if there are several.
    pub(crate) fn get(self, key: &str) -> Value<'a> {
        let found = self.members().find(|(name, _)| *name == key);
        found.map_or(Value { arena: self.arena, at: None }, |(_, value)| value)
    }

    /// The value at a path of keys.
    pub(crate) fn at(self, path: &[&str]) -> Value<'a> {
        path.iter().fold(self, |value, key| value.get(key))
    }

    /// The members of an object, in order.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        let is_object = self.is_object();
        self.below().filter(move |_| is_object).map(|value| {
            let key = value.part().map_or("", |part| value.arena.text(part.key));
            (key, value)
        })
    }

    /// The elements of a list, in order.
    pub(crate) fn items(self) -> impl Iterator<Item = Value<'a>> {
        let is_list = self.is_list();
        self.below().filter(move |_| is_list)
    }

    fn below(self) -> impl Iterator<Item = Value<'a>> {
        let arena = self.arena;
        let end = self.part().map_or(0, |part| part.end as usize);
        let first = self.at.map_or(0, |at| at + 1);
        let next = move |at: &usize| arena.parts.get(*at).map(|part| part.end as usize);
        std::iter::successors(Some(first), next)
            .take_while(move |at| *at < end)
            .map(move |at| Value { arena, at: Some(at) })
    }
}

/// The name of a type, as in "it is a list".
pub(crate) fn called(kind: ValueType) -> &'static str {
    match kind {
        ValueType::Object => "an object",
        ValueType::Array => "a list",
        ValueType::String => "a string",
        ValueType::Number => "a number",
        ValueType::Boolean => "true or false",
        ValueType::Null => "null",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::json_reader::{finish, is_cut_off, reader};

    fn arena(document: &str) -> Arena {
        let mut arena = Arena::default();
        arena.read(&mut reader(document)).unwrap();
        arena
    }

    #[test]
    fn values_are_found_by_their_keys() {
        let arena = arena("{\"a\":[1,{\"b\":\"é\"},[],null],\n\"c\":{\"d\":true},\"e\":-1.50}");
        let value = arena.value();
        assert_eq!(value.at(&["c", "d"]).text(), "true");
        assert_eq!(value.get("e").text(), "-1.50");
        assert_eq!(value.get("c").line(), 2);
        let items: Vec<&str> = value.get("a").items().map(|item| item.get("b").text()).collect();
        assert_eq!(items, ["", "é", "", ""]);
        assert_eq!(value.members().map(|(key, _)| key).collect::<Vec<_>>(), ["a", "c", "e"]);
        assert!(!value.at(&["x", "y"]).is_there() && value.get("a").items().count() == 4);
        assert_eq!(value.items().count() + value.get("a").members().count() + value.get("x").items().count(), 0);
    }

    #[test]
    fn a_value_knows_its_place() {
        let mut arena = arena(r#"{"a":[1,{"b/c":[null]}]}"#);
        let null = arena.value().get("a").items().nth(1).unwrap().get("b/c").items().next().unwrap();
        assert_eq!((null.pointer().as_str(), null.called()), ("/a/1/b~1c/0", "null"));
        assert_eq!(arena.value().pointer(), "");
        arena.set_element(Some(7));
        assert_eq!(arena.value().get("a").pointer(), "/7/a");
    }

    #[test]
    fn depth_is_no_matter() {
        let deep = format!("{}7{}", "[".repeat(200_000), "]".repeat(200_000));
        let arena = arena(&deep);
        let (mut value, mut depth) = (arena.value(), 0);
        while let Some(inner) = value.items().next() {
            (value, depth) = (inner, depth + 1);
        }
        assert_eq!((value.text(), depth), ("7", 200_000));
    }

    #[test]
    fn a_fault_has_its_place() {
        let told = Arena::default().read(&mut reader("{\"a\":\n [1 2]}")).unwrap_err();
        assert!(told.starts_with("line 2, column 5: not JSON"), "{told}");
    }

    #[test]
    fn a_document_cut_off_anywhere_is_told_so() {
        let document = r#"{"a\u00e4":[true,null,-1.5e3,"\\b\ud83d\ude00",{"c":false}]}"#;
        for end in 1..document.len() {
            let told = Arena::default().read(&mut reader(&document[..end])).unwrap_err();
            assert!(is_cut_off(&told), "{end}: {told}");
        }
        for wrong in ["{\"a\":falsy}", "{\"a\" 1}", "[1,]"] {
            assert!(!is_cut_off(&Arena::default().read(&mut reader(wrong)).unwrap_err()), "{wrong}");
        }
        let mut whole = reader(" 7 ");
        whole.skip_value().unwrap();
        finish(whole).unwrap();
    }
}
