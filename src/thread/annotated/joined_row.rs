//! The combined annotations of one comment.

use std::collections::BTreeMap;

use crate::thread::annotated::draft::{Answer, Cell, Draft};

/// The rows of one comment, combined column by column.
#[derive(Debug, Default)]
pub(crate) struct JoinedRow {
    /// The line of the first row.
    pub(crate) line: u64,
    columns: BTreeMap<usize, Sum>,
    /// The number of rows by annotators who were done with the comment.
    done: u32,
}

/// A column of several rows.
#[derive(Debug)]
pub(crate) enum Sum {
    /// The content, whether rows differ in it, and its numbers added up.
    Text { said: String, differs: bool, total: f64, count: u32 },
    /// The number of rows with each answer, the number with any, and how many of the latter were by annotators who were
    /// done.
    Answers { counts: BTreeMap<Answer, u32>, rows: u32, done: u32 },
}

impl JoinedRow {
    /// Starts with one row.
    pub(crate) fn of(row: Draft) -> Self {
        let mut joined = Self { line: row.line, ..Self::default() };
        joined.add(row);
        joined
    }

    /// Adds another row.
    pub(crate) fn add(&mut self, row: Draft) {
        self.done += u32::from(row.is_done);
        for (at, cell) in row.cells {
            match (self.columns.get_mut(&at), cell) {
                (None, Cell::Text(text)) => {
                    let total = number(&text);
                    self.columns.insert(at, Sum::Text { said: text, differs: false, total, count: 1 });
                }
                (Some(Sum::Text { said, differs, total, count }), Cell::Text(text)) => {
                    *differs |= *said != text;
                    *total += number(&text);
                    *count += 1;
                }
                (there, Cell::Answers(given)) => {
                    let given = given.into_iter().map(|answer| (answer, 1));
                    if let Some(Sum::Answers { counts, rows, done }) = there {
                        given.for_each(|(answer, one)| *counts.entry(answer).or_default() += one);
                        *rows += 1;
                        *done += u32::from(row.is_done);
                    } else {
                        let sum = Sum::Answers { counts: given.collect(), rows: 1, done: u32::from(row.is_done) };
                        self.columns.insert(at, sum);
                    }
                }
                (Some(Sum::Answers { .. }), Cell::Text(_)) => {}
            }
        }
    }

    /// The comment's own content; empty if rows differ.
    pub(crate) fn text(&self, column: usize) -> &str {
        match self.columns.get(&column) {
            Some(Sum::Text { said, differs: false, .. }) => said,
            _ => "",
        }
    }

    /// The value of a flag: as written if all rows agree, else the mean.
    pub(crate) fn flag(&self, column: usize) -> String {
        match self.columns.get(&column) {
            Some(Sum::Text { said, differs: false, .. }) => said.clone(),
            Some(Sum::Text { total, count, .. }) if total.is_finite() => share(*total, f64::from(*count)),
            _ => String::new(),
        }
    }

    /// The share of an answer among all who were asked; empty if nobody was.
    pub(crate) fn share_of(&self, column: usize, answer: usize) -> String {
        let (given, asked) = match self.columns.get(&column) {
            Some(Sum::Answers { counts, rows, done }) => {
                let given = counts.get(&Answer::Known(answer)).copied().unwrap_or_default();
                (given, rows + self.done.saturating_sub(*done))
            }
            _ => (0, self.done),
        };
        if asked == 0 { String::new() } else { share(f64::from(given), f64::from(asked)) }
    }

    /// All answers, most frequent first, ties in order.
    pub(crate) fn answers(&self, column: usize) -> Vec<(&Answer, u32)> {
        let Some(Sum::Answers { counts, .. }) = self.columns.get(&column) else { return Vec::new() };
        let mut answers: Vec<(&Answer, u32)> = counts.iter().map(|(answer, count)| (answer, *count)).collect();
        answers.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        answers
    }

    /// Whether a question was answered, even if with none of its answers.
    pub(crate) fn is_answered(&self, column: usize) -> bool {
        matches!(self.columns.get(&column), Some(Sum::Answers { .. }))
    }
}

fn number(text: &str) -> f64 {
    text.trim().parse().unwrap_or(f64::NAN)
}

/// A share with at most four digits.
fn share(part: f64, whole: f64) -> String {
    ((part / whole * 1e4).round() / 1e4).to_string()
}
