//! Comments of Isso: the JSON that it imports, and its API's answer for a page.

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::{Shape, refuse};
use crate::thread::markup;
use crate::thread::seconds;

pub(crate) static ISSO: Export = Export {
    name: "isso",
    what: "comments of Isso",
    recognised: "a JSON list of pages whose `comments` have `remote_addr`, or `replies` with `total_replies` and \
                 `hidden_replies`, or comments with `uri`, `mode`, `hash` and `dislikes`",
    is_document: true,
    is: |head| {
        head.has_at(&["[]", "comments", "[]", "remote_addr"])
            || head.tops_have(&["replies", "total_replies", "hidden_replies"])
            || head.tops_have(&LATEST)
    },
    open: open::<Isso>,
};

/// Keys of the newest comments of all pages, as the API lists them (`/latest`).
const LATEST: [&str; 5] = ["uri", "mode", "hash", "dislikes", "text"];

#[derive(Default)]
struct Isso;

impl JsonExport for Isso {
    const EXPORT: &'static Export = &ISSO;
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] =
        &["id", "parent_id", "thread_id", "article_title", "article_url", "author", "created_at", "text", "status"];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        if value.get("replies").is_list() {
            answer(value, out);
            return;
        }
        if LATEST.iter().all(|key| value.get(key).is_there()) {
            comment(value, "", out);
            return;
        }
        let (page, title) = (value.get("id").text(), value.get("title").text());
        if !value.get("comments").is_list() {
            refuse(value, "a page with `comments` is needed", out);
        }
        for comment in value.get("comments").items() {
            if !COMMENT.fits(comment, out) {
                continue;
            }
            out.push(
                comment.line(),
                &[
                    ("id", comment.get("id").text()),
                    ("thread_id", page),
                    ("article_title", title),
                    ("article_url", page),
                    ("author", comment.get("author").text()),
                    ("created_at", comment.get("created").text()),
                    // Isso renders it as Markdown, which may contain HTML.
                    ("text", &markup::plain_with_lines(comment.get("text").text())),
                ],
            );
        }
    }
}

const COMMENT: Shape =
    Shape { texts: &[&["text"]], signs: &["author", "created", "mode", "parent", "remote_addr", "replies"] };

/// An answer of the API: nested replies, with their text as HTML.
fn answer(value: Value<'_>, out: &mut Comments) {
    hidden(value, out);
    let mut open = vec![("", value.get("replies").items())];
    while let Some((above, replies)) = open.last_mut() {
        let Some(reply) = replies.next() else {
            open.pop();
            continue;
        };
        if !COMMENT.fits(reply, out) {
            continue;
        }
        comment(reply, above, out);
        hidden(reply, out);
        open.push((reply.get("id").text(), reply.get("replies").items()));
    }
}

fn hidden(holder: Value<'_>, out: &mut Comments) {
    let hidden = holder.get("hidden_replies").text().parse().unwrap_or_default();
    out.count_more("more reply is hidden and not in the file", "more replies are hidden and not in the file", hidden);
}

fn comment(reply: Value<'_>, above: &str, out: &mut Comments) {
    let status = match reply.get("mode").text() {
        "2" => "pending",
        "4" => "deleted",
        _ => "",
    };
    let parent = reply.get("parent").text();
    let text = if status == "deleted" { String::new() } else { markup::plain(reply.get("text").text()) };
    out.push(
        reply.line(),
        &[
            ("id", reply.get("id").text()),
            ("parent_id", if parent.is_empty() { above } else { parent }),
            ("thread_id", reply.get("uri").text()),
            ("article_url", reply.get("uri").text()),
            ("author", reply.get("author").text()),
            ("created_at", &seconds::rfc3339(reply.get("created").text())),
            ("text", &text),
            ("status", status),
        ],
    );
}
