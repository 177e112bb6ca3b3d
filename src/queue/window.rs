//! A reviewer at one window: who asks for comments, and for whom they are leased.

use rusqlite::{Connection, params};

use crate::queue::error::ReviewError;

/// A reviewer, and by which window: the session of its store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window<'a> {
    pub(crate) reviewer: &'a str,
    pub(crate) session: i64,
    /// The last entry of the log when it was opened.
    pub(crate) since: i64,
}

impl Window<'_> {
    /// The comments that it held, for a time that is over.
    pub(crate) fn ran_out(self, connection: &Connection, now: i64) -> Result<Vec<i64>, ReviewError> {
        let find = "SELECT comment FROM lease WHERE session = ? AND reviewer = ? AND until <= ?";
        let mut query = connection.prepare_cached(find)?;
        let comments = query.query_map(params![self.session, self.reviewer, now], |row| row.get(0))?;
        Ok(comments.collect::<Result<_, _>>()?)
    }
}
