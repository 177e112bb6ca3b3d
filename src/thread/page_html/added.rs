//! Recognises what a forum adds to the text of a post: the author's signature, and a notice that the text was edited.

use scraper::node::Element;

use crate::thread::page_html::dom::{Ref, classes, short_line};

/// The longest notice, in bytes.
const NOTICE: usize = 120;
/// How such a notice begins.
const EDITED: [&str; 22] = [
    "last edited",
    "last edit",
    "last modified",
    "edited by",
    "zuletzt bearbeitet",
    "zuletzt geändert",
    "bearbeitet von",
    "geändert von",
    "dernière modification",
    "dernière édition",
    "modifié par",
    "édité par",
    "última edición",
    "editado por",
    "última edição",
    "ultima modifica",
    "modificato da",
    "laatst gewijzigd",
    "laatst bewerkt",
    "senast redigerad",
    "sidst redigeret",
    "ostatnio zmieniony",
];

/// Whether an element in the text of a post is one of these.
pub(crate) fn is_added(node: Ref, element: &Element) -> bool {
    is_signature(element) || is_notice(node, element)
}

/// Whether an element is called a signature.
pub(crate) fn is_signature(element: &Element) -> bool {
    let is = |class: &str| {
        let mut words = class.split(['-', '_']);
        class.ends_with("signature") || words.any(|word| word == "sig")
    };
    matches!(element.name(), "div" | "p" | "aside" | "section" | "span" | "footer")
        && classes(element).any(|class| is(&class))
}

/// Whether an element says when the text was last edited, or by whom. What its author could write has no such name; a
/// reason that the author gave stays.
fn is_notice(node: Ref, element: &Element) -> bool {
    let is = |word: &str| {
        matches!(word, "edited" | "lastedit" | "lastedited" | "postedit" | "modified" | "editnote" | "gensmall")
    };
    classes(element).any(|class| class.split(['-', '_']).any(is))
        && short_line(node, NOTICE, |_| false).is_some_and(|said| is_edited(&said) && !has_reason(&said))
}

fn has_reason(line: &str) -> bool {
    let low = line.to_lowercase();
    ["reason", "grund", "raison", "motiv", "razón", "reden", "orsak", "årsag"].iter().any(|word| low.contains(word))
}

/// Whether a line is such a notice.
pub(crate) fn is_edited(line: &str) -> bool {
    let said = line.trim_start_matches(|char: char| !char.is_alphanumeric()).to_lowercase();
    EDITED.iter().any(|begin| said.starts_with(begin)) && said.bytes().any(|byte| byte.is_ascii_digit())
}
