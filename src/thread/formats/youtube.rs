//! Comments of `YouTube` as returned by its Data API: `commentThreads.list` and `comments.list`.

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::{Shape, is_object, refuse};
use crate::thread::markup;

pub(crate) static YOUTUBE: Export = Export {
    name: "youtube",
    what: "comments of YouTube",
    recognised: "JSON with `snippet`.`topLevelComment`, or with `snippet`.`textDisplay` and a kind `youtube#comment…`",
    is_document: true,
    is: |head| {
        head.has(&["snippet", "topLevelComment", "snippet"])
            || head.has_at(&["items"]) && head.text.contains("\"youtube#comment")
            || head.has(&["snippet", "textDisplay"]) && head.text.contains("youtube#comment")
    },
    open: open::<YouTube>,
};

#[derive(Default)]
struct YouTube {
    /// Whether the last page announced another.
    has_more: bool,
}

impl JsonExport for YouTube {
    const EXPORT: &'static Export = &YOUTUBE;
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] =
        &["id", "parent_id", "thread_id", "article_url", "author", "created_at", "text", "status", "reject"];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        let items = value.get("items");
        if !items.is_list() {
            item(value, out);
            return;
        }
        items.items().for_each(|each| item(each, out));
        self.has_more = !value.get("nextPageToken").text().is_empty();
    }

    fn end(&mut self, out: &mut Comments) {
        if self.has_more {
            out.remark("there are more comments than it holds: `nextPageToken` names the next page");
        }
    }
}

/// Reads a thread or a single comment.
fn item(value: Value<'_>, out: &mut Comments) {
    let top = value.at(&["snippet", "topLevelComment"]);
    if !top.is_object() {
        comment(value, "", "", out);
        return;
    }
    let video = value.at(&["snippet", "videoId"]).text();
    comment(top, video, "", out);
    let replies = value.at(&["replies", "comments"]);
    replies.items().for_each(|reply| comment(reply, video, top.get("id").text(), out));
    let there: u64 = value.at(&["snippet", "totalReplyCount"]).text().parse().unwrap_or_default();
    out.count_more(
        "more reply is not in the file; comments.list with its parentId gives it",
        "more replies are not in the file; comments.list with their parentId gives them",
        there.saturating_sub(replies.items().count() as u64),
    );
}

/// The shape of a comment's `snippet`.
const SNIPPET: Shape =
    Shape { texts: &[&["textOriginal"], &["textDisplay"]], signs: &["authorDisplayName", "publishedAt"] };

fn comment(value: Value<'_>, video: &str, above: &str, out: &mut Comments) {
    let snippet = value.get("snippet");
    if !is_object(value, out) {
        return;
    }
    if !snippet.is_object() {
        refuse(value, "a comment with a `snippet` is needed", out);
        return;
    }
    if !SNIPPET.fits(snippet, out) {
        return;
    }
    let or = |text: &'_ str, other: &'_ str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let video = or(video, snippet.get("videoId").text());
    let original = snippet.get("textOriginal");
    let text = if original.is_string() {
        original.text().to_owned()
    } else {
        markup::plain(snippet.get("textDisplay").text())
    };
    let status = snippet.get("moderationStatus").text();
    let address = if video.is_empty() { String::new() } else { format!("https://www.youtube.com/watch?v={video}") };
    out.push(
        value.line(),
        &[
            ("id", value.get("id").text()),
            ("parent_id", &or(snippet.get("parentId").text(), above)),
            ("thread_id", &video),
            ("article_url", &address),
            ("author", snippet.get("authorDisplayName").text()),
            ("created_at", snippet.get("publishedAt").text()),
            ("text", &text),
            ("status", status),
            // "Likely spam" is a machine's verdict, not a moderator's.
            ("reject", if status == "rejected" { "1" } else { "" }),
        ],
    );
}
