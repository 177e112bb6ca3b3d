//! Undo: one step after the other, also after a restart. An undo is a further entry; nothing leaves the log.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, params};

use crate::queue::decide::{live, update_state};
use crate::queue::error::ReviewError;
use crate::queue::log::{Entry, Kind, Log};
use crate::queue::order;
use crate::queue::store::Store;

/// What a reviewer can undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A decision on one comment.
    Decision,
    /// A comment that was left for later.
    Skip,
    /// A note on a comment.
    Note,
    /// One decision on many comments.
    Batch,
}

impl Step {
    const ALL: [Self; 4] = [Self::Decision, Self::Skip, Self::Note, Self::Batch];

    /// The entry that it makes in the log.
    const fn kind(self) -> Kind {
        match self {
            Self::Decision => Kind::Decide,
            Self::Skip => Kind::Skip,
            Self::Note => Kind::Note,
            Self::Batch => Kind::Batch,
        }
    }
}

impl FromSql for Step {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let kind = value.as_str()?;
        Self::ALL.into_iter().find(|step| step.kind().name() == kind).ok_or(FromSqlError::InvalidType)
    }
}

/// What was undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undone {
    /// The number of the entry that was undone.
    pub target: i64,
    /// What kind of step it was.
    pub step: Step,
    /// The comments that it was about.
    pub comments: Vec<i64>,
}

/// The step that is undone next.
struct Last {
    seq: i64,
    step: Step,
    /// The comment that it is about, unless it is a batch.
    comment: Option<i64>,
}

impl Last {
    /// The last step of a reviewer that is not yet undone.
    fn of(connection: &Connection, reviewer: &str) -> Result<Option<Self>, ReviewError> {
        let kinds = Step::ALL.map(|step| format!("'{}'", step.kind().name())).join(", ");
        let mut query = connection.prepare_cached(&format!(
            "SELECT seq, kind, comment FROM log l
             WHERE reviewer = ? AND batch IS NULL AND kind IN ({kinds})
               AND NOT EXISTS (SELECT 1 FROM log u WHERE u.target = l.seq AND u.kind = '{}')
             ORDER BY seq DESC LIMIT 1",
            Kind::Undo.name()
        ))?;
        let last =
            query.query_row([reviewer], |row| Ok(Self { seq: row.get(0)?, step: row.get(1)?, comment: row.get(2)? }));
        Ok(last.optional()?)
    }
}

impl Store {
    /// What [`undo`](Self::undo) would undo, if anything: a batch takes longer than a key may.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn next_undo(&self, reviewer: &str) -> Result<Option<Step>, ReviewError> {
        Ok(Last::of(&self.connection, reviewer)?.map(|last| last.step))
    }

    /// Undoes this reviewer's last decision, skip, note or batch that was not undone already.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub(crate) fn undo(&mut self, reviewer: &str, now: i64) -> Result<Undone, ReviewError> {
        let transaction = self.begin()?;
        let last = Last::of(&transaction, reviewer)?;
        let Last { seq: target, step, comment } =
            last.ok_or_else(|| ReviewError::NothingToUndo(reviewer.to_owned()))?;
        let entry = Entry { comment, target: Some(target), ..Entry::new(Kind::Undo, reviewer, now, "{}") };
        Log::end(&transaction)?.append(&entry)?;
        let comments = match comment {
            Some(comment) => vec![comment],
            None => members(&transaction, target)?,
        };
        // A batch may span many threads, so finding out is not worth the cost.
        let is_learnt = |comment: i64| order::is_learnt(&transaction, comment);
        let was_learnt = match comment {
            Some(comment) if says_stance(&transaction, comment, target)? => Some((comment, is_learnt(comment)?)),
            Some(_) | None => None,
        };
        transaction.execute(
            "UPDATE decision SET live = 0 WHERE seq = ?1 OR seq IN (SELECT seq FROM log WHERE batch = ?1)",
            [target],
        )?;
        transaction.execute("DELETE FROM skip WHERE seq = ?", [target])?;
        transaction.execute("UPDATE note SET live = 0 WHERE seq = ?", [target])?;
        for comment in &comments {
            update_state(&transaction, *comment)?;
        }
        let is_stale = match was_learnt {
            Some((comment, was_learnt)) => is_learnt(comment)? != was_learnt,
            None => comment.is_none(),
        };
        if is_stale {
            order::mark_stale(&transaction)?;
        }
        transaction.commit()?;
        Ok(Undone { target, step, comments })
    }
}

/// Whether an entry is a decision in force that answers a stance: nothing else changes what a thread has learnt.
fn says_stance(connection: &Connection, comment: i64, seq: i64) -> Result<bool, ReviewError> {
    let standing = live(connection, comment)?;
    Ok(standing.iter().any(|live| live.seq == seq && live.logged.decision.has_stance()))
}

/// The comments of a batch.
fn members(connection: &Connection, batch: i64) -> Result<Vec<i64>, ReviewError> {
    let mut query = connection.prepare_cached("SELECT comment FROM log WHERE batch = ? ORDER BY seq")?;
    let members = query.query_map(params![batch], |row| row.get(0))?;
    Ok(members.collect::<Result<_, _>>()?)
}
