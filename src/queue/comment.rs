//! Comments as they were imported, thread by thread, for another model to score.

use rusqlite::{ToSql, params};

use crate::queue::digest::Draws;
use crate::queue::error::ReviewError;
use crate::queue::sql::PURGED;
use crate::queue::state::{Selection, State};
use crate::queue::store::Store;
use crate::thread::comment::Article;

/// A comment without its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueuedComment {
    /// Its number in this database.
    pub id: i64,
    /// Its id within the thread.
    pub source_id: String,
    /// The id of the comment that it answers.
    pub parent_id: Option<String>,
    /// It waits for a decision.
    pub is_open: bool,
    /// How it came.
    pub way: Selection,
    /// It is in the audit sample wherever it is not flagged.
    pub is_drawn: bool,
    /// Who wrote it.
    pub author: Option<String>,
    /// When, as the source writes it.
    pub created_at: Option<String>,
    /// What it says.
    pub text: String,
    /// Its article.
    pub article: Article,
    /// What its stance is towards, where that is not the article's title.
    pub target: Option<String>,
    /// The text of its parent, if that is not a comment of the thread.
    pub parent_text: Option<String>,
    /// Anything else that a reader of the comment would know.
    pub context: Option<String>,
}

impl Store {
    /// The ids of all threads in the order of their import; `None` for comments without a thread.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn threads(&self) -> Result<Vec<Option<String>>, ReviewError> {
        let mut query = self.connection.prepare_cached("SELECT nullif(source_id, '') FROM thread ORDER BY id")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The comment with an id: its number and its thread's id, which is empty if it has none. If no thread is given,
    /// all threads are searched.
    ///
    /// # Errors
    /// When several threads have a comment of this id and none is named, or the database fails.
    pub(crate) fn find(&self, thread_id: Option<&str>, id: &str) -> Result<Option<(i64, String)>, ReviewError> {
        let mut query = self.connection.prepare_cached(
            "SELECT c.id, t.source_id FROM comment c JOIN thread t ON t.id = c.thread
             WHERE c.source_id = ?1 AND t.source_id = ifnull(?2, t.source_id) ORDER BY c.id",
        )?;
        let found = query.query_map(params![id, thread_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut found: Vec<(i64, String)> = found.collect::<Result<_, _>>()?;
        match found.len() {
            0 | 1 => Ok(found.pop()),
            _ => {
                let threads = found.into_iter().map(|(_, thread)| thread).collect();
                Err(ReviewError::Ambiguous { id: id.to_owned(), threads })
            }
        }
    }

    /// The comments of a thread that are not erased, in the order of their import.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn thread(&self, thread_id: Option<&str>) -> Result<Vec<QueuedComment>, ReviewError> {
        let of_thread = "c.thread = (SELECT id FROM thread WHERE source_id = ?)";
        self.queued(of_thread, params![thread_id.unwrap_or_default()])
    }

    /// A comment, unless it is erased.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn comment(&self, comment: i64) -> Result<Option<QueuedComment>, ReviewError> {
        Ok(self.queued("c.id = ?", params![comment])?.pop())
    }

    fn queued(&self, condition: &str, params: &[&dyn ToSql]) -> Result<Vec<QueuedComment>, ReviewError> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT c.id, c.source_id, c.parent_id, p.name, c.created_at, b.text, a.source_id, a.title, a.text, a.url,
               b.target, b.parent_text, b.context, c.state, c.way, c.draw, c.double
             FROM comment c JOIN body b ON b.comment = c.id JOIN article a ON a.id = c.article
             LEFT JOIN author p ON p.id = c.author
             WHERE {condition} AND c.state <> {PURGED} ORDER BY c.id"
        ))?;
        let rows = query.query_map(params, |row| {
            Ok(QueuedComment {
                id: row.get(0)?,
                source_id: row.get(1)?,
                parent_id: row.get(2)?,
                is_open: row.get::<_, State>(13)? == State::Open,
                way: row.get(14)?,
                is_drawn: self.settings.is_audited(Draws { audit: row.get(15)?, double: row.get(16)? }),
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
