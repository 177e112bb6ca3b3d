//! From a data set to a model: selection by cross-validation, refit, calibration, thresholds, audit, and training again.

pub(crate) mod bias;
pub(crate) mod by_source;
pub(crate) mod compare;
pub(crate) mod confined;
pub(crate) mod decisions;
pub(crate) mod evaluate;
pub(crate) mod identity;
pub(crate) mod pool;
pub(crate) mod prior;
pub(crate) mod prune;
pub(crate) mod recurring;
pub(crate) mod refit;
pub(crate) mod retrain_compared;
pub(crate) mod selection;
pub(crate) mod train;
