//! Which element of a page became what, for a person who doubts it.

use ego_tree::NodeId;
use scraper::Html;

use crate::thread::comment::Comment;
use crate::thread::page_html::article::Read;
use crate::thread::page_html::found::{Found, How};
use crate::thread::page_html::path::path;

/// How a page was read. Elements are named as `PARENT > ELEMENT`, each as a CSS selector would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Explanation {
    /// How the comments were found, if there are any.
    pub(crate) how: Option<How>,
    /// What a person should know.
    pub(crate) remarks: Vec<String>,
    /// The title, and where it stands.
    pub(crate) title: Option<(String, String)>,
    /// The article's text, and where it stands.
    pub(crate) article: Option<(String, String)>,
    /// In the order of the page.
    pub(crate) comments: Vec<Traced>,
    /// What is neither, by kind, and how often it is there.
    pub(crate) left_out: Vec<(String, usize)>,
}

/// Where a comment was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traced {
    /// As it was read.
    pub(crate) comment: Comment,
    /// The element that is the comment; none of what is in JSON-LD.
    pub(crate) item: Option<String>,
    /// The element that holds its author.
    pub(crate) author: Option<String>,
    /// The element that holds its time.
    pub(crate) time: Option<String>,
    /// The element that holds its text.
    pub(crate) text: Option<String>,
    /// What told which comment it answers.
    pub(crate) placed: &'static str,
}

impl Explanation {
    /// Adds what was made of the page.
    pub(crate) fn add(&mut self, read: &Read, comments: &[Comment], left_out: Vec<(String, usize)>) {
        self.title = read.article.title.clone().map(|title| (title, read.title_from.clone()));
        self.article = read.article.text.clone().map(|text| (text, read.text_from.clone()));
        for (traced, comment) in self.comments.iter_mut().zip(comments) {
            traced.comment = comment.clone();
        }
        self.left_out = left_out;
    }
}

/// Where that comment was found.
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
