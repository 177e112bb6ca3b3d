//! Reads reader comments: where each one stands, and whether it is speculative or off-topic.

pub mod thread;
