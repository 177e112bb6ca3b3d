//! Reads a document, for tests of formats.

use std::io::Cursor;

use crate::thread::error::ThreadError;
use crate::thread::format::Format;
use crate::thread::row::{Next, Row};
use crate::thread::table::TableReader;

/// The cells of some columns, one line per row, with `!LINE: reason` for refusals; and the remarks at the end.
pub(crate) fn rows_of(document: &str, columns: &[&str]) -> Result<(Vec<String>, Vec<String>), ThreadError> {
    rows_of_bytes(document.as_bytes().to_vec(), columns)
}

/// The same of a document that is not text.
pub(crate) fn rows_of_bytes(document: Vec<u8>, columns: &[&str]) -> Result<(Vec<String>, Vec<String>), ThreadError> {
    let mut table = TableReader::from_reader("t", None, Cursor::new(document), &[])?;
    let at = |name: &&str| table.header().iter().position(|own| own == name);
    let at: Vec<usize> = columns.iter().map(|name| at(name).unwrap_or_else(|| panic!("no column {name}"))).collect();
    let (mut row, mut rows) = (Row::default(), Vec::new());
    loop {
        match table.read(&mut row)? {
            Next::End => break,
            Next::Row => {
                let cells = at.iter().map(|at| row.cells.get(*at).unwrap_or_default());
                rows.push(cells.collect::<Vec<_>>().join("|"));
            }
            Next::Refused(refused) => rows.push(format!("!{}: {}", refused.line, refused.reason)),
        }
    }
    let remarks = table.remarks().into_iter().map(|remark| remark.what).collect();
    Ok((rows, remarks))
}

/// The name of the format that a file with this beginning is recognised as.
pub(crate) fn format_of(document: &str) -> Option<&'static str> {
    Format::of_export(document.as_bytes()).map(Format::name)
}
