//! Answers of Coral's GraphQL interface: one or more pages of comments in a file.

use rustc_hash::FxHashMap;

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::formats::coral;
use crate::thread::head::Head;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::{Shape, is_object, refuse};
use crate::thread::markup;
use crate::thread::survey::ELEMENT;

pub(crate) static CORAL_GRAPHQL: Export = Export {
    name: "coral-graphql",
    what: "answers of Coral's GraphQL interface",
    recognised: "JSON with comments of Coral (`body`, and `status` or `story`) in `comments.edges` or `comments.nodes`",
    is_document: true,
    is: is_answer,
    open: open::<CoralGraphql>,
};

/// Keys that comments have in no other interface with such pages.
const OWN: [&str; 7] = ["status", "story", "revision", "ancestorIDs", "statusHistory", "initialStatus", "actionCounts"];

fn is_answer(head: &Head<'_>) -> bool {
    let places: [&[&str]; 2] = [&["comments", "edges", ELEMENT, "node"], &["comments", "nodes", ELEMENT]];
    let has = |place: &[&str], key: &'static str| head.has(&[place, &[key]].concat());
    let own = |place: &[&str]| OWN.iter().filter(|own| has(place, own)).count();
    let has_data = head.has_at(&["data"]) || head.has_at(&[ELEMENT, "data"]);
    // Programs may pass on the contents of `data` without it; then one key is not enough, since comments of other
    // systems have a `status` too.
    let needed = if has_data { 1 } else { 2 };
    let is_here = |place: &&[&str]| {
        let is_comment = has(place, "body") || has(place, "revision");
        is_comment && own(place) >= needed
    };
    // A page of comments that is empty.
    let is_empty = |list: &[&str]| {
        let at = |end: &[&str]| head.has_at(&[&["data"], list, end].concat());
        at(&["edges"]) && at(&["pageInfo", "hasNextPage"]) && !at(&["edges", ELEMENT])
    };
    places.iter().any(is_here) || is_empty(&["comments"]) || is_empty(&["story", "comments"])
}

/// Lists of comments below another comment.
const BELOW: [&str; 2] = ["replies", "allChildComments"];

#[derive(Default)]
struct CoralGraphql {
    /// Whether the last page of a list is there, by the list's owner. Pages may be in any order.
    pages: FxHashMap<String, bool>,
}

/// An object to be searched.
#[derive(Clone, Copy)]
struct Open<'a> {
    value: Value<'a>,
    /// Whether it is a comment rather than only a container of comments.
    is_comment: bool,
    story: Value<'a>,
    parent: &'a str,
}

impl JsonExport for CoralGraphql {
    const EXPORT: &'static Export = &CORAL_GRAPHQL;
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] = coral::COLUMNS;

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        if let Some(error) = value.get("errors").items().next() {
            out.remark(format!("an answer of the interface says: {}", error.get("message").text()));
        }
        let data = value.get("data");
        let data = if data.is_there() { data } else { value };
        let is_list = |list: Value<'_>| list.get("edges").is_list() || list.get("nodes").is_list();
        let holds = |(_, part): (&str, Value<'_>)| is_list(part) || part.is_object();
        if !data.members().any(holds) {
            refuse(value, "it is no answer of Coral: it holds no `comments`", out);
            return;
        }
        let mut stack = vec![Open { value: data, is_comment: false, story: data.get("story"), parent: "" }];
        let mut below = Vec::new();
        while let Some(open) = stack.pop() {
            if open.is_comment {
                comment(open, out);
            } else {
                is_object(open.value, out);
            }
            self.look_into(open, &mut below, out);
            stack.extend(below.drain(..).rev());
        }
    }

    fn end(&mut self, out: &mut Comments) {
        let cut = self.pages.values().filter(|is_whole| !**is_whole).count() as u64;
        out.count_more(
            "list of comments goes on beyond the pages in the file (hasNextPage): ask for the rest with after: endCursor",
            "lists of comments go on beyond the pages in the file (hasNextPage): ask for the rest with after: endCursor",
            cut,
        );
    }
}

impl CoralGraphql {
    /// Finds the comments in an object, and further objects that may contain some.
    fn look_into<'a>(&mut self, open: Open<'a>, below: &mut Vec<Open<'a>>, out: &mut Comments) {
        let (own, id) = (open.value, open.value.get("id").text());
        let story = if own.get("metadata").is_object() || own.get("url").is_string() { own } else { open.story };
        for (key, value) in own.members() {
            let is_list_of_comments = BELOW.contains(&key) || (key == "comments" && !open.is_comment);
            if open.is_comment && !is_list_of_comments {
                continue;
            }
            let parent = if open.is_comment { id } else { "" };
            let (edges, nodes) = (value.get("edges"), value.get("nodes"));
            if !edges.is_list() && !nodes.is_list() {
                if value.is_object() && !open.is_comment {
                    below.push(Open { value, is_comment: key == "comment", story, parent });
                }
                continue;
            }
            if is_list_of_comments {
                self.page(open, value, out);
            }
            let mut push = |node: Value<'a>| {
                below.push(Open { value: node, is_comment: is_list_of_comments, story, parent });
            };
            if edges.is_list() {
                edges.items().for_each(|edge| push(node_of(edge)));
            } else {
                nodes.items().for_each(&mut push);
            }
        }
    }

    fn page(&mut self, open: Open<'_>, list: Value<'_>, out: &mut Comments) {
        let has_next = list.at(&["pageInfo", "hasNextPage"]);
        if open.is_comment && has_next.is_true() {
            out.count(
                "comment has more replies than are in the file (hasNextPage)",
                "comments have more replies than are in the file (hasNextPage)",
            );
        } else if !open.is_comment && has_next.is_there() {
            let is_whole = self.pages.entry(open.value.get("id").text().to_owned()).or_default();
            *is_whole |= !has_next.is_true();
        }
    }
}

/// The node of an edge; anything else stands for itself.
fn node_of(edge: Value<'_>) -> Value<'_> {
    let node = edge.get("node");
    if node.is_there() { node } else { edge }
}

const COMMENT: Shape = Shape {
    texts: &[&["body"], &["revision", "body"]],
    signs: &["author", "createdAt", "deleted", "deletedAt", "parent", "replies", "revision", "status", "story"],
};

fn comment(open: Open<'_>, out: &mut Comments) {
    let node = open.value;
    if !COMMENT.fits(node, out) {
        return;
    }
    let is_deleted = node.get("deleted").is_true() || node.get("deletedAt").is_string();
    let text = if is_deleted { String::new() } else { markup::plain(body(node)) };
    let status = node.get("status").text();
    let own = node.get("story");
    let story = if own.is_object() { own } else { open.story };
    let url = story.get("url").text();
    let thread = Some(story.get("id").text()).filter(|id| !id.is_empty()).unwrap_or(url);
    let parent = match (node.get("parent"), node.get("ancestorIDs").items().next()) {
        (parent, _) if parent.is_there() => parent.get("id").text(),
        (_, Some(nearest)) if open.parent.is_empty() => nearest.text(),
        _ => open.parent,
    };
    let author = node.get("author");
    let author = [author.get("username"), author.get("id")].map(Value::text).into_iter().find(|name| !name.is_empty());
    out.push(
        node.line(),
        &[
            ("id", node.get("id").text()),
            ("parent_id", parent),
            ("thread_id", thread),
            ("article_title", story.at(&["metadata", "title"]).text()),
            ("article_url", url),
            ("author", author.unwrap_or_default()),
            ("created_at", &coral::time(node.get("createdAt"))),
            ("text", &text),
            ("status", if is_deleted { "deleted" } else { status }),
            ("reject", if is_deleted { "" } else { decision(node, status) }),
            ("tags", &coral::tags(node.get("tags"))),
            ("flags", &flags(node.get("actionCounts"))),
            ("toxicity_score", &coral::score(node.at(&["revision", "metadata", "perspective", "score"]))),
        ],
    );
}

fn body(node: Value<'_>) -> &str {
    let body = node.get("body");
    if body.is_string() { body.text() } else { node.at(&["revision", "body"]).text() }
}

/// A moderator's decision, from the status history if that was requested.
fn decision(node: Value<'_>, status: &str) -> &'static str {
    let by_initial = coral::decision(status, node.get("initialStatus").text());
    let history = node.get("statusHistory");
    let (edges, nodes) = (history.get("edges"), history.get("nodes"));
    let changes = edges.items().map(|edge| edge.get("node")).chain(nodes.items());
    let mut to_this = changes.filter(|change| change.get("status").text() == status).peekable();
    match to_this.peek() {
        Some(change) if change.get("moderator").is_there() => {
            let by_person = to_this.any(|change| change.get("moderator").is_object());
            if by_person { coral::of_person(status) } else { "" }
        }
        _ => by_initial,
    }
}

/// The flags, counted as the interface or the database does.
fn flags(counts: Value<'_>) -> String {
    let total = counts.at(&["flag", "total"]);
    if total.is_there() { total.text().to_owned() } else { coral::flags(counts) }
}
