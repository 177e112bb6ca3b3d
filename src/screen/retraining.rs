//! Learning from the decisions, as the screen sees it: begun, awaited, compared, adopted or not.

use crate::queue::fill::Waiting;
use crate::train::audit_sample::Compared;

/// Why training, or using its result, does not begin: a sentence for the reviewer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RetrainingError {
    /// The system gives no thread to train on.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] std::io::Error),
    /// Nothing was trained that could be taken over.
    #[error("there is no new model")]
    NoCandidate,
    /// The queue has no model to start from.
    #[cfg(test)]
    #[error("there is no model here to train; give one with -m")]
    NoModel,
}

/// What trains a model in the background. Nothing changes before [`accept`](Self::accept).
pub(crate) trait Retraining {
    /// Begins to train.
    ///
    /// # Errors
    /// When it cannot begin.
    fn start(&mut self) -> Result<(), RetrainingError>;

    /// How far it is. Called several times a second.
    fn poll(&mut self) -> Progress;

    /// Begins to take the new model over and to score the queue with it.
    ///
    /// # Errors
    /// When there is none to take over.
    fn accept(&mut self) -> Result<(), RetrainingError>;

    /// Lets the new model go.
    fn discard(&mut self);
}

/// How far the training is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Progress {
    /// Nothing is being trained.
    #[default]
    Idle,
    /// A model is being trained.
    Running {
        /// For so long.
        seconds: f64,
    },
    /// It is done: both models side by side.
    Ready(Candidate),
    /// The new model is put to use.
    Scoring {
        /// This many comments of the queue are scored with it.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// The new model is in use, and this many comments are rescored; reported once.
    Scored(usize),
    /// It went wrong, for this reason.
    Failed(String),
}

/// A new model next to the one in use.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Candidate {
    /// What both are worth, by label.
    pub compared: Vec<Compared>,
    /// What work both make.
    pub queue: Waiting,
}

/// If nothing can be trained.
#[derive(Clone, Copy, Debug, Default)]
#[cfg(test)]
pub(crate) struct NoRetraining;

#[cfg(test)]
impl Retraining for NoRetraining {
    fn start(&mut self) -> Result<(), RetrainingError> {
        Err(RetrainingError::NoModel)
    }

    fn poll(&mut self) -> Progress {
        Progress::Idle
    }

    fn accept(&mut self) -> Result<(), RetrainingError> {
        Err(RetrainingError::NoCandidate)
    }

    fn discard(&mut self) {}
}
