//! Reads reader comments: where each one stands, whether it is speculative or off-topic, how sure that is, and why.
//!
//! The folders are in order, and each uses only those before it: [`text`] makes tokens, [`thread`] reads comments from any
//! form, [`features`] makes sparse rows, [`metrics`] says what scores are worth, [`learn`] fits linear models, [`model`] is
//! the trained whole, [`report`] writes results, `review` keeps the queue and its decisions, and `cli` is the command line.
//!
//! ```
//! use std::sync::Arc;
//! use ombud::{Input, Model, Outcome, Scorer, Site};
//!
//! let model = Arc::new(Model::shipped()?);
//! let mut scorer = Scorer::new(model, &Site::default())?;
//! let verdict = scorer.verdict(&Input::of("Somebody got paid for this, you will see."), 3);
//! for (label, outcome) in scorer.model().labels().iter().zip(&verdict.outcomes) {
//!     match outcome {
//!         Outcome::Stance { class: Ok(class), p } => {
//!             println!("{}: {} {:.2}", label.name, label.classes()[*class], p[*class]);
//!         }
//!         Outcome::Stance { class: Err(why), .. } => println!("{}: none given, {}", label.name, why.name()),
//!         Outcome::Flag { raised, p, .. } => println!("{}: {raised} {:.2}", label.name, p.unwrap_or_default()),
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(test, allow(clippy::float_cmp))]

#[cfg(feature = "cli")]
pub(crate) mod cli;
pub(crate) mod dataset;
pub(crate) mod features;
pub(crate) mod learn;
pub(crate) mod metrics;
pub(crate) mod model;
#[cfg(feature = "review")]
pub(crate) mod queue;
pub(crate) mod report;
pub(crate) mod score;
#[cfg(feature = "review")]
pub(crate) mod screen;
pub(crate) mod text;
pub(crate) mod thread;
pub(crate) mod train;

pub use dataset::label::Label;
pub use features::input::Input;
pub use model::model::Model;
pub use model::scorer::Scorer;
pub use model::site::Site;
pub use model::verdict::{Outcome, Verdict};
pub use score::error::ScoreError;
pub use thread::comment::{Article, Comment, Thread};
pub use train::options::TrainOptions;
pub use train::train::train;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub use cli::run;

/// What the fuzz targets reach, and nobody else.
#[doc(hidden)]
pub mod fuzzing {
    pub use crate::features::options::Options;
    pub use crate::text::stem::Language;
    pub use crate::text::token::Tokens;
    pub use crate::text::tokenizer::Tokenizer;
    pub use crate::thread::columns::ColumnMap;
    pub use crate::thread::format::Format;
    pub use crate::thread::threads::read_thread_from;
    pub use crate::thread::tree::Tree;
    pub use crate::thread::write::write_all;
}
