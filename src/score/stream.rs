//! Scoring tables as a stream, in the order of their rows: each row alone or, where the model reads a comment in its
//! thread, [thread by thread](super::threads). What comes from a pipe is answered as it comes: whoever writes to it may be
//! waiting for that.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::cli::args::Named;
use crate::cli::output::{Output, note, remark};
use crate::cli::progress::{Progress, Total};
use crate::cli::score::Job;
use crate::model::scorer::Scorer;
use crate::model::verdict::Verdict;
use crate::report::of_training;
use crate::score::earlier::Earlier;
use crate::score::pipeline;
use crate::score::pipeline::Load;
use crate::score::rows::{BATCH, BATCH_BYTES, RowForm, Table, input};
use crate::score::threads;
use crate::score::threads::{Lie, Plan};
use crate::thread::columns::ColumnMap;
use crate::thread::error::ThreadError;
use crate::thread::input::Source;
use crate::thread::known::Known;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::table::TableReader;
use crate::thread::threads::{Rows, rows};
use crate::thread::tree::Warning;
use crate::thread::usual::Guessed;

/// What is the same for all rows of a table.
pub(crate) struct Run<'a> {
    pub(crate) job: &'a Job,
    pub(crate) form: &'a RowForm<'a>,
    pub(crate) source: &'a Source,
    /// Which of how many tables it is.
    pub(crate) place: (usize, usize),
    pub(crate) progress: &'a Progress,
    /// Rows that were done when the phase began.
    pub(crate) begun: AtomicU64,
    /// A thread of more bytes is not kept in memory.
    pub(crate) in_memory: usize,
}

/// What has been done.
#[derive(Default)]
pub(crate) struct Summary {
    pub(crate) rows: u64,
    pub(crate) refused: u64,
    pub(crate) caveats: of_training::Caveats,
}

/// Refusals are told one by one up to here, then only counted.
const TOLD: u64 = 50;

impl Summary {
    pub(crate) fn refuse(&mut self, refused: &[Refused]) {
        for refused in refused {
            if self.refused < TOLD {
                note(format_args!("{refused}"));
            }
            self.refused += 1;
        }
    }
}

impl Run<'_> {
    /// Begins a phase, in which so much is to be done.
    pub(crate) fn phase(&self, phase: &str, total: Total, summary: &Summary) -> Total {
        let (at, of) = self.place;
        self.begun.store(summary.rows, Ordering::Relaxed);
        self.progress.begin(if of > 1 { format!("{phase} {at}/{of}") } else { phase.to_owned() }, total);
        total
    }

    /// The bytes of the table.
    pub(crate) fn bytes(&self) -> Total {
        Total::from(self.source.len_hint())
    }

    /// Shows how far the phase is.
    pub(crate) fn at(&self, total: Total, summary: &Summary) {
        let rows = summary.rows.saturating_sub(self.begun.load(Ordering::Relaxed));
        self.progress.at(total, rows, self.source.consumed().load(Ordering::Relaxed));
    }

    /// A scorer for each worker, and one for the thread that writes.
    pub(crate) fn scorers(&self) -> Vec<Scorer> {
        (0..=self.job.threads.max(1)).map(|_| self.job.scorer.clone()).collect()
    }
}

/// An input as a table, ready to be read.
struct Ready {
    table: Table,
    /// How many comments each thread of a document has.
    threads: Option<Vec<(usize, bool)>>,
    /// Comments of a document that were taken out.
    taken: Vec<Warning>,
    /// Objects of JSON that could not be used.
    refused: Vec<Refused>,
    /// What was taken for known columns that are missing.
    guessed: Option<Guessed>,
}

/// What all inputs are looked at with.
struct Looking<'a> {
    job: &'a Job,
    map: ColumnMap,
    /// Columns that lines of JSON are searched for.
    wanted: Vec<String>,
}

impl Looking<'_> {
    /// Opens an input. `kept` are the columns to keep; the first table may have to tell which.
    fn open(&self, input: &mut Named, kept: &mut Option<Vec<String>>) -> anyhow::Result<Ready> {
        let Self { job, map, wanted } = self;
        let Rows { table, threads, taken, refused, guessed } = rows(input.open()?, wanted, map, job.columns.strict)?;
        let kept = kept.get_or_insert_with(|| kept_columns(job, &table, map));
        let mut table = Table::new(job, table, (&input.source, input.format), map, kept)?;
        let guessed = guessed.or(table.guessed.take());
        Ok(Ready { table, threads, taken, refused, guessed })
    }
}

/// Scores tables (other forms are turned into rows first); true if rows were refused.
pub(crate) fn score(job: &Job, inputs: Vec<Named>, out: &mut Output) -> anyhow::Result<bool> {
    score_within(threads::LARGE, job, inputs, out)
}

fn score_within(in_memory: usize, job: &Job, mut inputs: Vec<Named>, out: &mut Output) -> anyhow::Result<bool> {
    let map = job.columns.map()?;
    let remembered = &job.scorer.model().metadata.columns;
    let wanted = map.headers().chain(remembered.headers()).map(str::to_owned).chain(job.keep.iter().cloned()).collect();
    let looking = Looking { job, map, wanted };
    // Before anything is written: a column that is missing leaves no half of a result. Inputs that were closed are closed
    // again, as there may be more than can be open at once.
    let (mut ready, mut kept) = (Vec::new(), None);
    for input in &mut inputs {
        let is_closed = input.is_closed();
        let mut one = looking.open(input, &mut kept)?;
        if !is_closed {
            one.table.refuse_flawed(job, input)?;
        }
        ready.push(Some(one).filter(|_| !is_closed));
    }
    let kept = kept.unwrap_or_default();
    let labels = job.scorer.model().labels();
    let unsure = job.scorer.abstains();
    let form = RowForm::new(job, &labels, &kept, &unsure);
    let mut header = Vec::new();
    form.header(&mut header);
    out.write_all(&header)?;
    let (progress, of) = (Progress::new(), inputs.len());
    let (mut summary, mut flaws) = (Summary::default(), Vec::new());
    for (at, (input, ready)) in (1..).zip(inputs.iter_mut().zip(ready)) {
        let ready = match ready {
            Some(ready) => Ok(ready),
            None => looking.open(input, &mut Some(kept.clone())).and_then(|mut ready| {
                ready.table.refuse_flawed(job, input)?;
                Ok(ready)
            }),
        };
        let Ready { mut table, threads, taken, refused, guessed } = ready?;
        of_training::note_guessed(guessed.as_ref());
        let before = (summary.rows, summary.refused);
        taken.iter().take(of_training::TOLD).for_each(|warning| note(format_args!("refused: {warning}")));
        summary.refused += taken.len() as u64;
        summary.refuse(&refused);
        let (source, place, begun) = (&input.source, (at, of), AtomicU64::new(0));
        let run = Run { job, form: &form, source, place, progress: &progress, begun, in_memory };
        match threads::plan(&run, &table, threads, input.format, &looking.wanted, &summary)? {
            Plan::Alone => drop(score_rows(&run, &mut table, out, &mut summary, false)?),
            Plan::Threads(lie) => threads::score(&run, &mut table, lie, None, out, &mut summary)?,
            Plan::AsItComes => {
                if let Some(earlier) = score_rows(&run, &mut table, out, &mut summary, true)? {
                    threads::score(&run, &mut table, Lie::Mixed, Some(earlier), out, &mut summary)?;
                }
            }
        }
        if before == (summary.rows, summary.refused) {
            remark(format_args!("note: there are no comments in {}", input.source.name()));
        }
        flaws.extend(table.flaws());
    }
    drop(progress);
    of_training::note_refused(summary.refused, &[]);
    of_training::note_flaws(&flaws, job.columns.strict);
    summary.caveats.note(job.scorer.model());
    Ok(summary.refused > 0)
}

/// The columns to keep: those named, or with `all` those of the first table.
fn kept_columns(job: &Job, first: &TableReader, map: &ColumnMap) -> Vec<String> {
    if !job.keep.iter().any(|name| name == "all") {
        return job.keep.clone();
    }
    let mut nameless = 0;
    let is_kept = |name: &&String| {
        nameless += usize::from(name.is_empty());
        *name != map.header(Known::Id) && (!name.is_empty() || nameless == 1)
    };
    let kept = first.present().iter().filter(is_kept).cloned().collect();
    if nameless > 1 {
        note(format_args!("note: {}: of {nameless} columns without a name only the first is kept", first.file()));
    }
    kept
}

/// Rows on their way.
#[derive(Default)]
struct Batch {
    rows: Vec<Row>,
    used: usize,
    refused: Vec<Refused>,
    /// Whoever reads the verdicts should see them now.
    is_urgent: bool,
    out: Vec<u8>,
    caveats: of_training::Caveats,
}

impl Load for Batch {
    fn held(&self) -> usize {
        let rows = self.rows.iter().map(|row| row.cells.held()).sum::<usize>();
        rows + self.rows.capacity() * size_of::<Row>()
    }
}

/// Scores each row by itself. With `until_thread` no further than to the first row that says in which thread it stands or what
/// it answers: gives that and those before it.
fn score_rows(
    run: &Run<'_>,
    table: &mut Table,
    out: &mut Output,
    summary: &mut Summary,
    until_thread: bool,
) -> anyhow::Result<Option<Earlier>> {
    let total = run.phase("scoring", run.bytes(), summary);
    let (columns, kept) = (table.columns, table.kept.clone());
    let work = run.scorers().into_iter().map(|mut scorer| {
        let (mut verdict, columns, kept) = (Verdict::default(), &columns, &kept);
        move |batch: &mut Batch| {
            batch.out.clear();
            for row in &batch.rows[..batch.used] {
                let input = input(columns, row, run.job.article.as_ref());
                scorer.verdict_into(&input, run.job.reasons, &mut verdict);
                batch.caveats.add(&verdict);
                run.form.write((columns, kept), row, &input, &verdict, &mut batch.out);
            }
            if batch.is_long() {
                // A scorer keeps room for the longest text it has read.
                scorer = run.job.scorer.clone();
            }
        }
    });
    let read = |feed: &mut pipeline::Feed<'_, Batch>| -> Result<Option<Earlier>, ThreadError> {
        let mut earlier = Earlier::new(run.in_memory);
        loop {
            let Some(mut batch) = feed.take() else { return Ok(None) };
            let ended = fill(&mut batch, table, until_thread.then_some(&mut earlier))?;
            if !feed.put(batch) || ended {
                return Ok(Some(earlier).filter(Earlier::has_thread));
            }
        }
    };
    pipeline::run(work.collect(), read, |batch: &mut Batch| {
        out.write_all(&batch.out)?;
        if batch.is_urgent {
            out.flush()?;
        }
        summary.refuse(&batch.refused);
        summary.caveats.take(&mut batch.caveats);
        summary.rows += batch.used as u64;
        run.at(total, summary);
        Ok(())
    })
}

/// Fills a batch; true at the end of the table, or at the first row that `earlier` looks for.
fn fill(batch: &mut Batch, table: &mut Table, mut earlier: Option<&mut Earlier>) -> Result<bool, ThreadError> {
    (batch.used, batch.is_urgent) = (0, false);
    batch.refused.clear();
    let mut bytes = 0;
    while batch.used < BATCH && bytes < BATCH_BYTES && batch.refused.len() < BATCH {
        if (batch.used > 0 || !batch.refused.is_empty()) && table.is_dry() {
            batch.is_urgent = true;
            break;
        }
        if batch.used == batch.rows.len() {
            batch.rows.push(Row::default());
        }
        let row = &mut batch.rows[batch.used];
        match table.read(row)? {
            Next::End => return Ok(true),
            Next::Refused(refused) => batch.refused.push(refused),
            Next::Row => {
                if let Some(earlier) = &mut earlier {
                    earlier.push(row, &table.columns);
                    if earlier.has_thread() {
                        return Ok(true);
                    }
                }
                bytes += row.cells.size();
                batch.used += 1;
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::path::PathBuf;

    use super::*;
    use crate::cli::args::{ColumnArgs, InputArgs, open_model};
    use crate::cli::score::Form;
    use crate::features::blocks::Block;
    use crate::model::site::Site;

    /// What scoring `input` gives where threads of more bytes than `in_memory` are large.
    fn scored(input: &PathBuf, in_memory: usize, threads: usize) -> String {
        let model = open_model(None).unwrap();
        assert!(model.metadata.options.blocks.contains(&Block::Context), "else this tests nothing");
        let job = Job {
            scorer: Scorer::new(model, &Site::default()).unwrap(),
            form: Form::Jsonl,
            tabs: false,
            safe: false,
            reasons: 0,
            keep: Vec::new(),
            only: None,
            columns: ColumnArgs::default(),
            article: None,
            threads,
            color: false,
        };
        let inputs = InputArgs::default().open(std::slice::from_ref(input)).unwrap();
        let file = input.with_extension("out");
        let mut out = Output::create(Some(&file)).unwrap();
        assert!(!score_within(in_memory, &job, inputs, &mut out).unwrap());
        out.finish().unwrap();
        std::fs::read_to_string(file).unwrap()
    }

    #[test]
    fn a_thread_too_large_for_memory_is_scored_as_one_that_is_not() {
        const TEXTS: [&str; 5] = [
            "They should keep the library open, whatever the council says.",
            "No. It costs too much, and nobody reads there any more!",
            "Buy cheap shoes at my shop",
            "I bet somebody was paid for it; my thread https://example.org is about that",
            "",
        ];
        let header = "id,thread_id,parent_id,created_at,article_title,article_text,parent_text,text\n";
        // Answers to what is before and behind, in other pieces too; to nobody, to oneself, in a circle; an id twice.
        let row = |n: usize, thread: &str| {
            let parent = match n % 7 {
                0 => String::new(),
                1 => "c0".to_owned(),
                2 => format!("c{}", n / 2),
                3 => format!("c{}", (n + 1100) % 2600),
                4 => "gone".to_owned(),
                5 => format!("c{n}"),
                _ => format!("c{}", n - 1),
            };
            let id = if n % 501 == 500 { "c7".to_owned() } else { format!("c{n}") };
            let title = if n == 3 { "Council closes the library" } else { "" };
            let body = if n == 1400 { "The council decided on Tuesday to close it." } else { "" };
            let parent_text = if n.is_multiple_of(11) { "Given." } else { "" };
            let time = format!("2026-05-01T{:02}:00:00Z", n % 24);
            format!("{id},{thread},{parent},{time},{title},{body},{parent_text},\"{}\"\n", TEXTS[n % TEXTS.len()])
        };
        let mut tables = vec![String::new(); 3];
        for n in 0..2600 {
            tables[0] += &row(n, if n < 5 { "small" } else { "large" });
            tables[1] += &row(n, ["a", "b", "a"][n % 3]);
            tables[2] += &row(n, "");
        }
        // Nobody says whom rows answer.
        let mut silent = "thread_id,text\n".to_owned();
        (0..2600).for_each(|n| writeln!(silent, "t,{}", TEXTS[n % 4].replace(',', " ")).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let tables = tables.iter().map(|rows| format!("{header}{rows}")).chain([silent]);
        for (at, table) in tables.enumerate() {
            let input = folder.path().join(format!("{at}.csv"));
            std::fs::write(&input, table).unwrap();
            let expected = scored(&input, threads::LARGE, 2);
            assert_eq!(expected.lines().count(), 2600);
            for (in_memory, threads) in [(1 << 16, 2), (0, 1)] {
                assert!(scored(&input, in_memory, threads) == expected, "table {at}, {in_memory} bytes");
            }
        }
    }
}
