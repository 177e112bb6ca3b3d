//! The trained model: its metadata and numbers, its file, its verdicts and their reasons.

pub(crate) mod base_rate;
pub(crate) mod carry_over;
pub(crate) mod dot;
pub(crate) mod explain;
pub(crate) mod file;
pub(crate) mod file_error;
pub(crate) mod metadata;
pub(crate) mod model;
pub(crate) mod mute;
pub(crate) mod narrowed;
#[cfg(test)]
pub(crate) mod narrowed_test;
pub(crate) mod overlap;
pub(crate) mod scorer;
pub(crate) mod shipped;
pub(crate) mod site;
pub(crate) mod tensors;
pub(crate) mod verdict;
