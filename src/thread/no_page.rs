//! Why threads cannot be written as a page.

/// What a page cannot represent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoPage {
    /// No thread, or several.
    #[error("a page holds one thread, but there are {0}; write them as JSON or as a table")]
    Threads(usize),
    /// Unrelated comments.
    #[error(
        "a page is an article and its comments, but these comments name neither a thread nor an article that all of them \
         stand under; write them as JSON or as a table"
    )]
    Unrelated,
    /// Replies too deep to fit on a line.
    #[error("replies are nested {deepest} deep, but a text page shows {most} levels; write JSON or a table")]
    Deep {
        /// The depth of the deepest reply.
        deepest: usize,
        /// The greatest depth that is written.
        most: usize,
    },
}
