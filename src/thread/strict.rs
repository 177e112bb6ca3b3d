//! `--strict`: which rows of a table would only be warned of, found in a pass of its own before they are used.

use std::collections::HashMap;

use super::columns::{ColumnMap, Known};
use super::input::Source;
use super::table::{Next, Row, TableReader};
use super::tree_check::{Flaw, TreeCheck};
use super::{Format, ThreadError};

/// The lines of a table's flawed rows, and what is wrong with them.
///
/// # Errors
/// When the table cannot be read, or is standard input, which can be read only once.
pub fn flawed_lines(
    source: &Source,
    format: Option<Format>,
    encoding: Option<&str>,
    columns: &ColumnMap,
) -> Result<HashMap<u64, Flaw>, ThreadError> {
    if source.is_stdin() {
        return Err(ThreadError::Document {
            file: source.name(),
            reason: "--strict reads a table twice; store it in a file first".to_owned(),
        });
    }
    // A source of its own, so that the bytes of this pass do not count as progress.
    let source = Source::new(&source.path);
    let wanted: Vec<String> = columns.headers().map(str::to_owned).collect();
    let mut table = TableReader::open(&source, format, encoding, &wanted)?;
    let at = columns.resolve(table.file(), table.header(), &[Known::Text])?;
    let (mut check, mut row) = (TreeCheck::default(), Row::default());
    loop {
        match table.read(&mut row)? {
            Next::End => break,
            Next::Refused(_) => {}
            Next::Row => {
                let own = row.number.to_string();
                let id = at.cell(&row.cells, Known::Id).unwrap_or(&own);
                let thread = at.cell(&row.cells, Known::ThreadId).unwrap_or_default();
                let text = at.cell(&row.cells, Known::Text).unwrap_or_default();
                check.row(row.line, thread, id, at.cell(&row.cells, Known::ParentId), text);
            }
        }
    }
    Ok(check.finish().found.into_iter().collect())
}
