//! A progress bar on standard error, on a terminal only.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar for `total` steps, or a spinner where the total is not known.
pub(super) fn bar(total: Option<u64>, what: &'static str) -> ProgressBar {
    if super::output::is_quiet() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{msg:<9} {wide_bar} {percent:>3} %  {eta} left"),
        None => (ProgressBar::no_length(), "{msg:<9} {spinner} {elapsed}"),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar.set_message(what);
    keep_moving(&bar);
    bar
}

/// Draws a bar that is seen from time to time, also while nothing is told to it. Its own ticker takes it for granted that a
/// thread can be started.
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
    // Without it the bar moves when there is something to tell.
    let _ = std::thread::Builder::new().spawn(tick);
}

/// A bar over the bytes of the input, with the rows that have been done and their rate.
pub(super) fn rows(bytes: Option<u64>, what: &'static str) -> ProgressBar {
    let bar = bar(bytes.filter(|bytes| *bytes > 0), what);
    let template = if bar.length().is_some() {
        "{msg:<9} {wide_bar} {percent:>3} %  {prefix}  {eta} left"
    } else {
        "{msg:<9} {spinner} {prefix}  {elapsed}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar
}

/// Tells a bar of [`rows`] where it is.
pub(super) fn at(bar: &ProgressBar, rows: u64, bytes: u64) {
    if bar.is_hidden() {
        return;
    }
    let seconds = bar.elapsed().as_secs_f64().max(1e-3);
    bar.set_prefix(format!("{rows} rows, {:.0} rows/s", rows as f64 / seconds));
    if bar.length().is_some() {
        bar.set_position(bytes);
    }
}
