//! The rows of an annotation file, handed out once its contents are known.

use std::collections::VecDeque;

use crate::thread::annotated::draft::{Draft, Entry};
use crate::thread::annotated::joined_row::JoinedRow;
use crate::thread::annotated::layout::Layout;
use crate::thread::annotated::sheet::{ANNOTATOR, Column, Full, Kind, MOST_ANNOTATORS, MOST_ANSWERS, Sheet};
use crate::thread::annotated::store::Stored;
use crate::thread::comments::Comments;
use crate::thread::error::ThreadError;
use crate::thread::known::Known;
use crate::thread::label_column::{Asked, LabelColumn};
use crate::thread::row::{Next, Refused, Row};
use crate::thread::row_source::RowSource;

/// A row to hand out, or an unusable line with the reason.
type Joined = Result<JoinedRow, (u64, String)>;

/// Hands out the rows of a sheet.
pub(crate) struct AnnotatedRows {
    file: String,
    columns: Vec<Column>,
    done: u64,
    layout: Layout,
    stored: Stored,
    told: Comments,
    /// Whether each row is one annotator's, rather than combined.
    is_by_annotator: bool,
    /// The column of annotators.
    annotator: Option<usize>,
    /// The column of the text.
    text: Option<usize>,
    /// Annotations of the same comment by others, each to become a row.
    waiting: VecDeque<Draft>,
    /// The next entry, read ahead.
    next: Option<Entry>,
    /// An entry read ahead whose continuations are not read yet.
    ahead: Option<Entry>,
}

impl AnnotatedRows {
    /// Takes a complete sheet.
    ///
    /// # Errors
    /// When its temporary file cannot be written or read.
    pub(crate) fn new(file: String, sheet: Sheet) -> Result<Self, ThreadError> {
        let Full { columns, store, mut told, done } = sheet.finish()?;
        for column in &columns {
            if let Kind::Question(question) = &column.kind
                && question.has_more
                && question.has_several
            {
                told.remark(format!(
                    "{} has more than {MOST_ANSWERS} different answers, too many to be flags: it stays one column of lists",
                    column.name
                ));
            }
        }
        let layout = Layout::new(&columns, done, Asked::default());
        let stored = store.read()?;
        let plain =
            |name: &str| columns.iter().position(|column| column.name == name && matches!(column.kind, Kind::Plain));
        let (annotator, text) = (plain(ANNOTATOR), plain(Known::Text.name()));
        Ok(Self {
            file,
            columns,
            done,
            layout,
            stored,
            told,
            is_by_annotator: false,
            annotator,
            text,
            waiting: VecDeque::new(),
            next: None,
            ahead: None,
        })
    }

    /// The next entry: a row with all its continuations.
    fn entry(&mut self) -> Result<Option<Entry>, ThreadError> {
        if let Some(next) = self.next.take() {
            return Ok(Some(next));
        }
        let entry = match self.ahead.take() {
            Some(ahead) => Some(ahead),
            None => self.stored.next()?,
        };
        let Some(Entry::Row(mut row)) = entry else { return Ok(entry) };
        let text = |row: &Draft| self.text.and_then(|at| row.text(at)).map(str::to_owned);
        let own = text(&row);
        loop {
            match self.stored.next()? {
                Some(Entry::Row(more)) if more.goes_on && text(&more) == own => row.go_on(more),
                next => {
                    self.ahead = next;
                    return Ok(Some(Entry::Row(row)));
                }
            }
        }
    }

    /// The rows of the next comment, only the last by each annotator.
    fn comment(&mut self, first: Draft) -> Result<VecDeque<Draft>, ThreadError> {
        let mut rows = VecDeque::from([first]);
        while rows.len() < MOST_ANNOTATORS {
            match self.entry()? {
                Some(Entry::Row(more)) if more.is_same => self.add(more, &mut rows),
                next => {
                    self.next = next;
                    break;
                }
            }
        }
        Ok(rows)
    }

    fn add(&mut self, more: Draft, rows: &mut VecDeque<Draft>) {
        let who = |row: &Draft| self.annotator.and_then(|at| row.text(at)).map(str::to_owned);
        // Unnamed annotators may or may not be the same person.
        let own = who(&more).and_then(|own| rows.iter_mut().find(|row| who(row).as_ref() == Some(&own)));
        match own {
            None => rows.push_back(more),
            Some(earlier) => {
                *earlier = more;
                self.told.count(
                    "annotation stands in place of an earlier one of the same annotator and comment",
                    "annotations stand in place of earlier ones of the same annotators and comments",
                );
            }
        }
    }

    /// The next row or refusal to hand out.
    fn joined(&mut self) -> Result<Option<Joined>, ThreadError> {
        if let Some(waiting) = self.waiting.pop_front() {
            return Ok(Some(Ok(JoinedRow::of(waiting))));
        }
        let first = match self.entry()? {
            None => return Ok(None),
            Some(Entry::Refused(line, reason)) => return Ok(Some(Err((line, reason)))),
            Some(Entry::Row(first)) => first,
        };
        let mut rows = self.comment(first)?.into_iter();
        let mut joined = rows.next().map(JoinedRow::of).unwrap_or_default();
        if self.is_by_annotator {
            self.waiting.extend(rows);
        } else {
            rows.for_each(|row| joined.add(row));
        }
        Ok(Some(Ok(joined)))
    }
}

impl RowSource for AnnotatedRows {
    fn header(&self) -> &[String] {
        &self.layout.header
    }

    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        Ok(match self.joined()? {
            None => Next::End,
            Some(Err((line, reason))) => {
                row.line = line;
                Next::Refused(Refused { file: self.file.clone(), line, reason })
            }
            Some(Ok(joined)) => {
                row.line = joined.line;
                self.layout.fill(&self.columns, &joined, &mut row.cells);
                Next::Row
            }
        })
    }

    fn has_row(&self) -> bool {
        true
    }

    fn remarks(&mut self) -> Vec<String> {
        self.told.remarks()
    }

    fn labels(&self) -> &[LabelColumn] {
        &self.layout.labels
    }

    fn ask(&mut self, asked: Asked<'_>) {
        self.layout = Layout::new(&self.columns, self.done, asked);
    }

    fn by_annotator(&mut self) {
        self.is_by_annotator = true;
    }
}
