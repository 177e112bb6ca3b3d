//! Files of annotations: comments and what annotators said of them.
//!
//! What a column of such a file is can be said only once all of it was read: a question to which one comment has two answers is a
//! flag for each of its answers, and one that no comment has two answers to is a stance. So the file is read to its end
//! first, into a temporary file, and then handed out row by row; memory stays bounded by the names of columns and answers.
//! Where what one annotator says of a comment stands in several rows far from each other, a few numbers a row are kept as well, to
//! take them back side by side.

pub(crate) mod draft;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod joined_row;
pub(crate) mod json;
pub(crate) mod layout;
pub(crate) mod rows;
pub(crate) mod sheet;
pub(crate) mod store;
