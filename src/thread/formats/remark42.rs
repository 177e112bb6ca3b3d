//! Backups of Remark42: a first line about the site, then a comment a line.

use rustc_hash::FxHashSet;

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
    is_document: true,
    is: |head| head.tops_have(&["version", "users", "posts"]) || head.tops_have(&["pid", "locator", "user"]),
    open: open::<Remark42>,
};

#[derive(Default)]
struct Remark42 {
    /// The ids of users who are blocked.
    blocked: FxHashSet<String>,
}

impl JsonExport for Remark42 {
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] =
        &["id", "parent_id", "thread_id", "article_title", "article_url", "author", "created_at", "text", "status"];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        if value.get("posts").is_list() {
            let users = value.get("users").items().filter(|user| user.at(&["blocked", "status"]).is_true());
            self.blocked.extend(users.map(|user| user.get("id").text().to_owned()));
            return;
        }
        let id = value.get("id").text();
        if id.is_empty() {
            out.refuse(value.line(), "a comment with an `id` is needed");
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
