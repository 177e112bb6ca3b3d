//! How a run ends, and with which status.

use crate::queue::policy_file::PolicyFileError;
use crate::thread::paths::PathError;
use crate::train::bias_gate::AuditError;
use crate::train::options::SettingsError;

/// Exit statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All was done, perhaps with warnings.
    Done = 0,
    /// Nothing, or not all, was done.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// All was done except for rows that were refused.
    Refused = 3,
    /// Ended by Ctrl-C, SIGTERM or SIGHUP; nothing half-written is left.
    Interrupted = 130,
}

impl Exit {
    /// For a run that did everything except what was refused.
    pub(crate) fn of(refused: bool) -> Self {
        if refused { Self::Refused } else { Self::Done }
    }
}

/// Whether an error is in the command line or a setting rather than in the data.
pub(crate) fn is_usage(error: &anyhow::Error) -> bool {
    error.is::<Usage>()
        || error.is::<PathError>()
        || error.is::<SettingsError>()
        || error.is::<AuditError>()
        || error.downcast_ref().is_some_and(PolicyFileError::is_of_entry)
        || is_serve_usage(error)
}

#[cfg(feature = "serve")]
fn is_serve_usage(error: &anyhow::Error) -> bool {
    error.downcast_ref().is_some_and(crate::serve::error::ServeError::is_usage)
}

#[cfg(not(feature = "serve"))]
fn is_serve_usage(_: &anyhow::Error) -> bool {
    false
}

/// The user pressed Ctrl-C.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; no partial output was left")]
pub(crate) struct Interrupted;

/// Options that contradict each other or the input, found after parsing.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);
