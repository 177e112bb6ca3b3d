//! JSON-LD of schema.org in a file of its own: comments under their article, nested, or flat and linked by ids.

use rustc_hash::FxHashMap;

use crate::thread::comments::{Comments, Shared};
use crate::thread::export::Export;
use crate::thread::head::Head;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::markup;

pub(crate) static JSON_LD: Export = Export {
    name: "json-ld",
    what: "JSON-LD of schema.org",
    recognised: "JSON with an `@context` of schema.org and objects of the `@type` Comment",
    is_document: true,
    is: is_json_ld,
    open: open::<JsonLd>,
};

fn is_json_ld(head: &Head<'_>) -> bool {
    let has_context = || head.tops_have(&["@context", "@type"]) || head.tops_have(&["@context", "@graph"]);
    // The context of ActivityStreams may name schema.org too.
    let is_schema = || head.text.contains("schema.org") && !head.text.contains("www.w3.org/ns/activitystreams");
    let has_comments = || {
        ["\"Comment\"", "schema:Comment\"", "schema.org/Comment\"", "\"Answer\""]
            .iter()
            .any(|kind| head.text.contains(kind))
    };
    has_context() && is_schema() && has_comments()
}

#[derive(Default)]
struct JsonLd;

impl JsonExport for JsonLd {
    const EXPORT: &'static Export = &JSON_LD;
    const UNIT: Unit = Unit::Document;
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
        "language",
        "status",
    ];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        let mut graph = Graph::default();
        graph.walk(value);
        graph.link();
        graph.write(out);
    }
}

/// Keys that hold comments, or lead to something that does.
const PARTS: [&str; 9] = [
    "@graph",
    "mainEntity",
    "comment",
    "comments",
    "acceptedAnswer",
    "suggestedAnswer",
    "itemListElement",
    "item",
    "hasPart",
];

#[derive(Default)]
struct Graph<'v> {
    articles: Vec<Value<'v>>,
    comments: Vec<Comment<'v>>,
    /// Objects with an id.
    ids: FxHashMap<&'v str, Object>,
    /// Names of people given as separate objects.
    people: FxHashMap<&'v str, &'v str>,
    /// Comments that are only referred to in the place where they belong.
    named: Vec<(&'v str, Above)>,
}

struct Comment<'v> {
    value: Value<'v>,
    above: Above,
}

#[derive(Clone, Copy)]
enum Object {
    Article(usize),
    Comment(usize),
}

/// The article and the comment that enclose an object.
#[derive(Clone, Copy, Default)]
struct Above {
    article: Option<usize>,
    comment: Option<usize>,
}

impl<'v> Graph<'v> {
    fn walk(&mut self, value: Value<'v>) {
        let mut waiting = vec![(value, Above::default())];
        while let Some((value, above)) = waiting.pop() {
            let begin = waiting.len();
            if value.is_list() {
                waiting.extend(value.items().map(|item| (item, above)));
            } else if value.is_object() {
                let above = self.object(value, above);
                waiting.extend(PARTS.iter().map(|part| (value.get(part), above)));
                let reverse = value.get("@reverse");
                waiting.extend(["about", "parentItem"].iter().map(|part| (reverse.get(part), above)));
            }
            if let Some(added) = waiting.get_mut(begin..) {
                added.reverse();
            }
        }
    }

    /// Records an object; gives what encloses the objects inside it.
    fn object(&mut self, value: Value<'v>, above: Above) -> Above {
        let kinds = kinds(value);
        if kinds.iter().any(|kind| matches!(*kind, "Comment" | "UserComments" | "Answer")) {
            let at = self.comments.len();
            self.comments.push(Comment { value, above });
            self.index(value, Object::Comment(at));
            let about = value.get("about");
            if about.is_object() && is_article(&self::kinds(about)) {
                let article = self.add_article(about);
                if let Some(comment) = self.comments.get_mut(at) {
                    comment.above.article = Some(article);
                }
            }
            return Above { comment: Some(at), ..above };
        }
        if is_article(&kinds) {
            return Above { article: Some(self.add_article(value)), comment: None };
        }
        let id = value.get("@id").text();
        if kinds.is_empty() && !id.is_empty() {
            self.named.push((id, above));
        } else if kinds.iter().any(|kind| matches!(*kind, "Person" | "Organization")) {
            self.people.insert(id, value.get("name").text());
        }
        above
    }

    fn add_article(&mut self, value: Value<'v>) -> usize {
        let at = self.articles.len();
        self.articles.push(value);
        self.index(value, Object::Article(at));
        at
    }

    fn index(&mut self, value: Value<'v>, object: Object) {
        for key in ["@id", "identifier", "url"] {
            let id = value.get(key).text();
            if !id.is_empty() {
                self.ids.entry(id).or_insert(object);
            }
        }
    }

    /// Resolves the references by id.
    fn link(&mut self) {
        for (id, above) in std::mem::take(&mut self.named) {
            if let Some(Object::Comment(at)) = self.ids.get(id).copied()
                && let Some(comment) = self.comments.get_mut(at)
            {
                comment.above.article = comment.above.article.or(above.article);
                comment.above.comment = comment.above.comment.or(above.comment).filter(|above| *above != at);
            }
        }
        for at in 0..self.comments.len() {
            let Some(comment) = self.comments.get(at) else { continue };
            let (value, mut above) = (comment.value, comment.above);
            for key in ["parentItem", "about"] {
                match self.ids.get(named(value.get(key))) {
                    Some(Object::Article(article)) => above.article = above.article.or(Some(*article)),
                    Some(Object::Comment(parent)) if *parent != at => above.comment = above.comment.or(Some(*parent)),
                    _ => {}
                }
            }
            if let Some(comment) = self.comments.get_mut(at) {
                comment.above = above;
            }
        }
        self.inherit();
    }

    /// Gives each comment the article of the comment that it answers.
    fn inherit(&mut self) {
        let mut is_done = vec![false; self.comments.len()];
        for from in 0..self.comments.len() {
            let (mut path, mut at, mut article) = (Vec::new(), Some(from), None);
            while let Some(comment) = at.and_then(|at| self.comments.get(at)) {
                article = comment.above.article;
                let here = at.unwrap_or_default();
                // This also ends loops.
                let was_done = is_done.get_mut(here).is_none_or(|done| std::mem::replace(done, true));
                if article.is_some() || was_done {
                    break;
                }
                path.push(here);
                at = comment.above.comment;
            }
            for at in path {
                if let Some(comment) = self.comments.get_mut(at) {
                    comment.above.article = article;
                }
            }
        }
    }

    fn write(&self, out: &mut Comments) {
        let only = (self.articles.len() == 1).then_some(0);
        let mut counts = vec![0_u64; self.articles.len()];
        let shared: Vec<Shared> = (0..self.articles.len()).map(|at| self.shared(at, out)).collect();
        for (at, comment) in self.comments.iter().enumerate() {
            let article = comment.above.article.or(only);
            if let Some(count) = article.and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
            let parent = comment.above.comment.and_then(|at| Some((at, self.comments.get(at)?)));
            let parent = parent.map_or_else(
                // A parent that is not in the file is reported when parents are joined.
                || named(comment.value.get("parentItem")).to_owned(),
                |(at, parent)| id(parent.value, at),
            );
            let is_article = matches!(self.ids.get(parent.as_str()), Some(Object::Article(_)));
            let parent = if is_article { "" } else { &parent };
            self.comment(comment.value, (&id(comment.value, at), parent), article.and_then(|at| shared.get(at)), out);
        }
        for (article, count) in self.articles.iter().zip(counts) {
            let there: u64 = article.get("commentCount").text().parse().unwrap_or_default();
            out.count_more(
                "more comment is counted by its `commentCount` and not in the file",
                "more comments are counted by its `commentCount` and not in the file",
                there.saturating_sub(count),
            );
        }
    }

    /// The values shared by an article's comments.
    fn shared(&self, at: usize, out: &Comments) -> Shared {
        let Some(&article) = self.articles.get(at) else { return Shared::default() };
        let thread = match said(article, &["@id", "url", "identifier"]) {
            "" if self.articles.len() > 1 => format!("a{}", at + 1),
            id => id.to_owned(),
        };
        out.shared(&[
            ("thread_id", &thread),
            ("article_id", said(article, &["@id", "identifier"])),
            ("article_title", &markup::plain(said(article, &["headline", "name"]))),
            ("article_text", &markup::plain(said(article, &["articleBody", "text"]))),
            ("article_url", said(article, &["url"])),
        ])
    }

    fn comment(&self, value: Value<'_>, (id, parent): (&str, &str), article: Option<&Shared>, out: &mut Comments) {
        let status = said(value, &["creativeWorkStatus"]);
        let text = match status.to_ascii_lowercase().as_str() {
            "deleted" => String::new(),
            _ => markup::plain(said(value, &["text", "commentText", "articleBody", "description"])),
        };
        out.push_with(
            value.line(),
            &[
                ("id", id),
                ("parent_id", parent),
                ("author", self.author(value)),
                ("created_at", said(value, &["dateCreated", "datePublished"])),
                ("text", &text),
                ("language", said(value, &["inLanguage"])),
                ("status", status),
            ],
            article,
        );
    }

    fn author<'a>(&'a self, value: Value<'a>) -> &'a str {
        let authors = ["author", "creator"].map(|key| value.get(key));
        let author = authors.into_iter().find(|author| author.is_there()).unwrap_or(value.get("author"));
        let author = author.items().next().unwrap_or(author);
        let name = said(author, &["name", "alternateName"]);
        match (author.is_object(), name) {
            (true, "") => self.people.get(author.get("@id").text()).copied().unwrap_or_default(),
            (true, name) => name,
            (false, _) => author.text(),
        }
    }
}

/// The types of an object, without prefixes.
fn kinds(value: Value<'_>) -> Vec<&str> {
    let kind = value.get("@type");
    let kinds = kind.items().chain(Some(kind).filter(|kind| kind.is_string()));
    kinds.map(|kind| kind.text().rsplit(['/', ':', '#']).next().unwrap_or_default()).collect()
}

fn is_article(kinds: &[&str]) -> bool {
    kinds.iter().any(|kind| {
        kind.ends_with("Article")
            || kind.ends_with("Posting")
            || matches!(*kind, "Report" | "Question" | "CreativeWork")
    })
}

/// Its own id, or one made from its position.
fn id(value: Value<'_>, at: usize) -> String {
    match said(value, &["@id", "identifier", "url"]) {
        "" => format!("c{}", at + 1),
        id => id.to_owned(),
    }
}

/// The id that a reference names.
fn named(value: Value<'_>) -> &str {
    let value = value.items().next().unwrap_or(value);
    if value.is_object() { said(value, &["@id", "identifier", "url"]) } else { value.text() }
}

/// The first of these keys with a text.
fn said<'v>(value: Value<'v>, keys: &[&str]) -> &'v str {
    keys.iter().map(|key| value.get(key).text().trim()).find(|text| !text.is_empty()).unwrap_or_default()
}
