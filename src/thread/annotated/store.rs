//! The temporary file that rows of annotations wait in until the last was read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};

use rustc_hash::FxHashMap;

use crate::thread::annotated::draft::{Draft, Entry};
use crate::thread::error::ThreadError;

const BUFFER: usize = 256 << 10;
const FAR_BUFFER: usize = 4 << 10;

/// Rows that are put aside.
pub(crate) struct Store {
    file: String,
    out: BufWriter<File>,
    written: u64,
    order: Option<Order>,
}

/// In which order rows are taken back, where some go on with what others said long before.
#[derive(Default)]
struct Order {
    /// The number of the entry that each goes on with, or its own, and where it begins.
    entries: Vec<(usize, u64)>,
    /// The first entries by what they have in common with those that go on with them.
    first: FxHashMap<u64, usize>,
}

/// Rows as they are taken back.
pub(crate) struct Stored {
    file: String,
    input: BufReader<File>,
    line: String,
    /// What is still to be read, from behind; all of the file in its order if there is none.
    order: Option<Vec<(usize, u64)>>,
    /// The number of the entry that was read last, or that it goes on with.
    last: Option<usize>,
    /// Where reading goes on by itself.
    at: u64,
}

impl Store {
    /// For what messages call `file`.
    ///
    /// # Errors
    /// When there can be no temporary file.
    pub(crate) fn new(file: String) -> Result<Self, ThreadError> {
        let temporary = tempfile::tempfile().map_err(failed)?;
        Ok(Self { file, out: BufWriter::with_capacity(BUFFER, temporary), written: 0, order: None })
    }

    /// Rows may go on with earlier ones.
    pub(crate) fn in_order(&mut self) {
        self.order.get_or_insert_default();
    }

    /// Puts a row aside.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn row(&mut self, row: Draft) -> Result<(), ThreadError> {
        self.entry(&Entry::Row(row), None)
    }

    /// The same of a row that goes on with the first of that key, if there is one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn row_of(&mut self, row: Draft, key: u64) -> Result<(), ThreadError> {
        self.entry(&Entry::Row(row), Some(key))
    }

    /// Puts aside that a line is refused.
    ///
    /// # Errors
    /// When that cannot be written.
    pub(crate) fn refuse(&mut self, line: u64, reason: String) -> Result<(), ThreadError> {
        self.entry(&Entry::Refused(line, reason), None)
    }

    fn entry(&mut self, entry: &Entry, key: Option<u64>) -> Result<(), ThreadError> {
        if let Some(Order { entries, first }) = &mut self.order {
            let own = entries.len();
            entries.push((key.map_or(own, |key| *first.entry(key).or_insert(own)), self.written));
        }
        let mut line = serde_json::to_vec(entry).map_err(io::Error::from).map_err(failed)?;
        line.push(b'\n');
        self.written += line.len() as u64;
        self.out.write_all(&line).map_err(failed)
    }

    /// Takes the rows back from the first on.
    ///
    /// # Errors
    /// When they cannot all be written, or not be read.
    pub(crate) fn read(self) -> Result<Stored, ThreadError> {
        let mut temporary = self.out.into_inner().map_err(|error| failed(error.into_error()))?;
        temporary.rewind().map_err(failed)?;
        let order = self.order.map(|Order { mut entries, .. }| {
            entries.sort_unstable();
            entries.reverse();
            entries
        });
        // Where rows stand far apart, what is read beyond them is read in vain.
        let buffer = if order.is_some() { FAR_BUFFER } else { BUFFER };
        let input = BufReader::with_capacity(buffer, temporary);
        Ok(Stored { file: self.file, input, line: String::new(), order, last: None, at: 0 })
    }
}

impl Stored {
    /// The next row or refusal.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, ThreadError> {
        let mut goes_on = false;
        if let Some(order) = &mut self.order {
            let Some((entry, begin)) = order.pop() else { return Ok(None) };
            goes_on = self.last.replace(entry) == Some(entry);
            if begin != self.at {
                let sought = self.input.seek(SeekFrom::Start(begin));
                self.at = sought.map_err(|source| broken(&self.file, source))?;
            }
        }
        self.line.clear();
        let read = self.input.read_line(&mut self.line).map_err(|source| broken(&self.file, source))?;
        self.at += read as u64;
        if read == 0 {
            return Ok(None);
        }
        let mut entry = serde_json::from_str(&self.line).map_err(|error| broken(&self.file, error.into()))?;
        if let Entry::Row(row) = &mut entry {
            row.goes_on = goes_on;
        }
        Ok(Some(entry))
    }
}

fn broken(file: &str, source: io::Error) -> ThreadError {
    ThreadError::Read { file: file.to_owned(), line: 0, source }
}

fn failed(source: io::Error) -> ThreadError {
    ThreadError::Write { file: "a temporary file".to_owned(), source }
}
