//! Comments of Lemmy as its API returns them.

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::{Shape, is_object, refuse};

pub(crate) static LEMMY: Export = Export {
    name: "lemmy",
    what: "comments of Lemmy",
    recognised: "JSON with `comment`.`path`, `comment`.`post_id` and `creator`",
    is_document: true,
    is: |head| head.has(&["comment", "path"]) && head.has(&["comment", "post_id"]) && head.has(&["creator", "name"]),
    open: open::<Lemmy>,
};

#[derive(Default)]
struct Lemmy;

impl JsonExport for Lemmy {
    const EXPORT: &'static Export = &LEMMY;
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
        "reject",
    ];

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        // An answer has one of these lists; a line or a list element is a single comment.
        let list = ["comments", "items"].into_iter().map(|key| value.get(key)).find(|list| list.is_list());
        let Some(list) = list else {
            let one = value.get("comment_view");
            comment(if one.is_object() { one } else { value }, out);
            return;
        };
        list.items().for_each(|view| comment(view, out));
        if value.get("next_page").is_string() {
            out.remark("there are more comments than it holds: `next_page` names the next page");
        }
    }
}

const COMMENT: Shape = Shape { texts: &[&["content"]], signs: &["path"] };

fn comment(view: Value<'_>, out: &mut Comments) {
    let (comment, post) = (view.get("comment"), view.get("post"));
    if !is_object(view, out) {
        return;
    }
    if !comment.get("path").is_string() {
        refuse(view, "a `comment` with a `path` is needed", out);
        return;
    }
    if !COMMENT.fits(comment, out) {
        return;
    }
    // `0.24.27`: the path from the post down to the comment itself.
    let mut path = comment.get("path").text().rsplit('.').skip(1);
    let parent = path.next().filter(|parent| *parent != "0").unwrap_or_default();
    let (is_removed, is_deleted) = (comment.get("removed").is_true(), comment.get("deleted").is_true());
    let post_id = comment.get("post_id").text();
    let first = |keys: [&str; 2], value: Value<'_>| {
        let mut found = keys.into_iter().map(|key| value.get(key).text().to_owned());
        found.find(|text| !text.is_empty()).unwrap_or_default()
    };
    out.push(
        comment.line(),
        &[
            ("id", comment.get("id").text()),
            ("parent_id", parent),
            ("thread_id", post_id),
            ("article_id", post_id),
            ("article_title", post.get("name").text()),
            ("article_text", post.get("body").text()),
            ("article_url", &first(["url", "ap_id"], post)),
            ("author", view.at(&["creator", "name"]).text()),
            ("created_at", &first(["published", "published_at"], comment)),
            // What a moderator removed may be learnt from; what its author deleted may not.
            ("text", if is_deleted { "" } else { comment.get("content").text() }),
            (
                "status",
                if is_removed {
                    "removed"
                } else if is_deleted {
                    "deleted"
                } else {
                    ""
                },
            ),
            ("reject", if is_removed { "1" } else { "" }),
        ],
    );
}
