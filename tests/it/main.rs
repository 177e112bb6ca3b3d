//! The real binary in a temporary directory: one module for each command, and one for each thing that all of them keep.
//! One test program, so that it is linked once.

// Tests are read more often than run: what is plain comes before what is fast.
#![allow(clippy::format_collect, clippy::case_sensitive_file_extension_comparisons)]

mod bad_input;
mod convert;
mod determinism;
mod evaluate;
mod explain;
mod inspect;
mod meta;
mod policy;
mod score;
mod support;
mod train;
