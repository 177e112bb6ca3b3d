//! One file per output form: rows as CSV and JSONL, a thread for the terminal, tables, pages and model cards.
//!
//! Every form is written to a writer that the caller gives; nothing here opens files or prints. What a person reads goes
//! through [`sanitize`] first, so that a hostile comment can neither steer a terminal nor turn a line around. CSV and JSONL
//! are for machines and keep the text as it came, unless they are sent to a terminal.

#[cfg(feature = "cli")]
mod bias;
#[cfg(feature = "cli")]
pub mod card;
#[cfg(feature = "cli")]
mod charts;
pub mod csv;
#[cfg(feature = "cli")]
pub mod figures;
#[cfg(feature = "cli")]
mod guides;
#[cfg(feature = "cli")]
pub mod html;
#[cfg(feature = "cli")]
pub mod html_thread;
pub mod jsonl;
pub mod label_report;
#[cfg(feature = "cli")]
mod marks;
#[cfg(feature = "cli")]
mod paint;
#[cfg(feature = "cli")]
mod promise;
#[cfg(feature = "cli")]
pub mod sanitize;
pub(crate) mod spreadsheet;
#[cfg(feature = "cli")]
pub mod table;
pub mod tally;
#[cfg(feature = "cli")]
pub mod thread;
#[cfg(feature = "cli")]
pub mod visible;
#[cfg(feature = "cli")]
mod width;

#[cfg(feature = "cli")]
pub use width::Width;
