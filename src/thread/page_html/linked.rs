//! The article and comments that a page describes in JSON-LD: schema.org `Comment` under an article's `comment`.

use scraper::{Html, Selector};
use serde_json::{Map, Value};

use crate::thread::comment::Article;
use crate::thread::limits::{LINKED_LIMIT, MOST_LINKED, MoreThan, more_than};
use crate::thread::page_html::found::Found;

#[derive(Default)]
pub(crate) struct Linked {
    pub(crate) article: Article,
    pub(crate) comments: Vec<Found>,
    /// Why comments in it could not be read, if so.
    pub(crate) broken: Option<String>,
}

/// Reads every JSON-LD script of the page; invalid JSON is skipped.
///
/// # Errors
/// When there is more of it than one document may have.
pub(crate) fn read(html: &Html) -> Result<Linked, MoreThan> {
    let mut linked = Linked::default();
    let Ok(scripts) = Selector::parse("script[type='application/ld+json']") else {
        return Ok(linked);
    };
    let (mut bytes, mut objects) = (0, 0);
    for script in html.select(&scripts) {
        bytes += script.text().map(str::len).sum::<usize>();
        if bytes > LINKED_LIMIT {
            return Err(more_than(LINKED_LIMIT >> 20, "MiB of JSON-LD"));
        }
        let json: String = script.text().collect();
        objects += json.bytes().filter(|&byte| byte == b'{').count();
        if objects > MOST_LINKED {
            return Err(more_than(MOST_LINKED, "objects in JSON-LD"));
        }
        // serde_json refuses nesting deeper than 128, so walking and dropping are safe.
        match serde_json::from_str(&json) {
            Ok(value) => linked.add(&value),
            Err(error) if json.contains("\"Comment\"") => {
                linked.broken =
                    Some(format!("comments in the page's JSON-LD were not read, as it is not valid JSON: {error}"));
            }
            Err(_) => {}
        }
    }
    Ok(linked)
}

impl Linked {
    fn add(&mut self, value: &Value) {
        let mut waiting = vec![(value, None)];
        while let Some((value, above)) = waiting.pop() {
            let object = match value {
                Value::Array(values) => {
                    waiting.extend(values.iter().rev().map(|value| (value, above)));
                    continue;
                }
                Value::Object(object) => object,
                _ => continue,
            };
            let mut inside = above;
            if is_a(object, |name| name == "Comment" || name == "UserComments") {
                inside = Some(self.comments.len());
                self.comments.push(comment(object, above));
            } else if is_a(object, |name| {
                name.ends_with("Article") || name.ends_with("Posting") || name == "Report" || name == "WebPage"
            }) {
                self.add_article(object);
            }
            let keys = ["comment", "comments", "@graph", "mainEntity"];
            let parts = keys.iter().rev().filter_map(|key| object.get(*key));
            waiting.extend(parts.map(|part| (part, inside)));
        }
    }

    fn add_article(&mut self, object: &Map<String, Value>) {
        let article = &mut self.article;
        let is_page = is_a(object, |name| name == "WebPage");
        let keep = |slot: &mut Option<String>, value: Option<String>| {
            if slot.is_none() {
                *slot = value;
            }
        };
        keep(&mut article.title, said(object, &["headline", "name"]).filter(|_| !is_page));
        keep(&mut article.text, said(object, &["articleBody", "text"]));
        keep(&mut article.url, said(object, &["url"]).filter(|_| !is_page));
    }
}

fn comment(object: &Map<String, Value>, above: Option<usize>) -> Found {
    let mut found = Found { above, ..Found::default() };
    found.comment.id = said(object, &["@id", "identifier"]).unwrap_or_default();
    found.comment.text = said(object, &["text", "commentText", "articleBody", "description"]).unwrap_or_default();
    found.comment.created_at = said(object, &["dateCreated", "datePublished"]);
    found.comment.author = ["author", "creator"].iter().find_map(|key| match object.get(*key)? {
        Value::Array(several) => several.first().and_then(name_of),
        one => name_of(one),
    });
    found.answers = match object.get("parentItem") {
        Some(Value::Object(parent)) => said(parent, &["@id", "identifier"]),
        Some(Value::String(id)) => Some(id.clone()),
        _ => None,
    };
    found
}

fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => Some(name.clone()),
        Value::Object(person) => said(person, &["name", "alternateName"]),
        _ => None,
    }
}

/// The text of the first key that has one.
fn said(object: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    let texts = keys.iter().filter_map(|key| match object.get(*key)? {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    texts.into_iter().find(|text| !text.is_empty())
}

fn is_a(object: &Map<String, Value>, is: impl Fn(&str) -> bool) -> bool {
    let is = |value: &Value| {
        let name = value.as_str().unwrap_or_default();
        is(name.rsplit(['/', ':']).next().unwrap_or(name))
    };
    match object.get("@type") {
        Some(Value::Array(types)) => types.iter().any(is),
        Some(one) => is(one),
        None => false,
    }
}
