//! Collects everything read from an export, for tests.

use std::collections::BTreeMap;
use std::io::Cursor;

use crate::thread::export::{Export, Input};
use crate::thread::row::{Next, Row};

/// Everything read from a file.
#[derive(Debug, Default)]
pub(crate) struct All {
    /// The columns of each comment that are not empty.
    pub(crate) rows: Vec<BTreeMap<String, String>>,
    pub(crate) refused: Vec<String>,
    pub(crate) remarks: Vec<String>,
}

impl All {
    pub(crate) fn of(export: &Export, file: impl Into<Vec<u8>>) -> Self {
        let input = Input::new("f".to_owned(), Box::new(Cursor::new(file.into())));
        let mut rows = (export.open)(input).unwrap();
        let (mut all, mut row) = (Self::default(), Row::default());
        let header = rows.header().to_vec();
        loop {
            match rows.read(&mut row) {
                Ok(Next::Row) => {
                    let cells = header.iter().cloned().zip(row.cells.iter().map(str::to_owned));
                    all.rows.push(cells.filter(|(_, cell)| !cell.is_empty()).collect());
                }
                Ok(Next::Refused(refused)) => all.refused.push(refused.to_string()),
                Ok(Next::End) => break,
                Err(error) => {
                    all.refused.push(error.to_string());
                    break;
                }
            }
        }
        all.remarks = rows.remarks();
        all
    }

    /// A column of all comments.
    pub(crate) fn column(&self, name: &str) -> Vec<&str> {
        self.rows.iter().map(|row| row.get(name).map_or("", String::as_str)).collect()
    }
}
