//! Reads Parquet tables row group by row group. For each column, a few hundred rows are in memory, plus the page they
//! are on.

use std::fs::File;
use std::io::{Read as _, Seek as _};

use parquet::column::reader::get_column_reader;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, RowGroupReader, SerializedFileReader};

use crate::thread::error::ThreadError;
use crate::thread::export::{Export, Input};
use crate::thread::formats::parquet_classes;
use crate::thread::formats::parquet_columns::{Column, Leaf, columns};
use crate::thread::formats::parquet_depth;
use crate::thread::formats::parquet_guard::guarded;
use crate::thread::formats::parquet_pages::{CheckedPages, Shared};
use crate::thread::formats::parquet_values::{Unwritten, Values};
use crate::thread::header::refuse_duplicates;
use crate::thread::kind::Kind;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::row_error::RowError;
use crate::thread::row_source::RowSource;
use crate::thread::spooled::spooled;
use crate::thread::stop;

pub(crate) static PARQUET: Export = Export {
    name: "parquet",
    what: "a table in Parquet",
    recognised: "begins with `PAR1`",
    is_document: false,
    is: |head| head.bytes.starts_with(MAGIC),
    open,
};

const MAGIC: &[u8] = b"PAR1";

/// How many rows are read at a time.
const BATCH: usize = 256;

fn open(input: Input) -> Result<Box<dyn RowSource>, ThreadError> {
    let name = input.file;
    // An uncompressed file need not be copied.
    let mut file = match input.path.and_then(|path| stored(File::open(path).ok()?)) {
        Some(file) => file,
        None => spooled(input.reader, &name)?,
    };
    if let Err(refusal) = parquet_depth::check(&mut file) {
        return Err(ThreadError::Document { file: name, reason: refusal.to_string() });
    }
    let failed = |error: ParquetError| ThreadError::Document {
        file: name.clone(),
        reason: format!("it is no whole table in Parquet: {error}"),
    };
    let reader = guarded(|| SerializedFileReader::new(file)).map_err(failed)?;
    let columns = columns(reader.metadata().file_metadata().schema_descr());
    let header: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    refuse_duplicates(&name, 0, &header)?;
    let rows = reader.metadata().file_metadata().num_rows();
    let classes = parquet_classes::remarks(reader.metadata().file_metadata());
    Ok(Box::new(ParquetRows {
        file: name,
        reader,
        columns,
        header,
        group: 0,
        left_in_group: 0,
        left_in_batch: 0,
        values: Vec::new(),
        at: 0,
        left: u64::try_from(rows).unwrap_or_default(),
        no_texts: 0,
        no_times: 0,
        cell: String::new(),
        classes,
    }))
}

/// The file, if it is a Parquet file as stored.
fn stored(mut file: File) -> Option<File> {
    let mut magic = [0; MAGIC.len()];
    file.read_exact(&mut magic).ok()?;
    file.rewind().ok()?;
    (magic == MAGIC).then_some(file)
}

struct ParquetRows {
    file: String,
    reader: SerializedFileReader<File>,
    columns: Vec<Column>,
    header: Vec<String>,
    /// The next row group.
    group: usize,
    left_in_group: usize,
    left_in_batch: usize,
    /// The values of each column; for a map, those of its keys and those of its values.
    values: Vec<(Values, Option<Values>)>,
    /// How many rows were read, and how many more the file claims.
    at: u64,
    left: u64,
    /// Values that are not text, and values that are not a valid time.
    no_texts: u64,
    no_times: u64,
    cell: String,
    /// What the numbers of classes mean.
    classes: Vec<String>,
}

impl ParquetRows {
    /// Makes sure that there is a row to hand out; `false` if there are no more.
    fn fill(&mut self) -> Result<bool, ParquetError> {
        while self.left_in_group == 0 && self.left_in_batch == 0 {
            if self.group == self.reader.num_row_groups() {
                return Ok(false);
            }
            let group = self.reader.get_row_group(self.group)?;
            let held = Shared::default();
            let open = |leaf: &Leaf| opened(&*group, leaf, &held);
            let values = self.columns.iter().map(|column| {
                let values = column.values.as_ref().map(open).transpose()?;
                Ok::<_, ParquetError>((open(&column.leaf)?, values))
            });
            self.values = values.collect::<Result<_, ParquetError>>()?;
            let rows = usize::try_from(group.metadata().num_rows());
            self.left_in_group =
                rows.map_err(|_| ParquetError::General("a group of its rows has fewer than none".to_owned()))?;
            self.group += 1;
        }
        if self.left_in_batch == 0 {
            let rows = self.left_in_group.min(BATCH);
            for (values, others) in &mut self.values {
                values.fill(rows)?;
                others.as_mut().map_or(Ok(()), |others| others.fill(rows))?;
            }
            self.left_in_group -= rows;
            self.left_in_batch = rows;
        }
        Ok(true)
    }

    /// Stops after an error: there are no more rows.
    fn end(&mut self) {
        (self.group, self.left_in_group, self.left_in_batch, self.left) = (self.reader.num_row_groups(), 0, 0, 0);
    }
}

impl RowSource for ParquetRows {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn kind(&self, column: usize) -> Kind {
        self.columns.get(column).map(Column::kind).unwrap_or_default()
    }

    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        row.line = self.at + 1;
        let filled = stop::go_on().map_err(ParquetError::from).and_then(|()| guarded(|| self.fill()));
        match filled {
            Ok(true) => {}
            Ok(false) => {
                self.end();
                return Ok(Next::End);
            }
            Err(error) => {
                self.end();
                let (file, source) = (self.file.clone(), std::io::Error::other(told(error)));
                return Err(ThreadError::Read { file, line: row.line, source });
            }
        }
        self.at += 1;
        self.left_in_batch -= 1;
        self.left = self.left.saturating_sub(1);
        row.cells.clear();
        let mut fault = None;
        for (place, (values, others)) in self.values.iter_mut().enumerate() {
            self.cell.clear();
            let written = match others {
                Some(others) => values.next_map(others, &mut self.cell),
                None => values.next(&mut self.cell),
            };
            match written {
                Ok(()) => {}
                Err(Unwritten::NotUtf8) => fault = fault.or(Some(RowError::CellNotUtf8(place + 1))),
                Err(Unwritten::NoText) => self.no_texts += 1,
                Err(Unwritten::NoTime) => self.no_times += 1,
            }
            if self.cell.contains('\0') {
                fault = fault.or(Some(RowError::CellWithNul(place + 1)));
            }
            row.cells.push(&self.cell);
        }
        Ok(match fault {
            None => Next::Row,
            Some(fault) => {
                Next::Refused(Refused { file: self.file.clone(), line: row.line, reason: fault.to_string() })
            }
        })
    }

    fn has_row(&self) -> bool {
        self.left > 0
    }

    fn remarks(&mut self) -> Vec<String> {
        let mut told = std::mem::take(&mut self.classes);
        for (count, what) in [
            (std::mem::take(&mut self.no_texts), "no text (a picture, perhaps)"),
            (std::mem::take(&mut self.no_times), "a time that no calendar has"),
        ] {
            match count {
                0 => {}
                1 => told.push(format!("1 cell holds {what} and is read as empty")),
                _ => told.push(format!("{count} cells hold {what} and are read as empty")),
            }
        }
        told
    }
}

/// Opens a column of a row group; `held` counts the bytes of its pages in memory.
fn opened(group: &dyn RowGroupReader, leaf: &Leaf, held: &Shared) -> Result<Values, ParquetError> {
    let (column, listed) = (group.metadata().column(leaf.index).column_descr_ptr(), Shared::default());
    let pages = CheckedPages {
        pages: group.get_column_page_reader(leaf.index)?,
        column: column.clone(),
        rows: BATCH,
        listed: listed.clone(),
        held: held.clone(),
        dictionary: 0,
        page: 0,
    };
    Ok(Values::new(leaf.clone(), get_column_reader(column, Box::new(pages)), listed))
}

/// Adds a remedy if there is one: for an unsupported codec, the library says only that a feature is disabled.
fn told(error: ParquetError) -> ParquetError {
    let what = error.to_string();
    match what.rsplit_once("Disabled feature at compile time: ") {
        Some((_, codec)) => ParquetError::General(format!(
            "it is compressed with {codec}, which is not read: write it with zstd, snappy or gzip"
        )),
        None => error,
    }
}
