//! Conversations of Mastodon as its API returns them: a context, or a list of statuses.

use rustc_hash::FxHashSet;

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::Shape;
use crate::thread::markup;

pub(crate) static MASTODON: Export = Export {
    name: "mastodon",
    what: "a conversation of Mastodon",
    recognised: "JSON with `ancestors` and `descendants`, or statuses with `account`, `in_reply_to_id` and `spoiler_text`",
    is_document: true,
    is: |head| {
        head.tops_have(&["ancestors", "descendants"])
            || head.tops_have(&["account", "content", "in_reply_to_id", "spoiler_text"])
    },
    open: open::<Mastodon>,
};

#[derive(Default)]
struct Mastodon;

impl JsonExport for Mastodon {
    const EXPORT: &'static Export = &MASTODON;
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] =
        &["id", "parent_id", "thread_id", "author", "created_at", "text", "language", "url"];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        let descendants = value.get("descendants");
        if !descendants.is_list() {
            status(value, "", "", out);
            return;
        }
        let all = || value.get("ancestors").items().chain(descendants.items());
        let ids: FxHashSet<&str> = all().map(|status| status.get("id").text()).collect();
        let first = descendants.items().next().map_or("", |status| status.get("in_reply_to_id").text());
        // A context does not contain the status that it belongs to.
        let subject = if ids.contains(first) { "" } else { first };
        let top = value.get("ancestors").items().next().map_or("", |status| status.get("id").text());
        let thread = if top.is_empty() { first } else { top };
        for each in all() {
            status(each, thread, subject, out);
        }
    }
}

const STATUS: Shape = Shape { texts: &[&["content"]], signs: &["account", "created_at", "in_reply_to_id", "reblog"] };

fn status(value: Value<'_>, thread: &str, subject: &str, out: &mut Comments) {
    if !STATUS.fits(value, out) {
        return;
    }
    if value.get("reblog").is_object() {
        out.count("boost is left out: it repeats another post", "boosts are left out: they repeat other posts");
        return;
    }
    let id = value.get("id").text();
    if id.is_empty() {
        out.refuse(value.line(), "a status with an `id` is needed");
        return;
    }
    let mut parent = value.get("in_reply_to_id").text();
    if !subject.is_empty() && parent == subject {
        parent = "";
        out.count(
            "comment answers the post itself, which is not in the file, and stands at the top",
            "comments answer the post itself, which is not in the file, and stand at the top",
        );
    }
    let content = markup::plain(value.get("content").text());
    let warning = value.get("spoiler_text").text().trim();
    let text = match (warning, content.as_str()) {
        ("", _) => content,
        (_, "") => warning.to_owned(),
        _ => format!("{warning}\n\n{content}"),
    };
    out.push(
        value.line(),
        &[
            ("id", id),
            ("parent_id", parent),
            ("thread_id", thread),
            ("author", value.at(&["account", "acct"]).text()),
            ("created_at", value.get("created_at").text()),
            ("text", &text),
            ("language", value.get("language").text()),
            ("url", value.get("url").text()),
        ],
    );
}
