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
/// writing, and `SQLite` is told so.
fn guarded(path: &Path) -> Result<Connection, ReviewError> {
    let read = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, read).map_err(ReviewError::from).and_then(checked);
    match opened {
        Err(ReviewError::Sqlite(error)) if is_unwritable(&error) => {
            let name = path.to_str().ok_or(error)?;
            // Where it cannot be told whether there is a journal, there may be one.
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
fn immutable(name: &str) -> String {
    let name = name.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{name}?immutable=1")
}

fn checked(mut connection: Connection) -> Result<Connection, ReviewError> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::filter::Filter;
    use crate::queue::fixture::{made, scratch, toxic};
    use crate::queue::store::Store;

    #[test]
    fn nothing_is_written_through_it() {
        let mut scratch = scratch();
        scratch.import(&[made("a", 0.9)]);
        let mut store = Store::open_to_read(&scratch.path).unwrap();
        assert_eq!(store.count(&Filter::default(), "ann", 5000).unwrap(), 1);
        let seen = scratch.seen("a", "ann");
        assert!(store.decide(1, "ann", &toxic(true), &seen, 5000).is_err());
        store.verify().unwrap().unwrap();
    }

    #[test]
    fn an_earlier_version_that_cannot_be_written_is_told() {
        let scratch = scratch();
        scratch.store.connection.pragma_update(None, "user_version", 1).unwrap();
        let connection = Connection::open_with_flags(&scratch.path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let error = named(checked(connection).unwrap_err(), &scratch.path).to_string();
        assert!(error.contains("ombud.db: its format is version 1, of an earlier ombud"), "{error}");
    }

    #[test]
    fn what_nobody_may_write_is_read_whatever_its_name() {
        let mut scratch = scratch();
        scratch.import(&[made("a", 0.9)]);
        let copy = scratch.path.with_file_name("50 % of #1?.db");
        scratch.store.connection.execute("VACUUM INTO ?", [copy.to_str().unwrap()]).unwrap();
        let read = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(immutable(copy.to_str().unwrap()), read).unwrap();
        let comments: i64 =
            checked(connection).unwrap().query_row("SELECT count(*) FROM comment", [], |row| row.get(0)).unwrap();
        assert_eq!(comments, 1);
    }
}
