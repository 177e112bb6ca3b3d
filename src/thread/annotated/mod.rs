//! Annotation files: comments, and what annotators said about them.
//!
//! The role of a column is known only once the whole file is read: a question to which some comment has two answers is
//! a flag for each of its answers, and any other is a stance. So the file is first read to its end, into a temporary
//! file, and then handed out row by row; memory is bounded by the names of columns and answers. If one annotator's
//! annotations of a comment may be in several rows far apart, a few numbers are kept for each row to bring them back
//! together.

pub(crate) mod draft;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod joined_row;
pub(crate) mod json;
pub(crate) mod layout;
pub(crate) mod rows;
pub(crate) mod sheet;
pub(crate) mod store;
