//! The screen of `ombud review`: the queue by keyboard, in a terminal.
//!
//! `app` holds the state and routes keys and time to whatever is up; `run` is the loop around it.
//! - `queue_list` and `comment_pane` are what is reviewed, `browsing` goes through them, `deciding` records decisions,
//!   `search` says which comments are listed and `leases` which are held.
//! - `thread_page`, `batch_page`, `dashboard` and `form` are the other pages; each keeps its state and knows its keys, and
//!   `pages` does what they ask for. `keymap` and `field` read keys.
//! - `worker` does in the background what takes longer than a key may, `retrain` trains there. `thread_learning` asks it for
//!   what the decided stances of a thread teach; `thread_learnt` is what came of it.
//! - `draw` puts all of it on the screen: `layout` lays text out, `paint` puts it into cells.
//!
//! Every failure is reported on the screen and changes nothing else there: no decision and no typed word is lost.

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
#[cfg(test)]
pub(crate) mod learnt_test;
pub(crate) mod leases;
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
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod search;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod thread_learning;
pub(crate) mod thread_learnt;
pub(crate) mod thread_page;
pub(crate) mod tone;
pub(crate) mod worker;
