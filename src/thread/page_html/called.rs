//! Recognises comments, and lists of comments, by what their elements are called.

use scraper::node::Element;

use crate::thread::page_html::dom::classes;
use crate::thread::page_html::names::english;

/// `None` if an element is not a comment, else whether it surely is one.
pub(crate) fn kind(element: &Element) -> Option<bool> {
    if !matches!(element.name(), "li" | "article" | "div" | "section" | "details" | "blockquote" | "tr" | "dd") {
        return None;
    }
    let item_type = element.attr("itemtype").unwrap_or_default().trim_end_matches('/');
    let is_sure = item_type.ends_with("schema.org/Comment")
        || item_type.ends_with("schema.org/UserComments")
        || element.attr("data-comment-id").is_some()
        || element.id().is_some_and(|id| is_comment_id(&english(id)));
    // Test ids use this word for the button.
    let is_button =
        |class: &str| class == "reply" && !element.classes().any(|class| class.eq_ignore_ascii_case("reply"));
    let is_named = || {
        !is_list_of_comments(element) && classes(element).any(|class| is_comment_class(&class) && !is_button(&class))
    };
    (is_sure || is_named()).then_some(is_sure)
}

/// Whether an id is a comment's: `comment-12`, `li-comment-12`, `div-comment-12`, `comment_` and a UUID.
pub(crate) fn is_comment_id(id: &str) -> bool {
    let id = id.to_ascii_lowercase();
    let id = ["div-", "li-"].iter().find_map(|prefix| id.strip_prefix(prefix)).unwrap_or(&id);
    let number = ["comment", "reply"].iter().find_map(|prefix| id.strip_prefix(prefix));
    let Some(number) = number.map(|number| number.trim_start_matches(['-', '_'])) else {
        return false;
    };
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    let is_uuid = number.len() >= 32 && number.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    !number.is_empty() && (is_number || is_uuid)
}

pub(crate) fn is_comment_class(class: &str) -> bool {
    // Class names made unique by a build tool: `Comment_comment__x1Yz2`.
    let class = match class.split_once("__") {
        Some((before, _)) if before.contains('_') => before.rsplit('_').next().unwrap_or(before),
        _ => class,
    };
    let class = class.replace('_', "-");
    let class = ["c-", "o-", "js-", "user-", "reader-", "thread-", "media-"]
        .iter()
        .find_map(|prefix| class.strip_prefix(prefix))
        .unwrap_or(&class);
    matches!(
        class,
        "comment"
            | "reply"
            | "comment-item"
            | "comment-component"
            | "comment-default"
            | "item-comment"
            | "commentitem"
            | "comment-entry"
            | "comment-node"
            | "comment-card"
            | "comment-box"
            | "comment-container"
            | "comment-wrapper"
            | "comment-wrap"
            | "comment-reply"
            | "comment-single"
            | "reply-item"
            | "comment-post"
            | "comment-article"
            | "comment--item"
            | "comment-block"
            | "comment-thread-item"
            | "comment-child"
            | "comment-row"
            | "subcomment"
            | "sub-comment"
            | "pingback"
            | "trackback"
            | "uk-comment"
            | "isso-comment"
            | "commento-card"
    )
}

pub(crate) fn is_list_of_comments(element: &Element) -> bool {
    let is = |name: &str| {
        matches!(
            name.replace('_', "-").as_str(),
            "comments"
                | "commentlist"
                | "comment-list"
                | "comments-list"
                | "list-comments"
                | "comment-section"
                | "comments-section"
                | "reader-comments"
                | "discussion"
                | "responses"
                | "replies"
                | "comments-area"
                | "comments-wrapper"
                | "comments-wrap"
                | "comment-wrap"
                | "comments-box"
                | "comments-container"
                | "entry-comments"
                | "wp-block-comments"
                | "commentarea"
        )
    };
    is_named(element, is)
}

/// Whether the id or a class is such a name, in English.
pub(crate) fn is_named(element: &Element, is: impl Fn(&str) -> bool) -> bool {
    element.id().is_some_and(|id| is(&english(id))) || classes(element).any(|class| is(&class))
}
