//! Scores tables as a stream, in the order of their rows: each row alone or, if the model reads a comment in its
//! thread, [thread by thread](super::threads). Rows from a pipe are answered as they come, because whoever writes them
//! may be waiting.

use std::io::Write;
use std::sync::atomic::AtomicU64;

use crate::model::verdict::Verdict;
use crate::score::caveats::Caveats;
use crate::score::earlier::Earlier;
use crate::score::error::ScoreError;
use crate::score::gathering::LARGE;
use crate::score::input_file::InputFile;
use crate::score::job::Job;
use crate::score::pipeline;
use crate::score::pipeline::Load;
use crate::score::plan::{Lie, Plan, plan};
use crate::score::row_form::{RowForm, ScoredRow};
use crate::score::rows::{BATCH, BATCH_BYTES, Table, input};
use crate::score::run::{Run, Summary};
use crate::score::threads;
use crate::score::watch::{Event, Watch};
use crate::thread::error::ThreadError;
use crate::thread::known::Known;
use crate::thread::remark::Remark;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::table::TableReader;
use crate::thread::threads::{Rows, rows};
use crate::thread::tree::Warning;
use crate::thread::usual::Guessed;

/// An input as a table, ready to be read.
struct Ready {
    table: Table,
    /// The number of comments in each thread of a document.
    threads: Option<Vec<(usize, bool)>>,
    /// Comments of a document that were removed.
    taken: Vec<Warning>,
    /// Objects of JSON that could not be used.
    refused: Vec<Refused>,
    /// What was used in place of known columns that are missing.
    guessed: Option<Guessed>,
    /// What to report about a document.
    remarks: Vec<Remark>,
}

/// Opens inputs, all in one way.
struct Opening<'a> {
    job: &'a Job,
    watch: &'a dyn Watch,
    /// The columns to keep, or `all`.
    keep: &'a [String],
    /// Columns that lines of JSON are searched for.
    wanted: Vec<String>,
}

impl<'a> Opening<'a> {
    fn new(job: &'a Job, watch: &'a dyn Watch, keep: &'a [String]) -> Self {
        let remembered = &job.scorer.model().metadata.columns;
        let headers = job.columns.headers().chain(remembered.headers()).map(str::to_owned);
        Self { job, watch, keep, wanted: headers.chain(keep.iter().cloned()).collect() }
    }

    /// Opens an input. `kept` are the columns to keep, which may depend on the first table.
    fn open(&self, input: &mut InputFile, kept: &mut Option<Vec<String>>) -> Result<Ready, ThreadError> {
        let Self { job, wanted, .. } = self;
        let Rows { mut table, threads, taken, refused, guessed, remarks } =
            rows(input.open()?, wanted, &job.columns, job.strict)?;
        if self.keeps_all() {
            table.want_all();
        }
        let kept = kept.get_or_insert_with(|| self.kept_columns(&table));
        let mut table = Table::new(job, table, (&input.source, input.format), kept)?;
        let guessed = guessed.or(table.guessed.take());
        Ok(Ready { table, threads, taken, refused, guessed, remarks })
    }

    /// The same for one that was closed again and whose flawed rows are not known yet.
    fn reopen(&self, input: &mut InputFile, kept: &[String]) -> Result<Ready, ThreadError> {
        let mut ready = self.open(input, &mut Some(kept.to_vec()))?;
        ready.table.refuse_flawed(self.job, input)?;
        Ok(ready)
    }

    fn keeps_all(&self) -> bool {
        self.keep.iter().any(|name| name == "all")
    }

    /// The columns to keep: those named or, with `all`, those of the first table.
    fn kept_columns(&self, first: &TableReader) -> Vec<String> {
        if !self.keeps_all() {
            return self.keep.to_vec();
        }
        let mut nameless = 0;
        let is_kept = |name: &&String| {
            nameless += usize::from(name.is_empty());
            *name != self.job.columns.header(Known::Id) && (!name.is_empty() || nameless == 1)
        };
        let kept = first.present().iter().filter(is_kept).cloned().collect();
        if nameless > 1 {
            self.watch.event(Event::Nameless { file: first.file(), columns: nameless });
        }
        kept
    }
}

/// Scores tables (other forms are turned into rows first) and writes a row for each comment, in order. `keep` names the
/// input columns to keep; `all` means all of them.
///
/// # Errors
/// When an input cannot be read or lacks a column to keep, the output cannot be written, or the program is asked to
/// stop. A row that cannot be used is only counted.
pub(crate) fn score(
    job: &Job,
    inputs: Vec<InputFile>,
    keep: &[String],
    form: &mut dyn RowForm,
    out: &mut dyn Write,
    watch: &dyn Watch,
) -> Result<Summary, ScoreError> {
    score_within(LARGE, job, inputs, keep, form, out, watch)
}

fn score_within(
    in_memory: usize,
    job: &Job,
    mut inputs: Vec<InputFile>,
    keep: &[String],
    form: &mut dyn RowForm,
    out: &mut dyn Write,
    watch: &dyn Watch,
) -> Result<Summary, ScoreError> {
    let opening = Opening::new(job, watch, keep);
    // Before anything is written, so that a missing column leaves no partial result. Inputs that were closed are closed
    // again, because there may be more than can be open at once.
    let (mut ready, mut kept, mut kinds) = (Vec::new(), None, None);
    for input in &mut inputs {
        let is_closed = input.is_closed();
        let mut one = opening.open(input, &mut kept)?;
        if !is_closed {
            one.table.refuse_flawed(job, input)?;
        }
        kinds.get_or_insert_with(|| one.table.kinds());
        ready.push(Some(one).filter(|_| !is_closed));
    }
    let kept = kept.unwrap_or_default();
    let mut head = Vec::new();
    form.begin(&kept, &kinds.unwrap_or_default(), &mut head);
    out.write_all(&head)?;
    let (of, mut summary, form) = (inputs.len(), Summary::default(), &*form);
    for (at, (input, ready)) in (1..).zip(inputs.iter_mut().zip(ready)) {
        let ready = ready.map_or_else(|| opening.reopen(input, &kept), Ok)?;
        let (source, begun) = (&input.source, AtomicU64::new(0));
        let run = Run { job, form, source, place: (at, of), watch, begun, in_memory };
        score_table(&run, ready, input, &opening.wanted, out, &mut summary)?;
    }
    Ok(summary)
}

/// Scores one table.
fn score_table(
    run: &Run<'_>,
    ready: Ready,
    input: &InputFile,
    wanted: &[String],
    out: &mut dyn Write,
    summary: &mut Summary,
) -> Result<(), ScoreError> {
    let Ready { mut table, threads, taken, refused, guessed, remarks } = ready;
    run.watch.event(Event::Remarks(&remarks));
    guessed.iter().for_each(|guessed| run.watch.event(Event::Guessed(guessed)));
    let before = (summary.rows, summary.refused);
    run.watch.event(Event::LeftOut(&taken));
    summary.refused += taken.len() as u64;
    run.refuse(&refused, summary);
    match plan(run, &table, threads, input.format, wanted, summary)? {
        Plan::Alone => drop(score_rows(run, &mut table, out, summary, false)?),
        Plan::Threads(lie) => threads::score(run, &mut table, lie, None, out, summary)?,
        Plan::AsItComes => {
            if let Some(earlier) = score_rows(run, &mut table, out, summary, true)? {
                threads::score(run, &mut table, Lie::Mixed, Some(earlier), out, summary)?;
            }
        }
    }
    if before == (summary.rows, summary.refused) {
        run.watch.event(Event::NoComments { file: &input.source.name() });
    }
    run.watch.event(Event::Remarks(&table.remarks()));
    summary.flaws.extend(table.flaws());
    Ok(())
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
    caveats: Caveats,
}

impl Load for Batch {
    fn held(&self) -> usize {
        let rows = self.rows.iter().map(|row| row.cells.held()).sum::<usize>();
        rows + self.rows.capacity() * size_of::<Row>()
    }
}

/// Scores each row on its own. With `until_thread`, only up to the first row that has a thread or parent: returns that
/// row and those before it.
fn score_rows(
    run: &Run<'_>,
    table: &mut Table,
    out: &mut dyn Write,
    summary: &mut Summary,
    until_thread: bool,
) -> Result<Option<Earlier>, ScoreError> {
    let total = run.phase("scoring", run.bytes(), summary);
    let (columns, kept) = (table.columns, table.kept.clone());
    let (job, form) = (run.job, run.form);
    let work = run.scorers().into_iter().map(|mut scorer| {
        let (mut verdict, columns, kept) = (Verdict::default(), &columns, &kept);
        move |batch: &mut Batch| {
            batch.out.clear();
            for row in &batch.rows[..batch.used] {
                let input = input(columns, row, job.article.as_ref());
                scorer.verdict_into(&input, job.reasons, &mut verdict);
                batch.caveats.add(&verdict);
                let scored = ScoredRow { columns, kept, row, input: &input, verdict: &verdict };
                form.row(&scored, &mut batch.out);
            }
            if batch.is_long() {
                // A scorer keeps room for the longest text it has read.
                scorer = job.scorer.clone();
            }
        }
    });
    let in_memory = run.in_memory;
    let read = |feed: &mut pipeline::Feed<'_, Batch>| -> Result<Option<Earlier>, ThreadError> {
        let mut earlier = Earlier::new(in_memory);
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
        run.refuse(&batch.refused, summary);
        summary.caveats.take(&mut batch.caveats);
        summary.rows += batch.used as u64;
        run.at(total, summary);
        Ok(())
    })
}

/// Fills a batch; true at the end of the table, or at the first row that `earlier` waits for.
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
    use std::sync::Arc;

    use super::*;
    use crate::features::blocks::Block;
    use crate::model::model::Model;
    use crate::model::scorer::Scorer;
    use crate::model::site::Site;
    use crate::score::watch::Unwatched;
    use crate::thread::kind::Kind;
    use crate::thread::storage::Storage;

    /// Each outcome on a line.
    struct Plain;

    impl RowForm for Plain {
        fn begin(&mut self, _kept: &[String], _kinds: &[Kind], _out: &mut Vec<u8>) {}

        fn row(&self, row: &ScoredRow<'_>, out: &mut Vec<u8>) {
            out.extend_from_slice(format!("{} {:?}\n", row.id(), row.verdict).as_bytes());
        }
    }

    /// What scoring `input` gives where threads of more bytes than `in_memory` are large.
    fn scored(input: &PathBuf, in_memory: usize, threads: usize) -> String {
        let model = Arc::new(Model::shipped().unwrap());
        assert!(model.metadata.options.blocks.contains(&Block::Context), "else this tests nothing");
        let job = Job { threads, ..Job::new(Scorer::new(model, &Site::default()).unwrap()) };
        let inputs = InputFile::open_all(std::slice::from_ref(input), None, &Storage::default()).unwrap();
        let mut out = Vec::new();
        let summary = score_within(in_memory, &job, inputs, &[], &mut Plain, &mut out, &Unwatched).unwrap();
        assert_eq!(summary.refused, 0);
        String::from_utf8(out).unwrap()
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
        // Replies to earlier and later comments, in other pieces too; to nobody, to itself, in a loop; a duplicate id.
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
            let expected = scored(&input, LARGE, 2);
            assert_eq!(expected.lines().count(), 2600);
            for (in_memory, threads) in [(1 << 16, 2), (0, 1)] {
                assert!(scored(&input, in_memory, threads) == expected, "table {at}, {in_memory} bytes");
            }
        }
    }
}
