//! Columns whose cells name several labels: each name becomes a flag.

use rustc_hash::FxHashSet;

use crate::dataset::cell::CellError;

/// Separators of names, likeliest first; only the first that occurs in a cell separates it.
const SEPARATORS: [char; 3] = ['|', ';', ','];

/// A column of names, and the contents of its cells.
#[derive(Debug, Default)]
pub(crate) struct NamesColumn {
    /// Its names, each with the index of its flag.
    pub(crate) flags: Vec<(String, usize)>,
    /// Rows whose cells are not empty, with their annotators if there are any.
    pub(crate) said: Vec<(u32, Option<u32>)>,
    /// Which row (and annotator) named which of `flags`.
    pub(crate) named: FxHashSet<(u32, Option<u32>, usize)>,
    /// Whether there are more names than can be learnt.
    pub(crate) has_more: bool,
}

/// The names in a cell: JSON, as Label Studio and pandas write it, or names with separators. `None` for an empty cell.
pub(crate) fn names<'r>(label: &'r str, cell: &'r str) -> Result<Option<Vec<String>>, CellError<'r>> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(None);
    }
    let is_between = |begin: char, end: char| cell.starts_with(begin) && cell.ends_with(end);
    let names = if is_between('[', ']') {
        // Python's lists have Python's quotation marks.
        list(cell).or_else(|| list(&cell.replace('\'', "\""))).ok_or(CellError::NoNames { label, cell })?
    } else if is_between('{', '}') {
        #[derive(serde::Deserialize)]
        struct Choices {
            choices: Vec<String>,
        }
        serde_json::from_str::<Choices>(cell).map_err(|_| CellError::NoNames { label, cell })?.choices
    } else if is_doccano(cell) {
        cell.split('#').map(str::to_owned).collect()
    } else {
        let separator = SEPARATORS.into_iter().find(|separator| cell.contains(*separator));
        separator.map_or_else(|| vec![cell.to_owned()], |separator| cell.split(separator).map(str::to_owned).collect())
    };
    let mut names: Vec<String> =
        names.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    let mut met = FxHashSet::default();
    names.retain(|name| met.insert(name.clone()));
    Ok(Some(names))
}

/// Whether the cell is several names as doccano writes them in CSV, `favor#rude`; `C#` and `#metoo` are single names.
fn is_doccano(cell: &str) -> bool {
    cell.contains('#')
        && !cell.contains(SEPARATORS)
        && cell.split('#').all(|name| !name.is_empty() && name.trim() == name)
}

fn list(cell: &str) -> Option<Vec<String>> {
    use serde_json::Value;
    let values: Vec<Value> = serde_json::from_str(cell).ok()?;
    let name = |value: Value| match value {
        Value::String(name) => Some(name),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    values.into_iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_lists_and_between_separators() {
        for (cell, expected) in [
            ("a|b", "a b"),
            ("b; a", "b a"),
            ("a,b,a,", "a b"),
            ("x, y|z", "x, y z"),
            ("[\"a\", \"b\"]", "a b"),
            ("['a', 'b']", "a b"),
            ("[1, 2]", "1 2"),
            ("{\"choices\": [\"a\", \"b\"]}", "a b"),
            ("[]", ""),
            ("toxic", "toxic"),
            ("favor#rude", "favor rude"),
            ("#metoo", "#metoo"),
            ("C#", "C#"),
            ("x #metoo", "x #metoo"),
        ] {
            assert_eq!(names("l", cell).unwrap().unwrap().join(" "), expected, "{cell}");
        }
        assert_eq!(names("l", " "), Ok(None));
        for none in ["[{\"start\": 1}]", "[a", "{\"x\": 1}"].iter().filter(|cell| cell.ends_with([']', '}'])) {
            let error = names("l", none).unwrap_err().to_string();
            assert!(error.contains("no list of names"), "{error}");
        }
    }
}
