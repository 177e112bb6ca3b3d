//! Whether the log is intact, and whether the tables agree with it.
//!
//! - `form` compares the schema with what the migrations make of an empty file, and asks `SQLite` whether the file is sound.
//! - `replay` walks the log and works out what every table should say.
//! - `tables` compares each row of each table with that.

pub(crate) mod broken;
pub(crate) mod form;
pub(crate) mod replay;
pub(crate) mod tables;

use crate::queue::digest;
use crate::queue::error::ReviewError;
use crate::queue::store::Store;
use crate::queue::verify::broken::Broken;
use crate::queue::verify::replay::{Replay, Sealed};

/// A log that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verified {
    /// How many entries it has.
    pub entries: i64,
    /// The hash of the last one, in hexadecimal. Noted elsewhere, it shows later that nothing was cut off.
    pub head: String,
    /// What the log does not cover, in a file from an earlier version.
    pub sealed: Option<Sealed>,
}

impl Store {
    /// Walks the log from its beginning and compares every table with it, except leases, which come and go without an
    /// entry. `Ok(Err(…))` lists what fails, at least one check.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn verify(&self) -> Result<Result<Verified, Vec<Broken>>, ReviewError> {
        // One transaction: others may write meanwhile.
        let transaction = self.connection.unchecked_transaction()?;
        let verified = self.compared();
        transaction.commit()?;
        verified
    }

    pub(crate) fn compared(&self) -> Result<Result<Verified, Vec<Broken>>, ReviewError> {
        let connection = &self.connection;
        let mut broken = form::check(connection)?;
        // Without its tables nothing can be asked.
        if broken.iter().any(|broken| matches!(broken, Broken::Schema { kind, .. } if kind == "table")) {
            return Ok(Err(broken));
        }
        let replay = match Replay::of(connection)? {
            Ok(replay) => replay,
            Err(entry) => {
                broken.push(entry);
                return Ok(Err(broken));
            }
        };
        tables::compare(connection, &self.settings.seed, &replay, &mut broken)?;
        if !broken.is_empty() {
            return Ok(Err(broken));
        }
        Ok(Ok(Verified { entries: replay.entries, head: digest::hex(&replay.head), sealed: replay.sealed() }))
    }
}
