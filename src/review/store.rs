//! The file that all of it is in.

use std::path::Path;

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::key::{self, Draws};
use super::{ReviewError, readonly, schema};

/// Of the comments that are not flagged so many are drawn for review.
const SLICE: f64 = 0.05;

/// One `SQLite` file. Several programs may have it open; each `Store` is one connection, for one thread.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    pub(super) settings: Settings,
    /// A number that no other connection has, unless they are of one window: what is held is held for it.
    pub(super) session: i64,
}

/// What the store remembers of how it is to draw.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) seed: Vec<u8>,
    pub(super) slice: f64,
    pub(super) double: f64,
}

impl Settings {
    /// Whether a comment that is not flagged is in the random slice.
    pub(super) fn sliced(&self, draws: Draws) -> bool {
        i64::from(draws.slice) < key::limit(self.slice)
    }

    /// How many reviewers a comment needs.
    pub(super) fn seats(&self, draws: Draws) -> i64 {
        if i64::from(draws.double) < key::limit(self.double) { 2 } else { 1 }
    }
}

impl Store {
    /// Opens a store, or makes one where there is no file, or an empty one.
    ///
    /// # Errors
    /// When the file is something else, is of a newer version, or cannot be opened.
    pub fn open(path: &Path) -> Result<Self, ReviewError> {
        Self::on(schema::open(path)?)
    }

    /// Opens a store to look at it: nothing is written, and the file and its folder need not be writable.
    ///
    /// # Errors
    /// When the file is something else, is of another version and cannot be written, or cannot be read.
    pub fn open_to_read(path: &Path) -> Result<Self, ReviewError> {
        Self::on(readonly::open(path)?)
    }

    fn on(connection: Connection) -> Result<Self, ReviewError> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        connection.create_scalar_function("holds", 2, flags, |context| {
            let text = context.get_raw(0).as_str()?;
            let needle = context.get_raw(1).as_str()?;
            Ok(text.to_lowercase().contains(needle))
        })?;
        let session = connection.query_row("SELECT random()", [], |row| row.get(0))?;
        let mut store =
            Self { connection, settings: Settings { seed: Vec::new(), slice: SLICE, double: 0.0 }, session };
        store.read_settings()?;
        Ok(store)
    }

    fn read_settings(&mut self) -> Result<(), ReviewError> {
        self.settings.seed = self.setting("seed")?.unwrap_or_default();
        let share = |bytes: Option<Vec<u8>>| bytes.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok());
        self.settings.slice = share(self.setting("slice")?).unwrap_or(SLICE);
        self.settings.double = share(self.setting("double")?).unwrap_or(0.0);
        Ok(())
    }

    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, ReviewError> {
        let query = "SELECT value FROM setting WHERE name = ?";
        Ok(self.connection.query_row(query, [name], |row| row.get(0)).optional()?)
    }

    /// The share of the comments that are not flagged which is drawn for review, and of all comments which two reviewers
    /// are to decide.
    #[must_use]
    pub fn shares(&self) -> (f64, f64) {
        (self.settings.slice, self.settings.double)
    }

    /// Sets both shares. What is drawn depends on the store's seed and a comment's id alone, so a larger share holds the
    /// smaller one. Comments that somebody has decided need as many reviewers as before.
    ///
    /// # Errors
    /// When a share lies outside [0, 1], or the database fails.
    pub fn set_shares(&mut self, slice: f64, double: f64) -> Result<(), ReviewError> {
        for (name, share) in [("slice", slice), ("double", double)] {
            if !(0.0..=1.0).contains(&share) {
                return Err(ReviewError::Share { name, share });
            }
        }
        let transaction = self.begin()?;
        for (name, share) in [("slice", slice), ("double", double)] {
            let write = "INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value";
            transaction.execute(write, (name, share.to_string().into_bytes()))?;
        }
        transaction.execute(
            "UPDATE comment SET way = iif(draw < ?1, 2, 0) WHERE way <> 1 AND way <> iif(draw < ?1, 2, 0)",
            [key::limit(slice)],
        )?;
        transaction.execute(
            "UPDATE comment SET seats = iif(double < ?1, 2, 1) WHERE state = 0 AND seats <> iif(double < ?1, 2, 1)
             AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.comment = comment.id AND d.live AND d.seq > comment.edited)",
            [key::limit(double)],
        )?;
        transaction.commit()?;
        (self.settings.slice, self.settings.double) = (slice, double);
        Ok(())
    }

    /// A transaction that has the write lock from its beginning: what it reads is so until it is committed.
    pub(super) fn begin(&mut self) -> Result<Transaction<'_>, ReviewError> {
        Ok(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}
