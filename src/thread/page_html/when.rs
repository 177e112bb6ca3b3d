//! Finds the element that holds the time of a comment.

use scraper::node::Element;

use crate::thread::page_html::about::{is_about, is_fact};
use crate::thread::page_html::added::is_edited;
use crate::thread::page_html::dom::{Ref, classes, has_word, short_line};
use crate::thread::page_html::own::Own;
use crate::thread::page_html::time;

/// The longest date in an unknown language, in bytes.
const LONGEST: usize = 60;
/// The rank of an element that only may be a time.
const UNNAMED: u8 = 4;
/// How many nodes of a time are searched for its attribute.
const INSIDE: usize = 8;

/// The time of a comment: from an element marked as a time, else from one that is named so and looks like one.
pub(crate) fn when<'h>(own: &[&Own<'h>]) -> Option<(Ref<'h>, String)> {
    let ranked = |own: &&Own<'h>| {
        let rank = time_rank(own.element)?;
        let is_given = time::is_given(own.element);
        // A span may also say more than when.
        let bare = || bare_time_in(own.node).filter(|_| rank == UNNAMED && !is_given).map(|(_, time)| time);
        let time = bare().or_else(|| time::of(own.node).map(|time| alone(&time).to_owned()))?;
        let is_titled = rank < UNNAMED && own.element.attr("title").is_some();
        let is_time = rank == 0 || is_given || is_titled || (time::is_time(&time) && !is_other(own.node));
        is_time.then_some((rank, own.node, time))
    };
    let best = own.iter().filter_map(ranked).min_by_key(|(rank, ..)| *rank);
    best.map(|(_, node, time)| (node, given_in(node).unwrap_or(time)))
        .or_else(|| bare_time(own))
        .or_else(|| own.iter().find_map(|own| unknown(own)))
}

/// The time as an attribute gives it, of an element inside one that only displays it.
fn given_in(node: Ref) -> Option<String> {
    if node.value().as_element().is_none_or(time::is_given) {
        return None;
    }
    let inside = node.descendants().skip(1).take(INSIDE);
    inside.into_iter().find_map(|inside| {
        inside.value().as_element().filter(|element| time::is_given(element)).and_then(|_| time::of(inside))
    })
}

/// Whether a date is one of the author's, or that of a change.
fn is_other(node: Ref) -> bool {
    is_about(node) || short_line(node, LONGEST, |_| false).is_some_and(|said| is_edited(&said))
}

/// An element named as a date that contains a number is a date in some language; its text is kept as it is.
fn unknown<'h>(own: &Own<'h>) -> Option<(Ref<'h>, String)> {
    let said = short_line(own.node, LONGEST, |_| false).filter(|_| is_called_date(own.element))?;
    is_numbered(&said).then_some((own.node, said))
}

/// Whether an element holds the time of a comment and nothing else.
pub(crate) fn says_when(node: Ref, element: &Element) -> bool {
    let said = || short_line(node, LONGEST, |_| false);
    time_rank(element).is_some_and(|rank| rank <= 1)
        && said().is_some_and(|said| time::is_time(&said) || (is_called_date(element) && is_numbered(&said)))
}

fn is_called_date(element: &Element) -> bool {
    classes(element).any(|class| {
        let last = class.rsplit(['-', '_']).next().unwrap_or(&class);
        matches!(last, "date" | "time" | "timestamp" | "datetime")
    })
}

/// Whether a word begins with a number, in any script.
fn is_numbered(said: &str) -> bool {
    said.split_whitespace().any(|word| word.starts_with(char::is_numeric))
}

/// Removes introductory words, as in `Submitted by Rosa on 5 March`, `wrote on 4 Jan 2026 at 10:12:`, `le 3 mars`.
fn alone(time: &str) -> &str {
    const BEFORE: [&str; 12] =
        ["on ", "le ", "am ", "den ", "el ", "il ", "op ", "em ", "Commented ", "Answered ", "Asked ", "Replied "];
    let time = time.trim_end_matches(':').trim_end_matches(" said").trim_end_matches(" wrote");
    // The `il` of `il y a 3 heures` is part of the time.
    let stripped = |before: &&str| time.strip_prefix(*before).filter(|rest| !rest.starts_with("y a "));
    let time = BEFORE.iter().find_map(stripped).unwrap_or(time);
    // `Posted: Mon Mar 04, 2024 10:00 am`
    let is_label = |label: &str| label.chars().all(|char| char.is_alphabetic() || char == ' ');
    let labelled = time.split_once(": ").filter(|(label, date)| is_label(label) && time::is_time(date));
    let time = labelled.map_or(time, |(_, date)| date);
    [" on ", " am ", " le "]
        .iter()
        .filter_map(|before| time.rsplit_once(before))
        .map(|(_, date)| date)
        .find(|date| time::is_time(date))
        .unwrap_or(time)
}

/// A time beside the author's name, without an element of its own.
fn bare_time<'h>(own: &[&Own<'h>]) -> Option<(Ref<'h>, String)> {
    own.iter().find_map(|own| bare_time_in(own.node))
}

/// The first text directly in an element that is a time.
pub(crate) fn bare_time_in(node: Ref<'_>) -> Option<(Ref<'_>, String)> {
    node.children().find_map(|node| {
        let said = node.value().as_text()?.trim();
        let said = said.trim_matches(|char: char| {
            matches!(char, '|' | '·' | '•' | ',' | '(' | ')' | '-' | '–' | '«' | '»') || char.is_whitespace()
        });
        (time::is_time(said) && !is_fact(said)).then(|| (node, alone(said).to_owned()))
    })
}

/// How surely an element is the time: lower is surer.
pub(crate) fn time_rank(element: &Element) -> Option<u8> {
    let is_marked = has_word(element, "itemprop", "dateCreated")
        || has_word(element, "itemprop", "datePublished")
        || matches!(element.name(), "time" | "relative-time" | "time-ago" | "local-time" | "faceplate-timeago");
    let called = || {
        classes(element).any(|class| {
            let last = class.rsplit(['-', '_']).next().unwrap_or(&class);
            matches!(
                last,
                "date"
                    | "time"
                    | "timestamp"
                    | "datetime"
                    | "published"
                    | "posted"
                    | "ago"
                    | "timeago"
                    | "created"
                    | "when"
                    | "age"
                    | "submitted"
                    // "Date" in Italian, Portuguese and Polish.
                    | "data"
            )
        })
    };
    let is_counted = || ["data-time", "data-timestamp", "data-utime"].iter().any(|name| element.attr(name).is_some());
    let is_permalink = || element.name() == "a" && element.attr("href").is_some_and(|href| href.contains('#'));
    if is_marked {
        Some(0)
    } else if is_counted() || called() {
        Some(1)
    } else if element.name() == "abbr" && element.attr("title").is_some() {
        Some(2)
    } else if is_permalink() {
        Some(3)
    } else {
        matches!(element.name(), "span" | "small" | "a" | "i" | "em").then_some(UNNAMED)
    }
}
