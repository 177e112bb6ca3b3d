//! A person's own comments on Facebook or Instagram, as "Download your information" provides them in JSON.
//!
//! These files hold one person's comments on posts of others, without ids and without what they answer. Their UTF-8 is
//! written as if it were Latin-1; the mending of tables corrects that.

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::{Shape, is_object};
use crate::thread::seconds;
use crate::thread::survey::ELEMENT;

pub(crate) static FACEBOOK: Export = Export {
    name: "facebook",
    what: "the comments of a Facebook or Instagram export",
    recognised: "JSON with `comments_v2`, or with `string_map_data`.`Comment`",
    is_document: false,
    is: |head| {
        // The second is for files combined into one list.
        let tops: [&[&str]; 2] = [&[], &[ELEMENT]];
        let has =
            |list: &str, path: &[&str]| tops.iter().any(|top| head.has_at(&[*top, &[list, ELEMENT], path].concat()));
        LISTS.iter().any(|list| {
            has(list, &["data", ELEMENT, "comment", "comment"])
                || has(list, &["string_list_data"])
                || has(list, &["string_map_data"])
        }) || head.has_at(&[ELEMENT, "string_map_data", "Comment", "value"])
            // In other languages than English, the keys inside are others.
            || ["media_list_data", "string_map_data"].iter().all(|key| head.has_at(&[ELEMENT, key]))
    },
    open: open::<Facebook>,
};

/// The keys of the lists of comments, by kind and age of the export.
const LISTS: [&str; 5] =
    ["comments_v2", "group_comments_v2", "comments", "comments_media_comments", "comments_reels_comments"];

#[derive(Default)]
struct Facebook;

impl JsonExport for Facebook {
    const EXPORT: &'static Export = &FACEBOOK;
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] = &["context", "author", "created_at", "text"];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        let mut is_list = false;
        for list in LISTS.map(|key| value.get(key)).into_iter().filter(|list| list.is_list()) {
            is_list = true;
            list.items().for_each(|entry| self::entry(entry, out));
        }
        if !is_list {
            entry(value, out);
        }
    }
}

const COMMENT: Shape = Shape { texts: &[&["comment"]], signs: &["author", "timestamp"] };

fn entry(entry: Value<'_>, out: &mut Comments) {
    if !is_object(entry, out) {
        return;
    }
    let (map, list) = (entry.get("string_map_data"), entry.get("string_list_data"));
    let title = entry.get("title").text();
    if map.is_object() {
        let owner = map.at(&["Media Owner", "value"]).text();
        let time = map.members().map(|(_, value)| value.get("timestamp").text()).find(|time| !time.is_empty());
        let mut text = map.at(&["Comment", "value"]).text();
        if !map.get("Comment").is_there() {
            text = map.members().next().map_or("", |(_, value)| value.get("value").text());
            out.remark("its keys are in another language than English: the first of them is read as the comment");
        }
        push(entry.line(), owner, "", time.unwrap_or_default(), text, out);
    } else if list.is_list() {
        for value in list.items() {
            push(value.line(), title, "", value.get("timestamp").text(), value.get("value").text(), out);
        }
    } else {
        let mut comments =
            entry.get("data").items().map(|data| data.get("comment")).filter(|it| it.is_object()).peekable();
        if comments.peek().is_none() {
            out.count("entry without a comment is left out", "entries without a comment are left out");
        }
        for comment in comments {
            if !COMMENT.fits(comment, out) {
                continue;
            }
            let time = [comment, entry].map(|value| value.get("timestamp").text());
            let time = time.into_iter().find(|time| !time.is_empty()).unwrap_or_default();
            push(comment.line(), title, comment.get("author").text(), time, comment.get("comment").text(), out);
        }
    }
}

fn push(line: u64, context: &str, author: &str, time: &str, text: &str, out: &mut Comments) {
    let time = seconds::rfc3339(time);
    out.push(line, &[("context", context), ("author", author), ("created_at", &time), ("text", text)]);
}
