//! Numbers in the tables that stand for words; an unknown one is an error.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use serde::de::DeserializeOwned;

use crate::queue::state::{Selection, State};

/// A number without a meaning: the database is damaged or was edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code} is not a valid {what}")]
pub(crate) struct UnknownCode {
    /// What it should mean.
    pub what: &'static str,
    pub code: i64,
}

fn read<T>(value: ValueRef<'_>, what: &'static str, known: impl Fn(i64) -> Option<T>) -> FromSqlResult<T> {
    let code = value.as_i64()?;
    known(code).ok_or_else(|| FromSqlError::Other(Box::new(UnknownCode { what, code })))
}

impl FromSql for Selection {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        read(value, "reason why a comment is in the queue", |code| Self::ALL.into_iter().find(|way| way.code() == code))
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
