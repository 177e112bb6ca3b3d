//! Comments whose author and time are in one element and whose text is in the next: `<dt>` and `<dd>`, or a paragraph
//! (`Rosa wrote on 5 March:`) and a quotation. Each pair is put into an element of its own, so that it can be found as
//! a block, or as a comment if its author is called a comment's.

use ego_tree::NodeId;
use rustc_hash::FxHashMap;
use scraper::{Html, Node};

use crate::thread::page_html::dom::{Ref, classes, short_line};
use crate::thread::page_html::time;

/// The longest name and time together, in bytes.
const SHORT: usize = 120;
/// Fewer pairs are not a list.
const LEAST: usize = 2;

struct Pair {
    around: NodeId,
    head: NodeId,
    bodies: Vec<NodeId>,
    /// Its elements are called parts of a comment.
    is_named: bool,
}

/// The page with its pairs joined, if there are any.
pub(crate) fn joined(html: &Html) -> Option<Html> {
    let mut pairs: Vec<Pair> = html.tree.nodes().filter_map(pair).collect();
    let mut counts: FxHashMap<NodeId, usize> = FxHashMap::default();
    for pair in &pairs {
        *counts.entry(pair.around).or_default() += 1;
    }
    pairs.retain(|pair| counts.get(&pair.around).is_some_and(|count| *count >= LEAST));
    let pattern =
        Html::parse_fragment("<div class=joined></div><div class=text></div><div></div><div class=comment></div>");
    let mut parts = pattern.root_element().children().map(|node| node.value().clone());
    let (block, text, plain, comment) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if pairs.is_empty() {
        return None;
    }
    let mut html = html.clone();
    for pair in pairs {
        if pair.is_named {
            enclose(&mut html, &pair, &comment);
        } else {
            join(&mut html, pair, (&block, &text, &plain));
        }
    }
    Some(html)
}

/// The head of a pair, and what follows it.
fn pair(head: Ref) -> Option<Pair> {
    let named = |node: Ref, name: &str| node.value().as_element().is_some_and(|element| element.name() == name);
    let body = match head.value().as_element()?.name() {
        "dt" => "dd",
        "p" => "blockquote",
        _ => return None,
    };
    let following = head.next_siblings().filter(|node| !is_blank(*node));
    let bodies: Vec<Ref> = following.take_while(|node| named(*node, body)).collect();
    let around = head.parent()?.id();
    let is_named = is_called_author(head) && bodies.iter().any(|body| is_dated(*body));
    let is_pair = is_named || (!bodies.is_empty() && is_dated(head));
    let bodies = bodies.into_iter().map(|body| body.id()).collect();
    is_pair.then(|| Pair { around, head: head.id(), bodies, is_named })
}

fn is_blank(node: Ref) -> bool {
    match node.value() {
        Node::Text(said) => said.trim().is_empty(),
        Node::Comment(_) => true,
        _ => false,
    }
}

/// Whether an element is called the author of a comment.
fn is_called_author(head: Ref) -> bool {
    head.value().as_element().is_some_and(|element| classes(element).any(|class| class == "comment-author"))
}

/// Whether an element is short and contains a time.
fn is_dated(head: Ref) -> bool {
    let is_short = short_line(head, SHORT, |_| false).is_some();
    is_short
        && head.descendants().any(|node| match node.value() {
            Node::Text(said) => time::is_time(said.trim()),
            Node::Element(element) => element.name() == "time",
            _ => false,
        })
}

/// Puts the elements of a pair into one, as they are.
fn enclose(html: &mut Html, pair: &Pair, comment: &Node) {
    let Some(mut head) = html.tree.get_mut(pair.head) else { return };
    let comment = head.insert_before(comment.clone()).id();
    let Some(mut comment) = html.tree.get_mut(comment) else { return };
    comment.append_id(pair.head);
    for body in &pair.bodies {
        comment.append_id(*body);
    }
}

fn join(html: &mut Html, pair: Pair, (block, text, plain): (&Node, &Node, &Node)) {
    let Some(mut head) = html.tree.get_mut(pair.head) else { return };
    let block = head.insert_before(block.clone()).id();
    let Some(mut block) = html.tree.get_mut(block) else { return };
    block.append_id(pair.head);
    let text = block.append(text.clone()).id();
    for body in pair.bodies {
        let Some(mut text) = html.tree.get_mut(text) else { return };
        text.append(plain.clone()).reparent_from_id_append(body);
        if let Some(mut body) = html.tree.get_mut(body) {
            body.detach();
        }
    }
}
