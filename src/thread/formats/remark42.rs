//! Backups of Remark42: a first line about the site, then a comment a line.

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::markup;

pub(crate) static REMARK42: Export = Export {
    name: "remark42",
    what: "a backup of Remark42",
    recognised: "lines of JSON, the first with `version`, `users` and `posts`, or comments with `locator` and `pid`",
    is_document: false,
    is: |head| head.tops_have(&["version", "users", "posts"]) || head.tops_have(&["pid", "locator", "user"]),
    open: open::<Remark42>,
};

#[derive(Default)]
struct Remark42;

impl JsonExport for Remark42 {
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] =
        &["id", "parent_id", "thread_id", "article_title", "article_url", "author", "created_at", "text", "status"];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        if value.get("posts").is_list() {
            return;
        }
        let is_deleted = value.get("delete").is_true();
        let url = value.at(&["locator", "url"]).text();
        let text = if is_deleted { String::new() } else { markup::plain(value.get("text").text()) };
        out.push(
            value.line(),
            &[
                ("id", value.get("id").text()),
                ("parent_id", value.get("pid").text()),
                ("thread_id", url),
                ("article_title", value.get("title").text()),
                ("article_url", url),
                ("author", value.at(&["user", "name"]).text()),
                ("created_at", value.get("time").text()),
                ("text", &text),
                ("status", if is_deleted { "deleted" } else { "" }),
            ],
        );
    }
}
