//! Reads reader comments: where each one stands, whether it is speculative or off-topic, how sure that is, and why.
//!
//! The folders are in order, and each uses only those before it: [`text`] makes tokens, [`thread`] reads comments from any
//! form, [`features`] makes sparse rows, [`metrics`] says what scores are worth, [`learn`] fits linear models, [`model`] is
//! the trained whole, [`report`] writes results, `review` keeps the queue and its decisions, and `cli` is the command line.
//!
//! ```
//! use std::sync::Arc;
//! use ombud::features::Input;
//! use ombud::model::{Model, Outcome, SHIPPED, Scorer, Site};
//!
//! let model = Arc::new(Model::from_bytes(SHIPPED, "news-en")?);
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
pub mod cli;
pub mod features;
pub mod learn;
pub mod metrics;
pub mod model;
pub mod report;
#[cfg(feature = "review")]
pub mod review;
pub mod text;
pub mod thread;
