//! Any bytes as a table: CSV, TSV and JSON Lines by turns.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use ombud::thread::{Format, Next, Row, TableReader};

fuzz_target!(|data: (u8, Vec<u8>)| {
    let format = [Format::Csv, Format::Tsv, Format::Jsonl][usize::from(data.0 % 3)];
    let Ok(mut table) = TableReader::from_reader("fuzz", Some(format), Cursor::new(data.1), &[]) else { return };
    let mut row = Row::default();
    while let Ok(Next::Row | Next::Refused(_)) = table.read(&mut row) {}
});
