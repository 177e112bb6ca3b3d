//! Topics of Discourse, as returned for a topic's address with .json; also its further posts, and single posts.
//!
//! The opening post is the article; the others are comments, whose ids are their numbers within the topic.

use rustc_hash::FxHashSet;

use crate::thread::comments::{Comments, Shared};
use crate::thread::export::Export;
use crate::thread::formats::articles::Articles;
use crate::thread::head::Head;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::Shape;
use crate::thread::markup;
use crate::thread::survey::ELEMENT;

pub(crate) static DISCOURSE: Export = Export {
    name: "discourse",
    what: "a topic of Discourse",
    recognised: "JSON with `post_stream.posts`, as the address of a topic with .json gives it, or posts with `cooked`",
    is_document: true,
    is: is_topic,
    open: open::<Discourse>,
};

fn is_topic(head: &Head<'_>) -> bool {
    let tops: [&[&str]; 3] = [&[], &[ELEMENT], &[ELEMENT, ELEMENT]];
    let posts: [&[&str]; 2] = [&["post_stream", "posts", ELEMENT], &["latest_posts", ELEMENT]];
    let has = |top: &[&str], posts: &[&str], text: &str| head.has_at(&[top, posts, &[text]].concat());
    let is_here = |top: &[&str]| posts.iter().any(|posts| has(top, posts, "cooked") || has(top, posts, "raw"));
    // A topic without any post still has the list of their ids.
    let is_empty = |top: &[&str]| {
        head.has_at(&[top, &["post_stream", "posts"]].concat())
            && head.has_at(&[top, &["post_stream", "stream"]].concat())
    };
    tops.into_iter().any(|top| is_here(top) || is_empty(top)) || head.tops_have(&["cooked", "post_number", "topic_id"])
}

const POST: Shape = Shape {
    texts: &[&["cooked"], &["raw"]],
    signs: &["created_at", "deleted_at", "post_number", "post_type", "username"],
};

/// The most posts that are tracked of those named by topics.
const MOST: usize = 2_000_000;

#[derive(Default)]
struct Discourse {
    topics: Articles,
    /// Posts named by topics, and posts in the file.
    named: FxHashSet<u64>,
    there: FxHashSet<u64>,
}

impl JsonExport for Discourse {
    const EXPORT: &'static Export = &DISCOURSE;
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "parent_id",
        "thread_id",
        "article_title",
        "article_text",
        "author",
        "created_at",
        "text",
        "status",
        "reject",
    ];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        let posts = value.at(&["post_stream", "posts"]);
        let latest = value.get("latest_posts");
        if posts.is_list() {
            self.topic(value, posts, out);
        } else if latest.is_list() {
            latest.items().for_each(|post| self.post(post, &FxHashSet::default(), out));
        } else if value.get("post_number").is_there() {
            self.post(value, &FxHashSet::default(), out);
        } else {
            out.refuse(value.line(), "it is neither a topic nor a post of Discourse");
        }
    }

    fn end(&mut self, out: &mut Comments) {
        self.topics.remark().into_iter().for_each(|remark| out.remark(remark));
        let missing = self.named.difference(&self.there).count();
        if missing > 0 {
            out.remark(format!(
                "{} of {} posts are in the file; the others are given by /t/TOPIC/posts.json?post_ids[]=…, and may follow in it",
                self.named.len() - missing,
                self.named.len()
            ));
        }
    }
}

impl Discourse {
    fn topic(&mut self, topic: Value<'_>, posts: Value<'_>, out: &mut Comments) {
        for id in topic.at(&["post_stream", "stream"]).items().filter_map(|id| id.text().parse().ok()) {
            if self.named.len() < MOST {
                self.named.insert(id);
            }
        }
        let title = topic.get("title").text();
        if !title.is_empty() {
            let id = match topic.get("id").text() {
                "" => posts.items().next().map_or("", |post| post.get("topic_id").text()),
                id => id,
            };
            let opening = posts.items().find(|post| is_opening(*post));
            let told = article(title, opening, out);
            self.topics.insert(id, told);
        }
        // A reply to a moderator's note has no parent.
        let left_out =
            posts.items().filter(|post| !is_regular(*post)).map(|post| post.get("post_number").text()).collect();
        posts.items().for_each(|post| self.post(post, &left_out, out));
    }

    fn post(&mut self, post: Value<'_>, left_out: &FxHashSet<&str>, out: &mut Comments) {
        if !POST.fits(post, out) {
            return;
        }
        if let Ok(id) = post.get("id").text().parse()
            && self.there.len() < MOST
        {
            self.there.insert(id);
        }
        let thread = post.get("topic_id").text();
        if !is_regular(post) {
            out.count(
                "note of a moderator or of the forum itself, which is no comment",
                "notes of moderators or of the forum itself, which are no comments",
            );
            return;
        }
        let title = post.get("topic_title").text();
        if is_opening(post) {
            if self.topics.get(thread).is_none() {
                self.topics.insert(thread, article(title, Some(post), out));
            }
            return;
        }
        let parent = post.get("reply_to_post_number").text();
        let (status, reject, is_gone) = state(post);
        let text = if is_gone { String::new() } else { text(post) };
        let author =
            [post.get("username"), post.get("name")].map(Value::text).into_iter().find(|name| !name.is_empty());
        out.push_with(
            post.line(),
            &[
                ("id", post.get("post_number").text()),
                ("parent_id", if parent == "1" || left_out.contains(parent) { "" } else { parent }),
                ("thread_id", thread),
                ("article_title", title),
                ("author", author.unwrap_or_default()),
                ("created_at", post.get("created_at").text()),
                ("text", &text),
                ("status", status),
                ("reject", reject),
            ],
            self.topics.get(thread),
        );
    }
}

fn article(title: &str, opening: Option<Value<'_>>, out: &Comments) -> Shared {
    let text = opening.filter(|post| !state(*post).2).map(text);
    out.shared(&[("article_title", title), ("article_text", text.as_deref().unwrap_or_default())])
}

fn is_opening(post: Value<'_>) -> bool {
    post.get("post_number").text() == "1"
}

/// Whether it is a post for everyone: not a note such as that a topic was closed, and not a whisper among staff.
fn is_regular(post: Value<'_>) -> bool {
    matches!(post.get("post_type").text(), "" | "1")
}

fn text(post: Value<'_>) -> String {
    let cooked = post.get("cooked");
    markup::plain(if cooked.is_string() { cooked.text() } else { post.get("raw").text() })
}

/// The state of a post, the moderator's decision that it shows, and whether the text is gone.
fn state(post: Value<'_>) -> (&'static str, &'static str, bool) {
    let (by, author) = (post.at(&["deleted_by", "username"]).text(), post.get("username").text());
    if post.get("user_deleted").is_true() {
        ("deleted by its author", "", true)
    } else if !post.get("deleted_at").text().is_empty() {
        // Staff still see what they have deleted.
        let is_staffs = !by.is_empty() && by != author;
        ("deleted", if is_staffs { "1" } else { "" }, !is_staffs)
    } else if post.get("hidden").is_true() {
        ("hidden", "", post.get("cooked_hidden").is_true())
    } else {
        ("", "", false)
    }
}
