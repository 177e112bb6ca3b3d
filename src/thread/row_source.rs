//! What gives the comments of a file as rows.

use crate::thread::error::ThreadError;
use crate::thread::kind::Kind;
use crate::thread::label_column::{Asked, LabelColumn};
use crate::thread::row::{Next, Row};

/// Comments as rows, one after the other. Memory stays bounded however large the file is.
pub(crate) trait RowSource: Send {
    /// The names of the columns, in the order of a row's cells; those that are [known](crate::thread::known::Known) bear the
    /// known name.
    fn header(&self) -> &[String];

    /// What the cells of a column are, where the file says so.
    fn kind(&self, column: usize) -> Kind {
        let _ = column;
        Kind::Text
    }

    /// Reads the next comment into `row`: its line, and as many cells as the header has. The caller numbers it.
    ///
    /// # Errors
    /// When reading breaks off or what follows cannot be read; after that there are no more rows.
    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError>;

    /// Whether another row is there without reading on: the input may be a pipe.
    fn has_row(&self) -> bool {
        false
    }

    /// What a person should know of the file as a whole, once it is read to its end: without its name, and without a full
    /// stop.
    fn remarks(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// The columns that hold labels, where the format says which those are.
    fn labels(&self) -> &[LabelColumn] {
        &[]
    }

    /// Takes in which labels are wanted, where what a file says can be a label of one kind or of another. The header and the
    /// labels may then be others.
    fn ask(&mut self, asked: Asked<'_>) {
        let _ = asked;
    }

    /// From now on a row is what one annotator said of a comment, where they are several.
    fn by_annotator(&mut self) {}
}
