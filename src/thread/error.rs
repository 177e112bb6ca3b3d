//! What can go wrong when comments are read or written. Faults of single rows are in [`Refused`](super::Refused).

use std::fmt;
use std::io;

use thiserror::Error;

use crate::thread::nearest::nearest;

/// Why a file as a whole could not be read or written. Every message names the file, and the remedy if one is known.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ThreadError {
    /// The file could not be opened.
    #[error("cannot open {file}: {source}")]
    Open {
        /// The path, or `standard input`.
        file: String,
        /// The error from the operating system.
        source: io::Error,
    },
    /// Reading failed part-way: a disk or pipe error, or truncated compressed data.
    #[error("{file}{}: reading broke off: {source}", AtLine(*line))]
    Read {
        /// The path, or `standard input`.
        file: String,
        /// The 1-based line being read; 0 for a file that is read whole.
        line: u64,
        /// The error from the operating system or the decompressor.
        source: io::Error,
    },
    /// Writing failed.
    #[error("cannot write {file}: {source}")]
    Write {
        /// The path, or `standard output`.
        file: String,
        /// The error from the operating system.
        source: io::Error,
    },
    /// The file is empty.
    #[error("{file} is empty")]
    Empty {
        /// The path, or `standard input`.
        file: String,
    },
    /// The file contains bytes that do not occur in text.
    #[error("{file} is not text: {what}")]
    Binary {
        /// The path, or `standard input`.
        file: String,
        /// What it seems to be, and what to do about it.
        what: &'static str,
    },
    /// Neither the name nor the content identifies the format.
    #[error(
        "cannot tell the format of {file}: its name does not end in .csv, .tsv, .jsonl, .json, .txt or .html \
         (or one of them with .gz, .zst or .zip), and its content could be anything; name the format"
    )]
    UnknownFormat {
        /// The path, or `standard input`.
        file: String,
    },
    /// A format that another command or option reads or writes.
    #[error("{file} is {found}, but {wanted} is needed here")]
    WrongFormat {
        /// The path, or `standard input`.
        file: String,
        /// The format of the file.
        found: &'static str,
        /// The format expected.
        wanted: &'static str,
    },
    /// A zip archive that does not hold exactly one readable file.
    #[error("{file} is a zip archive that {error}")]
    Archive {
        /// The path, or `standard input`.
        file: String,
        /// What is wrong with it, phrased to follow "that", and what to do.
        error: String,
    },
    /// A Zstandard file that needs more memory than allowed.
    #[error(
        "{file} takes {} of memory to unpack, its Zstandard window being of 2^{window} bytes; 2^{allowed} are allowed",
        memory(*.window)
    )]
    ZstdWindow {
        /// The path, or `standard input`.
        file: String,
        /// The window, as a power of two.
        window: u32,
        /// The largest window allowed, as a power of two.
        allowed: u32,
    },
    /// No encoding has this name.
    #[error(
        "`{0}` is not an encoding; try utf-8, windows-1252, iso-8859-15, utf-16le, shift_jis or another WHATWG label"
    )]
    UnknownEncoding(String),
    /// A document format that is held in memory, so its size is limited.
    #[error(
        "{file} is longer than {limit_mib} MiB once decompressed; a document of this format is read whole: split it, or convert it to CSV or JSONL"
    )]
    TooLarge {
        /// The path, or `standard input`.
        file: String,
        /// The limit, in MiB.
        limit_mib: u64,
    },
    /// A record is too long.
    #[error("{file}:{line}: the record that starts here is longer than {limit_mib} MiB; {cause}")]
    RecordTooLong {
        /// The path, or `standard input`.
        file: String,
        /// The 1-based line where the record starts.
        line: u64,
        /// The limit, in MiB.
        limit_mib: u64,
        /// The likely cause.
        cause: &'static str,
    },
    /// The header of a table is unusable.
    #[error("{file}:{line}: {reason}")]
    Header {
        /// The path, or `standard input`.
        file: String,
        /// The 1-based line where the header starts.
        line: u64,
        /// What is wrong with the header.
        reason: String,
    },
    /// A required column is missing.
    #[error("{file} has no column `{column}`{}{}; its columns are {}{hint}", because(.name, .column), meant(.column, .there), Listed(.there))]
    MissingColumn {
        /// The path, or `standard input`.
        file: String,
        /// The header looked for.
        column: String,
        /// The known name of the column.
        name: String,
        /// The headers in the file.
        there: Vec<String>,
        /// What to do about it.
        hint: String,
    },
    /// A column mapping is invalid.
    #[error("`{value}`: {reason}")]
    ColumnMap {
        /// The mapping as given.
        value: String,
        /// What is wrong with the mapping.
        reason: String,
    },
    /// Standard input or a pipe, when flawed rows are to be refused and so two passes are needed.
    #[error("{file}: a table whose flawed rows are refused is read twice; store it in a file first")]
    ReadOnce {
        /// The path, or `standard input`.
        file: String,
    },
    /// The content has a different form from the one its name states, or one that is not read.
    #[error("{file} seems to be {what}")]
    Foreign {
        /// The path, or `standard input`.
        file: String,
        /// What it seems to be, and how to import it.
        what: String,
    },
    /// A document with no comments, and no empty list for them.
    #[error("{file}: no comment is found: {why}")]
    NoComment {
        /// The path, or `standard input`.
        file: String,
        /// What it seems to be, and how to import its comments.
        why: String,
    },
    /// A document does not conform to its format.
    #[error("{file}: {reason}")]
    Document {
        /// The path, or `standard input`.
        file: String,
        /// What is wrong with it, with line and column if known.
        reason: String,
    },
}

impl ThreadError {
    /// Renames the file: messages may call it something other than the name that gave its format.
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
    /// Adds what the file seems to be, if that is not what it was read as.
    pub(crate) fn seeming(self, seems: Option<&str>) -> Self {
        match (self, seems) {
            (Self::NoComment { file, why }, Some(seems)) => {
                Self::NoComment { file, why: format!("it seems to be {seems}; {why}") }
            }
            (error, _) => error,
        }
    }
}

/// A suggestion of the name that was meant, to end a sentence; empty if there is none.
pub(crate) fn meant(wanted: &str, there: &[String]) -> String {
    let names = there.iter().map(String::as_str);
    nearest(wanted, names).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

/// 2 to the power of `log` bytes, in readable units.
fn memory(log: u32) -> String {
    match log {
        30..60 => format!("{} GiB", 1_u64 << (log - 30)),
        20..30 => format!("{} MiB", 1_u64 << (log - 20)),
        _ => format!("2^{log} bytes"),
    }
}

/// `:LINE`, or nothing for a file that is read whole.
struct AtLine(u64);

impl fmt::Display for AtLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { Ok(()) } else { write!(f, ":{}", self.0) }
    }
}

fn because(name: &str, column: &str) -> String {
    if name == column { String::new() } else { format!(" (for `{name}`)") }
}

/// The most headers that a message lists.
const LISTED: usize = 40;

/// A list of headers, shortened if there are very many.
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
