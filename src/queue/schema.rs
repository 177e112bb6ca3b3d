//! The tables, and how a file of an earlier version comes to have them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, TransactionBehavior};

use crate::queue::error::ReviewError;
use crate::queue::severity::Costs;
use crate::queue::{bound, severity};

/// Marks the file as ours, so that no other program's database is written to: `OMBD`.
const APPLICATION: i32 = i32::from_be_bytes(*b"OMBD");

/// A writer waits so long for another.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Pages kept in memory, in KiB: imports go all over the indexes.
const CACHE: i64 = 65_536;

/// What takes a file from each version to the next; the first makes an empty file version 1.
pub(crate) const MIGRATIONS: [&str; KNOWN as usize] = [V1, V2, V3, V4, V5, V6];

/// The version that they lead to.
pub(crate) const KNOWN: i64 = 6;

/// From this version on the log binds the rows that follow from none of its entries.
const BOUND: i64 = 4;

/// From this version on comments have a place by severity.
const SEVERE: i64 = 5;

/// Opens a connection whose commits survive a kill and a power cut (`synchronous = FULL`), and whose deletions leave no bytes.
pub(crate) fn open(path: &Path) -> Result<Connection, ReviewError> {
    let connection = Connection::open(path)?;
    prepare(connection).map_err(|error| named(error, path))
}

/// Says which file an error is about.
pub(crate) fn named(error: ReviewError, path: &Path) -> ReviewError {
    let path = path.display().to_string();
    match error {
        ReviewError::Sqlite(rusqlite::Error::SqliteFailure(failure, _)) if failure.code == ErrorCode::NotADatabase => {
            ReviewError::NotOurs { path }
        }
        ReviewError::NotOurs { .. } => ReviewError::NotOurs { path },
        ReviewError::Newer { found, known, .. } => ReviewError::Newer { path, found, known },
        ReviewError::Older { found, known, .. } => ReviewError::Older { path, found, known },
        other => other,
    }
}

fn prepare(mut connection: Connection) -> Result<Connection, ReviewError> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(128);
    let snapshot = connection.transaction()?;
    let version = refuse_foreign(&snapshot)?;
    snapshot.commit()?;
    keep_journal(&connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "cache_size", -CACHE)?;
    if version < KNOWN {
        migrate(&mut connection)?;
    }
    Ok(connection)
}

/// Makes the journal a write-ahead log, if it is not. `SQLite` does not wait for others here, so it is tried for two seconds.
fn keep_journal(connection: &Connection) -> Result<(), ReviewError> {
    let mut tries = 200;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tries > 0 => {
                tries -= 1;
                std::thread::sleep(Duration::from_millis(10));
            }
            done => return Ok(done?),
        }
    }
}

/// The version of a file. An empty file or one of ours is accepted, any other refused. In a transaction, so that no
/// other program makes it a store between two checks.
pub(crate) fn refuse_foreign(connection: &Transaction<'_>) -> Result<i64, ReviewError> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let table: Option<String> =
        connection.query_row("SELECT name FROM sqlite_schema LIMIT 1", [], |row| row.get(0)).optional()?;
    let empty = application == 0 && version == 0 && table.is_none();
    if application != APPLICATION && !empty {
        return Err(ReviewError::NotOurs { path: String::new() });
    }
    if version > KNOWN {
        return Err(ReviewError::Newer { path: String::new(), found: version, known: KNOWN });
    }
    Ok(version)
}

/// Two programs may open a new file at once: the version is read again under the lock.
fn migrate(connection: &mut Connection) -> Result<(), ReviewError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = refuse_foreign(&transaction)?;
    for migration in MIGRATIONS.iter().skip(version as usize) {
        transaction.execute_batch(migration)?;
    }
    if (1..SEVERE).contains(&version) {
        severity::refresh(&transaction, &Costs::default())?;
    }
    if (1..BOUND).contains(&version) {
        let now = transaction.query_row("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)", [], |row| row.get(0))?;
        bound::seal(&transaction, now)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", KNOWN)?;
    transaction.commit()?;
    Ok(())
}

/// Codes: `comment.way` and `comment.state` are those of `Selection` and `State`; times are milliseconds since 1970.
///
/// `comment` is narrow, so that a walk over 100,000 of them is short; what is long is in `body`. Each order is a column that
/// sorts ascending, and an index in which state and way come first. `shown` is the scores as JSON, exactly as they go into the
/// log; `score` repeats the figures of it that are filtered by.
const V1: &str = "
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO setting VALUES ('seed', randomblob(32));
CREATE TABLE model (id INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE label (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, stance INTEGER NOT NULL) STRICT;
CREATE TABLE article (
  id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, source_id TEXT, title TEXT, text TEXT, url TEXT
) STRICT;
CREATE TABLE thread (id INTEGER PRIMARY KEY, source_id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE comment (
  id INTEGER PRIMARY KEY,
  thread INTEGER NOT NULL REFERENCES thread,
  source_id TEXT NOT NULL,
  parent_id TEXT,
  article INTEGER NOT NULL REFERENCES article,
  author INTEGER REFERENCES author,
  created_at TEXT,
  created INTEGER NOT NULL,     -- when it was written; when it came in, if that is not known
  draw INTEGER NOT NULL,        -- below 2^32, for the random slice
  double INTEGER NOT NULL,      -- the same, for a second reviewer
  seats INTEGER NOT NULL,       -- how many reviewers it needs
  way INTEGER NOT NULL,
  state INTEGER NOT NULL DEFAULT 0,
  edited INTEGER NOT NULL DEFAULT 0, -- the entry of its last edit; decisions before it do not count
  model INTEGER NOT NULL REFERENCES model,
  scored INTEGER NOT NULL,      -- hash of model and scores
  by_risk REAL NOT NULL,
  by_doubt REAL NOT NULL,
  by_new INTEGER NOT NULL,
  by_learning REAL NOT NULL,
  nearest INTEGER NOT NULL,     -- the label in doubt
  sketch INTEGER NOT NULL,      -- equal for similar texts
  UNIQUE (thread, source_id)
) STRICT;
CREATE INDEX comment_risk ON comment (state, way, by_risk);
CREATE INDEX comment_doubt ON comment (state, way, by_doubt);
CREATE INDEX comment_new ON comment (state, way, by_new);
CREATE INDEX comment_learning ON comment (state, way, by_learning);
CREATE INDEX comment_thread ON comment (state, way, thread);
CREATE INDEX comment_slice ON comment (state, draw) WHERE way = 2;
CREATE INDEX comment_author ON comment (author);

CREATE TABLE body (
  comment INTEGER PRIMARY KEY REFERENCES comment,
  text TEXT NOT NULL,
  salt BLOB,
  digest BLOB NOT NULL,
  shown TEXT NOT NULL,
  reasons TEXT NOT NULL
) STRICT;

CREATE TABLE score (
  label INTEGER NOT NULL REFERENCES label,
  comment INTEGER NOT NULL REFERENCES comment,
  p REAL NOT NULL,
  raised INTEGER NOT NULL,
  PRIMARY KEY (comment, label)
) STRICT, WITHOUT ROWID;
CREATE INDEX score_raised ON score (label) WHERE raised = 1;

-- Scores of earlier models, and of earlier texts.
CREATE TABLE score_past (
  id INTEGER PRIMARY KEY,
  comment INTEGER NOT NULL REFERENCES comment,
  model INTEGER NOT NULL REFERENCES model,
  until INTEGER NOT NULL,
  shown TEXT NOT NULL
) STRICT;
CREATE INDEX score_past_comment ON score_past (comment);

CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  comment INTEGER,
  batch INTEGER,
  target INTEGER,
  body TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX log_comment ON log (comment) WHERE comment IS NOT NULL;
CREATE INDEX log_batch ON log (batch) WHERE batch IS NOT NULL;
CREATE INDEX log_target ON log (target) WHERE target IS NOT NULL;
CREATE INDEX log_step ON log (reviewer, seq) WHERE batch IS NULL;
CREATE TRIGGER log_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- What follows from the log, for quick access. `live` is 0 once undone.
CREATE TABLE decision (
  seq INTEGER PRIMARY KEY REFERENCES log,
  comment INTEGER NOT NULL REFERENCES comment,
  reviewer TEXT NOT NULL,
  live INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX decision_comment ON decision (comment, seq);
CREATE TABLE skip (
  comment INTEGER NOT NULL REFERENCES comment,
  reviewer TEXT NOT NULL,
  seq INTEGER NOT NULL UNIQUE REFERENCES log,
  PRIMARY KEY (comment, reviewer, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE note (
  seq INTEGER PRIMARY KEY REFERENCES log,
  comment INTEGER NOT NULL REFERENCES comment,
  text TEXT NOT NULL,
  salt BLOB,
  live INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX note_comment ON note (comment);
CREATE TABLE lease (
  comment INTEGER NOT NULL REFERENCES comment,
  reviewer TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (comment, reviewer)
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_reviewer ON lease (reviewer);
";

/// A lease belongs to a window, not a name. Existing ones end within minutes anyway.
const V2: &str = "
DROP TABLE lease;
CREATE TABLE lease (
  comment INTEGER NOT NULL REFERENCES comment,
  session INTEGER NOT NULL,     -- the window
  reviewer TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (comment, session, reviewer)
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_session ON lease (session, reviewer);
";

/// The context in a comment's row is kept: rescored without it, the comment would get other scores. And sibling
/// comments are found without a walk over the thread, which may be a whole table of 100,000.
const V3: &str = "
ALTER TABLE body ADD COLUMN target TEXT;
ALTER TABLE body ADD COLUMN parent_text TEXT;
ALTER TABLE body ADD COLUMN context TEXT;
CREATE INDEX comment_parent ON comment (thread, parent_id);
";

/// From now on every row follows from an entry of the log or is bound by one, which is impossible for rows that nothing
/// refers to. Also, erased comments had changed places in the learning order unnoticed.
const V4: &str = "
DELETE FROM thread WHERE id NOT IN (SELECT thread FROM comment);
DELETE FROM article WHERE id NOT IN (SELECT article FROM comment);
DELETE FROM author WHERE NOT EXISTS (SELECT 1 FROM comment WHERE comment.author = author.id);
INSERT OR IGNORE INTO setting VALUES ('unranked', x'');
";

/// Comments are sorted by the cost of missing them; no digest includes it, because it follows from the scores. And a
/// comment is found by its id alone.
const V5: &str = "
ALTER TABLE comment ADD COLUMN by_severity REAL NOT NULL DEFAULT 0;
CREATE INDEX comment_severity ON comment (state, way, by_severity);
CREATE INDEX comment_source ON comment (source_id);
";

/// Places in the learning order follow from the sides of threads, too.
const V6: &str = "INSERT OR IGNORE INTO setting VALUES ('unranked', x'');";

/// The schema of the current version, for comparison: kind and name, and the SQL.
pub(crate) fn expected() -> Result<BTreeMap<(String, String), String>, ReviewError> {
    let connection = Connection::open_in_memory()?;
    for migration in MIGRATIONS {
        connection.execute_batch(migration)?;
    }
    found(&connection)
}

/// The schema of a file. `SQLite` creates some of it by itself, without SQL.
pub(crate) fn found(connection: &Connection) -> Result<BTreeMap<(String, String), String>, ReviewError> {
    let mut query =
        connection.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")?;
    let schema = query.query_map([], |row| {
        // Versions of SQLite add columns with more or fewer blanks.
        let sql: Vec<String> = row.get::<_, String>(2)?.split_whitespace().map(str::to_owned).collect();
        Ok(((row.get(0)?, row.get(1)?), sql.join(" ")))
    })?;
    Ok(schema.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ombud.db");
        (folder, path)
    }

    #[test]
    fn an_empty_file_becomes_a_store_and_stays_one() {
        let (_folder, path) = file();
        std::fs::write(&path, b"").unwrap();
        let seed = |connection: &Connection| -> Vec<u8> {
            connection.query_row("SELECT value FROM setting WHERE name = 'seed'", [], |row| row.get(0)).unwrap()
        };
        let first = seed(&open(&path).unwrap());
        assert_eq!(first.len(), 32);
        assert_eq!(seed(&open(&path).unwrap()), first);
    }

    #[test]
    fn several_may_make_the_same_store_at_once() {
        for _ in 0..25 {
            let (_folder, path) = file();
            std::thread::scope(|scope| {
                let opened: Vec<_> = (0..4).map(|_| scope.spawn(|| open(&path).map(drop))).collect();
                for opened in opened {
                    opened.join().unwrap().unwrap();
                }
            });
        }
    }

    #[test]
    fn a_newer_version_is_named() {
        let (_folder, path) = file();
        open(&path).unwrap().pragma_update(None, "user_version", 9).unwrap();
        let error = open(&path).unwrap_err().to_string();
        assert!(
            error.ends_with(
                "ombud.db: this file has format version 9, but this ombud reads versions up to 6; use a newer ombud"
            ),
            "{error}"
        );
    }

    #[test]
    fn a_file_of_the_first_version_comes_to_the_last() {
        let (_folder, path) = file();
        let first = Connection::open(&path).unwrap();
        first.execute_batch(V1).unwrap();
        first.pragma_update(None, "application_id", APPLICATION).unwrap();
        first.pragma_update(None, "user_version", 1).unwrap();
        first.execute_batch("INSERT INTO model VALUES (7, 'house', 'ab12')").unwrap();
        drop(first);
        let tables = |connection: &Connection| -> Vec<String> {
            let mut query =
                connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
            query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
        };
        let moved = open(&path).unwrap();
        let kept: i64 = moved.query_row("SELECT id FROM model WHERE hash = 'ab12'", [], |row| row.get(0)).unwrap();
        let (_other, new) = file();
        assert_eq!((kept, tables(&moved)), (7, tables(&open(&new).unwrap())));
    }

    #[test]
    fn other_files_are_refused_and_left_alone() {
        let (_folder, path) = file();
        for bytes in [b"text,label\nhello,1\n".repeat(100), vec![0; 4096]] {
            std::fs::write(&path, &bytes).unwrap();
            assert!(matches!(open(&path), Err(ReviewError::NotOurs { .. })));
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
        }
        std::fs::remove_file(&path).unwrap();
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE users (id)").unwrap();
        assert!(matches!(open(&path), Err(ReviewError::NotOurs { .. })));
    }

    #[test]
    fn what_is_committed_is_on_the_disk() {
        let (_folder, path) = file();
        let connection = open(&path).unwrap();
        let pragma = |name: &str| -> String {
            connection
                .query_row(&format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}"), [], |row| row.get(0))
                .unwrap()
        };
        assert_eq!(pragma("journal_mode"), "wal");
        // 2 is FULL.
        assert_eq!(
            (pragma("synchronous"), pragma("secure_delete"), pragma("foreign_keys")),
            ("2".into(), "1".into(), "1".into())
        );
    }

    #[test]
    fn the_log_only_grows() {
        let (_folder, path) = file();
        let connection = open(&path).unwrap();
        connection.execute("INSERT INTO log VALUES (1, 0, 'note', 'a', NULL, NULL, NULL, '{}', x'00')", []).unwrap();
        for statement in ["UPDATE log SET reviewer = 'b'", "DELETE FROM log"] {
            let error = connection.execute(statement, []).unwrap_err().to_string();
            assert!(error.contains("append-only"), "{error}");
        }
    }
}
