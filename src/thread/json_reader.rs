//! The streaming reader under all JSON documents.

use std::io::Read;

use struson::reader::{
    JsonReader as _, JsonReaderPosition, JsonStreamReader, ReaderError, ReaderSettings, SyntaxErrorKind,
};

/// Line and column, counted from 1.
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

/// A reader without a bound on depth.
pub(crate) fn reader(document: &str) -> JsonStreamReader<&[u8]> {
    JsonStreamReader::new_custom(document.as_bytes(), settings())
}

/// The same of a stream, which may hold several documents one after the other.
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

/// The line where the next token stands, from 1.
pub(crate) fn line<R: Read>(reader: &JsonStreamReader<R>) -> u64 {
    reader.current_position(false).line_pos.map_or(0, |at| at.line + 1)
}

/// What programs write that cut strings at UTF-16 units, and what helps.
const HALF: &str = "half a character, such as \\ud83d without the other half: put \\ufffd in its place";

/// What the reader found fault with, and where.
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

/// What is told of a document that ends too soon.
const CUT_OFF: &str =
    "not JSON: the file ends in the middle, as if it had not been downloaded or copied whole: get it again";

/// Whether that is what was told.
pub(crate) fn is_cut_off(told: &str) -> bool {
    told.ends_with(CUT_OFF)
}

/// The same in words, with the place before it.
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
