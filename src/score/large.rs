//! Threads that are too large for memory: their rows wait in a temporary file, and come back in pieces, each comment with the
//! text that it answers.
//!
//! In memory are what all comments have in common, the thread's words, and, where rows say what they answer, 20 bytes of each
//! row, some 50 while they are put together. A comment is read in the same context as in a thread that is in memory, so its scores are the same.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::features::thread_summary::ThreadSummary;
use crate::model::scorer::Scorer;
use crate::score::group::{About, Group, Kind, Parent, cell};
use crate::score::rows::{BATCH, BATCH_BYTES};
use crate::score::spool::{RowFile, RowWriter};
use crate::thread::columns::Columns;
use crate::thread::error::ThreadError;
use crate::thread::known::Known;
use crate::thread::relations::{Relations, RelationsBuilder};
use crate::thread::row::Row;
use crate::thread::stop::is_stopped;

/// A thread while it is read, or rows without a thread that answer each other.
pub(crate) struct LargeWriter {
    rows: RowWriter,
    about: About,
    /// Where each row begins and which row it answers; not needed for a table without parents.
    answers: Option<(Vec<u64>, RelationsBuilder)>,
    count: usize,
}

impl LargeWriter {
    pub(crate) fn new(columns: &Columns) -> Result<Self, ThreadError> {
        let answers = columns.index(Known::ParentId).map(|_| Default::default());
        Ok(Self { rows: RowWriter::new()?, about: About::default(), answers, count: 0 })
    }

    /// Takes the next row.
    pub(crate) fn push(&mut self, row: &Row, columns: &Columns) -> Result<(), ThreadError> {
        let begin = self.rows.push(row)?;
        self.about.add(row, columns);
        if let Some((begins, relations)) = &mut self.answers {
            begins.push(begin);
            let parent = cell(columns, row, Known::ParentId);
            match cell(columns, row, Known::Id) {
                Some(id) => relations.push(id, parent),
                None => relations.push(&row.number.to_string(), parent),
            }
        }
        self.count += 1;
        Ok(())
    }

    /// All are read. With a `scorer` the thread is summed up.
    pub(crate) fn finish<'a>(
        self,
        columns: &'a Columns,
        kind: Kind,
        scorer: Option<&mut Scorer>,
    ) -> Result<Pieces<'a>, ThreadError> {
        let mut file = self.rows.finish()?;
        let (begins, relations) = self.answers.unwrap_or_default();
        let mut result = Ok(());
        let created_at = |at: usize| {
            let mut row = Row::default();
            let read = begins.get(at).map(|begin| file.read_one(*begin, &mut row));
            result = std::mem::replace(&mut result, Ok(())).and(read.unwrap_or(Ok(())));
            cell(columns, &row, Known::CreatedAt).map(str::to_owned)
        };
        let relations = relations.finish(kind == Kind::Thread, created_at);
        result?;
        let mut about = self.about;
        if let Some(scorer) = scorer.filter(|_| kind == Kind::Thread) {
            about.summary = summarise(&mut file, self.count, columns, scorer)?.into();
        }
        Ok(Pieces {
            file,
            columns,
            begins,
            relations,
            about: (kind == Kind::Thread).then(|| Arc::new(about)),
            count: self.count,
            done: 0,
            at: 0,
            texts: FxHashMap::default(),
            held: 0,
        })
    }
}

/// The topic of the comments. Meaningless after Ctrl-C.
fn summarise(
    file: &mut RowFile,
    count: usize,
    columns: &Columns,
    scorer: &mut Scorer,
) -> Result<ThreadSummary, ThreadError> {
    let (mut at, mut row, mut result) = (0, Row::default(), Ok(()));
    let texts = (0..count).map_while(|_| match file.read(at, &mut row) {
        _ if is_stopped() => None,
        Ok(end) => {
            at = end;
            Some(cell(columns, &row, Known::Text).unwrap_or_default().to_owned())
        }
        Err(error) => {
            result = Err(error);
            None
        }
    });
    let summary = scorer.summarise(texts);
    result.map(|()| summary)
}

/// A large thread, piece by piece.
pub(crate) struct Pieces<'a> {
    file: RowFile,
    columns: &'a Columns,
    begins: Vec<u64>,
    relations: Relations,
    about: Option<Arc<About>>,
    count: usize,
    /// This many rows were handed out; the next one begins at `at`.
    done: usize,
    at: u64,
    /// Texts of recent parents, `held` bytes in total.
    texts: FxHashMap<usize, Arc<str>>,
    held: usize,
}

/// Many comments answer the same ones, so up to this many bytes of parents are kept.
const TEXTS: usize = 2 << 20;

impl Pieces<'_> {
    /// The next rows, as many as make a batch, and their bytes.
    pub(crate) fn next(&mut self) -> Result<Option<(Group, usize)>, ThreadError> {
        let begin = self.done;
        let (mut rows, mut parents, mut depths, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
        while self.done < self.count && rows.len() < BATCH && bytes < BATCH_BYTES {
            let mut row = Row::default();
            self.at = self.file.read(self.at, &mut row)?;
            bytes += row.cells.size();
            rows.push(row);
            if !self.relations.is_empty() {
                parents.push(match self.relations.parent(self.done) {
                    None => Parent::Nobody,
                    Some(parent) if (begin..=self.done).contains(&parent) => Parent::Row(parent - begin),
                    Some(parent) => self.text(parent, &mut bytes)?,
                });
                depths.extend(self.relations.depth(self.done).map(|depth| depth as u32));
            }
            self.done += 1;
        }
        let group = Group { rows, begin, parents, depths, about: self.about.clone(), stances: Group::nothing_learnt() };
        Ok((self.done > begin).then_some((group, bytes)))
    }

    fn text(&mut self, of: usize, bytes: &mut usize) -> Result<Parent, ThreadError> {
        if let Some(text) = self.texts.get(&of) {
            return Ok(Parent::Text(Arc::clone(text)));
        }
        let mut row = Row::default();
        if let Some(begin) = self.begins.get(of) {
            self.file.read_one(*begin, &mut row)?;
        }
        let text: Arc<str> = cell(self.columns, &row, Known::Text).unwrap_or_default().into();
        *bytes += text.len();
        self.held += text.len();
        if self.held > TEXTS {
            self.texts.clear();
            self.held = text.len();
        }
        self.texts.insert(of, Arc::clone(&text));
        Ok(Parent::Text(text))
    }
}
