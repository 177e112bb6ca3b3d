//! Learning from the decisions, as the screen sees it: begun, waited for, looked at, taken over or not.

use crate::metrics::estimate::Estimate;
use crate::queue::fill::Waiting;

/// What trains a model in the background. Nothing changes before [`accept`](Self::accept).
pub(crate) trait Retraining {
    /// Begins.
    ///
    /// # Errors
    /// A sentence for the reviewer, where it cannot begin.
    fn start(&mut self) -> Result<(), String>;

    /// How far it is. Called several times a second.
    fn poll(&mut self) -> Progress;

    /// Begins to take the new model over and to score the queue with it.
    ///
    /// # Errors
    /// A sentence for the reviewer, where there is none to take over.
    fn accept(&mut self) -> Result<(), String>;

    /// Lets the new model go.
    fn discard(&mut self);
}

/// How far the training is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Progress {
    /// Nothing is being trained.
    #[default]
    Idle,
    /// It trains.
    Running {
        /// For so long.
        seconds: f64,
    },
    /// It is done: both models side by side.
    Ready(Candidate),
    /// The new model is put to use.
    Scoring {
        /// So many comments of the queue are scored with it.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// The new model is in use, and so many comments are scored anew; said once.
    Scored(usize),
    /// It went wrong, for this reason.
    Failed(String),
}

/// A new model beside the one in use.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Candidate {
    /// What both are worth, by label.
    pub compared: Vec<Compared>,
    /// What work both make.
    pub queue: Waiting,
}

/// What two models are worth on one label, by the decisions on the random slice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Compared {
    /// The label.
    pub label: String,
    /// What is measured.
    pub measure: Measure,
    /// The old model's figure with its 95 % interval, where there is one.
    pub old: Option<Estimate>,
    /// The new model's.
    pub new: Option<Estimate>,
    /// Of so many comments.
    pub n: usize,
    /// The answer that was given least often, and how often.
    pub rarest: (String, usize),
}

/// What a model's worth on a label is measured by; between 0 and 1, more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Of a flag: how often a comment with it is scored above one without.
    Auc,
    /// Of a stance: the mean of the classes' F1.
    MacroF1,
}

impl Measure {
    /// Its name.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Auc => "AUC",
            Self::MacroF1 => "macro-F1",
        }
    }
}

/// With fewer answers of a kind nobody can say which model is better.
pub(crate) const FEW: usize = 10;

impl Compared {
    /// Whether there are too few answers to tell the models apart.
    #[must_use]
    pub(crate) fn is_too_few(&self) -> bool {
        self.rarest.1 < FEW
    }
}

/// Where nothing can be trained.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NoRetraining;

impl Retraining for NoRetraining {
    fn start(&mut self) -> Result<(), String> {
        Err("there is no model here to train; give one with -m".to_owned())
    }

    fn poll(&mut self) -> Progress {
        Progress::Idle
    }

    fn accept(&mut self) -> Result<(), String> {
        Err("no new model is ready".to_owned())
    }

    fn discard(&mut self) {}
}
