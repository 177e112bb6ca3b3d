//! The thread around a comment that is reviewed.

use rusqlite::params;

use crate::queue::codes::Json;
use crate::queue::decision::Decision;
use crate::queue::error::ReviewError;
use crate::queue::sql::{PURGED, last_decision};
use crate::queue::state::State;
use crate::queue::store::Store;
use crate::thread::comment::Comment;

/// A comment of a thread.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ThreadComment {
    /// Its number in the database.
    pub(crate) id: i64,
    /// Who, which, when, and the beginning of its text.
    pub(crate) comment: Comment,
    pub(crate) state: State,
    /// The last decision on it, if the reviewer may see it.
    pub(crate) decision: Option<Decision>,
}

impl Store {
    /// When these comments were written, as their sources say.
    pub(crate) fn times(&self, comments: impl Iterator<Item = i64>) -> Result<Vec<Option<String>>, ReviewError> {
        let mut query = self.connection.prepare_cached("SELECT created_at FROM comment WHERE id = ?")?;
        comments.map(|id| Ok(query.query_row([id], |row| row.get(0))?)).collect()
    }

    /// The thread around a comment, up to `limit` comments in the order in which they came, with `chars` characters of each.
    pub(crate) fn in_thread(
        &self,
        comment: i64,
        chars: usize,
        limit: usize,
    ) -> Result<Vec<ThreadComment>, ReviewError> {
        let last = last_decision();
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT c.id, c.source_id, c.parent_id, a.name, c.created_at, substr(b.text, 1, ?2), c.state, {last}
             FROM comment c JOIN body b ON b.comment = c.id LEFT JOIN author a ON a.id = c.author
             WHERE c.id IN (
               SELECT id FROM comment WHERE thread = (SELECT thread FROM comment WHERE id = ?1) AND state <> {PURGED}
               ORDER BY abs(id - ?1) LIMIT ?3
             ) ORDER BY c.id"
        ))?;
        let rows = query.query_map(params![comment, chars, limit], |row| {
            let decision: Option<Json<Decision>> = row.get(7)?;
            Ok(ThreadComment {
                id: row.get(0)?,
                comment: Comment {
                    id: row.get(1)?,
                    parent_id: row.get(2)?,
                    author: row.get(3)?,
                    created_at: row.get(4)?,
                    text: row.get(5)?,
                    ..Comment::default()
                },
                state: row.get(6)?,
                decision: decision.map(|Json(decision)| decision),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
