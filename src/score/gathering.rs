//! Rows gathered into groups, and groups into batches for the workers.

use std::ops::Range;
use std::sync::Arc;

use crate::features::blocks::Block;
use crate::model::scorer::Scorer;
use crate::score::caveats::Caveats;
use crate::score::decided::Decided;
use crate::score::group::{Group, Kind, cell};
use crate::score::job::Job;
use crate::score::large::{LargeWriter, Pieces};
use crate::score::pipeline::{Feed, Load};
use crate::score::rows::{BATCH, BATCH_BYTES, Table};
use crate::score::run::Run;
use crate::score::spool::SpooledRows;
use crate::thread::columns::Columns;
use crate::thread::error::ThreadError;
use crate::thread::known::Known;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::stop::is_stopped;

/// A thread of more bytes is not kept in memory.
pub(crate) const LARGE: usize = 16 << 20;

/// Parts of groups on their way.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) parts: Vec<(Arc<Group>, Range<usize>)>,
    pub(crate) rows: usize,
    bytes: usize,
    pub(crate) refused: Vec<Refused>,
    pub(crate) out: Vec<u8>,
    /// The number of each row, and where its output ends.
    pub(crate) ends: Vec<(u64, usize)>,
    pub(crate) caveats: Caveats,
}

impl Load for Batch {
    fn held(&self) -> usize {
        self.bytes
    }
}

/// Where rows come from.
pub(crate) enum Rows<'a> {
    Table(&'a mut Table),
    Spool(SpooledRows),
}

impl Rows<'_> {
    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        match self {
            Self::Table(table) => table.read(row),
            Self::Spool(spool) => Ok(if spool.read(row)? { Next::Row } else { Next::End }),
        }
    }
}

/// Makes groups of rows, and batches of groups.
pub(crate) struct Gathering<'a> {
    columns: &'a Columns,
    /// Rows without a thread are one group.
    together: bool,
    /// The number of rows of each thread, last thread first; without it, the rows show where threads end.
    counts: Option<Vec<(usize, bool)>>,
    /// Sums up threads that are large, where the model asks for it.
    scorer: Option<Scorer>,
    /// Decisions are not learnt for these.
    decided: Option<Arc<Decided>>,
    /// Threads of more bytes are.
    in_memory: usize,
    thread: Option<String>,
    /// Rows and bytes of the current thread that were read: they are in `rows`, or all in `large`.
    count: usize,
    bytes: usize,
    rows: Vec<Row>,
    large: Option<LargeWriter>,
    batch: Batch,
}

impl<'a> Gathering<'a> {
    pub(crate) fn new(run: &Run<'_>, columns: &'a Columns, together: bool, counts: Option<Vec<(usize, bool)>>) -> Self {
        let counts = counts.map(|counts| counts.into_iter().filter(|(count, _)| *count > 0).rev().collect());
        Self {
            columns,
            together,
            counts,
            scorer: with_summary(run.job).then(|| run.job.scorer.clone()),
            decided: run.job.decided.clone(),
            in_memory: run.in_memory,
            thread: None,
            count: 0,
            bytes: 0,
            rows: Vec::new(),
            large: None,
            batch: Batch::default(),
        }
    }

    /// Reads to the end, or until batches are no longer taken.
    pub(crate) fn read(mut self, mut rows: Rows<'_>, feed: &mut Feed<'_, Batch>) -> Result<(), ThreadError> {
        let Some(batch) = feed.take() else { return Ok(()) };
        self.begin(batch);
        loop {
            let mut row = Row::default();
            let next = rows.read(&mut row)?;
            let goes_on = match next {
                Next::End => break,
                Next::Refused(refused) => {
                    self.batch.refused.push(refused);
                    self.batch.refused.len() < BATCH || self.hand_on(feed)
                }
                Next::Row => {
                    let goes_on = self.takes(&row) || self.end_group(feed)?;
                    self.push(row)?;
                    goes_on
                }
            };
            if !goes_on || is_stopped() {
                return Ok(());
            }
        }
        if self.end_group(feed)? {
            feed.put(self.batch);
        }
        Ok(())
    }

    fn begin(&mut self, mut batch: Batch) {
        batch.parts.clear();
        batch.refused.clear();
        (batch.rows, batch.bytes) = (0, 0);
        self.batch = batch;
    }

    /// Whether a row belongs to the group that is being read.
    fn takes(&self, row: &Row) -> bool {
        if let Some(counts) = &self.counts {
            return counts.last().is_some_and(|(count, _)| self.count < *count);
        }
        let thread = cell(self.columns, row, Known::ThreadId);
        let alone = thread.is_none() && !self.together;
        let is_full = alone && (self.count >= BATCH || self.bytes >= BATCH_BYTES);
        self.count == 0 || (!is_full && self.thread.as_deref() == thread)
    }

    fn push(&mut self, row: Row) -> Result<(), ThreadError> {
        if self.count == 0 {
            self.thread = cell(self.columns, &row, Known::ThreadId).map(str::to_owned);
        }
        self.count += 1;
        self.bytes += size_of::<Row>() + row.cells.size();
        self.rows.push(row);
        if self.large.is_none() && self.bytes > self.in_memory && self.kind() != Kind::Alone {
            self.large = Some(LargeWriter::new(self.columns)?);
        }
        if let Some(large) = &mut self.large {
            self.rows.drain(..).try_for_each(|row| large.push(&row, self.columns))?;
        }
        Ok(())
    }

    /// How the rows of the group are related.
    fn kind(&self) -> Kind {
        match (&self.counts, &self.thread) {
            (Some(counts), _) => match counts.last() {
                Some((_, false)) => Kind::Together,
                _ => Kind::Thread,
            },
            (None, Some(_)) => Kind::Thread,
            (None, None) if self.together => Kind::Together,
            (None, None) => Kind::Alone,
        }
    }

    /// Hands the group on in parts, so that several workers share a large one; false when batches are no longer taken.
    fn end_group(&mut self, feed: &mut Feed<'_, Batch>) -> Result<bool, ThreadError> {
        let kind = self.kind();
        if std::mem::take(&mut self.count) == 0 {
            return Ok(true);
        }
        self.bytes = 0;
        if let Some(counts) = &mut self.counts {
            counts.pop();
        }
        if let Some(large) = self.large.take() {
            if let Some(decided) = &self.decided {
                decided.leave_large(self.thread.as_deref());
            }
            // They have room for more rows than most groups have.
            self.rows = Vec::new();
            // Its own scorer, because it keeps room for the longest text it has read.
            let pieces = large.finish(self.columns, kind, self.scorer.clone().as_mut())?;
            return self.end_large(pieces, feed);
        }
        let rows = std::mem::take(&mut self.rows);
        let sizes: Vec<usize> = rows.iter().map(|row| row.cells.size()).collect();
        let group = Arc::new(Group::new(rows, self.columns, kind));
        let mut begin = 0;
        while begin < sizes.len() {
            let mut end = begin;
            while end < sizes.len() && !self.batch.is_full() {
                self.batch.rows += 1;
                self.batch.bytes += sizes[end];
                end += 1;
            }
            if end > begin {
                self.batch.parts.push((Arc::clone(&group), begin..end));
            }
            begin = end;
            if self.batch.is_full() && !self.hand_on(feed) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Each piece except the last is a batch.
    fn end_large(&mut self, mut pieces: Pieces<'_>, feed: &mut Feed<'_, Batch>) -> Result<bool, ThreadError> {
        while let Some((group, bytes)) = pieces.next()? {
            let rows = group.rows.len();
            self.batch.rows += rows;
            self.batch.bytes += bytes;
            self.batch.parts.push((Arc::new(group), 0..rows));
            if self.batch.is_full() && !self.hand_on(feed) {
                return Ok(false);
            }
        }
        Ok(!is_stopped())
    }

    fn hand_on(&mut self, feed: &mut Feed<'_, Batch>) -> bool {
        if !feed.put(std::mem::take(&mut self.batch)) {
            return false;
        }
        let next = feed.take();
        let goes_on = next.is_some();
        self.begin(next.unwrap_or_default());
        goes_on
    }
}

impl Batch {
    fn is_full(&self) -> bool {
        self.rows >= BATCH || self.bytes >= BATCH_BYTES
    }
}

/// Whether the model compares a comment with the rest of its thread.
pub(crate) fn with_summary(job: &Job) -> bool {
    job.scorer.model().metadata.options.blocks.contains(&Block::Context)
}
