//! Reads reader comments: where each one stands, and whether it is speculative or off-topic.

pub mod features;
pub mod learn;
pub mod metrics;
pub mod model;
pub mod text;
pub mod thread;
