//! Sources that yield the comments of a file as rows.

use crate::thread::error::ThreadError;
use crate::thread::kind::Kind;
use crate::thread::label_column::{Asked, LabelColumn};
use crate::thread::row::{Next, Row};

/// Comments as rows, one after the other. Memory stays bounded, however large the file.
pub(crate) trait RowSource: Send {
    /// The names of the columns, in the order of a row's cells; [known](crate::thread::known::Known) columns have their
    /// known names.
    fn header(&self) -> &[String];

    /// What the cells of a column hold, if the file says so.
    fn kind(&self, column: usize) -> Kind {
        let _ = column;
        Kind::Text
    }

    /// Reads the next comment into `row`: its line, and as many cells as the header has. The caller numbers it.
    ///
    /// # Errors
    /// When reading fails or what follows cannot be parsed; after that there are no more rows.
    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError>;

    /// Whether another row can be read without waiting for input, which may be a pipe.
    fn has_row(&self) -> bool {
        false
    }

    /// Remarks about the whole file, once it is read to its end; without the file's name or a full stop.
    fn remarks(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// Remarks about how the file was read, which may be wrong; otherwise as [`remarks`](Self::remarks).
    fn doubts(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// The columns that hold labels, if the format says which those are.
    fn labels(&self) -> &[LabelColumn] {
        &[]
    }

    /// States which labels are wanted, for files whose content can be read as labels of different kinds. The header and
    /// the labels may change.
    fn ask(&mut self, asked: Asked<'_>) {
        let _ = asked;
    }

    /// From now on, each row is one annotator's annotation of a comment, if there are several annotators.
    fn by_annotator(&mut self) {}
}
