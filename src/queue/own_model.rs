//! The model that a queue has learnt, in a file next to it.

use std::path::{Path, PathBuf};

/// Where the model of a queue is, once trained from the queue's decisions.
pub(crate) fn model_of(db: &Path) -> PathBuf {
    db.with_extension("model")
}

/// Where the one before it is, once that was replaced.
pub(crate) fn model_before(db: &Path) -> PathBuf {
    db.with_extension("model.before")
}

/// The model that a queue has learnt, if it has.
pub(crate) fn own_model(db: &Path) -> Option<PathBuf> {
    Some(model_of(db)).filter(|own| own.is_file())
}
