//! A table into another: row by row, in little memory however large it is.

use std::collections::HashMap;
use std::path::Path;

use crate::cli::args::ColumnArgs;
use crate::cli::convert::write;
use crate::cli::exit::Exit;
use crate::cli::output::{Output, remark};
use crate::report::of_training;
use crate::score::stream::Summary;
use crate::thread::columns::{ColumnMap, Columns};
use crate::thread::error::ThreadError;
use crate::thread::flaw::Flaw;
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::known::Known;
use crate::thread::opened::Opened;
use crate::thread::replay::Replay;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::strict::flawed_lines_of;
use crate::thread::table::{Resolved, TableReader};
use crate::thread::tree_check::TreeCheck;
use crate::thread::write_rows::{RowWriter, used_columns};

/// Converts a table. Its rows keep what they say and nothing more: a row without a thread still has none.
pub(crate) fn run(
    source: &Source,
    opened: Opened,
    args: &ColumnArgs,
    (to, path): (Format, &Path),
    out: Output,
) -> anyhow::Result<Exit> {
    let map = args.map()?;
    let wanted: Vec<String> = map.headers().map(str::to_owned).collect();
    // CSV names its columns first, and those that nothing has are left out; flaws are known at the end only.
    let (opened, strict, used) = if args.strict || to != Format::Jsonl {
        let replay = Replay::new(source, opened, args.encoding.as_deref())?;
        let open = || -> Result<(TableReader, Columns), ThreadError> {
            let mut table = TableReader::from_opened(replay.open()?, &wanted)?;
            let at = table.columns(&map, &ColumnMap::default(), &[])?.columns;
            Ok((table, at))
        };
        let strict = if args.strict {
            let (table, at) = open()?;
            flawed_lines_of(table, &at)?
        } else {
            HashMap::new()
        };
        let (table, at) = open()?;
        let used = used_columns(table, &at, |row| strict.contains_key(&row.line))?;
        (replay.open()?, strict, used)
    } else {
        (opened, HashMap::new(), Vec::new())
    };
    let mut table = TableReader::from_opened(opened, &wanted)?;
    let Resolved { columns: at, guessed, .. } = table.columns(&map, &ColumnMap::default(), &[])?;
    of_training::note_guessed(guessed.as_ref());
    let mut told = Told { strict, check: TreeCheck::default(), summary: Summary::default() };
    write(path, out, |out, failed| {
        let mut rows = RowWriter::new(out, to, &used).map_err(failed)?;
        let mut row = Row::default();
        loop {
            match table.read(&mut row)? {
                Next::End => break,
                Next::Refused(refused) => told.summary.refuse(&[refused]),
                Next::Row => {
                    if told.takes(&table, &row, &at) {
                        rows.row(&row, &at).map_err(failed)?;
                    }
                }
            }
        }
        rows.finish().map(drop).map_err(failed)
    })?;
    if told.summary.rows == 0 && told.summary.refused == 0 {
        remark(format_args!("note: there are no comments in {}", table.file()));
    }
    of_training::note_refused(told.summary.refused, &[]);
    let flaws = told.check.finish();
    of_training::note_flaws(&[(table.file().to_owned(), flaws)], args.strict);
    Ok(if told.summary.refused > 0 { Exit::Refused } else { Exit::Done })
}

/// What is said of the rows.
struct Told {
    /// Flaws of lines that `--strict` refuses.
    strict: HashMap<u64, Flaw>,
    check: TreeCheck,
    summary: Summary,
}

impl Told {
    /// Whether a row is taken; what is odd about it is noted.
    fn takes(&mut self, table: &TableReader, row: &Row, at: &Columns) -> bool {
        if let Some(flaw) = self.strict.get(&row.line) {
            self.summary.refuse(&[Refused { file: table.file().to_owned(), line: row.line, reason: flaw.to_string() }]);
            return false;
        }
        self.summary.rows += 1;
        self.check.quotes(row.line, table.flaw());
        let cell = |known| at.cell(&row.cells, known);
        let (thread, text) = (cell(Known::ThreadId).unwrap_or_default(), cell(Known::Text).unwrap_or_default());
        match cell(Known::Id) {
            Some(id) => self.check.row(row.line, thread, id, cell(Known::ParentId), text),
            None => self.check.row(row.line, thread, &row.number.to_string(), cell(Known::ParentId), text),
        }
        true
    }
}
