//! How a run ends, and with which status.

/// Exit statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All was done, perhaps with warnings.
    Done = 0,
    /// Nothing, or not all, was done.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// All was done but for rows that were refused.
    Refused = 3,
    /// Ended by Ctrl-C, SIGTERM or SIGHUP; nothing half-written is left.
    Interrupted = 130,
}

/// The user pressed Ctrl-C.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; nothing half-written was left")]
pub(crate) struct Interrupted;

/// Options that contradict each other or the input, found after parsing.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);
