//! Classes that were probably not meant to be separate: other spellings of a class, marks for a missing annotation, and
//! several classes in one cell. They are learnt as written, and reported with the mappings that would correct them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::dataset::class_map::ClassMapping;

/// A class of the data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Class<'a> {
    pub(crate) name: &'a str,
    /// The number of cells with it.
    pub(crate) cells: usize,
    /// The file and line of the first such cell.
    pub(crate) first: (&'a str, u32),
}

/// An oddity of some classes of a label, and its correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddClasses {
    /// The name of the label.
    pub label: String,
    /// The kind of oddity.
    pub oddity: Oddity,
    /// The classes, each with the number of its cells.
    pub classes: Vec<(String, usize)>,
    /// The file and line of the first of those cells.
    pub first: (String, u32),
    /// The mappings that would correct it.
    pub rules: Vec<ClassMapping>,
}

/// A kind of oddity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// They differ only in case, surrounding punctuation or white space, from each other or from a class that a model
    /// knows.
    Alike,
    /// They look like what programs write for a missing value.
    Missing,
    /// They look like several classes with a separator.
    Joined,
}

/// Cells that mark a missing annotation, in lower case. `none` is a class of a stance.
const MISSING: [&str; 20] = [
    "nan", "n/a", "na", "null", "nil", "#n/a", "<na>", "nat", "\\n", "?", "-", "--", "\"\"", "''", "-1", "-9", "-99",
    "-999", "-1.0", "missing",
];

/// Separators of joined classes; the first also occurs in names.
const SEPARATORS: [char; 3] = [',', '|', ';'];

/// The most classes to list by name, and the most mappings to write out.
pub(crate) const LISTED: usize = 6;

/// The oddities of a label's classes. Classes `known` to a model are never odd.
pub(crate) fn find(label: &str, classes: &[Class<'_>], known: &[String]) -> Vec<OddClasses> {
    let is_unknown = |class: &Class<'_>| !known.iter().any(|known| known == class.name);
    let is_scale = is_scale(classes);
    let code = code_from(classes);
    let is_code = |class: &str| is_nines(class) && number(class).is_some_and(|number| number >= code);
    let is_missing = |class: &Class<'_>| {
        let is_mark = is_missing(class.name) && !(is_scale && number(class.name).is_some());
        is_unknown(class) && (is_mark || is_code(class.name))
    };
    let (missing, others): (Vec<_>, Vec<_>) = classes.iter().partition(|class| is_missing(class));
    let alike = alike(&others, known);
    let mut joined = joined(&others);
    joined.retain(|(class, _)| is_unknown(class));
    let odd = |oddity, found: Vec<(&Class<'_>, Option<String>)>| {
        let first = found.first()?.0.first;
        Some(OddClasses {
            label: label.to_owned(),
            oddity,
            classes: found.iter().map(|(class, _)| (class.name.to_owned(), class.cells)).collect(),
            first: (first.0.to_owned(), first.1),
            rules: (found.iter())
                .filter_map(|(class, new)| ClassMapping::new(label, class.name, new.as_deref()?))
                .collect(),
        })
    };
    let nothing = missing.into_iter().map(|class| (class, Some(String::new()))).collect();
    [odd(Oddity::Alike, alike), odd(Oddity::Missing, nothing), odd(Oddity::Joined, joined)]
        .into_iter()
        .flatten()
        .collect()
}

/// The classes that are another's spelling, each with the class it should become; that class itself comes last.
fn alike<'c, 'a>(classes: &[&'c Class<'a>], known_names: &[String]) -> Vec<(&'c Class<'a>, Option<String>)> {
    let mut groups: BTreeMap<String, Vec<&Class<'_>>> = BTreeMap::new();
    for class in classes {
        groups.entry(folded(class.name)).or_default().push(class);
    }
    let mut found = Vec::new();
    for (key, mut group) in groups {
        let known = known_names.iter().find(|known| folded(known) == key);
        // The most frequent spelling, and among equals the plainest.
        group.sort_by_key(|class| {
            let has_colon = class.name.contains(':');
            (Reverse(class.cells), has_colon, class.name != key, class.name.len(), class.name)
        });
        let Some(spelling) = known.cloned().or_else(|| Some(group.first()?.name.to_owned())) else { continue };
        let (own, others): (Vec<&Class<'_>>, Vec<&Class<'_>>) =
            group.into_iter().partition(|class| class.name == spelling);
        let others: Vec<&Class<'_>> =
            others.into_iter().filter(|class| !known_names.iter().any(|known| known == class.name)).collect();
        if !others.is_empty() {
            found.extend(others.into_iter().map(|class| (class, Some(spelling.clone()))));
            found.extend(own.into_iter().map(|class| (class, None)));
        }
    }
    found
}

/// A class without what makes no difference: case, white space, surrounding punctuation. Numbers are reduced to their
/// value.
fn folded(class: &str) -> String {
    if let Some(number) = number(class) {
        return number.to_string();
    }
    let around = |char: char| char.is_whitespace() || ".,;:!?'\"`()[]{}<>*_‘’“”«»".contains(char);
    let inner = class.trim_matches(around);
    let inner = if inner.is_empty() { class.trim() } else { inner };
    inner
        .split(|char: char| char.is_whitespace() || matches!(char, '_' | '-'))
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

fn number(class: &str) -> Option<f64> {
    class.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

fn is_missing(class: &str) -> bool {
    let class = class.trim().to_lowercase();
    MISSING.contains(&class.as_str())
}

/// Whether the negative numbers among the classes belong to a scale: each has its positive counterpart, and the scale
/// has a middle, or reaches no further up than down. -1 beside 1, 2 and 3 is a mark.
fn is_scale(classes: &[Class<'_>]) -> bool {
    let numbers: Vec<f64> = classes.iter().filter_map(|class| number(class.name)).collect();
    let lowest = numbers.iter().copied().fold(0.0, f64::min);
    let is_even = numbers.contains(&0.0) || numbers.iter().all(|number| *number <= -lowest);
    is_even && numbers.iter().filter(|number| **number < 0.0).all(|number| numbers.contains(&-number))
}

/// Whether a class is written in nines, as SPSS and its like write codes for a missing answer.
fn is_nines(class: &str) -> bool {
    !class.trim().is_empty() && class.trim().bytes().all(|byte| byte == b'9')
}

/// From this number on, nines are no step of a scale: it is more than twice the largest of the other numbers. Infinite
/// unless all classes are numbers.
fn code_from(classes: &[Class<'_>]) -> f64 {
    let numbers: Option<Vec<f64>> = classes.iter().map(|class| number(class.name)).collect();
    let others = numbers.into_iter().flatten().zip(classes).filter(|(_, class)| !is_nines(class.name));
    let largest = others.map(|(number, _)| number).reduce(f64::max);
    largest.map_or(f64::INFINITY, |largest| 2.0 * largest.max(1.0) + 1.0)
}

/// Cells with several classes, each with the first of these that is a class itself.
fn joined<'c, 'a>(classes: &[&'c Class<'a>]) -> Vec<(&'c Class<'a>, Option<String>)> {
    let all: usize = classes.iter().map(|class| class.cells).sum();
    let mut found: Vec<(&Class<'_>, Option<String>)> = Vec::new();
    for separator in SEPARATORS {
        let parts = |class: &'a str| class.split(separator).map(str::trim).filter(move |part| !part.is_empty());
        let (several, single): (Vec<&&Class<'_>>, Vec<&&Class<'_>>) =
            classes.iter().partition(|class| parts(class.name).nth(1).is_some());
        let cells: usize = several.iter().map(|class| class.cells).sum();
        let single: BTreeSet<String> = single.iter().map(|class| folded(class.name)).collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for class in &several {
            let own: BTreeSet<String> = parts(class.name).map(folded).collect();
            own.into_iter().for_each(|part| *counts.entry(part).or_default() += 1);
        }
        let is_class = |part: &str| single.contains(&folded(part));
        let is_known = |part: &str| is_class(part) || counts.get(&folded(part)).is_some_and(|count| *count > 1);
        for class in several {
            let whole = parts(class.name).all(is_known);
            let part = separator != ',' && parts(class.name).any(is_class);
            if whole || part || 2 * cells > all {
                let first = parts(class.name).find(|part| is_class(part)).or(parts(class.name).next());
                found.push((class, first.map(str::to_owned)));
            }
        }
    }
    found.sort_by_key(|(class, _)| class.name);
    found.dedup_by_key(|(class, _)| class.name);
    found
}

impl fmt::Display for OddClasses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, oddity, classes, first: (file, line), .. } = self;
        let one = classes.len() == 1;
        write!(f, "{label}: ")?;
        for (i, (class, cells)) in classes.iter().take(LISTED).enumerate() {
            write!(f, "{}{class:?} ({cells})", if i == 0 { "" } else { ", " })?;
        }
        if classes.len() > LISTED {
            write!(f, " and {} more", classes.len() - LISTED)?;
        }
        let what = match (oddity, one) {
            (Oddity::Alike, true) => "is another spelling of a known class and counts as a class of its own",
            (Oddity::Alike, false) => "are spelt alike and count as different classes",
            (Oddity::Missing, true) => "looks like a missing annotation and counts as a class",
            (Oddity::Missing, false) => "look like missing annotations and count as classes",
            (Oddity::Joined, true) => "looks like several classes in one cell and counts as a class of its own",
            (Oddity::Joined, false) => "look like several classes in one cell and count as classes of their own",
        };
        write!(f, " {what}, first in {file}:{line}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The oddities found, each with its mappings.
    fn found(classes: &[(&str, usize)], known: &[&str]) -> Vec<String> {
        let classes: Vec<Class<'_>> = classes
            .iter()
            .zip(2..)
            .map(|((name, cells), line)| Class { name, cells: *cells, first: ("a.csv", line) })
            .collect();
        let known: Vec<String> = known.iter().map(ToString::to_string).collect();
        let with_rules =
            |odd: OddClasses| odd.rules.iter().fold(odd.to_string(), |text, rule| format!("{text} [{rule}]"));
        find("s", &classes, &known).into_iter().map(with_rules).collect()
    }

    #[test]
    fn spellings_of_one_class_are_told_with_what_joins_them() {
        let classes = [("FAVOR", 3), ("Favor", 2), ("against", 4), ("against,", 1), ("favor", 5), ("none", 9)];
        assert_eq!(
            found(&classes, &[]),
            [
                "s: \"against,\" (1), \"against\" (4), \"FAVOR\" (3), \"Favor\" (2), \"favor\" (5) are spelt alike and count as \
              different classes, first in a.csv:5 [s=against,:against] [s=FAVOR:favor] [s=Favor:favor]"
            ]
        );
        assert_eq!(found(&[("1", 2), ("1.0", 1), ("2", 1)], &[]).len(), 1);
        assert!(found(&[("CON", 2), ("con.", 2)], &[])[0].ends_with("[s=con.:CON]"), "the plainest of equals");
        assert!(found(&[("CON", 2), ("con", 2)], &[])[0].ends_with("[s=CON:con]"));
        for apart in [&["a", "b"][..], &["-1", "0", "1"], &["C", "C#", "C++"], &["pro", "con", "none"]] {
            let apart: Vec<(&str, usize)> = apart.iter().map(|class| (*class, 3)).collect();
            assert!(found(&apart, &[]).is_empty(), "{apart:?}");
        }
    }

    #[test]
    fn a_spelling_that_a_model_does_not_know_is_to_become_the_one_that_it_knows() {
        let alike = found(&[("Favor", 9), ("against", 1)], &["against", "favor"]);
        assert_eq!(
            alike,
            [
                "s: \"Favor\" (9) is another spelling of a known class and counts as a class of its own, first in a.csv:2 \
              [s=Favor:favor]"
            ]
        );
        assert!(found(&[("nan", 1), ("a", 2)], &["a", "nan"]).is_empty(), "a model has learnt it so");
    }

    #[test]
    fn marks_for_nothing_are_told_unless_they_are_a_scale() {
        for class in ["nan", "-1", "N/A", "NULL", "?", "\"\""] {
            let found = found(&[("favor", 3), (class, 2)], &[]);
            assert!(found[0].contains("looks like a missing annotation"), "{found:?}");
        }
        assert!(found(&[("favor", 3), ("none", 2), ("None of these", 1)], &[]).is_empty());
        assert_eq!(
            found(&[("0", 3), ("1", 3), ("2", 1), ("-1", 2)], &[]),
            Vec::<String>::new(),
            "-1 and 1 are a scale"
        );
        assert!(found(&[("0", 3), ("2", 1), ("-1", 2)], &[])[0].ends_with("[s=-1:]"));
        assert!(found(&[("1", 3), ("2", 1), ("-1", 2)], &[])[0].ends_with("[s=-1:]"));
        let codes = [("1", 3), ("2", 3), ("3", 2), ("-9", 1), ("99", 4)];
        assert!(found(&codes, &[])[0].ends_with("[s=-9:] [s=99:]"));
        for scale in [&[("7", 3), ("8", 3), ("9", 2)][..], &[("0", 3), ("50", 3), ("99", 2)], &[("a", 3), ("99", 2)]] {
            assert_eq!(found(scale, &[]), Vec::<String>::new());
        }
    }

    #[test]
    fn joined_classes_are_told_and_names_with_a_comma_are_not() {
        assert_eq!(
            found(&[("none", 9), ("toxic", 3), ("toxic|insult", 2)], &[]),
            [
                "s: \"toxic|insult\" (2) looks like several classes in one cell and counts as a class of its own, first in \
              a.csv:4 [s=toxic|insult:toxic]"
            ]
        );
        assert_eq!(found(&[("a", 3), ("b", 3), ("a, b", 2)], &[]).len(), 1);
        assert_eq!(found(&[("a;b", 3), ("b;c", 3), ("c;a", 2)], &[]).len(), 1);
        assert!(found(&[("no, never", 3), ("no", 9), ("yes", 9)], &[]).is_empty());
    }
}
