//! Finds the faults of a tree while a table streams by. Only hashes are kept, no texts or ids.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::text::no_text::{has_text, is_null_word};
use crate::thread::flaw::{CHECKED_ROWS, Flaw, Flaws};
use crate::thread::joined::Keys;
use crate::thread::loops::loops;

/// Takes the rows of a table one by one, and at the end reports missing parents, duplicate ids and loops.
///
/// Ids are compared by 64-bit hashes (SipHash-1-3 with fixed keys, so that every run gives the same result); among a
/// million ids the chance of a wrong warning is 1 in 30 million.
#[derive(Clone, Debug, Default)]
pub(crate) struct TreeCheck {
    keys: Keys,
    line: Vec<u64>,
    /// Lines whose text is empty or stands for a missing value.
    silent: Vec<(u64, Flaw)>,
    quotes: Vec<(u64, Flaw)>,
    rows: u64,
}

impl TreeCheck {
    /// Adds a row. `line` is kept only for the message; `thread_id` is empty if there is none.
    pub(crate) fn row(&mut self, line: u64, thread_id: &str, id: &str, parent_id: Option<&str>, text: &str) {
        self.rows += 1;
        if !has_text(text) {
            self.silent.push((line, Flaw::EmptyText));
        } else if is_null_word(text) {
            self.silent.push((line, Flaw::NullText));
        }
        if self.keys.len() >= CHECKED_ROWS {
            return;
        }
        self.keys.push(id, parent_id, |id| hash(thread_id, id));
        self.line.push(line);
    }

    /// Records what is odd about the quotes of a row.
    pub(crate) fn quotes(&mut self, line: u64, flaw: Option<Flaw>) {
        if let Some(flaw) = flaw
            && self.quotes.len() < CHECKED_ROWS
        {
            self.quotes.push((line, flaw));
        }
    }

    /// Reports what was found.
    #[must_use]
    pub(crate) fn finish(self) -> Flaws {
        let Self { keys, line, silent, quotes, rows } = self;
        let unchecked = rows - keys.len() as u64;
        let mut found = silent;
        found.extend(quotes);
        let joined = keys.join();
        let line_of = |row: usize| line.get(row).copied().unwrap_or(0);
        // The parents may be among the unchecked rows.
        let missing = if unchecked == 0 { joined.missing } else { Vec::new() };
        for (rows, flaw) in
            [(joined.twice, Flaw::DuplicateId), (joined.rounded, Flaw::RoundedId), (missing, Flaw::MissingParent)]
        {
            found.extend(rows.into_iter().map(|row| (line_of(row as usize), flaw)));
        }
        for members in loops(&joined.parents) {
            if let Some(&first) = members.iter().min() {
                found.push((line_of(first), Flaw::Loop));
            }
        }
        found.sort_unstable();
        Flaws { found, unchecked }
    }
}

fn hash(thread_id: &str, id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (thread_id, id).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flaws_are_found_within_each_thread() {
        let mut check = TreeCheck::default();
        check.row(2, "t", "a", None, "x");
        check.row(3, "t", "b", Some("a"), "x");
        check.row(4, "u", "a", Some("b"), " ");
        check.row(5, "t", "b", Some("c"), "x");
        check.row(6, "t", "c", Some("d"), "x");
        check.row(7, "t", "d", Some("c"), "x");
        check.row(8, "t", "e", Some("e"), "x");
        check.row(9, "t", "f", None, "[deleted]");
        check.row(10, "t", "g", None, "NaN");
        let flaws = check.finish();
        let expected = [
            (4, Flaw::MissingParent),
            (4, Flaw::EmptyText),
            (5, Flaw::DuplicateId),
            (6, Flaw::Loop),
            (8, Flaw::Loop),
            (9, Flaw::EmptyText),
            (10, Flaw::NullText),
        ];
        assert_eq!(flaws.found, expected);
        assert_eq!(flaws.count(Flaw::Loop), 2);
    }

    #[test]
    fn ids_that_programs_have_rewritten_are_no_missing_parents() {
        let mut check = TreeCheck::default();
        check.row(2, "t", "101", Some("t3_post"), "x");
        check.row(3, "t", "102", Some("101.0"), "x");
        check.row(4, "u", "103", Some("101.0"), "x");
        check.row(5, "u", "1.29E+18", None, "x");
        check.row(6, "u", "1.29E+18", Some("1.29E+18"), "x");
        check.row(7, "u", "104", Some("1.3E+18"), "x");
        let expected = [(4, Flaw::MissingParent), (6, Flaw::RoundedId), (7, Flaw::RoundedId)];
        assert_eq!(check.finish().found, expected);
    }

    #[test]
    fn it_stops_at_its_bound_and_says_so() {
        let mut check = TreeCheck::default();
        for i in 0..CHECKED_ROWS + 5 {
            check.row(i as u64, "", &i.to_string(), Some("none"), "x");
        }
        check.row(0, "", "none", None, "");
        let flaws = check.finish();
        assert_eq!((flaws.unchecked, flaws.count(Flaw::EmptyText)), (6, 1));
        assert_eq!(flaws.count(Flaw::MissingParent), 0);
    }
}
