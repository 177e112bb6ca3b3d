//! Numbers in the tables that stand for words, read so that an unknown one is an error.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension};
use serde::de::DeserializeOwned;

use crate::queue::error::ReviewError;
use crate::queue::state::{State, Way};

/// A number that stands for nothing: the database is damaged, or somebody edited it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code} is no {what}")]
pub(crate) struct UnknownCode {
    /// What it should stand for.
    pub what: &'static str,
    /// The number.
    pub code: i64,
}

fn read<T>(value: ValueRef<'_>, what: &'static str, known: impl Fn(i64) -> Option<T>) -> FromSqlResult<T> {
    let code = value.as_i64()?;
    known(code).ok_or_else(|| FromSqlError::Other(Box::new(UnknownCode { what, code })))
}

impl FromSql for Way {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        read(value, "way in which a comment comes in", |code| Self::ALL.into_iter().find(|way| way.code() == code))
    }
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        read(value, "state of a comment", |code| Self::ALL.into_iter().find(|state| state.code() == code))
    }
}

/// Yes or no. `bool` would take any number but 0 for yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct YesNo(pub(crate) bool);

impl FromSql for YesNo {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        read(value, "yes or no", |code| match code {
            0 => Some(Self(false)),
            1 => Some(Self(true)),
            _ => None,
        })
    }
}

/// A cell of JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// Refuses a table with comments of an unknown state or way: every query asks for the known ones, and would pass over them in
/// silence. Through an index, so that it costs next to nothing.
pub(crate) fn check(connection: &Connection) -> Result<(), ReviewError> {
    let mut query = connection.prepare_cached(
        "SELECT state, way FROM comment WHERE state < 0
         UNION ALL SELECT state, way FROM comment WHERE state > 3
         UNION ALL SELECT state, way FROM comment WHERE state IN (0, 1, 2, 3) AND way < 0
         UNION ALL SELECT state, way FROM comment WHERE state IN (0, 1, 2, 3) AND way > 2
         LIMIT 1",
    )?;
    query.query_row([], |row| row.get::<_, State>(0).and_then(|_| row.get::<_, Way>(1))).optional()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::export::ExportForm;
    use crate::queue::filter::Filter;
    use crate::queue::fixture::{Scratch, made, toxic};
    use crate::queue::order::Order;
    use crate::queue::waiting::Cursor;

    #[test]
    fn unknown_codes_are_errors_wherever_comments_are_read() {
        for (edit, said) in [
            ("UPDATE comment SET state = 9 WHERE id = 1", "9 is no state of a comment"),
            ("UPDATE comment SET state = -1 WHERE id = 1", "-1 is no state of a comment"),
            ("UPDATE comment SET way = 3 WHERE id = 1", "3 is no way in which a comment comes in"),
            ("UPDATE comment SET way = -1 WHERE id = 1", "-1 is no way in which a comment comes in"),
        ] {
            let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8)]);
            let seen = scratch.seen("a", "ann");
            scratch.store.connection.execute(edit, []).unwrap();
            let store = &mut scratch.store;
            let all = Filter::default();
            let errors = [
                store.page(Order::Risk, &all, "ann", Cursor::default(), 9, 5000).unwrap_err(),
                store.count(&all, "ann", 5000).unwrap_err(),
                store.card(1, "ann").unwrap_err(),
                store.figures().unwrap_err(),
                store.training().unwrap_err(),
                store.export(ExportForm::Csv, &[], &mut Vec::new()).unwrap_err(),
                store.decide(1, "ann", &toxic(true), &seen, 5000).unwrap_err(),
                store.claim(Order::Risk, &all, "ann", Cursor::default(), 9, 5000, 6000).unwrap_err(),
            ];
            for error in errors {
                assert!(error.to_string().contains(said), "{edit}: {error}");
            }
        }
    }

    #[test]
    fn so_are_codes_of_decisions_and_labels_and_json_that_cannot_be_read() {
        let mut scratch = Scratch::with(&[made("a", 0.9)]);
        scratch.decide("a", "ann", &toxic(true));
        let edited = |edit: &str| scratch.store.connection.execute_batch(edit).unwrap();
        edited("UPDATE decision SET live = 2");
        for error in [scratch.store.figures().unwrap_err(), scratch.store.card(1, "ann").unwrap_err()] {
            assert!(error.to_string().contains("2 is no yes or no"), "{error}");
        }
        edited("UPDATE decision SET live = 1; UPDATE label SET stance = 2");
        assert!(scratch.store.labels().unwrap_err().to_string().contains("2 is no yes or no"));
        edited("UPDATE body SET shown = '{'");
        let error = scratch.store.card(1, "ann").unwrap_err();
        assert!(matches!(error, ReviewError::Json(_)), "{error}");
    }
}
