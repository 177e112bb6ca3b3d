//! Finds the element in a comment that holds its text.

use std::ops::Range;

use scraper::node::Element;

use crate::thread::page_html::added::is_signature;
use crate::thread::page_html::dom::{Ref, classes, has_word, is_called_quote, is_quotation};
use crate::thread::page_html::own::Own;
use crate::thread::page_html::when::says_when;

/// The element that holds little but the text, as a range of elements: the innermost of the first that are named so.
pub(crate) fn content(own: &[Own]) -> Range<usize> {
    let is_marked =
        |own: &Own| has_word(own.element, "itemprop", "text") || has_word(own.element, "itemprop", "commentText");
    let has_mark = own.iter().any(is_marked);
    // What is only called a text may be about the author: `badge-text`.
    let has_whole = own.iter().any(|own| is_content(own) && is_called_whole(own.element));
    let is_content = |own: &Own, is_within: bool| {
        if has_mark {
            is_marked(own)
        } else {
            is_content(own) && (is_within || !has_whole || is_called_whole(own.element))
        }
    };
    let mut content = 0..0;
    let (mut at, mut end) = (0, own.len());
    while let Some(found) = own.get(at).filter(|_| at < end) {
        // Inside a quotation, such a name does not mean the text.
        let is_within = !content.is_empty();
        if is_called_quote(found.element) {
            at = found.end.max(at + 1);
        } else if is_content(found, is_within) && !says_when(found.node, found.element) {
            content = at..found.end;
            end = found.end;
            at += 1;
        } else if is_within && is_quotation(found.element) {
            at = found.end.max(at + 1);
        } else {
            at += 1;
        }
    }
    whole(own, content)
}

/// What holds all of a text that quotations split into several spans.
fn whole(own: &[Own], content: Range<usize>) -> Range<usize> {
    let Some(first) = own.get(content.start).filter(|own| own.element.name() == "span" && !content.is_empty()) else {
        return content;
    };
    let is_same = |node: Ref| {
        let element = node.value().as_element();
        element.is_some_and(|element| element.name() == "span" && element.attr("class") == first.element.attr("class"))
    };
    let parent = first.node.parent().map(|parent| parent.id());
    let at = own.get(..content.start).and_then(|before| before.iter().rposition(|own| Some(own.node.id()) == parent));
    match at.and_then(|at| Some(at..own.get(at)?.end)) {
        Some(around) if first.node.prev_siblings().chain(first.node.next_siblings()).any(is_same) => around,
        _ => content,
    }
}

/// Whether an element is called part of a comment.
fn is_called_whole(element: &Element) -> bool {
    classes(element).any(|class| class.contains("comment"))
}

/// Whether a word means a text: `body`, `commenttext`, `postmsg`.
fn is_text(word: &str) -> bool {
    let rest = ["comment", "post", "message", "msg"].iter().find_map(|of| word.strip_prefix(of));
    let is = |word: &str| matches!(word, "text" | "body" | "content" | "message");
    is(word) || rest.is_some_and(|rest| is(rest) || rest == "msg")
}

fn is_content(own: &Own) -> bool {
    let element = own.element;
    let is_block =
        matches!(element.name(), "div" | "p" | "section" | "blockquote" | "span" | "article" | "pre" | "td" | "dd");
    // The text about a comment, as in `meta-text`.
    let is_other = |word: &str| matches!(word, "meta" | "head" | "header" | "footer" | "author" | "reader");
    let is_named = || {
        classes(element).any(|class| {
            let last = class.rsplit(['-', '_']).next().unwrap_or(&class);
            let is_post = class == "post" && matches!(element.name(), "div" | "section" | "article" | "td");
            (is_text(last) || class == "comment" || is_post)
                && !class.contains("author")
                && !class.split(['-', '_']).any(is_other)
        })
    };
    is_block && is_named() && !is_signature(element) && own.node.has_children()
}
