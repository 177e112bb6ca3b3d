//! Changes that are written together: when many arrive at once, as on a server, none waits for the disk alone.

use crate::queue::error::ReviewError;
use crate::queue::store::Store;

impl Store {
    /// Writes several changes together, because waiting for the disk takes longer than all of them. Each succeeds or
    /// fails [on its own](Self::whole_or_not); once this returns, those that succeeded survive a power cut.
    ///
    /// # Errors
    /// When the file cannot be written: then none of them holds.
    pub(crate) fn together<T>(&mut self, changes: impl FnOnce(&mut Self) -> T) -> Result<T, ReviewError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let done = changes(self);
        match self.connection.execute_batch("COMMIT") {
            Ok(()) => Ok(done),
            Err(error) => {
                // It may be rolled back already, as after a disk that was full.
                if !self.connection.is_autocommit() {
                    self.connection.execute_batch("ROLLBACK")?;
                }
                Err(error.into())
            }
        }
    }

    /// One of several changes that are written together, itself of several: if it fails, nothing of it is left.
    ///
    /// # Errors
    /// Those of the change, and when the database fails.
    pub(crate) fn whole_or_not<T, E: From<ReviewError>>(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let run = |store: &Self, sql: &str| store.connection.execute_batch(sql).map_err(ReviewError::from);
        run(self, "SAVEPOINT change")?;
        let done = change(self);
        match &done {
            Ok(_) => run(self, "RELEASE change")?,
            // If `SQLite` has rolled everything back, as it does when the disk is full, there is no savepoint to return
            // to.
            Err(_) if self.connection.is_autocommit() => {}
            Err(_) => run(self, "ROLLBACK TO change; RELEASE change")?,
        }
        done
    }

    /// Whether anything can be written now.
    ///
    /// # Errors
    /// When it cannot.
    pub(crate) fn try_to_write(&mut self) -> Result<(), ReviewError> {
        let transaction = self.begin()?;
        // The same number again: its page is written nevertheless.
        let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()
    }
}
