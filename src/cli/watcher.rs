//! Reports a scoring run to the user: a progress line, and notes on what is odd about the input.

use std::cell::Cell;

use crate::cli::output::{is_quiet, tell};
use crate::report::progress::Progress;
use crate::score::watch::{Event, Total, Watch};

/// Reports a scoring run on standard error. The progress line disappears when this is dropped.
pub(crate) struct Watcher {
    progress: Option<Progress>,
    /// The number of refusals so far.
    refused: Cell<usize>,
}

impl Watcher {
    /// With a line of progress.
    pub(crate) fn new() -> Self {
        Self { progress: Some(Progress::new(is_quiet())), refused: Cell::new(0) }
    }

    /// Without one, where each file is read into memory.
    pub(crate) fn without_progress() -> Self {
        Self { progress: None, refused: Cell::new(0) }
    }
}

impl Watch for Watcher {
    fn phase(&self, name: &str, (at, of): (usize, usize), total: Total) {
        if let Some(progress) = &self.progress {
            progress.begin(if of > 1 { format!("{name} {at}/{of}") } else { name.to_owned() }, total);
        }
    }

    fn at(&self, total: Total, rows: u64, bytes: u64) {
        self.progress.iter().for_each(|progress| progress.at(total, rows, bytes));
    }

    fn event(&self, event: Event<'_>) {
        let mut refused = self.refused.get();
        tell(|notes| notes.event(event, &mut refused));
        self.refused.set(refused);
    }
}
