//! The file that all of it is in.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::queue::bound::Binding;
use crate::queue::error::ReviewError;
use crate::queue::log::Log;
use crate::queue::presence;
use crate::queue::presence::Presence;
use crate::queue::settings;
use crate::queue::settings::Settings;
use crate::queue::{digest, readonly, schema};

/// One `SQLite` file. Several programs may have it open; each `Store` is one connection, for one thread.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) connection: Connection,
    pub(crate) settings: Settings,
    /// A number that no other connection has, unless they are of one window: what is held is held for it.
    pub(crate) session: i64,
    /// The last entry of the log when this was opened: what was skipped until then is back.
    pub(crate) since: i64,
    /// A window of the screen is seen by others.
    pub(crate) presence: Option<Presence>,
}

impl Store {
    /// Opens a store, or makes one where there is no file, or an empty one.
    ///
    /// # Errors
    /// When the file is something else, is of a newer version, or cannot be opened.
    pub(crate) fn open(path: &Path) -> Result<Self, ReviewError> {
        Self::on(schema::open(path)?)
    }

    /// Opens a store to look at it: nothing is written, and the file and its folder need not be writable.
    ///
    /// # Errors
    /// When the file is something else, is of another version and cannot be written, or cannot be read.
    pub(crate) fn open_to_read(path: &Path) -> Result<Self, ReviewError> {
        Self::on(readonly::open(path)?)
    }

    fn on(connection: Connection) -> Result<Self, ReviewError> {
        // Else queries of comments by their number are planned anew for each number, which costs more than to run them.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        connection.create_scalar_function("holds", 2, flags, |context| {
            let text = context.get_raw(0).as_str()?;
            let needle = context.get_raw(1).as_str()?;
            Ok(text.to_lowercase().contains(needle))
        })?;
        let db = connection.path().unwrap_or_default().to_owned();
        let alive = move |context: &mut Context<'_>| Ok(presence::may_be_there(&db, context.get(0)?));
        connection.create_scalar_function("alive", 1, FunctionFlags::SQLITE_UTF8, alive)?;
        let session = connection.query_row("SELECT random()", [], |row| row.get(0))?;
        let since = connection.query_row("SELECT ifnull(max(seq), 0) FROM log", [], |row| row.get(0))?;
        let settings = Settings::read(&connection)?;
        Ok(Self { connection, settings, session, since, presence: None })
    }

    /// The share of the comments that are not flagged which is drawn for review, and of all comments which two reviewers
    /// are to decide.
    #[must_use]
    pub(crate) fn shares(&self) -> (f64, f64) {
        (self.settings.slice, self.settings.double)
    }

    /// Sets both shares, at a time. What is drawn depends on the store's seed and a comment's id alone, so a larger share holds the
    /// smaller one. Comments that somebody has decided need as many reviewers as before.
    ///
    /// # Errors
    /// When a share lies outside [0, 1], or the database fails.
    pub(crate) fn set_shares(&mut self, slice: f64, double: f64, now: i64) -> Result<(), ReviewError> {
        for (name, share) in [("slice", slice), ("double", double)] {
            if !(0.0..=1.0).contains(&share) {
                return Err(ReviewError::Share { name, share });
            }
        }
        let seed = self.settings.seed.clone();
        let transaction = self.begin()?;
        let mut binding = Binding::new(&transaction, &seed);
        for (name, share) in [("slice", slice), ("double", double)] {
            let share = share.to_string();
            if settings::write(&transaction, name, &share)? {
                binding.body.settings.insert(name.to_owned(), share);
            }
        }
        let sliced =
            "UPDATE comment SET way = iif(draw < ?1, 2, 0) WHERE way <> 1 AND way <> iif(draw < ?1, 2, 0) RETURNING id";
        let seated = "UPDATE comment SET seats = iif(double < ?1, 2, 1) WHERE state = 0 AND seats <> iif(double < ?1, 2, 1)
             AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.comment = comment.id AND d.live AND d.seq > comment.edited)
             RETURNING id";
        let mut changed = BTreeSet::new();
        for (update, share) in [(sliced, slice), (seated, double)] {
            for comment in transaction.prepare(update)?.query_map([digest::limit(share)], |row| row.get::<_, i64>(0))? {
                changed.insert(comment?);
            }
        }
        for comment in changed {
            binding.comment(comment, false)?;
        }
        binding.log(&mut Log::end(&transaction)?, now)?;
        transaction.commit()?;
        (self.settings.slice, self.settings.double) = (slice, double);
        Ok(())
    }

    /// A transaction that has the write lock from its beginning: what it reads is so until it is committed.
    pub(crate) fn begin(&mut self) -> Result<Transaction<'_>, ReviewError> {
        Ok(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}
