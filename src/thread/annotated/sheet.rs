//! Collects the columns of an annotation file.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::thread::annotated::draft::{Answer, Cell, Draft};
use crate::thread::annotated::store::Store;
use crate::thread::comments::Comments;
use crate::thread::error::ThreadError;

/// The most answers to a question that are distinguished: with more, it is neither a stance nor flags.
pub(crate) const MOST_ANSWERS: usize = 64;

/// The most annotators of one comment: each is a row, with its text.
pub(crate) const MOST_ANNOTATORS: usize = 1000;

/// The column of annotators.
pub(crate) const ANNOTATOR: &str = "annotator";

/// The most columns of a file.
const MOST_COLUMNS: usize = 1000;

/// A column, as far as the file was read.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// The role of a column.
#[derive(Debug)]
pub(crate) enum Kind {
    /// The comment's own content.
    Plain,
    /// Yes, no or a share; with the file's name for where it comes from.
    Flag(&'static str),
    /// Answers to a question.
    Question(Question),
}

/// A question to annotators.
#[derive(Debug, Default)]
pub(crate) struct Question {
    /// The answers, in order of appearance.
    pub(crate) answers: Vec<String>,
    numbers: FxHashMap<String, usize>,
    /// Whether there are more answers than are distinguished.
    pub(crate) has_more: bool,
    /// Whether anybody gave several at once.
    pub(crate) has_several: bool,
    /// Whether anybody answered with none of them.
    pub(crate) has_none: bool,
    /// The number of rows with an answer.
    pub(crate) rows: u64,
    /// Whether it is certainly a question, not a column of other information about the comment.
    pub(crate) is_certain: bool,
}

/// A longer answer is not a choice, in bytes.
const LONGEST: usize = 60;
/// Up to this many different answers are plausible, however few rows there are.
const FEW: u64 = 10;
/// In fewer rows than this, all answers may differ.
const FEW_ROWS: u64 = 6;

impl Question {
    /// Whether it seems to be a question by its answers: short ones that recur.
    pub(crate) fn is_likely(&self) -> bool {
        let count = self.answers.len() as u64;
        // If nearly every cell is different, it is free text about the comment.
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

/// The state while a file of annotations is read, with the row being filled.
pub(crate) struct Sheet {
    pub(crate) columns: Vec<Column>,
    index: FxHashMap<(u8, String), usize>,
    row: BTreeMap<usize, Filled>,
    store: Store,
    /// What is reported at the end.
    pub(crate) told: Comments,
    /// The number of rows by annotators who were done.
    pub(crate) done: u64,
    failed: Option<ThreadError>,
}

/// A cell of the row being filled.
enum Filled {
    Text(String),
    Answers(BTreeSet<Answer>),
}

/// The contents of a complete sheet.
pub(crate) struct Full {
    pub(crate) columns: Vec<Column>,
    pub(crate) store: Store,
    pub(crate) told: Comments,
    pub(crate) done: u64,
}

impl Sheet {
    /// An empty sheet; messages call its source `file`.
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

    /// Sets a column of the comment's own content, unless the value is empty.
    pub(crate) fn plain(&mut self, name: &str, value: &str) {
        // The column exists even if it is always empty.
        if let Some(at) = self.column(name, 0, || Kind::Plain).filter(|_| !value.is_empty()) {
            self.row.insert(at, Filled::Text(value.to_owned()));
        }
    }

    /// Sets the value of a flag: 1, 0, or a share; `from` is the file's name for where it comes from.
    pub(crate) fn flag(&mut self, name: &str, value: &str, from: &'static str) {
        if let Some(at) = self.column(name.trim(), 1, || Kind::Flag(from)) {
            self.row.insert(at, Filled::Text(value.to_owned()));
        }
    }

    /// Like [`plain`](Self::plain), but an empty value does not create the column.
    pub(crate) fn plain_if_any(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.plain(name, value);
        }
    }

    /// Sets what may be an answer to a question, or other information about the comment.
    pub(crate) fn perhaps(&mut self, name: &str, value: &str) {
        self.answers(name, Some(value).filter(|value| !value.trim().is_empty()), false);
    }

    /// Adds answers to a question; an empty list means none of the answers.
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
        // A question asked about several places in a comment counts as one.
        match self.row.entry(at).or_insert_with(|| Filled::Answers(BTreeSet::new())) {
            Filled::Answers(all) => all.extend(given),
            Filled::Text(_) => {}
        }
    }

    /// Completes the row. `is_done`: its annotator left the other questions unanswered on purpose. `is_same`: it is
    /// about the same comment as the row before.
    pub(crate) fn end_row(&mut self, line: u64, is_done: bool, is_same: bool) {
        let cells = self.cells();
        self.done += u64::from(is_done);
        let written = self.store.row(Draft { line, is_same, is_done, goes_on: false, cells });
        self.keep(written);
    }

    /// Completes a row that continues the first with this key, by the same annotator about the same comment.
    pub(crate) fn end_row_of(&mut self, line: u64, key: u64) {
        let cells = self.cells();
        let written = self.store.row_of(Draft { line, cells, ..Draft::default() }, key);
        self.keep(written);
    }

    /// Allows rows to continue earlier ones.
    pub(crate) fn in_order(&mut self) {
        self.store.in_order();
    }

    /// Takes the cells of the completed row.
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

    /// Reports that a comment has too many annotators.
    pub(crate) fn crowd(&mut self, annotators: usize) {
        self.told.count_more(
            "annotation is one more than the 1000 that are read of one comment, and is left out",
            "annotations are more than the 1000 that are read of one comment, and are left out",
            annotators.saturating_sub(MOST_ANNOTATORS) as u64,
        );
    }

    /// Refuses whatever is on `line`.
    pub(crate) fn refuse(&mut self, line: u64, reason: impl Into<String>) {
        self.row.clear();
        let written = self.store.refuse(line, reason.into());
        self.keep(written);
    }

    /// Everything read, or the first error in storing it.
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

    /// Whether storing has failed, so that there is no use in reading on.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// The number of a column; `None` if there are too many.
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
