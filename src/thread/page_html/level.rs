//! The depth of comments that are not nested in each other: by a number, by a class, or by indentation.

use scraper::node::Element;

use crate::thread::page_html::dom::{Ref, classes};
use crate::thread::page_html::found::Placed;
use crate::thread::page_html::own::Own;

/// A comment's level by each method, from its elements.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Level {
    number: Option<i64>,
    /// The parts of a number such as `#2.1`.
    parts: Option<i64>,
    class: Option<i64>,
    indent: Option<i64>,
    reply: Option<i64>,
}

/// How many of a comment's first elements are inspected.
const FIRST: usize = 6;
/// How many enclosing elements with no other contents are inspected.
pub(crate) const AROUND: usize = 3;

impl Level {
    /// Reads the level of an item from itself, the elements in it, and those around it that hold nothing else.
    pub(crate) fn of(item: Ref, own: &[Own], is_alone: impl Fn(Ref) -> bool) -> Self {
        let mut level = Self::default();
        let parents = item.ancestors().take(AROUND).take_while(|node| is_alone(*node));
        let around = std::iter::once(item).chain(parents).filter_map(|node| node.value().as_element());
        for element in around {
            level.ask(element);
        }
        for own in own.iter().take(FIRST) {
            level.number = level.number.or_else(|| number(own.element));
            level.indent = level.indent.or_else(|| indent(own.element)).or_else(|| spacer(own.element));
        }
        level.parts = own.iter().take(FIRST * 2).find_map(|own| parts(own.node));
        level
    }

    fn ask(&mut self, element: &Element) {
        self.number = self.number.or_else(|| number(element)).or_else(|| numbered(element));
        self.indent = self.indent.or_else(|| indent(element));
        self.class = self.class.or_else(|| classes(element).any(|class| is_deep(&class)).then_some(1));
        self.reply = self.reply.or_else(|| classes(element).any(|class| is_reply(&class)).then_some(1));
    }
}

/// The parent of each comment, by the first method that gives different levels; `None` if no method does.
pub(crate) fn parents(levels: &[Level]) -> Option<(Vec<Option<usize>>, Placed)> {
    type Way = fn(&Level) -> Option<i64>;
    let ways: [(Way, Placed); 5] = [
        (|level| level.number, Placed::Level),
        (|level| Some(level.parts.unwrap_or(1)), Placed::Level),
        (|level| level.indent, Placed::Indent),
        (|level| level.class, Placed::Class),
        (|level| level.reply, Placed::Class),
    ];
    ways.into_iter().find_map(|(way, placed)| {
        let told: Vec<Option<i64>> = levels.iter().map(way).collect();
        let least = told.iter().flatten().min().copied()?;
        // Comments without a level are at the top, since a page marks the exceptions.
        let floor = if told.contains(&None) { least.min(0) } else { least };
        let values: Vec<i64> = told.into_iter().map(|value| value.unwrap_or(floor)).collect();
        let is_telling = values.iter().any(|value| Some(value) != values.first());
        is_telling.then(|| (above(&values), placed))
    })
}

/// For each comment, the nearest earlier one that is less deep.
pub(crate) fn above(levels: &[i64]) -> Vec<Option<usize>> {
    let mut open: Vec<usize> = Vec::new();
    let mut parents = Vec::with_capacity(levels.len());
    for (i, level) in levels.iter().enumerate() {
        while open.last().and_then(|&last| levels.get(last)).is_some_and(|last| last >= level) {
            open.pop();
        }
        parents.push(open.last().copied());
        open.push(i);
    }
    parents
}

/// The level in an attribute.
pub(crate) fn number(element: &Element) -> Option<i64> {
    const NAMES: [&str; 10] = [
        "data-depth",
        "data-level",
        "data-comment-depth",
        "data-comment-level",
        "data-nesting-level",
        "data-nesting",
        "data-indent",
        "aria-level",
        "depth",
        "indent",
    ];
    NAMES.iter().find_map(|name| element.attr(name)?.trim().parse().ok())
}

/// The level in a number that begins an element: 1 for `#2`, 2 for `#2.1`.
fn parts(node: Ref) -> Option<i64> {
    let said = node.first_child()?.value().as_text()?.trim_start().strip_prefix('#')?;
    let is_of_number = |char: char| char.is_ascii_digit() || char == '.';
    let number = said.split(|char: char| !is_of_number(char)).next()?.trim_end_matches('.');
    let is_number = number.split('.').all(|part| !part.is_empty());
    is_number.then(|| number.split('.').map(|_| 1_i64).sum())
}

/// The level in a class: `depth-2`, `comment-level-1`, `indent3`.
pub(crate) fn numbered(element: &Element) -> Option<i64> {
    classes(element).find_map(|class| {
        let name = class.trim_end_matches(|char: char| char.is_ascii_digit());
        let number = class.get(name.len()..)?;
        let name = name.trim_end_matches(['-', '_']);
        let is_level = ["depth", "level", "lvl", "indent", "nesting", "nested", "tier"].iter().any(|end| {
            let before = name.strip_suffix(end);
            before.is_some_and(|before| !before.ends_with(|char: char| char.is_ascii_alphanumeric()))
        });
        number.parse().ok().filter(|_| is_level)
    })
}

fn is_deep(class: &str) -> bool {
    matches!(
        class.replace('_', "-").as_str(),
        "comment-reply"
            | "is-reply"
            | "comment-answer"
            | "comment--answer"
            | "comment--reply"
            | "comment-child"
            | "child-comment"
            | "comment--child"
            | "sub-comment"
            | "subcomment"
            | "comment--nested"
            | "nested-comment"
            | "comment--indented"
            | "comment-indented"
    )
}

fn is_reply(class: &str) -> bool {
    matches!(class, "reply" | "answer" | "child" | "nested" | "indented" | "reply-item")
}

/// The indentation by a style, in hundredths of any unit: all comments of a page use the same one.
fn indent(element: &Element) -> Option<i64> {
    let style = element.attr("style")?;
    let mut sum = None;
    for rule in style.split(';') {
        let Some((name, value)) = rule.split_once(':') else { continue };
        let value = match name.trim().to_ascii_lowercase().as_str() {
            "margin-left" | "padding-left" | "margin-inline-start" | "padding-inline-start" => value.trim(),
            // The order is top, right, bottom, left.
            "margin" | "padding" => match value.split_whitespace().nth(3) {
                Some(left) => left,
                None => continue,
            },
            _ => continue,
        };
        let digits = value.trim_end_matches(|char: char| !char.is_ascii_digit());
        if let Ok(number) = digits.parse::<f64>()
            && number.abs() < 1e6
        {
            sum = Some(sum.unwrap_or(0) + (number * 100.0) as i64);
        }
    }
    sum
}

/// The width of an empty image before the text.
fn spacer(element: &Element) -> Option<i64> {
    let source = element.attr("src").unwrap_or_default().to_ascii_lowercase();
    let is_spacer =
        ["s.gif", "spacer", "blank.", "pixel", "clear.gif", "transparent"].iter().any(|name| source.contains(name));
    (element.name() == "img" && is_spacer).then(|| element.attr("width")?.trim().parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_before_that_is_less_deep_is_the_parent() {
        assert_eq!(above(&[0, 1, 2, 1, 0, 3]), [None, Some(0), Some(1), Some(0), None, Some(4)]);
        assert_eq!(above(&[2, 1, 5]), [None, None, Some(1)]);
        assert_eq!(above(&[]), []);
    }

    #[test]
    fn the_first_way_that_tells_some_apart_counts() {
        let level = |number, indent| Level { number, indent, ..Level::default() };
        let (found, placed) = parents(&[level(Some(1), Some(0)), level(Some(1), Some(40))]).unwrap();
        assert_eq!((found, placed), (vec![None, Some(0)], Placed::Indent));
        let (found, _) = parents(&[level(None, None), level(Some(1), None)]).unwrap();
        assert_eq!(found, [None, Some(0)]);
        assert!(parents(&[level(Some(1), None), level(Some(1), None)]).is_none());
        assert!(parents(&[Level::default()]).is_none());
    }
}
