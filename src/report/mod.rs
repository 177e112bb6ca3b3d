//! One file per output form.

pub mod csv;
pub mod jsonl;
