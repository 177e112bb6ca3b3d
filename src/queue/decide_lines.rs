//! Decisions that were made elsewhere, one JSON object a line.

use std::io;
use std::io::BufRead;

use crate::queue::elsewhere::ElsewhereError;
use crate::queue::store::Store;
use crate::thread::stop::is_stopped;

/// Why a line does not count.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) enum RefusedLine {
    Json(#[from] serde_json::Error),
    Decision(#[from] ElsewhereError),
}

/// The outcome of the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    pub(crate) decided: usize,
    pub(crate) refused: usize,
}

impl Store {
    /// Records the decision of each line; `refuse` gets each line that is refused, with the reason.
    ///
    /// # Errors
    /// When the lines cannot be read, or the program is asked to stop. Decisions recorded before stay.
    pub(crate) fn decide_lines(
        &mut self,
        reviewer: &str,
        lines: impl BufRead,
        now: impl Fn() -> i64,
        mut refuse: impl FnMut(usize, RefusedLine),
    ) -> io::Result<Lines> {
        let mut done = Lines::default();
        for (number, line) in (1..).zip(lines.lines()) {
            if is_stopped() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let line = line?;
            if line.trim().is_empty() {
                continue;
            }
            let made = serde_json::from_str(&line).map_err(RefusedLine::from);
            match made.and_then(|made| Ok(self.decide_elsewhere(reviewer, &made, now())?)) {
                Ok(()) => done.decided += 1,
                Err(reason) => {
                    done.refused += 1;
                    refuse(number, reason);
                }
            }
        }
        Ok(done)
    }
}
