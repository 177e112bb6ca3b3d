//! The streaming reader that all JSON documents are read with.

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

/// A reader without a depth limit.
pub(crate) fn reader(document: &str) -> JsonStreamReader<&[u8]> {
    JsonStreamReader::new_custom(document.as_bytes(), settings())
}

/// Like [`reader`], for a stream that may hold several documents in a row.
pub(crate) fn stream<R: Read>(input: R) -> JsonStreamReader<R> {
    JsonStreamReader::new_custom(input, ReaderSettings { allow_multiple_top_level: true, ..settings() })
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
        ReaderError::SyntaxError(error) if error.kind == SyntaxErrorKind::UnpairedSurrogatePairEscapeSequence => {
            (format!("not JSON: {}, {HALF}", error.kind), Some(&error.location))
        }
        ReaderError::SyntaxError(error) if error.kind == SyntaxErrorKind::IncompleteDocument => {
            (CUT_OFF.to_owned(), Some(&error.location))
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
