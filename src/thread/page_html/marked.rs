//! What the markup of a page says of its comments.

use ego_tree::NodeId;

use crate::thread::comment::Article;
use crate::thread::page_html::found::{Found, How};

/// The comments of a page's markup, and the elements that they were read from.
#[derive(Debug)]
pub(crate) struct Marked {
    pub(crate) comments: Vec<Found>,
    /// All elements that were taken for comments, also those that were left out.
    pub(crate) nodes: Vec<NodeId>,
    pub(crate) how: How,
    /// What a person should know.
    pub(crate) remarks: Vec<String>,
    /// How many of the elements were left out that a page may count as comments.
    pub(crate) left_out: usize,
    /// What stands in place of comments that are not in the page, as CSS; empty where no system says so.
    pub(crate) more: &'static str,
    /// The article, and where its title and text stand, where the system says so.
    pub(crate) article: Option<(Article, Place)>,
}

/// Where the title and the text of an article stand.
pub(crate) type Place = (Option<NodeId>, Option<NodeId>);

impl Marked {
    /// Nothing yet.
    pub(crate) fn by(how: How) -> Self {
        Self { comments: Vec::new(), nodes: Vec::new(), how, remarks: Vec::new(), left_out: 0, more: "", article: None }
    }
}
