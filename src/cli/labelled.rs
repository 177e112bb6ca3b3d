//! Reads labelled tables behind a progress bar.

use crate::cli::exit::Interrupted;
use crate::cli::output;
use crate::cli::output::is_quiet;
use crate::cli::train_error::with_flags;
use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::dataset::request::Request;
use crate::report::progress::Progress;
use crate::score::watch::Total;
use crate::thread::input::Source;
use std::sync::atomic::Ordering;

/// Reads the labelled tables behind a progress bar.
pub(crate) fn read(sources: &[Source], request: &Request) -> anyhow::Result<Dataset> {
    reading("reading", sources, |done| Dataset::read(sources, request, done))
}

/// Reads with `read`, which reports how many rows it has read, behind a progress bar.
pub(crate) fn reading(
    phase: &str,
    sources: &[Source],
    read: impl FnOnce(&mut dyn FnMut(usize) -> bool) -> Result<Dataset, TrainError>,
) -> anyhow::Result<Dataset> {
    let total = sources.iter().map(Source::len_hint).sum::<Option<u64>>();
    let (progress, total) = (Progress::new(is_quiet()), Total::from(total));
    progress.begin(phase.to_owned(), total);
    // They may have been read before.
    sources.iter().for_each(|source| source.consumed().store(0, Ordering::Relaxed));
    let result = read(&mut |rows| {
        let consumed = sources.iter().map(|source| source.consumed().load(Ordering::Relaxed)).sum();
        progress.at(total, rows as u64, consumed);
        !output::interrupted()
    });
    drop(progress);
    if output::interrupted() {
        return Err(Interrupted.into());
    }
    let data = result.map_err(with_flags)?;
    output::tell(|notes| notes.labels(&data));
    Ok(data)
}
