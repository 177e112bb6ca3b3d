//! The temporary file that rows of annotations wait in until the last was read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};

use crate::thread::annotated::draft::{Draft, Entry};
use crate::thread::error::ThreadError;

const BUFFER: usize = 256 << 10;

/// Rows that are put aside.
pub(crate) struct Store {
    file: String,
    out: BufWriter<File>,
}

/// Rows as they are taken back.
pub(crate) struct Stored {
    file: String,
    input: BufReader<File>,
    line: String,
}

impl Store {
    /// For what messages call `file`.
    ///
    /// # Errors
    /// When there can be no temporary file.
    pub(crate) fn new(file: String) -> Result<Self, ThreadError> {
        let temporary = tempfile::tempfile().map_err(failed)?;
        Ok(Self { file, out: BufWriter::with_capacity(BUFFER, temporary) })
    }

    /// Puts a row aside.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn row(&mut self, row: Draft) -> Result<(), ThreadError> {
        self.entry(&Entry::Row(row))
    }

    /// Puts aside that a line is refused.
    ///
    /// # Errors
    /// When that cannot be written.
    pub(crate) fn refuse(&mut self, line: u64, reason: String) -> Result<(), ThreadError> {
        self.entry(&Entry::Refused(line, reason))
    }

    fn entry(&mut self, entry: &Entry) -> Result<(), ThreadError> {
        serde_json::to_writer(&mut self.out, entry).map_err(io::Error::from).map_err(failed)?;
        self.out.write_all(b"\n").map_err(failed)
    }

    /// Takes the rows back from the first on.
    ///
    /// # Errors
    /// When they cannot all be written, or not be read.
    pub(crate) fn read(self) -> Result<Stored, ThreadError> {
        let mut temporary = self.out.into_inner().map_err(|error| failed(error.into_error()))?;
        temporary.rewind().map_err(failed)?;
        Ok(Stored { file: self.file, input: BufReader::with_capacity(BUFFER, temporary), line: String::new() })
    }
}

impl Stored {
    /// The next row or refusal.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, ThreadError> {
        self.line.clear();
        let read = self.input.read_line(&mut self.line);
        let broken = |source| ThreadError::Read { file: self.file.clone(), line: 0, source };
        if read.map_err(broken)? == 0 {
            return Ok(None);
        }
        serde_json::from_str(&self.line).map(Some).map_err(|error| broken(error.into()))
    }
}

fn failed(source: io::Error) -> ThreadError {
    ThreadError::Write { file: "a temporary file".to_owned(), source }
}
