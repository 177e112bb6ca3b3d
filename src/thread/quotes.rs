//! Records whose quotes do not pair up: how their lines read one by one.
//!
//! A CSV parser never fails: one stray quote turns all rows up to the next quote into a single cell. The record's bytes
//! show whether that happened. A quoted cell is sound if its closing quote is followed by a delimiter or the end of the
//! line; even then it is odd if lines in it look like rows of the table.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2};

use crate::thread::flaw::Flaw;
use crate::thread::row_error::RowError;

const QUOTE: u8 = b'"';
/// How many lines after a record's first are checked for looking like rows.
const LOOKED_AT: usize = 100;
/// A longer cell is not a key.
const LONGEST_KEY: usize = 64;

/// The state of a cell's quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// It does not begin with a quote.
    Plain,
    /// A quote at either end, and only doubled ones between.
    Quoted,
    /// Text follows the closing quote.
    Broken,
    /// The opening quote is never closed.
    Open,
}

/// A cell, by its position in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    place: Range<usize>,
    form: Form,
}

impl Cell {
    /// Appends the cell's content. Quotes that do not pair up count as text.
    pub(crate) fn write(&self, raw: &[u8], out: &mut Vec<u8>) {
        let bytes = &raw[self.place.clone()];
        if self.form != Form::Quoted {
            out.extend_from_slice(bytes);
            return;
        }
        let mut rest = &bytes[1..];
        while let Some(at) = memchr(QUOTE, rest) {
            out.extend_from_slice(&rest[..at]);
            let is_doubled = rest.get(at + 1) == Some(&QUOTE);
            rest = &rest[at + 1..];
            if !is_doubled {
                break;
            }
            out.push(QUOTE);
            rest = &rest[1..];
        }
        out.extend_from_slice(rest);
    }

    /// The kind of id or class that the cell could be: one word, with digits or without.
    fn key(&self, raw: &[u8]) -> Option<Key> {
        let bytes = &raw[self.place.clone()];
        let bytes = if self.form == Form::Quoted { &bytes[1..bytes.len() - 1] } else { bytes };
        let in_word = |byte: &u8| !byte.is_ascii_whitespace() && *byte != QUOTE;
        let is_word = (1..=LONGEST_KEY).contains(&bytes.len()) && bytes.iter().all(in_word);
        is_word.then(|| if bytes.iter().any(u8::is_ascii_digit) { Key::Number } else { Key::Name })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Number,
    Name,
}

/// The cells of a record without its line end. They end where `csv-core`'s fields end, except that a quote that is
/// never closed counts as text.
struct Cells<'r> {
    raw: &'r [u8],
    delimiter: u8,
    /// Where the next cell begins; `None` after the last.
    next: Option<usize>,
}

impl<'r> Cells<'r> {
    fn new(raw: &'r [u8], delimiter: u8) -> Self {
        Self { raw, delimiter, next: Some(0) }
    }
}

impl Iterator for Cells<'_> {
    type Item = Cell;

    fn next(&mut self) -> Option<Cell> {
        let begin = self.next?;
        let cell_end =
            |from: usize| memchr(self.delimiter, &self.raw[from..]).map_or(self.raw.len(), |length| from + length);
        let (form, end) = if self.raw.get(begin) == Some(&QUOTE) {
            match closing(self.raw, begin + 1) {
                None => (Form::Open, cell_end(begin)),
                Some(close) => {
                    let end = cell_end(close + 1);
                    let is_last = self.raw[close + 1..end].iter().all(|byte| *byte == b' ');
                    (if is_last { Form::Quoted } else { Form::Broken }, end)
                }
            }
        } else {
            (Form::Plain, cell_end(begin))
        };
        self.next = (end < self.raw.len()).then_some(end + 1);
        Some(Cell { place: begin..end, form })
    }
}

/// The position of the quote that closes a cell; doubled quotes do not.
fn closing(raw: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let at = from + memchr(QUOTE, raw.get(from..)?)?;
        if raw.get(at + 1) != Some(&QUOTE) {
            return Some(at);
        }
        from = at + 2;
    }
}

/// The lines of a record, without line ends.
fn lines(raw: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(raw);
    std::iter::from_fn(move || {
        let line = rest?;
        let end = memchr2(b'\n', b'\r', line);
        rest = end.map(|end| &line[end + 1..]);
        Some(&line[..end.unwrap_or(line.len())])
    })
}

/// Where the first line ends, and where the next one begins.
pub(crate) fn first_line(raw: &[u8]) -> Option<(usize, usize)> {
    let end = memchr2(b'\n', b'\r', raw)?;
    let length = if raw[end..].starts_with(b"\r\n") { 2 } else { 1 };
    Some((end, end + length))
}

/// The cells of a line on its own, if there are `width`: with quotes interpreted, else with quotes as text.
fn of_line(line: &[u8], delimiter: u8, width: usize) -> Option<Vec<Cell>> {
    let delimiters = memchr_iter(delimiter, line).count();
    if delimiters + 1 < width {
        return None;
    }
    let cells: Vec<Cell> = Cells::new(line, delimiter).collect();
    if cells.len() == width {
        return Some(cells);
    }
    if delimiters + 1 != width {
        return None;
    }
    let ends = memchr_iter(delimiter, line).chain([line.len()]);
    let mut begin = 0;
    let cells = ends.map(|end| {
        let place = begin..end;
        begin = end + 1;
        let form = match &line[place.clone()] {
            [QUOTE, inner @ .., QUOTE] if !inner.contains(&QUOTE) => Form::Quoted,
            _ => Form::Plain,
        };
        Cell { place, form }
    });
    Some(cells.collect())
}

/// How a record ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// At the end of a line.
    Line,
    /// At the end of the file.
    File,
    /// Not at all: it is longer than a record may be.
    Never,
}

/// A record as read by `csv-core`, with at least one quoted cell.
pub(crate) struct Record<'r> {
    /// Its bytes, without the line end.
    pub(crate) raw: &'r [u8],
    pub(crate) end: End,
    /// The number of its fields.
    pub(crate) fields: usize,
    /// The number of fields in a row of the table.
    pub(crate) width: usize,
    pub(crate) delimiter: u8,
    pub(crate) last_line: u64,
}

/// How to read a record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As `csv-core` read it.
    AsRead(Option<Flaw>),
    /// The whole record, with these cells.
    Cells(Vec<Cell>, Flaw),
    /// Only its first line, with these cells or refused; the lines after it are read again.
    FirstLine(Result<Vec<Cell>, RowError>),
    /// It is not a row.
    Refused(RowError),
    /// It is too long to judge.
    TooLong,
}

/// How much a line in a quoted cell looks like a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    None,
    /// It has as many cells as a row.
    Wide,
    /// It also has a key of the same kind in the same cell as the record's first line.
    Alike,
}

impl Record<'_> {
    pub(crate) fn read(&self) -> Reading {
        let forms = |wanted| Cells::new(self.raw, self.delimiter).any(|cell| cell.form == wanted);
        let open = self.end == End::Never || (self.end == End::File && forms(Form::Open));
        let broken = !open && forms(Form::Broken);
        match first_line(self.raw) {
            None if !open && !broken => Reading::AsRead(None),
            None => self.line(open),
            Some((end, _)) => self.lines(&self.raw[..end], open, broken),
        }
    }

    fn tabs(&self) -> bool {
        self.delimiter == b'\t'
    }

    /// Reads a record on one line.
    fn line(&self, open: bool) -> Reading {
        if self.end == End::Never {
            return Reading::TooLong;
        }
        // In CSV this is the start of a cell in a file cut short; in TSV quotes are mostly text.
        if open && !self.tabs() {
            return Reading::Refused(RowError::OpenQuote);
        }
        match of_line(self.raw, self.delimiter, self.width) {
            Some(cells) if open => Reading::Cells(cells, Flaw::OpenQuote),
            Some(cells) => Reading::Cells(cells, Flaw::TextAfterQuote(self.last_line)),
            None => Reading::Refused(RowError::RaggedQuote { fields: self.fields, width: self.width }),
        }
    }

    /// Reads a record on several lines, the first of which is `first`.
    fn lines(&self, first: &[u8], open: bool, broken: bool) -> Reading {
        let cells = of_line(first, self.delimiter, self.width);
        let rest = lines(self.raw).skip(1).filter(|line| !line.is_empty());
        let rest: Vec<Likeness> =
            rest.take(LOOKED_AT).map(|line| self.likeness(line, first, cells.as_deref())).collect();
        let any = |least: Likeness| rest.iter().any(|likeness| *likeness >= least);
        let fits = !open && self.fields == self.width;
        let by_line = match (open, broken) {
            // Rows and lines of a comment look alike here, and rows that follow must not be lost.
            (true, _) => any(Likeness::Wide) || self.width == 1,
            (false, true) => any(if self.tabs() || !fits { Likeness::Wide } else { Likeness::Alike }),
            // A sound cell is trusted, except in TSV if every line in it looks like a row: nobody types that many tabs
            // into a comment.
            (false, false) if fits => {
                self.tabs() && cells.is_some() && rest.iter().all(|likeness| *likeness == Likeness::Alike)
            }
            (false, false) => any(Likeness::Alike),
        };
        if by_line {
            let least = if self.tabs() { Likeness::Wide } else { Likeness::Alike };
            let certain = rest.first().is_some_and(|next| *next >= least);
            return Reading::FirstLine(
                cells
                    .filter(|_| certain)
                    .ok_or_else(|| RowError::RowsInQuotes { closed: (!open).then_some(self.last_line) }),
            );
        }
        match self.end {
            End::Never => Reading::TooLong,
            _ if open => Reading::Refused(RowError::OpenQuote),
            _ if !fits => Reading::AsRead(None),
            _ if broken => {
                let cells = Cells::new(self.raw, self.delimiter).collect();
                Reading::Cells(cells, Flaw::TextAfterQuote(self.last_line))
            }
            _ => Reading::AsRead(any(Likeness::Alike).then_some(Flaw::RowsInQuotes(self.last_line))),
        }
    }

    fn likeness(&self, line: &[u8], first: &[u8], own: Option<&[Cell]>) -> Likeness {
        if self.width < 2 {
            return Likeness::None;
        }
        let Some(cells) = of_line(line, self.delimiter, self.width) else { return Likeness::None };
        // The first line of a record whose quote closes later may have fewer cells than a row.
        let first_cells: Vec<Cell>;
        let own = if let Some(own) = own {
            own
        } else {
            first_cells = Cells::new(first, self.delimiter).collect();
            &first_cells
        };
        let shown = if own.len() == self.width { own } else { own.get(..1).unwrap_or_default() };
        let keys = |(own, other): (&Cell, &Cell)| own.key(first).is_some_and(|key| other.key(line) == Some(key));
        let is_empty = |cells: &[Cell]| cells.first().is_some_and(|cell| cell.place.is_empty());
        let has_key = own.first().is_some_and(|cell| cell.key(first).is_some());
        let alike =
            shown.iter().zip(&cells).any(keys) || (self.tabs() && !has_key && is_empty(own) == is_empty(&cells));
        if alike { Likeness::Alike } else { Likeness::Wide }
    }
}

/// The cells of a line read by itself, ignoring quotes that span lines.
pub(crate) fn line_alone(
    raw: &[u8],
    line: u64,
    delimiter: u8,
    width: usize,
) -> Result<(Vec<Cell>, Option<Flaw>), RowError> {
    let Some(cells) = of_line(raw, delimiter, width) else {
        return Err(RowError::Ragged { fields: Cells::new(raw, delimiter).count(), width });
    };
    let flaw = Cells::new(raw, delimiter).find_map(|cell| match cell.form {
        Form::Open => Some(Flaw::OpenQuote),
        Form::Broken => Some(Flaw::TextAfterQuote(line)),
        Form::Plain | Form::Quoted => None,
    });
    Ok((cells, flaw))
}

/// The unquoted cells of a record.
pub(crate) fn plain_cells(raw: &[u8], delimiter: u8) -> impl Iterator<Item = &[u8]> {
    Cells::new(raw, delimiter).filter(|cell| cell.form == Form::Plain).map(|cell| &raw[cell.place])
}

/// Whether the quotes of a record pair up.
pub(crate) fn is_sound(raw: &[u8], delimiter: u8) -> bool {
    Cells::new(raw, delimiter).all(|cell| matches!(cell.form, Form::Plain | Form::Quoted))
}
