//! Comments found in the markup of a page.

use ego_tree::NodeId;

use crate::thread::comment::Article;
use crate::thread::page_html::found::{Found, How};

/// The comments of a page's markup, and the elements they were read from.
#[derive(Debug)]
pub(crate) struct Marked {
    pub(crate) comments: Vec<Found>,
    /// All elements taken for comments, including those left out later.
    pub(crate) nodes: Vec<NodeId>,
    pub(crate) how: How,
    /// Remarks for the user.
    pub(crate) remarks: Vec<String>,
    /// How many of the elements left out may be part of the page's own count of comments.
    pub(crate) left_out: usize,
    /// A CSS selector for the placeholders of comments that are not in the page; empty if the system has none.
    pub(crate) more: &'static str,
    /// The article, and where its title and text are, if the system shows that.
    pub(crate) article: Option<(Article, Place)>,
}

/// The elements of an article's title and text.
pub(crate) type Place = (Option<NodeId>, Option<NodeId>);

impl Marked {
    /// An empty result.
    pub(crate) fn by(how: How) -> Self {
        Self { comments: Vec::new(), nodes: Vec::new(), how, remarks: Vec::new(), left_out: 0, more: "", article: None }
    }
}
