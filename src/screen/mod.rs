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

pub(crate) mod app;
pub(crate) mod batch_page;
pub(crate) mod broken;
pub(crate) mod browsing;
pub(crate) mod comment_pane;
pub(crate) mod dashboard;
pub(crate) mod deciding;
pub(crate) mod draft;
pub(crate) mod draw;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod keymap;
pub(crate) mod layout;
pub(crate) mod learning;
pub(crate) mod leases;
pub(crate) mod lookup;
pub(crate) mod options;
pub(crate) mod pages;
#[cfg(test)]
pub(crate) mod pages_test;
pub(crate) mod paint;
pub(crate) mod queue_list;
pub(crate) mod reasons;
pub(crate) mod retrain;
pub(crate) mod retraining;
pub(crate) mod run;
pub(crate) mod safe;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod search;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod thread_page;
pub(crate) mod tone;
pub(crate) mod worker;
