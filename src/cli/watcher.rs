//! A scoring as a person follows it: a line of progress, and notes on what is odd about the input.

use std::cell::Cell;

use crate::cli::messages::{TOLD, note_guessed, note_left_out, note_reading, note_refused};
use crate::cli::output::{note, remark};
use crate::cli::progress::Progress;
use crate::score::watch::{Event, Total, Watch};

/// Tells standard error of a scoring. The line of progress is gone when this is dropped.
pub(crate) struct Watcher {
    progress: Option<Progress>,
    /// So many refusals so far.
    refused: Cell<usize>,
}

impl Watcher {
    /// With a line of progress.
    pub(crate) fn new() -> Self {
        Self { progress: Some(Progress::new()), refused: Cell::new(0) }
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
        match event {
            Event::Guessed(guessed) => note_guessed(Some(guessed)),
            Event::Refused(refused) => {
                if self.refused.get() < TOLD {
                    note(format_args!("{refused}"));
                }
                self.refused.set(self.refused.get() + 1);
            }
            Event::LeftOut(warnings) => {
                note_left_out(warnings);
                self.refused.set(self.refused.get() + warnings.len());
            }
            Event::NoComments { file } => remark(format_args!("note: there are no comments in {file}")),
            Event::Nameless { file, columns } => {
                note(format_args!("note: {file}: of {columns} columns without a name only the first is kept"));
            }
            Event::Read { file, reading, strict } => {
                note_reading(reading, file, strict);
                note_refused(reading.refused.len() as u64, &reading.refused);
            }
        }
    }
}
