//! Retrains from the decisions, in the background of the screen.

use std::any::Any;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use anyhow::Context as _;

use crate::dataset::decided::Decisions;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::queue::existing;
use crate::queue::fill;
use crate::queue::own_model::{model_before, model_of};
use crate::queue::store::Store;
use crate::screen::broken::cause;
use crate::screen::retraining::{Candidate, Progress, Retraining, RetrainingError};
use crate::thread::file_name::file_name;
use crate::thread::whole_file::WholeFile;
use crate::train::retrain::{Retrained, retrain};

/// The model of a queue: retrained from the decisions, compared, and put into use when a person confirms.
pub(crate) struct Learning {
    db: PathBuf,
    site: Site,
    model: Arc<Model>,
    state: State,
}

enum State {
    Idle,
    Running(Instant, JoinHandle<anyhow::Result<Learnt>>),
    Ready(Box<Learnt>),
    Scoring(Arc<Done>, JoinHandle<anyhow::Result<InUse>>),
}

/// A new model, and its figures.
struct Learnt {
    model: Arc<Model>,
    candidate: Candidate,
}

/// How many comments of the queue are scored with the new model, of how many.
#[derive(Default)]
struct Done {
    done: AtomicUsize,
    of: AtomicUsize,
}

/// A model that was put to use, and how many comments are scored with it; or why not all are.
struct InUse {
    model: Arc<Model>,
    scored: anyhow::Result<usize>,
}

impl Learning {
    pub(crate) fn new(db: &Path, model: Arc<Model>, site: Site) -> Self {
        Self { db: db.to_owned(), site, model, state: State::Idle }
    }

    fn in_use(&mut self, in_use: InUse) -> Progress {
        self.model = in_use.model;
        match in_use.scored {
            Ok(scored) => Progress::Scored(scored),
            Err(error) => {
                Progress::Failed(format!("the new model is in use, but rescoring the queue failed: {error:#}"))
            }
        }
    }
}

impl Retraining for Learning {
    fn start(&mut self) -> Result<(), RetrainingError> {
        let (db, model, site) = (self.db.clone(), Arc::clone(&self.model), self.site.clone());
        self.state = State::Running(Instant::now(), in_background(move || learn(&db, &model, &site))?);
        Ok(())
    }

    fn poll(&mut self) -> Progress {
        let (state, progress) = match std::mem::replace(&mut self.state, State::Idle) {
            State::Running(since, worker) if !worker.is_finished() => {
                let seconds = since.elapsed().as_secs_f64();
                (State::Running(since, worker), Progress::Running { seconds })
            }
            State::Running(_, worker) => match worker.join() {
                Ok(Ok(learnt)) => {
                    let candidate = learnt.candidate.clone();
                    (State::Ready(Box::new(learnt)), Progress::Ready(candidate))
                }
                Ok(Err(error)) => (State::Idle, Progress::Failed(format!("the model did not learn: {error:#}"))),
                Err(panic) => (State::Idle, Progress::Failed(broke("the model did not learn: the training", &*panic))),
            },
            State::Ready(learnt) => {
                let candidate = learnt.candidate.clone();
                (State::Ready(learnt), Progress::Ready(candidate))
            }
            State::Scoring(done, worker) if !worker.is_finished() => {
                let [n, of] = [&done.done, &done.of].map(|count| count.load(Ordering::Relaxed));
                (State::Scoring(done, worker), Progress::Scoring { done: n, of })
            }
            State::Scoring(_, worker) => {
                let progress = match worker.join() {
                    Ok(Ok(in_use)) => self.in_use(in_use),
                    Ok(Err(error)) => {
                        Progress::Failed(format!("the new model is not saved and the old one stays: {error:#}"))
                    }
                    Err(panic) => Progress::Failed(broke("rescoring the queue", &*panic)),
                };
                (State::Idle, progress)
            }
            State::Idle => (State::Idle, Progress::Idle),
        };
        self.state = state;
        progress
    }

    fn accept(&mut self) -> Result<(), RetrainingError> {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Ready(learnt) => {
                let (db, site, done) = (self.db.clone(), self.site.clone(), Arc::<Done>::default());
                let progress = Arc::clone(&done);
                let put = move || put_to_use(&db, &site, learnt.model, &progress);
                self.state = State::Scoring(done, in_background(put)?);
                Ok(())
            }
            other => {
                self.state = other;
                Err(RetrainingError::NoCandidate)
            }
        }
    }

    fn discard(&mut self) {
        self.state = State::Idle;
    }
}

impl Drop for Learning {
    /// Quitting must not leave a queue half scored by another model.
    fn drop(&mut self) {
        if let State::Scoring(_, worker) = std::mem::replace(&mut self.state, State::Idle) {
            if !worker.is_finished() {
                // The screen is closed, and this may take a while.
                let _ = writeln!(io::stderr(), "the queue is still being scored with the new model …");
            }
            // Nobody is left to hear whether it succeeded.
            let _ = worker.join();
        }
    }
}

/// What a program error interrupted, and its message.
fn broke(what: &str, panic: &(dyn Any + Send)) -> String {
    format!("{what} stopped because of a program error ({})", cause(panic))
}

/// Starts a thread for `work`. If the screen's own thread were the only worker, it would wait for it.
fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
    match rayon::current_thread_index() {
        None => std::thread::Builder::new().spawn(work),
        Some(_) => Err(io::ErrorKind::WouldBlock.into()),
    }
}

/// Saves a model as the queue's, keeps the one before, and scores the queue with it.
fn put_to_use(db: &Path, site: &Site, model: Arc<Model>, progress: &Done) -> anyhow::Result<InUse> {
    let (own, before) = (model_of(db), model_before(db));
    if own.is_file() {
        copy_whole(&own, &before).with_context(|| format!("cannot keep the old model as {}", before.display()))?;
    }
    model.save(&own).with_context(|| format!("cannot save the new model as {}", own.display()))?;
    let score = || -> anyhow::Result<usize> {
        let mut store = Store::open(db)?;
        progress.of.store(fill::count(&store)?, Ordering::Relaxed);
        let scorer = Scorer::new(Arc::clone(&model), site)?;
        Ok(fill::rescore(&mut store, &scorer, |done| progress.done.store(done, Ordering::Relaxed))?)
    };
    let scored = score();
    Ok(InUse { model, scored })
}

/// Copies a file, whole or not at all.
fn copy_whole(from: &Path, to: &Path) -> io::Result<()> {
    let mut copy = WholeFile::create(to)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.finish()
}

/// Continues from a model with the decisions.
fn learn(db: &Path, base: &Model, site: &Site) -> anyhow::Result<Learnt> {
    let source = file_name(db);
    let decisions = Decisions::new(source.clone(), Store::open_to_read(db)?.training()?)?;
    let name = model_of(db).file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let Retrained { model, compared } = retrain(base, &decisions, &name, source)?;
    let model = Arc::new(model);
    let scorer = Scorer::new(Arc::clone(&model), site)?;
    let queue = fill::waiting(&existing::open_to_read(db)?, &scorer).context("cannot score the queue with it")?;
    Ok(Learnt { model, candidate: Candidate { compared, queue } })
}
