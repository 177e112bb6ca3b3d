//! Comments as rows of a table, written one by one.

use std::io::{self, Write};

use crate::thread::columns::Columns;
use crate::thread::error::ThreadError;
use crate::thread::fields::Fields;
use crate::thread::format::Format;
#[cfg(feature = "parquet")]
use crate::thread::formats::parquet::PARQUET;
#[cfg(feature = "parquet")]
use crate::thread::kind::Kind;
use crate::thread::known::Known;
#[cfg(feature = "parquet")]
use crate::thread::parquet_table::{Cell, ParquetTable};
use crate::thread::row::{Next, Row};
use crate::thread::table::TableReader;

/// The columns that comments are written in; those that nothing has are left out.
pub(crate) const COLUMNS: [Known; 12] = [
    Known::Id,
    Known::ParentId,
    Known::ThreadId,
    Known::ArticleId,
    Known::ArticleTitle,
    Known::ArticleText,
    Known::Target,
    Known::ParentText,
    Known::Context,
    Known::Author,
    Known::CreatedAt,
    Known::Text,
];

/// Columns that are written even if every cell is empty.
const ALWAYS: [Known; 2] = [Known::Id, Known::Text];

/// Writes CSV, TSV, JSONL or Parquet row by row.
pub(crate) struct RowWriter<W: Write + Send> {
    form: Form<W>,
}

enum Form<W: Write + Send> {
    Cells(Box<csv::Writer<W>>, Vec<Known>),
    Lines(W),
    #[cfg(feature = "parquet")]
    Parquet(Box<ParquetTable<W>>, Vec<Known>),
}

impl<W: Write + Send> RowWriter<W> {
    /// Writes the header of a form that has one: the columns of [`used_columns`]. In JSONL each row has the keys that it
    /// has values for.
    ///
    /// # Errors
    /// When writing fails, or the form is no table.
    pub(crate) fn new(out: W, format: Format, used: &[Known]) -> io::Result<Self> {
        let delimiter = match format {
            Format::Csv => b',',
            Format::Tsv => b'\t',
            Format::Jsonl => return Ok(Self { form: Form::Lines(out) }),
            #[cfg(feature = "parquet")]
            Format::Export(export) if *export == PARQUET => {
                let columns: Vec<(String, Kind)> =
                    used.iter().map(|column| (column.name().to_owned(), Kind::Text)).collect();
                let table = ParquetTable::new(out, &columns)?;
                return Ok(Self { form: Form::Parquet(Box::new(table), used.to_vec()) });
            }
            other => return Err(io::Error::other(format!("{} is no table", other.name()))),
        };
        let mut table = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
        table.write_record(used.iter().map(|column| column.name())).map_err(own)?;
        Ok(Self { form: Form::Cells(Box::new(table), used.to_vec()) })
    }

    /// Writes a row of a table. Its number stands in for an id.
    ///
    /// # Errors
    /// When writing fails.
    pub(crate) fn row(&mut self, row: &Row, at: &Columns) -> io::Result<()> {
        let number = if at.cell(&row.cells, Known::Id).is_none() { row.number.to_string() } else { String::new() };
        self.comment(|column| match (column, at.cell(&row.cells, column)) {
            (Known::Id, None) => Some(&number),
            (Known::Text, None) => Some(""),
            (_, cell) => cell,
        })
    }

    /// Writes what `cell` has for each column.
    pub(crate) fn comment<'c>(&mut self, cell: impl Fn(Known) -> Option<&'c str>) -> io::Result<()> {
        match &mut self.form {
            Form::Cells(table, columns) => {
                table.write_record(columns.iter().map(|&column| cell(column).unwrap_or_default())).map_err(own)
            }
            #[cfg(feature = "parquet")]
            Form::Parquet(table, columns) => {
                table.row(columns.iter().map(|&column| cell(column).map_or(Cell::Nothing, Cell::Text)))
            }
            Form::Lines(out) => {
                let mut fields = Fields::open(&mut *out)?;
                for column in COLUMNS {
                    fields.add(column.name(), cell(column))?;
                }
                fields.close()?;
                out.write_all(b"\n")
            }
        }
    }

    /// Writes what is left, and gives the writer back.
    ///
    /// # Errors
    /// When that fails.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self.form {
            Form::Cells(table, _) => table.into_inner().map_err(csv::IntoInnerError::into_error),
            Form::Lines(out) => Ok(out),
            #[cfg(feature = "parquet")]
            Form::Parquet(table, _) => table.finish(),
        }
    }
}

/// The system's own error, so that a closed pipe is known for one.
fn own(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The columns for which `is_used` holds, and those that are always written.
pub(crate) fn columns(is_used: impl Fn(Known) -> bool) -> Vec<Known> {
    COLUMNS.into_iter().filter(|column| ALWAYS.contains(column) || is_used(*column)).collect()
}

/// The columns of a table that any row has something in, but for rows that are left out. It reads no further than it must
/// to know.
///
/// # Errors
/// When reading breaks off.
pub(crate) fn used_columns(
    mut table: TableReader,
    at: &Columns,
    left_out: impl Fn(&Row) -> bool,
) -> Result<Vec<Known>, ThreadError> {
    let mut open: Vec<Known> = COLUMNS.into_iter().filter(|c| !ALWAYS.contains(c) && at.index(*c).is_some()).collect();
    let (mut used, mut row) = (Vec::new(), Row::default());
    while !open.is_empty() {
        match table.read(&mut row)? {
            Next::End => break,
            Next::Refused(_) => {}
            Next::Row if left_out(&row) => {}
            Next::Row => open.retain(|column| {
                let is_open = at.cell(&row.cells, *column).is_none();
                if !is_open {
                    used.push(*column);
                }
                is_open
            }),
        }
    }
    Ok(columns(|column| used.contains(&column)))
}
