//! That an edit of the file behind the program's back is seen: of every column and every row of every table.

use crate::queue::decision::Action;
use crate::queue::decision::Answer;
use crate::queue::decision::Decision;
use crate::queue::filter::Filter;
use crate::queue::order::Order;
use crate::queue::purge::Purge;
use crate::queue::scored::About;
use crate::queue::scored::Beside;
use crate::queue::scored::Scored;
use crate::queue::severity::Costs;
use crate::queue::store::Store;
use crate::queue::verify::broken::Broken;
use crate::queue::waiting::PageRequest;
use std::collections::BTreeSet;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::queue::fixture::{Made, Scratch, act, made, request, scratch, toxic};
use crate::queue::*;

/// What nothing in the log speaks of, and why.
const UNCHECKED: [(&str, &str); 1] =
    [("lease", "who holds a comment for the next minutes; it comes and goes without an entry, and decides nothing")];

/// Of everything that can happen to a queue, some.
fn eventful() -> Scratch {
    let mut scratch = scratch();
    scratch.store.set_shares(0.5, 0.3, 900).unwrap();
    let answer = |id: &str, p| Made { author: Some("Quill".to_owned()), ..made(id, p) };
    let mut comments: Vec<Made> = (0..6).map(|i| made(&format!("c{i}"), 0.9 - 0.15 * i as f32)).collect();
    comments.extend([answer("d0", 0.8), answer("d1", 0.3), Made { thread: "t2", ..made("e0", 0.7) }]);
    let beside = Beside { target: Some("closing"), parent_text: Some("Who asked?"), context: Some("a debate") };
    let article = About { id: Some("7"), title: Some("Council"), text: Some("It voted."), url: Some("http://x.org") };
    let scored = comments.iter().zip(0..).map(|(made, i)| match i % 2 {
        0 => made.scored(),
        _ => Scored { beside, article, parent_id: Some("c0"), ..made.scored() },
    });
    scratch.store.import(&scored.collect::<Vec<_>>(), 1000).unwrap();
    scratch.decide("c0", "ann", &toxic(true));
    scratch.decide("c1", "bob", &act(Action::Escalate));
    scratch.store.undo("bob", 2500).unwrap();
    let new = Answer::Flag(true);
    scratch.decide("c2", "eve", &Decision { labels: [("rude".to_owned(), new)].into(), action: None });
    for (id, who) in [("c3", "ann"), ("c4", "ann"), ("c4", "bob"), ("d0", "eve")] {
        scratch.store.note(scratch.id(id), who, &format!("{who} on {id}"), 2600).unwrap();
    }
    scratch.store.undo("bob", 2700).unwrap();
    scratch.store.skip(scratch.id("c3"), "ann", 2800).unwrap();
    scratch.store.skip(scratch.id("c4"), "ann", 2800).unwrap();
    scratch.store.skip(scratch.id("c4"), "bob", 2800).unwrap();
    // Edited: what was decided and skipped before counts no more. Taken to another article, too.
    scratch.import(&[Made { text: "Something else.".to_owned(), ..comments[0].clone() }, comments[1].clone()]);
    let filter = Filter { thread: Some("t2".to_owned()), ..Filter::default() };
    scratch.store.apply(&filter, "ann", &toxic(false), 1, 3000).unwrap();
    let again = |made: &Made| {
        let p = if made.id == "c1" { 0.2 } else { 0.6 };
        Made { model: "cd34", labels: crate::queue::fixture::made("x", p).labels, ..made.clone() }
    };
    scratch.import(&[again(&comments[1]), again(&comments[2]), again(&comments[6])]);
    scratch.store.purge(Purge::Comment { thread: Some("t1"), id: "d0" }, "ann", 4000).unwrap();
    scratch.store.set_shares(0.2, 0.6, 4500).unwrap();
    scratch.store.set_costs(&Costs::new([("rude".to_owned(), 4.0)].into()).unwrap(), 4600).unwrap();
    scratch.store.update_learning_order().unwrap();
    let page =
        scratch.store.claim(PageRequest { limit: 2, ..request(Order::Risk, &Filter::default(), "ann") }, 6000).unwrap();
    assert!(!page.items.is_empty());
    scratch
}

fn texts(connection: &Connection, sql: &str) -> Vec<String> {
    let mut query = connection.prepare(sql).unwrap();
    query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn tables(connection: &Connection) -> Vec<String> {
    let every = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1";
    let tables = texts(connection, every);
    assert!(tables.len() >= 14, "{tables:?}");
    tables
}

fn rows(connection: &Connection, table: &str) -> Vec<Vec<Value>> {
    let mut query = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = query.column_count();
    let rows = query.query_map([], |row| (0..columns).map(|column| row.get(column)).collect()).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// A column, and whether it may be NULL.
struct Column {
    name: String,
    kind: String,
    nullable: bool,
}

fn columns(connection: &Connection, table: &str) -> Vec<Column> {
    let mut query =
        connection.prepare("SELECT name, type, \"notnull\" = 0 AND pk = 0 FROM pragma_table_info(?)").unwrap();
    let column = |row: &rusqlite::Row<'_>| Ok(Column { name: row.get(0)?, kind: row.get(1)?, nullable: row.get(2)? });
    query.query_map([table], column).unwrap().collect::<Result<_, _>>().unwrap()
}

/// What somebody could write in place of a value.
fn others(value: &Value, column: &Column, elsewhere: &[Value]) -> Vec<Value> {
    let mut others = match value {
        Value::Integer(number) => vec![Value::Integer(number + 1), Value::Integer(number - 1), Value::Integer(9)],
        Value::Real(number) => vec![Value::Real(number + 0.5)],
        Value::Text(text) => vec![Value::Text(format!("{text}x")), Value::Text(String::new())],
        Value::Blob(bytes) => vec![Value::Blob([&bytes[..], &[0]].concat()), Value::Blob(Vec::new())],
        Value::Null => match column.kind.as_str() {
            "INTEGER" => vec![Value::Integer(1)],
            "REAL" => vec![Value::Real(0.5)],
            "TEXT" => vec![Value::Text("x".to_owned())],
            "BLOB" => vec![Value::Blob(vec![0])],
            other => panic!("{other}: a type of which there is no value here"),
        },
    };
    others.extend(column.nullable.then_some(Value::Null));
    others.extend(elsewhere.iter().take(2).cloned());
    others.retain(|other| other != value);
    others
}

/// What a row is found by.
fn whole(columns: &[Column]) -> String {
    columns.iter().map(|column| format!("{} IS ?", column.name)).collect::<Vec<_>>().join(" AND ")
}

/// A store whose log may be edited as everything else, within a transaction that is taken back.
struct Opened<'a>(&'a Store);

impl<'a> Opened<'a> {
    fn new(store: &'a Store) -> Self {
        store.connection.execute_batch("PRAGMA foreign_keys = 0").unwrap();
        let opened = Self(store);
        assert_eq!(opened.after(|_| Ok(0)), Some(Vec::new()));
        opened
    }

    /// What does not hold after an edit; `None` where the database refuses it.
    fn after(&self, edit: impl FnOnce(&Connection) -> rusqlite::Result<usize>) -> Option<Vec<Broken>> {
        let connection = &self.0.connection;
        let triggers = texts(connection, "SELECT sql FROM sqlite_schema WHERE type = 'trigger'").join("; ");
        connection.execute_batch("BEGIN; DROP TRIGGER log_update; DROP TRIGGER log_delete").unwrap();
        let edited = edit(connection);
        connection.execute_batch(&triggers).unwrap();
        let broken = edited.is_ok().then(|| self.0.compared().unwrap().err().unwrap_or_default());
        connection.execute_batch("ROLLBACK").unwrap();
        broken
    }

    fn named(&self, edit: &str) -> Vec<Broken> {
        self.after(|connection| connection.execute_batch(edit).map(|()| 1)).expect(edit)
    }
}

/// Whether what was found names the table that was edited, or the comment that the row is of.
fn names(table: &str, broken: &[Broken]) -> bool {
    let words: &[&str] = match table {
        "comment" | "body" | "score" | "thread" | "article" | "author" => &["comment "],
        "log" => &["of the log"],
        _ => &[],
    };
    let of_table = [table.to_owned()];
    broken.iter().map(Broken::to_string).any(|said| {
        words.iter().any(|word| said.contains(word)) || of_table.iter().any(|word| said.contains(word.as_str()))
    })
}

#[test]
fn an_edit_of_any_column_of_any_table_is_named() {
    let scratch = eventful();
    scratch.verified();
    let opened = Opened::new(&scratch.store);
    let connection = &scratch.store.connection;
    for table in tables(connection) {
        let (columns, rows) = (columns(connection, &table), rows(connection, &table));
        assert!(!rows.is_empty(), "{table} has no row to edit");
        if UNCHECKED.iter().any(|(unchecked, _)| *unchecked == table) {
            continue;
        }
        for (place, column) in columns.iter().enumerate() {
            let mut edits = 0;
            for row in &rows {
                let elsewhere: Vec<Value> =
                    rows.iter().map(|row| row[place].clone()).filter(|v| *v != row[place]).collect();
                for other in others(&row[place], column, &elsewhere) {
                    let sql = format!("UPDATE {table} SET {} = ? WHERE {}", column.name, whole(&columns));
                    let values = std::iter::once(&other).chain(row);
                    // One row is edited, or none where another constraint forbids it.
                    let Some(broken) = opened.after(|connection| connection.execute(&sql, params_from_iter(values)))
                    else {
                        continue;
                    };
                    edits += 1;
                    let edit = format!("{table}.{} = {other:?} in {row:?}", column.name);
                    assert!(names(&table, &broken), "{edit}: {broken:?}");
                }
            }
            assert!(edits > 0, "{table}.{}: no edit was possible", column.name);
        }
    }
    scratch.verified();
}

#[test]
fn a_row_that_is_deleted_or_doubled_is_named() {
    let scratch = eventful();
    let opened = Opened::new(&scratch.store);
    let connection = &scratch.store.connection;
    for table in tables(connection) {
        if UNCHECKED.iter().any(|(unchecked, _)| *unchecked == table) {
            continue;
        }
        let columns = columns(connection, &table);
        for row in rows(connection, &table) {
            let sql = format!("DELETE FROM {table} WHERE {}", whole(&columns));
            let broken = opened.after(|connection| connection.execute(&sql, params_from_iter(&row))).unwrap();
            assert!(names(&table, &broken), "{table} without {row:?}: {broken:?}");
        }
    }
    for (table, edit) in [
        ("setting", "INSERT INTO setting VALUES ('more', x'00')"),
        ("model", "INSERT INTO model VALUES (77, 'another', 'ef56')"),
        ("label", "INSERT INTO label VALUES (77, 'another', 0)"),
        ("thread", "INSERT INTO thread VALUES (77, 'another')"),
        ("article", "INSERT INTO article VALUES (77, x'00', NULL, NULL, NULL, NULL)"),
        ("author", "INSERT INTO author VALUES (77, 'another')"),
        (
            "comment",
            "CREATE TEMP TABLE t AS SELECT * FROM comment LIMIT 1; UPDATE t SET id = 77, source_id = 'z';
                     INSERT INTO comment SELECT * FROM t; DROP TABLE t",
        ),
        ("score", "INSERT INTO score VALUES ((SELECT id FROM label WHERE name = 'rude'), 1, 0.5, 0)"),
        ("score_past", "INSERT INTO score_past SELECT 77, comment, model, until, shown FROM score_past LIMIT 1"),
        ("decision", "INSERT INTO decision VALUES (1, 1, 'eve', 0)"),
        ("skip", "INSERT INTO skip VALUES (1, 'eve', 1)"),
        ("note", "INSERT INTO note VALUES (1, 1, 'x', NULL, 1)"),
    ] {
        let broken = opened.named(edit);
        assert!(names(table, &broken), "{edit}: {broken:?}");
    }
    scratch.verified();
}

#[test]
fn rows_that_change_places_are_named() {
    let scratch = eventful();
    let opened = Opened::new(&scratch.store);
    let swapped = |table: &str, key: &str, columns: &str| {
        let two =
            texts(&scratch.store.connection, &format!("SELECT CAST({key} AS TEXT) FROM {table} ORDER BY 1 LIMIT 2"));
        let other = format!("SELECT {columns} FROM {table} o WHERE o.{key} = {} + {} - {table}.{key}", two[0], two[1]);
        let sql = format!("UPDATE {table} SET ({columns}) = ({other}) WHERE {key} IN ({})", two.join(", "));
        opened.after(|connection| connection.execute(&sql, [])).unwrap()
    };
    for (table, key, columns) in [
        ("decision", "seq", "comment, reviewer"),
        ("note", "seq", "text, salt"),
        ("note", "seq", "comment, text, salt, live"),
        ("score_past", "id", "comment, model, until, shown"),
        ("body", "comment", "text, salt, digest"),
        ("body", "comment", "reasons"),
        ("comment", "id", "thread, article, author"),
    ] {
        let broken = swapped(table, key, columns);
        // Two comments that stand under the same have nothing to change.
        assert!(!broken.is_empty() || columns == "reasons" || columns.starts_with("thread"), "{table} {columns}");
    }
}

#[test]
fn what_the_schema_lacks_or_has_too_much_is_named() {
    let scratch = eventful();
    let opened = Opened::new(&scratch.store);
    let made = "SELECT type || ' ' || name FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT IN ('log', 'log_update', 'log_delete')";
    for name in texts(&scratch.store.connection, made) {
        let broken = opened.named(&format!("DROP {name}"));
        assert!(broken.iter().any(|broken| broken.to_string() == format!("the {name} is missing")), "{broken:?}");
    }
    for (edit, said) in [
        ("CREATE TABLE more (id)", "the table more was not created by this program"),
        ("CREATE VIEW more AS SELECT 1", "the view more was not created by this program"),
        (
            "CREATE TRIGGER more AFTER INSERT ON decision BEGIN SELECT 1; END",
            "the trigger more was not created by this program",
        ),
        ("ALTER TABLE note ADD COLUMN more TEXT", "the table note differs from the one that this program creates"),
        (
            "DROP INDEX note_comment; CREATE INDEX note_comment ON note (text)",
            "the index note_comment differs from the one that this program creates",
        ),
    ] {
        assert!(opened.named(edit).iter().any(|broken| broken.to_string() == said), "{edit}");
    }
    for name in ["trigger log_update", "trigger log_delete", "table log"] {
        let store = Store::open(&scratch.path).unwrap();
        store.connection.execute_batch(&format!("PRAGMA foreign_keys = 0; BEGIN; DROP {name}")).unwrap();
        let broken = store.compared().unwrap().unwrap_err();
        assert!(broken.iter().any(|broken| broken.to_string() == format!("the {name} is missing")), "{broken:?}");
    }
}

#[test]
fn a_decision_that_stands_for_another_comment_and_reviewer_is_named_with_all_that_was_edited() {
    let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8), made("c", 0.7)]);
    scratch.decide("a", "ann", &toxic(true));
    scratch.decide("b", "ann", &toxic(false));
    let opened = Opened::new(&scratch.store);
    let broken = opened.named(
        "UPDATE decision SET comment = 3, reviewer = 'eve' WHERE seq = 2; UPDATE decision SET comment = 1 WHERE seq = 3;
         UPDATE score SET raised = 2 WHERE comment = 2 AND raised = 1; UPDATE comment SET state = 9 WHERE id = 3",
    );
    let said: Vec<String> = broken.iter().map(Broken::to_string).collect();
    assert_eq!(
        said,
        [
            "row 2 of decision differs from the log",
            "row 3 of decision differs from the log",
            "the probabilities of comment 2 in the table differ from its scores",
            "comment 3: 9 is not a valid state of a comment",
        ]
    );
}

#[test]
fn entries_of_an_unknown_kind_are_named() {
    let scratch = Scratch::with(&[made("a", 0.9)]);
    for (kind, body) in [("else", "{}"), ("decide", "{}"), ("bind", "[]"), ("decide", "{"), ("undo", "{}")] {
        let at = log::Log::end(&scratch.store.connection).unwrap();
        scratch.store.connection.execute_batch("BEGIN").unwrap();
        let mut end = at;
        let entry = log::Entry { kind, comment: Some(1), ..log::Entry::new(log::Kind::Note, "", 5, body) };
        end.append(&entry).unwrap();
        assert_eq!(scratch.store.compared().unwrap(), Err(vec![Broken::Entry(2)]), "{kind} {body}");
        scratch.store.connection.execute_batch("ROLLBACK").unwrap();
    }
}

#[test]
fn nothing_that_was_erased_is_in_the_log() {
    let scratch = eventful();
    let log = texts(&scratch.store.connection, "SELECT body FROM log").join("\n");
    for word in ["Quill", "Text of", "Something", "Council", "eve on"] {
        assert!(!log.contains(word), "{word}");
    }
}

/// The store of a scratch as the program of an earlier version would have left it.
fn earlier(scratch: &Scratch, version: usize) -> std::path::PathBuf {
    let path = scratch.path.with_file_name(format!("version{version}.db"));
    let old = Connection::open(&path).unwrap();
    for migration in &schema::MIGRATIONS[..version] {
        old.execute_batch(migration).unwrap();
    }
    old.execute_batch("PRAGMA foreign_keys = 0; DELETE FROM setting").unwrap();
    old.execute("ATTACH ? AS new", [scratch.path.to_str().unwrap()]).unwrap();
    old.execute_batch("BEGIN; CREATE TEMP TABLE moved (was INTEGER PRIMARY KEY, became INTEGER)").unwrap();
    for table in tables(&old).iter().filter(|table| *table != "log" && *table != "lease") {
        let names: Vec<String> = columns(&old, table).into_iter().map(|column| column.name).collect();
        let names = names.join(", ");
        old.execute_batch(&format!("INSERT INTO main.{table} ({names}) SELECT {names} FROM new.{table}")).unwrap();
    }
    // They came with version 5.
    old.execute_batch("DELETE FROM main.setting WHERE name = 'severity'").unwrap();
    let mut log = log::Log::end(&old).unwrap();
    let mut query = old.prepare("SELECT * FROM new.log WHERE kind <> 'bind' ORDER BY seq").unwrap();
    let mut rows = query.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let moved = |seq: Option<i64>| -> Option<i64> {
            seq.map(|seq| old.query_row("SELECT became FROM moved WHERE was = ?", [seq], |row| row.get(0)).unwrap())
        };
        let (kind, reviewer, body): (String, String, String) =
            (row.get(2).unwrap(), row.get(3).unwrap(), row.get(7).unwrap());
        let body = if kind == "purge" {
            let mut body: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&body).unwrap();
            body.remove("row");
            serde_json::to_string(&body).unwrap()
        } else {
            body
        };
        let seq = log
            .append(&log::Entry {
                at: row.get(1).unwrap(),
                kind: &kind,
                reviewer: &reviewer,
                comment: row.get(4).unwrap(),
                batch: moved(row.get(5).unwrap()),
                target: moved(row.get(6).unwrap()),
                body: &body,
            })
            .unwrap();
        old.execute("INSERT INTO moved VALUES (?, ?)", [row.get(0).unwrap(), seq]).unwrap();
    }
    drop(rows);
    drop(query);
    for (table, column) in [("decision", "seq"), ("note", "seq"), ("skip", "seq"), ("comment", "edited")] {
        // Upwards, so that no number is taken twice on the way.
        old.execute_batch(&format!(
            "UPDATE main.{table} SET {column} = -{column}; UPDATE main.{table} SET {column} = (SELECT became FROM moved WHERE was = -{column})
             WHERE {column} < 0"
        ))
        .unwrap();
    }
    old.execute_batch(&format!(
        "COMMIT; DETACH new; PRAGMA user_version = {version}; PRAGMA application_id = 1330463300"
    ))
    .unwrap();
    path
}

#[test]
fn a_sound_file_of_an_earlier_version_verifies_and_says_what_it_does_not_cover() {
    let scratch = eventful();
    for version in 1..=3 {
        let path = earlier(&scratch, version);
        // What no comment refers to was left lying about.
        let old = Connection::open(&path).unwrap();
        old.execute_batch(
            "INSERT INTO author VALUES (77, 'nobody'); INSERT INTO article VALUES (77, x'00', NULL, NULL, NULL, NULL)",
        )
        .unwrap();
        drop(old);
        let mut store = Store::open(&path).unwrap();
        let verified = store.verify().unwrap().unwrap();
        let sealed = verified.sealed.unwrap();
        assert_eq!((sealed.comments, sealed.past), (9, 4), "version {version}");
        let said = sealed.to_string();
        assert!(said.starts_with("not checked: changes before 20") && said.contains(" to 9 comments and 4 "), "{said}");
        // Opened again it is not sealed again, and what is written anew is covered.
        drop(store);
        store = Store::open(&path).unwrap();
        assert_eq!(store.verify().unwrap().unwrap(), verified);
        let again = Made { text: "Another text.".to_owned(), ..made("c5", 0.3) };
        store.import(&[again.scored()], 9000).unwrap();
        assert_eq!(store.verify().unwrap().unwrap().sealed.unwrap().comments, 8);
        // From now on every edit is seen.
        let opened = Opened::new(&store);
        for edit in ["UPDATE body SET reasons = '[1]' WHERE comment = 4", "DELETE FROM comment WHERE id = 5"] {
            assert!(names("comment", &opened.named(edit)), "{edit}");
        }
    }
}

#[test]
fn a_file_whose_log_binds_already_comes_to_have_places_by_severity() {
    let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8), made("c", 0.1)]);
    scratch.decide("a", "ann", &toxic(true));
    let (before, places) = (scratch.verified(), "SELECT CAST(by_severity AS TEXT) FROM comment ORDER BY id");
    let expected = texts(&scratch.store.connection, places);
    scratch
        .store
        .connection
        .execute_batch(
            "DROP INDEX comment_severity; DROP INDEX comment_source; ALTER TABLE comment DROP COLUMN by_severity;
             PRAGMA user_version = 4",
        )
        .unwrap();
    let store = Store::open(&scratch.path).unwrap();
    assert_eq!(texts(&store.connection, places), expected);
    assert_eq!(store.verify().unwrap().unwrap(), before);
}

#[test]
fn an_edit_of_an_earlier_version_is_seen_where_the_log_tells() {
    let scratch = eventful();
    for (edit, table) in [
        ("UPDATE decision SET reviewer = 'joe' WHERE seq = 1", "decision"),
        ("UPDATE note SET text = 'x' WHERE text <> ''", "note"),
        ("DELETE FROM skip", "skip"),
        ("UPDATE comment SET by_risk = by_risk - 1 WHERE id = 5", "comment"),
        ("UPDATE comment SET draw = draw + 1 WHERE id = 5", "comment"),
        ("UPDATE body SET text = 'x' WHERE comment = 5", "comment"),
    ] {
        let path = earlier(&scratch, 3);
        let old = Connection::open(&path).unwrap();
        old.execute_batch(&format!("PRAGMA foreign_keys = 0; {edit}")).unwrap();
        drop(old);
        let broken = Store::open(&path).unwrap().verify().unwrap().unwrap_err();
        assert!(names(table, &broken), "{edit}: {broken:?}");
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_file_that_is_made_out_to_be_of_an_earlier_version_is_not_taken_as_it_stands() {
    let scratch = eventful();
    scratch
        .store
        .connection
        .execute_batch(
            "UPDATE comment SET parent_id = 'x' WHERE id = 4; DROP INDEX comment_severity; DROP INDEX comment_source;
             ALTER TABLE comment DROP COLUMN by_severity; PRAGMA user_version = 3",
        )
        .unwrap();
    let broken = Store::open(&scratch.path).unwrap().verify().unwrap().unwrap_err();
    let resealed = |broken: &Broken| matches!(broken, Broken::Resealed(_));
    assert!(broken.iter().any(resealed), "{broken:?}");
}

#[test]
fn every_table_that_is_not_checked_says_why() {
    let scratch = scratch();
    let tables: BTreeSet<String> = tables(&scratch.store.connection).into_iter().collect();
    assert!(UNCHECKED.iter().all(|(table, why)| tables.contains(*table) && !why.is_empty()));
}
