//! Stores that are only looked at.

use rusqlite::{Connection, OpenFlags};

use crate::queue::filter::Filter;
use crate::queue::fixture::{made, scratch, toxic};
use crate::queue::readonly::{checked, immutable};
use crate::queue::schema::named;
use crate::queue::store::Store;

#[test]
fn nothing_is_written_through_it() {
    let mut scratch = scratch();
    scratch.import(&[made("a", 0.9)]);
    let mut store = Store::open_to_read(&scratch.path).unwrap();
    assert_eq!(store.count(&Filter::default(), "ann", 5000).unwrap(), 1);
    let seen = scratch.seen("a", "ann");
    assert!(store.decide(1, "ann", &toxic(true), &seen, 5000).is_err());
    store.verify().unwrap().unwrap();
}

#[test]
fn an_earlier_version_that_cannot_be_written_is_reported() {
    let scratch = scratch();
    scratch.store.connection.pragma_update(None, "user_version", 1).unwrap();
    let connection = Connection::open_with_flags(&scratch.path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let error = named(checked(connection).unwrap_err(), &scratch.path).to_string();
    assert!(error.contains("ombud.db: this file has format version 1 and must be upgraded"), "{error}");
}

#[test]
fn what_nobody_may_write_is_read_whatever_its_name() {
    let mut scratch = scratch();
    scratch.import(&[made("a", 0.9)]);
    let copy = scratch.path.with_file_name("50 % of #1?.db");
    scratch.store.connection.execute("VACUUM INTO ?", [copy.to_str().unwrap()]).unwrap();
    let read = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(immutable(copy.to_str().unwrap()), read).unwrap();
    let comments: i64 =
        checked(connection).unwrap().query_row("SELECT count(*) FROM comment", [], |row| row.get(0)).unwrap();
    assert_eq!(comments, 1);
}
