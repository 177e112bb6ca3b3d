//! Refuses a file whose comments have states that this program does not know.

use rusqlite::{Connection, OptionalExtension};

use crate::queue::error::ReviewError;
use crate::queue::sql::{ASKED, AUDIT_SAMPLE, DONE, ESCALATED, OPEN, PURGED};
use crate::queue::state::{Selection, State};

/// Refuses a table with comments of an unknown state or way: every query asks for the known ones, and would pass over them in
/// silence. Through an index, so that it costs next to nothing.
pub(crate) fn check(connection: &Connection) -> Result<(), ReviewError> {
    let mut query = connection.prepare_cached(&format!(
        "SELECT state, way FROM comment WHERE state < {OPEN}
         UNION ALL SELECT state, way FROM comment WHERE state > {PURGED}
         UNION ALL SELECT state, way FROM comment
           WHERE state IN ({OPEN}, {DONE}, {ESCALATED}, {PURGED}) AND way < {ASKED}
         UNION ALL SELECT state, way FROM comment
           WHERE state IN ({OPEN}, {DONE}, {ESCALATED}, {PURGED}) AND way > {AUDIT_SAMPLE}
         LIMIT 1"
    ))?;
    query.query_row([], |row| row.get::<_, State>(0).and_then(|_| row.get::<_, Selection>(1))).optional()?;
    Ok(())
}
