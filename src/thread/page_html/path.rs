//! Elements as a person would point at them: `ol.comment-list > li#comment-12`.

use scraper::node::Element;

use crate::thread::page_html::dom::Ref;

/// Names are cut off at so many characters.
const LONGEST: usize = 60;
/// So many classes are shown.
const CLASSES: usize = 2;

/// The element, and what it stands in.
pub(crate) fn path(node: Ref) -> Option<String> {
    let own = pointed(node.value().as_element()?, true);
    let parent = node.parent().and_then(|parent| Some(pointed(parent.value().as_element()?, true)));
    Some(match parent {
        Some(parent) => format!("{parent} > {own}"),
        None => own,
    })
}

/// The kind of the element alone: its name and its class.
pub(crate) fn short(node: Ref) -> Option<String> {
    node.value().as_element().map(|element| pointed(element, false))
}

fn pointed(element: &Element, is_one: bool) -> String {
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let name = cut(element.name());
    match element.id().map(str::trim).filter(|id| is_one && !id.is_empty()) {
        Some(id) => format!("{name}#{}", cut(id)),
        None => {
            // In the order of the page, which `classes` does not keep.
            let classes = element.attr("class").unwrap_or_default().split_ascii_whitespace().take(CLASSES);
            classes.fold(name, |path, class| format!("{path}.{}", cut(class)))
        }
    }
}
