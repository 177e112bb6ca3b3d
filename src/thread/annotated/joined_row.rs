//! What all annotators of one comment said together.

use std::collections::BTreeMap;

use crate::thread::annotated::draft::{Answer, Cell, Draft};

/// The rows of one comment, added up column by column.
#[derive(Debug, Default)]
pub(crate) struct JoinedRow {
    /// The line of the first.
    pub(crate) line: u64,
    columns: BTreeMap<usize, Sum>,
    /// How many rows there are of people who were done with the comment.
    done: u32,
}

/// A column of several rows.
#[derive(Debug)]
pub(crate) enum Sum {
    /// What it says, if it says the same wherever it says anything; and the numbers that it may be, added up.
    Text { said: String, differs: bool, total: f64, count: u32 },
    /// How many gave each answer, how many answered, and how many of those were done.
    Answers { counts: BTreeMap<Answer, u32>, rows: u32, done: u32 },
}

impl JoinedRow {
    /// Begins with one row.
    pub(crate) fn of(row: Draft) -> Self {
        let mut joined = Self { line: row.line, ..Self::default() };
        joined.add(row);
        joined
    }

    /// Adds another.
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

    /// Something of the comment; nothing where the rows say different things.
    pub(crate) fn text(&self, column: usize) -> &str {
        match self.columns.get(&column) {
            Some(Sum::Text { said, differs: false, .. }) => said,
            _ => "",
        }
    }

    /// What was said of a flag: as it is written if all say the same, else the mean.
    pub(crate) fn flag(&self, column: usize) -> String {
        match self.columns.get(&column) {
            Some(Sum::Text { said, differs: false, .. }) => said.clone(),
            Some(Sum::Text { total, count, .. }) if total.is_finite() => share(*total, f64::from(*count)),
            _ => String::new(),
        }
    }

    /// How many gave an answer, as a share of those who were asked; nothing where nobody was.
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

    /// All answers, the most frequent first; of equals in their order.
    pub(crate) fn answers(&self, column: usize) -> Vec<(&Answer, u32)> {
        let Some(Sum::Answers { counts, .. }) = self.columns.get(&column) else { return Vec::new() };
        let mut answers: Vec<(&Answer, u32)> = counts.iter().map(|(answer, count)| (answer, *count)).collect();
        answers.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        answers
    }

    /// Whether a question was answered, if only with none of its answers.
    pub(crate) fn is_answered(&self, column: usize) -> bool {
        matches!(self.columns.get(&column), Some(Sum::Answers { .. }))
    }
}

fn number(text: &str) -> f64 {
    text.trim().parse().unwrap_or(f64::NAN)
}

/// A share with four digits at most.
fn share(part: f64, whole: f64) -> String {
    ((part / whole * 1e4).round() / 1e4).to_string()
}
