//! Reads a page of an unknown forum as those of known ones are read: the first post is the article's text, and the posts
//! name the topic.
//!
//! A forum says beside each post how many posts its author has written, or how long they have been a member, and heads
//! the posts with the topic. Comments below an article may have the first, hardly the second.

use std::cell::{Cell, RefCell};

use ego_tree::NodeId;
use rustc_hash::FxHashSet;
use scraper::node::Element;
use scraper::{Html, Node};

use crate::thread::comment::Article;
use crate::thread::page_html::about::is_about;
use crate::thread::page_html::dom::{Ref, classes, has_word, short_line, walk};
use crate::thread::page_html::found::{FIRST_POST, How, take_opening};
use crate::thread::page_html::marked::Marked;
use crate::thread::page_html::wording::pages;

/// The longest number of a page, in bytes.
const NUMBER: usize = 60;
/// How many nodes of a post are searched for its author's facts, and for the topic.
const NODES: usize = 400;
/// How many posts are inspected.
const POSTS: usize = 50;
/// The longest paragraph of a page without an article, in bytes.
const PARAGRAPH: usize = 200;
/// The longest title, in bytes.
const TITLE: usize = 200;

/// Takes the first of the posts for the article's text, if the page is one of a forum.
pub(crate) fn open(html: &Html, marked: &mut Marked) {
    if marked.how != How::Blocks || marked.article.is_some() || marked.comments.len() < 2 {
        return;
    }
    let posts = marked.comments.iter().take(POSTS).filter_map(|found| html.tree.get(found.from.item?));
    let posts: Vec<Ref> = posts.collect();
    let signed = posts.iter().filter(|post| tells_about_author(**post)).count();
    if signed * 2 < posts.len() || signed < 2 {
        return;
    }
    let Some(page) = outside(html, &marked.nodes) else { return };
    let Some((node, title)) = topic(html, &posts) else { return };
    let mut from = (Some(node), None);
    let mut article = Article { title: Some(title), ..Article::default() };
    if page == 1
        && let Some(opening) = take_opening(&mut marked.comments)
    {
        from.1 = opening.from.text;
        article.text = Some(opening.comment.text).filter(|text| !text.is_empty());
        marked.remarks.push(FIRST_POST.to_owned());
    }
    marked.article = Some((article, from));
}

fn tells_about_author(post: Ref) -> bool {
    post.descendants().take(NODES).any(|node| node.value().is_element() && is_about(node))
}

/// The number of the page, as what is outside the posts says; `None` if there is an article outside them.
fn outside(html: &Html, posts: &[NodeId]) -> Option<usize> {
    let posts: FxHashSet<NodeId> = posts.iter().copied().collect();
    let page: Cell<Option<usize>> = Cell::new(None);
    let has_article = Cell::new(false);
    let pagers: RefCell<Vec<NodeId>> = RefCell::default();
    walk(
        html.tree.root(),
        |node| {
            let Some(element) = node.value().as_element() else { return false };
            if posts.contains(&node.id()) || matches!(element.name(), "head" | "script" | "style" | "select") {
                return false;
            }
            let is_long = || element.name() == "p" && short_line(node, PARAGRAPH, |_| false).is_none();
            if has_word(element, "itemprop", "articleBody") || is_long() {
                has_article.set(true);
            }
            if is_pager(element) {
                pagers.borrow_mut().push(node.id());
            }
            if page.get().is_none() {
                page.set(number(node, element, !pagers.borrow().is_empty()));
            }
            true
        },
        |node| {
            pagers.borrow_mut().pop_if(|id| *id == node.id());
        },
    );
    (!has_article.get()).then(|| page.get().unwrap_or(1))
}

/// Whether an element holds links to the other pages.
fn is_pager(element: &Element) -> bool {
    classes(element).any(|class| {
        let is = |word: &str| ["pagination", "paging", "pagelink", "pagenav"].iter().any(|name| word.starts_with(name));
        class.split(['-', '_']).any(is) || class == "pages"
    })
}

/// The number of this page, among the links to the others or in `Page 2 of 3`.
fn number(node: Ref, element: &Element, is_in_pager: bool) -> Option<usize> {
    let is_current = matches!(element.name(), "strong" | "b" | "em")
        || element.attr("aria-current").is_some()
        || classes(element).any(|class| class.split(['-', '_']).any(|word| matches!(word, "current" | "active")));
    let said = || short_line(node, NUMBER, |_| false);
    if is_in_pager
        && is_current
        && let Some(number) = said().and_then(|said| said.trim().parse().ok())
    {
        return Some(number);
    }
    let is_line = matches!(element.name(), "span" | "div" | "td" | "p" | "li" | "strong" | "a");
    is_line.then(said).flatten().and_then(|said| pages(&said)).map(|(this, _)| this)
}

/// The topic that at least half of the posts are headed with, and where the first of these says so; the page's title has it.
fn topic(html: &Html, posts: &[Ref]) -> Option<(NodeId, String)> {
    let is_title = |node: &Ref| node.value().as_element().is_some_and(|element| element.name() == "title");
    let whole = short_line(html.tree.nodes().find(is_title)?, TITLE * 2, |_| false)?;
    let named = |node: Ref| {
        let said = match node.value() {
            Node::Text(said) if said.len() <= TITLE => said.split_whitespace().collect::<Vec<_>>().join(" "),
            Node::Element(_) => short_line(node, TITLE, |_| false)?,
            _ => return None,
        };
        // `Re: The bridge`, `Subject: Re: The bridge`
        let parts = std::iter::once(&*said).chain(said.match_indices(": ").filter_map(|(at, _)| said.get(at + 2..)));
        parts.into_iter().find(|part| is_part(&whole, part)).map(|part| (node.id(), part.to_owned()))
    };
    // What occurs first is as likely to be the author's name as the topic.
    let longest =
        |best: (NodeId, String), other: (NodeId, String)| if other.1.len() > best.1.len() { other } else { best };
    let heads = posts.iter().filter_map(|post| post.descendants().take(NODES).filter_map(named).reduce(longest));
    let heads: Vec<(NodeId, String)> = heads.collect();
    let is_common =
        |head: &&(NodeId, String)| heads.iter().filter(|other| other.1 == head.1).count() * 2 >= posts.len();
    heads.iter().find(is_common).cloned()
}

/// Whether a page's title has a part that is set apart from the others: `The bridge` of `The bridge - Walkers`.
fn is_part(whole: &str, part: &str) -> bool {
    let is_joint = |char: char| matches!(char, '/' | '-' | ':' | '|' | '—' | '–' | '»' | '«' | '·' | '•' | '>');
    let is_apart = |before: &str, after: &str| {
        let (before, after) = (before.trim_end(), after.trim_start());
        (before.is_empty() || before.ends_with(is_joint)) && (after.is_empty() || after.starts_with(is_joint))
    };
    (1..=whole.len()).contains(&part.len())
        && whole.match_indices(part).any(|(at, _)| {
            let (before, rest) = whole.split_at(at);
            is_apart(before, rest.get(part.len()..).unwrap_or_default())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_title() {
        for whole in
            ["The bridge", "The bridge - Walkers", "Walkers :: View topic - The bridge", "The bridge / Walks / Vale"]
        {
            assert!(is_part(whole, "The bridge"), "{whole}");
        }
        assert!(!is_part("The bridge is closed - Walkers", "The bridge") && !is_part("x", ""));
    }
}
