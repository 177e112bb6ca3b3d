//! The review queue as a library uses it: fill it, decide, train again.

use std::path::Path;
use std::sync::Arc;

use crate::dataset::decided::{DecidedError, Decisions};
use crate::model::model::Model;
use crate::model::verdict::Verdict;
use crate::queue::clock::now;
use crate::queue::decision::Decision;
use crate::queue::elsewhere::{Elsewhere, ElsewhereError};
use crate::queue::error::ReviewError;
use crate::queue::fill::{FillError, Filling};
use crate::queue::store::Store;
use crate::thread::comment::Thread;
use crate::thread::file_name::file_name;
use crate::train::retrain::{RetrainError, retrain};

/// Scored comments that await a reviewer, and an append-only log of the decisions, in one `SQLite` file. It is the file
/// that `ombud review` opens; several programs may use it at once.
#[derive(Debug)]
pub struct Queue {
    store: Store,
    name: String,
}

/// Why something was not done with a queue.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct QueueError(Box<Cause>);

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error(transparent)]
    Review(#[from] ReviewError),
    #[error(transparent)]
    Fill(#[from] FillError),
    #[error(transparent)]
    Decide(#[from] ElsewhereError),
    #[error(transparent)]
    Decided(#[from] DecidedError),
    #[error(transparent)]
    Retrain(#[from] RetrainError),
}

fn failed(cause: impl Into<Cause>) -> QueueError {
    QueueError(Box::new(cause.into()))
}

impl Queue {
    /// Opens the queue in a file, which is made if it is not there.
    ///
    /// # Errors
    /// When the file is not a queue, or cannot be read or written.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, QueueError> {
        let path = path.as_ref();
        Ok(Self { store: Store::open(path).map_err(failed)?, name: file_name(path) })
    }

    /// Adds a thread with `model`'s verdict on each of its comments, in order. Comments that are already in the queue
    /// are rescored; their decisions stay.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&mut self, thread: Thread, verdicts: Vec<Verdict>, model: &Arc<Model>) -> Result<(), QueueError> {
        let mut filling = Filling::new(&mut self.store, model);
        filling.push(thread, verdicts).and_then(|()| filling.finish()).map_err(failed)?;
        Ok(())
    }

    /// Records the decision of `reviewer` on the comment `id` of a thread. Once this returns, the decision survives a
    /// power cut.
    ///
    /// # Errors
    /// When there is no such comment, somebody has decided it or is deciding it, or the decision names a label or a class that
    /// the comment's model does not have. Nothing is written then.
    pub fn decide(
        &mut self,
        thread: Option<&str>,
        id: &str,
        reviewer: &str,
        decision: Decision,
    ) -> Result<(), QueueError> {
        let made = Elsewhere::new(id, thread, decision);
        self.store.decide_elsewhere(reviewer, &made, now()).map_err(failed)?;
        Ok(())
    }

    /// Retrains from the decisions, starting from the weights of `base`. The new model gets the name `name`.
    ///
    /// # Errors
    /// When too little was decided, or the training fails.
    pub fn retrain(&self, base: &Model, name: &str) -> Result<Model, QueueError> {
        let rows = self.store.training().map_err(failed)?;
        let decisions = Decisions::new(self.name.clone(), rows).map_err(failed)?;
        Ok(retrain(base, &decisions, name, self.name.clone()).map_err(failed)?.model)
    }
}
