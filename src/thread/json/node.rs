//! The objects of a document, and the threads that they form.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::thread::comment::{Article, Comment};
use crate::thread::gather::{Entry, Gather};
use crate::thread::json::found::Found;
use crate::thread::known::Known;

/// An object: a comment or, at the top, perhaps a thread.
#[derive(Default)]
pub(crate) struct Node {
    pub(crate) above: Option<usize>,
    pub(crate) line: u64,
    /// It has an `article`.
    pub(crate) is_thread: bool,
    /// It has `comments`, at the top.
    pub(crate) has_comments: bool,
    /// It has a list for comments or replies.
    pub(crate) has_list: bool,
    /// The list is not empty.
    pub(crate) has_replies: bool,
    pub(crate) has_text: bool,
    pub(crate) has_title: bool,
    pub(crate) thread_id: Option<String>,
    /// It states that there is no thread: `"thread_id": null`.
    pub(crate) is_none: bool,
    /// Boxed because few nodes have one, which saves memory in the others.
    pub(crate) article: Option<Box<Article>>,
    pub(crate) comment: Comment,
}

impl Node {
    pub(crate) fn article(&mut self) -> &mut Article {
        self.article.get_or_insert_default()
    }

    pub(crate) fn fill(&mut self, known: Known, value: Option<String>) {
        let given = value.filter(|value| known == Known::Text || !value.is_empty());
        let comment = &mut self.comment;
        match known {
            Known::Id => comment.id = given.unwrap_or_default(),
            Known::ParentId => comment.parent_id = given,
            Known::Author => comment.author = given,
            Known::CreatedAt => comment.created_at = given,
            Known::Text => {
                self.has_text = true;
                comment.text = given.unwrap_or_default();
            }
            Known::ThreadId => {
                self.is_none = given.is_none();
                self.thread_id = given;
            }
            Known::ArticleId => self.article().id = given,
            Known::ArticleTitle => self.article().title = given,
            Known::ArticleText => self.article().text = given,
            Known::Target => comment.beside.target = given,
            Known::ParentText => comment.beside.parent_text = given,
            Known::Context => comment.beside.context = given,
            Known::Language => comment.beside.language = given,
        }
    }

    /// Whether it is the article of what is nested in it; `is_alone`: it is the whole document.
    fn is_article(&self, is_alone: bool) -> bool {
        let is_silent = self.comment.text.is_empty();
        let is_told = if is_alone { self.has_title || is_silent } else { self.has_title && is_silent };
        // Some call the replies to a comment `comments`, too.
        let is_of_reader = self.comment.author.is_some() && !is_silent && !self.has_title;
        self.is_thread || (self.has_comments && !is_of_reader) || (self.above.is_none() && self.has_list && is_told)
    }
}

/// Turns nodes in document order into threads.
pub(crate) fn threads(nodes: Vec<Node>) -> Found {
    let is_alone = nodes.iter().filter(|node| node.above.is_none()).count() == 1;
    let has_comments = nodes.iter().any(|node| node.has_text && !node.is_article(is_alone))
        || (!nodes.is_empty() && nodes.iter().all(|node| node.has_list && node.is_article(is_alone)));
    let mut refused = Vec::new();
    let mut gather = Gather::default();
    // For each node, its thread, and its index among the thread's comments unless it is the thread itself.
    let mut stands: Vec<(usize, Option<usize>)> = Vec::with_capacity(nodes.len());
    let mut nested: Vec<Vec<Option<usize>>> = Vec::new();
    let mut articles: FxHashMap<usize, String> = FxHashMap::default();
    for mut node in nodes {
        let above = node.above.and_then(|above| stands.get(above).copied());
        let is_article = node.is_article(is_alone);
        let is_comment = node.has_text || node.has_replies || !node.comment.id.is_empty();
        let mut article = node.article.map(|article| *article).unwrap_or_default();
        let at = if is_article {
            let id = node.thread_id.or(Some(node.comment.id)).filter(|id| !id.is_empty());
            // A thread's own `text` is the article's.
            let text = Some(node.comment.text).filter(|text| !text.is_empty());
            article.text = article.text.or(text);
            let is_none = node.is_none && id.is_none();
            let thread = gather.new_thread(id.clone(), article);
            if is_none {
                gather.unrelate(thread);
            }
            articles.extend(id.map(|id| (thread, id)));
            (thread, None)
        } else if !is_comment {
            refused.push(node.line);
            // Nothing is below it.
            (0, None)
        } else {
            let (thread, parent) = match above {
                Some((thread, parent)) => (thread, parent),
                None => (gather.thread(node.thread_id.as_deref()), None),
            };
            if parent.is_none() && node.comment.parent_id.as_ref() == articles.get(&thread) {
                // A comment that answers the article has no parent.
                node.comment.parent_id = None;
            }
            let entry = Entry {
                article_id: article.id.as_deref(),
                article_title: article.title.as_deref(),
                article_text: article.text.as_deref(),
                article_url: article.url.as_deref(),
                comment: node.comment,
                line: Some(node.line),
            };
            let index = gather.push(thread, entry);
            nested.resize_with(nested.len().max(thread + 1), Vec::new);
            if let Some(parents) = nested.get_mut(thread) {
                parents.push(parent);
            }
            (thread, Some(index))
        };
        stands.push(at);
    }
    let (mut threads, lines) = gather.finish();
    for (thread, parents) in threads.iter_mut().zip(nested) {
        name_comments(&mut thread.comments);
        for (i, parent) in parents.into_iter().enumerate() {
            let id = parent.and_then(|parent| thread.comments.get(parent)).map(|parent| parent.id.clone());
            if let (Some(id), Some(comment)) = (id, thread.comments.get_mut(i)) {
                comment.parent_id = Some(id);
            }
        }
    }
    Found { threads, lines, refused, has_comments, ..Found::default() }
}

/// Gives comments without an id `c1`, `c2`, … by position, unless another comment has that id.
pub(crate) fn name_comments(comments: &mut [Comment]) {
    let given: FxHashSet<String> =
        (comments.iter()).filter(|comment| !comment.id.is_empty()).map(|comment| comment.id.clone()).collect();
    for (i, comment) in comments.iter_mut().enumerate().filter(|(_, comment)| comment.id.is_empty()) {
        comment.id = format!("c{}", i + 1);
        while given.contains(&comment.id) {
            comment.id.push('x');
        }
    }
}
