//! What a reader clicks to see the rest of a text, where all of it is in the page.

use scraper::node::Element;

use crate::thread::page_html::dom::{Ref, short_line};

/// Nothing of the kind says more (in bytes).
const SHORT: usize = 40;

/// Whether it is that, and leads nowhere else.
pub(crate) fn is_unfolding(node: Ref, element: &Element) -> bool {
    let is_here = || element.attr("href").is_none_or(|href| href.starts_with('#') || href.starts_with("javascript:"));
    // What stands beside the words, such as an ellipsis, stays.
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
