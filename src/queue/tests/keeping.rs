//! What is lost: nothing, unless it is to be erased.

use crate::queue::decision::Action;
use crate::queue::error::ReviewError;
use crate::queue::filter::Filter;
use crate::queue::order::Order;
use crate::queue::purge::Purge;
use crate::queue::purge::Purged;
use crate::queue::state::Selection;
use crate::queue::state::State;
use crate::queue::store::Store;
use crate::queue::undo::Step;
use crate::queue::verify::broken::Broken;
use crate::queue::waiting::PageRequest;
use std::collections::BTreeSet;

use crate::queue::fixture::{Made, Scratch, act, made, request, toxic};
use crate::queue::tests::{ids, page};
use crate::queue::*;

#[test]
fn any_tampering_is_found() {
    let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8)]);
    scratch.decide("a", "ann", &toxic(true));
    scratch.decide("b", "bob", &act(Action::Escalate));
    scratch.store.undo("bob", 2500).unwrap();
    scratch.verified();
    let broken = |statement: &str| {
        let copy = scratch.path.with_extension("copy");
        scratch.store.connection.execute("VACUUM INTO ?", [copy.to_str().unwrap()]).unwrap();
        let store = Store::open(&copy).unwrap();
        store
            .connection
            .execute_batch("DROP TRIGGER log_update; DROP TRIGGER log_delete; PRAGMA foreign_keys = 0")
            .unwrap();
        store.connection.execute_batch(statement).unwrap();
        let mut broken = store.verify().unwrap().unwrap_err();
        for extension in ["copy", "copy-wal", "copy-shm"] {
            let _ = std::fs::remove_file(scratch.path.with_extension(extension));
        }
        // The triggers had to go first.
        let triggers = broken.len();
        broken.retain(|broken| !matches!(broken, Broken::Schema { .. }));
        assert_eq!(triggers - broken.len(), 2);
        broken
    };
    let one = |statement: &str| {
        let mut broken = broken(statement);
        assert_eq!(broken.len(), 1, "{broken:?}");
        broken.remove(0)
    };
    let id = scratch.id("a");
    assert_eq!(one("UPDATE log SET body = replace(body, 'true', 'false') WHERE seq = 2"), Broken::Chain(2));
    assert_eq!(one("UPDATE log SET reviewer = 'eve' WHERE seq = 3"), Broken::Chain(3));
    assert_eq!(one("UPDATE log SET at = at + 1 WHERE seq = 4"), Broken::Chain(4));
    assert_eq!(one("UPDATE log SET target = NULL WHERE seq = 4"), Broken::Chain(4));
    assert_eq!(one("DELETE FROM log WHERE seq = 1"), Broken::Chain(1));
    assert!(broken("DELETE FROM log WHERE seq = 2").contains(&Broken::Chain(2)));
    // Cutting off the end breaks no chain, but the tables know.
    let b = scratch.id("b");
    let cut = broken("DELETE FROM log WHERE seq = 4");
    let state = |comment, found, expected| Broken::State { comment, expected, found };
    assert_eq!(cut, [Broken::Row { table: "decision", row: 3 }, state(b, State::Open, State::Escalated)]);
    assert_eq!(one("UPDATE comment SET state = 0"), state(id, State::Open, State::Done));
    assert_eq!(one("UPDATE decision SET live = 0 WHERE seq = 2"), Broken::Row { table: "decision", row: 2 });
    assert_eq!(broken("UPDATE body SET text = 'x'"), [Broken::Text(id), Broken::Text(b)]);
    assert!(broken("UPDATE body SET shown = replace(shown, '0.9', '0.7')").contains(&Broken::Scored(id)));
    let undecided = format!("UPDATE body SET shown = replace(shown, '0.8', '0.7') WHERE comment = {b}");
    assert!(broken(&undecided).contains(&Broken::Scored(b)));
    assert_eq!(one("UPDATE score SET p = 0.1 WHERE p > 0.85"), Broken::Probabilities(id));
    assert_eq!(broken("UPDATE score SET raised = 1 - raised"), [id, b].map(Broken::Probabilities));
    assert_eq!(broken("DELETE FROM score"), [id, b].map(Broken::Probabilities));
    let way = Broken::Selection { comment: id, found: Selection::AuditSample, flagged: true };
    assert_eq!(broken("UPDATE comment SET way = 2").first(), Some(&way));
    assert_eq!(way.to_string(), format!("comment {id} is slice in the table, but by its scores it is flagged"));
    let renamed = broken("UPDATE comment SET source_id = 'z' WHERE source_id = 'a'");
    assert_eq!(renamed.first(), Some(&Broken::Key { seq: 2, comment: id }));
}

#[test]
fn what_is_purged_is_gone_from_the_disk() {
    let secret = "Zyxomma petiolatum";
    let mut mine = Made {
        author: Some("Quillhunter Ferox".to_owned()),
        text: format!("{secret} {}", "lorem ".repeat(2000)),
        ..made("a", 0.9)
    };
    let mut scratch = Scratch::with(&[mine.clone(), made("b", 0.8)]);
    scratch.decide("a", "ann", &toxic(true));
    let author = Filter { author: mine.author.clone(), text: Some(secret.to_owned()), ..Filter::default() };
    scratch.store.note(scratch.id("a"), "ann", "Thalassophobe again", 2000).unwrap();
    mine.text = format!("{secret}, edited");
    scratch.import(&[mine.clone()]);
    scratch.store.apply(&author, "ann", &toxic(true), 1, 2000).unwrap();
    let found = |path: &std::path::Path| {
        let mut found = BTreeSet::new();
        for suffix in ["", "-wal"] {
            let bytes = std::fs::read(format!("{}{suffix}", path.display())).unwrap_or_default();
            for needle in [secret, "Quillhunter", "Thalassophobe"] {
                if bytes.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle.as_bytes())) {
                    found.insert(needle);
                }
            }
        }
        found
    };
    assert_eq!(found(&scratch.path).len(), 3);
    let purged = scratch.store.purge(Purge::Author("Quillhunter Ferox"), "ann", 4000).unwrap();
    assert_eq!(purged, Purged { comments: 1, clean: true });
    assert_eq!(found(&scratch.path), BTreeSet::new());
    scratch.verified();
    // It stays away, and the others stay.
    assert_eq!(scratch.import(&[mine]).purged, 1);
    assert!(matches!(scratch.store.skip(scratch.id("a"), "ann", 1), Err(ReviewError::Purged(_))));
    assert_eq!(scratch.store.figures().unwrap().purged, 1);
    assert_eq!(ids(&page(&scratch, Order::Risk, &Filter::default(), 9)), ["b"]);
    let by_id = Purge::Comment { thread: Some("t1"), id: "b" };
    assert_eq!(scratch.store.purge(by_id, "ann", 4000).unwrap().comments, 1);
    assert_eq!(scratch.store.purge(Purge::Before(i64::MAX), "ann", 4000).unwrap().comments, 0);
    assert_eq!(scratch.store.undo("ann", 5000).unwrap().step, Step::Batch);
    scratch.verified();
}

#[test]
fn old_comments_are_purged_by_date() {
    let at = |id: &str, created: &str| Made { created_at: Some(created.to_owned()), ..made(id, 0.9) };
    let mut scratch = Scratch::with(&[at("a", "2023-01-01"), at("b", "2024-01-01"), at("c", "whenever")]);
    let before = Purge::Before(date::parse("2023-06-01").unwrap());
    // What has no date came in at time 1000.
    assert_eq!(scratch.store.purge(before, "", 4000).unwrap().comments, 2);
    assert_eq!(ids(&page(&scratch, Order::Risk, &Filter::default(), 9)), ["b"]);
    scratch.verified();
}

#[test]
fn four_reviewers_at_once_lose_nothing() {
    let comments: Vec<Made> = (0..1000).map(|i| made(&format!("c{i}"), 0.5 + i as f32 / 2500.0)).collect();
    let scratch = Scratch::with(&comments);
    std::thread::scope(|scope| {
        for who in ["ann", "bob", "eve", "joe"] {
            let path = &scratch.path;
            scope.spawn(move || {
                let mut store = Store::open(path).unwrap();
                let mut decided = 0;
                while decided < 250 {
                    let limit = usize::min(10, 250 - decided);
                    let page = store
                        .claim(PageRequest { limit, now: 0, ..request(Order::Risk, &Filter::default(), who) }, 1000)
                        .unwrap();
                    for item in page.items {
                        let seen = store.comment_view(item.id, who).unwrap().seen;
                        store.decide(item.id, who, &toxic(true), &seen, 1).unwrap();
                        decided += 1;
                    }
                }
            });
        }
    });
    assert_eq!(scratch.verified().entries, 1001);
    let figures = scratch.store.figures().unwrap();
    assert_eq!((figures.done, figures.open), (1000, 0));
    assert!(figures.days.iter().all(|day| day.decisions == 250));
}

/// What the killed program of the next test does: decides, and says so, until it is killed.
#[test]
#[ignore = "run by the next test"]
fn killed() {
    use std::io::Write;
    let Some(path) = std::env::var_os("OMBUD_TEST_STORE") else { return };
    let mut out = std::io::stdout();
    let mut say = |line: &str| writeln!(out, "\n{line}").and_then(|()| out.flush()).unwrap();
    say("opening");
    let mut store = Store::open(path.as_ref()).unwrap();
    loop {
        let page =
            store.page(PageRequest { limit: 1, now: 0, ..request(Order::Risk, &Filter::default(), "ann") }).unwrap();
        let Some(item) = page.items.first() else { return };
        let seen = store.comment_view(item.id, "ann").unwrap().seen;
        let seq = store.decide(item.id, "ann", &toxic(true), &seen, 1).unwrap();
        say(&format!("acknowledged {seq}"));
    }
}

#[test]
fn a_kill_at_any_moment_loses_no_acknowledged_decision() {
    use std::io::{BufRead, BufReader};
    let comments: Vec<Made> = (0..1000).map(|i| made(&format!("c{i}"), 0.8)).collect();
    let mut scratch = Scratch::with(&comments);
    let name = concat!(module_path!(), "::killed").split_once("::").unwrap().1;
    let mut acknowledged = 0;
    for round in 0..100 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", name, "--nocapture"])
            .env("OMBUD_TEST_STORE", &scratch.path)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut signs = lines.filter_map(|line| match line.as_str() {
            "opening" => Some(None),
            line => Some(Some(line.strip_prefix("acknowledged ")?.parse::<i64>().unwrap())),
        });
        // Before it has begun, while it opens the store, or within whatever it does after so many decisions.
        let before = signs.by_ref().take(round % 5).flatten().last();
        child.kill().unwrap();
        child.wait().unwrap();
        let last = signs.flatten().last().or(before);
        acknowledged = last.unwrap_or(acknowledged);
        scratch.store = Store::open(&scratch.path).unwrap();
        let entries = scratch.verified().entries;
        // One may have been written and not acknowledged.
        assert!((acknowledged..=acknowledged + 1).contains(&entries) || last.is_none(), "{acknowledged} {entries}");
        let whole: String = scratch.store.connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(whole, "ok");
    }
    assert!(acknowledged > 20, "{acknowledged}");
}
