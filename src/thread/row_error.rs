//! Why a row of a table cannot be used.

use crate::thread::row::RECORD_LIMIT;

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RowError {
    /// It is of another width than the header.
    #[error("{}", ragged(*.fields, *.width))]
    Ragged { fields: usize, width: usize },
    /// So it is, and its quotes do not pair up.
    #[error("{}, and text follows a closing quote", ragged(*.fields, *.width))]
    RaggedQuote { fields: usize, width: usize },
    /// Its quote goes on to the end.
    #[error("a quote is opened in this row and never closed")]
    OpenQuote,
    /// Its quote takes in other rows.
    #[error("a quote is opened in this row and {}, after other rows, which are read by themselves", close_of(*.closed))]
    RowsInQuotes {
        /// The line where it is closed, if it is.
        closed: Option<u64>,
    },
    /// A header, of which nothing tells where it ends.
    #[error("its quotes do not pair up")]
    UnevenQuotes,
    /// A cell in another encoding, counted from 1.
    #[error("cell {0} is not UTF-8; if the file has another encoding, name it with --encoding")]
    CellNotUtf8(usize),
    /// A byte of a line of JSON in another encoding, counted from 1.
    #[error("byte {0} of the line is not UTF-8; if the file has another encoding, name it with --encoding")]
    LineNotUtf8(usize),
    /// A cell with a NUL, counted from 1.
    #[error("cell {0} holds a NUL character")]
    CellWithNul(usize),
    /// A value of a line of JSON with a NUL.
    #[error("a value holds a NUL character")]
    ValueWithNul,
    /// It goes on and on.
    #[error("the line is longer than {} MiB", RECORD_LIMIT >> 20)]
    TooLong,
    /// A word for what is no number in JSON.
    #[error("{word} at column {column} is not JSON; write null where a value is missing")]
    Infinity { word: &'static str, column: usize },
    /// Its JSON cannot be used, as the parser says it.
    #[error("{0}")]
    Json(String),
}

fn ragged(fields: usize, width: usize) -> String {
    format!("{fields} cell{}, but the header has {width}", if fields == 1 { "" } else { "s" })
}

fn close_of(line: Option<u64>) -> String {
    line.map_or_else(|| "never closed".to_owned(), |line| format!("closed in line {line}"))
}
