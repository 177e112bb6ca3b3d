//! Decisions that a program or a person has made elsewhere.

use serde::Deserialize;

use crate::queue::decision::{Answer, Decision, REJECT};
use crate::queue::error::ReviewError;
use crate::queue::scored::Score;
use crate::queue::store::Store;

/// A decision and the comment that it is about. As JSON:
/// `{"id","thread_id","action","labels":{"toxicity":true,"stance":"favor"}}`; the thread is needed only where several have the id.
#[derive(Debug, Deserialize)]
pub(crate) struct Elsewhere {
    id: String,
    #[serde(default)]
    thread_id: Option<String>,
    #[serde(flatten)]
    decision: Decision,
}

impl Elsewhere {
    pub(crate) fn new(id: &str, thread_id: Option<&str>, decision: Decision) -> Self {
        Self { id: id.to_owned(), thread_id: thread_id.map(str::to_owned), decision }
    }
}

/// Why a decision does not count.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ElsewhereError {
    #[error(transparent)]
    Queue(#[from] ReviewError),
    #[error("{0}, with \"thread_id\"")]
    Ambiguous(ReviewError),
    #[error("there is no comment {id:?}{}", thread.as_ref().map_or_else(String::new, |thread| format!(" in thread {thread:?}")))]
    NoComment { id: String, thread: Option<String> },
    #[error("{id:?}: {reviewer} has already decided this comment: {decision}")]
    Decided { id: String, reviewer: String, decision: String },
    #[error("there is no label {label:?}; the labels are {}", labels.join(", "))]
    NoLabel { label: String, labels: Vec<String> },
    #[error("{label} has no class {class:?}; it has {}", classes.join(", "))]
    NoClass { label: String, class: String, classes: Vec<String> },
}

impl Store {
    /// Takes a decision that was made elsewhere.
    ///
    /// # Errors
    /// When its comment is missing or decided, or it answers a label that the comment's model does not have.
    pub(crate) fn decide_elsewhere(
        &mut self,
        reviewer: &str,
        made: &Elsewhere,
        now: i64,
    ) -> Result<(), ElsewhereError> {
        let found = self.find(made.thread_id.as_deref(), &made.id).map_err(|error| match error {
            ReviewError::Ambiguous { .. } => ElsewhereError::Ambiguous(error),
            other => other.into(),
        })?;
        let missing = || ElsewhereError::NoComment { id: made.id.clone(), thread: made.thread_id.clone() };
        let (comment, _) = found.ok_or_else(missing)?;
        let view = self.comment_view(comment, reviewer)?;
        // Whoever decides it again must have seen the earlier decision, as on the screen.
        if let Some(past) = view.decisions.last() {
            let (reviewer, decision) = (past.reviewer.clone(), past.decision.to_string());
            return Err(ElsewhereError::Decided { id: made.id.clone(), reviewer, decision });
        }
        check(&made.decision, &view.scores)?;
        self.decide(comment, reviewer, &made.decision, &view.seen, now)?;
        Ok(())
    }
}

/// Refuses labels and classes that the comment's model does not have: a typing error would be learnt.
fn check(decision: &Decision, scores: &[(String, Score)]) -> Result<(), ElsewhereError> {
    for (label, answer) in &decision.labels {
        match (scores.iter().find(|(name, _)| name == label), answer) {
            (None, _) if label != REJECT => {
                let labels = scores.iter().map(|(name, _)| name.as_str()).chain([REJECT]).map(str::to_owned);
                return Err(ElsewhereError::NoLabel { label: label.clone(), labels: labels.collect() });
            }
            (Some((_, Score::Stance { p, .. })), Answer::Stance(class)) if !p.contains_key(class) => {
                let (label, class) = (label.clone(), class.clone());
                return Err(ElsewhereError::NoClass { label, class, classes: p.keys().cloned().collect() });
            }
            _ => {}
        }
    }
    Ok(())
}
