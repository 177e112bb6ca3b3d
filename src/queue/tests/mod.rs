//! What must hold of the whole: who comes first, who was first, what stands.

pub(crate) mod codes;
pub(crate) mod deciding;
pub(crate) mod incoming;
pub(crate) mod keeping;
pub(crate) mod outcome;
pub(crate) mod presence;
pub(crate) mod random;
pub(crate) mod readonly;
pub(crate) mod settings;
pub(crate) mod severity;
pub(crate) mod together;
pub(crate) mod verifying;
pub(crate) mod waiting;

use crate::queue::error::Conflict;
use crate::queue::error::ReviewError;
use crate::queue::filter::Filter;
use crate::queue::fixture::{Scratch, request};
use crate::queue::order::Order;
use crate::queue::store::Store;
use crate::queue::waiting::Page;
use crate::queue::waiting::PageRequest;

fn conflict<T: std::fmt::Debug>(result: Result<T, ReviewError>) -> Conflict {
    match result {
        Err(ReviewError::Conflict(conflict)) => *conflict,
        other => panic!("no conflict: {other:?}"),
    }
}

fn ids(page: &Page) -> Vec<&str> {
    page.items.iter().map(|item| item.source_id.as_str()).collect()
}

fn page(scratch: &Scratch, order: Order, filter: &Filter, limit: usize) -> Page {
    scratch.store.page(PageRequest { limit, ..request(order, filter, "ann") }).unwrap()
}

/// What follows from the log, as text.
fn state_of(store: &Store) -> String {
    let dump = |sql: &str| -> String {
        let mut query = store.connection.prepare(sql).unwrap();
        let columns = query.column_count();
        let rows = query.query_map([], |row| {
            (0..columns).map(|i| row.get::<_, rusqlite::types::Value>(i).map(|value| format!("{value:?}"))).collect()
        });
        rows.unwrap().map(|row: rusqlite::Result<Vec<String>>| row.unwrap().join(" ")).collect::<Vec<_>>().join("\n")
    };
    [
        "SELECT id, state, edited, seats, way FROM comment ORDER BY id",
        "SELECT seq, comment, reviewer FROM decision WHERE live = 1 ORDER BY seq",
        "SELECT comment, reviewer, seq FROM skip ORDER BY seq",
        "SELECT seq, comment, text FROM note WHERE live = 1 ORDER BY seq",
    ]
    .map(dump)
    .join("\n--\n")
}
