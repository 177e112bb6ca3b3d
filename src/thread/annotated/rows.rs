//! The rows of a file of annotations, once it is known what is said in it.

use crate::thread::annotated::draft::{Draft, Entry};
use crate::thread::annotated::joined_row::JoinedRow;
use crate::thread::annotated::layout::Layout;
use crate::thread::annotated::sheet::{Column, Full, Kind, MOST_ANSWERS, Sheet};
use crate::thread::annotated::store::Stored;
use crate::thread::comments::Comments;
use crate::thread::error::ThreadError;
use crate::thread::label_column::{Asked, LabelColumn};
use crate::thread::row::{Next, Refused, Row};
use crate::thread::row_source::RowSource;

/// Hands out the rows of a sheet.
pub(crate) struct AnnotatedRows {
    file: String,
    columns: Vec<Column>,
    done: u64,
    layout: Layout,
    stored: Stored,
    told: Comments,
    /// What each annotator said is a row, not what they said together.
    is_by_annotator: bool,
    /// Read ahead.
    next: Option<Entry>,
}

impl AnnotatedRows {
    /// Of a sheet that is full.
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
        Ok(Self { file, columns, done, layout, stored, told, is_by_annotator: false, next: None })
    }

    /// The row and, if they are to be one, those of the same comment that follow it.
    fn joined(&mut self, row: Draft) -> Result<JoinedRow, ThreadError> {
        let mut joined = JoinedRow::of(row);
        while !self.is_by_annotator {
            match self.stored.next()? {
                Some(Entry::Row(more)) if more.is_same => joined.add(more),
                next => {
                    self.next = next;
                    break;
                }
            }
        }
        Ok(joined)
    }
}

impl RowSource for AnnotatedRows {
    fn header(&self) -> &[String] {
        &self.layout.header
    }

    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        let next = match self.next.take() {
            Some(next) => Some(next),
            None => self.stored.next()?,
        };
        Ok(match next {
            None => Next::End,
            Some(Entry::Refused(line, reason)) => {
                row.line = line;
                Next::Refused(Refused { file: self.file.clone(), line, reason })
            }
            Some(Entry::Row(first)) => {
                let joined = self.joined(first)?;
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
