//! Rows that follow from no decision, bound by the log all the same.
//!
//! Whoever writes comments, models, labels or settings appends an entry `bind` in the same transaction. It names each
//! row and, for a comment, two digests: the first 16 bytes of SHA-256 in hexadecimal (enough, because nobody can choose
//! both of two texts):
//! - of its row: the words `ombud comment 1`, the seed of the store, and the cells of [`COMMENT`] from `thread` on, each as a
//!   byte that says its type (0 null, 1 integer, 2 real, 3 text, 4 blob), then eight bytes of the number (big-endian), or of the
//!   length and the bytes themselves;
//! - of its scores: the words `ombud scores 1`, the hash of the model, and the scores as JSON.
//!
//! The cells include the comment's salt, so that once it is erased the entry reveals nothing about the comment. The
//! comment's state, the entry of its last edit and its places by severity and in the learning order are left out: they
//! follow from the rest.
//!
//! What was written before the log bound it is sealed in its present form when a file of an earlier version is
//! upgraded.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

use crate::queue::codes::YesNo;
use crate::queue::digest;
use crate::queue::error::ReviewError;
use crate::queue::log::{Entry, Kind, Log};
use crate::queue::settings::Settings;

/// A comment with everything it refers to; NULL if that is missing.
pub(crate) const COMMENT: &str = "
SELECT c.id, m.hash AS model_hash, b.shown, b.text, c.state, c.edited, c.by_severity,
  c.thread, t.source_id AS thread_id, c.source_id, c.parent_id, c.article, a.digest AS article_digest, c.author,
  p.name AS author_name, c.created_at, c.created, c.draw, c.double, c.seats, c.way, c.model, c.scored, c.by_risk, c.by_doubt,
  c.by_new, c.nearest, c.sketch, b.salt, b.digest, b.reasons, b.target, b.parent_text, b.context
FROM comment c LEFT JOIN body b ON b.comment = c.id LEFT JOIN thread t ON t.id = c.thread
  LEFT JOIN article a ON a.id = c.article LEFT JOIN author p ON p.id = c.author LEFT JOIN model m ON m.id = c.model";

/// The digest of a row covers the columns from here on.
const FIRST: usize = 7;

/// The number of comments that one entry seals.
const AT_ONCE: usize = 10_000;

/// A comment as written: its number, the digests of its row and scores, and whether the earlier scores were kept.
pub(crate) type Item = (i64, String, String, bool);

/// What an entry binds.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Body {
    /// The digest of the seed.
    pub(crate) seed: String,
    /// The shares, where they were set.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) settings: BTreeMap<String, String>,
    /// Number, name and hash.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) models: Vec<(i64, String, String)>,
    /// Number, name, and whether it is a stance.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) labels: Vec<(i64, String, bool)>,
    /// In the order in which they were written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) comments: Vec<Item>,
    /// Earlier scores that were there when the file was sealed: comment, until when, digest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) past: Vec<(i64, i64, String)>,
    /// The rows existed before and are bound in their present form.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) sealed: bool,
}

/// What a transaction has written so far.
pub(crate) struct Binding<'c> {
    connection: &'c Connection,
    seed: &'c [u8],
    /// The query of one comment.
    one: String,
    pub(crate) body: Body,
}

impl<'c> Binding<'c> {
    pub(crate) fn new(connection: &'c Connection, seed: &'c [u8]) -> Self {
        let body = Body { seed: of_seed(seed), ..Body::default() };
        Self { connection, seed, one: format!("{COMMENT} WHERE c.id = ?"), body }
    }

    /// Binds a comment in its present form.
    pub(crate) fn comment(&mut self, id: i64, put_by: bool) -> Result<(), ReviewError> {
        let mut query = self.connection.prepare_cached(&self.one)?;
        let item = query.query_row([id], |row| {
            let scores = of_scores(row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
            Ok((id, of_row(self.seed, row)?, scores, put_by))
        })?;
        self.body.comments.push(item);
        Ok(())
    }

    /// Appends the entry, if anything was written.
    pub(crate) fn log(self, log: &mut Log<'_>, now: i64) -> Result<(), ReviewError> {
        let Body { settings, models, labels, comments, past, .. } = &self.body;
        let nothing = settings.is_empty() && models.is_empty() && labels.is_empty() && comments.is_empty();
        if nothing && past.is_empty() {
            return Ok(());
        }
        log.append(&Entry::new(Kind::Bind, "", now, &serde_json::to_string(&self.body)?))?;
        Ok(())
    }
}

/// The digest of a comment's row in its present form.
pub(crate) fn row(connection: &Connection, seed: &[u8], id: i64) -> Result<String, ReviewError> {
    let mut query = connection.prepare_cached(&format!("{COMMENT} WHERE c.id = ?"))?;
    Ok(query.query_row([id], |row| of_row(seed, row))?)
}

/// The digest of a row of [`COMMENT`].
pub(crate) fn of_row(seed: &[u8], row: &Row<'_>) -> rusqlite::Result<String> {
    let mut cells = Vec::with_capacity(1024);
    let long = |cells: &mut Vec<u8>, kind: u8, bytes: &[u8]| {
        cells.push(kind);
        cells.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        cells.extend_from_slice(bytes);
    };
    for column in FIRST..row.as_ref().column_count() {
        match row.get_ref(column)? {
            ValueRef::Null => cells.push(0),
            ValueRef::Integer(number) => {
                cells.push(1);
                cells.extend_from_slice(&number.to_be_bytes());
            }
            ValueRef::Real(number) => {
                cells.push(2);
                cells.extend_from_slice(&number.to_bits().to_be_bytes());
            }
            ValueRef::Text(text) => long(&mut cells, 3, text),
            ValueRef::Blob(blob) => long(&mut cells, 4, blob),
        }
    }
    Ok(short([&b"ombud comment 1"[..], seed, &cells]))
}

/// The digest of a verdict.
pub(crate) fn of_scores(model_hash: &str, shown: &str) -> String {
    short([&b"ombud scores 1"[..], model_hash.as_bytes(), shown.as_bytes()])
}

pub(crate) fn of_seed(seed: &[u8]) -> String {
    short([&b"ombud seed 1"[..], seed])
}

fn short<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> String {
    let hash = digest::hash(parts);
    digest::hex(hash.get(..16).unwrap_or(&hash))
}

/// Binds everything in its present form: for a file of an earlier version, whose log does not.
pub(crate) fn seal(connection: &Connection, now: i64) -> Result<(), ReviewError> {
    let settings = Settings::read(connection)?;
    let mut log = Log::end(connection)?;
    let begin = || {
        let mut binding = Binding::new(connection, &settings.seed);
        binding.body.sealed = true;
        binding
    };
    let mut binding = begin();
    let mut query =
        connection.prepare("SELECT name, CAST(value AS TEXT) FROM setting WHERE name IN ('slice', 'double')")?;
    binding.body.settings = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut query = connection.prepare("SELECT id, name, hash FROM model ORDER BY id")?;
    let models = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    binding.body.models = models.collect::<Result<_, _>>()?;
    let mut query = connection.prepare("SELECT id, name, stance FROM label ORDER BY id")?;
    let labels = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, YesNo>(2)?.0)))?;
    binding.body.labels = labels.collect::<Result<_, _>>()?;
    let mut query = connection.prepare(
        "SELECT s.comment, s.until, m.hash, s.shown FROM score_past s JOIN model m ON m.id = s.model ORDER BY s.id",
    )?;
    let past = query.query_map([], |row| {
        Ok((row.get(0)?, row.get(1)?, of_scores(row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?)))
    })?;
    binding.body.past = past.collect::<Result<_, _>>()?;
    let mut query = connection.prepare("SELECT id FROM comment ORDER BY id")?;
    let comments: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for part in comments.chunks(AT_ONCE) {
        for comment in part {
            binding.comment(*comment, false)?;
        }
        std::mem::replace(&mut binding, begin()).log(&mut log, now)?;
    }
    binding.log(&mut log, now)
}
