//! Comments of `WordPress` as listed by its REST API: `/wp-json/wp/v2/comments`.

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::{Shape, refuse};
use crate::thread::markup;

pub(crate) static WORDPRESS_REST: Export = Export {
    name: "wordpress-rest",
    what: "comments of WordPress (REST API)",
    recognised: "JSON objects with `post`, `parent`, `author_name` and `content`.`rendered`",
    is_document: true,
    is: |head| head.tops_have(&["post", "parent", "author_name", "content"]) && head.has(&["content", "rendered"]),
    open: open::<WordPress>,
};

#[derive(Default)]
struct WordPress;

impl JsonExport for WordPress {
    const EXPORT: &'static Export = &WORDPRESS_REST;
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "parent_id",
        "thread_id",
        "article_id",
        "article_title",
        "article_url",
        "author",
        "created_at",
        "text",
        "status",
        "reject",
        "spam",
    ];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        comment(value, out);
    }
}

const COMMENT: Shape = Shape { texts: &[&["content", "raw"], &["content", "rendered"]], signs: &["content"] };

fn comment(value: Value<'_>, out: &mut Comments) {
    if !value.get("content").is_object() {
        refuse(value, "a comment with `content` is needed", out);
        return;
    }
    if !COMMENT.fits(value, out) {
        return;
    }
    match value.get("type").text() {
        "pingback" | "trackback" => {
            out.count("pingback or trackback is left out", "pingbacks and trackbacks are left out");
            return;
        }
        _ => {}
    }
    let post = value.get("post").text();
    let parent = value.get("parent").text();
    let article = value.at(&["_embedded", "up"]).items().next();
    let title = article.map_or_else(String::new, |article| markup::plain(article.at(&["title", "rendered"]).text()));
    let gmt = value.get("date_gmt").text();
    let time =
        if gmt.is_empty() { value.get("date").text().to_owned() } else { format!("{}Z", gmt.trim_end_matches('Z')) };
    // The stored text, which only moderators get, or else the rendered one.
    let text = match value.at(&["content", "raw"]).text() {
        "" => markup::plain(value.at(&["content", "rendered"]).text()),
        raw => markup::plain_with_lines(raw),
    };
    let status = value.get("status").text();
    let (reject, spam) = match status {
        "approved" | "approve" | "1" => ("0", "0"),
        "spam" => ("1", "1"),
        "trash" => ("1", ""),
        _ => ("", ""),
    };
    out.push(
        value.line(),
        &[
            ("id", value.get("id").text()),
            ("parent_id", if parent == "0" { "" } else { parent }),
            ("thread_id", post),
            ("article_id", post),
            ("article_title", &title),
            ("article_url", article.map_or("", |article| article.get("link").text())),
            ("author", value.get("author_name").text()),
            ("created_at", &time),
            ("text", &text),
            ("status", status),
            ("reject", reject),
            ("spam", spam),
        ],
    );
}
