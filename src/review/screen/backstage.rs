//! What takes longer than a key may: searches, counts, figures and batches, on a thread and a connection of their own.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread::{self, JoinHandle};

use crate::review::{Applied, Cursor, Decision, Figures, Filter, Item, Order, Preview, ReviewError, Store, Undone, Week};

/// Something to be done.
#[derive(Clone, Debug)]
pub(super) enum Job {
    /// The next comments, held until then.
    Claim { look: Look, cursor: Cursor, limit: usize, now: i64, until: i64 },
    /// How many there are.
    Count { look: Look, now: i64 },
    /// What a batch would decide.
    Preview { look: Look, now: i64 },
    /// A batch.
    Apply { look: Look, decision: Decision, expected: usize, now: i64 },
    /// The last step is taken back.
    Undo { now: i64 },
    /// The dashboard, and then the drift.
    Figures,
}

/// Which comments; what was asked for an earlier look is stale.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Look {
    pub(super) number: u64,
    pub(super) order: Order,
    pub(super) filter: Filter,
}

/// A line of the queue, and when it was written.
pub(super) type Row = (Item, Option<String>);

/// What came of a job.
#[derive(Debug)]
pub(super) enum Done {
    Claimed { look: u64, rows: Result<(Vec<Row>, Cursor), ReviewError> },
    Counted { look: u64, count: Result<usize, ReviewError> },
    Previewed { look: u64, preview: Result<Preview, ReviewError> },
    Applied(Result<Applied, ReviewError>),
    Undone(Result<Undone, ReviewError>),
    Figures(Result<Figures, ReviewError>),
    Drift(Result<BTreeMap<String, Vec<Week>>, ReviewError>),
}

/// Of a batch so many comments are shown.
pub(super) const SHOWN: usize = 12;

/// The thread.
pub(super) struct Backstage {
    jobs: Option<Sender<Job>>,
    done: Receiver<Done>,
    thread: Option<JoinHandle<()>>,
    /// Answers that are still to come.
    pending: usize,
}

impl Backstage {
    pub(super) fn new(path: &Path, reviewer: &str) -> Result<Self, ReviewError> {
        let store = Store::open(path)?;
        let reviewer = reviewer.to_owned();
        let (jobs, todo) = mpsc::channel();
        let (report, done) = mpsc::channel();
        let work = move || {
            let mut work = Work { store, reviewer };
            for job in todo {
                work.all(job, &report);
            }
        };
        let thread = thread::Builder::new().name("review".to_owned()).spawn(work)?;
        Ok(Self { jobs: Some(jobs), done, thread: Some(thread), pending: 0 })
    }

    pub(super) fn ask(&mut self, job: Job) {
        let answers = if matches!(job, Job::Figures) { 2 } else { 1 };
        let sent = self.jobs.as_ref().map(|jobs| jobs.send(job));
        if matches!(sent, Some(Ok(()))) {
            self.pending += answers;
        }
    }

    /// Something that is done, if there is such by now.
    pub(super) fn poll(&mut self) -> Option<Done> {
        match self.done.try_recv() {
            Ok(done) => {
                self.pending = self.pending.saturating_sub(1);
                Some(done)
            }
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                self.pending = 0;
                None
            }
        }
    }

    /// Whether answers are still to come.
    pub(super) fn is_busy(&self) -> bool {
        self.pending > 0
    }

    /// Lets the present job end, and no other begin before it.
    pub(super) fn close(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It can only have panicked, and then there is nothing to wait for.
            let _ = thread.join();
        }
    }
}

impl Drop for Backstage {
    fn drop(&mut self) {
        self.close();
    }
}

struct Work {
    store: Store,
    reviewer: String,
}

impl Work {
    fn all(&mut self, job: Job, report: &Sender<Done>) {
        // Nobody listens any more when the screen is gone.
        let report = |done| drop(report.send(done));
        match job {
            Job::Claim { look, cursor, limit, now, until } => {
                let rows = self.claim(&look, cursor, limit, now, until);
                report(Done::Claimed { look: look.number, rows });
            }
            Job::Count { look, now } => {
                let count = self.store.count(&look.filter, &self.reviewer, now);
                report(Done::Counted { look: look.number, count });
            }
            Job::Preview { look, now } => {
                let preview = self.store.preview(&look.filter, &self.reviewer, SHOWN, now);
                report(Done::Previewed { look: look.number, preview });
            }
            Job::Apply { look, decision, expected, now } => {
                report(Done::Applied(self.store.apply(&look.filter, &self.reviewer, &decision, expected, now)));
            }
            Job::Undo { now } => report(Done::Undone(self.store.undo(&self.reviewer, now))),
            Job::Figures => {
                report(Done::Figures(self.store.figures()));
                report(Done::Drift(self.store.drift()));
            }
        }
    }

    fn claim(
        &mut self,
        look: &Look,
        cursor: Cursor,
        limit: usize,
        now: i64,
        until: i64,
    ) -> Result<(Vec<Row>, Cursor), ReviewError> {
        if look.order == Order::Learning {
            self.store.rank()?;
        }
        let page = self.store.claim(look.order, &look.filter, &self.reviewer, cursor, limit, now, until)?;
        let times = self.store.times(page.items.iter().map(|item| item.id))?;
        Ok((page.items.into_iter().zip(times).collect(), page.next))
    }
}
