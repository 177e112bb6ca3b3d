//! A comment with its context, as the model reads it.

use crate::features::profile::LeftOut;
use crate::features::thread_summary::ThreadSummary;

/// A comment and its known context. Every field but the text may be missing; a missing one is a separate state and
/// never an empty string.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// The text of the comment.
    pub text: &'a str,
    /// What its stance is towards, where that is not the article's title.
    pub target: Option<&'a str>,
    /// The comment that it answers.
    pub parent_text: Option<&'a str>,
    /// The headline of its article.
    pub article_title: Option<&'a str>,
    /// The article's body.
    pub article_text: Option<&'a str>,
    /// Anything else that a reader of the comment would know.
    pub context: Option<&'a str>,
    /// The first comment of its thread.
    pub first: Option<&'a str>,
    /// The topic of its thread's comments, including itself.
    pub thread: Option<&'a ThreadSummary>,
    /// What a training comment must not see of the `Profiles`.
    pub left_out: Option<&'a LeftOut>,
    /// How many comments of the thread come before it.
    pub position: Option<usize>,
    /// How many comments it is a reply to, one above the other.
    pub depth: Option<usize>,
}

impl<'a> Input<'a> {
    /// A comment without context.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        Self { text, ..Self::default() }
    }

    /// What its stance is towards, if anything is known.
    #[must_use]
    pub fn towards(&self) -> Option<&'a str> {
        self.target.or(self.article_title)
    }
}
