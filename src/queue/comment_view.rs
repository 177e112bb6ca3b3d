//! Everything about one comment that a reviewer is shown.

use rusqlite::{OptionalExtension, Row, params};

use crate::queue::codes::Json;
use crate::queue::decide::{Live, live};
use crate::queue::decision::{Decision, Seen};
use crate::queue::error::ReviewError;
use crate::queue::learnt::LearntComment;
use crate::queue::scored::Score;
use crate::queue::sql::{DONE, ESCALATED, PURGED, last_decision};
use crate::queue::state::{Selection, State};
use crate::queue::store::Store;
use crate::thread::comment::Article;

/// A comment as a reviewer sees it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CommentView {
    /// Its number in this database.
    pub id: i64,
    /// Its thread's id.
    pub thread_id: String,
    /// Its id within the thread.
    pub source_id: String,
    /// The id of the comment that it answers.
    pub parent_id: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When, as the source writes it.
    pub created_at: Option<String>,
    /// Its text; empty once erased.
    pub text: String,
    /// Its article.
    pub article: Article,
    /// Name and hash of the model that spoke last.
    pub model: (String, String),
    /// The model's scores, by label, with the stances learnt from the thread in place of the model's.
    pub scores: Vec<(String, Score)>,
    /// Why, as JSON.
    pub reasons: String,
    /// Which of the scores were learnt from the thread.
    pub learnt: Option<LearntComment>,
    /// How it came here.
    pub way: Selection,
    /// Its state.
    pub state: State,
    /// How many reviewers it needs.
    pub seats: u32,
    /// Decisions in force. While the comment is open, another reviewer's are left out: two reviewers do not see each
    /// other's decisions.
    pub decisions: Vec<Past>,
    /// Reviewers' notes. While the comment is open and needs two reviewers, only the reviewer's own.
    pub notes: Vec<Note>,
    /// To be handed back with the decision.
    pub seen: Seen,
}

/// A decision that was made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Past {
    /// The number of its entry.
    pub seq: i64,
    pub comment: i64,
    pub reviewer: String,
    pub at: i64,
    pub decision: Decision,
}

/// A reviewer's note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// Who wrote it.
    pub reviewer: String,
    pub at: i64,
    pub text: String,
}

/// Another comment shown next to the one under review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Brief {
    /// Its number in this database.
    pub id: i64,
    /// Its id within the thread.
    pub source_id: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// When, as the source writes it.
    pub created_at: Option<String>,
    /// What it says.
    pub text: String,
    /// Its state.
    pub state: State,
    /// The last decision on it.
    pub decision: Option<Decision>,
}

impl Brief {
    /// The query of comments `c` that meet a condition.
    fn query(condition: &str) -> String {
        let last = last_decision();
        format!(
            "SELECT c.id, c.source_id, a.name, c.created_at, b.text, c.state, {last}
             FROM comment c JOIN body b ON b.comment = c.id LEFT JOIN author a ON a.id = c.author WHERE {condition}"
        )
    }

    fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let decision: Option<Json<Decision>> = row.get(6)?;
        Ok(Self {
            id: row.get(0)?,
            source_id: row.get(1)?,
            author: row.get(2)?,
            created_at: row.get(3)?,
            text: row.get(4)?,
            state: row.get(5)?,
            decision: decision.map(|Json(decision)| decision),
        })
    }
}

impl Store {
    /// A comment with everything that `reviewer` may see of it.
    ///
    /// # Errors
    /// When there is no such comment, or the database fails.
    pub(crate) fn comment_view(&self, comment: i64, reviewer: &str) -> Result<CommentView, ReviewError> {
        let mut query = self.connection.prepare_cached(
            "SELECT t.source_id, c.source_id, c.parent_id, p.name, c.created_at, b.text, a.source_id, a.title, a.text, a.url,
               m.name, m.hash, b.shown, b.reasons, c.way, c.state, c.seats, c.edited, c.scored
             FROM comment c JOIN thread t ON t.id = c.thread JOIN body b ON b.comment = c.id
             JOIN article a ON a.id = c.article JOIN model m ON m.id = c.model LEFT JOIN author p ON p.id = c.author
             WHERE c.id = ?",
        )?;
        let found = query.query_row([comment], |row| {
            let view = CommentView {
                id: comment,
                thread_id: row.get(0)?,
                source_id: row.get(1)?,
                parent_id: row.get(2)?,
                author: row.get(3)?,
                created_at: row.get(4)?,
                text: row.get(5)?,
                article: Article { id: row.get(6)?, title: row.get(7)?, text: row.get(8)?, url: row.get(9)? },
                model: (row.get(10)?, row.get(11)?),
                scores: Vec::new(),
                reasons: row.get(13)?,
                learnt: None,
                way: row.get(14)?,
                state: row.get(15)?,
                seats: row.get(16)?,
                decisions: Vec::new(),
                notes: Vec::new(),
                seen: Seen { edited: row.get(17)?, scored: row.get(18)?, decision: None },
            };
            Ok((view, row.get::<_, String>(12)?))
        });
        let (mut view, shown) = found.optional()?.ok_or(ReviewError::NoComment(comment))?;
        view.scores = serde_json::from_str(&shown)?;
        let blind = view.state == State::Open;
        for decision in live(&self.connection, comment)? {
            if blind && decision.reviewer != reviewer {
                continue;
            }
            let Live { seq, at, reviewer, logged } = decision;
            view.seen.decision = Some(seq);
            view.decisions.push(Past { seq, comment, reviewer, at, decision: logged.decision });
        }
        view.notes = self.notes(comment)?;
        if blind && view.seats > 1 {
            view.notes.retain(|note| note.reviewer == reviewer);
        }
        Ok(view)
    }

    pub(crate) fn notes(&self, comment: i64) -> Result<Vec<Note>, ReviewError> {
        let mut query = self.connection.prepare_cached(
            "SELECT l.reviewer, l.at, n.text FROM note n JOIN log l ON l.seq = n.seq
             WHERE n.comment = ? AND n.live = 1 ORDER BY n.seq",
        )?;
        let notes =
            query.query_map([comment], |row| Ok(Note { reviewer: row.get(0)?, at: row.get(1)?, text: row.get(2)? }))?;
        Ok(notes.collect::<Result<_, _>>()?)
    }

    /// The comment that this one answers, if it is here.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn parent(&self, comment: i64) -> Result<Option<Brief>, ReviewError> {
        let find = Brief::query(&format!(
            "(c.thread, c.source_id) = (SELECT thread, parent_id FROM comment WHERE id = ?) AND c.state <> {PURGED}"
        ));
        Ok(self.connection.prepare_cached(&find)?.query_row([comment], Brief::of_row).optional()?)
    }

    /// Up to `limit` other replies to the same comment, the nearest before and after it, in order. For a top-level
    /// comment, other top-level comments.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn siblings(&self, comment: i64, limit: usize) -> Result<Vec<Brief>, ReviewError> {
        let side = |compare: &str, direction: &str, limit: usize| -> Result<Vec<Brief>, ReviewError> {
            let find = Brief::query(&format!(
                "c.thread = (SELECT thread FROM comment WHERE id = ?1)
                   AND c.parent_id IS (SELECT parent_id FROM comment WHERE id = ?1)
                   AND c.id {compare} ?1 AND c.state <> {PURGED} ORDER BY c.id {direction} LIMIT ?2"
            ));
            let mut query = self.connection.prepare_cached(&find)?;
            let found = query.query_map(params![comment, limit], Brief::of_row)?;
            Ok(found.collect::<Result<_, _>>()?)
        };
        let mut before = side("<", "DESC", limit.div_ceil(2))?;
        before.reverse();
        before.extend(side(">", "ASC", limit - before.len().min(limit))?);
        Ok(before)
    }

    /// Up to `limit` comments by the author of this one, other than it, that were decided, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn by_same_author(&self, comment: i64, limit: usize) -> Result<Vec<Brief>, ReviewError> {
        let find = Brief::query(&format!(
            "c.author = (SELECT author FROM comment WHERE id = ?1) AND c.id <> ?1 AND c.state IN ({DONE}, {ESCALATED})
             ORDER BY c.created DESC LIMIT ?2"
        ));
        let mut query = self.connection.prepare_cached(&find)?;
        let found = query.query_map(params![comment, limit], Brief::of_row)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// A reviewer's decisions, latest first.
    ///
    /// # Errors
    /// When the database fails.
    #[cfg(test)]
    pub(crate) fn latest(&self, reviewer: &str, limit: usize) -> Result<Vec<Past>, ReviewError> {
        let mut query = self.connection.prepare_cached(
            "SELECT l.seq, l.comment, l.reviewer, l.at, l.body FROM log l JOIN decision d ON d.seq = l.seq
             WHERE l.reviewer = ? AND d.live = 1 ORDER BY l.seq DESC LIMIT ?",
        )?;
        let rows = query.query_map(params![reviewer, limit], |row| {
            let past = Past {
                seq: row.get(0)?,
                comment: row.get(1)?,
                reviewer: row.get(2)?,
                at: row.get(3)?,
                decision: Decision::default(),
            };
            Ok((past, row.get::<_, String>(4)?))
        })?;
        rows.map(|row| {
            let (past, body) = row?;
            Ok(Past { decision: serde_json::from_str(&body)?, ..past })
        })
        .collect()
    }
}
