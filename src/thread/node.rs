//! What a comment says of its place in a thread.

/// What places a comment among others.
#[derive(Clone, Copy, Debug, Default)]
pub struct Node<'a> {
    /// Unique within its thread; where it is not, its first bearer is meant.
    pub id: &'a str,
    /// The comment that it answers.
    pub parent_id: Option<&'a str>,
    /// When it was written.
    pub created_at: Option<&'a str>,
}
