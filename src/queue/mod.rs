//! The queue: scored comments await a person, who decides; decisions are kept, undone, counted and learnt from.
//!
//! All of it is one `SQLite` file, the [`Store`]. Its parts, each a file:
//! - `import` takes scored comments in, again and again; `waiting` and `order` say which comes next; `lease` and `presence`
//!   see to it that two reviewers do not hold the same one.
//! - `decide`, `skip`, `undo` and `batch` are what a reviewer does. Each is an entry of `log`, a chain of hashes that nothing is
//!   ever taken out of. What the tables say follows from the log, or is `bound` by it; `verify` walks it and compares.
//! - `elsewhere` takes decisions that were made elsewhere; `amend` those that may be made otherwise there, later.
//! - `purge` erases what a person wrote and leaves the chain whole.
//! - `together` writes many changes at a time.
//! - `readonly` opens a file that cannot be written, to look at it.
//! - `figures`, `export` and `training` are what is made of it. `sql` has what their queries share.
//! - `learn_thread` works out what decided stances teach the other comments of their thread; `learnt` is what the log keeps of
//!   it. `decided_stances` reads them for `score`.
//! - `own_model` says where the model is that a queue has learnt.
//! - `policy_file` reads what a site has settled, `ombud.toml`.
//!
//! The store reads no clock and does not ask who is using it: time, in milliseconds since 1970 (UTC), and reviewer are
//! parameters. Only the upgrade of a file from an earlier version has no caller to ask. `fill`, which adds scored
//! threads, takes the time from `clock`.

pub(crate) mod amend;
pub(crate) mod batch;
pub(crate) mod bound;
pub(crate) mod clock;
pub(crate) mod codes;
pub(crate) mod comment;
pub(crate) mod comment_view;
pub(crate) mod configure;
pub(crate) mod consensus;
pub(crate) mod date;
pub(crate) mod decide;
pub(crate) mod decide_lines;
pub(crate) mod decided;
pub(crate) mod decided_stances;
pub(crate) mod decision;
pub(crate) mod digest;
pub(crate) mod elsewhere;
pub(crate) mod error;
pub(crate) mod existing;
pub(crate) mod export;
pub(crate) mod figures;
#[cfg(feature = "cli")]
pub(crate) mod figures_text;
pub(crate) mod fill;
pub(crate) mod filter;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod import;
pub(crate) mod intern;
pub(crate) mod known_codes;
pub(crate) mod learn_thread;
pub(crate) mod learnt;
pub(crate) mod lease;
pub(crate) mod library;
#[cfg(feature = "cli")]
pub(crate) mod listing;
pub(crate) mod log;
#[cfg(feature = "cli")]
pub(crate) mod notes;
pub(crate) mod order;
pub(crate) mod own_model;
pub(crate) mod policy_file;
pub(crate) mod presence;
pub(crate) mod purge;
pub(crate) mod readonly;
pub(crate) mod review_policy;
pub(crate) mod schema;
pub(crate) mod scored;
pub(crate) mod settings;
pub(crate) mod severity;
pub(crate) mod skip;
pub(crate) mod sql;
pub(crate) mod state;
pub(crate) mod store;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod thread_view;
#[cfg(any(feature = "serve", test))]
pub(crate) mod together;
pub(crate) mod training;
pub(crate) mod undo;
pub(crate) mod verify;
pub(crate) mod waiting;
pub(crate) mod window;
