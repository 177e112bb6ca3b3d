//! What comments, articles and threads are.

use crate::thread::node::Node;

/// A reader's comment, as it came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comment {
    /// Unique within its thread.
    pub id: String,
    /// The comment that this one answers.
    pub parent_id: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When, as the source writes it.
    pub created_at: Option<String>,
    /// What it says, unchanged.
    pub text: String,
    /// What else its row says of where it stands.
    pub beside: Beside,
}

/// What the row of a comment says beside the thread; a page has none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// What its stance is towards, where that is not the article's title.
    pub target: Option<String>,
    /// What its parent says, where that is no comment of the thread.
    pub parent_text: Option<String>,
    /// Anything else that a reader of the comment would know.
    pub context: Option<String>,
    /// The article's key, where that is not the thread's.
    pub article_id: Option<String>,
    /// The headline, where that is not the thread's.
    pub article_title: Option<String>,
    /// The article's body, where that is not the thread's.
    pub article_text: Option<String>,
    /// The language that the comment is written in, as the source says it.
    pub language: Option<String>,
}

impl Comment {
    /// What places it in its thread.
    #[must_use]
    pub fn node(&self) -> Node<'_> {
        Node { id: &self.id, parent_id: self.parent_id.as_deref(), created_at: self.created_at.as_deref() }
    }
}

/// What the comments stand under.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// The source's own key.
    pub id: Option<String>,
    /// The headline; a comment's stance is towards it unless another target is given.
    pub title: Option<String>,
    /// The body, paragraphs separated by a blank line.
    pub text: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
}

/// An article and its comments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// The source's key of the thread, where it has one.
    pub id: Option<String>,
    /// What the comments stand under.
    pub article: Article,
    /// In the order of the page.
    pub comments: Vec<Comment>,
    /// They are no thread: rows of which nobody says that they belong together. They may answer each other.
    pub unrelated: bool,
}
