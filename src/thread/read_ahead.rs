//! A row source whose first row is read in advance.

use std::collections::VecDeque;

use crate::thread::error::ThreadError;
use crate::thread::kind::Kind;
use crate::thread::label_column::LabelColumn;
use crate::thread::row::{Next, Row};
use crate::thread::row_source::RowSource;

/// The most refusals accepted before the first readable row.
const MOST: usize = 1_000;

/// Makes a file with nothing to read fail on opening, before any output is written.
pub(crate) struct ReadAhead {
    rows: Box<dyn RowSource>,
    /// The first row, and the refusals before it.
    first: VecDeque<(Next, Row)>,
}

impl ReadAhead {
    /// Reads the first row.
    ///
    /// # Errors
    /// When no row can be read.
    pub(crate) fn new(mut rows: Box<dyn RowSource>) -> Result<Self, ThreadError> {
        let mut first = VecDeque::new();
        loop {
            let mut row = Row::default();
            let next = rows.read(&mut row)?;
            let is_refused = matches!(next, Next::Refused(_));
            first.push_back((next, row));
            if !is_refused || first.len() > MOST {
                return Ok(Self { rows, first });
            }
        }
    }
}

impl RowSource for ReadAhead {
    fn header(&self) -> &[String] {
        self.rows.header()
    }

    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        match self.first.pop_front() {
            Some((next, first)) => {
                *row = first;
                Ok(next)
            }
            None => self.rows.read(row),
        }
    }

    fn has_row(&self) -> bool {
        !self.first.is_empty() || self.rows.has_row()
    }

    fn remarks(&mut self) -> Vec<String> {
        self.rows.remarks()
    }

    fn doubts(&mut self) -> Vec<String> {
        self.rows.doubts()
    }

    fn labels(&self) -> &[LabelColumn] {
        self.rows.labels()
    }

    fn kind(&self, column: usize) -> Kind {
        self.rows.kind(column)
    }
}
