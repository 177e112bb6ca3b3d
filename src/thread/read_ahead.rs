//! Rows of which the first is read before it is asked for.

use crate::thread::error::ThreadError;
use crate::thread::kind::Kind;
use crate::thread::label_column::LabelColumn;
use crate::thread::row::{Next, Row};
use crate::thread::row_source::RowSource;

/// A file in which there is nothing to read fails when it is opened, before anything is written of it.
pub(crate) struct ReadAhead {
    rows: Box<dyn RowSource>,
    first: Option<(Next, Row)>,
}

impl ReadAhead {
    /// Reads the first row.
    ///
    /// # Errors
    /// When there is none that can be read.
    pub(crate) fn new(mut rows: Box<dyn RowSource>) -> Result<Self, ThreadError> {
        let mut row = Row::default();
        let next = rows.read(&mut row)?;
        Ok(Self { rows, first: Some((next, row)) })
    }
}

impl RowSource for ReadAhead {
    fn header(&self) -> &[String] {
        self.rows.header()
    }

    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        match self.first.take() {
            Some((next, first)) => {
                *row = first;
                Ok(next)
            }
            None => self.rows.read(row),
        }
    }

    fn has_row(&self) -> bool {
        self.first.is_some() || self.rows.has_row()
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
