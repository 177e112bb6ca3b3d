//! The values of a JSON file, one after the other: its lines, the elements of its list, or the whole document.

use std::io::{BufRead, BufReader, Read};

use struson::reader::{JsonReader, ValueType};

use crate::thread::error::ThreadError;
use crate::thread::json::arena::Arena;
use crate::thread::json_reader::{Reader, finish, has_document, is_cut_off, line, reader, stream, told};
use crate::thread::lines::{Line, Lines};
use crate::thread::row_error::RowError;

const BUFFER: usize = 256 << 10;

/// What counts as one value of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// The whole document; there may be several in a file.
    Document,
    /// An element of the list that the document is, a line, or a separate document.
    Element,
}

/// Reads the values of a file.
pub(crate) struct Items {
    file: String,
    source: Source,
}

enum Source {
    /// Each line is parsed separately, so that a bad one does not affect others.
    Lines {
        lines: Lines,
        /// What follows a value on its line: pages put one after the other need no line break between them.
        rest: Rest,
    },
    Stream {
        reader: Box<Reader<Box<dyn Read + Send>>>,
        unit: Unit,
        /// Whether the position is inside the list that the document is.
        in_list: bool,
        /// How many of its elements were read.
        elements: u64,
        is_begun: bool,
        /// Whether a complete value was read from the list.
        has_value: bool,
        /// Whether the file was cut off in the list.
        has_ended: bool,
    },
}

/// The result of reading the next value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// The value is in the arena.
    Value,
    /// What is on that line is unusable.
    Refused(u64, String),
}

impl Items {
    /// The values of `input`, called `file` in messages.
    ///
    /// # Errors
    /// When reading fails.
    pub(crate) fn new(file: String, input: Box<dyn Read + Send>, unit: Unit) -> Result<Self, ThreadError> {
        let mut input = BufReader::with_capacity(BUFFER, input);
        let begin = input.fill_buf().map_err(|source| ThreadError::Read { file: file.clone(), line: 1, source })?;
        let is_lines = unit == Unit::Element && is_object_line(begin);
        let input: Box<dyn Read + Send> = Box::new(input);
        let source = if is_lines {
            Source::Lines { lines: Lines::new(file.clone(), input), rest: Rest::default() }
        } else {
            Source::Stream {
                reader: Box::new(stream(input)),
                unit,
                in_list: false,
                elements: 0,
                is_begun: false,
                has_value: false,
                has_ended: false,
            }
        };
        Ok(Self { file, source })
    }

    /// Reads the next value into `arena`; `None` at the end.
    ///
    /// # Errors
    /// When reading fails, or what follows is not JSON and not on a line of its own.
    pub(crate) fn next(&mut self, arena: &mut Arena) -> Result<Option<Item>, ThreadError> {
        match &mut self.source {
            Source::Lines { lines, rest } if rest.is_there() => Ok(Some(rest.read(lines.line(), arena))),
            Source::Lines { lines, rest } => Ok(lines.next_line()?.map(|line| read_line(lines, line, rest, arena))),
            Source::Stream { reader, unit, in_list, elements, is_begun, has_value, has_ended } => {
                if *has_ended {
                    return Ok(None);
                }
                let was_in_list = *in_list;
                match next_of(reader, *unit, (in_list, is_begun), arena) {
                    Ok(read) => {
                        *has_value |= read;
                        *elements = if was_in_list { *elements + 1 } else { 0 };
                        arena.set_element(in_list.then_some(*elements));
                        Ok(read.then_some(Item::Value))
                    }
                    // Complete values are kept, as in a file of lines that was cut off.
                    Err(reason) if *in_list && *has_value && is_cut_off(&reason) => {
                        *has_ended = true;
                        let line = line(reader);
                        let place = format!("line {line}, ");
                        Ok(Some(Item::Refused(line, reason.strip_prefix(&place).map_or(reason.clone(), str::to_owned))))
                    }
                    Err(reason) => Err(ThreadError::Document { file: self.file.clone(), reason }),
                }
            }
        }
    }

    /// Whether another value can be read without waiting for input.
    pub(crate) fn has_line(&self) -> bool {
        matches!(&self.source, Source::Lines { lines, rest } if rest.is_there() || lines.has_line())
    }
}

/// The part of a line that is still to be read.
#[derive(Debug, Default)]
struct Rest {
    line: String,
    begin: usize,
}

impl Rest {
    fn is_there(&self) -> bool {
        self.begin < self.line.len()
    }

    /// Reads the next value of the line with this number.
    fn read(&mut self, number: u64, arena: &mut Arena) -> Item {
        let (before, text) = self.line.split_at(self.begin);
        match value_of(text, arena) {
            Ok(follows) => {
                self.begin = follows.map_or(self.line.len(), |at| self.begin + at);
                arena.set_line(number);
                Item::Value
            }
            Err(reason) => {
                let reason = format!("after its first {} characters: {reason}", before.chars().count());
                self.begin = self.line.len();
                Item::Refused(number, reason)
            }
        }
    }
}

fn read_line(lines: &Lines, line: Line, rest: &mut Rest, arena: &mut Arena) -> Item {
    let number = lines.line();
    let refused = |reason: String| Item::Refused(number, reason);
    if line == Line::TooLong {
        return refused(RowError::TooLong.to_string());
    }
    let text = match std::str::from_utf8(lines.bytes()) {
        Ok(text) => text,
        Err(error) => return refused(RowError::LineNotUtf8(error.valid_up_to() + 1).to_string()),
    };
    // A word or a number ends only where something else begins, if it is the last of the file.
    let ended = (!text.trim_start().starts_with(['{', '['])).then(|| format!("{text}\n"));
    match value_of(ended.as_deref().unwrap_or(text), arena) {
        Ok(follows) => {
            if let Some(begin) = follows {
                *rest = Rest { line: text.to_owned(), begin };
            }
            arena.set_line(number);
            Item::Value
        }
        Err(reason) => refused(reason),
    }
}

/// Reads the value at the beginning of a text; returns where the next one begins, if there is one.
fn value_of(text: &str, arena: &mut Arena) -> Result<Option<usize>, String> {
    let without_line = |reason: String| reason.strip_prefix("line 1, ").map_or(reason.clone(), str::to_owned);
    let mut reader = reader(text);
    arena.read(&mut reader).map_err(without_line)?;
    let end = reader.current_position(false).data_pos.and_then(|at| usize::try_from(at).ok());
    if finish(reader).is_ok() {
        return Ok(None);
    }
    let begin = end.filter(|&at| text.get(at..).is_some_and(|rest| rest.trim_start().starts_with(['{', '['])));
    begin.map(Some).ok_or_else(|| "something follows the object on its line".to_owned())
}

fn next_of<R: Read>(
    reader: &mut Reader<R>,
    unit: Unit,
    (in_list, is_begun): (&mut bool, &mut bool),
    arena: &mut Arena,
) -> Result<bool, String> {
    loop {
        if *in_list {
            if reader.has_next().map_err(|error| told(&error))? {
                return arena.read(reader).map(|()| true);
            }
            reader.end_array().map_err(|error| told(&error))?;
            *in_list = false;
        } else {
            // The file may end only between two documents.
            if *is_begun && !has_document(reader).map_err(|error| told(&error))? {
                return Ok(false);
            }
            *is_begun = true;
            if unit == Unit::Element && reader.peek().map_err(|error| told(&error))? == ValueType::Array {
                reader.begin_array().map_err(|error| told(&error))?;
                *in_list = true;
            } else {
                return arena.read(reader).map(|()| true);
            }
        }
    }
}

/// Whether the first line that is not blank is a complete object, as far as the beginning shows.
fn is_object_line(begin: &[u8]) -> bool {
    let begin = begin.trim_ascii_start();
    let line = begin.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let text = String::from_utf8_lossy(line);
    let is_whole = || serde_json::from_str::<&serde_json::value::RawValue>(text.trim_end()).is_ok();
    line.first() == Some(&b'{') && line.len() > 1 && (line.len() == begin.len() || is_whole())
}
