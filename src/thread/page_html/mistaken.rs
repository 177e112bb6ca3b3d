//! Recognises elements that are called comments but hold none: a link to the comments, their heading, an invitation to
//! log in, a notice that another site links here.

use crate::thread::page_html::called::kind;
use crate::thread::page_html::controls::command;
use crate::thread::page_html::dom::{Ref, text};
use crate::thread::page_html::found::Found;
use crate::thread::page_html::items::Item;
use crate::thread::page_html::own::Own;
use crate::thread::page_html::wording::{invites, is_heading, of_anything, of_comments};

/// An entry of a list of comments with fewer words than this, and no full stop, is a label.
const FEW: usize = 4;

/// Whether an item without author and time says nothing. `is_answered` says that there are replies to it.
pub(crate) fn is_one(item: &Item, found: &Found, is_answered: bool) -> bool {
    let comment = &found.comment;
    if comment.author.is_some() || comment.created_at.is_some() {
        return false;
    }
    let said = comment.text.trim();
    if said.is_empty() {
        // What microdata calls a comment is one that was deleted.
        let is_typed = item.node.value().as_element().is_some_and(|element| element.attr("itemtype").is_some());
        return !is_answered && !is_typed;
    }
    !item.is_sure && (is_no_remark(said) || is_label(item.node, said) || is_link(item.node, said))
}

/// Whether a text is a number, a heading, a command or an invitation.
fn is_no_remark(said: &str) -> bool {
    let is_number =
        || said.chars().all(|char| char.is_numeric() || char.is_ascii_punctuation() || char.is_whitespace());
    is_number()
        || command(said)
        || is_heading(said)
        || invites(said)
        || of_comments(said).is_some()
        || of_anything(said).is_some()
}

/// Whether an entry of a list is only a word or two, and not called a comment itself.
fn is_label(item: Ref, said: &str) -> bool {
    let is_called = item.value().as_element().is_some_and(|element| kind(element).is_some());
    !is_called && said.split_whitespace().count() < FEW && !said.ends_with(['.', '!', '?', '…'])
}

/// Whether all that is said is a link; somebody may have written only an address.
fn is_link(item: Ref, said: &str) -> bool {
    let is_link = |node: Ref| node.value().as_element().is_some_and(|element| element.name() == "a");
    let rest = text(item, is_link);
    !said.contains("://") && !rest.chars().any(char::is_alphanumeric)
}

/// Whether an item says first that it is a notice of a link on another site: `Pingback von Rosa am 3. Mai`.
pub(crate) fn is_notice(item: Ref, own: &[Own]) -> bool {
    const AFTER: [&str; 9] = [":", "by ", "from ", "von ", "durch ", "de ", "di ", "van ", "från "];
    let says = |node: Ref| {
        let said =
            node.first_child().and_then(|first| first.value().as_text().map(|said| said.trim_start().to_lowercase()));
        let said = said.unwrap_or_default();
        let rest = ["pingback", "trackback"].iter().find_map(|notice| said.strip_prefix(notice));
        rest.is_some_and(|rest| AFTER.iter().any(|after| rest.trim_start().starts_with(after)))
    };
    says(item) || own.iter().any(|own| says(own.node))
}
