//! A format of another program: its name, how it is recognised, and what reads it.

use std::fmt;
use std::io::Read;
use std::path::PathBuf;

use crate::thread::error::ThreadError;
use crate::thread::head::Head;
use crate::thread::row_source::RowSource;

/// A format that another program writes its comments in.
pub struct Export {
    /// The name that options and messages use.
    pub(crate) name: &'static str,
    /// What such a file is, after "it is": `a Disqus export`.
    pub(crate) what: &'static str,
    /// How it is recognised, for `ombud formats`: `XML with the root <disqus>`.
    pub(crate) recognised: &'static str,
    /// What it holds for certain. It is shown as threads if it is a document, as rows if it is not.
    pub(crate) is_document: bool,
    /// Whether a file that begins so is one. It must be certain: it wins over the file's name.
    pub(crate) is: fn(&Head<'_>) -> bool,
    /// Opens it.
    pub(crate) open: fn(Input) -> Result<Box<dyn RowSource>, ThreadError>,
}

/// An input that was opened: decompressed, transcoded, without byte order mark.
pub(crate) struct Input {
    /// What messages call it.
    pub(crate) file: String,
    pub(crate) reader: Box<dyn Read + Send>,
    /// Where it is stored, if that is a plain file: for formats that are read here and there.
    pub(crate) path: Option<PathBuf>,
    /// The sheet that is asked for, of a spreadsheet.
    pub(crate) sheet: Option<String>,
    /// Columns that will be looked for.
    pub(crate) wanted: Vec<String>,
}

impl Input {
    /// One that is nowhere but in `reader`.
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
