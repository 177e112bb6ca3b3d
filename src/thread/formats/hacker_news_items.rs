//! Items from Hacker News's own API: in lines, in a list, one after the other, or a single one.
//!
//! An item names its parent, but not its story, and comments may precede either. Those wait until the story is found,
//! or until too many are waiting.

use std::borrow::Cow;

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::formats::articles::Articles;
use crate::thread::formats::hacker_news::gone;
use crate::thread::formats::roots::Roots;
use crate::thread::head::Head;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::{Shape, is_object};
use crate::thread::markup;
use crate::thread::seconds;

pub(crate) static HACKER_NEWS_ITEMS: Export = Export {
    name: "hacker-news-items",
    what: "items of Hacker News",
    recognised: "JSON with `by`, `id`, `time` and `type`, and `parent`, `kids` or `descendants`, one item or many",
    is_document: false,
    is: is_item,
    open: open::<Items>,
};

fn is_item(head: &Head<'_>) -> bool {
    let is_item = head.tops_have(&["by", "id", "time", "type"]);
    let has_more = || ["parent", "kids", "descendants"].iter().any(|key| head.tops_have(&[key]));
    (is_item && has_more()) || head.tops_have(&["deleted", "id", "parent", "time", "type"])
}

const COMMENT: Shape = Shape { texts: &[&["text"]], signs: &["parent"] };

/// The most bytes of comments that wait for their story.
const MOST_WAITING: usize = 64 << 20;

#[derive(Default)]
struct Items {
    stories: Articles,
    roots: Roots,
    /// Comments whose story is not known yet, and all comments after them.
    waiting: Vec<Comment>,
    waiting_bytes: usize,
    /// How many replies the items name, and how many of those are there.
    named: u64,
    there: u64,
    has_comment: bool,
}

/// A waiting comment.
struct Comment {
    line: u64,
    id: u64,
    parent: u64,
    author: String,
    created_at: String,
    text: String,
    status: &'static str,
}

impl JsonExport for Items {
    const EXPORT: &'static Export = &HACKER_NEWS_ITEMS;
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "parent_id",
        "thread_id",
        "article_title",
        "article_text",
        "article_url",
        "author",
        "created_at",
        "text",
        "status",
    ];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        // Some programs replace the ids in `kids` by the items.
        let mut stack = vec![value];
        while let Some(value) = stack.pop() {
            self.item(value, out);
            let at = stack.len();
            stack.extend(value.get("kids").items().filter(|kid| kid.is_object()));
            if let Some(kids) = stack.get_mut(at..) {
                kids.reverse();
            }
        }
    }

    fn other(&mut self, value: Value<'_>, out: &mut Comments) {
        if value.is_null() {
            out.count(
                "item is empty (null): there is none of its number",
                "items are empty (null): there are none of their numbers",
            );
        } else {
            is_object(value, out);
        }
    }

    fn end(&mut self, out: &mut Comments) {
        self.hand_out(out);
        self.stories.remark().into_iter().for_each(|remark| out.remark(remark));
        if self.roots.is_full() {
            out.remark("it holds more items than are kept in memory: some threads are in pieces");
        }
        let missing = self.named.saturating_sub(self.there);
        if !self.has_comment && missing > 0 {
            out.fail(format!(
                "it holds items of Hacker News and none of the {missing} replies that they name (kids): save those too, or the \
                 whole thread from hn.algolia.com/api/v1/items/ID"
            ));
        }
        out.count_more(
            "reply that its items name (kids) is not in the file",
            "replies that its items name (kids) are not in the file",
            missing,
        );
    }
}

impl Items {
    fn item(&mut self, value: Value<'_>, out: &mut Comments) {
        let Ok(id) = value.get("id").text().parse::<u64>() else {
            out.refuse(value.line(), "it is no item of Hacker News: it has no number for an `id`");
            return;
        };
        self.named += value.get("kids").items().count() as u64;
        let parent = value.get("parent").text().parse::<u64>();
        match (value.get("type").text(), parent) {
            ("pollopt", _) => {
                out.count("choice of a poll, which is no comment", "choices of a poll, which are no comments");
            }
            ("comment" | "", Ok(parent)) => self.comment(value, (id, parent), out),
            ("story" | "job" | "poll" | "", _) => self.story(value, id, out),
            (_, Ok(parent)) => self.comment(value, (id, parent), out),
            ("comment", Err(_)) => out.refuse(value.line(), "the comment has no number for a `parent`"),
            _ => out.refuse(value.line(), "it is neither a story nor a comment of Hacker News"),
        }
    }

    fn story(&mut self, value: Value<'_>, id: u64, out: &Comments) {
        self.roots.root(id);
        let told = [
            ("article_title", value.get("title").text()),
            ("article_text", &markup::plain(value.get("text").text())),
            ("article_url", value.get("url").text()),
        ];
        self.stories.insert(&id.to_string(), out.shared(&told));
    }

    fn comment(&mut self, value: Value<'_>, (id, parent): (u64, u64), out: &mut Comments) {
        if !COMMENT.fits(value, out) {
            return;
        }
        let is_deleted = value.get("deleted").is_true();
        let written = value.get("text").text();
        let (status, is_gone) = match gone(written) {
            _ if is_deleted => ("deleted", true),
            Some(status) => (status, true),
            None if value.get("dead").is_true() => ("dead", false),
            None => ("", false),
        };
        let time = value.get("time");
        let created_at =
            if time.is_there() { seconds::rfc3339(time.text()) } else { Cow::Borrowed(value.get("timestamp").text()) };
        let comment = Comment {
            line: value.line(),
            id,
            parent,
            author: value.get("by").text().to_owned(),
            created_at: created_at.into_owned(),
            text: if is_gone { String::new() } else { markup::plain(written) },
            status,
        };
        self.has_comment = true;
        self.roots.below(id, parent);
        if self.waiting.is_empty() && self.roots.is_rooted(parent) {
            self.push(&comment, out);
            return;
        }
        self.waiting_bytes +=
            size_of::<Comment>() + comment.author.len() + comment.created_at.len() + comment.text.len();
        self.waiting.push(comment);
        if self.waiting_bytes > MOST_WAITING {
            self.hand_out(out);
        }
    }

    fn hand_out(&mut self, out: &mut Comments) {
        self.waiting_bytes = 0;
        for comment in std::mem::take(&mut self.waiting) {
            self.push(&comment, out);
        }
    }

    fn push(&mut self, comment: &Comment, out: &mut Comments) {
        self.there += u64::from(self.roots.has(comment.parent));
        let top = self.roots.of(comment.parent);
        let thread = top.to_string();
        // The ancestor of all comments in the file is their story, whether or not it is in the file.
        let is_top = comment.parent == top && !self.roots.is_loop(top);
        if is_top && !self.roots.has(top) {
            out.count(
                "comment answers an item that is not in the file, and stands at the top of its thread",
                "comments answer items that are not in the file, and stand at the top of their thread",
            );
        }
        let parent = comment.parent.to_string();
        out.push_with(
            comment.line,
            &[
                ("id", &comment.id.to_string()),
                ("parent_id", if is_top { "" } else { &parent }),
                ("thread_id", &thread),
                ("author", &comment.author),
                ("created_at", &comment.created_at),
                ("text", &comment.text),
                ("status", comment.status),
            ],
            self.stories.get(&thread),
        );
    }
}
