//! Opening a store only to look at it: also a copy that nobody may write, on a medium or in a folder that is read-only.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::queue::error::ReviewError;
use crate::queue::schema;
use crate::queue::schema::{KNOWN, PATIENCE, named, refuse_foreign};

/// Opens a connection that writes nothing.
///
/// Where the file can be written it is opened as ever (and brought to the present version first): a connection that could only
/// read would leave its journal lying beside the file.
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

/// Opens what cannot be written. The index of the journal is made in the folder; where not even that can be, nobody else can be
/// writing, and that is said to `SQLite`.
fn guarded(path: &Path) -> Result<Connection, ReviewError> {
    let read = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, read).map_err(ReviewError::from).and_then(checked);
    match opened {
        Err(ReviewError::Sqlite(error)) if is_unwritable(&error) => {
            let name = path.to_str().ok_or(error)?;
            // Where nobody can say whether there is a journal, there may be one.
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
