//! Writes comments as rows of a table, one by one.

use std::io::{self, Write};

use crate::thread::columns::Columns;
use crate::thread::error::ThreadError;
use crate::thread::fields::Fields;
use crate::thread::format::Format;
#[cfg(feature = "parquet")]
use crate::thread::formats::parquet::PARQUET;
use crate::thread::kind::Kind;
use crate::thread::known::Known;
use crate::thread::known_cells::{ALWAYS, columns};
#[cfg(feature = "parquet")]
use crate::thread::parquet_table::{Cell, ParquetTable};
use crate::thread::row::{Next, Row};
use crate::thread::table::TableReader;

/// The columns to write: known ones, then others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Used {
    pub(crate) known: Vec<Known>,
    /// Their names, and their positions in the source table.
    pub(crate) others: Vec<(String, usize)>,
}

/// Writes CSV, TSV, JSONL or Parquet row by row.
pub(crate) struct RowWriter<W: Write + Send> {
    form: Form<W>,
    others: Vec<(String, usize)>,
    /// Whether nothing is written yet.
    is_first: bool,
}

enum Form<W: Write + Send> {
    Cells(Box<csv::Writer<W>>, Vec<Known>),
    Lines(W),
    #[cfg(feature = "parquet")]
    Parquet(Box<ParquetTable<W>>, Vec<Known>),
}

impl<W: Write + Send> RowWriter<W> {
    /// Writes the header, if the form has one, with the columns of [`used_columns`]. In JSONL, each row has only the
    /// keys for which it has values. `kind` gives the kind of cells in a column of the source table.
    ///
    /// # Errors
    /// When writing fails, or the form is not a table.
    pub(crate) fn new(out: W, format: Format, used: &Used, kind: impl Fn(usize) -> Kind) -> io::Result<Self> {
        #[cfg(not(feature = "parquet"))]
        let _ = kind;
        let others = used.others.clone();
        let delimiter = match format {
            Format::Csv => b',',
            Format::Tsv => b'\t',
            Format::Jsonl => return Ok(Self { form: Form::Lines(out), others, is_first: true }),
            #[cfg(feature = "parquet")]
            Format::Export(export) if *export == PARQUET => {
                // Ids and what people wrote are text, whatever they look like.
                let known = used.known.iter().map(|column| (column.name().to_owned(), Kind::Text));
                let columns: Vec<(String, Kind)> =
                    known.chain(others.iter().map(|(name, at)| (name.clone(), kind(*at)))).collect();
                let form = Form::Parquet(Box::new(ParquetTable::new(out, &columns)?), used.known.clone());
                return Ok(Self { form, others, is_first: true });
            }
            other => return Err(io::Error::other(format!("{} is no table", other.name()))),
        };
        let mut table = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
        let names = used.known.iter().map(|column| column.name());
        table.write_record(names.chain(others.iter().map(|(name, _)| name.as_str()))).map_err(into_io_error)?;
        Ok(Self { form: Form::Cells(Box::new(table), used.known.clone()), others, is_first: true })
    }

    /// Writes a row of a table. Its number stands in for a missing id.
    ///
    /// # Errors
    /// When writing fails.
    pub(crate) fn row(&mut self, row: &Row, at: &Columns) -> io::Result<()> {
        let number = if at.written(&row.cells, Known::Id).is_none() { row.number.to_string() } else { String::new() };
        let known = |column| match (column, at.written(&row.cells, column)) {
            (Known::Id, None) => Some(number.as_str()),
            (Known::Text, None) => Some(""),
            (_, cell) => cell,
        };
        self.write(known, |at| row.cells.get(at).filter(|cell| !cell.is_empty()))
    }

    /// Writes what `cell` gives for each column.
    pub(crate) fn comment<'c>(&mut self, cell: impl Fn(Known) -> Option<&'c str>) -> io::Result<()> {
        self.write(cell, |_| None)
    }

    fn write<'c>(
        &mut self,
        cell: impl Fn(Known) -> Option<&'c str>,
        other: impl Fn(usize) -> Option<&'c str>,
    ) -> io::Result<()> {
        match &mut self.form {
            Form::Cells(table, columns) => {
                let known = columns.iter().map(|&column| cell(column).unwrap_or_default());
                let others = self.others.iter().map(|(_, at)| other(*at).unwrap_or_default());
                table.write_record(known.chain(others)).map_err(into_io_error)
            }
            #[cfg(feature = "parquet")]
            Form::Parquet(table, columns) => {
                let known = columns.iter().map(|&column| cell(column));
                let all = known.chain(self.others.iter().map(|(_, at)| other(*at)));
                table.row(all.map(|cell| cell.map_or(Cell::Nothing, Cell::Text)))
            }
            Form::Lines(out) => {
                let mut fields = Fields::open(&mut *out)?;
                for column in Known::ALL {
                    fields.add(column.name(), cell(column))?;
                }
                // Some readers take the keys of the first line for the columns.
                let is_first = std::mem::take(&mut self.is_first);
                for (name, at) in &self.others {
                    match other(*at) {
                        None if is_first => fields.add_null(name)?,
                        value => fields.add(name, value)?,
                    }
                }
                fields.close()?;
                out.write_all(b"\n")
            }
        }
    }

    /// Writes what is buffered, and returns the writer.
    ///
    /// # Errors
    /// When writing fails.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self.form {
            Form::Cells(table, _) => table.into_inner().map_err(csv::IntoInnerError::into_error),
            Form::Lines(out) => Ok(out),
            #[cfg(feature = "parquet")]
            Form::Parquet(table, _) => table.finish(),
        }
    }
}

/// Unwraps the system's own error, so that a closed pipe is recognised.
fn into_io_error(error: csv::Error) -> io::Error {
    let message = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other(message),
    }
}

/// The columns of a table that are not known, by name and position.
pub(crate) fn others(table: &TableReader, at: &Columns) -> Vec<(String, usize)> {
    let known: Vec<usize> = Known::ALL.into_iter().filter_map(|known| at.index(known)).collect();
    let names = table.header().iter().cloned().zip(0..);
    // A column with a known name is represented by what was mapped to that name.
    names.filter(|(name, at)| !known.contains(at) && Known::of_name(name).is_none() && !name.is_empty()).collect()
}

/// The remark about columns left out because they have no name.
pub(crate) fn nameless(table: &TableReader) -> Option<String> {
    match table.header().iter().filter(|name| name.is_empty()).count() {
        0 => None,
        1 => Some("a column without a name is left out".to_owned()),
        count => Some(format!("{count} columns without a name are left out")),
    }
}

/// The columns in which any row has a value, ignoring rows that are left out. It reads only as far as it must.
///
/// # Errors
/// When reading fails.
pub(crate) fn used_columns(
    mut table: TableReader,
    at: &Columns,
    left_out: impl Fn(&Row) -> bool,
) -> Result<Used, ThreadError> {
    let mut open: Vec<Known> =
        Known::ALL.into_iter().filter(|c| !ALWAYS.contains(c) && at.index(*c).is_some()).collect();
    let mut others = others(&table, at);
    let mut others_open: Vec<usize> = others.iter().map(|(_, at)| *at).collect();
    let (mut used, mut row) = (Vec::new(), Row::default());
    while !open.is_empty() || !others_open.is_empty() {
        match table.read(&mut row)? {
            Next::End => break,
            Next::Refused(_) => {}
            Next::Row if left_out(&row) => {}
            Next::Row => {
                open.retain(|column| {
                    let is_open = at.written(&row.cells, *column).is_none();
                    if !is_open {
                        used.push(*column);
                    }
                    is_open
                });
                others_open.retain(|at| row.cells.get(*at).is_none_or(str::is_empty));
            }
        }
    }
    others.retain(|(_, at)| !others_open.contains(at));
    Ok(Used { known: columns(|column| used.contains(&column)), others })
}
