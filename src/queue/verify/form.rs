//! Whether the file is sound and has the schema that this program creates: its triggers keep the log from being edited.

use rusqlite::Connection;

use crate::queue::error::ReviewError;
use crate::queue::schema;
use crate::queue::verify::broken::Broken;

/// At most this many of the faults that `SQLite` finds are reported.
const MOST: usize = 20;

pub(crate) fn check(connection: &Connection) -> Result<Vec<Broken>, ReviewError> {
    let mut broken = Vec::new();
    let (expected, found) = (schema::expected()?, schema::found(connection)?);
    for ((kind, name), sql) in &expected {
        let key = (kind.clone(), name.clone());
        let other = found.get(&key);
        if other != Some(sql) {
            broken.push(Broken::Schema {
                kind: kind.clone(),
                name: name.clone(),
                found: other.is_some(),
                expected: true,
            });
        }
    }
    for (kind, name) in found.into_keys().filter(|key| !expected.contains_key(key)) {
        broken.push(Broken::Schema { kind, name, found: true, expected: false });
    }
    let mut query = connection.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    for line in query.query_map([], |row| row.get::<_, String>(0))? {
        let line = line?;
        if line != "ok" {
            broken.push(Broken::Damaged(line));
        }
    }
    let mut query = connection.prepare("PRAGMA foreign_key_check")?;
    let references = query
        .query_map([], |row| Ok(Broken::Reference { table: row.get(0)?, row: row.get(1)?, parent: row.get(2)? }))?;
    for reference in references {
        let reference = reference?;
        // Rows without a number look alike.
        if broken.last() != Some(&reference) {
            broken.push(reference);
        }
    }
    Ok(broken)
}
