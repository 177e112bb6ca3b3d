//! The lines of a file, one after the other in one buffer, however long the file is.

use std::io::{BufRead, BufReader, Read};

use memchr::memchr;

use crate::thread::error::ThreadError;
use crate::thread::row::RECORD_LIMIT;

const BUFFER: usize = 256 << 10;

/// Reads lines that are not blank.
pub(crate) struct Lines {
    file: String,
    input: BufReader<Box<dyn Read + Send>>,
    line: u64,
    buffer: Vec<u8>,
}

/// What the buffer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line, with its end.
    Whole,
    /// The beginning of one that is longer than a record may be; the rest was passed over.
    TooLong,
}

impl Lines {
    /// The lines of what messages call `file`.
    pub(crate) fn new(file: String, reader: Box<dyn Read + Send>) -> Self {
        Self { file, input: BufReader::with_capacity(BUFFER, reader), line: 0, buffer: Vec::new() }
    }

    /// The line that was read last.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Its number, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Whether another line is there without reading on.
    pub(crate) fn has_line(&self) -> bool {
        memchr(b'\n', self.input.buffer()).is_some()
    }

    /// Reads the next line that is not blank into the buffer.
    ///
    /// # Errors
    /// When reading breaks off.
    pub(crate) fn next_line(&mut self) -> Result<Option<Line>, ThreadError> {
        loop {
            if self.fill_buffer()?.is_empty() {
                return Ok(None);
            }
            self.line += 1;
            let limit = RECORD_LIMIT as u64 + 1;
            self.buffer.clear();
            let read = (&mut self.input).take(limit).read_until(b'\n', &mut self.buffer);
            let read = read.and_then(|length| {
                let is_cut = length as u64 == limit && !self.buffer.ends_with(b"\n");
                if is_cut {
                    self.input.skip_until(b'\n')?;
                }
                Ok(is_cut)
            });
            match read {
                Ok(true) => return Ok(Some(Line::TooLong)),
                Ok(false) if self.buffer.trim_ascii().is_empty() => {}
                Ok(false) => return Ok(Some(Line::Whole)),
                Err(source) => {
                    return Err(ThreadError::Read { file: self.file.clone(), line: self.line, source });
                }
            }
        }
    }

    /// The bytes that are there; none at the end.
    fn fill_buffer(&mut self) -> Result<&[u8], ThreadError> {
        while let Err(source) = self.input.fill_buf() {
            if source.kind() != std::io::ErrorKind::Interrupted {
                return Err(ThreadError::Read { file: self.file.clone(), line: self.line + 1, source });
            }
        }
        Ok(self.input.buffer())
    }
}
