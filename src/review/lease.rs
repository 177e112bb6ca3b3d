//! Who has which comment before him.
//!
//! A lease is a seat at a comment for a while. A comment has one seat, or two where two reviewers are to decide; a decision
//! takes a seat for good. What expired is free, so that nobody's closed lid holds up the queue.

use rusqlite::{OptionalExtension, params};

use super::decide::Subject;
use super::{Conflict, Cursor, Filter, Order, Page, ReviewError, State, Store};

impl Store {
    /// The next `limit` comments that match, held for this reviewer until `until`: no other reviewer is given them.
    ///
    /// # Errors
    /// When the database fails.
    #[expect(clippy::too_many_arguments, reason = "what a page is, and until when it is held")]
    pub fn claim(
        &mut self,
        order: Order,
        filter: &Filter,
        reviewer: &str,
        cursor: Cursor,
        limit: usize,
        now: i64,
        until: i64,
    ) -> Result<Page, ReviewError> {
        // The lock is taken before the look, so that no other looks before the leases are written.
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let claimed = self.page(order, filter, reviewer, cursor, limit, now).and_then(|page| {
            let mut hold = self.connection.prepare_cached(
                "INSERT INTO lease VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
            )?;
            for item in page.items.iter().filter(|item| item.state == State::Open) {
                hold.execute(params![item.id, reviewer, until])?;
            }
            self.connection.execute("DELETE FROM lease WHERE until <= ?", [now])?;
            Ok(page)
        });
        self.connection.execute_batch(if claimed.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        claimed
    }

    /// Holds one comment.
    ///
    /// # Errors
    /// [`Conflict::Held`] when all its seats are taken by others; also when there is no such comment, or the database fails.
    pub fn hold(&mut self, comment: i64, reviewer: &str, now: i64, until: i64) -> Result<(), ReviewError> {
        let seed = self.settings.seed.clone();
        let transaction = self.begin()?;
        let subject = Subject::load(&transaction, &seed, comment)?;
        if let Some((by, until)) = subject.taken(&transaction, reviewer, now)? {
            return Err(Conflict::Held { by, until }.into());
        }
        transaction.execute(
            "INSERT INTO lease VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until",
            params![comment, reviewer, until],
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// Holds on to everything that this reviewer holds, and gives how many comments that are. What expired is lost.
    ///
    /// # Errors
    /// When the database fails.
    pub fn renew(&mut self, reviewer: &str, now: i64, until: i64) -> Result<usize, ReviewError> {
        let renew = "UPDATE lease SET until = max(until, ?3) WHERE reviewer = ?1 AND until > ?2";
        Ok(self.connection.execute(renew, params![reviewer, now, until])?)
    }

    /// Gives a comment back, or with `None` all that this reviewer holds.
    ///
    /// # Errors
    /// When the database fails.
    pub fn release(&mut self, reviewer: &str, comment: Option<i64>) -> Result<(), ReviewError> {
        let release = "DELETE FROM lease WHERE reviewer = ?1 AND comment = ifnull(?2, comment)";
        self.connection.execute(release, params![reviewer, comment])?;
        Ok(())
    }

    /// Who holds a comment, other than this reviewer, and until when.
    ///
    /// # Errors
    /// When the database fails.
    pub fn holder(&self, comment: i64, reviewer: &str, now: i64) -> Result<Option<(String, i64)>, ReviewError> {
        let holder = "SELECT reviewer, until FROM lease WHERE comment = ? AND reviewer <> ? AND until > ? LIMIT 1";
        let found =
            self.connection.query_row(holder, params![comment, reviewer, now], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(found.optional()?)
    }
}
