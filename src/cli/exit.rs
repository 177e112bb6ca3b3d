//! How a run ends, and with which status.

use std::io;
use std::process::ExitCode;

use crate::cli::output;

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

pub(crate) fn code(result: anyhow::Result<Exit>) -> ExitCode {
    let exit = match result {
        Ok(exit) => exit,
        // Whatever broke off then did so for that.
        Err(_) if output::interrupted() => {
            output::note(format_args!("error: {Interrupted}"));
            Exit::Interrupted
        }
        Err(error) if is_closed_pipe(&error) => Exit::Done,
        Err(error) => {
            output::note(format_args!("error: {}", told(&error)));
            if error.is::<Usage>() { Exit::Usage } else { Exit::Failed }
        }
    };
    ExitCode::from(exit as u8)
}

/// The error and its causes, but for those that a message before them already tells.
fn told(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |told, cause| match told.as_str() {
        "" => cause,
        before if before.contains(&cause) => told,
        _ => told + ": " + &cause,
    })
}

/// A reader that has seen enough is no error.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
