//! Input that counts its lines.

use std::io::{self, BufRead, BufReader, Read};

use crate::thread::row::RECORD_LIMIT;

/// Counts lines, and ends a token that has no end within the size limit.
pub(crate) struct Counted {
    reader: BufReader<Box<dyn Read + Send>>,
    line: u64,
    /// The number of bytes consumed since the current token began.
    taken: usize,
}

impl Counted {
    pub(crate) fn new(reader: Box<dyn Read + Send>) -> Self {
        Self { reader: BufReader::with_capacity(64 << 10, reader), line: 1, taken: 0 }
    }

    /// Starts a token; gives its line.
    pub(crate) fn begin(&mut self) -> u64 {
        self.taken = 0;
        self.line
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Whether the current token exceeds the limit.
    pub(crate) fn is_over(&self) -> bool {
        self.taken > RECORD_LIMIT
    }

    pub(crate) fn is_at_end(&mut self) -> io::Result<bool> {
        loop {
            match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                filled => return filled.map(<[u8]>::is_empty),
            }
        }
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let read = available.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Counted {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.is_over() {
            return Err(io::Error::other("too long"));
        }
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        let taken = self.reader.buffer().get(..amount).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        self.taken += taken.len();
        self.reader.consume(amount);
    }
}
