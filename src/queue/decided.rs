//! A decided comment as export and training read it.

use rusqlite::OptionalExtension;

use crate::queue::error::ReviewError;
use crate::queue::sql::PURGED;
use crate::queue::state::Selection;
use crate::queue::store::Store;

/// A comment with its context and the model's present scores.
pub(crate) struct DecidedComment {
    pub(crate) id: String,
    pub(crate) thread_id: Option<String>,
    pub(crate) parent_id: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) created_at: Option<String>,
    pub(crate) text: String,
    pub(crate) article_title: Option<String>,
    pub(crate) article_text: Option<String>,
    /// From its own row or, if that has none, from the parent in this file.
    pub(crate) parent_text: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) context: Option<String>,
    pub(crate) way: Selection,
    /// The scores as JSON.
    pub(crate) shown: String,
}

impl Store {
    /// A decided comment; `None` once erased.
    pub(crate) fn decided(&self, comment: i64) -> Result<Option<DecidedComment>, ReviewError> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT c.source_id, nullif(t.source_id, ''), c.parent_id, a.name, c.created_at, b.text, r.title, r.text,
               ifnull(b.parent_text, (SELECT pb.text FROM comment p JOIN body pb ON pb.comment = p.id
                WHERE p.thread = c.thread AND p.source_id = c.parent_id AND p.state <> {PURGED})),
               b.target, b.context, c.way, b.shown
             FROM comment c JOIN thread t ON t.id = c.thread JOIN body b ON b.comment = c.id
             JOIN article r ON r.id = c.article LEFT JOIN author a ON a.id = c.author
             WHERE c.id = ? AND c.state <> {PURGED}"
        ))?;
        let found = query.query_row([comment], |row| {
            Ok(DecidedComment {
                id: row.get(0)?,
                thread_id: row.get(1)?,
                parent_id: row.get(2)?,
                author: row.get(3)?,
                created_at: row.get(4)?,
                text: row.get(5)?,
                article_title: row.get(6)?,
                article_text: row.get(7)?,
                parent_text: row.get(8)?,
                target: row.get(9)?,
                context: row.get(10)?,
                way: row.get(11)?,
                shown: row.get(12)?,
            })
        });
        Ok(found.optional()?)
    }
}
