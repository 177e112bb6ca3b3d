//! Rows of which the first is read before it is asked for.

use std::collections::VecDeque;

use crate::thread::error::ThreadError;
use crate::thread::kind::Kind;
use crate::thread::label_column::LabelColumn;
use crate::thread::row::{Next, Row};
use crate::thread::row_source::RowSource;

/// So many refusals may stand before the first row that is read.
const MOST: usize = 1_000;

/// A file in which there is nothing to read fails when it is opened, before anything is written of it.
pub(crate) struct ReadAhead {
    rows: Box<dyn RowSource>,
    /// The first row, and what was refused before it.
    first: VecDeque<(Next, Row)>,
}

impl ReadAhead {
    /// Reads the first row.
    ///
    /// # Errors
    /// When there is none that can be read.
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

    fn labels(&self) -> &[LabelColumn] {
        self.rows.labels()
    }

    fn kind(&self, column: usize) -> Kind {
        self.rows.kind(column)
    }
}
