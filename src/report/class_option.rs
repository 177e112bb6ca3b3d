//! Mappings of classes as the options that ask for them.

use std::fmt;

use crate::dataset::class_map::{ClassMapping, Contradiction};
use crate::dataset::flag_cell::OPEN;
use crate::dataset::left_out::{LeftOut, RefusedCells};
use crate::dataset::odd_classes::{LISTED, OddClasses, Oddity};

/// A mapping as its option, quoted so that a shell takes it for one word.
pub(crate) struct ClassOption<'a>(pub(crate) &'a ClassMapping);

impl fmt::Display for ClassOption<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0.to_string();
        let is_plain = |char: char| char.is_alphanumeric() || "=:_-.,+@%/".contains(char);
        if value.chars().all(is_plain) {
            write!(f, "--classes {value}")
        } else {
            write!(f, "--classes '{}'", value.replace('\'', r"'\''"))
        }
    }
}

/// What contradicts what.
pub(crate) fn contradiction(Contradiction(both): &Contradiction) -> String {
    let [one, other] = &**both;
    format!("{} and {} contradict each other", ClassOption(one), ClassOption(other))
}

/// The options that map refused cells, if there are any to suggest.
pub(crate) fn way_out(refused: &RefusedCells) -> Option<String> {
    let options: Vec<String> = refused.likely().iter().map(|rule| ClassOption(rule).to_string()).collect();
    let no = refused.empty_is_no();
    let empty = no.map(|no| format!("; and {} if an empty cell means no", ClassOption(&no))).unwrap_or_default();
    let is_open = refused.likely().iter().any(|rule| rule.new == OPEN);
    let open = if is_open { " (instead of ?: 1, 0, a share between, or nothing)" } else { "" };
    let rules = (!options.is_empty()).then(|| format!("to map such cells: {}{open}{empty}", options.join(" ")));
    let flags =
        refused.lists.as_ref().map(|column| format!("to turn each name in a list into a flag: --flags-in {column}"));
    let ways: Vec<String> = flags.into_iter().chain(rules).collect();
    (!ways.is_empty()).then(|| ways.join("; "))
}

/// Why a label is left out, and the options that would let it be learnt.
pub(crate) fn left_out(left_out: &LeftOut) -> String {
    let way_out = left_out.refused().and_then(way_out);
    way_out.map_or_else(|| left_out.to_string(), |way_out| format!("{left_out}; {way_out}"))
}

/// What is odd about classes, and the options that put it right.
pub(crate) fn odd_classes(odd: &OddClasses) -> String {
    let mut message = odd.to_string();
    if odd.rules.is_empty() {
        return message;
    }
    message += match odd.oddity {
        Oddity::Alike => "; to join them:",
        Oddity::Missing => "; to count them as not annotated:",
        Oddity::Joined => "; use --flags-in instead of --stance to turn each into a flag, or keep one of them:",
    };
    for rule in odd.rules.iter().take(LISTED) {
        message += " ";
        message += &ClassOption(rule).to_string();
    }
    if odd.rules.len() > LISTED {
        message += " …";
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_one_word_for_a_shell() {
        let option = |text: &str| ClassOption(&text.parse().unwrap()).to_string();
        assert_eq!(option("stance=Favor:favor"), "--classes stance=Favor:favor");
        assert_eq!(option("s=it's | me:c d"), r"--classes 's=it'\''s | me:c d'");
    }

    #[test]
    fn odd_classes_come_with_what_puts_them_right() {
        let odd = |oddity, rules: usize| OddClasses {
            label: "s".to_owned(),
            oddity,
            classes: vec![("A".to_owned(), 2), ("a".to_owned(), 3)],
            first: ("a.csv".to_owned(), 4),
            rules: vec!["s=A:a".parse().unwrap(); rules],
        };
        assert_eq!(
            odd_classes(&odd(Oddity::Alike, 1)),
            "s: \"A\" (2), \"a\" (3) are spelt alike and count as different classes, first in a.csv:4; to join them: \
             --classes s=A:a"
        );
        assert!(odd_classes(&odd(Oddity::Missing, 7)).ends_with("--classes s=A:a --classes s=A:a …"));
        assert!(odd_classes(&odd(Oddity::Joined, 0)).ends_with("first in a.csv:4"));
    }
}
