//! The model in use now, and how another takes its place.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::serve::loaded::{LoadError, Loaded, Sources};
use crate::serve::telemetry::Meters;

/// The model in use. Requests in progress finish with the model they began with.
#[derive(Debug)]
pub(crate) struct Live {
    now: ArcSwap<Loaded>,
    sources: Sources,
    meters: Arc<Meters>,
}

impl Live {
    /// Loads the first one.
    pub(crate) fn new(sources: Sources, meters: &Arc<Meters>) -> Result<Self, LoadError> {
        let first = Loaded::load(&sources, meters, None)?;
        Ok(Self { now: ArcSwap::from_pointee(first), sources, meters: Arc::clone(meters) })
    }

    pub(crate) fn now(&self) -> Arc<Loaded> {
        self.now.load_full()
    }

    /// Reloads model, policy, keys and settings. It takes a while: not for a thread that serves. One at a time: see
    /// [`Shared::reload`](super::state::Shared::reload).
    ///
    /// # Errors
    /// When anything is wrong with them; what answered before stays in use.
    pub(crate) fn reload(&self) -> Result<Arc<Loaded>, ReloadError> {
        let before = self.now();
        let loaded =
            Loaded::load(&self.sources, &self.meters, Some(&before)).map_err(ReloadError::Load).and_then(|new| {
                // A server that others can reach must not lose its keys.
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
                tracing::info!(model = new.name(), hash = new.hash(), "model and settings reloaded");
                new.notes.iter().for_each(|note| tracing::warn!("{note}"));
            }
            Err(error) => {
                self.meters.failed_reloads.increment(1);
                tracing::error!(error = told(error), "reload failed; the previous model and settings stay in use");
            }
        }
        loaded
    }
}

/// Why what answered before stays in use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReloadError {
    #[error(transparent)]
    Load(LoadError),
    #[error("[[serve.keys]] has no keys any more; if that is intended, restart the server")]
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
