//! Recognises the links that show the rest of a text whose whole is in the page.

use scraper::node::Element;

use crate::thread::page_html::dom::{Ref, short_line};

/// The longest text of such a link, in bytes.
const SHORT: usize = 40;

/// Whether an element is such a link, and does not lead to another page.
pub(crate) fn is_unfolding(node: Ref, element: &Element) -> bool {
    let is_here = || element.attr("href").is_none_or(|href| href.starts_with('#') || href.starts_with("javascript:"));
    // Anything beside the words, such as an ellipsis, is kept.
    let is_alone = || !node.children().any(|child| child.value().is_element());
    matches!(element.name(), "a" | "span" | "label" | "summary")
        && is_here()
        && is_alone()
        && short_line(node, SHORT, |_| false).is_some_and(|said| says_so(&said))
}

fn says_so(said: &str) -> bool {
    let said = said.to_lowercase();
    matches!(
        said.trim_matches(|char: char| !char.is_alphabetic()),
        "read more"
            | "show more"
            | "see more"
            | "view more"
            | "show less"
            | "read less"
            | "see less"
            | "continue reading"
            | "expand"
            | "collapse"
            | "mehr lesen"
            | "weiterlesen"
            | "mehr anzeigen"
            | "weniger anzeigen"
            | "lire la suite"
            | "voir plus"
            | "afficher plus"
            | "leer más"
            | "ver más"
            | "mostrar más"
            | "leggi tutto"
            | "leggi di più"
            | "mostra altro"
            | "ler mais"
            | "ver mais"
            | "lees meer"
            | "meer lezen"
            | "toon meer"
            | "läs mer"
            | "visa mer"
            | "læs mere"
            | "vis mere"
            | "les mer"
            | "vis mer"
            | "czytaj więcej"
            | "czytaj dalej"
            | "pokaż więcej"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_unfold_a_text() {
        assert!(says_so("… Read more") && says_so("Mehr anzeigen »"));
        assert!(!says_so("Read more here") && !says_so(""));
    }
}
