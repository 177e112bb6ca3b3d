//! Files that are scored: opened and recognized before the first of them is read.

use std::path::PathBuf;

use crate::thread::error::ThreadError;
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::opened::Opened;
use crate::thread::storage::Storage;

/// An input that is there, and whose form is known.
pub(crate) struct InputFile {
    pub(crate) source: Source,
    pub(crate) format: Format,
    opened: Option<Opened>,
}

impl InputFile {
    /// Opens all inputs. There may be more than can be open at once, so only the first stays open, and those that can
    /// be opened only once. Without `format`, the name or the first bytes show it.
    pub(crate) fn open_all(
        paths: &[PathBuf],
        format: Option<Format>,
        storage: &Storage,
    ) -> Result<Vec<Self>, ThreadError> {
        let open = |(path, is_first): (&PathBuf, bool)| {
            let source = Source::new(path).stored(storage);
            let opened = Opened::new(&source, format)?;
            let format = opened.format;
            let opened = Some(opened).filter(|_| is_first || source.len_hint().is_none());
            Ok(Self { source, format, opened })
        };
        paths.iter().zip(std::iter::once(true).chain(std::iter::repeat(false))).map(open).collect()
    }

    /// Whether it would have to be opened again.
    pub(crate) fn is_closed(&self) -> bool {
        self.opened.is_none()
    }

    /// Opens it, if it is not open.
    pub(crate) fn open(&mut self) -> Result<Opened, ThreadError> {
        match self.opened.take() {
            Some(opened) => Ok(opened),
            None => Opened::new(&self.source, Some(self.format)),
        }
    }
}
