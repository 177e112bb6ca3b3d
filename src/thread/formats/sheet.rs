//! A spreadsheet's sheet as a table: its header, its rows, and what belongs to neither.
//!
//! Its columns are those with a name in the header. A row above the header that only titles the table is skipped, and
//! so is every cell without a header; both are reported.

use rustc_hash::FxHashMap;

use crate::thread::error::ThreadError;
use crate::thread::header::refuse_duplicates;
use crate::thread::header_row::{self, QUESTIONS, SEARCHED, is_of_questions};
use crate::thread::kind::{Kind, Unit};
use crate::thread::known::Known;
use crate::thread::limits::{DOCUMENT_LIMIT, SHOWN};
use crate::thread::row::{Next, RECORD_LIMIT, Row};
use crate::thread::row_source::RowSource;
use crate::thread::usual::{is_usual, likeliest};

/// From this number on, a spreadsheet cannot represent every whole number.
const EXACT: f64 = 1e15;

/// The content of a cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Text(String),
    Number(f64),
    Truth(bool),
    Day(String),
    Time(String),
    /// A formula with an error value.
    Error,
    /// A formula without a stored value, because the program that wrote the file does not calculate.
    Unsolved,
}

/// A cell: its index in the row, its text and its kind.
type Place = (u32, String, Kind);

/// A sheet being read.
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// Columns that were asked for.
    wanted: Vec<String>,
    /// Spreadsheet programs do not show it.
    pub(crate) is_hidden: bool,
    /// The cells of the row being read.
    row: Vec<Place>,
    row_size: usize,
    /// The rows that may contain the header.
    begin: Vec<(u64, Vec<Place>)>,
    header: Option<Header>,
    text: String,
    ends: Vec<usize>,
    lines: Vec<u64>,
    kinds: Vec<Option<Kind>>,
    errors: u64,
    long_numbers: u64,
    /// Formulas without a stored value.
    unsolved: u64,
    /// Cells merged over several rows.
    merged: u64,
    beside: u64,
    has_questions: bool,
    above: Vec<u64>,
}

struct Header {
    line: u64,
    names: Vec<String>,
    /// The column index for each position in the sheet.
    places: FxHashMap<u32, usize>,
}

impl Sheet {
    /// A sheet; `wanted` are columns that were asked for.
    fn new(name: String, wanted: Vec<String>) -> Self {
        Self {
            name,
            wanted,
            is_hidden: false,
            row: Vec::new(),
            row_size: 0,
            begin: Vec::new(),
            header: None,
            text: String::new(),
            ends: Vec::new(),
            lines: Vec::new(),
            kinds: Vec::new(),
            errors: 0,
            long_numbers: 0,
            unsolved: 0,
            merged: 0,
            beside: 0,
            has_questions: false,
            above: Vec::new(),
        }
    }

    /// Adds a cell to the row being read, at an index from 0; the row is on that line of the file.
    ///
    /// # Errors
    /// When the row is too long.
    pub(crate) fn cell(&mut self, place: u32, content: Content, (line, file): (u64, &str)) -> Result<(), ThreadError> {
        let (text, kind) = match content {
            Content::Text(text) => (text, Kind::Text),
            Content::Number(number) => {
                self.long_numbers += u64::from(number.abs() >= EXACT && number.is_finite());
                number_text(number)
            }
            Content::Truth(truth) => (truth.to_string(), Kind::Truth),
            Content::Day(day) => (day, Kind::Day),
            Content::Time(time) => (time, Kind::Time { unit: Unit::Millis, utc: false }),
            Content::Error => {
                self.errors += 1;
                return Ok(());
            }
            Content::Unsolved => {
                self.unsolved += 1;
                return Ok(());
            }
        };
        if !text.is_empty() {
            self.row_size += text.len() + size_of::<Place>();
            self.row.push((place, text, kind));
        }
        if self.row_size > RECORD_LIMIT {
            let (file, limit_mib) = (file.to_owned(), RECORD_LIMIT as u64 >> 20);
            return Err(ThreadError::RecordTooLong { file, line, limit_mib, cause: "no row of comments is so long" });
        }
        Ok(())
    }

    /// Ends the row being read, which is on the given line (from 1) and repeats on the following lines, `times` in all.
    ///
    /// # Errors
    /// When the sheet is longer than a document may be.
    pub(crate) fn end_row(&mut self, line: u64, times: u64, file: &str) -> Result<(), ThreadError> {
        if self.row.is_empty() {
            return Ok(());
        }
        let row = std::mem::take(&mut self.row);
        self.row_size = 0;
        for at in 1..times {
            self.take(line.saturating_add(at - 1), row.clone(), file)?;
        }
        self.take(line.saturating_add(times.saturating_sub(1)), row, file)
    }

    fn take(&mut self, line: u64, row: Vec<Place>, file: &str) -> Result<(), ThreadError> {
        if self.header.is_some() {
            self.add(line, &row);
        } else {
            self.begin.push((line, row));
            if self.header_at().is_some() || self.begin.len() == SEARCHED {
                self.set_header();
            }
        }
        let size = self.text.len() + (self.ends.len() + self.lines.len()) * size_of::<usize>();
        if size as u64 > DOCUMENT_LIMIT {
            return Err(ThreadError::TooLarge { file: file.to_owned(), limit_mib: DOCUMENT_LIMIT >> 20 });
        }
        Ok(())
    }

    pub(crate) fn end(&mut self) {
        if self.header.is_none() {
            self.set_header();
        }
    }

    /// Whether the sheet is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.header.is_none() && self.begin.is_empty() && self.row.is_empty()
    }

    /// How likely the sheet holds comments, by its header.
    fn promise(&self) -> Promise {
        let names = || self.header.iter().flat_map(|header| header.names.iter().map(String::as_str));
        let offer: Vec<&str> = names().collect();
        if self.wanted.iter().any(|name| offer.contains(&name.as_str())) {
            Promise::Wanted
        } else if self.is_hidden {
            Promise::None
        } else if likeliest(Known::Text, &offer).is_some() {
            Promise::Text
        } else if names().any(is_usual) {
            Promise::Some
        } else {
            Promise::None
        }
    }

    /// How many rows it has.
    fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Counts the merged cells, each given by its first and last row, from 1: only the first row has the content.
    pub(crate) fn merged(&mut self, rows: impl Iterator<Item = (u64, u64)>) {
        let header = self.header.as_ref().map_or(0, |header| header.line);
        self.merged = rows.filter(|(first, last)| *first > header && last > first).count() as u64;
    }

    /// The index of the header among the first rows, if it is certain.
    fn header_at(&self) -> Option<usize> {
        let rows = self.begin.iter().map(|(_, row)| row.iter().map(|(_, name, _)| name.as_str()).collect());
        let rows: Vec<Vec<&str>> = rows.collect();
        header_row::position(&rows, &self.wanted)
    }

    fn set_header(&mut self) {
        let at = self.header_at().unwrap_or(0);
        let mut rows = std::mem::take(&mut self.begin).into_iter();
        self.above = rows.by_ref().take(at).map(|(line, _)| line).collect();
        let Some((line, mut cells)) = rows.next() else { return };
        cells.sort_by_key(|(place, ..)| *place);
        cells.retain(|(_, name, _)| !name.trim().is_empty());
        let names: Vec<String> = cells.iter().map(|(_, name, _)| name.trim().to_owned()).collect();
        let places = cells.iter().enumerate().map(|(column, (place, ..))| (*place, column)).collect();
        self.kinds = vec![None; names.len()];
        self.header = Some(Header { line, names, places });
        rows.for_each(|(line, cells)| self.add(line, &cells));
    }

    fn add(&mut self, line: u64, row: &[Place]) {
        let Some(header) = &self.header else { return };
        if self.lines.is_empty() {
            let named = row.iter().filter_map(|(place, cell, _)| {
                let name = header.names.get(*header.places.get(place)?)?;
                Some((name, cell.as_str()))
            });
            if is_of_questions(named) {
                self.has_questions = true;
                return;
            }
        }
        let mut cells: Vec<&str> = vec![""; header.names.len()];
        let mut is_row = false;
        for (place, text, kind) in row {
            let column = header.places.get(place).copied();
            let Some((column, cell)) = column.and_then(|column| Some((column, cells.get_mut(column)?))) else {
                self.beside += 1;
                continue;
            };
            *cell = text;
            is_row = true;
            if let Some(before) = self.kinds.get_mut(column) {
                *before = Some(before.map_or(*kind, |before| both(before, *kind)));
            }
        }
        if is_row {
            for cell in cells {
                self.text.push_str(cell);
                self.ends.push(self.text.len());
            }
            self.lines.push(line);
        }
    }

    /// The remarks about the sheet.
    fn remarks(&self) -> Vec<String> {
        let mut told = Vec::new();
        let counted = |count: u64, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{count} {many}")),
        };
        if let (Some(first), Some(header)) = (self.above.first(), &self.header) {
            told.push(format!(
                "the header is taken to stand in row {}; what stands above it, from row {first} on, is left out",
                header.line
            ));
        }
        told.extend(self.has_questions.then(|| QUESTIONS.to_owned()));
        told.extend(counted(
            self.beside,
            "cell stands under no header and is left out",
            "cells stand under no header and are left out",
        ));
        told.extend(counted(
            self.errors,
            "cell holds an error of its formula and is read as empty",
            "cells hold an error of their formula and are read as empty",
        ));
        told.extend(counted(
            self.unsolved,
            "cell holds a formula without its value and is read as empty: open the file in a spreadsheet program and save it",
            "cells hold formulas without their values and are read as empty: open the file in a spreadsheet program and save it",
        ));
        told.extend(counted(
            self.merged,
            "cell is merged over several rows, of which only the first has its value",
            "cells are merged over several rows, of which only the first has the value",
        ));
        told.extend(counted(
            self.long_numbers,
            "number has more than 15 digits, which a spreadsheet does not keep: format ids as text",
            "numbers have more than 15 digits, which a spreadsheet does not keep: format ids as text",
        ));
        told
    }
}

/// A number as people write it: whole numbers without a decimal point.
fn number_text(number: f64) -> (String, Kind) {
    let is_whole = number.fract() == 0.0 && number.abs() < i64::MAX as f64;
    if is_whole { ((number as i64).to_string(), Kind::Whole) } else { (number.to_string(), Kind::Real) }
}

/// The kind of a column that contains both kinds.
fn both(one: Kind, other: Kind) -> Kind {
    match (one, other) {
        _ if one == other => one,
        (Kind::Whole, Kind::Real) | (Kind::Real, Kind::Whole) => Kind::Real,
        // To a spreadsheet, midnight is a date without a time.
        (Kind::Day, time @ Kind::Time { .. }) | (time @ Kind::Time { .. }, Kind::Day) => time,
        _ => Kind::Text,
    }
}

/// How likely a sheet holds comments, least likely first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Promise {
    None,
    /// A header that comments also have.
    Some,
    /// A common header for texts.
    Text,
    /// A header that was asked for.
    Wanted,
}

/// The sheets of a file, one of which is read.
pub(crate) struct Sheets {
    file: String,
    /// The name of the requested sheet.
    asked: Option<String>,
    /// Columns that were asked for.
    wanted: Vec<String>,
    chosen: Option<Sheet>,
    /// The sheets that are not empty.
    met: Vec<Met>,
    /// The index of the chosen sheet.
    at: usize,
}

/// What is kept of each sheet.
struct Met {
    name: String,
    promise: Promise,
    rows: usize,
    /// Whether it has a column `text`.
    is_certain: bool,
}

impl Met {
    fn is_better(&self, other: &Self) -> bool {
        (self.promise, self.rows, self.is_certain) > (other.promise, other.rows, other.is_certain)
    }
}

impl Sheets {
    /// The sheets of `file`; one may be `asked` for by its name, or by columns that are `wanted`.
    pub(crate) fn new(file: String, asked: Option<String>, wanted: Vec<String>) -> Self {
        Self { file, asked, wanted, chosen: None, met: Vec::new(), at: 0 }
    }

    /// A new sheet to be read.
    pub(crate) fn sheet(&self, name: String) -> Sheet {
        Sheet::new(name, self.wanted.clone())
    }

    /// Whether the sheet to read is found; of later sheets it only matters whether they are empty.
    pub(crate) fn is_settled(&self) -> bool {
        self.asked.is_some() && self.chosen.is_some()
    }

    /// Adds the next sheet. The requested one is read, else of those whose headers are most promising the one with the
    /// most rows.
    pub(crate) fn add(&mut self, sheet: Sheet) {
        if sheet.is_empty() {
            return;
        }
        let is_certain = sheet.header.iter().any(|header| header.names.iter().any(|name| name == Known::Text.name()));
        let met = Met { name: sheet.name.clone(), promise: sheet.promise(), rows: sheet.rows(), is_certain };
        let is_better = match &self.asked {
            Some(asked) => self.chosen.is_none() && sheet.name.eq_ignore_ascii_case(asked),
            None => self.met.get(self.at).is_none_or(|chosen| met.is_better(chosen)),
        };
        self.met.push(met);
        if is_better {
            (self.at, self.chosen) = (self.met.len() - 1, Some(sheet));
        }
    }

    /// Opens the chosen sheet as rows.
    ///
    /// # Errors
    /// When all are empty, the requested sheet does not exist, or its header names a column twice.
    pub(crate) fn open(self) -> Result<Box<dyn RowSource>, ThreadError> {
        let Self { file, asked, chosen, met, at, .. } = self;
        let header = chosen.as_ref().and_then(|sheet| sheet.header.as_ref());
        let header = header.map(|header| (header.line, header.names.clone()));
        let (Some(sheet), Some((line, names))) = (chosen, header) else {
            let all: Vec<&str> = met.iter().map(|met| met.name.as_str()).collect();
            let reason = match asked.filter(|_| !all.is_empty()) {
                Some(asked) => format!("no sheet `{asked}` with anything in it; it has {}", listed(&all)),
                None => "no sheet of it has anything in it".to_owned(),
            };
            return Err(ThreadError::Document { file, reason });
        };
        refuse_duplicates(&file, line, &names)?;
        let others: Vec<&Met> = met.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, met)| met).collect();
        let (mut remarks, mut doubts) = (Vec::new(), Vec::new());
        if let Some(passed_over) = passed_over(&sheet.name, &others) {
            let has_texts = |met: &&Met| met.promise >= Promise::Text && met.rows > 0;
            let is_doubtful = asked.is_none() && others.iter().any(has_texts);
            if is_doubtful { &mut doubts } else { &mut remarks }.push(passed_over);
        }
        remarks.extend(sheet.remarks());
        Ok(Box::new(SheetRows { sheet, names, remarks, doubts, at: 0 }))
    }
}

/// Which sheets are not read, if there are any; those that hold texts come with the number of their rows.
fn passed_over(read: &str, others: &[&Met]) -> Option<String> {
    let names: Vec<&str> = others.iter().map(|met| met.name.as_str()).collect();
    let (sheets, are) = match &names[..] {
        [] => return None,
        [_] => ("sheet", "is"),
        _ => ("sheets", "are"),
    };
    let also: Vec<String> = (others.iter())
        .filter(|met| met.promise >= Promise::Text && met.rows > 0)
        .take(SHOWN)
        .map(|met| format!("`{}` has texts too, in {}", met.name, count(met.rows)))
        .collect();
    let also = if also.is_empty() { String::new() } else { format!(" ({})", also.join("; ")) };
    Some(format!("the sheet `{read}` is read, the {sheets} {} {are} not{also}; --sheet names another", listed(&names)))
}

fn count(rows: usize) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

/// A list of sheet names.
fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

struct SheetRows {
    sheet: Sheet,
    names: Vec<String>,
    remarks: Vec<String>,
    doubts: Vec<String>,
    at: usize,
}

impl RowSource for SheetRows {
    fn header(&self) -> &[String] {
        &self.names
    }

    fn kind(&self, column: usize) -> Kind {
        self.sheet.kinds.get(column).copied().flatten().unwrap_or_default()
    }

    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        let Some(line) = self.sheet.lines.get(self.at) else { return Ok(Next::End) };
        let width = self.names.len();
        let first = self.at * width;
        let mut begin = first.checked_sub(1).and_then(|at| self.sheet.ends.get(at)).copied().unwrap_or_default();
        (row.line, self.at) = (*line, self.at + 1);
        row.cells.clear();
        for end in self.sheet.ends.get(first..first + width).unwrap_or_default() {
            row.cells.push(self.sheet.text.get(begin..*end).unwrap_or_default());
            begin = *end;
        }
        Ok(Next::Row)
    }

    fn has_row(&self) -> bool {
        self.at < self.sheet.lines.len()
    }

    fn remarks(&mut self) -> Vec<String> {
        std::mem::take(&mut self.remarks)
    }

    fn doubts(&mut self) -> Vec<String> {
        std::mem::take(&mut self.doubts)
    }
}
