//! Opens a store only to read it: also a read-only copy, medium or folder.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::queue::error::ReviewError;
use crate::queue::schema;
use crate::queue::schema::{KNOWN, PATIENCE, named, refuse_foreign};

/// Opens a connection that writes nothing.
///
/// A writable file is opened as usual (and upgraded first): a read-only connection would leave its journal next to the
/// file.
pub(crate) fn open(path: &Path) -> Result<Connection, ReviewError> {
    let connection = match schema::open(path) {
        Err(ReviewError::Sqlite(error)) if is_unwritable(&error) => {
            guarded(path).map_err(|error| named(error, path))?
        }
        other => other?,
    };
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn is_unwritable(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied))
}

/// Opens a read-only file. The index of the journal is created in the folder; if not even that is possible, nobody else
/// can be writing, and `SQLite` is told so.
fn guarded(path: &Path) -> Result<Connection, ReviewError> {
    let read = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, read).map_err(ReviewError::from).and_then(checked);
    match opened {
        Err(ReviewError::Sqlite(error)) if is_unwritable(&error) => {
            let name = path.to_str().ok_or(error)?;
            // If it is not known whether there is a journal, assume one.
            let none = match std::fs::metadata(format!("{name}-wal")) {
                Ok(journal) => journal.len() == 0,
                Err(error) => error.kind() == std::io::ErrorKind::NotFound,
            };
            if !none {
                return Err(ReviewError::Journal { path: name.to_owned() });
            }
            let connection = Connection::open_with_flags(immutable(name), read | OpenFlags::SQLITE_OPEN_URI)?;
            checked(connection)
        }
        opened => opened,
    }
}

/// The file as one that nothing changes.
pub(crate) fn immutable(name: &str) -> String {
    let name = name.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{name}?immutable=1")
}

pub(crate) fn checked(mut connection: Connection) -> Result<Connection, ReviewError> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(128);
    let snapshot = connection.transaction()?;
    let version = refuse_foreign(&snapshot)?;
    snapshot.commit()?;
    match version {
        KNOWN => Ok(connection),
        0 => Err(ReviewError::NotOurs { path: String::new() }),
        found => Err(ReviewError::Older { path: String::new(), found, known: KNOWN }),
    }
}
