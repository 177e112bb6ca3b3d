//! One file per output form: rows as CSV and JSONL, a thread for the terminal, tables, pages and model cards.
//!
//! Every form is written to a writer that the caller gives; nothing here opens files or prints. What a person reads goes
//! through [`visible`] first, so that a hostile comment can neither steer a terminal nor turn a line around. CSV and JSONL
//! are for machines and keep the text as it came.

pub mod csv;
pub mod jsonl;
#[cfg(feature = "cli")]
mod marks;
#[cfg(feature = "cli")]
mod paint;
pub mod tally;
#[cfg(feature = "cli")]
pub mod thread;
#[cfg(feature = "cli")]
pub mod visible;
