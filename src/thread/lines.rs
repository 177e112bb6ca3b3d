//! Reads a file line by line, however long it is. Most lines are handed out uncopied, straight from the read buffer.

use std::io::{BufRead, BufReader, Read};

use memchr::memchr;

use crate::thread::error::ThreadError;
use crate::thread::row::RECORD_LIMIT;

/// Bytes per read: few enough to stay in a core's own cache until parsed.
const BUFFER: usize = 64 << 10;

/// Reads lines that are not blank.
pub(crate) struct Lines {
    file: String,
    input: BufReader<Box<dyn Read + Send>>,
    line: u64,
    /// Length of the line at the start of `input`'s buffer; 0 if the line is in `pieced`.
    here: usize,
    /// A line that took several reads.
    pieced: Vec<u8>,
}

/// The outcome of reading a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line with its line end.
    Whole,
    /// The beginning of a line longer than a record may be; the rest was skipped.
    TooLong,
}

impl Lines {
    /// Reads lines from `reader`; messages call it `file`.
    pub(crate) fn new(file: String, reader: Box<dyn Read + Send>) -> Self {
        Self { file, input: BufReader::with_capacity(BUFFER, reader), line: 0, here: 0, pieced: Vec::new() }
    }

    /// The line read last.
    pub(crate) fn bytes(&self) -> &[u8] {
        if self.here > 0 { &self.input.buffer()[..self.here] } else { &self.pieced }
    }

    /// The number of the line read last, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Whether another line can be read without waiting for input.
    pub(crate) fn has_line(&self) -> bool {
        memchr(b'\n', &self.input.buffer()[self.here..]).is_some()
    }

    /// Reads the next line that is not blank.
    ///
    /// # Errors
    /// When reading fails.
    pub(crate) fn next_line(&mut self) -> Result<Option<Line>, ThreadError> {
        loop {
            self.input.consume(std::mem::take(&mut self.here));
            self.pieced.clear();
            let there = self.fill_buffer()?;
            if there.is_empty() {
                return Ok(None);
            }
            let end = memchr(b'\n', there);
            self.line += 1;
            let line = match end {
                Some(end) => {
                    self.here = end + 1;
                    Line::Whole
                }
                None => self.piece()?,
            };
            if line == Line::TooLong || !self.bytes().trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
    }

    /// Assembles a line that extends beyond the buffer.
    fn piece(&mut self) -> Result<Line, ThreadError> {
        let limit = RECORD_LIMIT as u64 + 1;
        let read = (&mut self.input).take(limit).read_until(b'\n', &mut self.pieced);
        let line = read.and_then(|length| {
            if length as u64 == limit && !self.pieced.ends_with(b"\n") {
                self.input.skip_until(b'\n')?;
                return Ok(Line::TooLong);
            }
            Ok(Line::Whole)
        });
        line.map_err(|source| ThreadError::Read { file: self.file.clone(), line: self.line, source })
    }

    /// The bytes available; none at the end.
    fn fill_buffer(&mut self) -> Result<&[u8], ThreadError> {
        while let Err(source) = self.input.fill_buf() {
            if source.kind() != std::io::ErrorKind::Interrupted {
                return Err(ThreadError::Read { file: self.file.clone(), line: self.line + 1, source });
            }
        }
        Ok(self.input.buffer())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Yields so many bytes at a time, as a pipe does.
    struct Piecewise(Cursor<Vec<u8>>, usize);

    impl Read for Piecewise {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let most = out.len().min(self.1);
            self.0.read(&mut out[..most])
        }
    }

    fn read(bytes: &[u8], at_once: usize) -> Vec<(u64, Line, Vec<u8>)> {
        let mut lines = Lines::new("a".to_owned(), Box::new(Piecewise(Cursor::new(bytes.to_vec()), at_once)));
        let mut read = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            read.push((lines.line(), line, lines.bytes().to_vec()));
        }
        assert_eq!(lines.bytes(), b"", "nothing is left of the last line at the end");
        read
    }

    #[test]
    fn lines_are_the_same_however_they_come() {
        let bytes = b"one\n\n  \r\ntwo words\r\n\nthree";
        let expected: Vec<_> = [(1, "one\n"), (4, "two words\r\n"), (6, "three")]
            .map(|(at, line)| (at, Line::Whole, line.as_bytes().to_vec()))
            .into();
        for at_once in 1..=bytes.len() {
            assert_eq!(read(bytes, at_once), expected, "{at_once} bytes at once");
        }
        assert_eq!(read(b"", 1), []);
        assert_eq!(read(b"\n \n", 2), []);
    }

    #[test]
    fn what_is_there_is_told_without_reading_on() {
        let mut lines = Lines::new("a".to_owned(), Box::new(Piecewise(Cursor::new(b"one\ntwo\nthr".to_vec()), 11)));
        assert!(!lines.has_line(), "nothing was read yet");
        lines.next_line().unwrap();
        assert!(lines.has_line(), "two");
        lines.next_line().unwrap();
        assert!(!lines.has_line(), "the rest of a line is no line");
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let mut bytes = vec![b'x'; RECORD_LIMIT + 10];
        bytes.extend_from_slice(b"\nnext\n");
        let read = read(&bytes, 1 << 16);
        assert_eq!(
            read.iter().map(|(at, line, _)| (*at, *line)).collect::<Vec<_>>(),
            [(1, Line::TooLong), (2, Line::Whole)]
        );
        assert_eq!(read[1].2, b"next\n");
    }
}
