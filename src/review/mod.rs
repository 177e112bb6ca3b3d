//! The queue: scored comments wait for a person, who decides; what was decided is kept, undone, counted and learnt from.
//!
//! All of it is one `SQLite` file, the [`Store`]. Its parts, each a file:
//! - `import` takes scored comments in, again and again; `queue` and `order` say which comes next; `lease` and `presence`
//!   see to it that two reviewers do not hold the same one.
//! - `decide`, `skip`, `undo` and `batch` are what a reviewer does. Each is an entry of `log`, a chain of hashes that nothing is
//!   ever taken out of. What the tables say follows from the log, or is `bound` by it; `verify` walks it and compares.
//! - `purge` erases what a person wrote and leaves the chain whole.
//! - `readonly` opens a file that cannot be written, to look at it.
//! - `figures`, `export` and `training` are what is made of it.
//!
//! Nothing here reads a clock or asks who sits there: time, in milliseconds since 1970 (UTC), and reviewer are parameters. Only
//! bringing a file of an earlier version to the present one has no caller to ask.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Why;

mod batch;
mod bound;
mod card;
mod codes;
mod date;
mod decide;
mod decision;
mod error;
mod export;
mod figures;
mod filter;
#[cfg(test)]
mod fixture;
mod import;
mod key;
mod lease;
mod log;
mod names;
mod order;
mod presence;
mod purge;
mod queue;
mod rank;
mod readonly;
mod schema;
pub mod screen;
mod settings;
mod settle;
mod severity;
mod skip;
mod store;
mod stored;
#[cfg(test)]
mod tests;
mod training;
mod undo;
mod verify;

pub use batch::{Applied, Preview};
pub use card::{Brief, Card, Note, Past};
pub use codes::UnknownCode;
pub use decision::{Action, Answer, Decision, REJECT, Seen};
pub use error::{Conflict, ReviewError};
pub use export::{ExportForm, Exported};
pub use figures::{AgreementFigures, Day, Figures, FlagFigures, Week};
pub use filter::{Filter, Scope, View};
pub use import::Imported;
pub use lease::Held;
pub use order::Order;
pub use purge::{Doomed, Purge, Purged, Undated};
pub use queue::{Cursor, Item, Page};
pub use severity::{Costs, MOST_COST};
pub use skip::Skipped;
pub use store::Store;
pub use stored::Stored;
pub use training::{Target, TrainingRow};
pub use undo::Undone;
pub use verify::{Broken, Sealed, Verified};

/// Whether a time can be read as sources write it.
#[must_use]
pub fn is_time(time: &str) -> bool {
    date::parse(time).is_some()
}

/// A comment and what a model says of it, as it is taken in.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'a> {
    /// Unique within its thread.
    pub id: &'a str,
    /// Its thread; comments without one share one thread.
    pub thread_id: Option<&'a str>,
    /// The comment that it answers.
    pub parent_id: Option<&'a str>,
    /// Who wrote it.
    pub author: Option<&'a str>,
    /// When, as the source writes it.
    pub created_at: Option<&'a str>,
    /// What it says, unchanged.
    pub text: &'a str,
    /// What it stands under.
    pub article: About<'a>,
    /// What its row says beside.
    pub beside: Beside<'a>,
    /// Which model spoke.
    pub model: ModelRef<'a>,
    /// What the model says, by label, in the model's order.
    pub labels: &'a [(&'a str, Score)],
    /// Why, as JSON; kept as it is.
    pub reasons: &'a str,
}

/// The article that a comment stands under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About<'a> {
    /// The source's own key.
    pub id: Option<&'a str>,
    /// The headline.
    pub title: Option<&'a str>,
    /// The body.
    pub text: Option<&'a str>,
    /// Where it was published.
    pub url: Option<&'a str>,
}

/// What the row of a comment says beside the thread, and a model may have judged it by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside<'a> {
    /// What its stance is towards, where that is not the article's title.
    pub target: Option<&'a str>,
    /// What its parent says, where that is no comment of the thread.
    pub parent_text: Option<&'a str>,
    /// Anything else that a reader of the comment would know.
    pub context: Option<&'a str>,
}

/// Which model spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelRef<'a> {
    /// Its name.
    pub name: &'a str,
    /// The hash of its file.
    pub hash: &'a str,
}

/// What is said of one label. As JSON: `{"raised","unsure","p","threshold"}`, or `{"class","p":{…}}` with `why` where the class is
/// null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Score {
    /// Of a flag.
    Flag {
        /// The probability is at least the threshold.
        raised: bool,
        /// The policy leaves it to a person; it is then not raised.
        unsure: bool,
        /// The calibrated probability.
        p: f32,
        /// Where it is raised; above 1 where nothing is without a person.
        threshold: f32,
    },
    /// Of a stance label.
    Stance {
        /// The class, unless none is given.
        class: Option<String>,
        /// Why none is given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Why>,
        /// The calibrated probability of each class.
        p: BTreeMap<String, f32>,
    },
}

impl Score {
    /// Whether a person is to look at the comment for it.
    #[must_use]
    pub fn calls(&self) -> bool {
        matches!(self, Self::Flag { raised: true, .. } | Self::Flag { unsure: true, .. })
    }

    /// The probability of a flag, or of the class that was chosen; of a stance without one that of the likeliest.
    #[must_use]
    pub fn p(&self) -> f32 {
        match self {
            Self::Flag { p, .. } => *p,
            Self::Stance { class: Some(class), p, .. } => p.get(class).copied().unwrap_or_default(),
            Self::Stance { class: None, p, .. } => p.values().copied().fold(0.0, f32::max),
        }
    }
}

/// How a comment came before a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Somebody asked for it: nothing is raised, and it is not in the random slice.
    Asked,
    /// A flag is raised, or left to a person.
    Flagged,
    /// It was drawn at random from those that are not flagged.
    Slice,
}

impl Way {
    const ALL: [Self; 3] = [Self::Asked, Self::Flagged, Self::Slice];

    /// The word for it in rows: `asked`, `flagged`, `slice`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Flagged => "flagged",
            Self::Slice => "slice",
        }
    }

    const fn code(self) -> i64 {
        self as i64
    }
}

/// What has become of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It waits for a decision.
    Open,
    /// It is decided.
    Done,
    /// It waits for somebody else: a reviewer passed it on, or two do not agree.
    Escalated,
    /// Its text is erased.
    Purged,
}

impl State {
    const ALL: [Self; 4] = [Self::Open, Self::Done, Self::Escalated, Self::Purged];

    /// The word for it: `open`, `done`, `escalated`, `purged`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Escalated => "escalated",
            Self::Purged => "purged",
        }
    }

    const fn code(self) -> i64 {
        self as i64
    }
}
