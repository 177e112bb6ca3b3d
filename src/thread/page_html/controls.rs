//! Recognises parts of a comment that are not its text: links that trigger something, counts, text for screen readers.

use scraper::node::Element;

use crate::thread::page_html::about::is_fact;
use crate::thread::page_html::added::is_added;
use crate::thread::page_html::dom::{Ref, classes, has_word, short_line};

/// Whether an element is such a part, in a comment without an element for the text alone.
pub(crate) fn is_control(node: Ref, element: &Element) -> bool {
    if is_reader_control(node, element) {
        return true;
    }
    let is_around = matches!(element.name(), "header" | "footer" | "time" | "nav" | "menu");
    is_around
        || classes(element).any(|class| is_control_class(&class))
        || (matches!(element.name(), "a" | "li") && is_command(node))
        || is_count(node, element)
        || is_about_author(node, element)
}

/// Whether an element is a fact about the author, such as a number of posts; a paragraph is what the author wrote.
fn is_about_author(node: Ref, element: &Element) -> bool {
    matches!(element.name(), "span" | "li" | "dd" | "small" | "td")
        && short_line(node, COMMAND, |_| false).is_some_and(|said| is_fact(&said))
}

/// Whether an element is only a number, such as of votes.
fn is_count(node: Ref, element: &Element) -> bool {
    let is_small = matches!(element.name(), "span" | "small" | "b" | "strong" | "i" | "em" | "div");
    let is_number =
        |said: &str| said.bytes().any(|byte| byte.is_ascii_digit()) && !said.chars().any(char::is_alphabetic);
    is_small && short_line(node, 8, |_| false).is_some_and(|said| is_number(&said))
}

/// Whether an element is such a part within the element that holds the text.
pub(crate) fn is_reader_control(node: Ref, element: &Element) -> bool {
    let is_named = classes(element).any(|class| {
        matches!(
            &*class,
            "sr-only"
                | "screen-reader-text"
                | "visually-hidden"
                | "v-visible-sr"
                | "comment-reply-link"
                | "comment-edit-link"
                | "comment-awaiting-moderation"
                | "reply"
                | "reply-container"
        ) || class.starts_with("akismet")
    });
    has_word(element, "role", "button")
        || has_word(element, "aria-hidden", "true")
        || is_added(node, element)
        || is_named && short_line(node, COMMAND, |_| false).is_some()
}

fn is_control_class(class: &str) -> bool {
    let last = class.rsplit(['-', '_']).next().unwrap_or(class);
    matches!(
        last,
        "reply"
            | "actions"
            | "controls"
            | "meta"
            | "metadata"
            | "link"
            | "vote"
            | "votes"
            | "likes"
            | "share"
            | "report"
            | "permalink"
            | "says"
            | "footer"
            | "header"
            | "byline"
            | "avatar"
            | "timestamp"
            | "date"
            | "time"
            | "toolbar"
            | "buttons"
            | "tools"
            | "score"
            | "points"
            | "count"
            | "menu"
            | "dropdown"
            | "navs"
            | "badge"
            | "signature"
            | "rank"
    ) || matches!(class, "commentmetadata" | "comment-util" | "edit-link")
}

/// The longest command, in bytes.
const COMMAND: usize = 60;

/// Whether a node is a link that triggers something rather than saying something.
pub(crate) fn is_command(node: Ref) -> bool {
    let Some(said) = short_line(node, COMMAND, |_| false) else { return false };
    !said.chars().any(char::is_alphabetic) || command(&said)
}

/// Whether this is the text of a link or button that triggers something.
pub(crate) fn command(said: &str) -> bool {
    let said = said.to_lowercase();
    let said = said.trim_matches(|char: char| !char.is_alphabetic());
    // With more words: `Like (3)`, `Reply to Rosa`
    let said = said.strip_prefix("reply to ").map_or(said, |_| "reply");
    matches!(
        said,
        "reply"
            | "reply with quote"
            | "likes"
            | "dislike"
            | "replies"
            | "hide replies"
            | "show replies"
            | "view replies"
            | "hide"
            | "save"
            | "parent"
            | "context"
            | "next"
            | "prev"
            | "root"
            | "block"
            | "ignore"
            | "more"
            | "vote up"
            | "vote down"
            | "agree"
            | "disagree"
            | "gefällt mir"
            | "teilen"
            | "zitieren"
            | "j'aime"
            | "partager"
            | "me gusta"
            | "compartir"
            | "mi piace"
            | "condividi"
            | "curtir"
            | "like"
            | "report"
            | "report abuse"
            | "report comment"
            | "share"
            | "flag"
            | "permalink"
            | "link"
            | "edit"
            | "delete"
            | "quote"
            | "upvote"
            | "downvote"
            | "recommend"
            | "respect"
            | "antworten"
            | "melden"
            | "répondre"
            | "signaler"
            | "responder"
            | "denunciar"
            | "rispondi"
            | "svar"
            | "svara"
            | "beantwoorden"
    )
}
