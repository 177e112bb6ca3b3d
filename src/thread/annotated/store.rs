//! The temporary file that holds annotation rows until the last is read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};

use rustc_hash::FxHashMap;

use crate::thread::annotated::draft::{Draft, Entry};
use crate::thread::error::ThreadError;

const BUFFER: usize = 256 << 10;
const FAR_BUFFER: usize = 4 << 10;

/// Stores rows.
pub(crate) struct Store {
    file: String,
    out: BufWriter<File>,
    written: u64,
    order: Option<Order>,
}

/// The order for reading rows back, if some continue rows from long before.
#[derive(Default)]
struct Order {
    /// For each entry, the number of the entry that it continues, or its own, and its offset.
    entries: Vec<(usize, u64)>,
    /// The first entry with each key.
    first: FxHashMap<u64, usize>,
}

/// Reads stored rows back.
pub(crate) struct Stored {
    file: String,
    input: BufReader<File>,
    line: String,
    /// The entries still to be read, last first; `None` to read the file in its own order.
    order: Option<Vec<(usize, u64)>>,
    /// The number of the entry read last, or of the one that it continues.
    last: Option<usize>,
    /// The offset where sequential reading goes on.
    at: u64,
}

impl Store {
    /// An empty store for the source called `file` in messages.
    ///
    /// # Errors
    /// When no temporary file can be created.
    pub(crate) fn new(file: String) -> Result<Self, ThreadError> {
        let temporary = tempfile::tempfile().map_err(failed)?;
        Ok(Self { file, out: BufWriter::with_capacity(BUFFER, temporary), written: 0, order: None })
    }

    /// Allows rows to continue earlier ones.
    pub(crate) fn in_order(&mut self) {
        self.order.get_or_insert_default();
    }

    /// Stores a row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn row(&mut self, row: Draft) -> Result<(), ThreadError> {
        self.entry(&Entry::Row(row), None)
    }

    /// Stores a row that continues the first with this key, if there is one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn row_of(&mut self, row: Draft, key: u64) -> Result<(), ThreadError> {
        self.entry(&Entry::Row(row), Some(key))
    }

    /// Stores the refusal of a line.
    ///
    /// # Errors
    /// When it cannot be written.
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

    /// Reads the rows back from the first on.
    ///
    /// # Errors
    /// When some cannot be written, or the file cannot be read.
    pub(crate) fn read(self) -> Result<Stored, ThreadError> {
        let mut temporary = self.out.into_inner().map_err(|error| failed(error.into_error()))?;
        temporary.rewind().map_err(failed)?;
        let order = self.order.map(|Order { mut entries, .. }| {
            entries.sort_unstable();
            entries.reverse();
            entries
        });
        // If rows are far apart, reading further ahead is wasted.
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
