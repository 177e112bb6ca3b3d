//! Erases what a person wrote, for good: from the tables, the file, and the journal next to it.
//!
//! What stays reveals nothing about the person: that there was a comment, its scores, the decisions and who made them.
//! The log has only salted digests of texts and notes; without the salts, which are erased too, they could be of
//! anything.

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, params, params_from_iter};

use crate::queue::bound;
use crate::queue::digest;
use crate::queue::error::ReviewError;
use crate::queue::log::{Entry, Kind, Log};
use crate::queue::sql::PURGED;
use crate::queue::store::Store;
use crate::queue::{date, intern, order};

/// What is to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purge<'a> {
    /// Everything by this author.
    Author(&'a str),
    /// One comment, by thread (as imported) and id.
    Comment {
        /// The thread's id, if it has one.
        thread: Option<&'a str>,
        /// The comment's id.
        id: &'a str,
    },
    /// Comments written before this time; where that is not known, imported before it.
    Before(i64),
}

/// A comment that a purge would erase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doomed {
    id: i64,
    /// Its thread's id.
    pub thread_id: String,
    /// Its id within the thread.
    pub source_id: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// When, as the source writes it.
    pub created_at: Option<String>,
}

/// What was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Purged {
    /// How many comments.
    pub comments: usize,
    /// Whether the bytes are gone from the disk too. If another program was reading, they are not yet: purge again,
    /// even if nothing is left to purge.
    pub clean: bool,
}

/// Comments whose date is not known: a purge uses the day of their import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Undated {
    /// How many there are.
    pub comments: usize,
    /// How many of them say when, but in a way that cannot be read.
    pub unreadable: usize,
    /// The time of the first of those.
    pub example: Option<String>,
}

impl Purge<'_> {
    /// The word for it in the log, and the condition on comments.
    fn condition(self) -> (&'static str, &'static str, Vec<Value>) {
        let text = |text: &str| Value::Text(text.to_owned());
        match self {
            Self::Author(name) => ("author", "author = (SELECT id FROM author WHERE name = ?)", vec![text(name)]),
            Self::Comment { thread, id } => (
                "comment",
                "thread = (SELECT id FROM thread WHERE source_id = ?) AND source_id = ?",
                vec![text(thread.unwrap_or_default()), text(id)],
            ),
            Self::Before(time) => ("age", "created < ?", vec![Value::Integer(time)]),
        }
    }
}

/// The comments to erase, in the order of their import.
fn doomed(connection: &Connection, what: Purge<'_>) -> Result<Vec<Doomed>, ReviewError> {
    let (_, condition, values) = what.condition();
    let mut query = connection.prepare(&format!(
        "SELECT c.id, t.source_id, c.source_id, a.name, c.created_at
         FROM (SELECT id, thread, source_id, author, created_at FROM comment WHERE state <> {PURGED} AND {condition}) AS c
         JOIN thread t ON t.id = c.thread LEFT JOIN author a ON a.id = c.author ORDER BY c.id"
    ))?;
    let doomed = query.query_map(params_from_iter(&values), |row| {
        Ok(Doomed {
            id: row.get(0)?,
            thread_id: row.get(1)?,
            source_id: row.get(2)?,
            author: row.get(3)?,
            created_at: row.get(4)?,
        })
    })?;
    Ok(doomed.collect::<Result<_, _>>()?)
}

impl Store {
    /// What a purge would erase.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn doomed(&self, what: Purge<'_>) -> Result<Vec<Doomed>, ReviewError> {
        doomed(&self.connection, what)
    }

    /// Which comments cannot be dated.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn undated(&self) -> Result<Undated, ReviewError> {
        let mut undated = Undated::default();
        let mut query =
            self.connection.prepare(&format!("SELECT created_at FROM comment WHERE state <> {PURGED} ORDER BY id"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let time: Option<String> = row.get(0)?;
            if time.as_deref().and_then(date::parse).is_some() {
                continue;
            }
            undated.comments += 1;
            if let Some(time) = time {
                undated.unreadable += 1;
                undated.example.get_or_insert(time);
            }
        }
        Ok(undated)
    }

    /// Erases text, author, context, reasons, notes and salts of comments, adds an entry for each to the log, and
    /// cleans the file.
    ///
    /// A comment that was erased stays so when it is imported again.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn purge(&mut self, what: Purge<'_>, reviewer: &str, now: i64) -> Result<Purged, ReviewError> {
        let (word, ..) = what.condition();
        let seed = self.settings.seed.clone();
        let transaction = self.begin()?;
        let found = doomed(&transaction, what)?;
        let mut log = Log::end(&transaction)?;
        for comment in &found {
            let key = digest::hex(&digest::of_comment(&seed, &comment.thread_id, &comment.source_id));
            erase(&transaction, comment.id)?;
            let row = bound::row(&transaction, &seed, comment.id)?;
            let body = serde_json::to_string(&serde_json::json!({ "key": key, "by": word, "row": row }))?;
            log.append(&Entry { comment: Some(comment.id), ..Entry::new(Kind::Purge, reviewer, now, &body) })?;
        }
        intern::forget_unused(&transaction)?;
        if !found.is_empty() {
            // In the learning order similar texts count together, and these are gone.
            order::mark_stale(&transaction)?;
        }
        transaction.commit()?;
        self.update_learning_order()?;
        Ok(Purged { comments: found.len(), clean: self.clean()? })
    }

    /// Freed pages are already zeroed (`secure_delete`); remains are in the journal and in unused parts of pages.
    fn clean(&self) -> Result<bool, ReviewError> {
        let checkpoint = || -> Result<bool, ReviewError> {
            let busy: i64 = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
            Ok(busy == 0)
        };
        if !checkpoint()? {
            return Ok(false);
        }
        match self.connection.execute_batch("VACUUM") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(false),
            done => done.map_err(ReviewError::from).and_then(|()| checkpoint()),
        }
    }
}

fn erase(connection: &Connection, comment: i64) -> Result<(), ReviewError> {
    for statement in [
        "UPDATE body SET text = '', salt = NULL, reasons = '[]', target = NULL, parent_text = NULL, context = NULL WHERE comment = ?",
        &format!("UPDATE comment SET author = NULL, created_at = NULL, sketch = 0, state = {PURGED} WHERE id = ?"),
        "UPDATE note SET text = '', salt = NULL, live = 0 WHERE comment = ?",
        "DELETE FROM lease WHERE comment = ?",
    ] {
        connection.prepare_cached(statement)?.execute(params![comment])?;
    }
    Ok(())
}
