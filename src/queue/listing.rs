//! Comments of a queue as lines, for a terminal or as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::queue::purge::Doomed;
use crate::queue::scored::Score;
use crate::queue::state::State;
use crate::queue::waiting::Item;
use crate::report::sanitize;

/// At most this many characters of a comment are shown.
const EXCERPT: usize = 60;

impl Item {
    /// `t1 c7  toxicity 0.93  You fools, …`.
    pub(crate) fn line(&self) -> String {
        let raised = self.scores.iter().filter(|(_, score)| score.calls());
        let raised: Vec<String> = raised.map(|(label, score)| format!("{label} {:.2}", score.p())).collect();
        let raised = if raised.is_empty() { self.way.name().to_owned() } else { raised.join(", ") };
        let state = if self.state == State::Open { String::new() } else { format!("  {}", self.state.name()) };
        let words = self.excerpt.split_whitespace().collect::<Vec<_>>().join(" ");
        let excerpt: String = words.chars().take(EXCERPT).collect();
        let id = named(&self.thread_id, &self.source_id);
        let [id, raised, excerpt] = [&id, &raised, &excerpt].map(|text| sanitize::line(text));
        format!("{id}{state}  {raised}  {excerpt}")
    }

    pub(crate) fn json(&self) -> Value {
        let scores: BTreeMap<&str, &Score> = self.scores.iter().map(|(label, score)| (label.as_str(), score)).collect();
        json!({
            "id": self.source_id, "thread_id": self.thread_id, "author": self.author, "selected": self.way,
            "state": self.state, "labels": scores,
        })
    }
}

impl Doomed {
    /// The comment as messages call it: `t1 c7`.
    pub(crate) fn name(&self) -> String {
        named(&self.thread_id, &self.source_id)
    }

    /// `t1 c7  2026-05-01T12:00:00Z  Rosa M`.
    pub(crate) fn line(&self) -> String {
        let name = self.name();
        let cells = [Some(&name), self.created_at.as_ref(), self.author.as_ref()];
        let cells: Vec<&str> = cells.into_iter().flatten().map(String::as_str).collect();
        sanitize::line(&cells.join("  "))
    }
}

fn named(thread: &str, id: &str) -> String {
    if thread.is_empty() { id.to_owned() } else { format!("{thread} {id}") }
}
