//! The streaming reader under all JSON documents.

use struson::reader::{JsonStreamReader, ReaderSettings};

/// A reader without a bound on depth.
pub(crate) fn reader(document: &str) -> JsonStreamReader<&[u8]> {
    let settings = ReaderSettings {
        track_path: false,
        max_nesting_depth: None,
        restrict_number_values: false,
        ..ReaderSettings::default()
    };
    JsonStreamReader::new_custom(document.as_bytes(), settings)
}
