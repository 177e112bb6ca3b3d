//! Writes Parquet tables column by column, in row groups of bounded size. The bytes depend only on the rows.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::thread::kind::{Kind, Unit, count, days};

/// A row group is written when it reaches this many rows or bytes.
const GROUP_ROWS: usize = 1 << 16;
const GROUP_BYTES: usize = 32 << 20;

/// The content of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'c> {
    /// Text; in a column of another kind, the value as text. An empty text is a missing value.
    Text(&'c str),
    Real(f64),
    Truth(bool),
    Nothing,
}

/// A table being written.
pub(crate) struct ParquetTable<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

/// A column's cells in the row group being filled.
struct Column {
    name: String,
    kind: Kind,
    /// For each row, 1 if it has a value.
    defined: Vec<i16>,
    values: Values,
}

enum Values {
    Text { text: Vec<u8>, ends: Vec<usize> },
    Long(Vec<i64>),
    Int(Vec<i32>),
    Double(Vec<f64>),
    Truth(Vec<bool>),
}

impl<W: Write + Send> ParquetTable<W> {
    /// Begins a table with these columns.
    ///
    /// # Errors
    /// When writing fails.
    pub(crate) fn new(out: W, columns: &[(String, Kind)]) -> io::Result<Self> {
        let fields = columns.iter().map(|(name, kind)| Ok(Arc::new(field(name, *kind)?)));
        let fields = fields.collect::<Result<Vec<_>, ParquetError>>().map_err(into_io_error)?;
        let schema = Type::group_type_builder("schema").with_fields(fields).build().map_err(into_io_error)?;
        let properties = WriterProperties::builder()
            .set_created_by(concat!("ombud version ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .build();
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(into_io_error)?;
        let columns = columns.iter().map(|(name, kind)| Column::new(name.clone(), *kind)).collect();
        Ok(Self { writer, columns, rows: 0, bytes: 0 })
    }

    /// Writes a row: one cell for each column.
    ///
    /// # Errors
    /// When writing fails, or a text is not of its column's kind.
    pub(crate) fn row<'c>(&mut self, cells: impl IntoIterator<Item = Cell<'c>>) -> io::Result<()> {
        let mut cells = cells.into_iter();
        for column in &mut self.columns {
            self.bytes += column.push(cells.next().unwrap_or(Cell::Nothing))?;
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
            self.end_group().map_err(into_io_error)
        } else {
            Ok(())
        }
    }

    /// Writes what is buffered, and returns the writer.
    ///
    /// # Errors
    /// When writing fails.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.end_group().map_err(into_io_error)?;
        }
        self.writer.into_inner().map_err(into_io_error)
    }

    fn end_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        let mut columns = self.columns.iter_mut();
        while let Some(mut writer) = group.next_column()? {
            if let Some(column) = columns.next() {
                column.write(writer.untyped())?;
            }
            writer.close()?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

impl Column {
    fn new(name: String, kind: Kind) -> Self {
        let values = match kind {
            Kind::Text => Values::Text { text: Vec::new(), ends: Vec::new() },
            Kind::Whole | Kind::Time { .. } => Values::Long(Vec::new()),
            Kind::Real => Values::Double(Vec::new()),
            Kind::Truth => Values::Truth(Vec::new()),
            Kind::Day => Values::Int(Vec::new()),
        };
        Self { name, kind, defined: Vec::new(), values }
    }

    /// Adds a cell; gives its size in bytes.
    fn push(&mut self, cell: Cell<'_>) -> io::Result<usize> {
        let is_there = !matches!(cell, Cell::Nothing | Cell::Text(""));
        self.defined.push(i16::from(is_there));
        if !is_there {
            return Ok(size_of::<i16>());
        }
        match (&mut self.values, cell) {
            (Values::Text { text, ends }, Cell::Text(cell)) => {
                text.extend_from_slice(cell.as_bytes());
                ends.push(text.len());
                return Ok(cell.len() + size_of::<usize>());
            }
            (Values::Double(values), Cell::Real(value)) => values.push(value),
            (Values::Truth(values), Cell::Truth(value)) => values.push(value),
            (values, Cell::Text(text)) => {
                if !values.push(text, self.kind) {
                    return Err(io::Error::other(format!(
                        "{text:?} is none of the {} that the column `{}` holds in the first input; leave the column out, or \
                         write CSV",
                        self.kind.told(),
                        self.name
                    )));
                }
            }
            _ => return Err(io::Error::other(format!("the column `{}` holds {}", self.name, self.kind.told()))),
        }
        Ok(size_of::<i64>())
    }

    /// Writes all cells and clears them.
    fn write(&mut self, writer: &mut ColumnWriter<'_>) -> Result<(), ParquetError> {
        let defined = Some(&self.defined[..]);
        match (&mut self.values, writer) {
            (Values::Text { text, ends }, ColumnWriter::ByteArrayColumnWriter(writer)) => {
                let all = ByteArray::from(std::mem::take(text));
                let begins = std::iter::once(0).chain(ends.iter().copied());
                let cells: Vec<ByteArray> =
                    begins.zip(ends.iter()).map(|(begin, end)| all.slice(begin, end - begin)).collect();
                writer.write_batch(&cells, defined, None)?;
                ends.clear();
            }
            (Values::Long(values), ColumnWriter::Int64ColumnWriter(writer)) => {
                writer.write_batch(values, defined, None)?;
                values.clear();
            }
            (Values::Int(values), ColumnWriter::Int32ColumnWriter(writer)) => {
                writer.write_batch(values, defined, None)?;
                values.clear();
            }
            (Values::Double(values), ColumnWriter::DoubleColumnWriter(writer)) => {
                writer.write_batch(values, defined, None)?;
                values.clear();
            }
            (Values::Truth(values), ColumnWriter::BoolColumnWriter(writer)) => {
                writer.write_batch(values, defined, None)?;
                values.clear();
            }
            _ => return Err(ParquetError::General(format!("the column {} is of another type", self.name))),
        }
        self.defined.clear();
        Ok(())
    }
}

impl Values {
    /// Parses a text as a value of `kind` and adds it; `false` if it is none.
    fn push(&mut self, text: &str, kind: Kind) -> bool {
        let pushed = match (self, kind) {
            (Self::Long(values), Kind::Time { unit, .. }) => count(text, unit).map(|value| values.push(value)),
            (Self::Long(values), _) => text.parse().ok().map(|value| values.push(value)),
            (Self::Int(values), _) => days(text).map(|value| values.push(value)),
            (Self::Double(values), _) => text.parse().ok().map(|value| values.push(value)),
            // Python writes `True`, a spreadsheet `TRUE`.
            (Self::Truth(values), _) => text.to_ascii_lowercase().parse().ok().map(|value| values.push(value)),
            (Self::Text { .. }, _) => None,
        };
        pushed.is_some()
    }
}

/// The Parquet field of a column. Any cell may be missing.
fn field(name: &str, kind: Kind) -> Result<Type, ParquetError> {
    let (physical, logical) = match kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Whole => (Physical::INT64, None),
        Kind::Real => (Physical::DOUBLE, None),
        Kind::Truth => (Physical::BOOLEAN, None),
        Kind::Day => (Physical::INT32, Some(LogicalType::Date)),
        Kind::Time { unit, utc } => {
            let unit = match unit {
                Unit::Millis => TimeUnit::MILLIS,
                Unit::Micros => TimeUnit::MICROS,
                Unit::Nanos => TimeUnit::NANOS,
            };
            (Physical::INT64, Some(LogicalType::timestamp(utc, unit)))
        }
    };
    Type::primitive_type_builder(name, physical)
        .with_logical_type(logical)
        .with_repetition(Repetition::OPTIONAL)
        .build()
}

/// Unwraps the system's own error, so that a closed pipe is recognised.
fn into_io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::export::Input;
    use crate::thread::formats::parquet::PARQUET;
    use crate::thread::row::{Next, Row};

    const TIME: Kind = Kind::Time { unit: Unit::Micros, utc: true };

    fn columns(kinds: &[Kind]) -> Vec<(String, Kind)> {
        kinds.iter().enumerate().map(|(at, kind)| (format!("c{at}"), *kind)).collect()
    }

    fn written(kinds: &[Kind], rows: &[&[Cell<'_>]]) -> io::Result<Vec<u8>> {
        let mut table = ParquetTable::new(Vec::new(), &columns(kinds))?;
        rows.iter().try_for_each(|row| table.row(row.iter().copied()))?;
        table.finish()
    }

    fn read(bytes: Vec<u8>) -> (Vec<Kind>, Vec<String>) {
        let reader = Box::new(io::Cursor::new(bytes));
        let mut rows = (PARQUET.open)(Input::new("a.parquet".to_owned(), reader)).unwrap();
        let kinds = (0..rows.header().len()).map(|at| rows.kind(at)).collect();
        let (mut all, mut row) = (Vec::new(), Row::default());
        while rows.read(&mut row).unwrap() == Next::Row {
            all.push(row.cells.iter().collect::<Vec<_>>().join("|"));
        }
        (kinds, all)
    }

    #[test]
    fn what_is_written_is_read_back_with_its_types() {
        let kinds = [Kind::Text, Kind::Whole, Kind::Real, Kind::Truth, Kind::Day, TIME];
        let texts = ["a\n\u{1f600}", "-7", "0.1", "true", "2026-05-01", "2026-05-01T10:15:00.25Z"];
        let row = texts.map(Cell::Text);
        let empty = [Cell::Text(""), Cell::Nothing, Cell::Text(""), Cell::Nothing, Cell::Text(""), Cell::Nothing];
        let own = [Cell::Nothing, Cell::Nothing, Cell::Real(0.5), Cell::Truth(false), Cell::Nothing, Cell::Nothing];
        let (types, rows) = read(written(&kinds, &[&row, &empty, &own]).unwrap());
        assert_eq!(types, kinds);
        assert_eq!(rows, [texts.join("|"), "|||||".to_owned(), "||0.5|false||".to_owned()]);
        assert_eq!(read(written(&kinds, &[]).unwrap()).1, Vec::<String>::new());
    }

    #[test]
    fn a_text_that_its_column_cannot_hold_is_an_error_that_names_both() {
        let error = written(&[Kind::Whole], &[&[Cell::Text("1.5")]]).unwrap_err().to_string();
        assert!(error.contains("\"1.5\"") && error.contains("whole numbers") && error.contains("`c0`"), "{error}");
    }

    #[test]
    fn many_rows_are_several_row_groups() {
        let numbers: Vec<String> = (0..GROUP_ROWS + 3).map(|number| number.to_string()).collect();
        let mut table = ParquetTable::new(Vec::new(), &columns(&[Kind::Text])).unwrap();
        numbers.iter().for_each(|number| table.row([Cell::Text(number)]).unwrap());
        assert_eq!(read(table.finish().unwrap()).1, numbers);
    }
}
