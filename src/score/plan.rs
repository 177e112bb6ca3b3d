//! How a table is scored: row by row, or thread by thread in one way or another.
//!
//! A first pass over the file reads nothing but which thread each row belongs to.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::Ordering;

use rustc_hash::FxHashSet;

use crate::score::error::ScoreError;
use crate::score::rows::Table;
use crate::score::run::{Run, Summary};
use crate::thread::columns::Columns;
use crate::thread::format::Format;
use crate::thread::known::Known;
use crate::thread::row::{Next, Row};
use crate::thread::stop::is_stopped;
use crate::thread::table::TableReader;

/// How a table is scored.
pub(crate) enum Plan {
    /// Each row on its own: their threads are unknown or not needed.
    Alone,
    /// Each row on its own until one has a thread or parent, then by thread: JSON Lines from a pipe, where any line may
    /// introduce a key.
    AsItComes,
    /// Thread by thread.
    Threads(Lie),
}

/// How the rows of threads lie in the file.
pub(crate) enum Lie {
    /// One thread after the other, with these numbers of rows, if it is one thread: a document.
    Counted(Vec<(usize, bool)>),
    /// One thread after the other.
    Sorted {
        /// Rows without a thread answer each other: they are read like a thread.
        together: bool,
    },
    /// In pieces, mixed with other threads.
    Mixed,
}

/// Finds out how a table's threads are laid out. `counts` are those of a document's threads.
pub(crate) fn plan(
    run: &Run<'_>,
    table: &Table,
    counts: Option<Vec<(usize, bool)>>,
    format: Format,
    wanted: &[String],
    summary: &Summary,
) -> Result<Plan, ScoreError> {
    let (job, source) = (run.job, run.source);
    let named = [Known::ThreadId, Known::ParentId].iter().any(|known| table.columns.index(*known).is_some());
    if !job.scorer.model().reads_context() && job.decided.is_none() {
        return Ok(Plan::Alone);
    }
    match counts {
        Some(counts) => Ok(Plan::Threads(Lie::Counted(counts))),
        // Decided comments for a table without threads mean that the table is one thread.
        None if !named && job.decided.is_some() => Ok(Plan::Threads(Lie::Sorted { together: true })),
        None if !named => Ok(Plan::Alone),
        // Decisions teach a thread that has been read to its end.
        None if source.len_hint().is_none() && format == Format::Jsonl && job.decided.is_none() => Ok(Plan::AsItComes),
        // A pipe can be read only once.
        None if source.len_hint().is_none() => Ok(Plan::Threads(Lie::Mixed)),
        None => {
            let total = run.phase("reading", run.bytes(), summary);
            // A separate source: the table is already open, and its bytes are counted.
            let source = source.again();
            let reader = TableReader::open(&source, Some(format), wanted)?;
            survey(reader, &table.columns, job.decided.is_some(), |rows| {
                run.watch.at(total, rows, source.consumed().load(Ordering::Relaxed));
            })
        }
    }
}

/// The first pass; `at` gets the number of rows read. When stances are learnt, rows without a thread belong together.
fn survey(mut reader: TableReader, columns: &Columns, learns: bool, at: impl Fn(u64)) -> Result<Plan, ScoreError> {
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
                together |= thread == ALONE && (learns || cell(Known::ParentId).is_some());
                if last != Some(thread) && !seen.insert(thread) {
                    *(if thread == ALONE { &mut alone_sorted } else { &mut sorted }) = false;
                }
                last = Some(thread);
                if row.number.is_multiple_of(TOLD) {
                    at(row.number);
                }
            }
        }
        if is_stopped() {
            return Err(ScoreError::Interrupted);
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

/// A pass reports its progress after this many rows.
const TOLD: u64 = 4096;

/// Equal hashes of different threads only make a sorted table look unsorted.
fn hash(thread: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    thread.hash(&mut hasher);
    hasher.finish().max(1)
}
