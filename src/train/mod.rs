//! From a data set to a model: selection by cross-validation, refit, calibration, thresholds, audit, and training again.

pub(crate) mod audit_sample;
pub(crate) mod bias;
pub(crate) mod bias_gate;
pub(crate) mod by_source;
pub(crate) mod compare;
pub(crate) mod confined;
pub(crate) mod decision_rule;
pub(crate) mod evaluate;
pub(crate) mod evaluated;
pub(crate) mod finish;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod identity;
pub(crate) mod labelled;
pub(crate) mod learnt;
pub(crate) mod options;
pub(crate) mod pool;
pub(crate) mod prior;
pub(crate) mod prune;
pub(crate) mod recipe_record;
pub(crate) mod recurring;
pub(crate) mod refit;
pub(crate) mod retrain;
pub(crate) mod selection;
pub(crate) mod step;
#[cfg(test)]
mod tests;
pub(crate) mod train;
pub(crate) mod within;
