//! Recognises elements in a comment that are named like a comment but are part of it: its text, or a link to reply.
//!
//! A nested comment has an author or a time, is in a list of replies, or has siblings of its kind. An element without
//! any of these, in a comment with an author or a time, is that comment's text if it is named so or if the comment has
//! no other text.

use ego_tree::NodeId;
use rustc_hash::{FxHashMap, FxHashSet};
use scraper::node::Element;

use crate::thread::page_html::author::{author_rank, is_saying};
use crate::thread::page_html::called::is_comment_id;
use crate::thread::page_html::controls::{command, is_control};
use crate::thread::page_html::dom::{Ref, classes, short_line, text};
use crate::thread::page_html::items::{Item, is_listed_below};
use crate::thread::page_html::own::own;
use crate::thread::page_html::time;
use crate::thread::page_html::when::time_rank;

/// The longest name, time or link to reply, in bytes.
const SHORT: usize = 120;

/// Whether an item has an author or a time of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Signed {
    No,
    /// From an element that looks like one.
    Perhaps,
    /// From an element that is named as one.
    Yes,
}

/// The contents of an item, without the items in it.
struct Inside {
    signed: Signed,
    /// Whether it contains anything besides author and time.
    has_text: bool,
    /// Whether it contains only links and buttons.
    is_control: bool,
}

/// For each item, whether it is a part of the item around it.
pub(crate) fn of(items: &[Item]) -> Vec<bool> {
    let nodes: FxHashSet<NodeId> = items.iter().map(|item| item.node.id()).collect();
    let mut kinds: FxHashMap<(Option<usize>, String), usize> = FxHashMap::default();
    for item in items.iter().filter(|item| item.above.is_some()) {
        *kinds.entry((item.above, kind(item.node))).or_default() += 1;
    }
    let inside: Vec<Inside> = items.iter().map(|item| look(item.node, &nodes)).collect();
    let mut parts = vec![false; items.len()];
    for (i, item) in items.iter().enumerate() {
        let mut host = item.above;
        while let Some(at) = host.filter(|&at| parts.get(at) == Some(&true)) {
            host = items.get(at).and_then(|item| item.above);
        }
        let Some((around, host)) = host.and_then(|at| Some((items.get(at)?, inside.get(at)?))) else { continue };
        let Some(own) = inside.get(i) else { continue };
        let is_single = || kinds.get(&(item.above, kind(item.node))) == Some(&1);
        let is_text = || {
            let is_named = item.node.value().as_element().is_some_and(is_named_part);
            (is_named || is_called_so_alone(item.node, around.node) || !host.has_text)
                && kind(item.node) != kind(around.node)
                && !are_two(item.node, around.node)
                && is_single()
        };
        let is_part = own.signed < Signed::Yes
            && host.signed > Signed::No
            && !is_listed_below(item.node, around.node)
            && (own.is_control || is_text());
        if let Some(part) = parts.get_mut(i) {
            *part = is_part;
        }
    }
    parts
}

/// Whether an element's name says that it is part of a comment.
pub(crate) fn is_named_part(element: &Element) -> bool {
    classes(element).any(|class| {
        let last = class.rsplit(['-', '_']).next().unwrap_or(&class);
        matches!(last, "content" | "body" | "text" | "message" | "entry" | "right" | "inner" | "main")
    })
}

/// Whether an element is called a comment and nothing else, in one that is called the box or the entry of a comment.
fn is_called_so_alone(item: Ref, host: Ref) -> bool {
    let is_comment = |node: Ref| {
        let element = node.value().as_element();
        element.is_some_and(|element| classes(element).any(|class| class == "comment"))
    };
    is_comment(item) && !is_comment(host)
}

fn kind(node: Ref) -> String {
    let element = node.value().as_element();
    element
        .map_or_else(String::new, |element| format!("{}.{}", element.name(), element.attr("class").unwrap_or_default()))
}

/// Whether both have a number, and the numbers differ.
fn are_two(one: Ref, other: Ref) -> bool {
    let number = |node: Ref| {
        let id = node.value().as_element()?.id().filter(|id| is_comment_id(id))?;
        Some(id.trim_start_matches(|char: char| !char.is_ascii_digit()).to_owned())
    };
    number(one).zip(number(other)).is_some_and(|(one, other)| one != other)
}

/// Whether a name is mentioned within a text.
fn is_mention(name: Ref) -> bool {
    let says = |node: Ref| {
        let text = node.value().as_text();
        text.is_some_and(|said| said.chars().any(char::is_alphabetic) && !is_saying(said))
    };
    name.prev_siblings().take(2).any(says)
        || short_line(name, SHORT, |_| false).is_some_and(|said| said.starts_with('@'))
}

fn look(item: Ref, items: &FxHashSet<NodeId>) -> Inside {
    let is_other = |node: Ref| node.id() != item.id() && items.contains(&node.id());
    let mut signed = Signed::No;
    let mut has_link = false;
    for own in own(item, items) {
        has_link |= own.element.name() == "a" || own.element.name() == "button";
        let author = author_rank(own.element).filter(|rank| *rank <= 6);
        let time = time_rank(own.element).filter(|rank| *rank <= 3);
        if author.is_none() && time.is_none() {
            continue;
        }
        let said = || short_line(own.node, SHORT, is_other).unwrap_or_default();
        let is_name = author.is_some() && (own.element.attr("content").is_some() || !said().is_empty());
        let is_time = time.is_some_and(|rank| rank == 0 || time::is_time(&said()));
        let is_called_name = is_name && author.is_some_and(|rank| rank <= 4) && !is_mention(own.node);
        if is_called_name || (is_time && time.is_some_and(|rank| rank <= 1)) {
            signed = Signed::Yes;
            break;
        }
        if is_name || is_time {
            signed = Signed::Perhaps;
        }
    }
    let is_head = |node: Ref, element: &Element| {
        author_rank(element).is_some_and(|rank| rank <= 6)
            || time_rank(element).is_some_and(|rank| rank <= 1)
            || is_control(node, element)
    };
    let skip = |node: Ref, is: &dyn Fn(Ref, &Element) -> bool| {
        is_other(node) || node.value().as_element().is_some_and(|element| is(node, element))
    };
    let rest = text(item, |node| skip(node, &is_head));
    let plain = text(item, |node| skip(node, &|_, element| element.name() == "a"));
    Inside {
        signed,
        has_text: rest.lines().any(|line| line.chars().any(char::is_alphanumeric) && !is_saying(line)),
        is_control: has_link && !plain.chars().any(char::is_alphabetic)
            || short_line(item, SHORT, is_other).is_some_and(|said| command(&said)),
    }
}
