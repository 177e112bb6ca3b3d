//! Why nothing was fitted.

/// Why nothing could be learnt.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// A cost that is not a positive number.
    #[error("C must be a positive number, not {0}")]
    Cost(f32),
    /// A tolerance that is not a positive number.
    #[error("the tolerance must be a positive number, not {0}")]
    Tolerance(f32),
    /// No pass at all.
    #[error("at least one pass over the rows is needed")]
    NoPass,
    /// Records and targets of different lengths.
    #[error("there are {rows} rows, but targets for {targets}")]
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
