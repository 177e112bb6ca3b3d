//! A body as it arrives, cut into lines: it keeps no more than one line and what arrived with it.

use std::ops::Range;

use memchr::memchr;

/// At most this many lines are scored together,
const MOST: usize = 64;
/// and this many bytes, unless one line has more.
const BYTES: usize = 128 << 10;

/// Cuts incoming data into lines.
#[derive(Debug)]
pub(crate) struct Lines {
    /// A line must not have more bytes.
    limit: usize,
    /// No more lines are taken together.
    most: usize,
    buffer: Vec<u8>,
    /// The line that the buffer begins with, from 1.
    line: u64,
    /// How many lines came before that are not blank.
    number: u64,
    /// The line is too long, and the rest of it is skipped.
    skipping: bool,
    ended: bool,
}

/// Lines that are scored together, none of them blank.
#[derive(Debug, Default)]
pub(crate) struct Block {
    bytes: Vec<u8>,
    lines: Vec<Line>,
}

/// A line that is not blank.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Its number among all lines, from 1.
    pub(crate) place: u64,
    /// Its number among the lines that are not blank.
    pub(crate) number: u64,
    /// Its position in its block; none if it is too long.
    span: Option<Range<usize>>,
}

impl Lines {
    /// `at_once` is the number of lines that may be scored at once, if that is limited.
    pub(crate) fn new(limit: usize, at_once: Option<usize>) -> Self {
        let most = at_once.map_or(MOST, |at_once| at_once.clamp(1, MOST));
        Self { limit, most, buffer: Vec::new(), line: 1, number: 0, skipping: false, ended: false }
    }

    /// The line that is being read, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The end of the body: what is left is also a line. Returns whether this was not known before.
    pub(crate) fn end(&mut self) -> bool {
        !std::mem::replace(&mut self.ended, true)
    }

    /// The next lines that are whole, if there are any.
    pub(crate) fn take(&mut self) -> Option<Block> {
        let mut block = Block::default();
        let mut begin = 0;
        while block.lines.len() < self.most && block.bytes.len() < BYTES {
            let rest = &self.buffer[begin..];
            let (end, next) = match memchr(b'\n', rest) {
                Some(at) => (at, at + 1),
                None if self.ended && (self.skipping || !rest.is_empty()) => (rest.len(), rest.len()),
                None => break,
            };
            let text = &rest[..end];
            let too_long = std::mem::take(&mut self.skipping) || end > self.limit;
            if too_long || !text.trim_ascii().is_empty() {
                self.number += 1;
                let at = block.bytes.len();
                let span = (!too_long).then_some(at..at + end);
                block.lines.push(Line { place: self.line, number: self.number, span });
                if !too_long {
                    block.bytes.extend_from_slice(text);
                }
            }
            self.line += 1;
            begin += next;
        }
        self.buffer.drain(..begin);
        if self.buffer.len() > self.limit && memchr(b'\n', &self.buffer).is_none() {
            self.skipping = true;
        }
        if self.skipping && memchr(b'\n', &self.buffer).is_none() {
            self.buffer.clear();
        }
        (!block.lines.is_empty()).then_some(block)
    }
}

impl Block {
    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Each line and its text; none if it is too long.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&Line, Option<&[u8]>)> {
        self.lines.iter().map(|line| (line, line.span.clone().and_then(|span| self.bytes.get(span))))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each line with its numbers, however the text comes; `-` is one that is too long.
    fn cut(pieces: &[&[u8]], limit: usize, at_once: Option<usize>) -> Vec<String> {
        let mut lines = Lines::new(limit, at_once);
        let mut told = Vec::new();
        let mut tell = |lines: &mut Lines| {
            while let Some(block) = lines.take() {
                assert!(block.len() <= at_once.unwrap_or(MOST));
                told.extend(block.lines().map(|(line, text)| {
                    let text = text.map_or("-".into(), String::from_utf8_lossy);
                    format!("{} {} {}", line.place, line.number, text.trim_end())
                }));
            }
        };
        for piece in pieces {
            lines.push(piece);
            tell(&mut lines);
            assert!(lines.buffer.len() <= limit, "no more than a line is kept");
        }
        assert!(lines.end() && !lines.end());
        tell(&mut lines);
        told
    }

    #[test]
    fn blank_lines_are_counted_and_long_ones_told() {
        let told = cut(&[b"one\r\n\n  \ntw", b"o\nthis is too long", b" by far\nfour\n", b"five"], 8, None);
        assert_eq!(told, ["1 1 one", "4 2 two", "5 3 -", "6 4 four", "7 5 five"]);
        assert_eq!(cut(&[b"this is ", b"too long", b""], 8, None), ["1 1 -"]);
        assert_eq!(cut(&[b"", b"\n"], 8, None), [""; 0]);
    }

    proptest! {
        #[test]
        fn lines_are_the_same_however_they_come(
            text in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b' '), any::<u8>()], 0..300),
            cuts in proptest::collection::vec(0..300_usize, 0..20),
            limit in 1..40_usize,
            at_once in 1..5_usize,
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= text.len()).chain([0, text.len()]).collect();
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
            prop_assert_eq!(cut(&pieces, limit, Some(at_once)), cut(&[&text], limit, None));
        }
    }
}
