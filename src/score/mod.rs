//! Threads, tables and streams into verdicts, in order, on several threads.

pub(crate) mod earlier;
pub(crate) mod group;
pub(crate) mod large;
pub(crate) mod pipeline;
pub(crate) mod rows;
pub(crate) mod spool;
pub(crate) mod stream;
pub(crate) mod threads;
pub(crate) mod whole;
