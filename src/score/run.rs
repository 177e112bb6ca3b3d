//! One run over a table: what is the same for all its rows, and what has been done.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::scorer::Scorer;
use crate::score::caveats::Caveats;
use crate::score::job::Job;
use crate::score::row_form::RowForm;
use crate::score::watch::{Event, Total, Watch};
use crate::thread::flaw::Flaws;
use crate::thread::input::Source;
use crate::thread::row::Refused;

/// What is the same for all rows of a table.
pub(crate) struct Run<'a> {
    pub(crate) job: &'a Job,
    pub(crate) form: &'a dyn RowForm,
    pub(crate) source: &'a Source,
    /// Which of how many tables it is.
    pub(crate) place: (usize, usize),
    pub(crate) watch: &'a dyn Watch,
    /// Rows that were done when the phase began.
    pub(crate) begun: AtomicU64,
    /// A thread of more bytes is not kept in memory.
    pub(crate) in_memory: usize,
}

/// What has been done so far.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// How many rows were scored.
    pub(crate) rows: u64,
    /// How many could not be, or were not to be.
    pub(crate) refused: u64,
    pub(crate) caveats: Caveats,
    /// What was odd about rows that were scored nevertheless, by file.
    pub(crate) flaws: Vec<(String, Flaws)>,
}

impl Run<'_> {
    /// Begins a phase with this much to do.
    pub(crate) fn phase(&self, phase: &str, total: Total, summary: &Summary) -> Total {
        self.begun.store(summary.rows, Ordering::Relaxed);
        self.watch.phase(phase, self.place, total);
        total
    }

    /// The bytes of the table.
    pub(crate) fn bytes(&self) -> Total {
        Total::from(self.source.len_hint())
    }

    /// Reports the progress of the phase.
    pub(crate) fn at(&self, total: Total, summary: &Summary) {
        let rows = summary.rows.saturating_sub(self.begun.load(Ordering::Relaxed));
        self.watch.at(total, rows, self.source.consumed().load(Ordering::Relaxed));
    }

    /// Counts refused rows and reports each.
    pub(crate) fn refuse(&self, refused: &[Refused], summary: &mut Summary) {
        for refused in refused {
            self.watch.event(Event::Refused(refused));
            summary.refused += 1;
        }
    }

    /// A scorer for each worker, and one for the thread that writes.
    pub(crate) fn scorers(&self) -> Vec<Scorer> {
        (0..=self.job.threads.max(1)).map(|_| self.job.scorer.clone()).collect()
    }
}
