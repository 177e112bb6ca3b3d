//! Adds threads to the queue, with a model's verdicts on their comments.

use std::collections::HashSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::dataset::label::Label;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::verdict::{Outcome, Verdict};
use crate::queue::clock::now;
use crate::queue::comment::QueuedComment;
use crate::queue::date::is_time;
use crate::queue::error::ReviewError;
use crate::queue::filter::{Filter, Scope, View};
use crate::queue::import::Imported;
use crate::queue::scored;
use crate::queue::scored::{About, ModelRef, Score, Scored};
use crate::queue::state::Selection;
use crate::queue::store::Store;
use crate::report::jsonl::Reasons;
use crate::score::caveats::Caveats;
use crate::score::error::ScoreError;
use crate::score::input_file::InputFile;
use crate::score::job::Job;
use crate::score::watch::Watch;
use crate::thread::comment::{Article, Beside, Comment, Thread};
use crate::thread::names::{is_of_rows, name_numbered, name_threads};
use crate::thread::stop::is_stopped;

/// Reasons that the queue keeps for each label.
pub(crate) const REASONS: usize = 3;
/// The number of comments added at once: this is the longest that working reviewers wait.
const AT_ONCE: usize = 2000;
/// The number rescored at once while a reviewer waits for the next comment.
const MEANWHILE: usize = 200;

/// Why a queue was not filled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FillError {
    #[error(transparent)]
    Score(#[from] ScoreError),
    #[error(transparent)]
    Queue(#[from] ReviewError),
    #[error("cannot write reasons")]
    Reasons(#[from] serde_json::Error),
    #[error(
        "the comments of {} would replace those of {}: neither file names its thread, and both file names give {thread:?}; \
         rename one of them",
        file.display(),
        other.display()
    )]
    SameName { thread: String, file: PathBuf, other: PathBuf },
}

/// The outcome of adding threads to a queue.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    pub(crate) imported: Imported,
    pub(crate) caveats: Caveats,
    pub(crate) undated: Undated,
    /// How many rows were refused.
    pub(crate) refused: usize,
}

/// Puts scored threads into a queue.
pub(crate) struct Filling<'a> {
    store: &'a mut Store,
    model: Arc<Model>,
    labels: Vec<Label>,
    /// A transaction waits for the disk: small threads share one.
    waiting: Vec<(Thread, Vec<Verdict>)>,
    /// This many comments.
    n: usize,
    filled: Filled,
}

impl<'a> Filling<'a> {
    /// `model` has made the verdicts.
    pub(crate) fn new(store: &'a mut Store, model: &Arc<Model>) -> Self {
        let (model, labels) = (Arc::clone(model), model.labels());
        Self { store, model, labels, waiting: Vec::new(), n: 0, filled: Filled::default() }
    }

    /// Takes a thread and a verdict for each of its comments.
    pub(crate) fn push(&mut self, mut thread: Thread, verdicts: Vec<Verdict>) -> Result<(), FillError> {
        thread.settle_parents();
        self.filled.undated.add(&thread.comments);
        verdicts.iter().for_each(|verdict| self.filled.caveats.add(verdict));
        self.n += verdicts.len();
        self.waiting.push((thread, verdicts));
        if self.n >= AT_ONCE { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), FillError> {
        self.filled.imported += take(self.store, &self.model, &self.labels, &self.waiting, AT_ONCE, |_| ())?;
        self.waiting.clear();
        self.n = 0;
        Ok(())
    }

    /// Adds what is left to the queue, and sorts the queue.
    pub(crate) fn finish(mut self) -> Result<Filled, FillError> {
        self.flush()?;
        self.store.update_learning_order()?;
        Ok(self.filled)
    }
}

/// Scores the threads of files and puts them into a queue.
pub(crate) fn fill(
    job: &mut Job,
    inputs: Vec<InputFile>,
    store: &mut Store,
    watch: &dyn Watch,
) -> Result<Filled, FillError> {
    let mut filling = Filling::new(store, job.scorer.model());
    let mut named = FxHashMap::default();
    let mut fill_one = |input| fill_one(job, input, &mut filling, &mut named, watch);
    let read = inputs.into_iter().try_fold(0, |refused, input| Ok(refused + fill_one(input)?));
    // After an error too, what was read before it.
    let filled = filling.finish()?;
    read.map(|refused| Filled { refused, ..filled })
}

/// Adds one file and returns how many of its rows were refused. A comment is identified by its thread and id, so
/// threads get an id: for a page its file's name; rows of a table without threads or ids, which are only numbered,
/// share one. `named` are the threads named this way.
fn fill_one(
    job: &mut Job,
    mut input: InputFile,
    filling: &mut Filling<'_>,
    named: &mut FxHashMap<String, PathBuf>,
    watch: &dyn Watch,
) -> Result<usize, FillError> {
    let mut read = job.read(&mut input, watch)?;
    let file = &input.source.path;
    let is_nameless: Vec<bool> = read.threads.iter().map(|thread| thread.id.is_none()).collect();
    if !input.format.is_table() {
        name_threads(&mut read.threads, file);
    }
    name_numbered(&mut read.threads, file);
    for (thread, _) in read.threads.iter().zip(is_nameless).filter(|(_, is_nameless)| *is_nameless) {
        let Some(id) = &thread.id else { continue };
        let other = named.entry(id.clone()).or_insert_with(|| file.clone());
        if other != file {
            return Err(FillError::SameName { thread: id.clone(), file: file.clone(), other: other.clone() });
        }
    }
    for thread in read.threads {
        let verdicts = job.verdicts(&thread)?;
        filling.push(thread, verdicts)?;
    }
    Ok(read.refused)
}

/// Comments with a time that cannot be read.
#[derive(Debug, Default)]
pub(crate) struct Undated {
    pub(crate) count: u64,
    /// The id of the first one, and its time.
    pub(crate) first: Option<(String, String)>,
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
}

/// How many comments a queue has that are not erased.
pub(crate) fn count(store: &Store) -> Result<usize, ReviewError> {
    let all = Filter { view: View::All, scope: Scope::Everything, ..Filter::default() };
    store.count(&all, "", now())
}

/// Rescores all comments of a queue; returns how many. `progress` is called with the number so far.
pub(crate) fn rescore(store: &mut Store, scorer: &Scorer, progress: impl Fn(usize)) -> Result<usize, FillError> {
    let (mut scorer, model) = (scorer.clone(), Arc::clone(scorer.model()));
    let labels = model.labels();
    let mut n = 0;
    for id in store.threads()? {
        let comments = store.thread(id.as_deref())?;
        let scored = scored(&mut scorer, id, comments)?;
        take(store, &model, &labels, &[scored], MEANWHILE, |more| {
            n += more;
            progress(n);
        })?;
    }
    store.update_learning_order()?;
    Ok(n)
}

/// Takes in a comment, the only one of its thread that is known, with the verdict of `model` on it. In the order that teaches most
/// it comes last, until the queue is next opened to review.
pub(crate) fn take_in(
    store: &mut Store,
    model: &Model,
    labels: &[Label],
    mut thread: Thread,
    verdict: Verdict,
) -> Result<Imported, FillError> {
    thread.settle_parents();
    take(store, model, labels, &[(thread, vec![verdict])], 1, |_| ())
}

/// How many comments wait in a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// By the model in use.
    pub now: usize,
    /// By the new one.
    pub then: usize,
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} now, {} with the new model", self.now, self.then)
    }
}

/// How many comments of a queue await review, and how many would if this model had scored it.
pub(crate) fn waiting(store: &Store, scorer: &Scorer) -> Result<Waiting, FillError> {
    let (mut scorer, labels) = (scorer.clone(), scorer.model().labels());
    let mut waiting = Waiting::default();
    for id in store.threads()? {
        let comments = store.thread(id.as_deref())?;
        let now = comments.iter().filter(|comment| comment.is_open && comment.way != Selection::Asked).count();
        let drawn: Vec<Option<bool>> =
            comments.iter().map(|comment| comment.is_open.then_some(comment.is_drawn)).collect();
        if drawn.iter().all(Option::is_none) {
            continue;
        }
        waiting.now += now;
        let (_, verdicts) = scored(&mut scorer, id, comments)?;
        let waits = |(drawn, verdict): &(&Option<bool>, &Verdict)| {
            let scores = scores(&labels, verdict);
            let in_sample = **drawn == Some(true) && !scores.is_empty();
            drawn.is_some() && (in_sample || scores.iter().any(|(_, score)| score.calls()))
        };
        waiting.then += drawn.iter().zip(&verdicts).filter(waits).count();
    }
    Ok(waiting)
}

/// A thread of the queue, and a model's verdicts on it.
fn scored(
    scorer: &mut Scorer,
    id: Option<String>,
    comments: Vec<QueuedComment>,
) -> Result<(Thread, Vec<Verdict>), ScoreError> {
    let comment = |comment: QueuedComment| Comment {
        id: comment.source_id,
        parent_id: comment.parent_id,
        author: comment.author,
        created_at: comment.created_at,
        text: comment.text,
        beside: Beside {
            article_title: comment.article.title,
            article_text: comment.article.text,
            target: comment.target,
            parent_text: comment.parent_text,
            context: comment.context,
            ..Beside::default()
        },
    };
    let of_first = comments.first().map(|comment| comment.article.clone()).unwrap_or_default();
    let article = Article { id: of_first.id, url: of_first.url, ..Article::default() };
    let is_thread = id.as_ref().is_some_and(|id| !is_of_rows(id));
    let comments = comments.into_iter().map(comment).collect();
    let thread = Thread { id, article, comments, unrelated: !is_thread };
    let verdicts = scorer.thread(&thread, REASONS)?;
    Ok((thread, verdicts))
}

/// Adds threads, this many comments at a time; `progress` is called with the size of each part.
fn take(
    store: &mut Store,
    model: &Model,
    labels: &[Label],
    threads: &[(Thread, Vec<Verdict>)],
    at_once: usize,
    mut progress: impl FnMut(usize),
) -> Result<Imported, FillError> {
    let mut sum = Imported::default();
    let rows = threads.iter().flat_map(|(thread, verdicts)| {
        // If an id occurs twice in a thread, the first comment is used: otherwise each would be an edit of the other,
        // in turn.
        let mut known = HashSet::new();
        let rows = thread.comments.iter().zip(verdicts).map(move |(comment, verdict)| (thread, comment, verdict));
        rows.filter(move |(_, comment, _)| known.insert(comment.id.as_str()))
    });
    for rows in rows.collect::<Vec<_>>().chunks(at_once) {
        if is_stopped() {
            return Err(ScoreError::Interrupted.into());
        }
        let scores: Vec<Vec<(&str, Score)>> = rows.iter().map(|(_, _, verdict)| scores(labels, verdict)).collect();
        let reasons = rows.iter().map(|(_, comment, verdict)| {
            serde_json::to_string(&Reasons { labels, list: &verdict.reasons, text: &comment.text })
        });
        let reasons: Vec<String> = reasons.collect::<Result<_, _>>()?;
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
        progress(rows.len());
    }
    Ok(sum)
}

/// The outcome of each label, as the queue stores it; nothing for a comment without a text, which is kept only as the
/// parent of others.
pub(crate) fn scores<'a>(labels: &'a [Label], verdict: &Verdict) -> Vec<(&'a str, Score)> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::site::Site;

    #[test]
    fn scored_anew_by_the_same_model_a_comment_is_judged_alike() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("ombud.db")).unwrap();
        let model = Arc::new(Model::shipped().unwrap());
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
        let verdicts = scorer.thread(&thread, REASONS).unwrap();
        take(&mut store, &model, &model.labels(), &[(thread, verdicts)], AT_ONCE, |_| ()).unwrap();
        let scores = |store: &Store| [1, 2].map(|id| store.comment_view(id, "ann").unwrap().scores);
        let before = scores(&store);
        assert_ne!(before[0], before[1], "the target is read");
        assert_eq!(rescore(&mut store, &scorer, |_| ()).unwrap(), 2);
        assert_eq!(scores(&store), before);
        let queue = waiting(&store, &scorer).unwrap();
        assert_eq!(queue.now, queue.then, "by the same model the same comments wait");
        assert_eq!(queue.now, store.count(&Filter::default(), "ann", 1).unwrap());
    }
}
