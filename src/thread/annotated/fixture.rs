//! Reads a small file of annotations as tests want to see it.

use std::borrow::Cow;
use std::io::Cursor;

use crate::thread::export::{Export, Input};
use crate::thread::head::Head;
use crate::thread::label_column::Asked;
use crate::thread::row::{Next, Row};

/// Whether a file that begins so is taken for one of that format.
pub(crate) fn is_recognised(export: &Export, text: &str) -> bool {
    (export.is)(&Head::new(text.as_bytes(), &Cow::Borrowed(text)))
}

/// The header, the rows with `|` between cells (refused ones with their reason), and what is told.
pub(crate) fn rows(export: &Export, text: &str, by_annotator: bool) -> (Vec<String>, Vec<String>, Vec<String>) {
    asked(export, text, by_annotator, Asked::default())
}

/// The same where labels are asked for.
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
