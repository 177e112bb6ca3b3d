//! Converts one table into another row by row, in little memory however large it is.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::thread::columns::{ColumnMap, Columns};
use crate::thread::error::ThreadError;
use crate::thread::flaw::{Flaw, Flaws};
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::known::Known;
use crate::thread::opened::Opened;
use crate::thread::remark::Remark;
use crate::thread::replay::Replay;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::strict::flawed_rows_of;
use crate::thread::table::{Resolved, TableReader};
use crate::thread::tree_check::TreeCheck;
use crate::thread::usual::Guessed;
use crate::thread::write_rows::{RowWriter, Used, nameless, others, used_columns};

/// An open table about to be written in another form. Its rows keep everything they contain, under known names where
/// those apply, and gain nothing: a row without a thread still has none.
pub(crate) struct TableConversion {
    table: TableReader,
    columns: Columns,
    /// The columns to write.
    used: Used,
    to: Format,
    /// The flaws of rows to refuse, by row number.
    strict: HashMap<u64, Flaw>,
    check: TreeCheck,
    /// The headers taken for known columns that were missing.
    pub(crate) guessed: Option<Guessed>,
}

/// The outcome for the rows.
pub(crate) struct Converted {
    /// The table's name in messages.
    pub(crate) file: String,
    pub(crate) rows: u64,
    pub(crate) refused: u64,
    /// What was odd about rows that were still written.
    pub(crate) flaws: Flaws,
    /// Remarks about the whole table.
    pub(crate) remarks: Vec<Remark>,
}

impl TableConversion {
    /// Reads a table as often as needed to know its columns and, with `strict`, its flaws.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn new(
        source: &Source,
        opened: Opened,
        map: &ColumnMap,
        strict: bool,
        to: Format,
    ) -> Result<Self, ThreadError> {
        let wanted: Vec<String> = map.headers().map(str::to_owned).collect();
        // CSV names its columns first, and columns that are empty throughout are left out; flaws are known only at the
        // end.
        let (opened, strict, used) = if strict || to != Format::Jsonl {
            let replay = Replay::new(source, opened)?;
            let open = || -> Result<(TableReader, Columns), ThreadError> {
                let mut table = TableReader::from_opened(replay.open()?, &wanted)?;
                let at = table.columns(map, &ColumnMap::default(), &[])?.columns;
                Ok((table, at))
            };
            let flawed = if strict {
                let (table, at) = open()?;
                flawed_rows_of(table, &at)?
            } else {
                HashMap::new()
            };
            let (table, at) = open()?;
            let used = used_columns(table, &at, |row| flawed.contains_key(&row.number))?;
            (replay.open()?, flawed, used)
        } else {
            (opened, HashMap::new(), Used::default())
        };
        let mut table = TableReader::from_opened(opened, &wanted)?;
        table.want_all();
        let Resolved { columns, guessed, .. } = table.columns(map, &ColumnMap::default(), &[])?;
        // Each line of JSON has only the keys for which it has values.
        let used =
            if to == Format::Jsonl { Used { known: Vec::new(), others: others(&table, &columns) } } else { used };
        Ok(Self { table, columns, used, to, strict, check: TreeCheck::default(), guessed })
    }

    /// Writes the rows to `out`, called `name` in messages; calls `refused` for each row that is not written.
    ///
    /// # Errors
    /// When reading or writing fails.
    pub(crate) fn write(
        mut self,
        out: impl Write + Send,
        name: &str,
        mut refused: impl FnMut(&Refused),
    ) -> Result<Converted, ThreadError> {
        let failed = |source: io::Error| ThreadError::Write { file: name.to_owned(), source };
        let mut rows = RowWriter::new(out, self.to, &self.used, |at| self.table.kind(at)).map_err(failed)?;
        let (mut row, mut taken, mut left) = (Row::default(), 0, 0);
        loop {
            let reason = match self.table.read(&mut row)? {
                Next::End => break,
                Next::Refused(refused) => Some(refused),
                Next::Row => self.strict.get(&row.number).map(|flaw| Refused {
                    file: self.table.file().to_owned(),
                    line: row.line,
                    reason: flaw.to_string(),
                }),
            };
            if let Some(reason) = reason {
                refused(&reason);
                left += 1;
                continue;
            }
            taken += 1;
            self.check(&row);
            rows.row(&row, &self.columns).map_err(failed)?;
        }
        rows.finish().map_err(failed)?;
        let file = self.table.file().to_owned();
        let (flaws, mut remarks) = (self.check.finish(), self.table.remarks());
        remarks.extend(nameless(&self.table).map(|what| Remark::new(&file, what)));
        Ok(Converted { file, rows: taken, refused: left, flaws, remarks })
    }

    /// Records what is odd about a row.
    fn check(&mut self, row: &Row) {
        self.check.quotes(row.line, self.table.flaw());
        let cell = |known| self.columns.cell(&row.cells, known);
        let (thread, text) = (cell(Known::ThreadId).unwrap_or_default(), cell(Known::Text).unwrap_or_default());
        match cell(Known::Id) {
            Some(id) => self.check.row(row.line, thread, id, cell(Known::ParentId), text),
            None => self.check.row(row.line, thread, &row.number.to_string(), cell(Known::ParentId), text),
        }
    }
}
