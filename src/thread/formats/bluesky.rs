//! Bluesky threads as returned by `app.bsky.feed.getPostThread`.

use crate::thread::comments::{Comments, Shared};
use crate::thread::export::Export;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::{Shape, is_object, refuse};

pub(crate) static BLUESKY: Export = Export {
    name: "bluesky",
    what: "a thread of Bluesky",
    recognised: "JSON with `thread` and in it `post`.`record`",
    is_document: true,
    is: |head| {
        (head.has(&["post", "record", "createdAt"]) || head.has(&["post", "record", "text"]))
            && (head.has(&["thread", "post"])
                || head.has(&["thread", "[]", "value", "post"])
                || head.tops_have(&["post", "replies"]))
            // A thread whose post is deleted or blocked.
            || head.has_at(&["thread", "$type"]) && head.text.contains("app.bsky.feed.defs#")
    },
    open: open::<Bluesky>,
};

#[derive(Default)]
struct Bluesky;

impl JsonExport for Bluesky {
    const EXPORT: &'static Export = &BLUESKY;
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "parent_id",
        "thread_id",
        "article_id",
        "article_text",
        "article_url",
        "author",
        "created_at",
        "text",
        "language",
        "status",
    ];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        let thread = value.get("thread");
        if thread.is_list() {
            listed(thread, out);
            return;
        }
        let named = if thread.is_object() { thread } else { value };
        if !named.at(&["post", "record"]).is_object() {
            absent(named, out);
            return;
        }
        // From the requested post up to the root, and down again.
        let up = std::iter::successors(Some(named), |view| Some(view.get("parent")).filter(|parent| parent.is_there()));
        let mut chain: Vec<Value<'_>> = up.collect();
        chain.reverse();
        let mut posts = chain.into_iter().filter(|view| is_post(*view, out)).collect::<Vec<_>>().into_iter().peekable();
        let root = posts.next_if(|view| !view.at(&["post", "record", "reply"]).is_object());
        let root = Root::of(root.map(|view| view.get("post")), out);
        for view in posts {
            post(view.get("post"), &root, out);
        }
        let mut open = vec![named.get("replies").items()];
        more(named, out);
        while let Some(replies) = open.last_mut() {
            let Some(view) = replies.next() else {
                open.pop();
                continue;
            };
            if is_post(view, out) {
                post(view.get("post"), &root, out);
                more(view, out);
                open.push(view.get("replies").items());
            }
        }
    }
}

/// The flat form of `getPostThreadV2`: each post with its depth.
fn listed(thread: Value<'_>, out: &mut Comments) {
    let views = || thread.items().map(|item| item.get("value"));
    let is_root = |post: &Value<'_>| post.is_object() && !post.at(&["record", "reply"]).is_object();
    let root = views().map(|view| view.get("post")).find(is_root);
    let at = root.map(|root| root.get("uri").text());
    let root = Root::of(root, out);
    for view in views().filter(|view| at.is_none() || Some(view.at(&["post", "uri"]).text()) != at) {
        if is_post(view, out) {
            post(view.get("post"), &root, out);
            let left_out = view.get("moreReplies").text().parse().unwrap_or_default();
            out.count_more(MORE.0, MORE.1, left_out);
        }
    }
}

const MORE: (&str, &str) = (
    "more reply is not in the file; ask for a greater `depth`",
    "more replies are not in the file; ask for a greater `depth`",
);

/// Counts a post's replies that are not included.
fn more(view: Value<'_>, out: &mut Comments) {
    let there: u64 = view.at(&["post", "replyCount"]).text().parse().unwrap_or_default();
    let given = view.get("replies").items().count() as u64;
    out.count_more(MORE.0, MORE.1, there.saturating_sub(given));
}

fn is_post(view: Value<'_>, out: &mut Comments) -> bool {
    let record = view.at(&["post", "record"]);
    if record.is_object() {
        return RECORD.fits(record, out);
    }
    if is_object(view, out) {
        absent(view, out);
    }
    false
}

const RECORD: Shape = Shape { texts: &[&["text"]], signs: &["createdAt", "embed", "reply"] };

/// Handles something other than a post.
fn absent(view: Value<'_>, out: &mut Comments) {
    let kind = view.get("$type").text();
    if view.get("blocked").is_true() || kind.ends_with("locked") || kind.ends_with("#blockedPost") {
        out.count("post is blocked and not in the file", "posts are blocked and not in the file");
    } else if view.get("notFound").is_true() || kind.ends_with("otFound") || kind.ends_with("#notFoundPost") {
        out.count("post is deleted or was not found", "posts are deleted or were not found");
    } else if kind.ends_with("NoUnauthenticated") {
        out.count("post is shown to signed-in people only", "posts are shown to signed-in people only");
    } else {
        refuse(view, "a `post` with a `record` is needed", out);
    }
}

/// The root post of the thread, if it is in the file.
struct Root<'v> {
    uri: &'v str,
    article: Shared,
}

impl<'v> Root<'v> {
    fn of(post: Option<Value<'v>>, out: &Comments) -> Self {
        let uri = post.map_or("", |post| post.get("uri").text());
        let article = out.shared(&[
            ("article_id", uri),
            ("article_text", post.map_or("", |post| post.at(&["record", "text"]).text())),
            ("article_url", &post.map(address).unwrap_or_default()),
        ]);
        Self { uri, article }
    }
}

fn post(post: Value<'_>, root: &Root<'_>, out: &mut Comments) {
    let record = post.get("record");
    let named_root = record.at(&["reply", "root", "uri"]).text();
    let parent = record.at(&["reply", "parent", "uri"]).text();
    let labels: Vec<&str> = post.get("labels").items().map(|label| label.get("val").text()).collect();
    let language = record.get("langs").items().next().map_or("", Value::text);
    out.push_with(
        post.line(),
        &[
            ("id", post.get("uri").text()),
            ("parent_id", if parent == root.uri { "" } else { parent }),
            ("thread_id", if named_root.is_empty() { post.get("uri").text() } else { named_root }),
            ("author", post.at(&["author", "handle"]).text()),
            ("created_at", record.get("createdAt").text()),
            ("text", record.get("text").text()),
            ("language", language),
            ("status", &labels.join(",")),
        ],
        Some(&root.article),
    );
}

/// The address of a post on the web.
fn address(post: Value<'_>) -> String {
    let (uri, handle) = (post.get("uri").text(), post.at(&["author", "handle"]).text());
    match uri.rsplit_once("/app.bsky.feed.post/") {
        Some((_, key)) if !handle.is_empty() => format!("https://bsky.app/profile/{handle}/post/{key}"),
        _ => uri.to_owned(),
    }
}
