//! Comments that a reviewer leaves for later: out of his way as long as his window is open, and back at the next start.

use rusqlite::{Row, params};

use crate::queue::decide::Subject;
use crate::queue::digest;
use crate::queue::error::ReviewError;
use crate::queue::log::{Entry, Kind, Log};
use crate::queue::sql::{ASKED, OPEN, STANDS};
use crate::queue::store::Store;

/// Comments of the queue that wait for a reviewer, and that he skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skipped {
    /// Before this window was opened: they are back.
    pub before: usize,
    /// Since: they come back at the next start.
    pub since: usize,
}

impl Store {
    /// Leaves a comment for later: it no longer comes up in this window, unless asked for.
    ///
    /// # Errors
    /// When there is no such comment, or the database fails.
    pub(crate) fn skip(&mut self, comment: i64, reviewer: &str, now: i64) -> Result<i64, ReviewError> {
        let seed = self.settings.seed.clone();
        let transaction = self.begin()?;
        let subject = Subject::load(&transaction, &seed, comment)?;
        let body = serde_json::to_string(&serde_json::json!({ "key": digest::hex(&subject.key) }))?;
        let entry = Entry { comment: Some(comment), ..Entry::new(Kind::Skip, reviewer, now, &body) };
        let seq = Log::end(&transaction)?.append(&entry)?;
        transaction.execute("INSERT INTO skip VALUES (?, ?, ?)", params![comment, reviewer, seq])?;
        transaction.execute("DELETE FROM lease WHERE comment = ? AND reviewer = ?", params![comment, reviewer])?;
        transaction.commit()?;
        Ok(seq)
    }

    /// How many of the comments that wait for this reviewer he skipped, before and since this window was opened.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn skipped(&self, reviewer: &str) -> Result<Skipped, ReviewError> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT count(*) FILTER (WHERE last <= ?2), count(*) FILTER (WHERE last > ?2)
             FROM (SELECT comment, max(seq) AS last FROM skip WHERE reviewer = ?1 GROUP BY comment)
             JOIN comment c ON c.id = comment
             WHERE c.state = {OPEN} AND c.way <> {ASKED}
               AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.comment = c.id AND d.reviewer = ?1 AND {STANDS})"
        ))?;
        let read = |row: &Row<'_>| Ok(Skipped { before: row.get(0)?, since: row.get(1)? });
        Ok(query.query_row(params![reviewer, self.since], read)?)
    }
}
