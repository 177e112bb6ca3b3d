//! Copies of streams that can be read only once, in unnamed temporary files.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek as _, Write as _};

use crate::thread::error::ThreadError;

/// Copies the rest of `reader`, called `file` in messages; the copy is positioned at its beginning.
///
/// # Errors
/// When reading fails, or there is no room for the copy.
pub(crate) fn spooled(mut reader: impl Read, file: &str) -> Result<File, ThreadError> {
    let mut copy = BufWriter::with_capacity(1 << 18, tempfile::tempfile().map_err(failed)?);
    let mut chunk = vec![0; 1 << 18];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => copy.write_all(chunk.get(..read).unwrap_or_default()).map_err(failed)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => return Err(ThreadError::Read { file: file.to_owned(), line: 0, source }),
        }
    }
    let mut copy = copy.into_inner().map_err(|error| failed(error.into_error()))?;
    copy.rewind().map_err(failed)?;
    Ok(copy)
}

/// The error of a temporary file.
pub(crate) fn failed(source: io::Error) -> ThreadError {
    ThreadError::Write { file: format!("a temporary file in {}", std::env::temp_dir().display()), source }
}
