//! What is being done and how far it is: one line on standard error, on a terminal only.
//!
//! Work has phases. Within one, the bar never moves back, and the time left is shown only if the total is known and
//! some time has passed; otherwise the time taken.

use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::score::watch::Total;

/// The line. It disappears when this is dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
}

/// Before this, the time left cannot be estimated.
const A_WHILE: Duration = Duration::from_secs(2);

impl Progress {
    /// Nothing is shown where `is_quiet`.
    pub(crate) fn new(is_quiet: bool) -> Self {
        if is_quiet {
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
        keep_moving(&bar);
        Self { bar }
    }

    /// Begins a phase.
    pub(crate) fn begin(&self, phase: String, total: Total) {
        if self.bar.is_hidden() {
            return;
        }
        let (length, template) = match total {
            Total::Bytes(total) | Total::Rows(total) => {
                (Some(total), "{msg}  {wide_bar} {percent:>3} %{prefix}  {time}")
            }
            Total::Unknown => (None, "{msg}  {spinner}{prefix}  {time}"),
        };
        match length {
            Some(length) => self.bar.set_length(length),
            None => self.bar.unset_length(),
        }
        let time = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            // Writing a line to the terminal: a failure could not be reported to anybody.
            let _ = match state.len() {
                Some(_) if state.pos() > 0 && state.elapsed() > A_WHILE => {
                    write!(out, "{:#} left", HumanDuration(state.eta()))
                }
                _ => write!(out, "{:#}", HumanDuration(state.elapsed())),
            };
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style.progress_chars("━╸─").with_key("time", time));
        }
        self.bar.set_prefix("");
        self.bar.set_message(phase);
        self.bar.reset();
    }

    /// This many rows of the phase are done, and this many bytes of the input are read: the bar follows one of them.
    pub(crate) fn at(&self, total: Total, rows: u64, bytes: u64) {
        if self.bar.is_hidden() {
            return;
        }
        let seconds = self.bar.elapsed().as_secs_f64().max(1e-3);
        self.bar.set_prefix(format!("  {rows} rows, {:.0} rows/s", rows as f64 / seconds));
        let position = match total {
            Total::Bytes(total) => bytes.min(total),
            Total::Rows(total) => rows.min(total),
            Total::Unknown => return,
        };
        // An input that is opened again is counted from its start.
        self.bar.set_position(position.max(self.bar.position()));
    }

    /// The work done in a phase of unknown length.
    pub(crate) fn done(&self, what: String) {
        if !self.bar.is_hidden() {
            self.bar.set_prefix(what);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Redraws the bar regularly, even without news. Its own ticker assumes that a thread can be started.
fn keep_moving(bar: &ProgressBar) {
    if bar.is_hidden() {
        return;
    }
    let weak = bar.downgrade();
    let tick = move || {
        while let Some(bar) = weak.upgrade().filter(|bar| !bar.is_finished()) {
            bar.tick();
            drop(bar);
            std::thread::sleep(Duration::from_millis(200));
        }
    };
    // Without it the bar moves only when there is news.
    let _ = std::thread::Builder::new().spawn(tick);
}
