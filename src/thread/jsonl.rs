//! Rows of JSON Lines: one object a line, its keys the columns.
//!
//! The header cannot be known from the file as a whole, so it is made up: the known names, the columns that the caller
//! wants, then the keys of the first line, and of a file those of the lines that were read with it. A key that is in none of
//! them is not read, which is told. Values that are lists or objects
//! are cells as they are written, but for those of known and wanted columns, which must be plain: a label's cell is
//! looked at by who learns from it. A column that is wanted and called `body.value` is the key `value` of the object at the key
//! `body`, and `revisions.-1` the last element of the list at `revisions`, where no key is called just so. A bare `NaN`, which Python writes and JSON does not have, is read as `null`.

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
use crate::thread::raw_path::{deeper, key_of};
use crate::thread::row::{Next, Refused, Row};
use crate::thread::row_error::RowError;

/// A value keeps room for so much.
const ROOM: usize = 4 << 10;

pub(crate) struct JsonLines {
    file: String,
    lines: Lines,
    /// What `lines` hold, where [`header`](Self::header) has read ahead.
    ahead: Option<Line>,
    /// Keys of the first lines whose values are lists or objects.
    nested: Vec<String>,
    slots: Slots,
}

/// Where the values of one line go.
struct Slots {
    index: FxHashMap<String, usize>,
    /// Columns that stand deeper, by the key that leads to them.
    within: FxHashMap<String, Vec<(usize, Vec<String>)>>,
    /// Which are known or wanted, so that they must be plain values.
    plain: Vec<bool>,
    cells: Vec<String>,
    filled: Vec<bool>,
    /// Whether any line so far has had the key.
    met: Vec<bool>,
    late: LateKeys,
    tells_late: bool,
}

/// Why a key's value is no cell; the parser adds where it stands.
#[derive(Debug, thiserror::Error)]
enum FillError {
    #[error("the key `{0}` stands there twice")]
    Twice(String),
    #[error("the value of `{0}`: {1}")]
    Text(String, String),
    #[error("the value of `{0}` is nested, where a plain one is needed")]
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
            },
        }
    }

    /// The header, and the keys of the first line and of those that are whole in `head`, the first bytes. Values of `wanted`
    /// must be plain, of `labels` they need not be.
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

    /// Who reads wants all that there is, and hears at the end of keys that are no columns.
    pub(crate) fn want_all(&mut self) {
        self.slots.tells_late = true;
    }

    /// What is to be said of the file as a whole.
    pub(crate) fn remark(&mut self) -> Option<String> {
        self.slots.late.remark()
    }

    /// Whether a line near the beginning has a list or an object there.
    pub(crate) fn is_nested(&self, key: &str) -> bool {
        self.nested.iter().any(|nested| nested == key)
    }

    /// From now on the values of that column must be plain.
    pub(crate) fn demand_plain(&mut self, column: usize) {
        if let Some(plain) = self.slots.plain.get_mut(column) {
            *plain = true;
        }
    }

    /// The line that was read last.
    #[cfg(test)]
    pub(crate) fn line(&self) -> u64 {
        self.lines.line()
    }

    /// Whether any line so far has had the key of that column.
    pub(crate) fn has_met(&self, column: usize) -> bool {
        self.slots.met.get(column).is_some_and(|met| *met)
    }

    /// Whether another line is there without reading on.
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

/// The keys of an object, each once and with whether its value is nested; none if it is not an object.
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

/// Adds the keys of the lines that are whole in `head`.
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

/// More keys than this in the first lines are no columns.
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

    /// Says that a column stands deeper, by that key and that path behind it.
    fn add_within(&mut self, name: &str, key: &str, path: Vec<String>) {
        let Some(&slot) = self.index.get(name) else { return };
        let within = self.within.entry(key.to_owned()).or_default();
        if within.iter().all(|(there, _)| *there != slot) {
            within.push((slot, path));
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
            // There may be thousands, and each would in time keep room for the longest value.
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
                // A key that is called just so wins.
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

    /// Makes a value the cell of a slot. There is one of each for every slot, as [`add`](Self::add) makes them.
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
            Some(b'{' | b'[') if self.plain[slot] => {
                return Err(FillError::Nested(key.to_owned()));
            }
            _ => cell.push_str(raw),
        }
        Ok(())
    }
}

/// The message of `serde_json`, without its line, which is always 1 here.
fn without_line(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}

/// The line with `null` for each `NaN` outside of strings, as Python writes a missing number and no other JSON has it.
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

/// What Python writes for numbers beyond all numbers, which no other JSON has.
fn infinity(line: &str, error: &serde_json::Error) -> Option<RowError> {
    // The parser stops at the word, or behind what could be a number's sign.
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
    fn a_key_that_is_called_just_so_wins() {
        assert_eq!(column("a.b", "{\"a.b\":1,\"a\":{\"b\":2}}\n{\"a\":{\"b\":3}}").0, ["1", ""]);
        assert_eq!(
            column("a.b", "{\"a\":{\"b\":2}}\n{\"a\":{\"b\":2},\"a.b\":1}\n{\"a.b\":1,\"a\":{\"b\":2}}").0,
            ["2", "1", "1"]
        );
        assert_eq!(column("a.b", "{\"x\":1}").1, ["x"]);
    }
}
