//! What can go wrong when comments are read or written. A fault of one row is not here: see [`Refused`](super::Refused).

use std::fmt;
use std::io;

use thiserror::Error;

use crate::thread::nearest::nearest;

/// Why a file could not be read or written as a whole. Every message names the file, and what to do where that is known.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ThreadError {
    /// The file could not be opened.
    #[error("cannot open {file}: {source}")]
    Open {
        /// The path, or `standard input`.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// Reading broke off: the disk, the pipe, or cut-off compressed data.
    #[error("{file}:{line}: reading broke off: {source}")]
    Read {
        /// The path, or `standard input`.
        file: String,
        /// The 1-based line that was being read; 0 for a file that is read whole.
        line: u64,
        /// What the system or the decompressor said.
        source: io::Error,
    },
    /// The system refused to write it.
    #[error("cannot write {file}: {source}")]
    Write {
        /// The path, or `standard output`.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// There is nothing in it.
    #[error("{file} is empty")]
    Empty {
        /// The path, or `standard input`.
        file: String,
    },
    /// It holds bytes that no text has.
    #[error("{file} is not text: {what}")]
    Binary {
        /// The path, or `standard input`.
        file: String,
        /// What it seems to be, and what to do about it.
        what: &'static str,
    },
    /// Neither the name nor the content tells the format.
    #[error(
        "cannot tell the format of {file}: its name does not end in .csv, .tsv, .jsonl, .json, .txt or .html \
         (or one of them with .gz, .zst or .zip), and its content could be anything; name the format"
    )]
    UnknownFormat {
        /// The path, or `standard input`.
        file: String,
    },
    /// A format that is read or written otherwise.
    #[error("{file} is {found}, but {wanted} is needed here")]
    WrongFormat {
        /// The path, or `standard input`.
        file: String,
        /// The format that it has.
        found: &'static str,
        /// What was expected.
        wanted: &'static str,
    },
    /// A zip archive that does not hold one file that can be read.
    #[error("{file} is a zip archive that {error}")]
    Archive {
        /// The path, or `standard input`.
        file: String,
        /// What is wrong with it, after "that", and what to do.
        error: String,
    },
    /// A Zstandard file that takes more memory than is allowed to it.
    #[error(
        "{file} takes {} of memory to unpack, its Zstandard window being of 2^{window} bytes; 2^{allowed} are allowed",
        memory(*.window)
    )]
    ZstdWindow {
        /// The path, or `standard input`.
        file: String,
        /// The window, as a power of two.
        window: u32,
        /// What is allowed.
        allowed: u32,
    },
    /// No encoding has this name.
    #[error(
        "`{0}` is not an encoding; try utf-8, windows-1252, iso-8859-15, utf-16le, shift_jis or another WHATWG label"
    )]
    UnknownEncoding(String),
    /// Whole-document formats are held in memory, so their size is limited.
    #[error(
        "{file} is longer than {limit_mib} MiB once decompressed; a document of this format is read whole: split it, or convert it to CSV or JSONL"
    )]
    TooLarge {
        /// The path, or `standard input`.
        file: String,
        /// The most that is read, in MiB.
        limit_mib: u64,
    },
    /// One record runs on and on.
    #[error("{file}:{line}: the record that starts here is longer than {limit_mib} MiB; {cause}")]
    RecordTooLong {
        /// The path, or `standard input`.
        file: String,
        /// The 1-based line where it starts.
        line: u64,
        /// The most that is read, in MiB.
        limit_mib: u64,
        /// The likely cause.
        cause: &'static str,
    },
    /// The header of a table cannot be used.
    #[error("{file}:{line}: {reason}")]
    Header {
        /// The path, or `standard input`.
        file: String,
        /// The 1-based line where the header starts.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A column that is needed is not there.
    #[error("{file} has no column `{column}`{}{}; its columns are {}{hint}", because(.name, .column), meant(.column, .there), Listed(.there))]
    MissingColumn {
        /// The path, or `standard input`.
        file: String,
        /// The header that was looked for.
        column: String,
        /// The known name that it stands for.
        name: String,
        /// The headers that are there.
        there: Vec<String>,
        /// What to do.
        hint: String,
    },
    /// A mapping of a column that is not understood.
    #[error("`{value}`: {reason}")]
    ColumnMap {
        /// The mapping as it was given.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Standard input or a pipe, where rows that would only be warned of are to be refused.
    #[error("{file}: a table whose flawed rows are refused is read twice; store it in a file first")]
    ReadOnce {
        /// The path, or `standard input`.
        file: String,
    },
    /// It has another form than its name says, or none that is read.
    #[error("{file} seems to be {what}")]
    Foreign {
        /// The path, or `standard input`.
        file: String,
        /// What it seems to be, and how to bring it in.
        what: String,
    },
    /// A document without a single comment, and without a list for them that could be empty.
    #[error("{file}: no comment is found: {why}")]
    NoComment {
        /// The path, or `standard input`.
        file: String,
        /// What it seems to be, and how to bring its comments in.
        why: String,
    },
    /// A document is not what its format says.
    #[error("{file}: {reason}")]
    Document {
        /// The path, or `standard input`.
        file: String,
        /// What is wrong with it, with line and column where known.
        reason: String,
    },
}

impl ThreadError {
    /// The same of a file that messages call otherwise than by the name that told its format.
    pub(crate) fn of_file(self, called: &str) -> Self {
        let file = called.to_owned();
        match self {
            Self::Empty { .. } => Self::Empty { file },
            Self::Binary { what, .. } => Self::Binary { file, what },
            Self::UnknownFormat { .. } => Self::UnknownFormat { file },
            Self::Foreign { what, .. } => Self::Foreign { file, what },
            other => other,
        }
    }
}

impl ThreadError {
    /// The same of a file that seems to be something else than it was read as.
    pub(crate) fn seeming(self, seems: Option<&str>) -> Self {
        match (self, seems) {
            (Self::NoComment { file, why }, Some(seems)) => {
                Self::NoComment { file, why: format!("it seems to be {seems}; {why}") }
            }
            (error, _) => error,
        }
    }
}

/// What may have been meant, as the end of a sentence.
pub(crate) fn meant(wanted: &str, there: &[String]) -> String {
    let names = there.iter().map(String::as_str);
    nearest(wanted, names).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

/// So many bytes, as a power of two.
fn memory(log: u32) -> String {
    match log {
        30..60 => format!("{} GiB", 1_u64 << (log - 30)),
        20..30 => format!("{} MiB", 1_u64 << (log - 20)),
        _ => format!("2^{log} bytes"),
    }
}

fn because(name: &str, column: &str) -> String {
    if name == column { String::new() } else { format!(" (for `{name}`)") }
}

/// The most headers that a message lists.
const LISTED: usize = 40;

/// Headers one after the other, shortened where there are very many.
pub(crate) struct Listed<'a>(pub(crate) &'a [String]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for (i, header) in self.0.iter().take(LISTED).enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{header}")?;
        }
        match self.0.len().saturating_sub(LISTED) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_column_lists_those_that_are_there() {
        let error = ThreadError::MissingColumn {
            file: "a.csv".into(),
            column: "body".into(),
            name: "text".into(),
            there: vec!["id".into(), "comment".into()],
            hint: String::new(),
        };
        assert_eq!(error.to_string(), "a.csv has no column `body` (for `text`); its columns are id, comment");
    }
}
