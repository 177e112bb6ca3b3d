//! The file that all of it is in.

use std::ops::Deref;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::{Connection, Savepoint, Transaction, TransactionBehavior};

use crate::queue::error::ReviewError;
use crate::queue::presence;
use crate::queue::presence::Presence;
use crate::queue::settings::Settings;
use crate::queue::window::Window;
use crate::queue::{readonly, schema};

/// One `SQLite` file. Several programs may have it open; each `Store` is one connection, for one thread.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) connection: Connection,
    pub(crate) settings: Settings,
    /// A number that no other connection has, except those of the same window, which share their leases.
    pub(crate) session: i64,
    /// The last entry of the log when this was opened: what was skipped before is shown again.
    pub(crate) since: i64,
    /// A window of the screen is seen by others.
    pub(crate) presence: Option<Presence>,
}

impl Store {
    /// Opens a store, or creates one if the file is missing or empty.
    ///
    /// # Errors
    /// When the file is something else, is of a newer version, or cannot be opened.
    pub(crate) fn open(path: &Path) -> Result<Self, ReviewError> {
        Self::on(schema::open(path)?)
    }

    /// Opens a store for reading: nothing is written, and the file and its folder need not be writable.
    ///
    /// # Errors
    /// When the file is something else, is of another version and cannot be written, or cannot be read.
    pub(crate) fn open_to_read(path: &Path) -> Result<Self, ReviewError> {
        Self::on(readonly::open(path)?)
    }

    fn on(connection: Connection) -> Result<Self, ReviewError> {
        // Otherwise queries of comments by number are planned again for each number, which costs more than running
        // them.
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

    /// This store as a window of a reviewer.
    pub(crate) fn window<'a>(&self, reviewer: &'a str) -> Window<'a> {
        Window { reviewer, session: self.session, since: self.since }
    }

    /// Shares the leases of the other: two connections of one window.
    #[must_use]
    pub(crate) fn sharing_window(self, other: &Self) -> Self {
        Self { session: other.session, since: other.since, ..self }
    }

    /// A transaction that has the write lock from its beginning, so what it reads stays true until it is committed.
    /// Among changes that are written `together` it is part of their transaction.
    pub(crate) fn begin(&mut self) -> Result<Change<'_>, ReviewError> {
        if self.connection.is_autocommit() {
            let behavior = TransactionBehavior::Immediate;
            Ok(Change::Whole(self.connection.transaction_with_behavior(behavior)?))
        } else {
            Ok(Change::Part(self.connection.savepoint()?))
        }
    }
}

/// A change that is being written: undone where it is dropped without [`commit`](Self::commit).
pub(crate) enum Change<'a> {
    Whole(Transaction<'a>),
    /// For changes that are written together.
    Part(Savepoint<'a>),
}

impl Change<'_> {
    pub(crate) fn commit(self) -> Result<(), ReviewError> {
        match self {
            Self::Whole(transaction) => Ok(transaction.commit()?),
            Self::Part(savepoint) => Ok(savepoint.commit()?),
        }
    }
}

impl Deref for Change<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Self::Whole(transaction) => transaction,
            Self::Part(savepoint) => savepoint,
        }
    }
}
