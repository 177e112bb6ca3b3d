//! Scored rows as a table in Parquet.
//!
//! The columns are those of CSV, with types: a kept column has the type of the input, a class is text, a flag is true
//! or false, a probability a number. Missing values are null.
//!
//! Rows are made in several threads and written in one, so each is passed as bytes: its length, then for each cell its
//! type and content.

use std::io::{self, Write};
use std::sync::{Arc, OnceLock};

use crate::dataset::label::Label;
use crate::model::verdict::{Outcome, Verdict, Why};
use crate::report::csv::{CsvForm, CsvOptions, reasons_line};
use crate::report::only::Only;
use crate::score::row_form::{RowForm, ScoredRow};
use crate::thread::kind::Kind;
use crate::thread::parquet_table::{Cell, ParquetTable};

/// The columns, known once the first input is open.
type Columns = Arc<OnceLock<Vec<(String, Kind)>>>;

/// Rows on their way to a [`ParquetSink`].
pub(crate) struct ParquetRows<'a> {
    labels: &'a [Label],
    options: CsvOptions<'a>,
    only: Option<Only>,
    columns: Columns,
}

/// Takes the rows, and writes the table.
pub(crate) struct ParquetSink<W: Write + Send> {
    columns: Columns,
    state: State<W>,
    /// Bytes of a row that is not complete yet.
    rest: Vec<u8>,
}

enum State<W: Write + Send> {
    Waiting(W),
    Open(Box<ParquetTable<W>>),
    /// Beginning has failed.
    Failed,
}

/// A form of rows, and the writer.
pub(crate) fn parquet<'a, W: Write + Send>(
    labels: &'a [Label],
    options: CsvOptions<'a>,
    only: Option<Only>,
    out: W,
) -> (ParquetRows<'a>, ParquetSink<W>) {
    let columns = Columns::default();
    let sink = ParquetSink { columns: Arc::clone(&columns), state: State::Waiting(out), rest: Vec::new() };
    (ParquetRows { labels, options, only, columns }, sink)
}

const NOTHING: u8 = 0;
const TEXT: u8 = 1;
const REAL: u8 = 2;
const FALSE: u8 = 3;
const TRUE: u8 = 4;
/// The number of bytes of a length.
const LENGTH: usize = 4;

impl ParquetRows<'_> {
    /// The types of the columns that labels have, in the order of [`CsvForm::columns`].
    fn own_kinds(&self) -> Vec<Kind> {
        let mut kinds = Vec::new();
        for (place, label) in self.labels.iter().enumerate() {
            if label.classes().is_empty() {
                kinds.extend([Kind::Truth, Kind::Real]);
                kinds.extend(self.may_be_unsure(place).then_some(Kind::Truth));
            } else {
                kinds.push(Kind::Text);
                kinds.extend(label.classes().iter().map(|_| Kind::Real));
                kinds.push(Kind::Text);
            }
        }
        kinds.extend(self.options.reasons.then_some(Kind::Text));
        kinds
    }

    fn may_be_unsure(&self, label: usize) -> bool {
        self.options.unsure.get(label).is_some_and(|unsure| *unsure)
    }

    fn outcomes(&self, verdict: &Verdict, out: &mut Vec<u8>) {
        let real = |p: Option<f32>| p.filter(|p| !p.is_nan()).map_or(Cell::Nothing, |p| Cell::Real(f64::from(p)));
        let mut outcomes = verdict.outcomes.iter();
        for (place, label) in self.labels.iter().enumerate() {
            let outcome = outcomes.next();
            if label.classes().is_empty() {
                let (raised, p, is_unsure) = match outcome {
                    Some(Outcome::Flag { raised, unsure, p, .. }) => (Cell::Truth(*raised), *p, Cell::Truth(*unsure)),
                    _ => (Cell::Nothing, None, Cell::Nothing),
                };
                push(raised, out);
                push(real(p), out);
                if self.may_be_unsure(place) {
                    push(is_unsure, out);
                }
            } else {
                let (class, why, p) = match outcome {
                    Some(Outcome::Stance { class, p }) => {
                        (class.ok().and_then(|class| label.classes().get(class)), class.err(), &p[..])
                    }
                    _ => (None, None, &[][..]),
                };
                push(class.map_or(Cell::Nothing, |class| Cell::Text(class)), out);
                for class in 0..label.classes().len() {
                    push(real(p.get(class).copied()), out);
                }
                push(why.map_or(Cell::Nothing, |why| Cell::Text(Why::name(why))), out);
            }
        }
    }
}

impl RowForm for ParquetRows<'_> {
    fn begin(&mut self, kept: &[String], kinds: &[Kind], _out: &mut Vec<u8>) {
        let names = CsvForm::new(self.labels, kept, self.options).columns();
        let kept = (0..kept.len()).map(|at| kinds.get(at).copied().unwrap_or_default());
        let kinds = std::iter::once(Kind::Text).chain(kept).chain(self.own_kinds());
        // Nobody begins twice.
        let _ = self.columns.set(names.into_iter().zip(kinds).collect());
    }

    fn row(&self, row: &ScoredRow<'_>, out: &mut Vec<u8>) {
        if self.only.is_some_and(|only| !only.holds(row.verdict)) {
            return;
        }
        let begin = out.len();
        out.extend_from_slice(&[0; LENGTH]);
        push(Cell::Text(&row.id()), out);
        row.kept().for_each(|cell| push(Cell::Text(cell), out));
        self.outcomes(row.verdict, out);
        if self.options.reasons {
            push(Cell::Text(&reasons_line(self.labels, row.verdict, row.input.text)), out);
        }
        let length = (out.len() - begin - LENGTH) as u32;
        if let Some(place) = out.get_mut(begin..begin + LENGTH) {
            place.copy_from_slice(&length.to_le_bytes());
        }
    }
}

fn push(cell: Cell<'_>, out: &mut Vec<u8>) {
    match cell {
        Cell::Nothing => out.push(NOTHING),
        Cell::Truth(truth) => out.push(if truth { TRUE } else { FALSE }),
        Cell::Real(real) => {
            out.push(REAL);
            out.extend_from_slice(&real.to_le_bytes());
        }
        Cell::Text(text) => {
            out.push(TEXT);
            out.extend_from_slice(&(text.len() as u32).to_le_bytes());
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// The cells of a row, as [`push`] wrote them.
struct Cells<'r>(&'r [u8]);

impl<'r> Cells<'r> {
    fn take(&mut self, length: usize) -> Option<&'r [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

impl<'r> Iterator for Cells<'r> {
    type Item = Cell<'r>;

    fn next(&mut self) -> Option<Cell<'r>> {
        Some(match *self.take(1)?.first()? {
            TEXT => {
                let length = u32::from_le_bytes(self.take(LENGTH)?.try_into().ok()?);
                Cell::Text(std::str::from_utf8(self.take(length as usize)?).ok()?)
            }
            REAL => Cell::Real(f64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            FALSE => Cell::Truth(false),
            TRUE => Cell::Truth(true),
            _ => Cell::Nothing,
        })
    }
}

impl<W: Write + Send> ParquetSink<W> {
    /// Writes what is left, and returns the writer.
    ///
    /// # Errors
    /// When that fails.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.table()?;
        match self.state {
            State::Open(table) => table.finish(),
            State::Waiting(_) | State::Failed => Err(io::Error::other("nothing was begun")),
        }
    }

    fn table(&mut self) -> io::Result<&mut ParquetTable<W>> {
        if matches!(self.state, State::Waiting(_))
            && let State::Waiting(out) = std::mem::replace(&mut self.state, State::Failed)
        {
            let columns = self.columns.get().map(Vec::as_slice).unwrap_or_default();
            self.state = State::Open(Box::new(ParquetTable::new(out, columns)?));
        }
        match &mut self.state {
            State::Open(table) => Ok(table),
            State::Waiting(_) | State::Failed => Err(io::Error::other("nothing can be written")),
        }
    }

    /// Writes the rows that are whole.
    fn rows(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut at = 0;
        while let Some((length, rest)) = bytes.get(at..).and_then(<[u8]>::split_first_chunk::<LENGTH>)
            && let Some(row) = rest.get(..u32::from_le_bytes(*length) as usize)
        {
            self.table()?.row(Cells(row))?;
            at += LENGTH + row.len();
        }
        Ok(at)
    }
}

impl<W: Write + Send> Write for ParquetSink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            let used = self.rows(bytes)?;
            self.rest.extend_from_slice(bytes.get(used..).unwrap_or_default());
        } else {
            let mut all = std::mem::take(&mut self.rest);
            all.extend_from_slice(bytes);
            let used = self.rows(&all)?;
            all.drain(..used);
            self.rest = all;
        }
        Ok(bytes.len())
    }

    /// A row group is written when it is full; half a table cannot be read.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
