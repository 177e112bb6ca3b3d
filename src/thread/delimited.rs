//! Rows of comma- or tab-separated values, straight from `csv-core`.
//!
//! The `csv` crate's own reader has no bound on the length of a record, counts a record's line from the end of the one
//! before it (wrong after CRLF and blank lines), and takes a quote that is never closed for one closed at the end of
//! the file. The parsing itself is the same.

use std::io::{BufRead, BufReader, Read};

use csv_core::ReadRecordResult;

use super::ThreadError;
use super::table::{Next, RECORD_LIMIT, Refused, Row};

const BUFFER: usize = 256 << 10;
/// Room for one more piece of a record.
const ROOM: usize = 4 << 10;

pub(crate) struct Delimited {
    file: String,
    input: BufReader<Box<dyn Read + Send>>,
    core: csv_core::Reader,
    /// Line ends between records, which `core` has not seen.
    skipped: u64,
    /// The current record's fields, one after the other, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// How much of the two is used.
    length: usize,
    fields: usize,
    /// How many fields a row must have, once the header is known.
    width: Option<usize>,
    failed: bool,
}

enum Record {
    Whole,
    /// A quote was still open at the end of the file.
    Unclosed,
}

impl Delimited {
    pub(crate) fn new(file: String, reader: Box<dyn Read + Send>, delimiter: u8) -> Self {
        Self {
            file,
            input: BufReader::with_capacity(BUFFER, reader),
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            skipped: 0,
            bytes: vec![0; ROOM],
            ends: vec![0; 32],
            length: 0,
            fields: 0,
            width: None,
            failed: false,
        }
    }

    /// The header, names with surrounding spaces dropped, and the line where it starts.
    pub(crate) fn header(&mut self) -> Result<(Vec<String>, u64), ThreadError> {
        let mut row = Row::default();
        let refused = match self.read(&mut row)? {
            Next::Row => {
                let header: Vec<String> = row.cells.iter().map(|name| name.trim().to_owned()).collect();
                self.width = Some(header.len());
                return Ok((header, row.line));
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

    pub(crate) fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        if self.failed || !self.skip_line_ends()? {
            return Ok(Next::End);
        }
        row.line = self.line();
        let record = match self.read_record() {
            Ok(record) => record,
            Err(error) => {
                self.failed = true;
                return Err(error);
            }
        };
        Ok(match self.fill(&record, row) {
            Ok(()) => Next::Row,
            Err(reason) => Next::Refused(Refused { file: self.file.clone(), line: row.line, reason }),
        })
    }

    fn line(&self) -> u64 {
        self.core.line() + self.skipped
    }

    /// Goes to the start of the next record. False at the end.
    fn skip_line_ends(&mut self) -> Result<bool, ThreadError> {
        loop {
            let line = self.line();
            let input = match fill_buffer(&mut self.input, &self.file, line) {
                Ok(input) => input,
                Err(error) => {
                    self.failed = true;
                    return Err(error);
                }
            };
            if input.is_empty() {
                return Ok(false);
            }
            let ends = (input.iter()).take_while(|&&byte| byte == b'\n' || byte == b'\r').count();
            let starts = ends < input.len();
            self.skipped += input.iter().take(ends).filter(|&&byte| byte == b'\n').count() as u64;
            self.input.consume(ends);
            if starts {
                return Ok(true);
            }
        }
    }

    fn read_record(&mut self) -> Result<Record, ThreadError> {
        let line = self.line();
        self.length = 0;
        self.fields = 0;
        let mut consumed = 0;
        let mut record = Record::Whole;
        let mut at_end = false;
        loop {
            let stored = fill_buffer(&mut self.input, &self.file, line)?;
            let is_real = !stored.is_empty();
            let input: &[u8] = match (is_real, at_end) {
                (true, _) => stored,
                // A last line without a line end is given one: if that does not end the record, a quote is open.
                (false, false) => b"\n",
                (false, true) => &[],
            };
            let (result, read, written, ended) = self.core.read_record(
                input,
                self.bytes.get_mut(self.length..).unwrap_or_default(),
                self.ends.get_mut(self.fields..).unwrap_or_default(),
            );
            self.length += written;
            self.fields += ended;
            if is_real {
                self.input.consume(read);
                consumed += read;
            }
            match result {
                ReadRecordResult::InputEmpty if !is_real => {
                    at_end = true;
                    record = Record::Unclosed;
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.bytes.resize(self.bytes.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => return Ok(record),
            }
            if consumed > RECORD_LIMIT {
                return Err(ThreadError::RecordTooLong {
                    file: self.file.clone(),
                    line,
                    limit_mib: RECORD_LIMIT as u64 >> 20,
                    cause: "most likely a quote is opened there and never closed, or it is no table",
                });
            }
        }
    }

    /// Moves the record into the row, or says why it cannot be used.
    fn fill(&self, record: &Record, row: &mut Row) -> Result<(), String> {
        if let Record::Unclosed = record {
            // The line end that was added at the end of the file is no line of its own after a real one.
            let added = self.bytes.get(..self.length).is_some_and(|bytes| bytes.ends_with(b"\n\n"));
            let lines = self.line().saturating_sub(row.line + u64::from(added));
            return Err(format!(
                "a quote is opened in this row and never closed, so that the rest of the file ({lines} lines) is one row"
            ));
        }
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        let ends = self.ends.get(..self.fields).unwrap_or_default();
        row.cells.assign(bytes, ends).map_err(|error| {
            let cell = error.cell + 1;
            format!("cell {cell} is not UTF-8; if the file has another encoding, name it with --encoding")
        })?;
        match self.width {
            Some(width) if width != self.fields => {
                let plural = if self.fields == 1 { "" } else { "s" };
                return Err(format!("{} cell{plural}, but the header has {width}", self.fields));
            }
            _ => {}
        }
        match bytes.contains(&0).then(|| row.cells.iter().position(|cell| cell.contains('\0'))) {
            Some(Some(cell)) => Err(format!("cell {} holds a NUL character", cell + 1)),
            _ => Ok(()),
        }
    }
}

/// The bytes that are there; none at the end.
pub(crate) fn fill_buffer<'i>(
    input: &'i mut BufReader<Box<dyn Read + Send>>,
    file: &str,
    line: u64,
) -> Result<&'i [u8], ThreadError> {
    while let Err(source) = input.fill_buf() {
        if source.kind() != std::io::ErrorKind::Interrupted {
            return Err(ThreadError::Read { file: file.to_owned(), line, source });
        }
    }
    Ok(input.buffer())
}
