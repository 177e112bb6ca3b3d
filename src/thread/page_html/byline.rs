//! Author and time of a comment in one line: `Posted by Ann on May 3, 2024`, `Uwe schrieb am 3. Mai 2024:`.

use crate::thread::page_html::author::is_saying;
use crate::thread::page_html::dom::{Ref, short_line};
use crate::thread::page_html::time;
use crate::thread::page_html::written_by::after_by;

/// The longest such line, in bytes.
const LONGEST: usize = 120;

pub(crate) struct Byline {
    pub(crate) name: String,
    pub(crate) date: String,
}

/// The byline that a time is in, and the node of the whole line: the time's own, or one of the two around it.
pub(crate) fn around(time: Ref<'_>, is_out: impl Fn(Ref) -> bool) -> Option<(Ref<'_>, Byline)> {
    let mut nodes = std::iter::once(time).chain(time.ancestors().take(2)).take_while(|node| !is_out(*node));
    nodes.find_map(|node| Some((node, of(node)?)))
}

/// The byline in a node, if it has both.
fn of(node: Ref) -> Option<Byline> {
    let line = match node.value().as_text() {
        Some(said) => said.split_whitespace().collect::<Vec<_>>().join(" "),
        None => short_line(node, LONGEST, |_| false)?,
    };
    (line.len() <= LONGEST).then(|| split(&line)).flatten()
}

/// Splits a line before the date. What precedes must be marked as a name, since it might also be a weekday.
fn split(line: &str) -> Option<Byline> {
    const BETWEEN: [&str; 13] =
        [" — ", ", le ", " on ", " am ", " le ", " el ", " op ", " em ", " il ", ", ", " - ", " – ", " » "];
    let line = line.trim_end_matches(':').trim();
    BETWEEN
        .iter()
        .find_map(|between| {
            let (head, date) = line.split_once(between)?;
            let name = name(head).filter(|_| time::is_time(date))?;
            Some(Byline { name: name.to_owned(), date: date.to_owned() })
        })
        // Without a separator: `Zbyszek napisał(a) 3 maja 2024`
        .or_else(|| {
            let at = line.find(|char: char| char.is_ascii_digit())?;
            let (head, date) = line.split_at_checked(at)?;
            let name = name(head.trim()).filter(|_| head.ends_with(' ') && time::is_time(date))?;
            Some(Byline { name: name.to_owned(), date: date.to_owned() })
        })
}

/// The name in `Posted by Ann`, `Uwe schrieb`.
fn name(head: &str) -> Option<&str> {
    let led = after_by(head);
    let rest = led.unwrap_or(head).trim_end_matches(',').trim();
    // Longest first: `a écrit` before `écrit`.
    let ends = rest.char_indices().filter(|(_, char)| *char == ' ').map(|(at, _)| at);
    let said = ends.filter_map(|at| Some((rest.get(..at)?, rest.get(at + 1..)?)));
    let said = said.into_iter().find(|(_, said)| is_saying(said) || *said == "napisał(a)").map(|(name, _)| name);
    let name = said.or(led.map(|_| rest))?;
    let is_name = name.starts_with(char::is_alphanumeric)
        && name.split_whitespace().count() <= 4
        && !name.contains(['?', '!', ':', '/'])
        && !is_saying(name)
        && !time::is_time(name);
    is_name.then_some(name)
}
