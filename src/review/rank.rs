//! The places of the learning order, which depend on all comments.

use rusqlite::Transaction;

use super::{ReviewError, Store};

impl Store {
    /// Works out the places of the [`Learning`](super::Order::Learning) order anew, if anything was imported since; until then
    /// what is new comes last in it. The order is stable from one such call to the next.
    ///
    /// # Errors
    /// When the database fails.
    pub fn rank(&mut self) -> Result<(), ReviewError> {
        if self
            .connection
            .query_row("SELECT count(*) FROM setting WHERE name = 'unranked'", [], |row| row.get::<_, i64>(0))?
            == 0
        {
            return Ok(());
        }
        let transaction = self.begin()?;
        transaction.execute_batch(
            "UPDATE comment SET by_learning = place.value FROM (
               SELECT id, by_doubt
                 * row_number() OVER (PARTITION BY nearest, thread ORDER BY by_doubt, id)
                 * row_number() OVER (PARTITION BY nearest, sketch ORDER BY by_doubt, id) AS value
               FROM comment
             ) AS place WHERE comment.id = place.id AND by_learning <> place.value;
             DELETE FROM setting WHERE name = 'unranked';",
        )?;
        transaction.commit()?;
        Ok(())
    }
}

/// To be ranked anew: something was imported.
pub(super) fn mark_unranked(transaction: &Transaction<'_>) -> Result<(), ReviewError> {
    transaction.execute("INSERT OR IGNORE INTO setting VALUES ('unranked', x'')", [])?;
    Ok(())
}
