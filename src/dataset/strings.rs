//! Compact storage for the strings of many rows.

use std::collections::HashMap;

/// Many strings stored in one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena {
    bytes: String,
    ends: Vec<u64>,
}

impl Arena {
    pub(crate) fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u64);
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, index: usize) -> &str {
        let begin = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[begin as usize..self.ends[index] as usize]
    }
}

/// A column whose values repeat, such as the article of a comment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Repeated {
    pub(crate) index: Vec<Option<u32>>,
    pub(crate) values: Vec<String>,
    known: HashMap<String, u32>,
}

impl Repeated {
    /// The number of a value; equal values have equal numbers.
    pub(crate) fn number(&mut self, value: &str) -> u32 {
        if let Some(known) = self.known.get(value) {
            return *known;
        }
        let number = self.values.len() as u32;
        self.values.push(value.to_owned());
        self.known.insert(value.to_owned(), number);
        number
    }

    /// Sets the value of row `row`; rows before it that were not set have none.
    pub(crate) fn set(&mut self, row: usize, value: Option<&str>) {
        if let Some(value) = value {
            self.index.resize(row, None);
            let number = self.number(value);
            self.index.push(Some(number));
        }
    }

    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        let number = (*self.index.get(row)?)?;
        self.values.get(number as usize).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_found_by_their_number() {
        let mut arena = Arena::default();
        ["one", "", "drei"].into_iter().for_each(|text| arena.push(text));
        assert_eq!(arena.len(), 3);
        assert_eq!([0, 1, 2].map(|at| arena.get(at)), ["one", "", "drei"]);
    }

    #[test]
    fn equal_values_are_kept_once_and_rows_may_have_none() {
        let mut column = Repeated::default();
        column.set(1, Some("a"));
        column.set(2, None);
        column.set(3, Some("b"));
        column.set(4, Some("a"));
        assert_eq!([0, 1, 2, 3, 4, 5].map(|row| column.get(row)), [None, Some("a"), None, Some("b"), Some("a"), None]);
        assert_eq!(column.values, ["a", "b"]);
        assert_eq!(column.number("b"), 1);
    }
}
