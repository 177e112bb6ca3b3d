//! What the decided stances of a thread teach about its open comments, for one reviewer's screen.
//!
//! It is computed in memory from the file and never stored as scores, which remain the model's. The log records what a
//! reviewer saw only when the reviewer decides. Comments of the audit sample keep the model's scores, so that their
//! figures remain the model's.

use std::collections::BTreeMap;

use rusqlite::params;
use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::dataset::decided::Answered;
use crate::dataset::label::Label;
use crate::features::thread_rows::Voice;
use crate::model::verdict::{Outcome, Verdict, Why};
use crate::queue::codes::Json;
use crate::queue::comment_view::CommentView;
use crate::queue::decide::Logged;
use crate::queue::decision::Answer;
use crate::queue::error::ReviewError;
use crate::queue::fill;
use crate::queue::learnt::LearntComment;
use crate::queue::scored::Score;
use crate::queue::sql::{OPEN, PURGED, STANDS};
use crate::queue::state::{Selection, State};
use crate::queue::store::Store;
use crate::queue::training::target;
use crate::report::jsonl::Reasons;
use crate::score::decided::{Decided, DecidedStance};
use crate::score::thread_stance::MOST_DECIDED;
use crate::text::stem::Language;

/// At most this many comments of a thread are learnt, the nearest to the current one,
const COMMENTS: usize = 5_000;
/// and this many characters of each.
const CHARS: usize = 4_000;
/// At most this many reasons are given for a stance.
const REASONS: usize = 3;

/// How threads are learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Learner {
    /// Authors count.
    pub(crate) authors: bool,
    /// Of the texts.
    pub(crate) language: Language,
}

/// What was learnt from a thread.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LearntThread {
    /// Its id.
    pub(crate) thread_id: String,
    /// The number of decided comments used; 0 if too few are decided.
    pub(crate) from: usize,
    /// By comment number, for open comments.
    comments: FxHashMap<i64, LearntComment>,
}

impl LearntThread {
    /// What was learnt about a comment.
    pub(crate) fn get(&self, comment: i64) -> Option<&LearntComment> {
        self.comments.get(&comment)
    }

    /// Replaces the model's stances of a comment with those learnt, if it is still open to the reviewer.
    pub(crate) fn apply(&self, view: &mut CommentView) {
        if let Some(learnt) = self.get(view.id).filter(|_| view.thread_id == self.thread_id) {
            learnt.apply(view);
        }
    }
}

impl LearntComment {
    /// See [`LearntThread::apply`].
    pub(crate) fn apply(&self, view: &mut CommentView) {
        if view.state != State::Open || view.way == Selection::AuditSample || !view.decisions.is_empty() {
            return;
        }
        self.overlay(&mut view.scores);
        // Reasons that cannot be read are reported as such.
        if let (Ok(mut reasons), Ok(own)) =
            (serde_json::from_str::<Vec<Value>>(&view.reasons), serde_json::from_str::<Vec<Value>>(&self.reasons))
        {
            reasons.retain(|reason| !self.scores.iter().any(|(label, _)| reason["label"] == **label));
            reasons.extend(own);
            view.reasons = Value::Array(reasons).to_string();
        }
        view.learnt = Some(self.clone());
    }
}

/// A comment of the thread.
struct Row {
    id: i64,
    source_id: String,
    parent_id: Option<String>,
    author: Option<String>,
    text: String,
    shown: Vec<(String, Score)>,
    way: Selection,
    state: State,
}

impl Store {
    /// Learns the thread of a comment from its decided stances. Other reviewers' decisions on an open comment are
    /// neither used nor shown.
    ///
    /// # Errors
    /// When there is no such comment, or the database fails.
    pub(crate) fn learn_thread(
        &self,
        comment: i64,
        reviewer: &str,
        learner: Learner,
    ) -> Result<LearntThread, ReviewError> {
        let find = "SELECT t.id, t.source_id FROM comment c JOIN thread t ON t.id = c.thread WHERE c.id = ?";
        let mut query = self.connection.prepare_cached(find)?;
        let (thread, thread_id): (i64, String) = query.query_row([comment], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut learnt = LearntThread { thread_id, ..LearntThread::default() };
        let answers = self.stances_of_thread(thread, reviewer)?;
        if answers.is_empty() {
            return Ok(learnt);
        }
        let rows = self.rows_of_thread(thread, comment)?;
        let places: FxHashMap<&str, usize> =
            rows.iter().enumerate().map(|(at, row)| (row.source_id.as_str(), at)).collect();
        let stances = rows.iter().filter_map(|row| Some((row, answers.get(&row.id)?))).flat_map(|(row, stances)| {
            stances.iter().map(|(label, class)| DecidedStance {
                thread_id: None,
                id: row.source_id.clone(),
                label: label.clone(),
                class: class.clone(),
            })
        });
        let voices = rows.iter().map(|row| {
            let parent = row.parent_id.as_deref().and_then(|parent| places.get(parent).copied());
            (row.source_id.as_str(), Voice { text: &row.text, author: row.author.as_deref(), parent })
        });
        let (labels, voices) = (labels(&rows), voices.collect::<Vec<_>>());
        let of_model = |at: usize, verdict: &mut Verdict| verdict.outcomes = outcomes(&labels, &rows[at]);
        let decided = Decided::new(stances, learner.authors);
        let learnt_stances = decided.learn((&labels, learner.language), None, &voices, of_model);
        learnt.from = learnt_stances.decided;
        if learnt.from == 0 {
            return Ok(learnt);
        }
        for (at, row) in rows.iter().enumerate() {
            if row.state != State::Open || row.way == Selection::AuditSample || answers.contains_key(&row.id) {
                continue;
            }
            let mut verdict = Verdict { outcomes: outcomes(&labels, row), ..Verdict::default() };
            let of_model = verdict.outcomes.clone();
            learnt_stances.apply(at, REASONS, &mut verdict);
            if verdict.outcomes == of_model {
                continue;
            }
            let scores = fill::scores(&labels, &verdict).into_iter();
            let scores = scores.map(|(label, score)| (label.to_owned(), score)).collect();
            let reasons = serde_json::to_string(&Reasons { labels: &labels, list: &verdict.reasons, text: &row.text })?;
            learnt.comments.insert(row.id, LearntComment { from: learnt.from, scores, reasons });
        }
        Ok(learnt)
    }

    /// The stances in force in a thread, by comment and label, for the comments decided last.
    fn stances_of_thread(
        &self,
        thread: i64,
        reviewer: &str,
    ) -> Result<FxHashMap<i64, BTreeMap<String, String>>, ReviewError> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT c.id, l.body, d.seq FROM comment c JOIN decision d ON d.comment = c.id JOIN log l ON l.seq = d.seq
             WHERE c.thread = ?1 AND {STANDS} AND (c.state <> {OPEN} OR d.reviewer = ?2) AND c.state <> {PURGED}
             ORDER BY c.id, d.seq"
        ))?;
        let mut rows = query.query(params![thread, reviewer])?;
        let mut said: FxHashMap<i64, BTreeMap<String, Vec<Answer>>> = FxHashMap::default();
        let mut last: FxHashMap<i64, i64> = FxHashMap::default();
        while let Some(row) = rows.next()? {
            let Json(logged): Json<Logged> = row.get(1)?;
            for (label, answer) in logged.decision.labels {
                if matches!(answer, Answer::Stance(_)) {
                    last.insert(row.get(0)?, row.get(2)?);
                    said.entry(row.get(0)?).or_default().entry(label).or_default().push(answer);
                }
            }
        }
        let mut last: Vec<(i64, i64)> = last.into_iter().map(|(comment, seq)| (seq, comment)).collect();
        last.sort_unstable_by(|a, b| b.cmp(a));
        for (_, comment) in last.iter().skip(MOST_DECIDED) {
            said.remove(comment);
        }
        let class = |(label, answers): (String, Vec<Answer>)| match target(&answers)? {
            Answered::Stance(class) => Some((label, class)),
            Answered::Flag(_) => None,
        };
        Ok(said.into_iter().map(|(comment, of)| (comment, of.into_iter().filter_map(class).collect())).collect())
    }

    fn rows_of_thread(&self, thread: i64, comment: i64) -> Result<Vec<Row>, ReviewError> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT c.id, c.source_id, c.parent_id, a.name, substr(b.text, 1, ?3), b.shown, c.way, c.state
             FROM comment c JOIN body b ON b.comment = c.id LEFT JOIN author a ON a.id = c.author
             WHERE c.id IN (
               SELECT id FROM comment WHERE thread = ?1 AND state <> {PURGED} ORDER BY abs(id - ?2) LIMIT ?4
             ) ORDER BY c.id"
        ))?;
        let rows = query.query_map(params![thread, comment, CHARS, COMMENTS], |row| {
            let Json(shown) = row.get(5)?;
            Ok(Row {
                id: row.get(0)?,
                source_id: row.get(1)?,
                parent_id: row.get(2)?,
                author: row.get(3)?,
                text: row.get(4)?,
                shown,
                way: row.get(6)?,
                state: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The stances of the comments, as the first comment with each of them has it.
fn labels(rows: &[Row]) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for (name, score) in rows.iter().flat_map(|row| &row.shown) {
        if let Score::Stance { p, .. } = score
            && !labels.iter().any(|label| label.name == *name)
        {
            labels.push(Label::stance(name, p.keys().cloned().collect()));
        }
    }
    labels
}

/// The model's scores of a comment; nothing for a label with other classes, which another model may have scored.
fn outcomes(labels: &[Label], row: &Row) -> Vec<Outcome> {
    let outcome = |label: &Label| match row.shown.iter().find(|(name, _)| *name == label.name) {
        Some((_, Score::Stance { class, why, p })) if p.keys().eq(label.classes()) => Outcome::Stance {
            class: class
                .as_ref()
                .and_then(|class| label.classes().iter().position(|own| own == class))
                .ok_or(why.unwrap_or(Why::Unsure)),
            p: p.values().copied().collect(),
        },
        _ => Outcome::Stance { class: Err(Why::NoText), p: Vec::new() },
    };
    labels.iter().map(outcome).collect()
}
