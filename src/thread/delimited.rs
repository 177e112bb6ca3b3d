//! Rows of comma- or tab-separated values, straight from `csv-core`.
//!
//! The `csv` crate's own reader has no bound on the length of a record, counts a record's line from the end of the one
//! before it (wrong after CRLF and blank lines), and treats a quote that is never closed as if it were closed at the
//! end of the file. The parsing itself is the same; if quotes do not pair up, [`quotes`](super::quotes) decides what
//! becomes of the record. Every line that is not blank is part of one row or of one refusal.

use std::io::Read;

use csv_core::ReadRecordResult;
use memchr::{memchr, memchr_iter, memchr2};

use crate::thread::backslash;
use crate::thread::backslash::Split;
use crate::thread::error::ThreadError;
use crate::thread::flaw::Flaw;
use crate::thread::header_row;
use crate::thread::header_row::Begin;
use crate::thread::quotes;
use crate::thread::quotes::{Cell, End, Reading, Record};
use crate::thread::row::{Next, RECORD_LIMIT, Refused, Row};
use crate::thread::row_error::RowError;
use crate::thread::window::Window;

/// Bytes to make room for when a record goes on.
const ROOM: usize = 4 << 10;
/// Initial room for field ends.
const FIELDS: usize = 32;
/// Within this many bytes, rows without quotes are searched for a cell that makes sense only if backslashes escape.
const LOOKED_AT: u64 = 1 << 20;
/// Lines from the second line of a record on are read again until that amounts to this many times the bytes of the file
/// plus [`SLACK`]; after that, each line is read by itself. This keeps hostile files at linear time.
const AGAIN: u64 = 8;
const SLACK: u64 = 4 * RECORD_LIMIT as u64;

pub(crate) struct Delimited {
    file: String,
    window: Window,
    core: csv_core::Reader,
    delimiter: u8,
    /// The line where the unread bytes begin.
    line: u64,
    /// The last line of what was read last.
    last_line: u64,
    /// What is odd about the last row.
    flaw: Option<Flaw>,
    /// The current record's fields, back to back, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// How much of `bytes` and `ends` is in use.
    length: usize,
    fields: usize,
    /// The number of fields that a row must have, once the header is known.
    width: Option<usize>,
    /// The line from which on backslashes escape.
    escaped_from: Option<u64>,
    /// Whether a cell was `NULL`, and whether escapes are those of `mysql --batch`, which writes that.
    has_null: bool,
    is_batch: bool,
    /// The line of the first row whose cells are all empty, and the number of such rows.
    blank: Option<(u64, u64)>,
    /// Whether the last row is one.
    is_blank: bool,
    /// What is to be said of the lines above the rows.
    told: Vec<String>,
    doubts: Vec<String>,
    failed: bool,
    /// Bytes parsed, counting repeats, and bytes done with.
    parsed: u64,
    passed: u64,
}

impl Delimited {
    pub(crate) fn new(file: String, reader: Box<dyn Read + Send>, delimiter: u8) -> Self {
        Self {
            file,
            window: Window::new(reader),
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            line: 1,
            last_line: 0,
            flaw: None,
            bytes: vec![0; ROOM],
            ends: vec![0; FIELDS],
            length: 0,
            fields: 0,
            width: None,
            escaped_from: None,
            has_null: false,
            is_batch: false,
            blank: None,
            is_blank: false,
            told: Vec::new(),
            doubts: Vec::new(),
            failed: false,
            parsed: 0,
            passed: 0,
        }
    }

    /// Skips the first line, which is not part of the table.
    pub(crate) fn skip_line(&mut self) -> Result<(), ThreadError> {
        loop {
            if let Some((_, next)) = quotes::first_line(self.window.unread()) {
                let length = next.min(self.window.unread().len());
                self.pass(length, self.line);
                return Ok(());
            }
            if !self.more()? {
                return Ok(());
            }
        }
    }

    /// The remarks about the whole table.
    pub(crate) fn remarks(&mut self) -> Vec<String> {
        let mut remarks = std::mem::take(&mut self.told);
        if let Some(line) = self.escaped_from {
            let none = if self.is_batch { "NULL" } else { "\\N" };
            remarks.push(format!(
                "from line {line} on backslashes are read as MySQL writes them: {none} is an empty cell, \\n a line break, \\\" a quote"
            ));
        }
        let Some((first, count)) = self.blank else { return remarks };
        remarks.push(match count {
            1 => format!("the row in line {first} has no content and is left out"),
            _ => format!("{count} rows without any content are left out, the first in line {first}"),
        });
        remarks
    }

    /// What was assumed about the table, and may be wrong.
    pub(crate) fn doubts(&mut self) -> Vec<String> {
        std::mem::take(&mut self.doubts)
    }

    /// The last line of what was read last.
    #[cfg(test)]
    pub(crate) fn last_line(&self) -> u64 {
        self.last_line
    }

    /// Whether another line can be read without waiting for input. A record of several lines may need more.
    pub(crate) fn has_line(&self) -> bool {
        let unread = self.window.unread();
        let begin = unread.iter().take_while(|&&byte| byte == b'\n' || byte == b'\r').count();
        memchr2(b'\n', b'\r', &unread[begin..]).is_some()
    }

    /// What is odd about the quotes of the last row.
    pub(crate) fn flaw(&self) -> Option<Flaw> {
        self.flaw
    }

    /// The header, with spaces around names removed, and the line where it starts. Columns that were asked for are
    /// `wanted`.
    pub(crate) fn header(&mut self, wanted: &[String]) -> Result<(Vec<String>, u64), ThreadError> {
        let delimiter = self.delimiter;
        let begin = Begin::of(|most| self.first(most), delimiter, wanted)?;
        let mut row = Row::default();
        for _ in 0..begin.above {
            self.read(&mut row)?;
        }
        let refused = match self.read(&mut row)? {
            Next::Row => {
                let mut header: Vec<String> = row.cells.iter().map(|name| name.trim().to_owned()).collect();
                if begin.above > 0 {
                    self.told.push(format!(
                        "the header is taken to stand in line {}; what stands above it is left out",
                        row.line
                    ));
                }
                if begin.has_row_names {
                    header.insert(0, String::new());
                }
                self.width = Some(header.len());
                let line = row.line;
                for _ in 0..begin.below {
                    self.read(&mut row)?;
                }
                if begin.below > 0 {
                    self.told.push(header_row::QUESTIONS.to_owned());
                }
                return Ok((header, line));
            }
            Next::Refused(refused) => refused,
            Next::End => {
                return Err(ThreadError::Empty { file: self.file.clone() });
            }
        };
        Err(ThreadError::Header {
            file: refused.file,
            line: refused.line,
            reason: format!("the header cannot be read: {}", refused.reason),
        })
    }

    /// The first `most` records that are not read yet, if there are as many.
    fn first(&mut self, most: usize) -> Result<Vec<Vec<String>>, ThreadError> {
        let mut is_end = false;
        loop {
            let unread = self.window.unread();
            let records = header_row::records(unread, self.delimiter, most, is_end);
            if records.len() == most || is_end || unread.len() as u64 > LOOKED_AT {
                return Ok(records);
            }
            is_end = !self.more()?;
        }
    }

    pub(crate) fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        loop {
            if self.failed {
                return Ok(Next::End);
            }
            self.is_blank = false;
            let next = self.next(row);
            self.failed = next.is_err();
            if !self.is_blank || self.width.is_none() {
                return next;
            }
            self.blank = Some(self.blank.map_or((row.line, 1), |(first, count)| (first, count + 1)));
        }
    }

    fn next(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        if !self.skip_line_ends()? {
            return Ok(Next::End);
        }
        (row.line, self.flaw) = (self.line, None);
        if let Some(width) = self.width
            && self.parsed > AGAIN * self.passed + SLACK
        {
            return self.read_line(row, width);
        }
        if self.escaped_from.is_some() {
            return self.read_escaped(row);
        }
        let (length, end) = self.parse()?;
        self.parsed += length as u64;
        // Only one byte for each field is missing from the output, so no quote was interpreted.
        let is_plain = end != End::Never && length + usize::from(end == End::File) == self.length + self.fields;
        let (raw, line_ends) = match (&self.window.unread()[..length], self.core.line()) {
            ([raw @ .., b'\n'], line_ends) => (raw, line_ends - 1),
            ([raw @ .., b'\r'], line_ends) if end == End::Line => (raw, line_ends),
            parts => parts,
        };
        let last_line = row.line + line_ends;
        if self.delimiter == b'\t' && self.passed < LOOKED_AT && !self.has_null {
            self.has_null = raw.split(|byte| *byte == b'\t').any(|cell| cell == backslash::NULL);
        }
        if let Some(width) = self.width
            && (self.is_batch(raw) || self.is_escaped(raw, is_plain, width))
        {
            self.is_batch = self.is_batch(raw);
            self.core.reset();
            self.escaped_from = Some(row.line);
            return self.read_escaped(row);
        }
        let reading = match self.width {
            _ if is_plain => Reading::AsRead(None),
            Some(width) => {
                let (fields, delimiter) = (self.fields, self.delimiter);
                Record { raw, end, fields, width, delimiter, last_line }.read()
            }
            None if end == End::Never => Reading::TooLong,
            None if quotes::is_sound(raw, self.delimiter) || quotes::first_line(raw).is_none() => Reading::AsRead(None),
            None => Reading::Refused(RowError::UnevenQuotes),
        };
        match reading {
            Reading::AsRead(flaw) => {
                self.pass(length, last_line);
                Ok(self.fill(row, flaw))
            }
            Reading::Cells(cells, flaw) => {
                self.take(&cells);
                self.pass(length, last_line);
                Ok(self.fill(row, Some(flaw)))
            }
            Reading::FirstLine(cells) => {
                self.core.reset();
                let length = quotes::first_line(raw).map_or(length, |(_, next)| next);
                let read = cells.map(|cells| self.take(&cells));
                self.pass(length, row.line);
                Ok(match read {
                    Ok(()) => self.fill(row, Some(Flaw::OpenQuote)),
                    Err(error) => self.refuse(row, &error),
                })
            }
            Reading::Refused(error) => {
                self.pass(length, last_line);
                Ok(self.refuse(row, &error))
            }
            Reading::TooLong => Err(self.too_long()),
        }
    }

    /// Goes to the start of the next record. `false` at the end.
    fn skip_line_ends(&mut self) -> Result<bool, ThreadError> {
        loop {
            let unread = self.window.unread();
            let length = unread.iter().take_while(|&&byte| byte == b'\n' || byte == b'\r').count();
            let starts = length < unread.len();
            if length > 0 {
                self.line += memchr_iter(b'\n', &unread[..length]).count() as u64;
                self.window.pass(length);
            }
            if starts || !self.more()? {
                return Ok(starts);
            }
        }
    }

    fn more(&mut self) -> Result<bool, ThreadError> {
        let failed = |source| ThreadError::Read { file: self.file.clone(), line: self.line, source };
        self.window.more().map_err(failed)
    }

    /// Parses the record at the start of the unread bytes; gives its length and how it ends.
    fn parse(&mut self) -> Result<(usize, End), ThreadError> {
        (self.length, self.fields) = (0, 0);
        self.core.set_line(0);
        let mut length = 0;
        loop {
            let is_end = length == self.window.unread().len() && !self.more()?;
            let (result, read, written, ended) = self.core.read_record(
                &self.window.unread()[length..],
                &mut self.bytes[self.length..],
                &mut self.ends[self.fields..],
            );
            length += read;
            self.length += written;
            self.fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.bytes.resize(self.bytes.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End if is_end => return Ok((length, End::File)),
                ReadRecordResult::Record | ReadRecordResult::End => return Ok((length, End::Line)),
            }
            if length > RECORD_LIMIT {
                return Ok((length, End::Never));
            }
        }
    }

    /// Reads one line by itself, ignoring quotes that span lines.
    fn read_line(&mut self, row: &mut Row, width: usize) -> Result<Next, ThreadError> {
        let mut looked_at = 0;
        let length = loop {
            let unread = self.window.unread();
            if let Some(end) = memchr2(b'\n', b'\r', &unread[looked_at..]) {
                break looked_at + end;
            }
            looked_at = unread.len();
            if looked_at > RECORD_LIMIT {
                return Err(self.too_long());
            }
            if !self.more()? {
                break looked_at;
            }
        };
        let cells = quotes::line_alone(&self.window.unread()[..length], row.line, self.delimiter, width);
        let read = cells.map(|(cells, flaw)| {
            self.take(&cells);
            flaw
        });
        self.parsed += length as u64;
        self.core.reset();
        self.pass(length, row.line);
        Ok(match read {
            Ok(flaw) => self.fill(row, flaw),
            Err(error) => self.refuse(row, &error),
        })
    }

    /// Whether this record proves that `mysql --batch` wrote the table.
    fn is_batch(&self, raw: &[u8]) -> bool {
        self.has_null && self.passed < LOOKED_AT && backslash::has_batch_escapes(raw)
    }

    /// Whether this record proves that backslashes escape. In a record where `is_plain` holds, quotes have no special
    /// meaning.
    fn is_escaped(&self, raw: &[u8], is_plain: bool, width: usize) -> bool {
        if is_plain {
            // Bounds the cost of looking.
            return self.passed < LOOKED_AT
                && memchr(b'\\', raw).is_some()
                && raw.split(|byte| *byte == self.delimiter).any(|cell| cell == backslash::NONE);
        }
        memchr(b'\\', raw).is_some() && {
            let has_none = || quotes::plain_cells(raw, self.delimiter).any(|cell| cell == backslash::NONE);
            let is_meant = || backslash::is_meant(raw, self.delimiter, width);
            (!quotes::is_sound(raw, self.delimiter) && is_meant()) || has_none()
        }
    }

    /// Reads a record in which backslashes escape.
    fn read_escaped(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        let (mut split, mut is_end) = (Split::new(self.delimiter), false);
        if self.is_batch {
            split = split.without_quotes();
        }
        let write = if self.is_batch { backslash::write_batch } else { backslash::write };
        let length = loop {
            if let Some(length) = split.advance(self.window.unread(), is_end) {
                break length;
            }
            if self.window.unread().len() > RECORD_LIMIT {
                return Err(self.too_long());
            }
            is_end = !self.more()?;
        };
        self.bytes.clear();
        self.ends.clear();
        for cell in &split.cells {
            write(self.window.unread().get(cell.clone()).unwrap_or_default(), &mut self.bytes);
            self.ends.push(self.bytes.len());
        }
        (self.length, self.fields) = (self.bytes.len(), self.ends.len());
        self.bytes.resize(self.length.max(ROOM), 0);
        self.ends.resize(self.fields.max(FIELDS), 0);
        let raw = &self.window.unread()[..length];
        let line_ends = memchr_iter(b'\n', raw.strip_suffix(b"\n").unwrap_or(raw)).count() as u64;
        self.pass(length, row.line + line_ends);
        Ok(if split.is_open { self.refuse(row, &RowError::OpenQuote) } else { self.fill(row, None) })
    }

    /// Uses these cells as the record's fields.
    fn take(&mut self, cells: &[Cell]) {
        self.bytes.clear();
        self.ends.clear();
        for cell in cells {
            cell.write(self.window.unread(), &mut self.bytes);
            self.ends.push(self.bytes.len());
        }
        (self.length, self.fields) = (self.bytes.len(), self.ends.len());
        self.bytes.resize(self.length.max(ROOM), 0);
        self.ends.resize(self.fields.max(FIELDS), 0);
    }

    /// Moves past bytes that end on `last_line`.
    fn pass(&mut self, length: usize, last_line: u64) {
        let is_ended = self.window.unread()[..length].last() == Some(&b'\n');
        (self.last_line, self.line) = (last_line, last_line + u64::from(is_ended));
        self.window.pass(length);
        self.passed += length as u64;
    }

    /// Moves the record into the row, or gives the reason why it cannot be used.
    fn fill(&mut self, row: &mut Row, flaw: Option<Flaw>) -> Next {
        // Spreadsheet programs write rows that were emptied as delimiters alone.
        self.is_blank = self.length == 0 && self.fields > 1;
        match self.assign(row) {
            Ok(()) => {
                self.flaw = flaw;
                Next::Row
            }
            Err(error) => self.refuse(row, &error),
        }
    }

    fn assign(&self, row: &mut Row) -> Result<(), RowError> {
        let bytes = &self.bytes[..self.length];
        row.cells.assign(bytes, &self.ends[..self.fields]).map_err(|error| RowError::CellNotUtf8(error.cell + 1))?;
        match self.width {
            Some(width) if width != self.fields => return Err(RowError::Ragged { fields: self.fields, width }),
            _ => {}
        }
        match bytes.contains(&0).then(|| row.cells.iter().position(|cell| cell.contains('\0'))) {
            Some(Some(cell)) => Err(RowError::CellWithNul(cell + 1)),
            _ => Ok(()),
        }
    }

    fn refuse(&self, row: &Row, error: &RowError) -> Next {
        let (line, last) = (row.line, self.last_line);
        let reason = if last > line { format!("lines {line} to {last}: {error}") } else { error.to_string() };
        Next::Refused(Refused { file: self.file.clone(), line, reason })
    }

    fn too_long(&self) -> ThreadError {
        ThreadError::RecordTooLong {
            file: self.file.clone(),
            line: self.line,
            limit_mib: RECORD_LIMIT as u64 >> 20,
            cause: "most likely a quote is opened there and never closed, or it is no table",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn lines_that_open_a_quote_each_are_read_in_linear_time() {
        // Each line closes the quote of the line before and opens another, up to the end of the file.
        let lines = 30_000;
        let text = format!("id,text\n{}", "x\",\"y\n".repeat(lines));
        let mut reader = Delimited::new("t".to_owned(), Box::new(Cursor::new(text.into_bytes())), b',');
        reader.header(&[]).unwrap();
        let (mut row, mut read) = (Row::default(), 0);
        while reader.read(&mut row).unwrap() != Next::End {
            read += 1;
            assert_eq!((row.line, reader.last_line()), (read + 1, read + 1));
        }
        assert_eq!(read, lines as u64);
        // Reading on from the start of each line would take 2,700,000,000 bytes.
        assert!(reader.parsed < 2 * SLACK, "{}", reader.parsed);
    }
}
