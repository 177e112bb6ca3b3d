//! What a page without any comment found says about comments.

use std::cell::{Cell, RefCell};

use scraper::Node;

use crate::thread::page_html::called::is_list_of_comments;
use crate::thread::page_html::depth;
use crate::thread::page_html::dom::{Ref, walk};
use crate::thread::page_html::more::{is_unseen, names_comments, said};
use crate::thread::page_html::path::path;
use crate::thread::page_html::wording::{count, says_closed, says_none};

/// How many nodes of a possibly empty element are inspected.
const NODES: usize = 48;
/// How many elements around a number of comments are inspected.
const AROUND: usize = 3;

/// What the page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// There are no comments.
    None,
    /// There are this many.
    Count(usize),
    /// There may be some, but nobody can write more.
    Closed,
    /// Nothing, but this element is named as comments and is empty.
    Empty(String),
}

/// What a page says about its comments, if anything.
pub(crate) fn says(page: &str) -> Option<Says> {
    let html = depth::document(page).ok()?;
    let found: RefCell<Option<Says>> = RefCell::default();
    // A front page gives the number of comments for each of its articles, and none of these is the page's own.
    let is_of_several = Cell::new(false);
    walk(
        html.tree.root(),
        |node| {
            let Node::Element(element) = node.value() else { return false };
            if is_unseen(element) {
                return false;
            }
            let found = &mut *found.borrow_mut();
            if *found == Some(Says::None) {
                return false;
            }
            let is_called = names_comments(element);
            if let Some(said) = said(node) {
                let is_heading = matches!(element.name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
                if says_none(&said) {
                    *found = Some(Says::None);
                } else if (is_heading || is_called)
                    && let Some(count) = count(&said).filter(|count| *count > 0)
                    && (is_heading || !is_of_other(node))
                {
                    let is_other = matches!(*found, Some(Says::Count(before)) if before != count);
                    is_of_several.set(is_of_several.get() || is_other);
                    *found = Some(Says::Count(count));
                } else if says_closed(&said) && !matches!(found, Some(Says::Count(_))) {
                    *found = Some(Says::Closed);
                }
            } else if found.is_none() && is_list_of_comments(element) && is_empty(node) {
                *found = path(node).map(Says::Empty);
            }
            true
        },
        |_| {},
    );
    found.into_inner().filter(|says| !(is_of_several.get() && matches!(says, Says::Count(_))))
}

/// Whether a number of comments is beside a heading that leads to another article.
fn is_of_other(count: Ref) -> bool {
    let is =
        |node: Ref, names: &[&str]| node.value().as_element().is_some_and(|element| names.contains(&element.name()));
    let is_title = |node: Ref| is(node, &["h2", "h3", "h4", "h5"]);
    let is_link =
        |node: Ref| is(node, &["a"]) && node.value().as_element().is_some_and(|link| link.attr("href").is_some());
    let leads = |node: Ref| {
        is_title(node) && (node.parent().is_some_and(is_link) || node.descendants().take(NODES).any(is_link))
    };
    let around = count.ancestors().take(AROUND).take_while(|node| !is(*node, &["body", "main"]));
    around.into_iter().any(|node| {
        let mut inside = node.descendants();
        // A part of the page with more in it is not about one article.
        inside.by_ref().take(NODES).any(leads) && inside.nth(NODES).is_none()
    })
}

fn is_empty(node: Ref) -> bool {
    let mut inside = node.descendants();
    let is_blank = |node: Ref| node.value().as_text().is_none_or(|text| text.trim().is_empty());
    inside.by_ref().take(NODES).all(is_blank) && inside.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_says() {
        let page = |inside: &str| format!("<h1>No comment</h1><p>The mayor had none.</p>{inside}");
        assert_eq!(says(&page("<h2>No comments yet</h2>")), Some(Says::None));
        assert_eq!(says(&page("<h3>4 Kommentare</h3><ul><li>a</li></ul>")), Some(Says::Count(4)));
        assert_eq!(says(&page("<h3>4 Kommentare</h3><p>Be the first to comment!</p>")), Some(Says::None));
        let empty = Says::Empty("body > section#comments".to_owned());
        assert_eq!(says(&page("<section id=comments> <div></div></section>")), Some(empty));
        let teasers = "<a class=comments>4 comments</a><a class=comments>7 comments</a>";
        assert_eq!(says(&page(teasers)), None);
        let card = "<div class=card><a href=/1><h3>A story</h3></a><span class=comment-count>12 comments</span></div>";
        assert_eq!(says(&page(card)), None);
        assert_eq!(says(&page("<p class=comments-closed>Comments are closed.</p>")), Some(Says::Closed));
        assert_eq!(says(&page("<h3>4 Kommentare</h3><p>Comments are closed.</p>")), Some(Says::Count(4)));
        assert_eq!(says(&page("<a href=/1>4 comments</a><p hidden>No comments yet</p>")), None);
    }
}
