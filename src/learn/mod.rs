//! Sparse linear learning: solvers, cross-validation, calibration, thresholds.
//!
//! Both solvers are linfa estimators on a `DatasetBase<SparseRows, Targets>`: [`DualParams`] by dual coordinate descent,
//! [`AdaGradParams`] by adaptive gradient descent. They minimise, for each output,
//! `||w - w0||^2 / 2 + sum_i C c_i l(s_i, w x_i + b)` with the logistic loss
//! `l(s, z) = s log(1 + exp(-z)) + (1 - s) log(1 + exp(z))`, where `s` in `[0, 1]` is the share of yes, `c_i` the weight of
//! the row (0 where the annotation is missing) and `w0` the weights of the model that training goes on from (or 0).

mod adagrad;
mod calibrate;
mod crossval;
mod dual;
mod folds;
mod linear;
mod newton;
mod policy;
mod promise;
mod random;
mod rule;
mod targets;

pub use adagrad::{AdaGradParams, AdaGradValidParams};
pub use calibrate::Calibration;
pub use crossval::{Base, Candidate, Problem, Solver};
pub use dual::{DualParams, DualState, DualValidParams};
pub use folds::{FoldError, Folds};
pub use linear::Linear;
pub use policy::{Policy, PolicyError, Threshold};
pub use promise::{NEVER, Promise, Side};
pub use rule::{Decide, class_weights, decide};
pub use targets::Targets;

/// Why nothing could be learnt.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// A cost that is not a positive number.
    #[error("C must be a positive number and is {0}")]
    Cost(f32),
    /// A tolerance that is not a positive number.
    #[error("the tolerance must be a positive number and is {0}")]
    Tolerance(f32),
    /// No pass at all.
    #[error("at least one pass over the rows is needed")]
    NoPass,
    /// Records and targets of different lengths.
    #[error("{rows} rows, but targets for {targets}")]
    Rows {
        /// Rows of the records.
        rows: usize,
        /// Rows of the targets.
        targets: usize,
    },
    /// Costs or weights to start from that do not fit the targets.
    #[error("{what} for {found} outputs, but the targets have {outputs}")]
    Outputs {
        /// What does not fit.
        what: &'static str,
        /// How many it is for.
        found: usize,
        /// How many there are.
        outputs: usize,
    },
    /// The watcher asked to stop.
    #[error("stopped")]
    Stopped,
    /// What linfa itself reports.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}
