//! Comments of Remark42: its backups, with a first line about the site and then one comment per line; and answers of
//! its API, which are lists or trees of comments.

use rustc_hash::FxHashSet;

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::head::Head;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::{Shape, refuse};
use crate::thread::markup;
use crate::thread::survey::ELEMENT;

pub(crate) static REMARK42: Export = Export {
    name: "remark42",
    what: "comments of Remark42",
    recognised: "lines of JSON, the first with `version`, `users` and `posts`, or comments with `locator` and `pid`, also in \
                 `comments` as its interface answers",
    is_document: true,
    is: is_remark42,
    open: open::<Remark42>,
};

fn is_remark42(head: &Head<'_>) -> bool {
    let is_comment = |place: &[&str]| ["pid", "locator", "user"].iter().all(|key| head.has(&[place, &[key]].concat()));
    head.tops_have(&["version", "users", "posts"])
        || head.tops_have(&["pid", "locator", "user"])
        || is_comment(&["comments", ELEMENT])
        || is_comment(&["comments", ELEMENT, "comment"])
}

const COMMENT: Shape = Shape { texts: &[&["text"], &["orig"]], signs: &["delete", "locator", "pid", "time", "user"] };

#[derive(Default)]
struct Remark42 {
    /// The ids of blocked users.
    blocked: FxHashSet<String>,
}

impl JsonExport for Remark42 {
    const EXPORT: &'static Export = &REMARK42;
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] =
        &["id", "parent_id", "thread_id", "article_title", "article_url", "author", "created_at", "text", "status"];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        if value.get("posts").is_list() {
            let users = value.get("users").items().filter(|user| user.at(&["blocked", "status"]).is_true());
            self.blocked.extend(users.map(|user| user.get("id").text().to_owned()));
            return;
        }
        let answer = value.get("comments");
        if !answer.is_list() {
            self.node(value, out);
            return;
        }
        let mut open = vec![answer.items()];
        while let Some(nodes) = open.last_mut() {
            let Some(node) = nodes.next() else {
                open.pop();
                continue;
            };
            self.node(node, out);
            open.push(node.get("replies").items());
        }
    }
}

impl Remark42 {
    /// Reads a comment, or a tree node that holds one.
    fn node(&self, node: Value<'_>, out: &mut Comments) {
        let inner = node.get("comment");
        self.comment(if inner.is_there() { inner } else { node }, out);
    }

    fn comment(&self, value: Value<'_>, out: &mut Comments) {
        if !COMMENT.fits(value, out) {
            return;
        }
        let id = value.get("id").text();
        if id.is_empty() {
            refuse(value, "a comment with an `id` is needed", out);
            return;
        }
        let is_deleted = value.get("delete").is_true();
        let (user, html) = (value.get("user"), value.get("text").text());
        let text = match html {
            _ if is_deleted => String::new(),
            "" => value.get("orig").text().to_owned(),
            _ => markup::plain(html),
        };
        let url = value.at(&["locator", "url"]).text();
        let is_blocked = self.blocked.contains(user.get("id").text());
        out.push(
            value.line(),
            &[
                ("id", id),
                ("parent_id", value.get("pid").text()),
                ("thread_id", url),
                ("article_title", value.get("title").text()),
                ("article_url", url),
                ("author", user.get("name").text()),
                ("created_at", value.get("time").text()),
                ("text", &text),
                (
                    "status",
                    if is_deleted {
                        "deleted"
                    } else if is_blocked {
                        "blocked user"
                    } else {
                        ""
                    },
                ),
            ],
        );
    }
}
