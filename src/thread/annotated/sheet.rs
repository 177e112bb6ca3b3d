//! The columns of a file of annotations, as they are met.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::thread::annotated::draft::{Answer, Cell, Draft};
use crate::thread::annotated::store::Store;
use crate::thread::comments::Comments;
use crate::thread::error::ThreadError;

/// So many answers to one question are told apart: with more it is no stance, and no flags.
pub(crate) const MOST_ANSWERS: usize = 64;

/// So many people may have annotated one comment: each is a row, with its text.
pub(crate) const MOST_ANNOTATORS: usize = 1000;

/// The column that says who annotated.
pub(crate) const ANNOTATOR: &str = "annotator";

/// So many columns a file may have.
const MOST_COLUMNS: usize = 1000;

/// A column, as far as the file was read.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// What stands in a column.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Something of the comment.
    Plain,
    /// Yes or no, or a share; with what the file calls where it comes from.
    Flag(&'static str),
    /// Answers to a question.
    Question(Question),
}

/// What annotators were asked.
#[derive(Debug, Default)]
pub(crate) struct Question {
    /// What they answered, in the order in which it was met.
    pub(crate) answers: Vec<String>,
    numbers: FxHashMap<String, usize>,
    /// There are more answers than are told apart.
    pub(crate) has_more: bool,
    /// Somebody gave several at once.
    pub(crate) has_several: bool,
    /// Somebody said that there is none.
    pub(crate) has_none: bool,
    /// How many rows say anything of it.
    pub(crate) rows: u64,
    /// It is certain that it is a question, not something else that is known of the comment.
    pub(crate) is_certain: bool,
}

/// A longer answer is no choice.
const LONGEST: usize = 60;
/// So many different answers can be no accident, however few rows there are.
const FEW: u64 = 10;
/// So few rows may all have different answers.
const FEW_ROWS: u64 = 6;

impl Question {
    /// Whether it is one as far as the answers show: short ones, which recur.
    pub(crate) fn is_likely(&self) -> bool {
        let count = self.answers.len() as u64;
        // Where nearly every cell says something else, it is a remark on the comment.
        let differ = self.rows >= FEW_ROWS && 10 * count >= 9 * self.rows;
        let recur = !differ && (count <= FEW || 2 * count <= self.rows);
        self.is_certain
            || (!self.has_more && recur && count > 0 && self.answers.iter().all(|answer| answer.len() <= LONGEST))
    }
}

impl Question {
    fn answer(&mut self, text: &str) -> Answer {
        if let Some(number) = self.numbers.get(text) {
            return Answer::Known(*number);
        }
        if self.answers.len() >= MOST_ANSWERS {
            self.has_more = true;
            return Answer::Other(text.to_owned());
        }
        self.numbers.insert(text.to_owned(), self.answers.len());
        self.answers.push(text.to_owned());
        Answer::Known(self.answers.len() - 1)
    }
}

/// Everything that is known of a file of annotations while it is read, with the row that is being filled.
pub(crate) struct Sheet {
    pub(crate) columns: Vec<Column>,
    index: FxHashMap<(u8, String), usize>,
    row: BTreeMap<usize, Filled>,
    store: Store,
    /// What is told at the end.
    pub(crate) told: Comments,
    /// Rows of annotators who were done.
    pub(crate) done: u64,
    failed: Option<ThreadError>,
}

/// A cell of the row that is being filled.
enum Filled {
    Text(String),
    Answers(BTreeSet<Answer>),
}

/// All that a full sheet holds.
pub(crate) struct Full {
    pub(crate) columns: Vec<Column>,
    pub(crate) store: Store,
    pub(crate) told: Comments,
    pub(crate) done: u64,
}

impl Sheet {
    /// Of what messages call `file`.
    ///
    /// # Errors
    /// When there is no room for a temporary file.
    pub(crate) fn new(file: String) -> Result<Self, ThreadError> {
        Ok(Self {
            columns: Vec::new(),
            index: FxHashMap::default(),
            row: BTreeMap::new(),
            store: Store::new(file.clone())?,
            told: Comments::new(file, &[]),
            done: 0,
            failed: None,
        })
    }

    /// Something of the comment, in a column of that name; nothing where it is empty.
    pub(crate) fn plain(&mut self, name: &str, value: &str) {
        // A known column is there even if it is empty throughout.
        if let Some(at) = self.column(name, 0, || Kind::Plain).filter(|_| !value.is_empty()) {
            self.row.insert(at, Filled::Text(value.to_owned()));
        }
    }

    /// What was said of a flag: 1, 0, or a share; `from` is what the file calls where it comes from.
    pub(crate) fn flag(&mut self, name: &str, value: &str, from: &'static str) {
        if let Some(at) = self.column(name.trim(), 1, || Kind::Flag(from)) {
            self.row.insert(at, Filled::Text(value.to_owned()));
        }
    }

    /// The same where an empty value makes no column.
    pub(crate) fn plain_if_any(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.plain(name, value);
        }
    }

    /// What may be an answer to a question, or something else that is known of the comment.
    pub(crate) fn perhaps(&mut self, name: &str, value: &str) {
        self.answers(name, Some(value).filter(|value| !value.trim().is_empty()), false);
    }

    /// What was answered to a question; none of the answers if the list is empty.
    pub(crate) fn answer<'v>(&mut self, question: &str, answers: impl IntoIterator<Item = &'v str>) {
        self.answers(question, answers, true);
    }

    fn answers<'v>(&mut self, question: &str, answers: impl IntoIterator<Item = &'v str>, is_certain: bool) {
        let Some(at) = self.column(question.trim(), 2, || Kind::Question(Question::default())) else { return };
        let Some(Column { kind: Kind::Question(question), .. }) = self.columns.get_mut(at) else { return };
        question.is_certain |= is_certain;
        let mut answers = answers.into_iter().peekable();
        if !is_certain && answers.peek().is_none() {
            return;
        }
        let texts = answers.map(str::trim).filter(|answer| !answer.is_empty());
        let given = texts.map(|text| question.answer(text));
        // What is asked of several places of one comment is one question.
        match self.row.entry(at).or_insert_with(|| Filled::Answers(BTreeSet::new())) {
            Filled::Answers(all) => all.extend(given),
            Filled::Text(_) => {}
        }
    }

    /// The row is whole. `is_done`: whoever filled it left the other questions without an answer. `is_same`: it is of the
    /// same comment as the row before.
    pub(crate) fn end_row(&mut self, line: u64, is_done: bool, is_same: bool) {
        let cells = self.cells();
        self.done += u64::from(is_done);
        let written = self.store.row(Draft { line, is_same, is_done, goes_on: false, cells });
        self.keep(written);
    }

    /// The same of a row that goes on with the first of that key, which is the same annotator's of the same comment.
    pub(crate) fn end_row_of(&mut self, line: u64, key: u64) {
        let cells = self.cells();
        let written = self.store.row_of(Draft { line, cells, ..Draft::default() }, key);
        self.keep(written);
    }

    /// Rows may go on with earlier ones.
    pub(crate) fn in_order(&mut self) {
        self.store.in_order();
    }

    /// What the row holds, which is whole.
    fn cells(&mut self) -> Vec<(usize, Cell)> {
        let mut cells = Vec::with_capacity(self.row.len());
        for (at, filled) in std::mem::take(&mut self.row) {
            let cell = match filled {
                Filled::Text(text) => Cell::Text(text),
                Filled::Answers(given) => {
                    if let Some(Column { kind: Kind::Question(question), .. }) = self.columns.get_mut(at) {
                        question.has_several |= given.len() > 1;
                        question.has_none |= given.is_empty();
                        question.rows += 1;
                    }
                    Cell::Answers(given.into_iter().collect())
                }
            };
            cells.push((at, cell));
        }
        cells
    }

    /// Tells of annotators of one comment who are too many.
    pub(crate) fn crowd(&mut self, annotators: usize) {
        self.told.count_more(
            "annotation is one more than the 1000 that are read of one comment, and is left out",
            "annotations are more than the 1000 that are read of one comment, and are left out",
            annotators.saturating_sub(MOST_ANNOTATORS) as u64,
        );
    }

    /// Refuses what stands in that line.
    pub(crate) fn refuse(&mut self, line: u64, reason: impl Into<String>) {
        self.row.clear();
        let written = self.store.refuse(line, reason.into());
        self.keep(written);
    }

    /// What was read, and the first that went wrong when it was put aside.
    ///
    /// # Errors
    /// When the temporary file could not be written.
    pub(crate) fn finish(self) -> Result<Full, ThreadError> {
        let Self { columns, store, told, done, failed, .. } = self;
        failed.map_or(Ok(Full { columns, store, told, done }), Err)
    }

    fn keep(&mut self, written: Result<(), ThreadError>) {
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }

    /// Whether nothing more can be put aside.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// The number of a column; none where there are too many.
    fn column(&mut self, name: &str, kind: u8, new: impl FnOnce() -> Kind) -> Option<usize> {
        let key = (kind, name.to_owned());
        if let Some(at) = self.index.get(&key) {
            return Some(*at);
        }
        if self.columns.len() >= MOST_COLUMNS {
            self.told.count(
                "value stands under one name more than the 1000 that are read, and is left out",
                "values stand under more names than the 1000 that are read, and are left out",
            );
            return None;
        }
        self.columns.push(Column { name: name.to_owned(), kind: new() });
        self.index.insert(key, self.columns.len() - 1);
        Some(self.columns.len() - 1)
    }
}
