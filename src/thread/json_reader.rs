//! The streaming reader that all JSON documents are read with.

use std::io;
use std::io::Read;

use struson::reader::{
    JsonReader as _, JsonReaderPosition, JsonStreamReader, ReaderError, ReaderSettings, SyntaxErrorKind,
};

/// A position; line and column count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) column: u64,
}

impl Place {
    pub(crate) fn of(position: &JsonReaderPosition) -> Option<Self> {
        let at = position.line_pos?;
        Some(Self { line: at.line + 1, column: at.column + 1 })
    }
}

/// The reader of a document.
pub(crate) type Reader<R> = JsonStreamReader<Ending<R>>;

/// A reader without a depth limit.
pub(crate) fn reader(document: &str) -> Reader<&[u8]> {
    JsonStreamReader::new_custom(Ending(document.as_bytes()), settings())
}

/// Like [`reader`], for a stream that may hold several documents in a row.
pub(crate) fn stream<R: Read>(input: R) -> Reader<R> {
    JsonStreamReader::new_custom(Ending(input), ReaderSettings { allow_multiple_top_level: true, ..settings() })
}

/// An input whose end is an error: inside a word or after a key, the reader could not tell an end from a bad character.
pub(crate) struct Ending<R>(R);

impl<R: Read> Read for Ending<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.0.read(into)? {
            0 if !into.is_empty() => Err(io::Error::new(io::ErrorKind::UnexpectedEof, Ended)),
            read => Ok(read),
        }
    }
}

/// The input has ended.
#[derive(Debug, thiserror::Error)]
#[error("the input has ended")]
struct Ended;

/// Whether it is the end of the input, rather than of what could be read of it.
pub(crate) fn is_end(error: &ReaderError) -> bool {
    match error {
        ReaderError::IoError { error, .. } => matches!(error.get_ref(), Some(inner) if inner.is::<Ended>()),
        ReaderError::SyntaxError(error) => error.kind == SyntaxErrorKind::IncompleteDocument,
        _ => false,
    }
}

/// Whether another document follows in a stream.
///
/// # Errors
/// When reading fails.
pub(crate) fn has_document<R: Read>(reader: &mut Reader<R>) -> Result<bool, ReaderError> {
    match reader.has_next() {
        Err(error) if is_end(&error) => Ok(false),
        has_next => has_next,
    }
}

/// Checks that nothing but white space follows.
///
/// # Errors
/// When something does, or reading fails.
pub(crate) fn finish<R: Read>(reader: Reader<R>) -> Result<(), ReaderError> {
    match reader.consume_trailing_whitespace() {
        Err(error) if is_end(&error) => Ok(()),
        finished => finished,
    }
}

fn settings() -> ReaderSettings {
    ReaderSettings {
        track_path: false,
        max_nesting_depth: None,
        restrict_number_values: false,
        ..ReaderSettings::default()
    }
}

/// The 1-based line of the next token.
pub(crate) fn line<R: Read>(reader: &JsonStreamReader<R>) -> u64 {
    reader.current_position(false).line_pos.map_or(0, |at| at.line + 1)
}

/// The fault left by programs that cut strings at UTF-16 units, and the remedy.
const HALF: &str = "half a character, such as \\ud83d without the other half: put \\ufffd in its place";

/// The reader's complaint, and its position.
pub(crate) fn fault(error: &ReaderError) -> (Option<Place>, String) {
    let (what, location) = match error {
        ReaderError::IoError { location, .. } if is_end(error) => (CUT_OFF.to_owned(), Some(location)),
        ReaderError::SyntaxError(ended) if is_end(error) => (CUT_OFF.to_owned(), Some(&ended.location)),
        ReaderError::SyntaxError(error) if error.kind == SyntaxErrorKind::UnpairedSurrogatePairEscapeSequence => {
            (format!("not JSON: {}, {HALF}", error.kind), Some(&error.location))
        }
        ReaderError::SyntaxError(error) => (format!("not JSON: {}", error.kind), Some(&error.location)),
        ReaderError::UnexpectedValueType { expected, actual, location } => {
            (format!("{expected} expected, but there is {actual}"), Some(location))
        }
        ReaderError::UnexpectedStructure { kind, location } => (kind.to_string(), Some(location)),
        other => (other.to_string(), None),
    };
    (location.and_then(Place::of), what)
}

/// The message for a document that ends too soon.
const CUT_OFF: &str =
    "not JSON: the file ends in the middle, as if it had not been downloaded or copied whole: get it again";

/// Whether a message says that the document ends too soon.
pub(crate) fn is_cut_off(told: &str) -> bool {
    told.ends_with(CUT_OFF)
}

/// The complaint as text, preceded by its position.
pub(crate) fn told(error: &ReaderError) -> String {
    match fault(error) {
        (Some(place), what) => format!("line {}, column {}: {what}", place.line, place.column),
        (None, what) => what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_character_is_told_with_what_helps() {
        for document in ["\"a \\ud83d\"", "\"\\ude00\""] {
            let error = reader(document).next_string().unwrap_err();
            assert!(told(&error).ends_with("put \\ufffd in its place"), "{}", told(&error));
        }
        assert!(!told(&reader("\"\\x\"").next_string().unwrap_err()).contains("ufffd"));
    }
}
