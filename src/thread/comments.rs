//! The comments found in a file that are not handed out yet, and the remarks about it.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::thread::cells::Cells;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::row_error::RowError;

/// Comments on their way to the rows of a table.
pub(crate) struct Comments {
    file: String,
    columns: &'static [&'static str],
    found: VecDeque<Found>,
    counts: Vec<Count>,
    remarks: Vec<String>,
    /// Why the file cannot hold comments.
    none: Option<String>,
    /// The line of the value being read.
    line: u64,
    /// How many comments were found.
    given: u64,
    /// How many comments were refused, and the first of them.
    refused: u64,
    first_refused: Option<String>,
    /// Scratch space for putting cells in column order.
    ordered: Vec<usize>,
}

/// Values that many comments share, stored once for all of those not handed out yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared(Arc<[(usize, String)]>);

impl Shared {
    /// The total length of the values in bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|(_, value)| value.len()).sum()
    }

    /// The value for a column, counting from 0; empty if there is none.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.0.iter().find(|(at, _)| *at == column).map_or("", |(_, value)| value)
    }
}

enum Found {
    Comment(u64, Cells, Option<Shared>),
    Refused(Refused),
}

/// Something counted for the report at the end.
struct Count {
    one: &'static str,
    many: &'static str,
    times: u64,
}

impl Comments {
    /// An empty list of comments with these columns; messages call the source `file`.
    pub(crate) fn new(file: String, columns: &'static [&'static str]) -> Self {
        Self {
            file,
            columns,
            found: VecDeque::new(),
            counts: Vec::new(),
            remarks: Vec::new(),
            none: None,
            line: 0,
            given: 0,
            refused: 0,
            first_refused: None,
            ordered: Vec::new(),
        }
    }

    pub(crate) fn header(&self) -> Vec<String> {
        self.columns.iter().map(ToString::to_string).collect()
    }

    /// Builds values for many comments to share, by column name.
    pub(crate) fn shared(&self, values: &[(&str, &str)]) -> Shared {
        let at = |name: &str| self.columns.iter().position(|column| *column == name);
        let said = values.iter().filter(|(_, value)| !value.is_empty());
        Shared(said.filter_map(|(name, value)| Some((at(name)?, (*value).to_owned()))).collect())
    }

    /// Adds a comment found on `line` (1-based), by column name; columns not named are empty. An unknown column name is
    /// a programming error.
    pub(crate) fn push(&mut self, line: u64, values: &[(&str, &str)]) {
        self.push_with(line, values, None);
    }

    /// Like [`push`](Self::push), with values shared by several comments; the comment's own value wins. A comment that
    /// contains a NUL is refused, as in any table.
    pub(crate) fn push_with(&mut self, line: u64, values: &[(&str, &str)], shared: Option<&Shared>) {
        if values.iter().any(|(_, value)| value.contains('\0')) {
            self.refuse(line, RowError::ValueWithNul.to_string());
            return;
        }
        self.ordered.clear();
        for (name, _) in values {
            let at = self.columns.iter().position(|column| column == name);
            debug_assert!(at.is_some(), "{name} is no column");
            self.ordered.push(at.unwrap_or(usize::MAX));
        }
        let mut cells = Cells::default();
        for column in 0..self.columns.len() {
            let value = self.ordered.iter().position(|at| *at == column).and_then(|at| values.get(at));
            cells.push(value.map_or("", |(_, value)| value));
        }
        self.given += 1;
        self.found.push_back(Found::Comment(self.line_of(line), cells, shared.cloned()));
    }

    /// States the line where the value being read begins: a fault of a missing part has no line of its own.
    pub(crate) fn begin(&mut self, line: u64) {
        self.line = line;
    }

    fn line_of(&self, line: u64) -> u64 {
        if line == 0 { self.line } else { line }
    }

    /// How many comments were found.
    pub(crate) fn given(&self) -> u64 {
        self.given
    }

    /// How many comments were refused.
    pub(crate) fn refused(&self) -> u64 {
        self.refused
    }

    /// The first refusal, with its line and reason.
    pub(crate) fn first_refused(&self) -> Option<&str> {
        self.first_refused.as_deref()
    }

    /// Refuses whatever is on `line`.
    pub(crate) fn refuse(&mut self, line: u64, reason: impl Into<String>) {
        let (file, reason, line) = (self.file.clone(), reason.into(), self.line_of(line));
        self.refused += 1;
        self.first_refused.get_or_insert_with(|| format!("line {line}: {reason}"));
        self.found.push_back(Found::Refused(Refused { file, line, reason }));
    }

    /// Counts something to report at the end, as `1 {one}` or `7 {many}`.
    pub(crate) fn count(&mut self, one: &'static str, many: &'static str) {
        self.count_more(one, many, 1);
    }

    /// Like [`count`](Self::count), for several at once.
    pub(crate) fn count_more(&mut self, one: &'static str, many: &'static str, count: u64) {
        match self.counts.iter_mut().find(|own| own.one == one) {
            Some(own) => own.times += count,
            None => self.counts.push(Count { one, many, times: count }),
        }
    }

    /// Adds a remark about the whole file, unless it was made before.
    pub(crate) fn remark(&mut self, remark: impl Into<String>) {
        let remark = remark.into();
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// Records that the file holds something other than comments, and how to get those. This is an error, whereas an
    /// empty list of comments is not.
    pub(crate) fn fail(&mut self, why: impl Into<String>) {
        self.none = Some(why.into());
    }

    /// Takes the reason why the file cannot hold comments, if there is one.
    pub(crate) fn failure(&mut self) -> Option<String> {
        self.none.take()
    }

    /// Hands out the next comment or refusal, if there is one.
    pub(crate) fn next(&mut self, row: &mut Row) -> Option<Next> {
        Some(match self.found.pop_front()? {
            Found::Comment(line, cells, None) => {
                (row.line, row.cells) = (line, cells);
                Next::Row
            }
            Found::Comment(line, cells, Some(shared)) => {
                row.line = line;
                row.cells.clear();
                for (column, cell) in cells.iter().enumerate() {
                    row.cells.push(if cell.is_empty() { shared.cell(column) } else { cell });
                }
                Next::Row
            }
            Found::Refused(refused) => {
                row.line = refused.line;
                Next::Refused(refused)
            }
        })
    }

    /// Whether nothing is left to hand out.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Takes the remarks about the file, each of which is given only once.
    pub(crate) fn remarks(&mut self) -> Vec<String> {
        let mut remarks = std::mem::take(&mut self.remarks);
        let counts = self.counts.drain(..).filter(|count| count.times > 0);
        remarks.extend(counts.map(|Count { one, many, times }| match times {
            1 => format!("1 {one}"),
            _ => format!("{times} {many}"),
        }));
        remarks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_stands_where_a_comment_says_nothing_itself() {
        let mut out = Comments::new("a".to_owned(), &["id", "article_title", "text"]);
        let shared = out.shared(&[("article_title", "T"), ("text", "")]);
        out.push_with(3, &[("text", "a"), ("id", "1")], Some(&shared));
        out.push_with(4, &[("article_title", "Own")], Some(&shared));
        out.push(5, &[("id", "3")]);
        let mut row = Row::default();
        let mut rows = Vec::new();
        while out.next(&mut row) == Some(Next::Row) {
            rows.push(row.cells.iter().collect::<Vec<_>>().join("|"));
        }
        assert_eq!(rows, ["1|T|a", "|Own|", "3||"]);
        assert_eq!(shared.len(), 1);
        out.push(6, &[("text", "a\0")]);
        assert!(matches!(out.next(&mut row), Some(Next::Refused(refused)) if refused.line == 6));
    }
}
