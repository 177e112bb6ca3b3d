//! Who has which comment open.
//!
//! A lease is a seat at a comment for a while. A comment has one seat, or two if two reviewers must decide; a decision
//! takes a seat for good. An expired lease is free, so that a closed laptop does not hold up the queue, and so is that
//! of a window that was killed (`presence`). A lease belongs to a window: a reviewer with two open windows gets
//! different comments in each, and closing one leaves the other's leases alone.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params, params_from_iter};

use crate::queue::date::DAY;
use crate::queue::decide::Subject;
use crate::queue::error::{Conflict, ReviewError};
use crate::queue::filter::{Filter, View};
use crate::queue::presence;
use crate::queue::presence::Presence;
use crate::queue::state::State;
use crate::queue::store::Store;
use crate::queue::waiting::{Page, PageRequest};

/// Waiting comments that somebody else holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub by: String,
    pub comments: usize,
    /// Until when the last of them, unless renewed.
    pub until: i64,
}

impl Held {
    /// `3 comments are with anna for another 8 minutes`, as shown to a reviewer.
    #[must_use]
    pub(crate) fn message(&self, reviewer: &str, now: i64) -> String {
        const MINUTE: i64 = 60_000;
        let comments =
            if self.comments == 1 { "1 comment is".to_owned() } else { format!("{} comments are", self.comments) };
        let by = if self.by == reviewer { "you in another window" } else { &self.by };
        let minutes = (self.until - now + MINUTE - 1).div_euclid(MINUTE).max(1);
        format!(
            "{comments} with {by} for another {}",
            if minutes == 1 { "minute".to_owned() } else { format!("{minutes} minutes") }
        )
    }
}

const HOLD: &str = "INSERT INTO lease (comment, session, reviewer, until) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET until = max(until, excluded.until)";

impl Store {
    /// The next comments that match, held for this reviewer until `until`: no other window is given them.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn claim(&mut self, request: PageRequest<'_>, until: i64) -> Result<Page, ReviewError> {
        let PageRequest { filter, reviewer, now, .. } = request;
        // The lock is taken before the look, so that no other looks before the leases are written.
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let claimed = self.page(request).and_then(|page| {
            let mut hold = self.connection.prepare_cached(HOLD)?;
            for item in page.items.iter().filter(|item| item.state == State::Open) {
                // A page leaves out comments held by others only where it shows waiting comments.
                if filter.view == View::Open || self.holder(item.id, reviewer, now)?.is_none() {
                    hold.execute(params![item.id, self.session, reviewer, until])?;
                }
            }
            // A window may reclaim leases that expired recently.
            self.connection.execute("DELETE FROM lease WHERE until <= ?", [now - DAY])?;
            Ok(page)
        });
        self.connection.execute_batch(if claimed.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        claimed
    }

    /// Holds one comment.
    ///
    /// # Errors
    /// [`Conflict::Held`] when all its seats are taken by others; also when there is no such comment, or the database fails.
    pub(crate) fn hold(&mut self, comment: i64, reviewer: &str, now: i64, until: i64) -> Result<(), ReviewError> {
        let (seed, window) = (self.settings.seed.clone(), self.window(reviewer));
        let transaction = self.begin()?;
        let subject = Subject::load(&transaction, &seed, comment)?;
        if let Some((by, until)) = subject.taken(&transaction, window, now)? {
            return Err(Conflict::Held { by, until }.into());
        }
        transaction.execute(HOLD, params![comment, window.session, reviewer, until])?;
        transaction.commit()?;
        Ok(())
    }

    /// Renews all leases of this window. Expired ones are renewed if they are free; comments that somebody else took or
    /// decided meanwhile are lost and returned, with who was first.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn renew(&mut self, reviewer: &str, now: i64, until: i64) -> Result<Vec<(i64, Conflict)>, ReviewError> {
        let (seed, window) = (self.settings.seed.clone(), self.window(reviewer));
        let transaction = self.begin()?;
        let mut lost = Vec::new();
        for comment in window.ran_out(&transaction, now)? {
            let subject = Subject::load(&transaction, &seed, comment)?;
            if let Err(error) = subject.check(&transaction, window, &subject.seen, now) {
                let ReviewError::Conflict(conflict) = error else { return Err(error) };
                let gone = "DELETE FROM lease WHERE comment = ? AND session = ? AND reviewer = ?";
                transaction.execute(gone, params![comment, window.session, reviewer])?;
                lost.push((comment, *conflict));
            }
        }
        let renew = "UPDATE lease SET until = max(until, ?3) WHERE session = ?1 AND reviewer = ?2";
        transaction.execute(renew, params![window.session, reviewer, until])?;
        transaction.commit()?;
        Ok(lost)
    }

    /// Gives a comment back or, with `None`, all that this window holds.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn release(&mut self, reviewer: &str, comment: Option<i64>) -> Result<(), ReviewError> {
        let release = "DELETE FROM lease WHERE session = ?1 AND reviewer = ?2 AND comment = ifnull(?3, comment)";
        self.connection.execute(release, params![self.session, reviewer, comment])?;
        Ok(())
    }

    /// Who holds a comment, other than this window, and until when.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn holder(&self, comment: i64, reviewer: &str, now: i64) -> Result<Option<(String, i64)>, ReviewError> {
        let holder = "SELECT reviewer, until FROM lease
             WHERE comment = ? AND (session, reviewer) <> (?, ?) AND until > ? AND alive(session) LIMIT 1";
        let found = self
            .connection
            .query_row(holder, params![comment, self.session, reviewer, now], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(found.optional()?)
    }

    /// The comments that match and would wait for this reviewer if others did not hold them.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn held(&self, filter: &Filter, reviewer: &str, now: i64) -> Result<Vec<Held>, ReviewError> {
        if filter.view != View::Open {
            return Ok(Vec::new());
        }
        let window = self.window(reviewer);
        let mut query = filter.prepare(&self.connection)?.query(None);
        query.may_decide(window, filter.skipped);
        query.is_free(window, now, false);
        let (session, now) = (Value::Integer(window.session), Value::Integer(now));
        query.and(
            "(l.session, l.reviewer) <> (?, ?) AND l.until > ? AND alive(l.session)",
            [session, Value::Text(reviewer.to_owned()), now],
        );
        let ways: Vec<String> = filter.scope.all().iter().map(|way| way.code().to_string()).collect();
        let sql = format!(
            "SELECT l.reviewer, count(*), max(l.until) FROM {} JOIN lease l ON l.comment = c.id
             WHERE c.state = {} AND c.way IN ({}){} GROUP BY l.reviewer ORDER BY 2 DESC, 1",
            query.from,
            State::Open.code(),
            ways.join(", "),
            query.conditions
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let held = statement.query_map(params_from_iter(&query.values), |row| {
            Ok(Held { by: row.get(0)?, comments: row.get(1)?, until: row.get(2)? })
        })?;
        Ok(held.collect::<Result<_, _>>()?)
    }

    /// Shows that this window is there until [`leave`](Self::leave), or until its process ends; and puts away what windows left
    /// behind that were killed.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn attend(&mut self) -> Result<(), ReviewError> {
        let Some(db) = self.connection.path().map(str::to_owned) else { return Ok(()) };
        for (session, path) in presence::deserted(&db) {
            // In this order: without its file, nobody can tell that the window is gone.
            self.connection.execute("DELETE FROM lease WHERE session = ?", [session])?;
            // Somebody else may have been quicker.
            let _ = std::fs::remove_file(path);
        }
        self.presence = presence::present(&presence::file_of(&db, self.session));
        Ok(())
    }

    /// Gives back all that this window holds, and goes.
    ///
    /// # Errors
    /// When the database fails; leases are free when the process ends.
    pub(crate) fn leave(&mut self, reviewer: &str) -> Result<(), ReviewError> {
        self.release(reviewer, None)?;
        if let Some(Presence { path, .. }) = self.presence.take() {
            // Nothing is held by it any more.
            let _ = std::fs::remove_file(path);
        }
        Ok(())
    }
}
