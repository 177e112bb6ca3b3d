//! The format of another program: its name, how it is recognised, and what reads it.

use std::fmt;
use std::io::Read;
use std::path::PathBuf;

use crate::thread::error::ThreadError;
use crate::thread::head::Head;
use crate::thread::row_source::RowSource;

/// A format in which another program writes its comments.
pub struct Export {
    /// The name that options and messages use.
    pub(crate) name: &'static str,
    /// What such a file is, after "it is": `a Disqus export`.
    pub(crate) what: &'static str,
    /// How it is recognised, for `ombud formats`: `XML with the root <disqus>`.
    pub(crate) recognised: &'static str,
    /// Whether it is a document: documents are shown as threads, all else as rows.
    pub(crate) is_document: bool,
    /// Whether a file that begins like this has the format. It must be certain, since it overrides the file's name.
    pub(crate) is: fn(&Head<'_>) -> bool,
    /// Opens a file of this format.
    pub(crate) open: fn(Input) -> Result<Box<dyn RowSource>, ThreadError>,
}

/// An opened input: decompressed, transcoded and without a byte order mark.
pub(crate) struct Input {
    /// What messages call it.
    pub(crate) file: String,
    pub(crate) reader: Box<dyn Read + Send>,
    /// Its path, if it is a regular file, for formats that need random access.
    pub(crate) path: Option<PathBuf>,
    /// The sheet requested, for a spreadsheet.
    pub(crate) sheet: Option<String>,
    /// Columns that the caller will look for.
    pub(crate) wanted: Vec<String>,
}

impl Input {
    /// An input that exists only in `reader`.
    pub(crate) fn new(file: String, reader: Box<dyn Read + Send>) -> Self {
        Self { file, reader, path: None, sheet: None, wanted: Vec::new() }
    }
}

impl fmt::Debug for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Export {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Export {}
