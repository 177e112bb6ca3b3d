//! What does not fit into memory in the order in which it is needed: rows by thread, and verdicts by row, in temporary
//! files that are gone when the program ends.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use rustc_hash::FxHashMap;

use super::exit::Interrupted;
use super::output;
use super::rows::Table;
use crate::thread::{Known, Next, Refused, Row, ThreadError};

/// The rows of a table, thread by thread in the order in which threads begin, rows without a thread last. In memory: 16
/// bytes a row, and the threads' ids.
pub(super) struct SpooledRows {
    file: File,
    /// Where each row begins, and the last one ends.
    offsets: Vec<u64>,
    /// Rows by thread.
    order: Vec<u32>,
    next: usize,
    buffer: Vec<u8>,
    /// Rows without a thread answer each other.
    pub(super) together: bool,
}

/// Of rows without a thread.
const NO_THREAD: u32 = u32::MAX;

impl SpooledRows {
    /// Reads the rest of the table; tells what is refused.
    pub(super) fn new(table: &mut Table, mut refuse: impl FnMut(Refused)) -> anyhow::Result<Self> {
        let mut out = BufWriter::with_capacity(1 << 18, tempfile::tempfile().map_err(failed)?);
        let (mut offsets, mut threads) = (vec![0], Vec::new());
        let mut known: FxHashMap<String, u32> = FxHashMap::default();
        let (mut row, mut together, mut at) = (Row::default(), false, 0);
        loop {
            match table.read(&mut row)? {
                Next::End => break,
                Next::Refused(refused) => refuse(refused),
                Next::Row => {
                    let cell = |name| table.columns.cell(&row.cells, name);
                    threads.push(match cell(Known::ThreadId) {
                        Some(thread) => number(&mut known, thread),
                        None => NO_THREAD,
                    });
                    together |= cell(Known::ThreadId).is_none() && cell(Known::ParentId).is_some();
                    at += write_row(&row, &mut out).map_err(failed)?;
                    offsets.push(at);
                }
            }
            if output::interrupted() {
                return Err(Interrupted.into());
            }
        }
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        Ok(Self { file, offsets, order: by_thread(&threads, known.len()), next: 0, buffer: Vec::new(), together })
    }

    /// The next row; false at the end.
    pub(super) fn read(&mut self, row: &mut Row) -> Result<bool, ThreadError> {
        let Some(&at) = self.order.get(self.next) else { return Ok(false) };
        let (begin, end) = (self.offsets[at as usize], self.offsets[at as usize + 1]);
        // Neighbours in the file are read without a seek.
        if self.next.checked_sub(1).is_none_or(|before| self.order[before] + 1 != at) {
            self.file.seek(SeekFrom::Start(begin)).map_err(failed)?;
        }
        self.next += 1;
        self.buffer.resize((end - begin) as usize, 0);
        self.file.read_exact(&mut self.buffer).map_err(failed)?;
        read_row(&self.buffer, row).ok_or_else(|| failed(io::ErrorKind::InvalidData.into()))?;
        Ok(true)
    }
}

fn number(known: &mut FxHashMap<String, u32>, thread: &str) -> u32 {
    if let Some(number) = known.get(thread) {
        return *number;
    }
    let number = known.len() as u32;
    known.insert(thread.to_owned(), number);
    number
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

/// A row's line and number, the lengths of its cells, and the cells; how many bytes.
fn write_row(row: &Row, out: &mut impl Write) -> io::Result<u64> {
    out.write_all(&row.line.to_le_bytes())?;
    out.write_all(&row.number.to_le_bytes())?;
    out.write_all(&(row.cells.len() as u32).to_le_bytes())?;
    for cell in row.cells.iter() {
        out.write_all(&(cell.len() as u32).to_le_bytes())?;
    }
    for cell in row.cells.iter() {
        out.write_all(cell.as_bytes())?;
    }
    let length = row.cells.iter().map(|cell| 4 + cell.len() as u64).sum::<u64>();
    Ok(20 + length)
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

/// Pieces of output that come in another order than they are to be written. In memory: 16 bytes each.
pub(super) struct SpooledOutput {
    file: BufWriter<File>,
    at: u64,
    /// By number: where it begins, and its length.
    pieces: Vec<(u64, u32)>,
}

impl SpooledOutput {
    pub(super) fn new() -> anyhow::Result<Self> {
        let file = BufWriter::with_capacity(1 << 18, tempfile::tempfile().map_err(failed)?);
        Ok(Self { file, at: 0, pieces: Vec::new() })
    }

    /// Keeps the piece of that number.
    pub(super) fn push(&mut self, number: u64, piece: &[u8]) -> anyhow::Result<()> {
        let number = number as usize;
        if self.pieces.len() <= number {
            self.pieces.resize(number + 1, (0, 0));
        }
        self.pieces[number] = (self.at, piece.len() as u32);
        self.at += piece.len() as u64;
        self.file.write_all(piece).map_err(failed)?;
        Ok(())
    }

    /// Writes all of them in the order of their numbers.
    pub(super) fn finish(self, out: &mut impl Write) -> anyhow::Result<()> {
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
            if output::interrupted() {
                return Err(Interrupted.into());
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
        read_row(&bytes, &mut back).unwrap();
        assert_eq!((back.line, back.number, &back.cells), (7, 6, &row.cells));
        assert!(read_row(&bytes[..bytes.len() - 1], &mut back).is_none());
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
