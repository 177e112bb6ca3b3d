//! Whether a page, or what is around repeated blocks, speaks of comments.

use scraper::{Html, Node};

use crate::thread::page_html::dom::{Ref, classes, short_line};
use crate::thread::page_html::names::english;

/// The longest heading or control, in bytes.
const SHORT: usize = 60;

/// Words for comments.
const WORDS: [&str; 44] = [
    "comment",
    "discuss",
    "response",
    "replies",
    "feedback",
    "conversation",
    "thread",
    "forum",
    "opinion",
    "guestbook",
    "kommentar",
    "commentaire",
    "comentario",
    "commento",
    "commenti",
    "reactie",
    "leserbrief",
    "diskussion",
    "debat",
    "réaction",
    "reaction",
    "your view",
    "letters",
    "your say",
    "readers say",
    "reader say",
    "messages",
    "reviews",
    "thoughts",
    "answers",
    "voices",
    "gästebuch",
    "meinung",
    "beiträge",
    "stimmen",
    "zuschriften",
    "avis",
    "livre d'or",
    "opiniones",
    "opinioni",
    "komentarz",
    "komentář",
    "hozzászólás",
    "σχόλια",
];

/// Words that only pages with comments need, in more languages than those whose names of elements are known.
const OTHERS: [&str; 22] = [
    "reply",
    "replied",
    "respond",
    "antwort",
    "répon",
    "repon",
    "respuesta",
    "respost",
    "rispo",
    "antwoord",
    "komment",
    "vastaa",
    "yorum",
    "posts",
    "postings",
    "permalink",
    "коммент",
    "ответ",
    "评论",
    "回复",
    "コメント",
    "댓글",
];

fn has_word(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
}

/// Whether the blocks' container, or a heading before it, calls them comments.
pub(crate) fn is_called(around: Ref) -> bool {
    let elements = std::iter::once(around).chain(around.ancestors().take(3));
    elements.into_iter().any(|node| {
        let Some(element) = node.value().as_element() else { return false };
        let is_named =
            element.id().is_some_and(|id| has_word(&english(id))) || classes(element).any(|class| has_word(&class));
        let before = node.prev_siblings().take(6).chain(node.children().take(6));
        let mut headings = before.filter(|node| {
            let element = node.value().as_element();
            element.is_some_and(|element| {
                matches!(element.name(), "h2" | "h3" | "h4" | "h5" | "header" | "legend" | "summary" | "p")
            })
        });
        is_named
            || headings
                .any(|node| short_line(node, SHORT, |_| false).is_some_and(|said| has_word(&said.to_lowercase())))
    })
}

/// Whether a name, a link or a short text of the page has a word for comments or replies.
pub(crate) fn speaks_of_comments(html: &Html) -> bool {
    let is = |text: &str| {
        let low = text.to_lowercase();
        has_word(&low) || OTHERS.iter().any(|word| low.contains(word))
    };
    html.tree.nodes().any(|node| match node.value() {
        Node::Text(said) => said.len() <= SHORT && is(said),
        Node::Element(element) => {
            let values = ["href", "title", "aria-label"].into_iter().filter_map(|name| element.attr(name));
            element.id().is_some_and(|id| is(&english(id)))
                || classes(element).any(|class| is(&class))
                || values.filter(|value| value.len() <= SHORT * 2).any(is)
        }
        _ => false,
    })
}
