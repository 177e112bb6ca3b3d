//! The only thread that writes to the review queue. Changes that arrive meanwhile are written together; each is
//! answered once it is on the disk.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use crate::queue::clock::now;
use crate::queue::error::ReviewError;
use crate::queue::review_policy::ReviewPolicy;
use crate::queue::store::Store;
use crate::serve::live::told;
use crate::serve::telemetry::Meters;

/// At most this many changes wait; further senders are asked to try again.
const WAITING: usize = 1024;
/// At most this many are written together, so that other programs get a turn to write.
const TOGETHER: usize = 256;
/// After a failed try to write it is not tried again for so long, however many ask whether it can be done.
const TRIED: Duration = Duration::from_secs(1);

/// Hands changes to the thread that writes.
#[derive(Debug)]
pub(crate) struct Writer {
    changes: mpsc::Sender<Message>,
    state: Arc<State>,
    /// The last try of [`is_ready`](Self::is_ready) that failed, and why.
    tried: tokio::sync::Mutex<Option<(Instant, Arc<str>)>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Why the last change could not be written, if it could not.
type Trouble = Option<Arc<str>>;

#[derive(Debug, Default)]
struct State {
    trouble: Mutex<Trouble>,
}

enum Message {
    Change(Change),
    /// What came before is written, and nothing more.
    Stop,
}

/// Makes a change, and returns what reports its outcome to whoever waits. Without a store it reports the reason at
/// once.
type Change = Box<dyn FnOnce(Result<&mut Store, Arc<str>>) -> Option<Tell> + Send>;
/// Is told whether it is on the disk.
type Tell = Box<dyn FnOnce(Result<(), Arc<str>>) + Send>;

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError<E> {
    /// It cannot be made.
    #[error(transparent)]
    Change(E),
    /// The file cannot be opened or written; why is in the log, too.
    #[error("{0}")]
    File(Arc<str>),
    /// Too many wait.
    #[error("too many changes are waiting to be written")]
    Overloaded,
    #[error("the server is stopping")]
    Stopping,
}

impl Writer {
    /// Starts the thread. It uses `store` if that is open already; otherwise it opens the file when there is something
    /// to write.
    pub(crate) fn start(
        path: PathBuf,
        open: Option<Store>,
        policy: ReviewPolicy,
        meters: Arc<Meters>,
    ) -> std::io::Result<Self> {
        let (changes, messages) = mpsc::channel(WAITING);
        let state = Arc::new(State::default());
        let worker = Worker { path, store: open, policy, state: Arc::clone(&state), meters };
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(move || worker.run(messages))?;
        Ok(Self { changes, state, tried: tokio::sync::Mutex::default(), thread: Mutex::new(Some(thread)) })
    }

    /// Makes a change, wholly or not at all. Once this returns, it survives a power cut.
    pub(crate) async fn write<T, E>(
        &self,
        change: impl FnOnce(&mut Store) -> Result<T, E> + Send + 'static,
    ) -> Result<T, WriteError<E>>
    where
        T: Send + 'static,
        E: From<ReviewError> + Send + 'static,
    {
        let (answer, done) = oneshot::channel();
        // The receiver may be gone.
        let change = |store: Result<&mut Store, Arc<str>>| -> Option<Tell> {
            let store = match store {
                Ok(store) => store,
                Err(why) => {
                    let _ = answer.send(Err(WriteError::File(why)));
                    return None;
                }
            };
            let result = store.whole_or_not(change);
            Some(Box::new(move |written| {
                let result = match (written, result) {
                    (Ok(()), result) => result.map_err(WriteError::Change),
                    (Err(why), _) => Err(WriteError::File(why)),
                };
                let _ = answer.send(result);
            }))
        };
        self.changes.try_send(Message::Change(Box::new(change))).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => WriteError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => WriteError::Stopping,
        })?;
        done.await.unwrap_or_else(|_| Err(WriteError::File("writing was interrupted".into())))
    }

    /// Whether the last change could be written; if not, whether one could be now.
    pub(crate) async fn is_ready(&self) -> Result<(), Arc<str>> {
        if self.state.trouble().is_none() {
            return self.is_open();
        }
        let mut tried = self.tried.lock().await;
        // Another may have tried meanwhile.
        let Some(trouble) = self.state.trouble() else { return self.is_open() };
        if let Some((when, why)) = &*tried
            && when.elapsed() < TRIED
        {
            return Err(Arc::clone(why));
        }
        let ready = match self.write(Store::try_to_write).await {
            Ok(()) => Ok(()),
            Err(WriteError::File(why)) => Err(why),
            Err(WriteError::Change(error)) => Err(error.to_string().into()),
            Err(WriteError::Overloaded | WriteError::Stopping) => Err(trouble),
        };
        *tried = ready.as_ref().err().map(|why| (Instant::now(), Arc::clone(why)));
        ready
    }

    fn is_open(&self) -> Result<(), Arc<str>> {
        if self.changes.is_closed() { Err("stopped".into()) } else { Ok(()) }
    }

    /// Writes what waits, and ends the thread.
    pub(crate) fn stop(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return };
        // It may have ended.
        let _ = self.changes.blocking_send(Message::Stop);
        if thread.join().is_err() {
            tracing::error!("the thread that writes the review database panicked");
        }
    }
}

impl State {
    fn trouble(&self) -> Trouble {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, trouble: Trouble) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

struct Worker {
    path: PathBuf,
    store: Option<Store>,
    policy: ReviewPolicy,
    state: Arc<State>,
    meters: Arc<Meters>,
}

impl Worker {
    fn run(mut self, mut messages: mpsc::Receiver<Message>) {
        let mut stopped = false;
        while !stopped && let Some(first) = messages.blocking_recv() {
            let mut changes = Vec::new();
            let mut next = Some(first);
            while let Some(message) = next {
                match message {
                    Message::Change(change) => changes.push(change),
                    Message::Stop => {
                        stopped = true;
                        break;
                    }
                }
                next = if changes.len() < TOGETHER { messages.try_recv().ok() } else { None };
            }
            self.write(changes);
        }
    }

    /// Makes changes together, and reports to all who wait.
    fn write(&mut self, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        let n = changes.len();
        let mut tells: Vec<Tell> = Vec::with_capacity(n);
        let mut changes = changes.into_iter();
        let written = self.open().and_then(|store| {
            let together =
                || store.together(|store| tells.extend(changes.by_ref().filter_map(|change| change(Ok(store)))));
            match catch_unwind(AssertUnwindSafe(together)) {
                Ok(written) => written.map_err(|error| told(&error).into()),
                Err(panic) => Err(broke(&*panic)),
            }
        });
        self.state.set(written.clone().err());
        match &written {
            Ok(()) => self.meters.writes(n),
            Err(why) => {
                // Another try opens it again.
                self.store = None;
                self.meters.failed_writes(n);
                tracing::error!(db = %self.path.display(), error = &**why, "the review database cannot be written");
                // Those that were not begun.
                changes.for_each(|change| drop(change(Err(Arc::clone(why)))));
            }
        }
        tells.into_iter().for_each(|tell| tell(written.clone()));
    }

    fn open(&mut self) -> Result<&mut Store, Arc<str>> {
        let store = match self.store.take() {
            Some(store) => store,
            None => open(&self.path, &self.policy).map_err(|error| Arc::from(told(&error)))?,
        };
        Ok(self.store.insert(store))
    }
}

/// A panic is reported without its message, which may contain a comment.
fn broke(_: &(dyn Any + Send)) -> Arc<str> {
    "writing panicked".into()
}

/// Opens the queue with the site's settings.
pub(crate) fn open(path: &Path, policy: &ReviewPolicy) -> Result<Store, ReviewError> {
    let mut store = Store::open(path)?;
    policy.apply(&mut store, now())?;
    Ok(store)
}
