//! The model that answers now, and how another takes its place.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::serve::loaded::{LoadError, Loaded, Sources};
use crate::serve::telemetry::Meters;

/// The model that answers now. Requests that have begun end with the one that they began with.
#[derive(Debug)]
pub(crate) struct Live {
    now: ArcSwap<Loaded>,
    sources: Sources,
    meters: Arc<Meters>,
    /// One at a time.
    loading: Mutex<()>,
}

impl Live {
    /// Loads the first one.
    pub(crate) fn new(sources: Sources, meters: &Arc<Meters>) -> Result<Self, LoadError> {
        let first = Loaded::load(&sources, meters, None)?;
        Ok(Self { now: ArcSwap::from_pointee(first), sources, meters: Arc::clone(meters), loading: Mutex::new(()) })
    }

    pub(crate) fn now(&self) -> Arc<Loaded> {
        self.now.load_full()
    }

    /// Loads model, policy, keys and settings anew. It takes a while: not for a thread that serves.
    ///
    /// # Errors
    /// When anything is wrong with them; what answered before goes on to.
    pub(crate) fn reload(&self) -> Result<Arc<Loaded>, ReloadError> {
        let _one = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.now();
        let loaded =
            Loaded::load(&self.sources, &self.meters, Some(&before)).map_err(ReloadError::Load).and_then(|new| {
                // Whoever could reach it without a key was told to be on this machine.
                if new.keys.is_empty() && !before.keys.is_empty() {
                    Err(ReloadError::NoKeys)
                } else {
                    Ok(Arc::new(new))
                }
            });
        match &loaded {
            Ok(new) => {
                self.now.store(Arc::clone(new));
                self.meters.reloads.increment(1);
                tracing::info!(model = new.name(), hash = new.hash(), "model and settings are loaded anew");
                new.notes.iter().for_each(|note| tracing::warn!("{note}"));
            }
            Err(error) => {
                self.meters.failed_reloads.increment(1);
                tracing::error!(error = told(error), "nothing was loaded anew; the model of before goes on to answer");
            }
        }
        loaded
    }
}

/// Why what answered before goes on to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReloadError {
    #[error(transparent)]
    Load(LoadError),
    #[error(
        "there are no keys under [[serve.keys]] any more: take them out and start the server anew, where that is meant"
    )]
    NoKeys,
}

/// An error and its causes in one line.
pub(crate) fn told(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !told.contains(&next) {
            told = format!("{told}: {next}");
        }
        cause = error.source();
    }
    told
}
