//! Rows of JSON Lines: one object per line, its keys being the columns.
//!
//! The whole file is not read to find the header. It consists of the known names, the columns that the caller wants,
//! and the keys of the first line, for a regular file also those of the other lines read with it. A key outside the
//! header is not read, and that is reported. A value that is a list or an object becomes a cell holding its JSON,
//! except in known and wanted columns, whose values must be plain; the cells of a label are checked by the code that
//! learns from them.
//!
//! A wanted column `body.value` is the key `value` of the object at the key `body`, and `revisions.-1` is the last
//! element of the list at `revisions`, unless a key has that exact name. A bare `NaN`, which Python writes and JSON
//! does not have, is read as `null`.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::thread::error::ThreadError;
use crate::thread::known::Known;
use crate::thread::late_keys::LateKeys;
use crate::thread::lines::{Line, Lines};
use crate::thread::person;
use crate::thread::raw_path::{deeper, key_of};
use crate::thread::row::{Next, Refused, Row};
use crate::thread::row_error::RowError;

/// The capacity in bytes that a value keeps for reuse.
const ROOM: usize = 4 << 10;

pub(crate) struct JsonLines {
    file: String,
    lines: Lines,
    /// The line in `lines`, if [`header`](Self::header) has read ahead.
    ahead: Option<Line>,
    /// Keys of the first lines whose values are lists or objects.
    nested: Vec<String>,
    slots: Slots,
}

/// Where the values of a line are stored.
struct Slots {
    index: FxHashMap<String, usize>,
    /// Nested columns, by the top-level key that leads to them.
    within: FxHashMap<String, Vec<(usize, Vec<String>)>>,
    /// Which columns are known or wanted, so their values must be plain.
    plain: Vec<bool>,
    cells: Vec<String>,
    filled: Vec<bool>,
    /// Whether any line so far has had the key.
    met: Vec<bool>,
    late: LateKeys,
    tells_late: bool,
    /// The column of authors, of whom an object may hold the name.
    author: Option<usize>,
}

/// Why a value cannot be a cell; the parser adds the position.
#[derive(Debug, thiserror::Error)]
enum FillError {
    #[error("the key `{0}` occurs twice")]
    Twice(String),
    #[error("the value of `{0}`: {1}")]
    Text(String, String),
    #[error("the value of `{0}` is nested, where a plain one is needed (--column NAME={0}.KEY names what is in it)")]
    Nested(String),
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl JsonLines {
    pub(crate) fn new(file: String, reader: Box<dyn Read + Send>) -> Self {
        Self {
            lines: Lines::new(file.clone(), reader),
            file,
            ahead: None,
            nested: Vec::new(),
            slots: Slots {
                index: FxHashMap::default(),
                within: FxHashMap::default(),
                plain: Vec::new(),
                cells: Vec::new(),
                filled: Vec::new(),
                met: Vec::new(),
                late: LateKeys::default(),
                tells_late: false,
                author: None,
            },
        }
    }

    /// The header, from the first line and the complete lines in `head`, the first bytes of the file. Values of
    /// `wanted` must be plain; those of `labels` need not be.
    pub(crate) fn header(
        &mut self,
        wanted: &[String],
        labels: &[String],
        head: &[u8],
    ) -> Result<(Vec<String>, Vec<String>), ThreadError> {
        let Some(line) = self.lines.next_line()? else {
            return Err(ThreadError::Empty { file: self.file.clone() });
        };
        self.ahead = Some(line);
        let mut keys = match line {
            Line::Whole => keys(self.lines.bytes()),
            Line::TooLong => Vec::new(),
        };
        add_keys(&mut keys, head);
        let mut header: Vec<String> = Vec::new();
        let known = Known::ALL.iter().map(|known| known.name());
        for name in known.chain(wanted.iter().map(String::as_str)) {
            self.slots.add(name, true, &mut header);
        }
        for key in labels.iter().chain(keys.iter().map(|(key, _)| key)) {
            self.slots.add(key, false, &mut header);
        }
        let mut present: Vec<String> = keys.iter().map(|(key, _)| key.clone()).collect();
        let line = std::str::from_utf8(self.lines.bytes()).map(without_nan).unwrap_or_default();
        for name in wanted.iter().chain(labels) {
            if let Some((key, path)) = name.split_once('.')
                && !present.contains(name)
            {
                let path: Vec<String> = path.split('.').map(str::to_owned).collect();
                if key_of(&line, key).and_then(|value| deeper(value, &path)).is_some() {
                    present.push(name.clone());
                }
                self.slots.add_within(name, key, path);
            }
        }
        self.nested = keys.iter().filter(|(_, is_nested)| *is_nested).map(|(key, _)| key.clone()).collect();
        Ok((header, present))
    }

    /// The caller wants every column, so keys that are not columns are reported at the end.
    pub(crate) fn want_all(&mut self) {
        self.slots.tells_late = true;
    }

    /// The remark about the whole file, if there is one.
    pub(crate) fn remark(&mut self) -> Option<String> {
        self.slots.late.remark()
    }

    /// Whether a line near the beginning has a list or an object under this key.
    pub(crate) fn is_nested(&self, key: &str) -> bool {
        self.nested.iter().any(|nested| nested == key)
    }

    /// Requires plain values in this column from now on.
    pub(crate) fn demand_plain(&mut self, column: usize) {
        if let Some(plain) = self.slots.plain.get_mut(column) {
            *plain = true;
        }
    }

    /// From now on an object in this column is a person, whose name is the cell.
    pub(crate) fn take_names(&mut self, column: usize) {
        self.slots.author = Some(column);
    }

    /// The number of the line read last.
    #[cfg(test)]
    pub(crate) fn line(&self) -> u64 {
        self.lines.line()
    }

    /// Whether any line so far has had the key of this column.
    pub(crate) fn has_met(&self, column: usize) -> bool {
        self.slots.met.get(column).is_some_and(|met| *met)
    }

    /// Whether another line can be read without waiting for input.
    pub(crate) fn has_line(&self) -> bool {
        self.ahead.is_some() || self.lines.has_line()
    }

    pub(crate) fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        let line = match self.ahead.take() {
            Some(line) => line,
            None => match self.lines.next_line()? {
                Some(line) => line,
                None => return Ok(Next::End),
            },
        };
        row.line = self.lines.line();
        let read = match line {
            Line::Whole => self.slots.read(self.lines.bytes()),
            Line::TooLong => Err(RowError::TooLong),
        };
        Ok(match read {
            Ok(()) => {
                row.cells.clear();
                for cell in &self.slots.cells {
                    row.cells.push(cell);
                }
                Next::Row
            }
            Err(error) => Next::Refused(Refused { file: self.file.clone(), line: row.line, reason: error.to_string() }),
        })
    }
}

/// The keys of an object, each once, with whether the value is nested; empty if the line is not an object.
fn keys(line: &[u8]) -> Vec<(String, bool)> {
    #[derive(Default)]
    struct Keys(Vec<(String, bool)>);
    impl<'de> Visitor<'de> for Keys {
        type Value = Vec<(String, bool)>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
            while let Some(Text(key)) = map.next_key()? {
                let is_nested = map.next_value::<&RawValue>()?.get().starts_with(['[', '{']);
                if !self.0.iter().any(|(there, _)| *there == key) {
                    self.0.push((key.into_owned(), is_nested));
                }
                if self.0.len() > MOST_KEYS {
                    return Err(A::Error::custom("too many keys"));
                }
            }
            Ok(self.0)
        }
    }
    let line = std::str::from_utf8(line).map(without_nan).unwrap_or_default();
    let mut json = serde_json::Deserializer::from_str(&line);
    serde::Deserializer::deserialize_map(&mut json, Keys::default()).unwrap_or_default()
}

/// Adds the keys of the complete lines in `head`.
fn add_keys(keys: &mut Vec<(String, bool)>, head: &[u8]) {
    let mut places: FxHashMap<String, usize> = keys.iter().map(|(key, _)| key.clone()).zip(0..).collect();
    let Some(end) = memchr::memrchr(b'\n', head) else { return };
    for (key, is_nested) in head[..end].split(|byte| *byte == b'\n').flat_map(self::keys) {
        match places.get(&key) {
            Some(at) => keys[*at].1 |= is_nested,
            None if keys.len() < MOST_KEYS => {
                places.insert(key.clone(), keys.len());
                keys.push((key, is_nested));
            }
            None => {}
        }
    }
}

/// Further keys in the first lines do not become columns.
const MOST_KEYS: usize = 10_000;

impl Slots {
    fn add(&mut self, name: &str, is_plain: bool, header: &mut Vec<String>) {
        if !self.index.contains_key(name) {
            self.index.insert(name.to_owned(), header.len());
            header.push(name.to_owned());
            self.cells.push(String::new());
            self.filled.push(false);
            self.met.push(false);
            self.plain.push(is_plain);
        }
    }

    /// Registers a nested column, found under `key` along `path`.
    fn add_within(&mut self, name: &str, key: &str, path: Vec<String>) {
        let Some(&slot) = self.index.get(name) else { return };
        let within = self.within.entry(key.to_owned()).or_default();
        if within.iter().all(|(there, _)| *there != slot) {
            within.push((slot, path));
        }
        // The key itself is the caller's way to the value.
        if let Some(key) = self.index.get(key) {
            self.plain[*key] = false;
        }
    }

    fn read(&mut self, line: &[u8]) -> Result<(), RowError> {
        let line = std::str::from_utf8(line).map_err(|error| RowError::LineNotUtf8(error.valid_up_to() + 1))?;
        let read = self.parse(line).or_else(|error| match without_nan(line) {
            Cow::Owned(line) => self.parse(&line),
            Cow::Borrowed(_) => Err(error),
        });
        read.map_err(|error| infinity(line, &error).unwrap_or_else(|| RowError::Json(without_line(&error))))?;
        if self.cells.iter().any(|cell| cell.contains('\0')) {
            return Err(RowError::ValueWithNul);
        }
        Ok(())
    }

    fn parse(&mut self, line: &str) -> Result<(), serde_json::Error> {
        for cell in &mut self.cells {
            cell.clear();
            // There may be thousands of cells, and each would in time keep room for the longest value.
            cell.shrink_to(ROOM);
        }
        self.filled.fill(false);
        let mut json = serde_json::Deserializer::from_str(line);
        (&mut *self).deserialize(&mut json).and_then(|()| json.end())
    }

    fn fill(&mut self, key: &str, raw: &str) -> Result<(), FillError> {
        if !self.within.is_empty()
            && let Some(within) = self.within.remove(key)
        {
            let filled = within.iter().try_for_each(|(slot, path)| match deeper(raw, path) {
                // A key with that exact name wins.
                Some(_) if self.filled.get(*slot) == Some(&true) => Ok(()),
                Some(value) => self.put(*slot, &[&[key.to_owned()], &path[..]].concat().join("."), value),
                None => Ok(()),
            });
            self.within.insert(key.to_owned(), within);
            filled?;
        }
        let Some(&slot) = self.index.get(key) else {
            if self.tells_late && !self.within.contains_key(key) {
                self.late.add(key);
            }
            return Ok(());
        };
        if self.filled[slot] {
            return Err(FillError::Twice(key.to_owned()));
        }
        self.filled[slot] = true;
        self.put(slot, key, raw)
    }

    /// Stores a value in the cell of a slot. [`add`](Self::add) has created all of them.
    fn put(&mut self, slot: usize, key: &str, raw: &str) -> Result<(), FillError> {
        self.met[slot] = true;
        let cell = &mut self.cells[slot];
        cell.clear();
        match raw.as_bytes().first() {
            Some(b'"') => {
                let Text(text) =
                    serde_json::from_str(raw).map_err(|error| FillError::Text(key.to_owned(), without_line(&error)))?;
                cell.push_str(&text);
            }
            Some(b'n') => {}
            Some(b'{') if self.author == Some(slot) => cell.push_str(&person::name_in(raw).unwrap_or_default()),
            Some(b'{' | b'[') if self.plain[slot] => {
                return Err(FillError::Nested(key.to_owned()));
            }
            _ => cell.push_str(raw),
        }
        Ok(())
    }
}

/// `serde_json`'s message without the line, which is always 1 here.
fn without_line(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}

/// The line with `null` for each `NaN` outside strings. Python writes it for a missing number; it is not JSON.
fn without_nan(line: &str) -> Cow<'_, str> {
    const NAN: &str = "NaN";
    let (mut out, mut copied, mut at, mut in_string) = (String::new(), 0, 0, false);
    let bytes = line.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' => at += 1,
            b'N' if !in_string && bytes[at..].starts_with(NAN.as_bytes()) => {
                out += line.get(copied..at).unwrap_or_default();
                out += "null";
                at += NAN.len();
                copied = at;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    if copied == 0 {
        return Cow::Borrowed(line);
    }
    out += line.get(copied..).unwrap_or_default();
    Cow::Owned(out)
}

/// An error for the infinite numbers that Python writes; they are not JSON.
fn infinity(line: &str, error: &serde_json::Error) -> Option<RowError> {
    // The parser stops at the word, or after what could be a number's sign.
    let begin = error.column().checked_sub(1)?;
    let rest = [begin, begin.saturating_sub(1)].map(|at| line.get(at..).unwrap_or_default());
    let words = ["-Infinity", "Infinity"];
    let word = words.into_iter().find(|word| rest.iter().any(|rest| rest.starts_with(word)))?;
    Some(RowError::Infinity { word, column: error.column() })
}

impl<'de> DeserializeSeed<'de> for &mut Slots {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Slots {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            let raw: &RawValue = map.next_value()?;
            self.fill(&key, raw.get()).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// The cells of a wanted column, and the columns that the first line shows.
    fn column(name: &str, lines: &str) -> (Vec<String>, Vec<String>) {
        let mut rows = JsonLines::new("a".to_owned(), Box::new(Cursor::new(lines.to_owned())));
        let (header, present) = rows.header(&[name.to_owned()], &[], b"").unwrap();
        let at = header.iter().position(|there| there == name).unwrap();
        let (mut row, mut cells) = (Row::default(), Vec::new());
        loop {
            match rows.read(&mut row).unwrap() {
                Next::End => return (cells, present),
                Next::Row => cells.push(row.cells.get(at).unwrap().to_owned()),
                Next::Refused(refused) => cells.push(refused.reason),
            }
        }
    }

    #[test]
    fn a_dot_leads_into_objects_and_lists() {
        let (cells, present) = column(
            "body.value",
            "{\"id\":1,\"body\":{\"value\":\"a\"}}\n{\"body\":{}}\n{\"body\":7}\n{\"body\":{\"value\":[1]}}\n{\"body\":{\"value\":\"b\"}}",
        );
        assert_eq!(cells[..3], ["a", "", ""]);
        assert!(cells[3].contains("`body.value` is nested"), "{}", cells[3]);
        assert_eq!((cells[4].as_str(), present), ("b", vec!["id".to_owned(), "body".into(), "body.value".into()]));
        let last = "{\"revisions\":[{\"body\":\"a\"},{\"body\":\"b\"}]}\n{\"revisions\":[]}";
        assert_eq!(column("revisions.-1.body", last).0, ["b", ""]);
        assert_eq!(column("revisions.0.body", last).0, ["a", ""]);
    }

    #[test]
    fn a_known_key_may_lead_to_its_value() {
        assert_eq!(column("text.value", "{\"text\":{\"value\":\"a\"}}\n{\"text\":{\"value\":\"b\"}}").0, ["a", "b"]);
        assert_eq!(column("created_at.$date", "{\"created_at\":{\"$date\":\"2026\"}}").0, ["2026"]);
    }

    #[test]
    fn an_author_may_be_an_object_that_names_them() {
        let mut rows =
            JsonLines::new("a".to_owned(), Box::new(Cursor::new("{\"author\":{\"login\":\"rosa\"}}\n{\"author\":{}}")));
        let (header, _) = rows.header(&[], &[], b"").unwrap();
        let at = header.iter().position(|name| name == "author").unwrap();
        rows.take_names(at);
        let mut row = Row::default();
        for name in ["rosa", ""] {
            rows.read(&mut row).unwrap();
            assert_eq!(row.cells.get(at), Some(name));
        }
    }

    #[test]
    fn a_key_that_is_called_just_so_wins() {
        assert_eq!(column("a.b", "{\"a.b\":1,\"a\":{\"b\":2}}\n{\"a\":{\"b\":3}}").0, ["1", ""]);
        assert_eq!(
            column("a.b", "{\"a\":{\"b\":2}}\n{\"a\":{\"b\":2},\"a.b\":1}\n{\"a.b\":1,\"a\":{\"b\":2}}").0,
            ["2", "1", "1"]
        );
        assert_eq!(column("a.b", "{\"x\":1}").1, ["x"]);
    }
}
