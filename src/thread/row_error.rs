//! Why a row of a table is unusable.

use crate::thread::row::RECORD_LIMIT;

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RowError {
    /// Its number of cells differs from the header's.
    #[error("{}", ragged(*.fields, *.width))]
    Ragged { fields: usize, width: usize },
    /// Its number of cells differs from the header's, and its quotes do not pair up.
    #[error("{}, and text follows a closing quote", ragged(*.fields, *.width))]
    RaggedQuote { fields: usize, width: usize },
    /// Its quote is open up to the end of the file.
    #[error("a quote is opened in this row and never closed")]
    OpenQuote,
    /// Its quoted cell swallows other rows.
    #[error("a quote is opened in this row and {}, after other rows, which are read by themselves", close_of(*.closed))]
    RowsInQuotes {
        /// The line where the quote is closed, if it is.
        closed: Option<u64>,
    },
    /// A header whose end cannot be found.
    #[error("its quotes do not pair up")]
    UnevenQuotes,
    /// A cell that is not UTF-8, counting from 1.
    #[error("cell {0} is not UTF-8; if the file has another encoding, name it with --encoding")]
    CellNotUtf8(usize),
    /// A byte in a line of JSON that is not UTF-8, counting from 1.
    #[error("byte {0} of the line is not UTF-8; if the file has another encoding, name it with --encoding")]
    LineNotUtf8(usize),
    /// A cell with a NUL, counting from 1.
    #[error("cell {0} holds a NUL character")]
    CellWithNul(usize),
    /// A value in a line of JSON with a NUL.
    #[error("a value holds a NUL character")]
    ValueWithNul,
    /// It is longer than a record may be.
    #[error("the line is longer than {} MiB", RECORD_LIMIT >> 20)]
    TooLong,
    /// A word for an infinite number, which JSON does not have.
    #[error("{word} at column {column} is not JSON; write null where a value is missing")]
    Infinity { word: &'static str, column: usize },
    /// Its JSON is unusable; the parser's message.
    #[error("{0}")]
    Json(String),
}

fn ragged(fields: usize, width: usize) -> String {
    let how = if width == 1 { " (a text that contains a delimiter is to stand in quotes)" } else { "" };
    format!("{fields} cell{}, but the header has {width}{how}", if fields == 1 { "" } else { "s" })
}

fn close_of(line: Option<u64>) -> String {
    line.map_or_else(|| "never closed".to_owned(), |line| format!("closed in line {line}"))
}
