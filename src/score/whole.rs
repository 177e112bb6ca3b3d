//! Scoring whole threads, for the forms that people read.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::cli::args::Named;
use crate::cli::exit::Interrupted;
use crate::cli::output;
use crate::cli::output::Output;
use crate::cli::score::{Form, Job, Only};
use crate::dataset::label::Label;
use crate::dataset::towards::Towards;
use crate::features::input::Input;
use crate::model::scorer::Scorer;
use crate::model::verdict::Verdict;
use crate::report::html_thread::ThreadPage;
use crate::report::jsonl::ModelId;
use crate::report::of_training;
use crate::report::table::{TableForm, TableRow};
use crate::report::thread::{Only as Shown, ThreadForm};
use crate::thread::comment::{Comment, Thread};
use crate::thread::relations::Relations;
use crate::thread::strict::take_out_flawed;
use crate::thread::threads::{Reading, read_opened};
use crate::thread::tree::Tree;

/// Scores threads; true if rows of a table were refused.
pub(crate) fn score(job: &mut Job, inputs: Vec<Named>, out: &mut Output) -> anyhow::Result<bool> {
    let mut scored = Vec::new();
    let refused = each(
        job,
        inputs,
        |_, _, _| (),
        |thread, verdicts| {
            let (tree, _) = Tree::new(&thread.comments);
            scored.push((thread, tree, verdicts));
            Ok(())
        },
    )?;
    let mut caveats = of_training::Caveats::default();
    scored.iter().flat_map(|(_, _, verdicts)| verdicts).for_each(|verdict| caveats.add(verdict));
    caveats.note(job.scorer.model());
    let labels = job.scorer.model().labels();
    let only = job.only.map(|only| match only {
        Only::Flagged => Shown::Flagged,
        Only::Unsure => Shown::Unsure,
    });
    let model = Arc::clone(job.scorer.model());
    let towards = job.scorer.towards().filter(|_| job.scorer.model().reads_context());
    let towards = towards.filter(|towards| **towards != Towards::Article).map(ToString::to_string);
    if job.form == Form::Html {
        let model = ModelId { name: &model.metadata.name, hash: &model.metadata.hash };
        let pages: Vec<ThreadPage<'_>> = (scored.iter())
            .map(|(thread, tree, verdicts)| ThreadPage { thread, tree, labels: &labels, verdicts, model, only })
            .collect();
        ThreadPage::write_all(&pages, out)?;
        return Ok(refused > 0);
    }
    for (place, (thread, tree, verdicts)) in scored.iter().enumerate() {
        if place > 0 {
            writeln!(out)?;
        }
        match job.form {
            Form::Table => table(job, out, thread, &labels, verdicts)?,
            _ => ThreadForm {
                width: crate::cli::width::width().prose,
                color: job.color,
                only,
                towards: towards.as_deref(),
            }
            .write(out, thread, tree, &labels, verdicts)?,
        }
    }
    Ok(refused > 0)
}

fn table(job: &Job, out: &mut Output, thread: &Thread, labels: &[Label], verdicts: &[Verdict]) -> std::io::Result<()> {
    let rows = thread.comments.iter().zip(verdicts).filter(|(_, verdict)| Only::wants(job.only, verdict));
    let rows: Vec<TableRow<'_>> = rows
        .map(|(comment, verdict)| TableRow {
            id: &comment.id,
            author: comment.author.as_deref(),
            text: &comment.text,
            verdict,
        })
        .collect();
    let form = TableForm::new(labels, crate::cli::width::width().rows, job.color, &rows);
    form.header(out)?;
    rows.iter().try_for_each(|row| form.row(out, row))
}

/// Reads and scores threads one after the other; how many rows of tables were refused. `name` may give the threads of a file
/// ids; of those of a table it is told so.
pub(crate) fn each(
    job: &mut Job,
    inputs: Vec<Named>,
    name: impl Fn(&mut [Thread], &Path, bool),
    mut then: impl FnMut(Thread, Vec<Verdict>) -> anyhow::Result<()>,
) -> anyhow::Result<usize> {
    let columns = job.columns.map()?;
    let mut refused = 0;
    for mut input in inputs {
        let is_table = input.format.is_table();
        let mut reading = read_opened(input.open()?, &columns, &job.scorer.model().metadata.columns)?;
        of_training::note_guessed(reading.guessed.as_ref());
        of_training::note_empty(&reading, &input.source.name());
        if job.columns.strict && !reading.warnings.is_empty() {
            refused += refuse(&mut reading);
        } else {
            of_training::note_warnings(&reading.warnings);
        }
        refused += reading.refused.len();
        of_training::note_refused(reading.refused.len() as u64, &reading.refused);
        let is_thread: Vec<bool> = reading.threads.iter().map(|thread| !thread.unrelated).collect();
        name(&mut reading.threads, &input.source.path, is_table);
        for (mut thread, is_thread) in reading.threads.into_iter().zip(is_thread) {
            if let Some(article) = &job.article {
                thread.article = article.clone();
            }
            let of_row = job.article.is_none();
            let verdicts = verdicts(&mut job.scorer, job.reasons, &thread, of_row, is_thread)?;
            then(thread, verdicts)?;
        }
    }
    Ok(refused)
}

/// Takes comments out that `--strict` refuses; how many.
pub(crate) fn refuse(reading: &mut Reading) -> usize {
    let warnings = &reading.warnings;
    for warning in warnings.iter().take(of_training::TOLD) {
        output::note(format_args!("refused: {warning}"));
    }
    take_out_flawed(&mut reading.threads, &reading.misquoted)
}

/// `of_row`: the article of a comment's own row wins over the thread's. `is_thread` is false of rows of a table that no thread
/// is named for.
pub(crate) fn verdicts(
    scorer: &mut Scorer,
    reasons: usize,
    thread: &Thread,
    of_row: bool,
    is_thread: bool,
) -> anyhow::Result<Vec<Verdict>> {
    let comments = &thread.comments;
    let relations = Relations::new(&comments.iter().map(Comment::node).collect::<Vec<_>>(), is_thread);
    let summary = is_thread.then(|| scorer.summarise(comments.iter().map(|comment| comment.text.as_str())));
    let verdict = |scorer: &mut Scorer, at: usize, comment: &Comment| {
        let beside = &comment.beside;
        let parent = relations.parent(at).and_then(|parent| comments.get(parent));
        let input = Input {
            text: &comment.text,
            target: beside.target.as_deref(),
            parent_text: beside.parent_text.as_deref().or(parent.map(|parent| parent.text.as_str())),
            article_title: beside.article_title.as_deref().filter(|_| of_row).or(thread.article.title.as_deref()),
            article_text: beside.article_text.as_deref().filter(|_| of_row).or(thread.article.text.as_deref()),
            context: beside.context.as_deref(),
            first: comments.first().filter(|_| is_thread).map(|first| first.text.as_str()),
            thread: summary.as_ref(),
            position: relations.position(at),
            depth: relations.depth(at),
            left_out: None,
        };
        (!output::interrupted()).then(|| scorer.verdict(&input, reasons))
    };
    let scored = comments.par_iter().enumerate().with_min_len(AT_LEAST);
    let verdicts = scored.map_init(|| scorer.clone(), |scorer, (at, comment)| verdict(scorer, at, comment));
    verdicts.collect::<Option<Vec<_>>>().ok_or_else(|| Interrupted.into())
}

/// Fewer comments are not worth another thread.
const AT_LEAST: usize = 64;
