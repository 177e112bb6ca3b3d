//! Cells of labels that hold no plain value, and how messages show them.

use std::borrow::Cow;

use crate::dataset::flag_cell::FLAG_VALUES;

/// The most characters of a cell that a message repeats.
const REPEATED: usize = 60;

/// A stance's cell, unless it holds several values.
pub(crate) fn class<'r>(name: &str, cell: &'r str) -> Result<&'r str, String> {
    nested(cell).map_or(Ok(cell), |what| Err(several(name, cell, what)))
}

pub(crate) fn no_share(name: &str, cell: &str) -> String {
    nested(cell.trim()).map_or_else(
        || format!("{name} is {:?}: {FLAG_VALUES}", shortened(cell)),
        |what| several(name, cell.trim(), what),
    )
}

fn several(name: &str, cell: &str, what: &str) -> String {
    format!(
        "{name} is {}: {what}, where one value is needed; give each name in it a column of its own",
        shortened(cell)
    )
}

pub(crate) fn shortened(cell: &str) -> Cow<'_, str> {
    match cell.char_indices().nth(REPEATED) {
        Some((end, _)) => Cow::Owned(format!("{}…", &cell[..end])),
        None => Cow::Borrowed(cell),
    }
}

/// The one name in a list, or nothing of a list of none.
pub(crate) fn single(cell: &str) -> Option<String> {
    let names: Vec<String> = serde_json::from_str(cell).ok()?;
    match names.as_slice() {
        [] => Some(String::new()),
        [name] => Some(name.clone()),
        _ => None,
    }
}

/// What a cell is that holds several values, as programs for annotation write them (in JSON) and pandas (as Python).
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
}
