//! Learning from the decisions, as the screen sees it: begun, waited for, looked at, taken over or not.

/// What trains a model in the background. Nothing changes before [`accept`](Self::accept).
pub trait Retraining {
    /// Begins.
    ///
    /// # Errors
    /// A sentence for the reviewer, where it cannot begin.
    fn start(&mut self) -> Result<(), String>;

    /// How far it is. Called several times a second.
    fn poll(&mut self) -> Progress;

    /// Takes the new model over, scores the queue with it, and gives how many comments that were.
    ///
    /// # Errors
    /// A sentence for the reviewer, where that fails; the old model then stays.
    fn accept(&mut self) -> Result<usize, String>;

    /// Lets the new model go.
    fn discard(&mut self);
}

/// How far the training is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Progress {
    /// Nothing is being trained.
    #[default]
    Idle,
    /// It trains.
    Running {
        /// For so long.
        seconds: f64,
    },
    /// It is done: both models side by side.
    Ready(Vec<Compared>),
    /// It went wrong, for this reason.
    Failed(String),
}

/// What two models are worth on one label, by the decisions on the random slice.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The label.
    pub label: String,
    /// The old model's figure, where there is one; between 0 and 1, more is better.
    pub old: Option<f64>,
    /// The new model's.
    pub new: Option<f64>,
    /// Of so many comments.
    pub n: usize,
}

/// Where nothing can be trained.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRetraining;

impl Retraining for NoRetraining {
    fn start(&mut self) -> Result<(), String> {
        Err("there is no model here to train; give one with -m".to_owned())
    }

    fn poll(&mut self) -> Progress {
        Progress::Idle
    }

    fn accept(&mut self) -> Result<usize, String> {
        Err("no new model is ready".to_owned())
    }

    fn discard(&mut self) {}
}
