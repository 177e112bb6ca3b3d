//! Recognises newspaper articles that are called comments: `Kommentar` also means an opinion piece.

use scraper::node::Element;

use crate::thread::page_html::called::is_comment_class;
use crate::thread::page_html::controls::command;
use crate::thread::page_html::dom::{Ref, short_line};
use crate::thread::page_html::items::Item;
use crate::thread::page_html::own::Own;

/// The longest command, in bytes.
const SHORT: usize = 60;

/// Whether an item that is a comment only by its name in another language is an article: it has the page's own heading,
/// or one that links to another page, and no way to reply.
pub(crate) fn is_one(item: &Item, own: &[Own]) -> bool {
    let is_english = |element: &Element| element.classes().any(|class| is_comment_class(&class.to_lowercase()));
    !item.is_sure
        && !item.node.value().as_element().is_some_and(is_english)
        && own.iter().enumerate().any(|(at, heading)| is_heading_of_article(heading, own.get(at..heading.end)))
        && !own.iter().any(|own| short_line(own.node, SHORT, |_| false).is_some_and(|said| command(&said)))
}

fn is_heading_of_article(heading: &Own, inside: Option<&[Own]>) -> bool {
    let is_linked = || {
        let around = heading.node.parent();
        let inside = inside.unwrap_or_default().iter().map(|own| own.node);
        around.into_iter().chain(inside).any(leads_elsewhere)
    };
    match heading.element.name() {
        "h1" => true,
        "h2" | "h3" | "h4" => is_linked(),
        _ => false,
    }
}

fn leads_elsewhere(node: Ref) -> bool {
    let link = node.value().as_element().filter(|element| element.name() == "a");
    link.and_then(|link| link.attr("href")).is_some_and(|href| !href.contains('#') && !href.starts_with("javascript:"))
}
