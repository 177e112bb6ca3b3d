//! One file per output form: rows as CSV and JSONL, a thread for the terminal, tables, pages and model cards.
//!
//! Every form is written to a writer from the caller; nothing here opens files or prints. What a person reads goes
//! through [`sanitize`] first, so that a hostile comment can neither control a terminal nor reverse a line. CSV and
//! JSONL are for machines and keep the text unchanged, unless they are sent to a terminal.

#[cfg(feature = "cli")]
pub(crate) mod bias;
#[cfg(feature = "cli")]
pub(crate) mod card;
#[cfg(feature = "cli")]
pub(crate) mod charts;
#[cfg(feature = "cli")]
pub(crate) mod class_option;
#[cfg(feature = "review")]
pub(crate) mod columns;
pub(crate) mod csv;
#[cfg(feature = "cli")]
pub(crate) mod explanation;
#[cfg(feature = "cli")]
pub(crate) mod figure_rows;
#[cfg(feature = "cli")]
pub(crate) mod figure_text;
#[cfg(feature = "cli")]
pub(crate) mod figures;
#[cfg(feature = "cli")]
pub(crate) mod form;
#[cfg(feature = "cli")]
pub(crate) mod highlight;
#[cfg(feature = "cli")]
pub(crate) mod html;
#[cfg(feature = "cli")]
pub(crate) mod html_thread;
#[cfg(feature = "cli")]
pub(crate) mod inspect;
#[cfg(feature = "cli")]
pub(crate) mod interval;
pub(crate) mod jsonl;
pub(crate) mod label_report;
#[cfg(feature = "cli")]
pub(crate) mod notes;
#[cfg(feature = "cli")]
pub(crate) mod notes_of_tables;
pub(crate) mod only;
#[cfg(feature = "cli")]
pub(crate) mod paint;
#[cfg(all(feature = "cli", feature = "parquet"))]
pub(crate) mod parquet_rows;
#[cfg(feature = "cli")]
pub(crate) mod progress;
#[cfg(feature = "cli")]
pub(crate) mod reading;
#[cfg(feature = "cli")]
pub(crate) mod risk_control;
#[cfg(feature = "review")]
pub(crate) mod sanitize;
pub(crate) mod scored_rows;
#[cfg(feature = "cli")]
pub(crate) mod scored_threads;
pub(crate) mod spreadsheet;
#[cfg(feature = "cli")]
pub(crate) mod table;
pub(crate) mod tally;
#[cfg(feature = "cli")]
pub(crate) mod thread;
#[cfg(feature = "cli")]
pub(crate) mod training_report;
#[cfg(feature = "cli")]
pub(crate) mod tree_lines;
#[cfg(feature = "cli")]
pub(crate) mod width;
