//! Threads into the queue of `ombud review`, with what a model says of their comments.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;

use crate::cli::args::Named;
use crate::cli::exit::Interrupted;
use crate::cli::output;
use crate::cli::output::remark;
use crate::cli::score::{Job, REASONS};
use crate::dataset::label::Label;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::verdict::{Outcome, Verdict};
use crate::queue::comment::Stored;
use crate::queue::date::is_time;
use crate::queue::filter::{Filter, Scope, View};
use crate::queue::import::Imported;
use crate::queue::scored;
use crate::queue::scored::{About, ModelRef, Score, Scored};
use crate::queue::state::Way;
use crate::queue::store::Store;
use crate::report::jsonl::Reasons;
use crate::report::of_training;
use crate::score::whole;
use crate::screen::retraining::Waiting;
use crate::thread::comment::{Article, Beside, Comment, Thread};

/// So many comments are taken in at once: reviewers at work wait no longer than that takes.
const AT_ONCE: usize = 2000;
/// And so many of those that are scored anew while a reviewer waits for the next one.
const MEANWHILE: usize = 200;

/// Begins the thread's id of rows that say neither an id nor a thread.
const ROWS_OF: &str = "rows of ";

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// The store in a file.
pub(crate) fn open(path: &Path) -> anyhow::Result<Store> {
    Ok(Store::open(path)?)
}

/// Scores threads and puts them into the queue; how many rows were refused.
pub(crate) fn fill(job: &mut Job, inputs: Vec<Named>, store: &mut Store) -> anyhow::Result<usize> {
    let model = Arc::clone(job.scorer.model());
    let labels = model.labels();
    let mut sum = Imported::default();
    let mut caveats = of_training::Caveats::default();
    // A transaction waits for the disk: small threads share one.
    let mut waiting: Vec<(Thread, Vec<Verdict>)> = Vec::new();
    let mut n = 0;
    let mut undated = Undated::default();
    let refused = whole::each(job, inputs, name, |mut thread, verdicts| {
        thread.settle_parents();
        undated.add(&thread.comments);
        verdicts.iter().for_each(|verdict| caveats.add(verdict));
        n += verdicts.len();
        waiting.push((thread, verdicts));
        if n >= AT_ONCE {
            sum += take(store, &model, &labels, &waiting, AT_ONCE, |_| ())?;
            waiting.clear();
            n = 0;
        }
        Ok(())
    });
    // Also after an error what was read before it.
    sum += take(store, &model, &labels, &waiting, AT_ONCE, |_| ())?;
    let refused = refused?;
    caveats.note(&model);
    undated.note();
    store.rank()?;
    remark(format_args!("{}", told(sum)));
    Ok(refused)
}

/// Comments that say when they were written in a way that nobody can read.
#[derive(Default)]
struct Undated {
    count: u64,
    first: Option<(String, String)>,
}

impl Undated {
    fn add(&mut self, comments: &[Comment]) {
        for comment in comments {
            if let Some(time) = comment.created_at.as_ref().filter(|time| !is_time(time)) {
                self.count += 1;
                self.first.get_or_insert_with(|| (comment.id.clone(), time.clone()));
            }
        }
    }

    fn note(&self) {
        if let Some((id, time)) = &self.first {
            let comments =
                if self.count == 1 { "1 comment has".to_owned() } else { format!("{} comments have", self.count) };
            remark(format_args!(
                "warning: {comments} a time that cannot be read, as {id} with {time:?} (2026-05-01T12:00:00Z, or seconds since \
                 1970, can be): the day they came in counts instead, also for review purge --older-than"
            ));
        }
    }
}

/// How many comments a queue has that are not erased.
pub(crate) fn count(store: &Store) -> anyhow::Result<usize> {
    let all = Filter { view: View::All, scope: Scope::Everything, ..Filter::default() };
    Ok(store.count(&all, "", now())?)
}

/// Scores all comments of a queue anew; how many. `told` hears how many they are so far.
pub(crate) fn rescore(store: &mut Store, scorer: &Scorer, told: impl Fn(usize)) -> anyhow::Result<usize> {
    let (mut scorer, model) = (scorer.clone(), Arc::clone(scorer.model()));
    let labels = model.labels();
    let mut n = 0;
    for id in store.threads()? {
        let stored = store.thread(id.as_deref())?;
        let scored = scored(&mut scorer, id, stored)?;
        take(store, &model, &labels, &[scored], MEANWHILE, |more| {
            n += more;
            told(n);
        })?;
    }
    store.rank()?;
    Ok(n)
}

/// How many comments of a queue wait, and would if this model had scored it.
pub(crate) fn waiting(store: &Store, scorer: &Scorer) -> anyhow::Result<Waiting> {
    let (mut scorer, labels) = (scorer.clone(), scorer.model().labels());
    let mut waiting = Waiting::default();
    for id in store.threads()? {
        let stored = store.thread(id.as_deref())?;
        let now = stored.iter().filter(|stored| stored.is_open && stored.way != Way::Asked).count();
        let drawn: Vec<Option<bool>> = stored.iter().map(|stored| stored.is_open.then_some(stored.is_drawn)).collect();
        if drawn.iter().all(Option::is_none) {
            continue;
        }
        waiting.now += now;
        let (_, verdicts) = scored(&mut scorer, id, stored)?;
        let waits = |(drawn, verdict): &(&Option<bool>, &Verdict)| {
            let scores = scores(&labels, verdict);
            let in_slice = **drawn == Some(true) && !scores.is_empty();
            drawn.is_some() && (in_slice || scores.iter().any(|(_, score)| score.calls()))
        };
        waiting.then += drawn.iter().zip(&verdicts).filter(waits).count();
    }
    Ok(waiting)
}

/// A thread of the queue, and what a model says of it.
fn scored(scorer: &mut Scorer, id: Option<String>, stored: Vec<Stored>) -> anyhow::Result<(Thread, Vec<Verdict>)> {
    let comment = |stored: Stored| Comment {
        id: stored.source_id,
        parent_id: stored.parent_id,
        author: stored.author,
        created_at: stored.created_at,
        text: stored.text,
        beside: Beside {
            article_title: stored.article.title,
            article_text: stored.article.text,
            target: stored.target,
            parent_text: stored.parent_text,
            context: stored.context,
            ..Beside::default()
        },
    };
    let of_first = stored.first().map(|stored| stored.article.clone()).unwrap_or_default();
    let article = Article { id: of_first.id, url: of_first.url, ..Article::default() };
    let is_thread = id.as_ref().is_some_and(|id| !id.starts_with(ROWS_OF));
    let comments = stored.into_iter().map(comment).collect();
    let thread = Thread { id, article, comments, unrelated: !is_thread };
    let verdicts = whole::verdicts(scorer, REASONS, &thread, true, is_thread)?;
    Ok((thread, verdicts))
}

/// Names threads that have no id, as a comment is known by its thread and id: a page after its file. Rows of a table that
/// say neither share a name of their file where they are only numbered: row 7 of one file is not row 7 of another.
fn name(threads: &mut [Thread], file: &Path, is_table: bool) {
    if !is_table {
        crate::cli::convert::name_threads(threads, file);
    }
    for thread in threads.iter_mut().filter(|thread| thread.id.is_none()) {
        if (1..).zip(&thread.comments).all(|(number, comment)| comment.id == number.to_string()) {
            thread.id = Some(format!("{ROWS_OF}{}", crate::thread::file_name::file_name(file)));
        }
    }
}

/// Takes threads in, so many comments at once; `told` hears of each such part.
fn take(
    store: &mut Store,
    model: &Model,
    labels: &[Label],
    threads: &[(Thread, Vec<Verdict>)],
    at_once: usize,
    mut told: impl FnMut(usize),
) -> anyhow::Result<Imported> {
    let mut sum = Imported::default();
    let rows = threads.iter().flat_map(|(thread, verdicts)| {
        // Of an id that stands twice in a thread the first comment is taken: by turns each would be an edit of the other.
        let mut known = HashSet::new();
        let rows = thread.comments.iter().zip(verdicts).map(move |(comment, verdict)| (thread, comment, verdict));
        rows.filter(move |(_, comment, _)| known.insert(comment.id.as_str()))
    });
    for rows in rows.collect::<Vec<_>>().chunks(at_once) {
        if output::interrupted() {
            return Err(Interrupted.into());
        }
        let scores: Vec<Vec<(&str, Score)>> = rows.iter().map(|(_, _, verdict)| scores(labels, verdict)).collect();
        let reasons = rows.iter().map(|(_, comment, verdict)| {
            serde_json::to_string(&Reasons { labels, reasons: &verdict.reasons, text: &comment.text })
        });
        let reasons: Vec<String> = reasons.collect::<Result<_, _>>().context("cannot write reasons")?;
        let scored = rows.iter().zip(&scores).zip(&reasons).map(|(((thread, comment, _), scores), reasons)| Scored {
            id: &comment.id,
            thread_id: thread.id.as_deref(),
            parent_id: comment.parent_id.as_deref(),
            author: comment.author.as_deref(),
            created_at: comment.created_at.as_deref(),
            text: &comment.text,
            article: About {
                id: comment.beside.article_id.as_deref().or(thread.article.id.as_deref()),
                title: comment.beside.article_title.as_deref().or(thread.article.title.as_deref()),
                text: comment.beside.article_text.as_deref().or(thread.article.text.as_deref()),
                url: thread.article.url.as_deref(),
            },
            beside: scored::Beside {
                target: comment.beside.target.as_deref(),
                parent_text: comment.beside.parent_text.as_deref(),
                context: comment.beside.context.as_deref(),
            },
            model: ModelRef { name: &model.metadata.name, hash: &model.metadata.hash },
            labels: scores,
            reasons,
        });
        sum += store.import(&scored.collect::<Vec<_>>(), now())?;
        told(rows.len());
    }
    Ok(sum)
}

/// What a verdict says of each label, as the queue keeps it; nothing of a comment without a text, which is only kept for those
/// that answer it.
fn scores<'a>(labels: &'a [Label], verdict: &Verdict) -> Vec<(&'a str, Score)> {
    let score = |(label, outcome): (&'a Label, &Outcome)| {
        let score = match outcome {
            Outcome::Flag { raised, unsure, p, threshold } => {
                Score::Flag { raised: *raised, unsure: *unsure, p: (*p)?, threshold: *threshold }
            }
            Outcome::Stance { p, .. } if p.is_empty() => return None,
            Outcome::Stance { class, p } => Score::Stance {
                class: class.ok().and_then(|class| label.classes().get(class)).cloned(),
                why: class.err(),
                p: label.classes().iter().cloned().zip(p.iter().copied()).collect(),
            },
        };
        Some((label.name.as_str(), score))
    };
    labels.iter().zip(&verdict.outcomes).filter_map(score).collect()
}

/// What became of an import, in words.
fn told(sum: Imported) -> String {
    let parts = [
        (sum.new, "new"),
        (sum.rescored, "scored anew"),
        (sum.edited, "edited, and open again"),
        (sum.same, "as they were"),
        (sum.purged, "erased before, and left so"),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if parts.is_empty() { "no comments".to_owned() } else { format!("comments: {}", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::open_model;
    use crate::model::site::Site;

    #[test]
    fn scored_anew_by_the_same_model_a_comment_is_judged_alike() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(&folder.path().join("ombud.db")).unwrap();
        let model = open_model(None).unwrap();
        let mut scorer = Scorer::new(Arc::clone(&model), &Site::default()).unwrap();
        let beside = |target: Option<&str>| Beside {
            target: target.map(str::to_owned),
            parent_text: Some("The library should stay open, whatever it costs.".to_owned()),
            context: Some("A debate on libraries.".to_owned()),
            ..Beside::default()
        };
        let comment = |id: &str, target| Comment {
            id: id.to_owned(),
            text: "I agree, it is a fine place and they must not close it.".to_owned(),
            beside: beside(target),
            ..Comment::default()
        };
        let comments = vec![comment("a", Some("closing the library")), comment("b", None)];
        let thread = Thread { id: Some("t".to_owned()), comments, ..Thread::default() };
        let verdicts = whole::verdicts(&mut scorer, REASONS, &thread, true, true).unwrap();
        take(&mut store, &model, &model.labels(), &[(thread, verdicts)], AT_ONCE, |_| ()).unwrap();
        let scores = |store: &Store| [1, 2].map(|id| store.card(id, "ann").unwrap().scores);
        let before = scores(&store);
        assert_ne!(before[0], before[1], "the target is read");
        assert_eq!(rescore(&mut store, &scorer, |_| ()).unwrap(), 2);
        assert_eq!(scores(&store), before);
        let queue = waiting(&store, &scorer).unwrap();
        assert_eq!(queue.now, queue.then, "by the same model the same comments wait");
        assert_eq!(queue.now, store.count(&Filter::default(), "ann", 1).unwrap());
    }
}
