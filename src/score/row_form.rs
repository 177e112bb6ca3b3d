//! The form in which scored rows are written.

use std::borrow::Cow;

use crate::features::input::Input;
use crate::model::verdict::Verdict;
use crate::thread::columns::Columns;
use crate::thread::kind::Kind;
use crate::thread::known::Known;
use crate::thread::row::Row;

/// Writes scored rows. Rows are formatted in several threads, each with its own buffer.
pub(crate) trait RowForm: Sync {
    /// Appends what precedes the first row. `kept` are the input columns to keep in each row, `kinds` the kinds of
    /// their cells in the first input.
    fn begin(&mut self, kept: &[String], kinds: &[Kind], out: &mut Vec<u8>);

    /// Appends a row, or nothing where it is not wanted.
    fn row(&self, row: &ScoredRow<'_>, out: &mut Vec<u8>);
}

/// A row of a table and its verdict.
#[derive(Clone, Copy)]
pub(crate) struct ScoredRow<'a> {
    pub(crate) columns: &'a Columns,
    /// The positions of the kept columns; none if the table does not have one.
    pub(crate) kept: &'a [Option<usize>],
    pub(crate) row: &'a Row,
    /// As the model has read it.
    pub(crate) input: &'a Input<'a>,
    pub(crate) verdict: &'a Verdict,
}

impl<'a> ScoredRow<'a> {
    /// Its id, or the number of the row.
    pub(crate) fn id(&self) -> Cow<'a, str> {
        self.cell(Known::Id).map_or_else(|| Cow::Owned(self.row.number.to_string()), Cow::Borrowed)
    }

    /// The cell of a known column, if present.
    pub(crate) fn cell(&self, known: Known) -> Option<&'a str> {
        self.columns.cell(&self.row.cells, known)
    }

    /// The cells of the kept columns.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &'a str> {
        let row = self.row;
        self.kept.iter().map(|at| at.and_then(|at| row.cells.get(at)).unwrap_or_default())
    }
}
