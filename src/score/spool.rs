//! Temporary files for what must be reordered and does not fit into memory: rows by thread, and verdicts by row. They
//! are removed when the program ends.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use rustc_hash::FxHashMap;

use crate::score::error::ScoreError;
use crate::score::rows::Table;
use crate::thread::error::ThreadError;
use crate::thread::known::Known;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::stop::is_stopped;

/// Writes rows to a temporary file.
pub(crate) struct RowWriter {
    out: BufWriter<File>,
    at: u64,
}

impl RowWriter {
    pub(crate) fn new() -> Result<Self, ThreadError> {
        Ok(Self { out: BufWriter::with_capacity(1 << 18, tempfile::tempfile().map_err(failed)?), at: 0 })
    }

    /// Appends a row; where it begins.
    pub(crate) fn push(&mut self, row: &Row) -> Result<u64, ThreadError> {
        let begin = self.at;
        self.at += write_row(row, &mut self.out).map_err(failed)?;
        Ok(begin)
    }

    pub(crate) fn finish(self) -> Result<RowFile, ThreadError> {
        let file = self.out.into_inner().map_err(|error| failed(error.into_error()))?;
        Ok(RowFile { file, length: self.at, stream: Window::default(), single: Window::default() })
    }
}

/// Rows in a temporary file; the caller knows where they begin.
pub(crate) struct RowFile {
    file: File,
    length: u64,
    stream: Window,
    single: Window,
}

/// A part of the file in memory.
#[derive(Default)]
struct Window {
    begin: u64,
    bytes: Vec<u8>,
}

/// Bytes read ahead if rows are read in sequence,
const AHEAD: usize = 1 << 18;
/// and if the order is unknown.
const NEAR: usize = 1 << 12;

impl RowFile {
    /// Reads the row that begins at `at` and returns where it ends. Rows are mostly read in sequence.
    pub(crate) fn read(&mut self, at: u64, row: &mut Row) -> Result<u64, ThreadError> {
        let Self { file, length, stream, .. } = self;
        let is_next = at == 0 || stream.holds(at, 0);
        stream.row(file, *length, at, if is_next { AHEAD } else { NEAR }, row)
    }

    /// The same for a row at any position.
    pub(crate) fn read_one(&mut self, at: u64, row: &mut Row) -> Result<(), ThreadError> {
        let Self { file, length, stream, single } = self;
        let window = if stream.holds(at, LENGTH) { stream } else { single };
        window.row(file, *length, at, NEAR, row).map(|_| ())
    }
}

/// A row begins with its length, in this many bytes.
const LENGTH: usize = 4;

impl Window {
    fn holds(&self, at: u64, n: usize) -> bool {
        at >= self.begin && at + n as u64 <= self.begin + self.bytes.len() as u64
    }

    fn row(&mut self, file: &mut File, length: u64, at: u64, ahead: usize, row: &mut Row) -> Result<u64, ThreadError> {
        let broken = || failed(io::ErrorKind::InvalidData.into());
        let n = self.bytes(file, length, at, LENGTH, ahead)?.first_chunk().copied().map(u32::from_le_bytes);
        let n = n.ok_or_else(broken)? as usize;
        read_row(self.bytes(file, length, at + LENGTH as u64, n, ahead)?, row).ok_or_else(broken)?;
        Ok(at + (LENGTH + n) as u64)
    }

    /// `n` bytes from `at`; if they are not in memory, `ahead` bytes are read.
    fn bytes(&mut self, file: &mut File, length: u64, at: u64, n: usize, ahead: usize) -> Result<&[u8], ThreadError> {
        if !self.holds(at, n) {
            let there = usize::try_from(length.saturating_sub(at)).unwrap_or(usize::MAX);
            self.bytes.resize(n.max(ahead).min(there), 0);
            // A long row is no reason to keep that much memory.
            self.bytes.shrink_to(AHEAD);
            self.begin = at;
            file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut self.bytes)).map_err(failed)?;
        }
        let begin = (at - self.begin) as usize;
        self.bytes.get(begin..begin + n).ok_or_else(|| failed(io::ErrorKind::UnexpectedEof.into()))
    }
}

/// The rows of a table, thread by thread in the order in which threads begin, rows without a thread last. Memory: 12
/// bytes a row and some 30 a thread.
pub(crate) struct SpooledRows {
    file: RowFile,
    /// Where each row begins.
    offsets: Vec<u64>,
    /// Rows by thread.
    order: Vec<u32>,
    next: usize,
    /// Rows without a thread answer each other.
    pub(crate) together: bool,
}

/// Reading reports its progress after this many rows.
const TOLD: usize = 4096;

/// For rows without a thread.
const NO_THREAD: u32 = u32::MAX;

impl SpooledRows {
    /// Reads the rest of the table, after the rows that were read `before`; reports how many rows it has, and which are
    /// refused.
    pub(crate) fn new(
        table: &mut Table,
        before: Vec<Row>,
        at: impl Fn(u64),
        mut refuse: impl FnMut(Refused),
    ) -> Result<Self, ScoreError> {
        let mut out = RowWriter::new()?;
        let (mut offsets, mut threads) = (Vec::new(), Vec::new());
        let mut known: FxHashMap<[u64; 2], u32> = FxHashMap::default();
        let (mut row, mut together, mut before) = (Row::default(), false, before.into_iter());
        loop {
            let next = match before.next() {
                Some(read) => {
                    row = read;
                    Next::Row
                }
                None => table.read(&mut row)?,
            };
            match next {
                Next::End => break,
                Next::Refused(refused) => refuse(refused),
                Next::Row => {
                    let cell = |name| table.columns.cell(&row.cells, name);
                    threads.push(match cell(Known::ThreadId) {
                        Some(thread) => number(&mut known, thread),
                        None => NO_THREAD,
                    });
                    together |= cell(Known::ThreadId).is_none() && cell(Known::ParentId).is_some();
                    offsets.push(out.push(&row)?);
                    if offsets.len().is_multiple_of(TOLD) {
                        at(offsets.len() as u64);
                    }
                }
            }
            if is_stopped() {
                return Err(ScoreError::Interrupted);
            }
        }
        Ok(Self { file: out.finish()?, offsets, order: by_thread(&threads, known.len()), next: 0, together })
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        self.offsets.len() as u64
    }

    /// The next row; false at the end.
    pub(crate) fn read(&mut self, row: &mut Row) -> Result<bool, ThreadError> {
        let Some(&at) = self.order.get(self.next) else { return Ok(false) };
        self.next += 1;
        self.file.read(self.offsets[at as usize], row)?;
        Ok(true)
    }
}

/// Threads are identified by 128-bit hashes: even with as many threads as rows, no two will ever be confused.
fn number(known: &mut FxHashMap<[u64; 2], u32>, thread: &str) -> u32 {
    let key = [0_u8, 1].map(|half| {
        let mut hasher = DefaultHasher::new();
        (half, thread).hash(&mut hasher);
        hasher.finish()
    });
    let next = known.len() as u32;
    *known.entry(key).or_insert(next)
}

/// Rows by thread, those without one last.
fn by_thread(threads: &[u32], count: usize) -> Vec<u32> {
    let place = |thread: u32| (thread as usize).min(count);
    let mut starts = vec![0_u32; count + 2];
    threads.iter().for_each(|thread| starts[place(*thread) + 1] += 1);
    (0..=count).for_each(|at| starts[at + 1] += starts[at]);
    let mut order = vec![0; threads.len()];
    for (row, thread) in threads.iter().enumerate() {
        let start = &mut starts[place(*thread)];
        order[*start as usize] = row as u32;
        *start += 1;
    }
    order
}

/// A row: how many bytes follow, its line and number, the lengths of its cells, and the cells; how many bytes in all.
fn write_row(row: &Row, out: &mut impl Write) -> io::Result<u64> {
    let length = 20 + row.cells.len() * 4 + row.cells.bytes();
    out.write_all(&u32::try_from(length).map_err(io::Error::other)?.to_le_bytes())?;
    out.write_all(&row.line.to_le_bytes())?;
    out.write_all(&row.number.to_le_bytes())?;
    out.write_all(&(row.cells.len() as u32).to_le_bytes())?;
    for cell in row.cells.iter() {
        out.write_all(&(cell.len() as u32).to_le_bytes())?;
    }
    for cell in row.cells.iter() {
        out.write_all(cell.as_bytes())?;
    }
    Ok((LENGTH + length) as u64)
}

fn read_row(bytes: &[u8], row: &mut Row) -> Option<()> {
    let (line, rest) = bytes.split_first_chunk::<8>()?;
    let (number, rest) = rest.split_first_chunk::<8>()?;
    let (cells, rest) = rest.split_first_chunk::<4>()?;
    (row.line, row.number) = (u64::from_le_bytes(*line), u64::from_le_bytes(*number));
    let (lengths, mut text) = rest.split_at_checked(u32::from_le_bytes(*cells) as usize * 4)?;
    row.cells.clear();
    for length in lengths.as_chunks::<4>().0 {
        let (cell, rest) = text.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        row.cells.push(std::str::from_utf8(cell).ok()?);
        text = rest;
    }
    Some(())
}

/// Pieces of output that arrive in another order than they must be written. Memory: 16 bytes each.
pub(crate) struct SpooledOutput {
    file: BufWriter<File>,
    at: u64,
    /// By number: where it begins, and its length.
    pieces: Vec<(u64, u32)>,
}

impl SpooledOutput {
    pub(crate) fn new() -> Result<Self, ThreadError> {
        let file = BufWriter::with_capacity(1 << 18, tempfile::tempfile().map_err(failed)?);
        Ok(Self { file, at: 0, pieces: Vec::new() })
    }

    /// Keeps the piece of that number.
    pub(crate) fn push(&mut self, number: u64, piece: &[u8]) -> Result<(), ThreadError> {
        let number = number as usize;
        if self.pieces.len() <= number {
            self.pieces.resize(number + 1, (0, 0));
        }
        self.pieces[number] = (self.at, piece.len() as u32);
        self.at += piece.len() as u64;
        self.file.write_all(piece).map_err(failed)
    }

    /// Writes all of them in the order of their numbers.
    pub(crate) fn finish(self, out: &mut dyn Write) -> Result<(), ScoreError> {
        let mut file = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
        let (mut buffer, mut at) = (Vec::new(), u64::MAX);
        for (begin, length) in self.pieces.into_iter().filter(|(_, length)| *length > 0) {
            if at != begin {
                file.seek(SeekFrom::Start(begin)).map_err(failed)?;
            }
            at = begin + u64::from(length);
            buffer.resize(length as usize, 0);
            file.read_exact(&mut buffer).map_err(failed)?;
            out.write_all(&buffer)?;
            if is_stopped() {
                return Err(ScoreError::Interrupted);
            }
        }
        Ok(())
    }
}

fn failed(source: io::Error) -> ThreadError {
    ThreadError::Write { file: format!("a temporary file in {}", std::env::temp_dir().display()), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_ordered_by_thread_and_those_without_one_come_last() {
        assert_eq!(by_thread(&[0, NO_THREAD, 1, 0, 1, NO_THREAD], 2), [0, 3, 2, 4, 1, 5]);
        assert!(by_thread(&[], 0).is_empty());
        assert_eq!(by_thread(&[NO_THREAD], 0), [0]);
    }

    #[test]
    fn a_row_is_read_as_it_was_written() {
        let row = Row { line: 7, number: 6, cells: ["a", "", "é😀\n"].into_iter().collect() };
        let mut bytes = Vec::new();
        let length = write_row(&row, &mut bytes).unwrap();
        assert_eq!(bytes.len() as u64, length);
        let mut back = Row { line: 1, number: 1, cells: ["old"].into_iter().collect() };
        read_row(&bytes[LENGTH..], &mut back).unwrap();
        assert_eq!((back.line, back.number, &back.cells), (7, 6, &row.cells));
        assert!(read_row(&bytes[LENGTH..bytes.len() - 1], &mut back).is_none());
    }

    #[test]
    fn rows_are_read_in_any_order() {
        let text = |n: usize| format!("{n} ").repeat(if n == 40 { 200_000 } else { n });
        let (mut out, mut begins) = (RowWriter::new().unwrap(), Vec::new());
        for n in 0..100 {
            let cells = [text(n).as_str()].into_iter().collect();
            begins.push(out.push(&Row { line: 1, number: n as u64, cells }).unwrap());
        }
        let (mut file, mut row, mut at) = (out.finish().unwrap(), Row::default(), 0);
        for n in 0..100 {
            assert_eq!(at, begins[n]);
            at = file.read(at, &mut row).unwrap();
            assert_eq!((row.number, row.cells.get(0)), (n as u64, Some(text(n).as_str())));
            for other in [0, 99 - n, n / 2, 40] {
                file.read_one(begins[other], &mut row).unwrap();
                assert_eq!((row.number, row.cells.get(0)), (other as u64, Some(text(other).as_str())));
            }
        }
        for n in [99, 3, 4, 50, 0] {
            file.read(begins[n], &mut row).unwrap();
            assert_eq!(row.number, n as u64);
        }
        assert!(file.read(at, &mut row).is_err());
    }

    #[test]
    fn pieces_come_out_by_number() {
        let mut spool = SpooledOutput::new().unwrap();
        for (number, piece) in [(3, "c"), (1, "a"), (7, ""), (2, "bb")] {
            spool.push(number, piece.as_bytes()).unwrap();
        }
        let mut out = Vec::new();
        spool.finish(&mut out).unwrap();
        assert_eq!(out, b"abbc");
    }
}
