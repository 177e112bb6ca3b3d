//! Recognises elements around an article's text that are not part of it: headings of the comments, dates, menus,
//! sign-up boxes.

use scraper::node::Element;

use crate::thread::page_html::dom::{Ref, classes, short_line};
use crate::thread::page_html::wording::is_heading;

/// The longest text of a box, in bytes.
const BOX: usize = 400;
/// The longest heading of the comments, or entry of a menu, in bytes.
const LINE: usize = 100;
/// How many nodes of an element are inspected.
const NODES: usize = 48;

/// Whether an element is one of these. `is_titled` says that the title precedes it.
pub(crate) fn is_around(node: Ref, element: &Element, is_titled: bool) -> bool {
    let parent = node.parent().and_then(|parent| parent.value().as_element()).map_or("", Element::name);
    match element.name() {
        "html" | "body" | "main" | "article" => return false,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "p" | "span" | "a" | "small" | "strong"
            if short_line(node, LINE, |_| false).is_some_and(|said| is_heading(&said)) =>
        {
            return true;
        }
        "time" if matches!(parent, "article" | "section" | "header" | "div" | "main") => return true,
        "header" | "footer" if matches!(parent, "body" | "div") => return true,
        "div" | "ul" | "table" | "tr" | "td" if !is_titled && is_menu(node) => return true,
        _ => {}
    }
    is_box(element) && short_line(node, BOX, |_| false).is_some()
}

/// Whether an element's name marks it as something other than the article's text, provided that it is short.
fn is_box(element: &Element) -> bool {
    let is = |name: &str| {
        let name = name.replace('_', "-");
        matches!(
            &*name,
            "entry-meta"
                | "post-meta"
                | "article-meta"
                | "postmetadata"
                | "entry-footer"
                | "post-footer"
                | "posted-on"
                | "entry-date"
                | "post-date"
                | "post-info"
                | "login"
                | "login-box"
                | "login-form"
                | "sign-in"
                | "signin"
                | "paywall"
        ) || name.contains("newsletter")
    };
    element.id().is_some_and(|id| is(&id.to_ascii_lowercase())) || classes(element).any(|class| is(&class))
}

/// Whether an element holds only links side by side.
fn is_menu(node: Ref) -> bool {
    let mut links = 0;
    for (i, inside) in node.descendants().enumerate() {
        match name(inside) {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "p" | "article" => return false,
            "a" => links += 1,
            _ => {}
        }
        if i > NODES {
            return false;
        }
    }
    let rest = short_line(node, LINE, |node| name(node) == "a");
    links > 1 && rest.is_some_and(|rest| !rest.chars().any(char::is_alphanumeric))
}

fn name(node: Ref<'_>) -> &str {
    node.value().as_element().map_or("", Element::name)
}

/// Whether a heading is the name of the site, not of an article.
pub(crate) fn is_of_site(heading: Ref) -> bool {
    let is = |name: &str| {
        matches!(
            name.replace('_', "-").as_str(),
            "header" | "site-header" | "masthead" | "site-title" | "branding" | "site-branding" | "logo" | "blog-title"
        )
    };
    std::iter::once(heading).chain(heading.ancestors().take(3)).filter_map(|node| node.value().as_element()).any(
        |element| {
            element.id().is_some_and(|id| is(&id.to_ascii_lowercase())) || classes(element).any(|class| is(&class))
        },
    )
}
