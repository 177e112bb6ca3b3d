//! Scoring as a stream: one thread reads, several score, one writes, in the order of the rows.
//!
//! Batches go round: from the pool to the reader, to whichever scorer is free, to the writer, back to the pool. There is a
//! fixed number of them, so memory does not depend on the input's length, and none is allocated anew.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use super::exit::Interrupted;
use super::output::{self, Output, note};
use super::score::{Form, Job, Only, Towards};
use super::{progress, reports};
use crate::features::Input;
use crate::model::{Label, Scorer, Verdict};
use crate::report::csv::{CsvForm, CsvOptions};
use crate::report::jsonl::{ModelId, Scored};
use crate::thread::{
    Article, ColumnMap, Columns, Flaws, Format, Known, Next, Opened, Refused, Row, Source, TableReader, ThreadError,
    TreeCheck, flawed_lines, rows,
};

/// Rows in a batch.
const BATCH: usize = 256;
/// A batch is also full when it holds this much text.
const BATCH_BYTES: usize = 1 << 18;

/// Rows on their way.
#[derive(Default)]
struct Batch {
    /// Its place in the input.
    number: u64,
    rows: Vec<Row>,
    used: usize,
    refused: Vec<Refused>,
    /// Which table it comes from.
    table: usize,
    out: Vec<u8>,
    languages: reports::Languages,
}

/// What is the same for all rows of a table.
struct Table {
    columns: Columns,
    /// Where the kept columns stand; none where the table does not have one.
    kept: Vec<Option<usize>>,
}

/// Scores tables row by row (other forms are turned into rows first); true if rows were refused.
pub(super) fn score(job: &Job, inputs: Vec<(Source, Opened)>, out: &mut Output) -> anyhow::Result<bool> {
    let map = job.columns.map()?;
    let remembered = &job.scorer.model().metadata.columns;
    let wanted: Vec<String> =
        map.headers().chain(remembered.headers()).map(str::to_owned).chain(job.keep.iter().cloned()).collect();
    let sources: Vec<Source> = inputs.iter().map(|(source, _)| source.clone()).collect();
    let mut formats = Vec::new();
    let mut readers = Vec::new();
    let mut summary = Summary::default();
    for (_, opened) in inputs {
        formats.push(opened.format);
        let (reader, taken) = rows(opened, &wanted, &map, job.columns.strict)?;
        taken.iter().for_each(|warning| note(format_args!("refused: {warning}")));
        summary.refused += taken.len() as u64;
        readers.push(reader);
    }
    let kept = kept_columns(job, &readers, &map);
    let labels = job.scorer.model().labels();
    let unsure = job.scorer.abstains();
    let options = CsvOptions { unsure: &unsure, reasons: job.reasons > 0, tabs: job.tabs };
    let form = CsvForm::new(&labels, &kept, options);
    if job.form == Form::Csv {
        let mut header = Vec::new();
        form.header(&mut header);
        out.write_all(&header)?;
    }
    let total = sources.iter().map(Source::len_hint).sum::<Option<u64>>();
    let bar = progress::rows(total, "scoring");
    let consumed = || sources.iter().map(|source| source.consumed().load(Ordering::Relaxed)).sum();

    let workers = job.threads.max(1);
    let (pool, empty) = channel();
    (0..workers * 4 + 4).try_for_each(|_| pool.send(Batch::default()))?;
    let (filled, work) = sync_channel::<Batch>(workers * 2);
    let work = Mutex::new(work);
    let (done, finished) = channel();
    let tables: Mutex<Vec<std::sync::Arc<Table>>> = Mutex::new(Vec::new());

    let read = std::thread::scope(|scope| -> anyhow::Result<Vec<(String, Flaws)>> {
        let inputs = Inputs { readers, sources: &sources, formats: &formats, map: &map, kept: &kept };
        let tables = &tables;
        let reader = scope.spawn(move || read(job, inputs, &empty, &filled, tables));
        for _ in 0..workers {
            let (done, work, form, labels) = (done.clone(), &work, &form, &labels);
            let mut scorer = job.scorer.clone();
            scope.spawn(move || {
                let mut verdict = Verdict::default();
                while let Ok(mut batch) = next(work) {
                    let table = lock(tables).get(batch.table).cloned();
                    if let Some(table) = table {
                        score_batch(job, &mut scorer, &table, form, labels, &mut verdict, &mut batch);
                    }
                    // Without a writer batches are taken all the same, so that the reader is not left waiting.
                    let _ = done.send(batch);
                }
            });
        }
        drop(done);
        let written = write(&finished, &pool, out, &mut summary, |rows| progress::at(&bar, rows, consumed()));
        // Without its pool and its writer the reader ends, too.
        drop((finished, pool));
        let flaws = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written?;
        Ok(flaws?)
    });
    bar.finish_and_clear();
    let flaws = read?;
    if output::interrupted() {
        return Err(Interrupted.into());
    }
    reports::note_refused(summary.refused, &[]);
    reports::note_flaws(&flaws);
    summary.languages.note(job.scorer.model());
    Ok(summary.refused > 0)
}

/// The columns to keep: those named, or with `all` those of the first table.
fn kept_columns(job: &Job, readers: &[TableReader], map: &ColumnMap) -> Vec<String> {
    if !job.keep.iter().any(|name| name == "all") {
        return job.keep.clone();
    }
    let present = readers.first().map(TableReader::present).unwrap_or_default();
    present.iter().filter(|name| *name != map.header(Known::Id)).cloned().collect()
}

fn next(work: &Mutex<Receiver<Batch>>) -> Result<Batch, std::sync::mpsc::RecvError> {
    lock(work).recv()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the reader reads.
struct Inputs<'a> {
    readers: Vec<TableReader>,
    sources: &'a [Source],
    formats: &'a [Format],
    map: &'a ColumnMap,
    kept: &'a [String],
}

/// Fills batches until the input ends, the writer is gone, or Ctrl-C.
fn read(
    job: &Job,
    inputs: Inputs<'_>,
    empty: &Receiver<Batch>,
    filled: &SyncSender<Batch>,
    tables: &Mutex<Vec<std::sync::Arc<Table>>>,
) -> Result<Vec<(String, Flaws)>, ThreadError> {
    let Inputs { readers, sources, formats, map, kept } = inputs;
    let encoding = job.columns.encoding.as_deref();
    let model = job.scorer.model();
    let (mut number, mut flaws) = (0, Vec::new());
    for (place, ((source, format), mut table)) in sources.iter().zip(formats).zip(readers).enumerate() {
        // The comments of a document were mapped when it was read.
        let own = if format.is_table() {
            map.or_remembered(&model.metadata.columns, table.present())
        } else {
            ColumnMap::default()
        };
        let columns = own.resolve(table.file(), table.header(), &[Known::Text])?;
        let at = |name: &String| table.header().iter().position(|there| there == name);
        if let Some(missing) = kept.iter().find(|name| at(name).is_none()) {
            return Err(ThreadError::Document {
                file: table.file().to_owned(),
                reason: format!("there is no column {missing:?} to keep; it has {}", table.header().join(", ")),
            });
        }
        lock(tables).push(std::sync::Arc::new(Table { columns, kept: kept.iter().map(at).collect() }));
        // Of a document they were taken out when it was read.
        let strict = if job.columns.strict && format.is_table() {
            flawed_lines(source, Some(*format), encoding, &own)?
        } else {
            HashMap::default()
        };
        let mut check = TreeCheck::default();
        let mut ended = false;
        while !ended && !output::interrupted() {
            let Ok(mut batch) = empty.recv() else { return Ok(flaws) };
            (batch.number, batch.table, batch.used) = (number, place, 0);
            batch.refused.clear();
            number += 1;
            let mut bytes = 0;
            while batch.used < BATCH && bytes < BATCH_BYTES && batch.refused.len() < BATCH {
                if batch.used == batch.rows.len() {
                    batch.rows.push(Row::default());
                }
                let row = &mut batch.rows[batch.used];
                match table.read(row)? {
                    Next::End => {
                        ended = true;
                        break;
                    }
                    Next::Refused(refused) => batch.refused.push(refused),
                    Next::Row => {
                        if let Some(flaw) = strict.get(&row.line) {
                            let (file, reason) = (table.file().to_owned(), flaw.to_string());
                            batch.refused.push(Refused { file, line: row.line, reason });
                        } else {
                            bytes += row.cells.as_slice().len();
                            checked(&mut check, &columns, row);
                            batch.used += 1;
                        }
                    }
                }
            }
            if filled.send(batch).is_err() {
                return Ok(flaws);
            }
        }
        let found = check.finish();
        if !found.found.is_empty() || found.unchecked > 0 {
            flaws.push((table.file().to_owned(), found));
        }
    }
    Ok(flaws)
}

fn checked(check: &mut TreeCheck, columns: &Columns, row: &Row) {
    let cell = |known| columns.cell(&row.cells, known);
    let text = cell(Known::Text).unwrap_or_default();
    let thread = cell(Known::ThreadId).unwrap_or_default();
    match cell(Known::Id) {
        Some(id) => check.row(row.line, thread, id, cell(Known::ParentId), text),
        None => check.row(row.line, thread, &row.number.to_string(), cell(Known::ParentId), text),
    }
}

/// Scores the rows of a batch into its output.
fn score_batch(
    job: &Job,
    scorer: &mut Scorer,
    table: &Table,
    form: &CsvForm<'_>,
    labels: &[Label],
    verdict: &mut Verdict,
    batch: &mut Batch,
) {
    let model = std::sync::Arc::clone(scorer.model());
    let id = ModelId { name: &model.metadata.name, hash: &model.metadata.hash };
    batch.out.clear();
    let mut own_id = String::new();
    for row in &batch.rows[..batch.used] {
        let cell = |known| table.columns.cell(&row.cells, known);
        let input = input(&cell, job.article.as_ref(), job.towards.as_ref());
        scorer.verdict_into(&input, job.reasons, verdict);
        batch.languages.add(verdict);
        if !Only::wants(job.only, verdict) {
            continue;
        }
        let id_cell = cell(Known::Id).unwrap_or_else(|| {
            own_id = row.number.to_string();
            &own_id
        });
        if job.form == Form::Csv {
            let kept = table.kept.iter().map(|at| at.and_then(|at| row.cells.get(at)).unwrap_or_default());
            form.row(&mut batch.out, id_cell, kept, input.text, verdict);
        } else {
            let scored = Scored {
                id: id_cell,
                thread_id: cell(Known::ThreadId),
                parent_id: cell(Known::ParentId),
                text: input.text,
                labels,
                verdict,
                model: id,
            };
            // Writing to memory does not fail.
            let _ = scored.write(&mut batch.out);
        }
    }
}

/// A row as the model reads it.
fn input<'a>(
    cell: &impl Fn(Known) -> Option<&'a str>,
    article: Option<&'a Article>,
    towards: Option<&'a Towards>,
) -> Input<'a> {
    let parent_text = cell(Known::ParentText);
    Input {
        text: cell(Known::Text).unwrap_or_default(),
        target: match towards {
            Some(Towards::Claim(claim)) => Some(claim),
            Some(Towards::Parent) => parent_text,
            Some(Towards::Article) => None,
            None => cell(Known::Target),
        },
        parent_text,
        article_title: cell(Known::ArticleTitle).or_else(|| article?.title.as_deref()),
        article_text: cell(Known::ArticleText).or_else(|| article?.text.as_deref()),
        context: cell(Known::Context),
        ..Input::default()
    }
}

#[derive(Default)]
struct Summary {
    rows: u64,
    refused: u64,
    languages: reports::Languages,
}

/// Refusals are told one by one up to here, then only counted.
const TOLD: u64 = 50;

/// Writes batches in their order and hands them back to the pool.
fn write(
    finished: &Receiver<Batch>,
    pool: &Sender<Batch>,
    out: &mut Output,
    summary: &mut Summary,
    at: impl Fn(u64),
) -> anyhow::Result<()> {
    let (mut wanted, mut early) = (0, BTreeMap::new());
    while let Ok(batch) = finished.recv() {
        early.insert(batch.number, batch);
        while let Some(mut batch) = early.remove(&wanted) {
            wanted += 1;
            out.write_all(&batch.out)?;
            for refused in &batch.refused {
                if summary.refused < TOLD {
                    note(format_args!("{refused}"));
                }
                summary.refused += 1;
            }
            summary.languages.take(&mut batch.languages);
            summary.rows += batch.used as u64;
            at(summary.rows);
            // The reader may be done with the pool.
            let _ = pool.send(batch);
        }
        if output::interrupted() {
            return Err(Interrupted.into());
        }
    }
    Ok(())
}
