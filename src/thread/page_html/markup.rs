//! What the elements that are comments say: text, author, time, id.

use std::cell::RefCell;

use ego_tree::NodeId;
use rustc_hash::FxHashSet;
use scraper::Html;
use scraper::node::Element;

use crate::thread::comment::Comment;
use crate::thread::limits::MoreThan;
use crate::thread::page_html::dom::{Ref, classes, has_word, short_line, text, walk};
use crate::thread::page_html::found::Found;
use crate::thread::page_html::items;
use crate::thread::page_html::items::{Item, is_listed_below, is_reply};

/// The comments of a page's markup, and the elements that they were read from.
pub(crate) struct Marked {
    pub(crate) comments: Vec<Found>,
    pub(crate) nodes: Vec<NodeId>,
}

/// No author's name is longer (in bytes).
const AUTHOR: usize = 120;
/// What may stand after it.
const SAYS: usize = 10;
/// No time is longer (in bytes).
const TIME: usize = 200;

/// Finds the comments in a page's markup.
///
/// # Errors
/// When there are more than are read of one document.
pub(crate) fn find(html: &Html) -> Result<Marked, MoreThan> {
    let mut items = items::find(html)?;
    let nodes: FxHashSet<NodeId> = items.iter().map(|item| item.node.id()).collect();
    let mut read: Vec<Option<Found>> = items.iter().map(|item| Some(read(*item, &nodes))).collect();
    fold_wrappers(&mut items, &mut read);
    // Where those that are left stand now.
    let mut places = Vec::with_capacity(read.len());
    let mut left = 0;
    for found in &read {
        places.push(found.is_some().then_some(left));
        left += usize::from(found.is_some());
    }
    for (found, item) in read.iter_mut().zip(&items) {
        if let Some(found) = found {
            found.above = item.above.and_then(|above| places.get(above).copied().flatten());
        }
    }
    let nodes = items.iter().map(|item| item.node.id()).collect();
    // In place: there may be very many.
    read.retain(Option::is_some);
    Ok(Marked { comments: read.into_iter().map(Option::unwrap_or_default).collect(), nodes })
}

/// Elements that only wrap a comment, or several, are no comments of their own.
fn fold_wrappers(items: &mut [Item], read: &mut [Option<Found>]) {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); items.len()];
    for (i, item) in items.iter().enumerate() {
        if let Some(children) = item.above.and_then(|above| children.get_mut(above)) {
            children.push(i);
        }
    }
    for i in 0..items.len() {
        let (Some(item), Some(Some(found))) = (items.get(i).copied(), read.get(i)) else {
            continue;
        };
        if !found.comment.text.is_empty() || found.comment.author.is_some() {
            continue;
        }
        let below = children.get(i).cloned().unwrap_or_default();
        let first = below.first().and_then(|&first| Some((first, *items.get(first)?)));
        let content = first.filter(|(_, first)| {
            let parent = |item: &Item| item.node.parent().map(|node| node.id());
            let beside = below.iter().filter_map(|&other| items.get(other));
            !is_listed_below(first.node, item.node)
                && beside.filter(|other| parent(other) == parent(first)).count() == 1
        });
        let has_id = (item.node.value().as_element()).is_some_and(|element| element.id().is_some());
        let is_answered = first.is_some_and(|(_, first)| is_reply(first.node, item.node));
        let heir = match content {
            // It wraps one comment, and perhaps the replies to it.
            Some((first, _)) => Some(first),
            // A comment that says nothing.
            None if item.is_sure || is_answered || (has_id && below.is_empty()) => continue,
            // It wraps several, or nothing.
            None => None,
        };
        let wrapper = read.get_mut(i).and_then(Option::take);
        if let (Some(heir), Some(wrapper)) = (heir, wrapper)
            && let Some(Some(found)) = read.get_mut(heir)
        {
            if !wrapper.comment.id.is_empty() {
                found.comment.id = wrapper.comment.id;
            }
            found.answers = found.answers.take().or(wrapper.answers);
            found.comment.created_at = found.comment.created_at.take().or(wrapper.comment.created_at);
            if let Some(children) = children.get_mut(heir) {
                children.extend(below.iter().filter(|&&child| child != heir));
                children.sort_unstable();
            }
        }
        for child in below {
            if let Some(below) = items.get_mut(child) {
                below.above = match heir {
                    Some(heir) if heir != child => Some(heir),
                    _ => item.above,
                };
            }
        }
    }
}

/// An element of an item.
struct Own<'h> {
    node: Ref<'h>,
    element: &'h Element,
    /// Those up to this index stand in it.
    end: usize,
}

/// The elements of an item in page order, without the items in it.
fn own<'h>(item: Ref<'h>, items: &FxHashSet<NodeId>) -> Vec<Own<'h>> {
    let own: RefCell<Vec<Own>> = RefCell::default();
    let open: RefCell<Vec<usize>> = RefCell::default();
    walk(
        item,
        |node| {
            if items.contains(&node.id()) {
                return false;
            }
            if let Some(element) = node.value().as_element() {
                let mut own = own.borrow_mut();
                open.borrow_mut().push(own.len());
                own.push(Own { node, element, end: 0 });
            }
            true
        },
        |node| {
            if node.value().is_element()
                && let Some(at) = open.borrow_mut().pop()
            {
                let mut own = own.borrow_mut();
                let end = own.len();
                if let Some(own) = own.get_mut(at) {
                    own.end = end;
                }
            }
        },
    );
    own.into_inner()
}

/// What one item says, without the items in it.
fn read(item: Item, items: &FxHashSet<NodeId>) -> Found {
    let own = own(item.node, items);
    let is_item = |node: Ref| items.contains(&node.id());
    let author = author(&own, &is_item);
    let time = own.iter().find_map(|own| Some((own.node, time(own.node, own.element)?)));
    let content = content(&own);
    let skip = |node: Ref| {
        let is = |other: Option<Ref>| other.is_some_and(|other| other.id() == node.id());
        let element = node.value().as_element();
        is_item(node)
            || is(author.as_ref().map(|(node, _)| *node))
            || is(time.as_ref().map(|(node, _)| *node))
            || element.is_some_and(|element| is_control(node, element, content.is_some()))
    };
    let own_element = item.node.value().as_element();
    let attribute =
        |names: &[&str]| names.iter().find_map(|name| own_element?.attr(name)).map(|value| value.trim().to_owned());
    let parent = own.iter().find(|own| has_word(own.element, "itemprop", "parentItem"));
    Found {
        above: item.above,
        answers: attribute(&["data-parent-id", "data-parent", "data-parent-comment-id"])
            .or_else(|| parent.and_then(|own| own.element.attr("href")).map(str::to_owned))
            .map(|id| id.trim_start_matches('#').to_owned())
            .filter(|id| !id.is_empty()),
        comment: Comment {
            id: attribute(&["id", "data-comment-id"]).unwrap_or_default(),
            parent_id: None,
            text: text(content.unwrap_or(item.node), skip),
            author: author.map(|(_, name)| name).or_else(|| attribute(&["data-author"])),
            created_at: time.map(|(_, time)| time),
            ..Comment::default()
        },
    }
}

fn author<'h>(own: &[Own<'h>], is_item: &impl Fn(Ref) -> bool) -> Option<(Ref<'h>, String)> {
    let named = |&Own { node, element, .. }: &Own<'h>| {
        let rank = author_rank(element)?;
        let said = match element.attr("content") {
            Some(content) => content.trim().to_owned(),
            None => short_line(node, AUTHOR + SAYS, is_item)?,
        };
        let name = said.trim_end_matches(" says:").trim_end_matches(" says").trim_end_matches(':').trim();
        let is_name = !name.is_empty() && name.len() <= AUTHOR;
        is_name.then(|| (rank, node, name.to_owned()))
    };
    let best = own.iter().filter_map(named).min_by_key(|(rank, ..)| *rank);
    best.map(|(_, node, name)| (node, name))
}

/// The lower, the surer that it is the author's name alone.
fn author_rank(element: &Element) -> Option<u8> {
    let is_name =
        |class: &str| matches!(class, "fn" | "author" | "username" | "user-name" | "display-name" | "nickname");
    let tells = |class: &str| {
        let names = ["author", "username", "commenter"].iter().any(|name| class.contains(name));
        let other = ["avatar", "image", "img", "badge", "date", "meta", "url"];
        (names || class == "user" || class.ends_with("user-name")) && !other.iter().any(|name| class.contains(name))
    };
    if element.name() == "img" {
        None
    } else if has_word(element, "itemprop", "name") {
        Some(0)
    } else if has_word(element, "itemprop", "author") || classes(element).any(|class| class == "fn") {
        Some(1)
    } else if classes(element).any(|class| is_name(&class)) {
        Some(2)
    } else if has_word(element, "rel", "author") {
        Some(3)
    } else if classes(element).any(|class| tells(&class)) {
        Some(4)
    } else {
        (element.name() == "cite").then_some(5)
    }
}

fn time<'h>(node: Ref<'h>, element: &'h Element) -> Option<String> {
    let is_date = has_word(element, "itemprop", "dateCreated")
        || has_word(element, "itemprop", "datePublished")
        || element.name() == "time";
    if !is_date {
        return None;
    }
    let given = element.attr("datetime").or_else(|| element.attr("content"));
    let time = match given {
        Some(time) => time.trim().to_owned(),
        None => short_line(node, TIME, |_| false)?,
    };
    (!time.is_empty()).then_some(time)
}

/// The element that holds the text and little else: the innermost of the first that are called so.
fn content<'h>(own: &[Own<'h>]) -> Option<Ref<'h>> {
    let mut content: Option<Ref> = None;
    let mut within = 0..own.len();
    while let Some(at) = within.find(|&at| own.get(at).is_some_and(|own| is_content(own.element))) {
        let found = own.get(at)?;
        content = Some(found.node);
        within = at + 1..found.end;
    }
    content
}

fn is_content(element: &Element) -> bool {
    let is_block =
        matches!(element.name(), "div" | "p" | "section" | "blockquote" | "span" | "article" | "pre" | "td" | "dd");
    let is_named = has_word(element, "itemprop", "text")
        || has_word(element, "itemprop", "commentText")
        || classes(element).any(|class| {
            let last = class.rsplit(['-', '_']).next().unwrap_or(&class);
            matches!(last, "text" | "body" | "content" | "message" | "commenttext" | "commentbody")
                && !class.contains("author")
                && !class.contains("reader")
        });
    is_block && is_named
}

/// Whether it is not part of what the comment says. `is_within`: in an element that holds the text.
fn is_control(node: Ref, element: &Element, is_within: bool) -> bool {
    if has_word(element, "role", "button") || has_word(element, "aria-hidden", "true") {
        return true;
    }
    if is_within {
        return false;
    }
    let is_around = matches!(element.name(), "header" | "footer" | "time" | "nav" | "menu");
    is_around || classes(element).any(|class| is_control_class(&class)) || (element.name() == "a" && is_command(node))
}

fn is_control_class(class: &str) -> bool {
    let last = class.rsplit(['-', '_']).next().unwrap_or(class);
    matches!(
        last,
        "reply"
            | "actions"
            | "controls"
            | "meta"
            | "metadata"
            | "link"
            | "vote"
            | "votes"
            | "likes"
            | "share"
            | "report"
            | "permalink"
            | "says"
            | "footer"
            | "header"
            | "byline"
            | "avatar"
            | "timestamp"
            | "date"
            | "time"
            | "toolbar"
            | "buttons"
            | "tools"
    ) || matches!(class, "sr-only" | "screen-reader-text" | "visually-hidden")
}

/// No command is longer (in bytes).
const COMMAND: usize = 60;

/// A link that does something, instead of saying something.
fn is_command(node: Ref) -> bool {
    let Some(said) = short_line(node, COMMAND, |_| false) else { return false };
    let said = said.to_lowercase();
    let said = said.trim_matches(|char: char| !char.is_alphabetic());
    matches!(
        said,
        "" | "reply"
            | "like"
            | "report"
            | "share"
            | "flag"
            | "permalink"
            | "link"
            | "edit"
            | "delete"
            | "quote"
            | "upvote"
            | "downvote"
            | "recommend"
            | "respect"
            | "antworten"
            | "melden"
            | "répondre"
            | "signaler"
            | "responder"
            | "denunciar"
            | "rispondi"
            | "svar"
            | "svara"
            | "beantwoorden"
    )
}
