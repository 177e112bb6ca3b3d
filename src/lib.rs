//! Classifies reader comments: where each one stands, whether it is speculative or off-topic, how sure that is, and
//! why.
//!
//! ```
//! use std::sync::Arc;
//! use ombud::{Article, Comment, Model, Outcome, Scorer, Site, Thread};
//!
//! let comment = |id: &str, text: &str| Comment { id: id.to_owned(), text: text.to_owned(), ..Comment::default() };
//! let thread = Thread {
//!     article: Article { title: Some("Council votes to close the library".to_owned()), ..Article::default() },
//!     comments: vec![comment("c1", "Somebody got paid for this, you will see."), comment("c2", "Well done, council.")],
//!     ..Thread::default()
//! };
//! let mut scorer = Scorer::new(Arc::new(Model::shipped()?), &Site::default())?;
//! for (comment, verdict) in thread.comments.iter().zip(scorer.thread(&thread, 3)?) {
//!     for (label, outcome) in scorer.model().labels().iter().zip(&verdict.outcomes) {
//!         if let Outcome::Flag { raised: true, p: Some(p), .. } = outcome {
//!             println!("{}: {} {p:.2}", comment.id, label.name);
//!         }
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Open a [`Model`], or train one on labelled tables with [`train()`]. A [`Scorer`] scores threads ([`Scorer::thread`])
//! or single comments ([`Scorer::verdict`]) with it. A `Queue` (feature `review`) keeps scored comments and people's
//! decisions on them, and retrains from these; a `PolicyFile` holds a site's settings, `ombud.toml`. The examples in
//! `examples/` show each of these. A `Server` (feature `serve`) scores over HTTP.
//!
//! Features: `shipped` (on by default) puts the model `news-en` and word vectors inside, 25 MB; `review` adds the queue;
//! `serve` the server; `cli` the program.

#![cfg_attr(test, allow(clippy::float_cmp))]
// Parts of the engine are reached by the program alone.
#![cfg_attr(not(all(feature = "cli", feature = "parquet")), allow(dead_code))]

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
#[cfg(feature = "cli")]
pub(crate) mod screen;
#[cfg(feature = "serve")]
pub(crate) mod serve;
pub(crate) mod text;
pub(crate) mod thread;
pub(crate) mod train;

pub use dataset::error::TrainError;
pub use dataset::label::{Kind, Label};
pub use features::input::Input;
pub use model::file_error::FileError;
pub use model::model::Model;
pub use model::scorer::Scorer;
pub use model::site::{Asked, Site, SiteError};
pub use model::verdict::{Outcome, Reason, Verdict, Why};
#[cfg(feature = "review")]
pub use queue::decision::{Action, Answer, Decision};
#[cfg(feature = "review")]
pub use queue::library::{Queue, QueueError};
#[cfg(feature = "review")]
pub use queue::policy_file::{PolicyFile, PolicyFileError, PolicyNote};
pub use score::error::ScoreError;
#[cfg(feature = "serve")]
pub use serve::error::ServeError;
#[cfg(feature = "serve")]
pub use serve::handle::ServerHandle;
#[cfg(feature = "serve")]
pub use serve::options::ServeOptions;
#[cfg(feature = "serve")]
pub use serve::server::Server;
pub use thread::comment::{Article, Beside, Comment, Thread};
pub use thread::error::ThreadError;
pub use thread::markup::PlainText;
pub use train::labelled::train;
pub use train::options::TrainOptions;

/// Sparse linear learning as linfa's estimators: `Params` that are checked, `Fit` on a `DatasetBase` of sparse rows, `Predict`.
pub mod linear {
    pub use crate::features::sparse::{Chunk, Row, SparseError, SparseRows};
    pub use crate::learn::adagrad::{AdaGradParams, AdaGradValidParams};
    pub use crate::learn::dual::{DualParams, DualValidParams};
    pub use crate::learn::error::LearnError;
    pub use crate::learn::linear::Linear;
    pub use crate::learn::targets::Targets;
}

#[cfg(feature = "cli")]
#[doc(hidden)]
pub use cli::run;

/// For the fuzz targets only.
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
