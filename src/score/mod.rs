//! Threads, tables and streams into verdicts, in order, on several threads.
//!
//! A thread in memory is scored by [`Scorer::thread`](crate::model::scorer::Scorer::thread), tables of any size by
//! `stream::score`, which writes rows in a form given by the caller (`row_form`) and reports its progress (`watch`).

pub(crate) mod caveats;
pub(crate) mod decided;
pub(crate) mod earlier;
pub(crate) mod error;
pub(crate) mod gathering;
pub(crate) mod group;
pub(crate) mod input_file;
pub(crate) mod job;
pub(crate) mod large;
pub(crate) mod pipeline;
pub(crate) mod plan;
pub(crate) mod pool;
pub(crate) mod row_form;
pub(crate) mod rows;
pub(crate) mod run;
pub(crate) mod spool;
pub(crate) mod stream;
pub(crate) mod thread;
pub(crate) mod thread_stance;
pub(crate) mod threads;
pub(crate) mod watch;
