//! Label cells without a plain value, and why they are refused.

use std::borrow::Cow;

use crate::dataset::flag_cell::{FLAG_VALUES, FlagCell};
use crate::dataset::request::weight_column;

/// The most characters of a cell that a message quotes.
const REPEATED: usize = 60;

/// Why a label cell that is not empty gives no annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CellError<'r> {
    /// The cell holds several values.
    #[error(
        "{label} is {}: {what}, where one value is needed; give each name in it a column of its own",
        shortened(.cell)
    )]
    Several {
        label: &'r str,
        cell: &'r str,
        /// "a list" or "an object".
        what: &'static str,
    },
    /// A flag's cell that is neither yes nor no nor a share.
    #[error("{label} is {:?}: {FLAG_VALUES}", shortened(.cell))]
    NoShare { label: &'r str, cell: &'r str },
    /// A cell that should name flags but names none.
    #[error("{label} is {}: no list of names; it is to be a list in JSON, or names with |, ; or , between them", shortened(.cell))]
    NoNames { label: &'r str, cell: &'r str },
    /// A row weight that is not a valid weight.
    #[error("{} is {:?}: a weight is a number from 0 on, or empty", weight_column(.label), shortened(.cell))]
    NoWeight { label: &'r str, cell: &'r str },
}

/// The class in a stance's cell, unless the cell holds several values.
pub(crate) fn class<'l, 'r: 'l>(label: &'l str, cell: &'r str) -> Result<&'r str, CellError<'l>> {
    nested(cell).map_or(Ok(cell), |what| Err(CellError::Several { label, cell, what }))
}

/// The value in a flag's cell.
pub(crate) fn flag<'r>(label: &'r str, cell: &'r str) -> Result<FlagCell, CellError<'r>> {
    FlagCell::of(cell).ok_or_else(|| match nested(cell) {
        Some(what) => CellError::Several { label, cell, what },
        None => CellError::NoShare { label, cell },
    })
}

fn shortened(cell: &str) -> Cow<'_, str> {
    match cell.char_indices().nth(REPEATED) {
        Some((end, _)) => Cow::Owned(format!("{}…", &cell[..end])),
        None => Cow::Borrowed(cell),
    }
}

/// The only name in a list, or an empty string for an empty list.
pub(crate) fn single(cell: &str) -> Option<String> {
    let names: Vec<String> = serde_json::from_str(cell).ok()?;
    match names.as_slice() {
        [] => Some(String::new()),
        [name] => Some(name.clone()),
        _ => None,
    }
}

/// The kind of a cell that holds several values, as written by annotation programs (in JSON) and pandas (in Python).
pub(crate) fn nested(cell: &str) -> Option<&'static str> {
    let what = match (cell.as_bytes().first()?, cell.as_bytes().last()?) {
        (b'[', b']') => "a list",
        (b'{', b'}') => "an object",
        _ => return None,
    };
    let quoted = |at: usize| matches!(cell.as_bytes().get(at), Some(b'"' | b'\''));
    let is_python = quoted(1) && cell.len() > 3;
    (is_python || serde_json::from_str::<serde::de::IgnoredAny>(cell).is_ok()).then_some(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_values_in_one_cell_are_seen() {
        for (cell, what) in [
            ("[]", Some("a list")),
            ("[\"a\"]", Some("a list")),
            ("['a', 'b']", Some("a list")),
            ("{\"choices\": [\"a\"]}", Some("an object")),
            ("[deleted]", None),
            ("{a}", None),
            ("a", None),
            ("", None),
        ] {
            assert_eq!(nested(cell), what, "{cell}");
        }
    }

    #[test]
    fn a_refused_cell_is_shown_with_what_is_wrong_with_it() {
        let long = "ä".repeat(REPEATED + 1);
        for (error, expected) in [
            (class("stance", "['a', 'b']").unwrap_err(), "stance is ['a', 'b']: a list, where one value is needed"),
            (flag("spam", "{\"a\": 1}").unwrap_err(), "spam is {\"a\": 1}: an object, where one value is needed"),
            (flag("spam", "perhaps").unwrap_err(), "spam is \"perhaps\": a flag is 1 or 0"),
            (
                CellError::NoWeight { label: "spam", cell: "-1" },
                "spam.weight is \"-1\": a weight is a number from 0 on",
            ),
            (flag("spam", &long).unwrap_err(), &format!("spam is \"{}…\"", "ä".repeat(REPEATED))),
        ] {
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    }

    #[test]
    fn plain_cells_are_taken_as_they_are() {
        assert_eq!(class("stance", "[deleted]"), Ok("[deleted]"));
        assert_eq!(flag("spam", "yes"), Ok(FlagCell::Share(1.0)));
        assert_eq!(flag("spam", ""), Ok(FlagCell::Empty));
    }

    #[test]
    fn a_list_of_one_name_stands_for_that_name() {
        assert_eq!(single("[\"a\"]").as_deref(), Some("a"));
        assert_eq!(single("[]").as_deref(), Some(""));
        assert_eq!(single("[\"a\", \"b\"]"), None);
        assert_eq!(single("['a']"), None);
    }
}
