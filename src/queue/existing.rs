//! Queues that must be there: a name that was mistyped is not to make an empty one.

use std::path::Path;

use crate::queue::error::ReviewError;
use crate::queue::store::Store;

/// Opens the queue of a file.
///
/// # Errors
/// When there is none, or it cannot be opened.
pub(crate) fn open(db: &Path) -> Result<Store, ReviewError> {
    check(db).and_then(|()| Store::open(db))
}

/// Opens the queue in a file for reading; the file need not be writable.
///
/// # Errors
/// When there is none, or it cannot be opened.
pub(crate) fn open_to_read(db: &Path) -> Result<Store, ReviewError> {
    check(db).and_then(|()| Store::open_to_read(db))
}

fn check(db: &Path) -> Result<(), ReviewError> {
    if db.exists() { Ok(()) } else { Err(ReviewError::Missing { path: db.display().to_string() }) }
}
