//! Finds the header among the first rows of a table: a title, or names for groups of columns, may stand above it, and
//! rows that are no comments below it.

use csv_core::ReadRecordResult;
use rustc_hash::FxHashSet;

use crate::thread::known::Known;
use crate::thread::usual::{is_usual, likeliest};

/// How many rows are searched for a header.
pub(crate) const SEARCHED: usize = 10;
/// The most bytes in a column's name, where a comment could stand.
const LONGEST: usize = 60;
/// Initial room for field ends.
const FIELDS: usize = 32;

/// The index of the header among the first rows, each given by its cells that are not empty; `None` if it is not among
/// them, or takes another row to be certain of. Columns that were asked for are `wanted`.
pub(crate) fn position(rows: &[Vec<&str>], wanted: &[String]) -> Option<usize> {
    let is_wanted = |name: &str| wanted.iter().any(|wanted| wanted == name.trim());
    let known = |row: &[&str]| row.iter().filter(|name| is_usual(name.trim()) || is_wanted(name)).count();
    let (first, rest) = rows.split_first()?;
    let of_first = known(first);
    if of_first > 0 {
        // A name that is merged over several columns leaves the cells beside it empty.
        let second = rest.first()?;
        let has_more = known(second) > of_first || (known(second) == of_first && second.len() > first.len());
        let has_text = likeliest(Known::Text, second).is_some() || second.iter().any(|name| is_wanted(name));
        let are_names = second.iter().all(|name| name.len() <= LONGEST);
        return Some(usize::from(has_more && has_text && are_names));
    }
    let least = if first.len() < 2 { 1 } else { 2 };
    rest.iter().position(|row| row.len() > 1 && known(row) >= least).map(|at| at + 1)
}

/// How a delimited table begins.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Begin {
    /// The number of records above the header.
    pub(crate) above: usize,
    /// Whether each row begins with its name, for which the header has no cell: R writes tables like this.
    pub(crate) has_row_names: bool,
    /// The number of records below the header that are no rows.
    pub(crate) below: usize,
}

impl Begin {
    /// Determines how a table begins; `first` gives its first records, as many as asked for if there are as many. It is
    /// not asked for more than are needed, since they may come from a pipe.
    pub(crate) fn of<E>(
        mut first: impl FnMut(usize) -> Result<Vec<Vec<String>>, E>,
        delimiter: u8,
        wanted: &[String],
    ) -> Result<Self, E> {
        let mut rows = first(2)?;
        let mut at = position(&names(&rows), wanted);
        if at.is_none() && rows.len() == 2 {
            rows = first(SEARCHED)?;
            at = position(&names(&rows), wanted);
        }
        let above = at.or_else(|| names(&rows).iter().position(|row| !row.is_empty())).unwrap_or(0);
        let mut begin = Self { above, ..Self::default() };
        let (Some(header), Some(row)) = (rows.get(above), rows.get(above + 1)) else { return Ok(begin) };
        let width = header.len();
        if width > 1 && row.len() == width + 1 && delimiter != b',' {
            let rows = first(above + 1 + SEARCHED)?;
            begin.has_row_names = are_named(rows.get(above + 1..).unwrap_or_default(), width + 1);
        }
        if header.iter().any(|name| QUALTRICS.iter().any(|(own, _)| *own == name.trim())) {
            let rows = first(above + 3)?;
            let is_import = |row: &Vec<String>| row.iter().any(|cell| cell.starts_with("{\"ImportId\""));
            begin.below = match rows.get(above..).unwrap_or_default() {
                [_, _, import, ..] if is_import(import) => 2,
                [names, row, ..] if is_of_questions(names.iter().zip(row.iter().map(String::as_str))) => 1,
                _ => 0,
            };
        }
        Ok(begin)
    }
}

/// Columns that an export of Qualtrics has, whatever was asked, and their cells in the row of questions below. In CSV, the
/// keys of their import stand below these.
const QUALTRICS: [(&str, &str); 3] =
    [("StartDate", "Start Date"), ("RecordedDate", "Recorded Date"), ("ResponseId", "Response ID")];
/// What is said of such rows.
pub(crate) const QUESTIONS: &str = "the questions below the header are no comments and are left out";

/// Whether a row, given by the names of its columns and its cells, has the questions of an export of Qualtrics.
pub(crate) fn is_of_questions<'c>(mut cells: impl Iterator<Item = (&'c String, &'c str)>) -> bool {
    cells.any(|(name, cell)| QUALTRICS.contains(&(name.trim(), cell)))
}

/// The cells of each row that are not empty.
fn names(rows: &[Vec<String>]) -> Vec<Vec<&str>> {
    rows.iter().map(|row| row.iter().map(String::as_str).filter(|cell| !cell.trim().is_empty()).collect()).collect()
}

/// Whether all rows have this width, each begins with another name, and not all end with an empty cell, as those do
/// that have a delimiter at their end.
fn are_named(rows: &[Vec<String>], width: usize) -> bool {
    let mut met = FxHashSet::default();
    rows.len() > 1
        && rows.iter().all(|row| row.len() == width && row.first().is_some_and(|name| met.insert(name.as_str())))
        && rows.iter().any(|row| row.last().is_some_and(|cell| !cell.is_empty()))
}

/// The first records of a delimited table, `most` at most; one that may go on after `bytes` is not among them, unless
/// that `is_end`.
pub(crate) fn records(bytes: &[u8], delimiter: u8, most: usize, is_end: bool) -> Vec<Vec<String>> {
    let mut core = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let (mut out, mut ends) = (vec![0; bytes.len()], vec![0; FIELDS]);
    let (mut found, mut at) = (Vec::new(), 0);
    while found.len() < most {
        let (mut length, mut fields) = (0, 0);
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            // To the parser, no bytes are the end.
            if rest.is_empty() && !is_end {
                return found;
            }
            let (result, read, written, ended) = core.read_record(rest, &mut out[length..], &mut ends[fields..]);
            (at, length, fields) = (at + read, length + written, fields + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => out.resize(out.len() * 2 + 1, 0),
                ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return found,
            }
        }
        let begins = std::iter::once(0).chain(ends.iter().copied());
        let cells = begins.zip(&ends).take(fields).map(|(begin, end)| String::from_utf8_lossy(&out[begin..*end]));
        found.push(cells.map(std::borrow::Cow::into_owned).collect());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_above_the_header_is_seen() {
        let wanted = ["Kommentar".to_owned()];
        let at = |rows: &[&[&str]]| position(&rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>(), &wanted);
        for (rows, expected) in [
            (&[&["id", "text"][..], &["1", "a"]][..], Some(0)),
            (&[&["text"], &["Comment"]], Some(0)),
            (&[&["id", "text"]], None),
            (&[&["Comment", "Labels"], &["id", "text", "stance"]], Some(1)),
            (&[&["meta", "body"], &["id", "comment_text"]], Some(1)),
            (&[&["Kommentar"], &["Nr", "Kommentar", "Haltung"], &["1", "a", "b"]], Some(1)),
            (&[&["All comments"], &["id", "text"]], Some(1)),
            (&[&[], &[], &["id", "text"]], Some(2)),
            (&[&["text", "class", "kind"], &["I like it.", "user", "name"]], Some(0)),
            (&[&["Nr", "Wort"], &["1", "time"], &["2", "name"]], None),
        ] {
            assert_eq!(at(rows), expected, "{rows:?}");
        }
    }

    #[test]
    fn a_record_that_may_go_on_is_not_among_the_first() {
        let all = "a,\"b\nc\"\n\nd,e\nf";
        let of = |length: usize, is_end| records(&all.as_bytes()[..length], b',', 9, is_end);
        let [first, second, third] = [vec!["a", "b\nc"], vec!["d", "e"], vec!["f"]];
        assert_eq!(of(all.len(), true), [first.clone(), second.clone(), third]);
        assert_eq!(of(all.len(), false), [first.clone(), second]);
        assert_eq!(of("a,\"b\n".len(), false), Vec::<Vec<String>>::new());
        assert_eq!(records(all.as_bytes(), b',', 1, true), [first]);
    }

    #[test]
    fn rows_with_names_and_rows_of_questions_are_told_from_comments() {
        let of = |table: &str, delimiter| {
            let first = |most| Ok::<_, ()>(records(table.as_bytes(), delimiter, most, true));
            Begin::of(first, delimiter, &[]).unwrap()
        };
        let named = Begin { has_row_names: true, ..Begin::default() };
        assert_eq!(of("id\ttext\n1\t5\ta\n2\t6\tb\n", b'\t'), named);
        for plain in ["id\ttext\n1\ta\n", "id\ttext\n5\ta\tx\n6\tb\n", "id\ttext\n5\ta\t\n6\tb\t\n"] {
            assert_eq!(of(plain, b'\t'), Begin::default(), "{plain}");
        }
        assert_eq!(of("id,text\n1,Yes, sir\n2,No, sir\n", b','), Begin::default(), "commas stand in texts");
        let survey = "StartDate,text\nStart Date,Your comment?\n\"{\"\"ImportId\"\":\"\"a\"\"}\",x\n2026,a\n";
        assert_eq!(of(survey, b','), Begin { below: 2, ..Begin::default() });
        let without_keys = "StartDate,text\nStart Date,Your comment?\n2026,a\n2026,b\n";
        assert_eq!(of(without_keys, b','), Begin { below: 1, ..Begin::default() });
        assert_eq!(of("StartDate,text\n2026,a\n2026,b\n", b','), Begin::default());
        assert_eq!(of(",,\n,,\nid,text,stance\n", b','), Begin { above: 2, ..Begin::default() });
        assert_eq!(of("Comments of May,\n,\nNr,Kommentar\n1,a\n", b','), Begin::default(), "no name is known");
    }
}
