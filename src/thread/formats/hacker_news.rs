//! Answers of Algolia's Hacker News API: an item with everything below it, or search results.

use std::borrow::Cow;

use crate::thread::comments::{Comments, Shared};
use crate::thread::export::Export;
use crate::thread::formats::articles::Articles;
use crate::thread::head::Head;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::Shape;
use crate::thread::markup;
use crate::thread::seconds;
use crate::thread::survey::ELEMENT;

pub(crate) static HACKER_NEWS: Export = Export {
    name: "hacker-news",
    what: "a thread of Hacker News",
    recognised: "JSON of hn.algolia.com: an item with `children`, `created_at_i` and `story_id`, or `hits` with `comment_text`",
    is_document: true,
    is: is_item,
    open: open::<HackerNews>,
};

fn is_item(head: &Head<'_>) -> bool {
    // In a long thread, the item's own keys may come far behind its children.
    let child = |key: &'static str| head.has(&["children", ELEMENT, key]);
    let has_children = head.has_at(&["children"]) || head.has_at(&[ELEMENT, "children"]);
    let is_above = has_children && ["story_id", "created_at_i", "author"].into_iter().all(child);
    let is_alone = head.tops_have(&["children", "created_at_i", "story_id"]);
    let is_old = head.tops_have(&["created_at", "author", "title", "points", "parent_id", "children"]);
    let hit = |top: &[&str], key| head.has_at(&[top, &["hits", ELEMENT, key]].concat());
    let is_search = [&[][..], &[ELEMENT]].iter().any(|top| hit(top, "comment_text") && hit(top, "_tags"));
    is_above || is_alone || is_old || is_search
}

#[derive(Default)]
struct HackerNews {
    /// The stories of search results.
    stories: Articles,
    /// How many results a search has, and how many of them are in the file.
    found: (u64, u64),
}

impl JsonExport for HackerNews {
    const EXPORT: &'static Export = &HACKER_NEWS;
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
        if value.get("hits").is_list() {
            self.search(value, out);
        } else if value.get("children").is_list() {
            item(value, out);
        } else {
            out.refuse(value.line(), "it is no item of Hacker News: it has no `children`");
        }
    }

    fn end(&mut self, out: &mut Comments) {
        self.stories.remark().into_iter().for_each(|remark| out.remark(remark));
        let (all, here) = self.found;
        if here < all {
            out.remark(format!(
                "{here} of the {all} that its search has found are in the file; the rest is on further pages"
            ));
        }
    }
}

/// The state of a comment whose text has been replaced by a marker.
pub(crate) fn gone(text: &str) -> Option<&'static str> {
    let marks = [("[deleted]", "deleted"), ("[dead]", "dead"), ("[flagged]", "flagged")];
    marks.into_iter().find(|(mark, _)| text.trim() == *mark).map(|(_, status)| status)
}

const COMMENT: Shape =
    Shape { texts: &[&["text"]], signs: &["author", "children", "created_at", "parent_id", "story_id", "type"] };

const HIT: Shape = Shape { texts: &[&["comment_text"]], signs: &["story_title", "title", "url"] };

fn item(root: Value<'_>, out: &mut Comments) {
    let (id, kind) = (root.get("id").text(), root.get("type").text());
    let is_comment = kind == "comment" || kind.is_empty() && root.get("title").text().is_empty();
    let thread = Some(root.get("story_id").text()).filter(|story| is_comment && !story.is_empty()).unwrap_or(id);
    let story = (!is_comment).then(|| story_of(root, out));
    let mut stack = vec![(root, "")];
    while let Some((value, above)) = stack.pop() {
        let is_root = value.get("id").text() == id && above.is_empty();
        let own = value.get("id").text();
        match value.get("type").text() {
            "pollopt" => out.count("choice of a poll, which is no comment", "choices of a poll, which are no comments"),
            _ if is_root && !is_comment => {}
            _ if !COMMENT.fits(value, out) => continue,
            _ => comment(value, (thread, above), story.as_ref(), out),
        }
        let at = stack.len();
        stack.extend(value.get("children").items().map(|child| (child, own)));
        if let Some(children) = stack.get_mut(at..) {
            children.reverse();
        }
    }
}

fn story_of(root: Value<'_>, out: &Comments) -> Shared {
    out.shared(&[
        ("article_title", root.get("title").text()),
        ("article_text", &markup::plain(root.get("text").text())),
        ("article_url", root.get("url").text()),
    ])
}

fn comment(value: Value<'_>, (thread, above): (&str, &str), story: Option<&Shared>, out: &mut Comments) {
    let parent = Some(value.get("parent_id").text()).filter(|parent| !parent.is_empty()).unwrap_or(above);
    let (written, author) = (value.get("text"), value.get("author"));
    let status = match (gone(written.text()), written.is_string()) {
        (Some(status), _) => status,
        (None, true) => "",
        (None, false) => "deleted",
    };
    let text = if status.is_empty() { markup::plain(written.text()) } else { String::new() };
    let created_at = match value.get("created_at").text() {
        "" => seconds::rfc3339(value.get("created_at_i").text()),
        time => Cow::Borrowed(time),
    };
    out.push_with(
        value.line(),
        &[
            ("id", value.get("id").text()),
            ("parent_id", if parent == thread { "" } else { parent }),
            ("thread_id", thread),
            ("author", author.text()),
            ("created_at", &created_at),
            ("text", &text),
            ("status", status),
        ],
        story,
    );
}

impl HackerNews {
    /// Reads search results.
    fn search(&mut self, answer: Value<'_>, out: &mut Comments) {
        let all: u64 = answer.get("nbHits").text().parse().unwrap_or_default();
        self.found.0 = self.found.0.max(all);
        for hit in answer.get("hits").items() {
            self.found.1 += 1;
            if !HIT.fits(hit, out) {
                continue;
            }
            let written = hit.get("comment_text");
            if !written.is_string() {
                out.count("story, which is no comment", "stories, which are no comments");
                continue;
            }
            let (thread, parent) = (hit.get("story_id").text(), hit.get("parent_id").text());
            if self.stories.get(thread).is_none() {
                let told =
                    [("article_title", hit.get("story_title").text()), ("article_url", hit.get("story_url").text())];
                self.stories.insert(thread, out.shared(&told));
            }
            out.push_with(
                hit.line(),
                &[
                    ("id", hit.get("objectID").text()),
                    ("parent_id", if parent == thread { "" } else { parent }),
                    ("thread_id", thread),
                    ("author", hit.get("author").text()),
                    ("created_at", hit.get("created_at").text()),
                    ("text", &markup::plain(written.text())),
                ],
                self.stories.get(thread),
            );
        }
    }
}
