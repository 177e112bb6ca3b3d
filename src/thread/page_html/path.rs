//! Names elements in a readable way: `ol.comment-list > li#comment-12`.

use scraper::node::Element;

use crate::thread::page_html::dom::Ref;

/// Longer names are cut off, in characters.
const LONGEST: usize = 60;
/// How many classes are shown.
const CLASSES: usize = 2;

/// The element with its parent.
pub(crate) fn path(node: Ref) -> Option<String> {
    let node = if node.value().is_text() { node.parent()? } else { node };
    let own = pointed(node.value().as_element()?, true);
    let parent = node.parent().and_then(|parent| Some(pointed(parent.value().as_element()?, true)));
    Some(match parent {
        Some(parent) => format!("{parent} > {own}"),
        None => own,
    })
}

/// The kind of an element: its name and its class, else the element around it.
pub(crate) fn short(node: Ref) -> Option<String> {
    let element = node.value().as_element()?;
    let own = pointed(element, false);
    let above =
        node.parent().and_then(|parent| parent.value().as_element()).filter(|_| element.attr("class").is_none());
    Some(above.map_or_else(|| own.clone(), |above| format!("{} > {own}", pointed(above, false))))
}

fn pointed(element: &Element, is_one: bool) -> String {
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let name = cut(element.name());
    if let Some(id) = element.id().map(str::trim).filter(|id| is_one && !id.is_empty()) {
        format!("{name}#{}", cut(id))
    } else {
        // In source order, which `classes` does not keep.
        let classes = element.attr("class").unwrap_or_default().split_ascii_whitespace().take(CLASSES);
        classes.fold(name, |path, class| format!("{path}.{}", cut(class)))
    }
}
