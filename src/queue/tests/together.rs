//! Changes that are written together.

use crate::queue::error::ReviewError;
use crate::queue::fixture::{made, scratch, toxic};

#[test]
fn of_changes_written_together_each_holds_or_fails_by_itself() {
    let mut scratch = scratch();
    let comments = ["a", "b", "c"].map(|id| made(id, 0.9));
    let fail = || Err(ReviewError::NoComment(7));
    let done = scratch.store.together(|store| {
        comments.each_ref().map(|comment| {
            store.whole_or_not(|store| {
                store.import(&[comment.scored()], 1000)?;
                if comment.id == "b" { fail() } else { Ok(()) }
            })
        })
    });
    let done = done.unwrap().map(|change| change.is_ok());
    assert_eq!(done, [true, false, true]);
    let count = "SELECT group_concat(source_id) FROM comment ORDER BY source_id";
    let ids: String = scratch.store.connection.query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(ids, "a,c");
    scratch.decide("a", "ada", &toxic(true));
    scratch.store.try_to_write().unwrap();
    scratch.verified();
}
