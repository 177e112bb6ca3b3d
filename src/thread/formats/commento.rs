//! Exports of Commento (and of Comentario in the same form).

use rustc_hash::FxHashMap;

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::Shape;
use crate::thread::markup;
use crate::thread::survey::ELEMENT;

pub(crate) static COMMENTO: Export = Export {
    name: "commento",
    what: "an export of Commento",
    recognised: "JSON with `comments` that have `commentHex`",
    is_document: true,
    is: |head| {
        let comment = ["comments", ELEMENT, "commentHex"];
        head.has_at(&comment) || head.has_at(&[&[ELEMENT], &comment[..]].concat())
    },
    open: open::<Commento>,
};

const COMMENT: Shape = Shape {
    texts: &[&["markdown"], &["html"]],
    signs: &["commenterHex", "creationDate", "deleted", "parentHex", "state"],
};

#[derive(Default)]
struct Commento;

impl JsonExport for Commento {
    const EXPORT: &'static Export = &COMMENTO;
    // The commenters come after all comments.
    const UNIT: Unit = Unit::Document;
    const COLUMNS: &'static [&'static str] =
        &["id", "parent_id", "thread_id", "article_url", "author", "created_at", "text", "status"];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        if value.is_list() {
            // Exports combined into one list.
            value.items().for_each(|export| self.value(export, out));
            return;
        }
        let name = |commenter: Value<'_>| {
            (commenter.get("commenterHex").text().to_owned(), commenter.get("name").text().to_owned())
        };
        let names: FxHashMap<String, String> = value.get("commenters").items().map(name).collect();
        for comment in value.get("comments").items() {
            if !COMMENT.fits(comment, out) {
                continue;
            }
            let is_deleted = comment.get("deleted").is_true();
            let markdown = comment.get("markdown").text();
            // The HTML is what readers saw; the Markdown is what the author typed.
            let text = match comment.get("html").text() {
                _ if is_deleted => String::new(),
                "" => markdown.to_owned(),
                html => markup::plain(html),
            };
            let parent = comment.get("parentHex").text();
            let commenter = comment.get("commenterHex").text();
            let page = format!("{}{}", comment.get("domain").text(), comment.get("url").text());
            out.push(
                comment.line(),
                &[
                    ("id", comment.get("commentHex").text()),
                    ("parent_id", if parent == "root" { "" } else { parent }),
                    ("thread_id", &page),
                    ("article_url", &page),
                    ("author", names.get(commenter).map_or(commenter, String::as_str)),
                    ("created_at", comment.get("creationDate").text()),
                    ("text", &text),
                    ("status", if is_deleted { "deleted" } else { comment.get("state").text() }),
                ],
            );
        }
    }
}
