//! Reads small annotation files in a form that suits tests.

use std::borrow::Cow;
use std::io::Cursor;

use crate::thread::export::{Export, Input};
use crate::thread::head::Head;
use crate::thread::label_column::Asked;
use crate::thread::row::{Next, Row};

/// Whether a file with this beginning is recognised as having the format.
pub(crate) fn is_recognised(export: &Export, text: &str) -> bool {
    (export.is)(&Head::new(text.as_bytes(), &Cow::Borrowed(text)))
}

/// The header, the rows with `|` between cells (refused ones with their reason), and the remarks.
pub(crate) fn rows(export: &Export, text: &str, by_annotator: bool) -> (Vec<String>, Vec<String>, Vec<String>) {
    asked(export, text, by_annotator, Asked::default())
}

/// Like [`rows`], with labels requested.
pub(crate) fn asked(
    export: &Export,
    text: &str,
    by_annotator: bool,
    asked: Asked<'_>,
) -> (Vec<String>, Vec<String>, Vec<String>) {
    let reader = Box::new(Cursor::new(text.as_bytes().to_vec()));
    let mut source = (export.open)(Input::new("a".to_owned(), reader)).unwrap();
    if by_annotator {
        source.by_annotator();
    }
    source.ask(asked);
    let (mut row, mut found) = (Row::default(), Vec::new());
    loop {
        match source.read(&mut row).unwrap() {
            Next::End => break,
            Next::Row => found.push(row.cells.iter().collect::<Vec<_>>().join("|")),
            Next::Refused(refused) => found.push(refused.to_string()),
        }
    }
    (source.header().to_vec(), found, source.remarks())
}
