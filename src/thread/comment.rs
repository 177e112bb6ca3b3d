//! Comments, articles and threads.

use crate::thread::node::Node;

/// A reader's comment, unchanged from its source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comment {
    /// Unique within its thread.
    pub id: String,
    /// The comment that this one answers.
    pub parent_id: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it was written, in the source's notation.
    pub created_at: Option<String>,
    /// Its text, unchanged.
    pub text: String,
    /// What else its row says about its context.
    pub beside: Beside,
}

/// Context that the row of a comment adds to its thread. A page has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// What its stance is towards, if not the article's title.
    pub target: Option<String>,
    /// The text of its parent, if that is not a comment of the thread.
    pub parent_text: Option<String>,
    /// Anything else that a reader of the comment would know.
    pub context: Option<String>,
    /// The article's key, if it differs from the thread's.
    pub article_id: Option<String>,
    /// The headline, if it differs from the thread's.
    pub article_title: Option<String>,
    /// The article's text, if it differs from the thread's.
    pub article_text: Option<String>,
    /// The language that the comment is written in, as the source says it.
    pub language: Option<String>,
}

impl Comment {
    /// Its place in the thread: id, parent and time.
    #[must_use]
    pub fn node(&self) -> Node<'_> {
        Node { id: &self.id, parent_id: self.parent_id.as_deref(), created_at: self.created_at.as_deref() }
    }
}

/// What the comments are written under.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// The source's own key.
    pub id: Option<String>,
    /// The headline; a comment's stance is towards it unless another target is given.
    pub title: Option<String>,
    /// The article's text, with paragraphs separated by a blank line.
    pub text: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
}

/// An article and its comments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// The source's key for the thread, if it has one.
    pub id: Option<String>,
    /// What the comments are written under.
    pub article: Article,
    /// The comments, in page order.
    pub comments: Vec<Comment>,
    /// The comments are rows that nothing ties into a thread. They may still answer each other.
    pub unrelated: bool,
}
