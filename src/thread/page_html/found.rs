//! A comment as it was found in a page.

use crate::thread::comment::Comment;

/// A comment as it was found, before it has an id that can be relied on.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) comment: Comment,
    /// The index of the comment that it stands in.
    pub(crate) above: Option<usize>,
    /// The id of the comment that it says it answers.
    pub(crate) answers: Option<String>,
}
