//! The screen of `ombud review`: the queue by keyboard, in a terminal.
//!
//! [`App`] is all of it but the terminal: keys and time go in, cells come out. [`run`] is the loop around it.
//! - `desk` is the list and the comment that is decided, `deciding` what is done with it, `looking` which comments are listed;
//!   `holding` is what the reviewer has before anybody else; `form`, `bulk`, `reading`, `board` and `learning` are the other pages, `keymap` and `field` what keys do.
//! - `backstage` does what takes longer than a key may.
//! - `draw` puts it on the screen: `doc` lays text out, `paint` puts it into cells, `safe` sees to it that text of strangers
//!   is nothing but text.
//!
//! Whatever goes wrong is said on the screen and changes nothing else there: no decision and no typed word is lost to it.

mod app;
mod backstage;
mod board;
mod broken;
mod bulk;
mod current;
mod deciding;
mod desk;
mod doc;
mod draft;
mod draw;
mod field;
mod form;
mod holding;
mod keymap;
mod learning;
mod looking;
mod lookup;
mod options;
#[cfg(test)]
mod pages_test;
mod paint;
mod reading;
mod reasons;
mod retraining;
mod run;
mod safe;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use app::{App, Effect};
pub use broken::cause;
pub use keymap::{Command, Keymap, KeymapError};
pub use options::{Options, Words};
pub use retraining::{Candidate, Compared, Measure, NoRetraining, Progress, Retraining, Waiting};
pub use run::{run, terminal};
