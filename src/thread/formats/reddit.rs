//! Reddit's answer for a thread: the listing of its post and the listing of its comments, with nested replies.

use std::borrow::Cow;

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::formats::articles::Articles;
use crate::thread::formats::reddit_text::{gone, unescaped};
use crate::thread::head::Head;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::{Shape, is_object, refuse};
use crate::thread::markup;
use crate::thread::seconds;
use crate::thread::survey::ELEMENT;

pub(crate) static REDDIT: Export = Export {
    name: "reddit",
    what: "a thread of Reddit",
    recognised: "JSON with `kind` and `data.children`, as the address of a post with .json gives it, or a list of comments",
    is_document: true,
    is: is_listing,
    open: open::<Reddit>,
};

fn is_listing(head: &Head<'_>) -> bool {
    // The third is for threads combined into one list.
    let tops: [&[&str]; 3] = [&[], &[ELEMENT], &[ELEMENT, ELEMENT]];
    let has = |top: &[&str], path: &[&str]| head.has_at(&[top, path].concat());
    let is_thing = |top: &[&str]| {
        let is_listing = has(top, &["data", "children", ELEMENT, "kind"]);
        has(top, &["kind"]) && (is_listing || has(top, &["data", "link_id"]) || has(top, &["data", "subreddit"]))
    };
    // Comments without Reddit's wrapping, as API clients store them and archives return them.
    let is_bare = |top: &[&str]| ["body", "link_id", "parent_id", "created_utc"].iter().all(|key| has(top, &[key]));
    let is_more = head.has_at(&["json", "data", "things", ELEMENT, "kind"]);
    // An archive's answer for a whole thread: its things without a listing around them.
    let in_tree = |path: &[&str]| has(&["data", ELEMENT], path);
    let is_tree = in_tree(&["kind"]) && (in_tree(&["data", "link_id"]) || in_tree(&["data", "subreddit"]));
    let is_answer = is_tree || is_bare(&["data", ELEMENT]) || is_bare(&[ELEMENT, "data", ELEMENT]);
    tops.into_iter().any(is_thing) || is_more || is_answer || (tops.into_iter().any(is_bare) && !head.is_lines())
}

#[derive(Default)]
struct Reddit {
    posts: Articles,
    has_post: bool,
    has_comment: bool,
    /// Whether there is an empty listing: the comments on a post that nobody has answered.
    has_empty: bool,
}

impl JsonExport for Reddit {
    const EXPORT: &'static Export = &REDDIT;
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
        "reject",
        "spam",
        "reason",
        "reports",
        "score",
        "subreddit",
    ];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        // Each thing, with the comment that it is under.
        let mut stack = vec![(value, "")];
        let mut below = Vec::new();
        while let Some((value, above)) = stack.pop() {
            self.thing(value, above, &mut below, out);
            stack.extend(below.drain(..).rev());
        }
    }

    fn end(&mut self, out: &mut Comments) {
        self.posts.remark().into_iter().for_each(|remark| out.remark(remark));
        if !self.has_comment && self.has_post && self.has_empty {
            out.fail("it is a post of Reddit without comments");
        } else if !self.has_comment && self.has_post {
            out.fail("it holds posts of Reddit and none of their comments: save the address of each post with .json at its end");
        }
    }
}

impl Reddit {
    /// Reads a thing; adds what is inside it to `below`.
    fn thing<'a>(
        &mut self,
        value: Value<'a>,
        above: &'a str,
        below: &mut Vec<(Value<'a>, &'a str)>,
        out: &mut Comments,
    ) {
        if !is_object(value, out) {
            return;
        }
        let (kind, data) = (value.get("kind").text(), value.get("data"));
        match kind {
            "t1" | "t3" | "Listing" | "more" if !data.is_object() => refuse(value, "it has no `data`", out),
            "Listing" => {
                self.has_empty |= data.get("children").items().next().is_none();
                below.extend(data.get("children").items().map(|child| (child, above)));
                if data.get("after").is_string() {
                    out.count(
                        "listing goes on beyond the file (after): ask for its next page",
                        "listings go on beyond the file (after): ask for their next pages",
                    );
                }
            }
            "t1" => self.comment(data, above, below, out),
            "t3" => self.post(data, out),
            "more" => more(data, out),
            "" if value.get("body").is_string() && value.get("link_id").is_there() => {
                self.comment(value, above, below, out);
            }
            "" if value.get("title").is_string() && value.get("selftext").is_there() => self.post(value, out),
            "" => {
                let things = [value.get("data"), value.at(&["json", "data", "things"])];
                match things.into_iter().find(|things| things.is_list()) {
                    Some(things) => below.extend(things.items().map(|thing| (thing, above))),
                    None => refuse(value, "it is neither a listing of Reddit nor a comment", out),
                }
            }
            _ => out.count(
                "thing of Reddit that is neither a post nor a comment is left out",
                "things of Reddit that are neither posts nor comments are left out",
            ),
        }
    }

    fn post(&mut self, data: Value<'_>, out: &mut Comments) {
        self.has_post = true;
        let text = data.get("selftext").text();
        let text = if gone(text).is_some() { Cow::Borrowed("") } else { unescaped(text) };
        let title = unescaped(data.get("title").text());
        let told = [("article_title", &*title), ("article_text", &*text), ("article_url", data.get("url").text())];
        self.posts.insert(&name_of(data, "t3_"), out.shared(&told));
    }

    fn comment<'a>(
        &mut self,
        data: Value<'a>,
        above: &'a str,
        below: &mut Vec<(Value<'a>, &'a str)>,
        out: &mut Comments,
    ) {
        self.has_comment = true;
        if !COMMENT.fits(data, out) {
            return;
        }
        let id = name_of(data, "t1_");
        let thread = data.get("link_id").text();
        let parent = parent_of(data, above);
        let written = written(data);
        let gone = gone(&written);
        let text = if gone.is_some() { Cow::Borrowed("") } else { written };
        let author = data.get("author").text();
        let moderation = Moderation::of(data);
        out.push_with(
            data.line(),
            &[
                ("id", &id),
                ("parent_id", &parent),
                ("thread_id", thread),
                ("article_title", &unescaped(data.get("link_title").text())),
                ("article_url", data.get("link_url").text()),
                ("author", if gone_author(author) { "" } else { author }),
                ("created_at", &seconds::rfc3339(data.get("created_utc").text())),
                ("text", &text),
                ("status", if moderation.status.is_empty() { gone.unwrap_or_default() } else { moderation.status }),
                ("reject", moderation.reject),
                ("spam", moderation.spam),
                ("reason", &unescaped(moderation.reason)),
                ("reports", &reports(data)),
                ("score", data.get("score").text()),
                ("subreddit", data.get("subreddit").text()),
            ],
            self.posts.get(thread),
        );
        let replies = data.get("replies");
        let own = [data.get("name"), data.get("id")].map(Value::text).into_iter().find(|own| !own.is_empty());
        if replies.is_object() {
            below.push((replies, own.unwrap_or_default()));
        }
    }
}

const COMMENT: Shape =
    Shape { texts: &[&["body"], &["body_html"]], signs: &["author", "created_utc", "link_id", "parent_id", "replies"] };

/// The text; converted from HTML if only that is given.
fn written(data: Value<'_>) -> Cow<'_, str> {
    let html = data.get("body_html");
    if data.get("body").is_string() || !html.is_string() {
        return unescaped(data.get("body").text());
    }
    Cow::Owned(markup::plain(&unescaped(html.text())))
}

/// The full name of a thing: its kind and its id.
fn name_of(data: Value<'_>, kind: &str) -> String {
    let (name, id) = (data.get("name").text(), data.get("id").text());
    let own = if name.starts_with(kind) { name } else { id };
    full_name(own, kind).into_owned()
}

fn full_name<'a>(id: &'a str, kind: &str) -> Cow<'a, str> {
    if id.is_empty() || id.starts_with(kind) { Cow::Borrowed(id) } else { Cow::Owned(format!("{kind}{id}")) }
}

/// The comment that it answers, if it answers one and not the post.
fn parent_of<'a>(data: Value<'a>, above: &'a str) -> Cow<'a, str> {
    let parent = data.get("parent_id");
    if parent.is_number() {
        return parent.text().parse().map_or(Cow::Borrowed(""), |number| Cow::Owned(format!("t1_{}", base36(number))));
    }
    match parent.text() {
        "" => full_name(above, "t1_"),
        text if text.starts_with("t3_") => Cow::Borrowed(""),
        text => Cow::Borrowed(text),
    }
}

/// Some archive APIs gave ids as numbers, which Reddit writes in base 36.
pub(crate) fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit((number % 36) as u32, 36).unwrap_or_default());
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

/// Whether an account is deleted, so that its name stands for many.
pub(crate) fn gone_author(author: &str) -> bool {
    author == "[deleted]"
}

/// What moderators see about their own actions.
struct Moderation<'a> {
    status: &'static str,
    reject: &'static str,
    spam: &'static str,
    reason: &'a str,
}

/// The program through which moderators apply their own rules.
const ROBOT: &str = "AutoModerator";

impl<'a> Moderation<'a> {
    fn of(data: Value<'a>) -> Self {
        let (banned, approved) = (data.get("banned_by"), data.get("approved_by"));
        let reason = ["removal_reason", "mod_reason_title", "mod_note"].map(|key| data.get(key).text());
        let is_spam = data.get("spam").is_true();
        let is_banned = banned.is_true() || !banned.text().is_empty() && banned.is_string();
        let is_removed = is_banned || is_spam || !reason[0].is_empty() || data.get("removed").is_true();
        let by_person = |by: Value<'_>| by.is_true() || by.is_string() && !by.text().is_empty() && by.text() != ROBOT;
        let (status, reject) = if is_removed {
            let is_persons = by_person(banned) || (!banned.is_string() && !reason[0].is_empty());
            (if is_spam { "spam" } else { "removed" }, if is_persons { "1" } else { "" })
        } else if approved.is_string() || data.get("approved").is_true() {
            ("approved", if approved.is_string() && by_person(approved) { "0" } else { "" })
        } else {
            ("", "")
        };
        let spam = match (is_spam, reject) {
            (true, _) => "1",
            (false, "") => "",
            _ => "0",
        };
        Self { status, reject, spam, reason: reason.into_iter().find(|reason| !reason.is_empty()).unwrap_or_default() }
    }
}

/// How often a comment was reported, if that is given.
fn reports(data: Value<'_>) -> String {
    let count = data.get("num_reports");
    if count.is_number() {
        return count.text().to_owned();
    }
    let lists = ["mod_reports", "user_reports"].map(|key| data.get(key).items().count());
    match lists.iter().sum() {
        0 => String::new(),
        sum => usize::to_string(&sum),
    }
}

/// Handles the placeholder for comments that Reddit left out.
fn more(data: Value<'_>, out: &mut Comments) {
    let named = data.get("children").items().count() as u64;
    let count: u64 = data.get("count").text().parse().unwrap_or_default();
    match count.max(named) {
        0 => out.count(
            "branch of the thread goes on beyond the file (“continue this thread”)",
            "branches of the thread go on beyond the file (“continue this thread”)",
        ),
        count => out.count_more(
            "more comment is not in the file: Reddit left it out (“load more comments”)",
            "more comments are not in the file: Reddit left them out (“load more comments”)",
            count,
        ),
    }
}
