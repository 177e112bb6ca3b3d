//! Why scoring broke off.

use std::io;

use crate::thread::error::ThreadError;

/// Why scoring broke off.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScoreError {
    /// The input cannot be read, or is not what its form says.
    #[error(transparent)]
    Input(#[from] ThreadError),
    /// The verdicts cannot be written.
    #[error("{0}")]
    Write(#[from] io::Error),
    /// A decided stance that the model does not have.
    #[error("the model has no stance {label:?} with a class {class:?}")]
    NoClass {
        /// The label.
        label: String,
        /// The class.
        class: String,
    },
    /// The program was asked to stop.
    #[error("interrupted; no partial output was left")]
    Interrupted,
}
