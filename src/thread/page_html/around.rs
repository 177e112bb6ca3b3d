//! What stands around the text of an article and is none of it: what heads the comments, dates, menus, boxes to sign up in.

use scraper::node::Element;

use crate::thread::page_html::dom::{Ref, classes, short_line};
use crate::thread::page_html::wording::is_heading;

/// What a box says is no longer (in bytes).
const BOX: usize = 400;
/// So is what heads comments, or a menu.
const LINE: usize = 100;
/// So many nodes of it are looked at.
const NODES: usize = 48;

/// Whether an element is that. `is_titled` says that the title stands before it.
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

/// What is called so holds no text of the article, where it is short.
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

/// Links side by side, and nothing else.
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

fn name<'h>(node: Ref<'h>) -> &'h str {
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
