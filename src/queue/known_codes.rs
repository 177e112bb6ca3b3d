//! Refuses a file whose comments have states that this program does not know.

use rusqlite::{Connection, OptionalExtension};

use crate::queue::error::ReviewError;
use crate::queue::state::{Selection, State};

/// Refuses a table with comments of an unknown state or way: every query asks for the known ones, and would pass over them in
/// silence. Through an index, so that it costs next to nothing.
pub(crate) fn check(connection: &Connection) -> Result<(), ReviewError> {
    let mut query = connection.prepare_cached(
        "SELECT state, way FROM comment WHERE state < 0
         UNION ALL SELECT state, way FROM comment WHERE state > 3
         UNION ALL SELECT state, way FROM comment WHERE state IN (0, 1, 2, 3) AND way < 0
         UNION ALL SELECT state, way FROM comment WHERE state IN (0, 1, 2, 3) AND way > 2
         LIMIT 1",
    )?;
    query.query_row([], |row| row.get::<_, State>(0).and_then(|_| row.get::<_, Selection>(1))).optional()?;
    Ok(())
}
