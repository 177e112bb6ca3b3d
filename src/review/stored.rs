//! Comments as they were taken in, thread by thread: for another model to score.

use rusqlite::{OptionalExtension, params};

use super::{ReviewError, State, Store};
use crate::thread::Article;

/// A comment without what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number in this database.
    pub id: i64,
    /// Its id within the thread.
    pub source_id: String,
    /// The id of the comment that it answers.
    pub parent_id: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When, as the source writes it.
    pub created_at: Option<String>,
    /// What it says.
    pub text: String,
    /// What it stands under.
    pub article: Article,
    /// What its stance is towards, where that is not the article's title.
    pub target: Option<String>,
    /// What its parent says, where that is no comment of the thread.
    pub parent_text: Option<String>,
    /// Anything else that a reader of the comment would know.
    pub context: Option<String>,
}

impl Store {
    /// The ids of all threads, in the order in which they came in; `None` is that of comments without one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn threads(&self) -> Result<Vec<Option<String>>, ReviewError> {
        let mut query = self.connection.prepare_cached("SELECT nullif(source_id, '') FROM thread ORDER BY id")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The number of a comment, by its thread and id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(&self, thread_id: Option<&str>, id: &str) -> Result<Option<i64>, ReviewError> {
        let query = "SELECT id FROM comment
             WHERE thread = (SELECT id FROM thread WHERE source_id = ?) AND source_id = ?";
        let found = self.connection.query_row(query, params![thread_id.unwrap_or_default(), id], |row| row.get(0));
        Ok(found.optional()?)
    }

    /// The comments of a thread that are not erased, in the order in which they came in.
    ///
    /// # Errors
    /// When the database fails.
    pub fn thread(&self, thread_id: Option<&str>) -> Result<Vec<Stored>, ReviewError> {
        let mut query = self.connection.prepare_cached(
            "SELECT c.id, c.source_id, c.parent_id, p.name, c.created_at, b.text, a.source_id, a.title, a.text, a.url,
               b.target, b.parent_text, b.context
             FROM comment c JOIN body b ON b.comment = c.id JOIN article a ON a.id = c.article
             LEFT JOIN author p ON p.id = c.author
             WHERE c.thread = (SELECT id FROM thread WHERE source_id = ?) AND c.state <> ? ORDER BY c.id",
        )?;
        let rows = query.query_map(params![thread_id.unwrap_or_default(), State::Purged.code()], |row| {
            Ok(Stored {
                id: row.get(0)?,
                source_id: row.get(1)?,
                parent_id: row.get(2)?,
                author: row.get(3)?,
                created_at: row.get(4)?,
                text: row.get(5)?,
                article: Article { id: row.get(6)?, title: row.get(7)?, text: row.get(8)?, url: row.get(9)? },
                target: row.get(10)?,
                parent_text: row.get(11)?,
                context: row.get(12)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
