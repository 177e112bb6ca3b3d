//! Scoring whole threads, for the forms that people read.

use std::io::Write as _;

use super::exit::Interrupted;
use super::output::{self, Output, remark};
use super::reports;
use super::score::{Form, Job, Only, Towards};
use crate::features::Input;
use crate::model::Verdict;
use crate::report::thread::{Only as Shown, ThreadForm};
use crate::thread::{Comment, Opened, Source, Thread, Tree, read_opened};

/// Lines are not made longer than this on a wide terminal.
const WIDEST: usize = 100;
/// The width where there is no terminal.
const PLAIN_WIDTH: usize = 80;

/// Scores threads; true if rows of a table were refused.
pub(super) fn score(job: &mut Job, inputs: Vec<(Source, Opened)>, out: &mut Output) -> anyhow::Result<bool> {
    let columns = job.columns.map()?;
    let width = terminal_size::terminal_size().map_or(PLAIN_WIDTH, |(width, _)| usize::from(width.0)).min(WIDEST);
    let mut refused = 0;
    let mut scored = Vec::new();
    for (_, opened) in inputs {
        let mut reading = read_opened(opened, &columns)?;
        if job.columns.strict && !reading.warnings.is_empty() {
            refused += refuse(&mut reading.threads, &reading.warnings);
        } else {
            for warning in &reading.warnings {
                remark(format_args!("warning: {warning}"));
            }
        }
        refused += reading.refused.len();
        reports::note_refused(reading.refused.len() as u64, &reading.refused);
        for mut thread in reading.threads {
            if let Some(article) = &job.article {
                thread.article = article.clone();
            }
            let (tree, _) = Tree::new(&thread.comments);
            let verdicts = verdicts(job, &thread, &tree)?;
            scored.push((thread, tree, verdicts));
        }
    }
    let labels = job.scorer.model().labels();
    let only = job.only.map(|only| match only {
        Only::Flagged => Shown::Flagged,
        Only::Unsure => Shown::Unsure,
    });
    for (place, (thread, tree, verdicts)) in scored.iter().enumerate() {
        if place > 0 {
            writeln!(out)?;
        }
        let _ = Form::Thread;
        ThreadForm { width, color: job.color, only }.write(out, thread, tree, &labels, verdicts)?;
    }
    Ok(refused > 0)
}

/// Takes comments out that `--strict` refuses; how many.
fn refuse(threads: &mut [Thread], warnings: &[crate::thread::Warning]) -> usize {
    let mut refused = 0;
    for warning in warnings {
        output::note(format_args!("refused: {warning}"));
        let id = warning.id();
        for thread in &mut *threads {
            let before = thread.comments.len();
            thread.comments.retain(|comment| comment.id != id);
            refused += before - thread.comments.len();
        }
    }
    refused
}

fn verdicts(job: &mut Job, thread: &Thread, tree: &Tree) -> anyhow::Result<Vec<Verdict>> {
    let mut verdicts = Vec::with_capacity(thread.comments.len());
    for (comment, parent) in thread.comments.iter().zip(&tree.parents) {
        if output::interrupted() {
            return Err(Interrupted.into());
        }
        let parent = parent.and_then(|parent| thread.comments.get(parent)).map(|parent: &Comment| parent.text.as_str());
        let input = Input {
            text: &comment.text,
            target: match &job.towards {
                Some(Towards::Claim(claim)) => Some(claim),
                Some(Towards::Parent) => parent,
                Some(Towards::Article) | None => None,
            },
            parent_text: parent,
            article_title: thread.article.title.as_deref(),
            article_text: thread.article.text.as_deref(),
            context: None,
        };
        verdicts.push(job.scorer.verdict(&input, job.reasons));
    }
    Ok(verdicts)
}
