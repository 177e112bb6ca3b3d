//! The real binary in a temporary directory: one module for each command, and one for each thing that all of them keep.
//! One test program, so that it is linked once.

// Pedantic lints are for the program: tests say what they mean in the plainest way.
#![allow(clippy::pedantic)]

mod bad_input;
mod bias;
mod convert;
mod decided;
mod determinism;
mod evaluate;
mod explain;
mod figures;
mod golden;
mod hostile;
mod inspect;
#[cfg(unix)]
mod interrupt;
mod labels;
mod language;
mod limits;
mod meta;
mod no_verdict;
mod outputs;
mod page;
mod policy;
mod recipe;
mod review;
mod score;
mod scripts;
#[cfg(unix)]
mod serve;
#[cfg(unix)]
mod serve_changing;
#[cfg(unix)]
mod serve_killed;
#[cfg(unix)]
mod serve_malformed;
#[cfg(unix)]
mod serving;
mod shuffled;
mod sources;
mod sources_annotations;
mod sources_forums;
mod sources_input;
mod sources_others;
mod sources_pages;
mod sources_tables;
mod sources_xml;
mod support;
mod targets;
#[cfg(unix)]
mod terminal;
mod text_rules;
mod threads;
mod train;
mod unsure;
