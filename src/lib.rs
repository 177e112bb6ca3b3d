//! Reads reader comments: where each one stands, and whether it is speculative or off-topic.

#![cfg_attr(test, allow(clippy::float_cmp))]

#[cfg(feature = "cli")]
pub mod cli;
pub mod features;
pub mod learn;
pub mod metrics;
pub mod model;
pub mod report;
pub mod text;
pub mod thread;
