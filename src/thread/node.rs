//! A comment's place in a thread.

/// The fields that place a comment among others.
#[derive(Clone, Copy, Debug, Default)]
pub struct Node<'a> {
    /// Unique within its thread; of several comments with one id, the first is meant.
    pub id: &'a str,
    /// The comment that it answers.
    pub parent_id: Option<&'a str>,
    /// When it was written.
    pub created_at: Option<&'a str>,
}
