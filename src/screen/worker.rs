//! What takes longer than a key may: searches, counts, figures and batches, on a thread and a connection of their own.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread::{self, JoinHandle};

use crate::queue::batch::{Applied, Preview};
use crate::queue::decision::Decision;
use crate::queue::error::ReviewError;
use crate::queue::figures::{Figures, WeekFigures};
use crate::queue::filter::Filter;
use crate::queue::learn_thread::{Learner, LearntThread};
use crate::queue::lease::Held;
use crate::queue::order::Order;
use crate::queue::state::State;
use crate::queue::store::Store;
use crate::queue::undo::Undone;
use crate::queue::waiting::{Cursor, Item, PageRequest};
use crate::screen::broken::cause;

/// Something to be done.
#[derive(Clone, Debug)]
pub(crate) enum Job {
    /// The next comments, which are then leased; with `afresh`, earlier leases are given back first.
    Claim { search: Search, afresh: bool, part: Part },
    /// How many there are.
    Count { search: Search, now: i64 },
    /// What a batch would decide.
    Preview { search: Search, now: i64 },
    /// One decision on all that match.
    Apply { search: Search, decision: Decision, expected: usize, now: i64 },
    /// What the decided stances of a comment's thread teach.
    LearnThread { number: u64, comment: i64, learner: Learner },
    /// The last step is taken back.
    Undo { now: i64 },
    /// The dashboard, and then the drift.
    Figures,
    /// An error of the program.
    #[cfg(test)]
    Panic,
}

impl Job {
    /// Its name in a message.
    const fn name(&self) -> &'static str {
        match self {
            Self::Claim { .. } => "the search",
            Self::Count { .. } => "counting",
            Self::Preview { .. } => "the preview of the batch",
            Self::Apply { .. } => "the batch",
            Self::LearnThread { .. } => "learning the stances of the thread",
            Self::Undo { .. } => "taking back",
            Self::Figures => "counting the figures",
            #[cfg(test)]
            Self::Panic => "the search",
        }
    }
}

/// Which comments; results of an earlier request are stale.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Search {
    pub(crate) number: u64,
    pub(crate) order: Order,
    pub(crate) filter: Filter,
}

/// Which part of the comments: this many from there, leased until then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) cursor: Cursor,
    pub(crate) limit: usize,
    pub(crate) now: i64,
    pub(crate) until: i64,
}

/// A line of the queue, and when it was written.
pub(crate) type Row = (Item, Option<String>);

/// What was found.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) rows: Vec<Row>,
    /// Where the next ones begin.
    pub(crate) next: Cursor,
    /// Nothing is there.
    pub(crate) ended: bool,
    /// Apart from comments held by others, which are checked at the end.
    pub(crate) held: Vec<Held>,
}

/// The result of a job.
#[derive(Debug)]
pub(crate) enum Done {
    Claimed {
        search: u64,
        claimed: Result<Claimed, ReviewError>,
    },
    Counted {
        search: u64,
        count: Result<usize, ReviewError>,
    },
    Previewed {
        search: u64,
        preview: Result<Preview, ReviewError>,
    },
    LearntThread {
        number: u64,
        learnt: Result<LearntThread, ReviewError>,
    },
    Applied(Result<Applied, ReviewError>),
    Undone(Result<Undone, ReviewError>),
    Figures(Result<Figures, ReviewError>),
    Drift(Result<BTreeMap<String, Vec<WeekFigures>>, ReviewError>),
    /// A program error: which job, and its message. Nothing follows it.
    Broke {
        what: &'static str,
        cause: String,
    },
}

/// At most this many comments of a batch are shown.
pub(crate) const SHOWN: usize = 12;

/// The thread that works, and the way to it and back.
pub(crate) struct Worker {
    jobs: Option<Sender<Job>>,
    done: Receiver<Done>,
    thread: Option<JoinHandle<()>>,
    /// The number of the latest request to learn a thread: earlier requests are dropped.
    newest: Arc<AtomicU64>,
    /// Answers that are still to come.
    pending: usize,
}

impl Worker {
    /// `front` is the store of the screen, which holds the same comments.
    pub(crate) fn new(path: &Path, reviewer: &str, front: &Store) -> Result<Self, ReviewError> {
        let store = Store::open(path)?.sharing_window(front);
        let reviewer = reviewer.to_owned();
        let (jobs, todo) = mpsc::channel::<Job>();
        let (report, done) = mpsc::channel();
        let newest = Arc::new(AtomicU64::new(0));
        let asked = Arc::clone(&newest);
        let work = move || {
            let mut work = Work { store, reviewer, newest: asked };
            for job in todo {
                let what = job.name();
                // The job may have left something half done, so no other follows.
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work.all(job, &report))) {
                    drop(report.send(Done::Broke { what, cause: cause(&*panic).to_owned() }));
                    return;
                }
            }
        };
        let thread = thread::Builder::new().name("review".to_owned()).spawn(work)?;
        Ok(Self { jobs: Some(jobs), done, thread: Some(thread), newest, pending: 0 })
    }

    pub(crate) fn ask(&mut self, job: Job) {
        if let Job::LearnThread { number, .. } = &job {
            self.newest.store(*number, Ordering::Relaxed);
        }
        let answers = if matches!(job, Job::Figures) { 2 } else { 1 };
        if self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok()) {
            self.pending += answers;
        }
    }

    /// Something that is done, if there is such by now.
    pub(crate) fn poll(&mut self) -> Option<Done> {
        match self.done.try_recv() {
            Ok(done) => {
                self.pending = self.pending.saturating_sub(1);
                Some(done)
            }
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                (self.pending, self.jobs) = (0, None);
                None
            }
        }
    }

    /// It has ended before its time.
    pub(crate) fn is_gone(&self) -> bool {
        self.jobs.is_none()
    }

    /// Whether answers are still to come.
    pub(crate) fn is_busy(&self) -> bool {
        self.pending > 0
    }

    /// Lets the current job and those requested before it end; no further thread is learnt for them.
    pub(crate) fn close(&mut self) {
        self.newest.store(u64::MAX, Ordering::Relaxed);
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It can only have panicked, and then there is nothing to wait for.
            let _ = thread.join();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.close();
    }
}

struct Work {
    store: Store,
    reviewer: String,
    newest: Arc<AtomicU64>,
}

impl Work {
    fn all(&mut self, job: Job, report: &Sender<Done>) {
        // Nobody listens when the screen is gone.
        let report = |done| drop(report.send(done));
        match job {
            Job::Claim { search, afresh, part } => {
                let released = if afresh { self.store.release(&self.reviewer, None) } else { Ok(()) };
                let claimed = released.and_then(|()| self.claim(&search, part));
                report(Done::Claimed { search: search.number, claimed });
            }
            Job::Count { search, now } => {
                let count = self.store.count(&search.filter, &self.reviewer, now);
                report(Done::Counted { search: search.number, count });
            }
            Job::Preview { search, now } => {
                let preview = self.store.preview(&search.filter, &self.reviewer, SHOWN, now);
                report(Done::Previewed { search: search.number, preview });
            }
            Job::Apply { search, decision, expected, now } => {
                report(Done::Applied(self.store.apply(&search.filter, &self.reviewer, &decision, expected, now)));
            }
            #[cfg(test)]
            Job::Panic => panic!("place {} of {}", 7, 3),
            Job::LearnThread { number, comment, learner } => {
                let is_stale = self.newest.load(Ordering::Relaxed) != number;
                let learnt = if is_stale {
                    Ok(LearntThread::default())
                } else {
                    self.store.learn_thread(comment, &self.reviewer, learner)
                };
                report(Done::LearntThread { number, learnt });
            }
            Job::Undo { now } => report(Done::Undone(self.store.undo(&self.reviewer, now))),
            Job::Figures => {
                report(Done::Figures(self.store.figures()));
                report(Done::Drift(self.store.drift()));
            }
        }
    }

    fn claim(&mut self, search: &Search, part: Part) -> Result<Claimed, ReviewError> {
        if search.order == Order::Learning {
            self.store.update_learning_order()?;
        }
        let Part { cursor, limit, now, until } = part;
        let Search { order, filter, .. } = search;
        // A search through all texts may take long, and no decision must wait for it.
        let request = PageRequest { order: *order, filter, reviewer: &self.reviewer, cursor, limit, now };
        let slow = filter.text.is_some() || filter.score.is_some();
        let page = if slow { self.store.page(request)? } else { self.store.claim(request, until)? };
        let ended = page.items.len() < limit;
        let mut items = page.items;
        if slow {
            items = self.hold_all(items, now, until)?;
        }
        let held = if ended { self.store.held(filter, &self.reviewer, now)? } else { Vec::new() };
        let times = self.store.times(items.iter().map(|item| item.id))?;
        Ok(Claimed { rows: items.into_iter().zip(times).collect(), next: page.next, ended, held })
    }

    /// Holds comments, and leaves out what another reviewer took meanwhile.
    fn hold_all(&mut self, items: Vec<Item>, now: i64, until: i64) -> Result<Vec<Item>, ReviewError> {
        let mut held = Vec::with_capacity(items.len());
        for item in items {
            match self.hold(&item, now, until) {
                Ok(()) => held.push(item),
                Err(ReviewError::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(held)
    }

    fn hold(&mut self, item: &Item, now: i64, until: i64) -> Result<(), ReviewError> {
        if item.state == State::Open { self.store.hold(item.id, &self.reviewer, now, until) } else { Ok(()) }
    }
}
