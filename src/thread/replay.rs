//! A source that is read several times: a file from its path, and anything that can be read only once (standard input,
//! a pipe) from an unnamed temporary copy.

use std::fs::File;
use std::io::Seek as _;

use crate::thread::error::ThreadError;
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::opened::Opened;
use crate::thread::spooled::{failed, spooled};
use crate::thread::stop::Stoppable;
use crate::thread::storage::Separator;
use crate::thread::told::Told;

/// An opened source that can be opened again.
pub(crate) struct Replay {
    file: String,
    format: Format,
    from: From,
}

enum From {
    Source(Source),
    Copy { head: Vec<u8>, copy: File, separator: Option<Separator>, sheet: Option<String>, told: Told },
}

impl Replay {
    /// Prepares the source for rereading; copies it if it can be read only once.
    ///
    /// # Errors
    /// When reading fails, or there is no room for the copy.
    pub(crate) fn new(source: &Source, opened: Opened) -> Result<Self, ThreadError> {
        let Opened { file, format, head, reader, separator, sheet, told, .. } = opened;
        if source.len_hint().is_some() {
            // A separate source, so that its bytes are counted from the start.
            return Ok(Self { file, format, from: From::Source(source.again()) });
        }
        let copy = spooled(reader, &file)?;
        Ok(Self { file, format, from: From::Copy { head, copy, separator, sheet, told } })
    }

    /// Opens it at its beginning. Do not go on reading what was opened before.
    ///
    /// # Errors
    /// When the file is no longer there.
    pub(crate) fn open(&self) -> Result<Opened, ThreadError> {
        match &self.from {
            From::Source(source) => Opened::new(source, Some(self.format)),
            From::Copy { head, copy, separator, sheet, told } => {
                let mut copy = copy.try_clone().map_err(failed)?;
                copy.rewind().map_err(failed)?;
                let (file, head) = (self.file.clone(), head.clone());
                let (reader, separator, sheet, told) =
                    (Box::new(Stoppable(copy)), *separator, sheet.clone(), told.clone());
                let format = self.format;
                Ok(Opened { file, format, head, reader, separator, sheet, told, path: None, seems: None })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use super::*;

    fn whole(replay: &Replay) -> String {
        let mut text = String::new();
        replay.open().unwrap().reader.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_file_and_a_stream_are_read_again_from_their_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let text = format!("text\n{}", "a comment\n".repeat(50_000));
        std::fs::write(&path, &text).unwrap();
        let source = Source::new(&path);
        let opened = Opened::new(&source, None).unwrap();
        let stream = Opened::from_reader("a stream".to_owned(), None, Box::new(Cursor::new(text.clone()))).unwrap();
        for replay in [Replay::new(&source, opened), Replay::new(&Source::new("-"), stream)] {
            let replay = replay.unwrap();
            assert_eq!(whole(&replay), text);
            assert_eq!(whole(&replay), text);
        }
    }
}
