//! Explains which element of a page was read as what, for a user who doubts the result.

use ego_tree::NodeId;
use scraper::Html;

use crate::thread::comment::Comment;
use crate::thread::page_html::article::Read;
use crate::thread::page_html::found::{Found, How};
use crate::thread::page_html::path::path;

/// How a page was read. Elements are given as `PARENT > ELEMENT`, each like a CSS selector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Explanation {
    /// How the comments were found, if there are any.
    pub(crate) how: Option<How>,
    /// Remarks for the user.
    pub(crate) remarks: Vec<String>,
    /// The title, and where it is.
    pub(crate) title: Option<(String, String)>,
    /// The article's text, and where it is.
    pub(crate) article: Option<(String, String)>,
    /// The comments, in page order.
    pub(crate) comments: Vec<Traced>,
    /// Kinds of elements that are neither, with their numbers.
    pub(crate) left_out: Vec<(String, usize)>,
}

/// Where a comment was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traced {
    /// The comment as read.
    pub(crate) comment: Comment,
    /// The element of the whole comment; `None` if it comes from JSON-LD.
    pub(crate) item: Option<String>,
    /// The element that holds its author.
    pub(crate) author: Option<String>,
    /// The element that holds its time.
    pub(crate) time: Option<String>,
    /// The element that holds its text.
    pub(crate) text: Option<String>,
    /// What showed which comment it answers.
    pub(crate) placed: &'static str,
}

impl Explanation {
    /// Adds the results for the page.
    pub(crate) fn add(&mut self, read: &Read, comments: &[Comment], left_out: Vec<(String, usize)>) {
        self.title = read.article.title.clone().map(|title| (title, read.title_from.clone()));
        self.article = read.article.text.clone().map(|text| (text, read.text_from.clone()));
        for (traced, comment) in self.comments.iter_mut().zip(comments) {
            traced.comment = comment.clone();
        }
        self.left_out = left_out;
    }
}

/// Where a comment was found.
pub(crate) fn trace(html: &Html, found: &Found) -> Traced {
    let at = |node: Option<NodeId>| path(html.tree.get(node?)?);
    Traced {
        comment: Comment::default(),
        item: at(found.from.item),
        author: at(found.from.author),
        time: at(found.from.time),
        text: at(found.from.text),
        placed: found.placed.told(),
    }
}
