//! `ActivityStreams` 2.0: collections of notes and activities, as Fediverse servers exchange and archive them.

use rustc_hash::FxHashMap;

use crate::thread::comments::{Comments, Shared};
use crate::thread::export::Export;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::Shape;
use crate::thread::markup;

pub(crate) static ACTIVITYSTREAMS: Export = Export {
    name: "activitystreams",
    what: "ActivityStreams",
    recognised: "JSON with `type` and an `@context` of https://www.w3.org/ns/activitystreams",
    is_document: true,
    is: |head| head.tops_have(&["@context", "type"]) && head.text.contains("www.w3.org/ns/activitystreams"),
    open: open::<ActivityStreams>,
};

#[derive(Default)]
struct ActivityStreams {
    articles: Vec<Article>,
    /// The article that an object belongs to, by the object's id: for the article itself and for what answers it.
    of: FxHashMap<String, usize>,
}

struct Article {
    id: String,
    /// Values shared by its comments.
    shared: Shared,
}

impl JsonExport for ActivityStreams {
    const EXPORT: &'static Export = &ACTIVITYSTREAMS;
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "parent_id",
        "thread_id",
        "article_id",
        "article_title",
        "article_text",
        "article_url",
        "author",
        "created_at",
        "text",
        "status",
    ];

    fn other(&mut self, value: Value<'_>, out: &mut Comments) {
        self.value(value, out);
    }

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        let mut waiting = vec![value];
        while let Some(value) = waiting.pop() {
            let begin = waiting.len();
            if value.is_list() {
                waiting.extend(value.items());
            } else if value.is_string() {
                out.count(
                    "object is only named by its address and not in the file",
                    "objects are only named by their addresses and not in the file",
                );
            } else {
                self.object(value, &mut waiting, out);
            }
            // The last element is popped first.
            if let Some(added) = waiting.get_mut(begin..) {
                added.reverse();
            }
        }
    }
}

impl ActivityStreams {
    fn object<'v>(&mut self, value: Value<'v>, waiting: &mut Vec<Value<'v>>, out: &mut Comments) {
        match kind(value) {
            "Collection" | "OrderedCollection" | "CollectionPage" | "OrderedCollectionPage" => {
                collection(value, waiting, out);
            }
            "Create" | "Update" => waiting.push(value.get("object")),
            "Announce" => out.count("boost is left out", "boosts are left out"),
            "Delete" => out.count("deletion is left out", "deletions are left out"),
            "Flag" => out.count("report (Flag) is left out", "reports (Flag) are left out"),
            "Article" | "Page" if value.get("inReplyTo").text().is_empty() && !value.get("inReplyTo").is_object() => {
                self.article(value, out);
                replies(value, waiting, out);
            }
            "Tombstone" => self.comment(value, "", "deleted", out),
            "Note" | "Article" | "Page" | "Question" if !NOTE.fits(value, out) => {}
            "Note" | "Article" | "Page" | "Question" => {
                let content = markup::plain(content(value));
                let warning = value.get("summary").text().trim();
                let text = match (warning, content.as_str()) {
                    ("", _) => content,
                    (_, "") => warning.to_owned(),
                    _ => format!("{}\n\n{content}", markup::plain(warning)),
                };
                self.comment(value, &text, "", out);
                replies(value, waiting, out);
            }
            "" => out.refuse(value.line(), "an object with a `type` is needed"),
            _ => out.count("object of another type is left out", "objects of other types are left out"),
        }
    }

    fn article(&mut self, value: Value<'_>, out: &Comments) {
        let id = value.get("id").text();
        let shared = out.shared(&[
            ("thread_id", id),
            ("article_id", id),
            ("article_title", &markup::plain(value.get("name").text())),
            ("article_text", &markup::plain(content(value))),
            ("article_url", address(value.get("url"))),
        ]);
        self.of.insert(id.to_owned(), self.articles.len());
        self.articles.push(Article { id: id.to_owned(), shared });
    }

    fn comment(&mut self, value: Value<'_>, text: &str, status: &str, out: &mut Comments) {
        let id = value.get("id").text();
        let answered = named(value.get("inReplyTo"));
        let article = self.of.get(answered).copied();
        if let Some(article) = article {
            self.of.insert(id.to_owned(), article);
        }
        let article = article.and_then(|at| self.articles.get(at));
        let is_of_article = article.is_some_and(|article| article.id == answered);
        let thread = ["context", "conversation"].map(|key| value.get(key).text());
        let thread = thread.into_iter().find(|thread| !thread.is_empty()).unwrap_or_default();
        out.push_with(
            value.line(),
            &[
                ("id", id),
                ("parent_id", if is_of_article { "" } else { answered }),
                ("thread_id", if article.is_some() { "" } else { thread }),
                ("author", author(value.get("attributedTo"))),
                ("created_at", value.get("published").text()),
                ("text", text),
                ("status", status),
            ],
            article.map(|article| &article.shared),
        );
    }
}

const NOTE: Shape = Shape { texts: &[&["content"]], signs: &["type"] };

/// Its content; if that is given only by language, in the first of them.
fn content(value: Value<'_>) -> &str {
    let content = value.get("content").text();
    let of_languages =
        || value.get("contentMap").members().map(|(_, content)| content.text()).find(|text| !text.is_empty());
    if content.is_empty() { of_languages().unwrap_or_default() } else { content }
}

fn kind(value: Value<'_>) -> &str {
    let kind = value.get("type");
    let kind = kind.items().next().unwrap_or(kind).text();
    kind.rsplit(['#', '/', ':']).next().unwrap_or(kind)
}

const PARTS: [&str; 3] = ["first", "items", "orderedItems"];

fn collection<'v>(value: Value<'v>, waiting: &mut Vec<Value<'v>>, out: &mut Comments) {
    if goes_on(value) {
        out.remark("there are more objects than it holds: `first` or `next` names another page");
    }
    let parts = PARTS.map(|key| value.get(key));
    waiting.extend(parts.into_iter().filter(|part| part.is_list() || part.is_object()));
}

/// Whether another page of a collection is only named.
fn goes_on(collection: Value<'_>) -> bool {
    let is_here = PARTS.iter().any(|key| collection.get(key).is_list());
    collection.get("first").is_string() && !is_here || collection.get("next").is_string()
}

/// Adds an object's replies, if they are in the file. That others are elsewhere is no gap in the file's own collection.
fn replies<'v>(value: Value<'v>, waiting: &mut Vec<Value<'v>>, out: &mut Comments) {
    let replies = value.get("replies");
    let pages = [replies, replies.get("first")];
    if pages.into_iter().any(goes_on) {
        out.count(
            "object names a page of its replies that is not in the file",
            "objects name pages of their replies that are not in the file",
        );
    }
    for page in pages {
        let lists = ["items", "orderedItems"].map(|key| page.get(key));
        waiting.extend(lists.into_iter().filter(|list| list.is_list() || list.is_object()));
    }
}

/// The id of an object that is either named or included.
fn named(value: Value<'_>) -> &str {
    let value = value.items().next().unwrap_or(value);
    if value.is_object() { value.get("id").text() } else { value.text() }
}

fn address(value: Value<'_>) -> &str {
    let value = value.items().next().unwrap_or(value);
    if value.is_object() { value.get("href").text() } else { value.text() }
}

fn author(value: Value<'_>) -> &str {
    let value = value.items().next().unwrap_or(value);
    if !value.is_object() {
        return value.text();
    }
    let names = ["preferredUsername", "name", "id"].map(|key| value.get(key).text());
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}
