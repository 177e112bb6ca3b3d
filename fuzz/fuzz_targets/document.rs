//! Any bytes as a document: nested JSON, a page in text, a page in HTML by turns.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use ombud::thread::{ColumnMap, Format, Tree, read_thread_from};

fuzz_target!(|data: (u8, Vec<u8>)| {
    let format = [Format::Json, Format::PageText, Format::PageHtml][usize::from(data.0 % 3)];
    let Ok(reading) = read_thread_from("fuzz", Some(format), Cursor::new(data.1), &ColumnMap::default()) else { return };
    for thread in &reading.threads {
        let (tree, _) = Tree::new(&thread.comments);
        assert_eq!(tree.order().len(), thread.comments.len());
    }
});
