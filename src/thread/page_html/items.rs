//! Finds the elements of a page that are comments, and how they are nested.

use ego_tree::NodeId;
use rustc_hash::FxHashMap;
use scraper::node::Element;
use scraper::{Html, Node};

use crate::thread::limits::{MOST_COMMENTS, MoreThan, more_than};
use crate::thread::page_html::beside::Beside;
use crate::thread::page_html::called::{is_list_of_comments, kind};
use crate::thread::page_html::dom::{Ref, classes, has_word, walk};

/// How many nodes of an answer are searched for who signed it, as answers may be nested without end.
const NODES: usize = 5_000;

/// An element taken for a comment.
#[derive(Clone, Copy)]
pub(crate) struct Item<'h> {
    pub(crate) node: Ref<'h>,
    /// The index of the item that it answers.
    pub(crate) above: Option<usize>,
    /// Its id or its type marks it as a comment, not only the name of a class.
    pub(crate) is_sure: bool,
}

/// Finds the items in page order by type, id and class.
///
/// # Errors
/// When there are more than one document may have.
pub(crate) fn find<'h>(html: &'h Html, beside: &Beside) -> Result<Vec<Item<'h>>, MoreThan> {
    few(collect(html, beside, |node, element, _| kind(element).or_else(|| is_answer(node, element).then_some(true))))
}

/// Whether an element is marked as somebody's answer. Those to a page's own questions are signed by nobody, or in an FAQ.
fn is_answer(node: Ref, element: &Element) -> bool {
    let is = |element: &Element, kind: &str| {
        element.attr("itemtype").is_some_and(|types| types.trim_end_matches('/').ends_with(kind))
    };
    let is_faq = |node: Ref| node.value().as_element().is_some_and(|element| is(element, "schema.org/FAQPage"));
    let is_signed = |node: Ref| {
        let element = node.value().as_element();
        element.is_some_and(|element| ["author", "dateCreated"].iter().any(|name| has_word(element, "itemprop", name)))
    };
    is(element, "schema.org/Answer")
        && node.descendants().take(NODES).any(is_signed)
        && !node.ancestors().take(NODES).any(is_faq)
}

/// Finds the entries of lists that are named as comments.
///
/// # Errors
/// As [`find`].
pub(crate) fn listed<'h>(html: &'h Html, beside: &Beside) -> Result<Vec<Item<'h>>, MoreThan> {
    few(collect(html, beside, |_, element, in_list| {
        (in_list && matches!(element.name(), "li" | "article")).then_some(false)
    }))
}

fn few(items: Vec<Item>) -> Result<Vec<Item>, MoreThan> {
    if items.len() > MOST_COMMENTS {
        return Err(more_than(MOST_COMMENTS, "comments"));
    }
    Ok(items)
}

/// Removes the items for which `is_none` holds; items inside them move to the next enclosing item.
pub(crate) fn without(items: Vec<Item>, is_none: impl Fn(usize) -> bool) -> Vec<Item> {
    // The new index of each item, or of the item that takes its place.
    let mut places: Vec<Option<usize>> = Vec::with_capacity(items.len());
    let mut left: Vec<Item> = Vec::with_capacity(items.len());
    for (i, item) in items.into_iter().enumerate() {
        let above = item.above.and_then(|above| places.get(above).copied().flatten());
        if is_none(i) {
            places.push(above);
        } else {
            places.push(Some(left.len()));
            left.push(Item { above, ..item });
        }
    }
    left
}

/// Collects items. `kind` decides for an element, given whether it is in a list of comments: `None` if it is not an
/// item, else whether it surely is one.
pub(crate) fn collect<'h>(
    html: &'h Html,
    beside: &Beside,
    kind: impl Fn(Ref<'h>, &Element, bool) -> Option<bool>,
) -> Vec<Item<'h>> {
    let mut items: Vec<Item> = Vec::new();
    let above: std::cell::RefCell<Vec<(NodeId, usize)>> = std::cell::RefCell::default();
    let lists: std::cell::RefCell<Vec<NodeId>> = std::cell::RefCell::default();
    walk(
        html.tree.root(),
        |node| {
            let Node::Element(element) = node.value() else {
                return true;
            };
            if beside.has(node, element) {
                return false;
            }
            if is_list_of_comments(element) {
                lists.borrow_mut().push(node.id());
            }
            if let Some(is_sure) = kind(node, element, !lists.borrow().is_empty()) {
                let mut open = above.borrow_mut();
                items.push(Item { node, above: open.last().map(|&(_, item)| item), is_sure });
                open.push((node.id(), items.len() - 1));
            }
            true
        },
        |node| {
            let mut open = above.borrow_mut();
            if open.last().is_some_and(|&(id, _)| id == node.id()) {
                open.pop();
            }
            let mut lists = lists.borrow_mut();
            if lists.last() == Some(&node.id()) {
                lists.pop();
            }
        },
    );
    items
}

/// Whether an element holds the replies to what precedes it.
fn holds_replies(element: &Element) -> bool {
    classes(element).any(|class| {
        matches!(
            class.replace('_', "-").as_str(),
            "children"
                | "replies"
                | "answers"
                | "reply-list"
                | "comment-answers"
                | "comment-replies"
                | "comment-children"
                | "nested"
                | "child"
                | "indented"
                | "comment-child-list"
                | "children-comments"
                | "sub-comments"
                | "isso-follow-up"
                | "comment--replies"
                | "comment--children"
        )
    })
}

/// Whether there is a list of replies between an item and an enclosing one.
pub(crate) fn is_listed_below(item: Ref, above: Ref) -> bool {
    (item.ancestors().take_while(|node| node.id() != above.id())).any(|node| {
        let element = node.value().as_element();
        element.is_some_and(|element| matches!(element.name(), "ol" | "ul") || holds_replies(element))
    })
}

/// Whether an element between an item and an enclosing one is named as replies.
pub(crate) fn is_reply(item: Ref, above: Ref) -> bool {
    let mut between = item.ancestors().take_while(|node| node.id() != above.id());
    between.any(|node| node.value().as_element().is_some_and(holds_replies))
}

/// Handles pages where replies are not inside the comment but in a list after it: `<li><div comment/><ul>…</ul></li>`.
pub(crate) fn answer_siblings(items: &mut [Item]) {
    let of_node: FxHashMap<NodeId, usize> = items.iter().enumerate().map(|(i, item)| (item.node.id(), i)).collect();
    // The result for an element and its ancestors up to the next item, looked up once for each element, however many
    // items are below it.
    let mut known: FxHashMap<NodeId, Option<usize>> = FxHashMap::default();
    let mut found: Vec<Option<usize>> = Vec::with_capacity(items.len());
    for item in items.iter() {
        let above = item.above.and_then(|above| items.get(above)).map(|above| above.node.id());
        let mut passed = Vec::new();
        let mut sibling = None;
        for list in item.node.ancestors().take_while(|node| Some(node.id()) != above) {
            if let Some(&before) = known.get(&list.id()) {
                sibling = before;
                break;
            }
            passed.push(list.id());
            sibling = sibling_above(list, &of_node);
            if sibling.is_some() {
                break;
            }
        }
        known.extend(passed.into_iter().map(|list| (list, sibling)));
        found.push(sibling);
    }
    for (i, sibling) in found.into_iter().enumerate() {
        if let (Some(sibling), Some(item)) = (sibling, items.get_mut(i))
            && sibling < i
        {
            item.above = Some(sibling);
        }
    }
}

fn sibling_above(list: Ref, of_node: &FxHashMap<NodeId, usize>) -> Option<usize> {
    let element = list.value().as_element()?;
    let parent = list.parent().and_then(|parent| parent.value().as_element());
    let is_in_entry = parent.is_some_and(|parent| parent.name() == "li");
    let is_list = matches!(element.name(), "ol" | "ul") && is_in_entry;
    if !is_list && !holds_replies(element) {
        return None;
    }
    let mut before = list.prev_siblings().filter(|node| node.value().is_element());
    let before = before.next()?;
    before.descendants().find_map(|node| of_node.get(&node.id()).copied())
}
