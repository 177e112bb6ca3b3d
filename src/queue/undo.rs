//! Taking back: one step after the other, also after a restart. An undo is a further entry; nothing leaves the log.

use rusqlite::{Connection, OptionalExtension, params};

use crate::queue::decide::settle;
use crate::queue::error::ReviewError;
use crate::queue::log::{Entry, Kind, Log};
use crate::queue::store::Store;

/// What was undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undone {
    /// The number of the entry that was undone.
    pub target: i64,
    /// What it was: `decide`, `skip`, `note`, `batch`.
    pub kind: String,
    /// The comments that it was about.
    pub comments: Vec<i64>,
}

impl Store {
    /// Takes back this reviewer's last decision, skip, note or batch that was not taken back already.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub(crate) fn undo(&mut self, reviewer: &str, now: i64) -> Result<Undone, ReviewError> {
        let transaction = self.begin()?;
        let last: Option<(i64, String, Option<i64>)> = transaction
            .query_row(
                "SELECT seq, kind, comment FROM log l
                 WHERE reviewer = ? AND batch IS NULL AND kind IN ('decide', 'skip', 'note', 'batch')
                   AND NOT EXISTS (SELECT 1 FROM log u WHERE u.target = l.seq AND u.kind = 'undo')
                 ORDER BY seq DESC LIMIT 1",
                [reviewer],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        let (target, kind, comment) = last.ok_or_else(|| ReviewError::NothingToUndo(reviewer.to_owned()))?;
        let entry = Entry { comment, target: Some(target), ..Entry::new(Kind::Undo, reviewer, now, "{}") };
        Log::end(&transaction)?.append(&entry)?;
        let comments = match comment {
            Some(comment) => vec![comment],
            None => members(&transaction, target)?,
        };
        transaction.execute(
            "UPDATE decision SET live = 0 WHERE seq = ?1 OR seq IN (SELECT seq FROM log WHERE batch = ?1)",
            [target],
        )?;
        transaction.execute("DELETE FROM skip WHERE seq = ?", [target])?;
        transaction.execute("UPDATE note SET live = 0 WHERE seq = ?", [target])?;
        for comment in &comments {
            settle(&transaction, *comment)?;
        }
        transaction.commit()?;
        Ok(Undone { target, kind, comments })
    }
}

fn members(connection: &Connection, batch: i64) -> Result<Vec<i64>, ReviewError> {
    let mut query = connection.prepare_cached("SELECT comment FROM log WHERE batch = ? ORDER BY seq")?;
    let members = query.query_map(params![batch], |row| row.get(0))?;
    Ok(members.collect::<Result<_, _>>()?)
}
