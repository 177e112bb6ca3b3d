//! What comments, articles and threads are; one file per format they are read from.

pub(crate) mod cells;
pub(crate) mod columns;
pub(crate) mod comment;
pub(crate) mod convert_table;
pub(crate) mod day;
pub(crate) mod delimited;
pub(crate) mod error;
pub(crate) mod exports;
pub(crate) mod format;
pub(crate) mod gather;
pub(crate) mod ids;
pub(crate) mod input;
pub(crate) mod joined;
pub(crate) mod json;
pub(crate) mod jsonl;
pub(crate) mod limits;
pub(crate) mod names;
pub(crate) mod nearest;
pub(crate) mod packed;
pub(crate) mod page_html;
pub(crate) mod page_text;
pub(crate) mod quotes;
#[cfg(test)]
pub(crate) mod quotes_test;
pub(crate) mod relations;
pub(crate) mod replay;
#[cfg(test)]
pub(crate) mod round_trip;
pub(crate) mod scratch;
pub(crate) mod seems;
pub(crate) mod stop;
pub(crate) mod strict;
pub(crate) mod survey;
pub(crate) mod table;
pub(crate) mod threads;
pub(crate) mod tree;
pub(crate) mod tree_check;
pub(crate) mod usual;
pub(crate) mod whole_file;
pub(crate) mod window;
pub(crate) mod write;
pub(crate) mod write_html;
pub(crate) mod write_rows;
pub(crate) mod write_text;
