//! Scoring a table thread by thread: each comment with its parent, its article and the rest of its thread.
//!
//! The [plan](super::plan) describes how the rows of threads are laid out in the file. If every thread is in one piece,
//! the table is streamed. Otherwise, or if it can be read only once (standard input, a pipe), its rows are spooled to a
//! temporary file and read from there by thread, and the verdicts are spooled to another and put into row order. Either
//! way only the texts of a few threads are in memory; a [large](super::large) thread is itself spooled.

use std::io::Write;
use std::sync::atomic::Ordering;

use crate::model::verdict::Verdict;
use crate::score::earlier::Earlier;
use crate::score::error::ScoreError;
use crate::score::gathering::{Batch, Gathering, Rows, with_summary};
use crate::score::pipeline;
use crate::score::pipeline::{Feed, Load};
use crate::score::plan::Lie;
use crate::score::row_form::ScoredRow;
use crate::score::rows::Table;
use crate::score::run::{Run, Summary};
use crate::score::spool::{SpooledOutput, SpooledRows};
use crate::score::watch::Total;

/// Scores a table by its threads, without the rows that were scored `earlier`.
pub(crate) fn score(
    run: &Run<'_>,
    table: &mut Table,
    lie: Lie,
    earlier: Option<Earlier>,
    out: &mut dyn Write,
    summary: &mut Summary,
) -> Result<(), ScoreError> {
    let (columns, kept) = (table.columns, table.kept.clone());
    let with_summary = with_summary(run.job);
    let scored = earlier.as_ref().map_or(0, Earlier::scored);
    let (job, form) = (run.job, run.form);
    let work = run.scorers().into_iter().map(|mut scorer| {
        let (mut verdict, columns, kept) = (Verdict::default(), &columns, &kept);
        move |batch: &mut Batch| {
            batch.out.clear();
            batch.ends.clear();
            for (group, rows) in batch.parts.drain(..) {
                let summary = if with_summary { group.summarise(&mut scorer, columns) } else { None };
                let stances = job
                    .decided
                    .as_deref()
                    .map(|decided| group.stances(decided, &mut scorer, columns, job.article.as_ref()));
                for at in rows.filter(|at| group.rows[*at].number > scored) {
                    let row = &group.rows[at];
                    let input = group.input(at, columns, job.article.as_ref(), summary);
                    scorer.verdict_into(&input, job.reasons, &mut verdict);
                    if let Some(stances) = stances {
                        stances.apply(at, job.reasons, &mut verdict);
                    }
                    batch.caveats.add(&verdict);
                    let scored = ScoredRow { columns, kept, row, input: &input, verdict: &verdict };
                    form.row(&scored, &mut batch.out);
                    batch.ends.push((row.number, batch.out.len()));
                }
            }
            if batch.is_long() {
                // A scorer keeps room for the longest text it has read.
                scorer = job.scorer.clone();
            }
        }
    });
    let work: Vec<_> = work.collect();
    match lie {
        Lie::Mixed => spooled(run, table, earlier, work, out, summary),
        Lie::Counted(counts) => streamed(run, table, false, Some(counts), work, out, summary),
        Lie::Sorted { together } => streamed(run, table, together, None, work, out, summary),
    }
}

/// By way of temporary files, for the rows and for their verdicts.
fn spooled(
    run: &Run<'_>,
    table: &mut Table,
    earlier: Option<Earlier>,
    work: Vec<impl FnMut(&mut Batch) + Send>,
    out: &mut dyn Write,
    summary: &mut Summary,
) -> Result<(), ScoreError> {
    let columns = table.columns;
    let scored = earlier.as_ref().map_or(0, Earlier::scored);
    let total = run.phase("reading", run.bytes(), summary);
    let rows = earlier.map(Earlier::into_rows).unwrap_or_default();
    let read = |rows: u64| run.watch.at(total, rows, run.source.consumed().load(Ordering::Relaxed));
    let spool = SpooledRows::new(table, rows, read, |refused| run.refuse(&[refused], summary))?;
    let total = run.phase("scoring", Total::Rows(spool.len()), summary);
    let mut sorted = SpooledOutput::new()?;
    let gathering = Gathering::new(run, &columns, spool.together || run.job.decided.is_some(), None);
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
    sorted.finish(out)
}

/// As the rows come, thread after thread.
fn streamed(
    run: &Run<'_>,
    table: &mut Table,
    together: bool,
    counts: Option<Vec<(usize, bool)>>,
    work: Vec<impl FnMut(&mut Batch) + Send>,
    out: &mut dyn Write,
    summary: &mut Summary,
) -> Result<(), ScoreError> {
    let columns = table.columns;
    let total = run.phase("scoring", run.bytes(), summary);
    let gathering = Gathering::new(run, &columns, together, counts);
    let read = |feed: &mut Feed<'_, Batch>| gathering.read(Rows::Table(table), feed);
    pipeline::run(work, read, |batch: &mut Batch| {
        out.write_all(&batch.out)?;
        run.refuse(&batch.refused, summary);
        summary.caveats.take(&mut batch.caveats);
        summary.rows += batch.rows as u64;
        run.at(total, summary);
        Ok(())
    })
}
