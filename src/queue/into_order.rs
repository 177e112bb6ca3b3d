//! The places of the learning order, which depend on all comments.

use rusqlite::{Connection, Transaction};

use crate::queue::error::ReviewError;
use crate::queue::store::Store;

/// The place of each comment.
const PLACES: &str = "(SELECT id, by_doubt
     * row_number() OVER (PARTITION BY nearest, thread ORDER BY by_doubt, id)
     * row_number() OVER (PARTITION BY nearest, sketch ORDER BY by_doubt, id) AS value
   FROM comment)";

impl Store {
    /// Works out the places of the [`Learning`](super::Order::Learning) order anew, if anything was imported since; until then
    /// what is new comes last in it. The order is stable from one such call to the next.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn rank(&mut self) -> Result<(), ReviewError> {
        if is_ranked(&self.connection)? {
            return Ok(());
        }
        let transaction = self.begin()?;
        transaction.execute_batch(&format!(
            "UPDATE comment SET by_learning = place.value FROM {PLACES} AS place
             WHERE comment.id = place.id AND by_learning <> place.value;
             DELETE FROM setting WHERE name = 'unranked';",
        ))?;
        transaction.commit()?;
        Ok(())
    }
}

/// Whether every place is worked out.
fn is_ranked(connection: &Connection) -> Result<bool, ReviewError> {
    let marked = "SELECT EXISTS (SELECT 1 FROM setting WHERE name = 'unranked')";
    Ok(!connection.query_row(marked, [], |row| row.get::<_, bool>(0))?)
}

/// The comments that are not at the place that follows from all of them. Until they are ranked, nobody can tell.
pub(crate) fn misplaced(connection: &Connection) -> Result<Vec<i64>, ReviewError> {
    if !is_ranked(connection)? {
        return Ok(Vec::new());
    }
    let mut query = connection.prepare(&format!(
        "SELECT comment.id FROM comment JOIN {PLACES} AS place ON comment.id = place.id
         WHERE by_learning <> place.value ORDER BY 1"
    ))?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// To be ranked anew: something was imported.
pub(crate) fn mark_unranked(transaction: &Transaction<'_>) -> Result<(), ReviewError> {
    transaction.execute("INSERT OR IGNORE INTO setting VALUES ('unranked', x'')", [])?;
    Ok(())
}
