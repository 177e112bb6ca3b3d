//! Scoring tables as a stream, in the order of their rows: each row alone or, where the model reads a comment in its
//! thread, [thread by thread](super::threads).

use std::io::Write as _;
use std::sync::atomic::Ordering;

use indicatif::ProgressBar;

use super::output::{Output, note, remark};
use super::rows::{BATCH, BATCH_BYTES, RowForm, Table, input};
use super::score::Job;
use super::threads::{self, Plan};
use super::{pipeline, progress, reports};
use crate::model::{Scorer, Verdict};
use crate::thread::{ColumnMap, Known, Next, Opened, Refused, Row, Rows, Source, TableReader, ThreadError, rows};

/// What is the same for all rows of all tables.
pub(super) struct Run<'a> {
    pub(super) job: &'a Job,
    pub(super) form: RowForm<'a>,
    pub(super) sources: &'a [Source],
    pub(super) bar: ProgressBar,
}

/// What has been done.
#[derive(Default)]
pub(super) struct Summary {
    pub(super) rows: u64,
    pub(super) refused: u64,
    pub(super) languages: reports::Languages,
}

/// Refusals are told one by one up to here, then only counted.
const TOLD: u64 = 50;

impl Summary {
    pub(super) fn refuse(&mut self, refused: &[Refused]) {
        for refused in refused {
            if self.refused < TOLD {
                note(format_args!("{refused}"));
            }
            self.refused += 1;
        }
    }
}

impl Run<'_> {
    /// Shows how far it is.
    pub(super) fn at(&self, summary: &Summary) {
        let consumed = self.sources.iter().map(|source| source.consumed().load(Ordering::Relaxed)).sum();
        progress::at(&self.bar, summary.rows, consumed);
    }

    /// A scorer for each worker.
    pub(super) fn scorers(&self) -> Vec<Scorer> {
        (0..self.job.threads.max(1)).map(|_| self.job.scorer.clone()).collect()
    }
}

/// Scores tables (other forms are turned into rows first); true if rows were refused.
pub(super) fn score(job: &Job, inputs: Vec<(Source, Opened)>, out: &mut Output) -> anyhow::Result<bool> {
    let map = job.columns.map()?;
    let remembered = &job.scorer.model().metadata.columns;
    let wanted: Vec<String> =
        map.headers().chain(remembered.headers()).map(str::to_owned).chain(job.keep.iter().cloned()).collect();
    let mut summary = Summary::default();
    let (mut sources, mut opened) = (Vec::new(), Vec::new());
    for (source, input) in inputs {
        let format = input.format;
        let rows = rows(input, &wanted, &map, job.columns.strict)?;
        rows.taken.iter().take(reports::TOLD).for_each(|warning| note(format_args!("refused: {warning}")));
        summary.refused += rows.taken.len() as u64;
        summary.refuse(&rows.refused);
        sources.push(source);
        opened.push((format, rows));
    }
    let kept = kept_columns(job, opened.first().map(|(_, rows)| &rows.table), &map);
    let labels = job.scorer.model().labels();
    let unsure = job.scorer.abstains();
    let form = RowForm::new(job, &labels, &kept, &unsure);
    // Before anything is written: a column that is missing leaves no half of a result.
    let tables = sources.iter().zip(opened).map(|(source, (format, Rows { table, threads, .. }))| {
        Ok((Table::new(job, table, (source, format), &map, &kept)?, threads, format))
    });
    let tables = tables.collect::<anyhow::Result<Vec<_>>>()?;
    let mut header = Vec::new();
    form.header(&mut header);
    out.write_all(&header)?;
    let total = sources.iter().map(Source::len_hint).sum::<Option<u64>>();
    let run = Run { job, form, sources: &sources, bar: progress::rows(total, "scoring") };
    let mut flaws = Vec::new();
    for (source, (mut table, threads, format)) in sources.iter().zip(tables) {
        let before = (summary.rows, summary.refused);
        match threads::plan(job, &table, threads, (source, format), &wanted)? {
            Plan::Alone => score_rows(&run, &mut table, out, &mut summary)?,
            Plan::Threads(lie) => threads::score(&run, &mut table, lie, out, &mut summary)?,
        }
        if before == (summary.rows, summary.refused) {
            remark(format_args!("note: there are no comments in {}", source.name()));
        }
        flaws.extend(table.flaws());
    }
    run.bar.finish_and_clear();
    reports::note_refused(summary.refused, &[]);
    reports::note_flaws(&flaws, job.columns.strict);
    summary.languages.note(job.scorer.model());
    Ok(summary.refused > 0)
}

/// The columns to keep: those named, or with `all` those of the first table.
fn kept_columns(job: &Job, first: Option<&TableReader>, map: &ColumnMap) -> Vec<String> {
    if !job.keep.iter().any(|name| name == "all") {
        return job.keep.clone();
    }
    let present = first.map(TableReader::present).unwrap_or_default();
    present.iter().filter(|name| *name != map.header(Known::Id)).cloned().collect()
}

/// Rows on their way.
#[derive(Default)]
struct Batch {
    rows: Vec<Row>,
    used: usize,
    refused: Vec<Refused>,
    out: Vec<u8>,
    languages: reports::Languages,
}

/// Scores each row by itself.
fn score_rows(run: &Run<'_>, table: &mut Table, out: &mut Output, summary: &mut Summary) -> anyhow::Result<()> {
    let (columns, kept) = (table.columns, table.kept.clone());
    let work = run.scorers().into_iter().map(|mut scorer| {
        let (mut verdict, columns, kept) = (Verdict::default(), &columns, &kept);
        move |batch: &mut Batch| {
            batch.out.clear();
            for row in &batch.rows[..batch.used] {
                let input = input(columns, row, run.job.article.as_ref());
                scorer.verdict_into(&input, run.job.reasons, &mut verdict);
                batch.languages.add(&verdict);
                run.form.write((columns, kept), row, &input, &verdict, &mut batch.out);
            }
        }
    });
    let read = |feed: &mut pipeline::Feed<'_, Batch>| -> Result<(), ThreadError> {
        let mut ended = false;
        while !ended {
            let Some(mut batch) = feed.take() else { return Ok(()) };
            ended = fill(&mut batch, table)?;
            if !feed.put(batch) {
                return Ok(());
            }
        }
        Ok(())
    };
    pipeline::run(work.collect(), read, |batch: &mut Batch| {
        out.write_all(&batch.out)?;
        summary.refuse(&batch.refused);
        summary.languages.take(&mut batch.languages);
        summary.rows += batch.used as u64;
        run.at(summary);
        Ok(())
    })
}

/// Fills a batch; true at the end of the table.
fn fill(batch: &mut Batch, table: &mut Table) -> Result<bool, ThreadError> {
    batch.used = 0;
    batch.refused.clear();
    let mut bytes = 0;
    while batch.used < BATCH && bytes < BATCH_BYTES && batch.refused.len() < BATCH {
        if batch.used == batch.rows.len() {
            batch.rows.push(Row::default());
        }
        let row = &mut batch.rows[batch.used];
        match table.read(row)? {
            Next::End => return Ok(true),
            Next::Refused(refused) => batch.refused.push(refused),
            Next::Row => {
                bytes += row.cells.bytes();
                batch.used += 1;
            }
        }
    }
    Ok(false)
}
