//! Scoring a table thread by thread: each comment with its parent, its article and the rest of its thread.
//!
//! A first pass over the file reads nothing but which thread each row belongs to. Where every thread stands in one piece,
//! the table is streamed. Else, and where it can be read only once (standard input, a pipe), its rows are spooled to a
//! temporary file and read from there by thread, and verdicts are spooled to another and put in the order of the rows.
//! Either way no more texts are in memory than those of a few threads; one that is [large](super::large) is spooled itself.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write as _;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rustc_hash::FxHashSet;

use crate::cli::exit::Interrupted;
use crate::cli::output;
use crate::cli::output::Output;
use crate::cli::progress::Total;
use crate::features::blocks::Block;
use crate::model::scorer::Scorer;
use crate::model::verdict::Verdict;
use crate::report::of_training::Caveats;
use crate::score::earlier::Earlier;
use crate::score::group::{Group, Kind, cell};
use crate::score::large::{LargeWriter, Pieces};
use crate::score::pipeline;
use crate::score::pipeline::{Feed, Load};
use crate::score::rows::{BATCH, BATCH_BYTES, Table};
use crate::score::spool::{SpooledOutput, SpooledRows};
use crate::score::stream::{Run, Summary};
use crate::thread::columns::Columns;
use crate::thread::error::ThreadError;
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::known::Known;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::table::TableReader;

/// How a table is scored.
pub(crate) enum Plan {
    /// Each row by itself: nothing is known, or of interest, of their threads.
    Alone,
    /// Each row by itself as long as none says where it stands, from then on by thread: lines of JSON from a pipe, whose keys
    /// may begin in any line.
    AsItComes,
    /// By thread.
    Threads(Lie),
}

/// How the rows of threads lie in the file.
pub(crate) enum Lie {
    /// One thread after the other, each of so many rows, if it is one at all: a document.
    Counted(Vec<(usize, bool)>),
    /// One thread after the other.
    Sorted {
        /// Rows without a thread answer each other: they are read like a thread.
        together: bool,
    },
    /// Anyhow.
    Mixed,
}

/// Looks at how a table's threads lie. `counts` are those of a document's threads.
pub(crate) fn plan(
    run: &Run<'_>,
    table: &Table,
    counts: Option<Vec<(usize, bool)>>,
    format: Format,
    wanted: &[String],
    summary: &Summary,
) -> anyhow::Result<Plan> {
    let (job, source) = (run.job, run.source);
    let named = [Known::ThreadId, Known::ParentId].iter().any(|known| table.columns.index(*known).is_some());
    if !job.scorer.model().reads_context() {
        return Ok(Plan::Alone);
    }
    match counts {
        Some(counts) => Ok(Plan::Threads(Lie::Counted(counts))),
        None if !named => Ok(Plan::Alone),
        None if source.len_hint().is_none() && format == Format::Jsonl => Ok(Plan::AsItComes),
        // A pipe can be read only once.
        None if source.len_hint().is_none() => Ok(Plan::Threads(Lie::Mixed)),
        None => {
            let total = run.phase("reading", run.bytes(), summary);
            // A source of its own: the table is open already, and its bytes are counted.
            let source = Source::new(&source.path);
            let reader = TableReader::open(&source, Some(format), job.columns.encoding.as_deref(), wanted)?;
            survey(reader, &table.columns, |rows| {
                run.progress.at(total, rows, source.consumed().load(Ordering::Relaxed));
            })
        }
    }
}

/// The first pass; `at` is told how many rows were read.
fn survey(mut reader: TableReader, columns: &Columns, at: impl Fn(u64)) -> anyhow::Result<Plan> {
    const ALONE: u64 = 0;
    let (mut row, mut seen, mut last) = (Row::default(), FxHashSet::default(), None);
    let (mut sorted, mut alone_sorted, mut any, mut together) = (true, true, false, false);
    loop {
        match reader.read(&mut row)? {
            Next::End => break,
            Next::Refused(_) => {}
            Next::Row => {
                let cell = |known| columns.cell(&row.cells, known);
                let thread = cell(Known::ThreadId).map_or(ALONE, hash);
                any |= thread != ALONE;
                together |= thread == ALONE && cell(Known::ParentId).is_some();
                if last != Some(thread) && !seen.insert(thread) {
                    *(if thread == ALONE { &mut alone_sorted } else { &mut sorted }) = false;
                }
                last = Some(thread);
                if row.number.is_multiple_of(TOLD) {
                    at(row.number);
                }
            }
        }
        if output::interrupted() {
            return Err(Interrupted.into());
        }
    }
    Ok(if !any && !together {
        Plan::Alone
    } else if sorted && (alone_sorted || !together) {
        Plan::Threads(Lie::Sorted { together })
    } else {
        Plan::Threads(Lie::Mixed)
    })
}

/// After so many rows it is told how far a pass is.
const TOLD: u64 = 4096;

/// Equal hashes of different threads only make a sorted table look unsorted.
fn hash(thread: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    thread.hash(&mut hasher);
    hasher.finish().max(1)
}

/// Parts of groups on their way.
#[derive(Default)]
struct Batch {
    parts: Vec<(Arc<Group>, Range<usize>)>,
    rows: usize,
    bytes: usize,
    refused: Vec<Refused>,
    out: Vec<u8>,
    /// The number of each row, and where its output ends.
    ends: Vec<(u64, usize)>,
    caveats: Caveats,
}

impl Load for Batch {
    fn held(&self) -> usize {
        self.bytes
    }
}

/// A thread of more bytes is not kept in memory.
pub(crate) const LARGE: usize = 16 << 20;

/// Scores a table by its threads, without the rows that were scored `earlier`.
pub(crate) fn score(
    run: &Run<'_>,
    table: &mut Table,
    lie: Lie,
    earlier: Option<Earlier>,
    out: &mut Output,
    summary: &mut Summary,
) -> anyhow::Result<()> {
    let (columns, kept) = (table.columns, table.kept.clone());
    let with_summary = with_summary(run);
    let scored = earlier.as_ref().map_or(0, Earlier::scored);
    let work = run.scorers().into_iter().map(|mut scorer| {
        let (mut verdict, columns, kept) = (Verdict::default(), &columns, &kept);
        move |batch: &mut Batch| {
            batch.out.clear();
            batch.ends.clear();
            for (group, rows) in batch.parts.drain(..) {
                let summary = if with_summary { group.summarise(&mut scorer, columns) } else { None };
                for at in rows.filter(|at| group.rows[*at].number > scored) {
                    let input = group.input(at, columns, run.job.article.as_ref(), summary);
                    scorer.verdict_into(&input, run.job.reasons, &mut verdict);
                    batch.caveats.add(&verdict);
                    run.form.write((columns, kept), &group.rows[at], &input, &verdict, &mut batch.out);
                    batch.ends.push((group.rows[at].number, batch.out.len()));
                }
            }
            if batch.is_long() {
                // A scorer keeps room for the longest text it has read.
                scorer = run.job.scorer.clone();
            }
        }
    });
    let work: Vec<_> = work.collect();
    if let Lie::Mixed = lie {
        let total = run.phase("reading", run.bytes(), summary);
        let rows = earlier.map(Earlier::into_rows).unwrap_or_default();
        let read = |rows: u64| run.progress.at(total, rows, run.source.consumed().load(Ordering::Relaxed));
        let spool = SpooledRows::new(table, rows, read, |refused| summary.refuse(&[refused]))?;
        let total = run.phase("scoring", Total::Rows(spool.len()), summary);
        let mut sorted = SpooledOutput::new()?;
        let gathering = Gathering::new(run, &columns, spool.together, None);
        let read = |feed: &mut Feed<'_, Batch>| gathering.read(Rows::Spool(spool), feed);
        pipeline::run(work, read, |batch: &mut Batch| {
            let mut begin = 0;
            for (number, end) in &batch.ends {
                sorted.push(*number - scored, &batch.out[begin..*end])?;
                begin = *end;
            }
            summary.caveats.take(&mut batch.caveats);
            summary.rows += batch.rows as u64;
            run.at(total, summary);
            Ok(())
        })?;
        return sorted.finish(out);
    }
    let total = run.phase("scoring", run.bytes(), summary);
    let (together, counts) = match lie {
        Lie::Counted(counts) => (false, Some(counts)),
        Lie::Sorted { together } => (together, None),
        Lie::Mixed => (false, None),
    };
    let gathering = Gathering::new(run, &columns, together, counts);
    let read = |feed: &mut Feed<'_, Batch>| gathering.read(Rows::Table(table), feed);
    pipeline::run(work, read, |batch: &mut Batch| {
        out.write_all(&batch.out)?;
        summary.refuse(&batch.refused);
        summary.caveats.take(&mut batch.caveats);
        summary.rows += batch.rows as u64;
        run.at(total, summary);
        Ok(())
    })
}

/// Where rows come from.
enum Rows<'a> {
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
struct Gathering<'a> {
    columns: &'a Columns,
    /// Rows without a thread are one group.
    together: bool,
    /// Of each thread that has rows, the last one first; else the rows tell.
    counts: Option<Vec<(usize, bool)>>,
    /// Sums up threads that are large, where the model asks for it.
    scorer: Option<Scorer>,
    /// Threads of more bytes are.
    in_memory: usize,
    thread: Option<String>,
    /// Of this thread so many rows are read, of so many bytes: they are in `rows`, or all of them in `large`.
    count: usize,
    bytes: usize,
    rows: Vec<Row>,
    large: Option<LargeWriter>,
    batch: Batch,
}

impl<'a> Gathering<'a> {
    fn new(run: &Run<'_>, columns: &'a Columns, together: bool, counts: Option<Vec<(usize, bool)>>) -> Self {
        let counts = counts.map(|counts| counts.into_iter().filter(|(count, _)| *count > 0).rev().collect());
        Self {
            columns,
            together,
            counts,
            scorer: with_summary(run).then(|| run.job.scorer.clone()),
            in_memory: run.in_memory,
            thread: None,
            count: 0,
            bytes: 0,
            rows: Vec::new(),
            large: None,
            batch: Batch::default(),
        }
    }

    /// Reads to the end, or until nobody takes batches any more.
    fn read(mut self, mut rows: Rows<'_>, feed: &mut Feed<'_, Batch>) -> Result<(), ThreadError> {
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
            if !goes_on || output::interrupted() {
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

    /// What the rows of the group are to each other.
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

    /// Hands the group on in parts, so that a large one is shared among workers; false when nobody takes them.
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
            // They have room for more rows than most groups have.
            self.rows = Vec::new();
            // A scorer of its own, as it keeps room for the longest text it has read.
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

    /// Each piece is a batch, but for the last one.
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
        Ok(!output::interrupted())
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
fn with_summary(run: &Run<'_>) -> bool {
    run.job.scorer.model().metadata.options.blocks.contains(&Block::Context)
}
