//! Stores and comments for tests.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::queue::decision::{Action, Answer, Decision, Seen};
use crate::queue::filter::Filter;
use crate::queue::order::Order;
use crate::queue::scored::{About, Beside, ModelRef, Score, Scored};
use crate::queue::store::Store;
use crate::queue::waiting::{Cursor, PageRequest};

/// A store in a folder that goes with it.
pub(crate) struct Scratch {
    pub(crate) store: Store,
    pub(crate) path: PathBuf,
    _folder: tempfile::TempDir,
}

/// An empty store, with a fixed seed.
pub(crate) fn scratch() -> Scratch {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ombud.db");
    let store = Store::open(&path).unwrap();
    store.connection.execute("UPDATE setting SET value = x'5eed' WHERE name = 'seed'", []).unwrap();
    drop(store);
    Scratch { store: Store::open(&path).unwrap(), path, _folder: folder }
}

impl Scratch {
    /// With these comments, imported at time 1000.
    pub(crate) fn with(comments: &[Made]) -> Self {
        let mut scratch = scratch();
        scratch.import(comments);
        scratch
    }

    pub(crate) fn import(&mut self, comments: &[Made]) -> crate::queue::import::Imported {
        let scored: Vec<Scored<'_>> = comments.iter().map(Made::scored).collect();
        self.store.import(&scored, 1000).unwrap()
    }

    /// The number of a comment.
    pub(crate) fn id(&self, source_id: &str) -> i64 {
        let find = "SELECT id FROM comment WHERE source_id = ?";
        self.store.connection.query_row(find, [source_id], |row| row.get(0)).unwrap()
    }

    pub(crate) fn seen(&self, source_id: &str, reviewer: &str) -> Seen {
        self.store.comment_view(self.id(source_id), reviewer).unwrap().seen
    }

    /// Decides in sight of the present state.
    pub(crate) fn decide(&mut self, source_id: &str, reviewer: &str, decision: &Decision) -> i64 {
        let seen = self.seen(source_id, reviewer);
        self.store.decide(self.id(source_id), reviewer, decision, &seen, 2000).unwrap()
    }

    pub(crate) fn verified(&self) -> crate::queue::verify::Verified {
        self.store.verify().unwrap().unwrap()
    }
}

/// A comment to import.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) thread: &'static str,
    pub(crate) author: Option<String>,
    pub(crate) created_at: Option<String>,
    pub(crate) text: String,
    pub(crate) model: &'static str,
    pub(crate) labels: Vec<(&'static str, Score)>,
}

impl Made {
    pub(crate) fn scored(&self) -> Scored<'_> {
        Scored {
            id: &self.id,
            thread_id: Some(self.thread),
            parent_id: None,
            author: self.author.as_deref(),
            created_at: self.created_at.as_deref(),
            text: &self.text,
            beside: Beside::default(),
            article: About { title: Some("Council closes library"), ..About::default() },
            model: ModelRef { name: "house", hash: self.model },
            labels: &self.labels,
            reasons: "[]",
        }
    }
}

pub(crate) fn flag(p: f32) -> Score {
    Score::Flag { raised: p >= 0.5, unsure: false, p, threshold: 0.5 }
}

/// A comment with a flag `toxicity` of probability `p` (raised from 0.5) and a stance.
pub(crate) fn made(id: &str, p: f32) -> Made {
    let classes = BTreeMap::from([("against".to_owned(), 0.25), ("favor".to_owned(), 0.75)]);
    Made {
        id: id.to_owned(),
        thread: "t1",
        author: Some(format!("author of {id}")),
        created_at: Some(format!("2024-05-01T12:00:{:02}Z", id.len() % 60)),
        text: format!("Text of comment {id}, which nobody asked for."),
        model: "ab12",
        labels: vec![
            ("toxicity", flag(p)),
            ("stance", Score::Stance { class: Some("favor".to_owned()), why: None, p: classes }),
        ],
    }
}

/// Answers `toxicity` and takes the action that follows.
pub(crate) fn toxic(yes: bool) -> Decision {
    let action = if yes { Action::Reject } else { Action::Approve };
    Decision { labels: BTreeMap::from([("toxicity".to_owned(), Answer::Flag(yes))]), action: Some(action) }
}

pub(crate) fn act(action: Action) -> Decision {
    Decision { labels: BTreeMap::new(), action: Some(action) }
}

/// The first nine comments at time 5000.
pub(crate) fn request<'a>(order: Order, filter: &'a Filter, reviewer: &'a str) -> PageRequest<'a> {
    PageRequest { order, filter, reviewer, cursor: Cursor::default(), limit: 9, now: 5000 }
}
