//! A stretch of a stream, held until it is passed, so that it can be read again from its start.

use std::io::{ErrorKind, Read, Result};

const BUFFER: usize = 256 << 10;

pub(crate) struct Window {
    reader: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    begin: usize,
    end: usize,
}

impl Window {
    pub(crate) fn new(reader: Box<dyn Read + Send>) -> Self {
        Self { reader, bytes: vec![0; BUFFER], begin: 0, end: 0 }
    }

    /// The bytes available and not passed yet.
    pub(crate) fn unread(&self) -> &[u8] {
        &self.bytes[self.begin..self.end]
    }

    /// Drops the first `length` unread bytes.
    pub(crate) fn pass(&mut self, length: usize) {
        self.begin = (self.begin + length).min(self.end);
    }

    /// Reads more bytes; `false` at the end.
    pub(crate) fn more(&mut self) -> Result<bool> {
        if self.begin == self.end {
            (self.begin, self.end) = (0, 0);
        } else if self.end == self.bytes.len() {
            // Bytes are moved only if that frees much room, so each is moved a few times at most.
            if self.begin * 2 >= self.bytes.len() {
                self.bytes.copy_within(self.begin..self.end, 0);
                (self.begin, self.end) = (0, self.end - self.begin);
            } else {
                self.bytes.resize(self.bytes.len() * 2, 0);
            }
        }
        loop {
            match self.reader.read(&mut self.bytes[self.end..]) {
                Ok(read) => {
                    self.end += read;
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn what_is_not_passed_stays_however_much_is_added() {
        let all: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
        let mut window = Window::new(Box::new(Cursor::new(all.clone())));
        let mut passed = 0;
        for step in [1, 1000, 300_000, 5, 700_000, 0, 100_000].into_iter().cycle() {
            if !window.more().unwrap() && window.unread().len() < step {
                break;
            }
            let unread = window.unread();
            assert_eq!(unread, &all[passed..passed + unread.len()]);
            passed += step.min(unread.len());
            window.pass(step);
        }
        assert_eq!(window.unread(), &all[passed..]);
    }
}
