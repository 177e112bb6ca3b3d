//! What holds whatever is done.

use crate::queue::decision::Action;
use crate::queue::decision::Decision;
use crate::queue::filter::Filter;
use crate::queue::filter::Scope;
use crate::queue::order::Order;
use crate::queue::verify::broken::Broken;
use crate::queue::waiting::{Cursor, PageRequest};
use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::queue::fixture::{Made, Scratch, made, request, scratch, toxic};
use crate::queue::tests::{page, state_of};

/// One step of a reviewer's work, or of the world around.
#[derive(Clone, Debug)]
enum Step {
    Decide(usize, bool, Option<Action>),
    Skip(usize),
    Note(usize),
    Batch(bool),
    Undo,
    Edit(usize),
    Rescore(usize),
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let action =
        prop_oneof![Just(None), Just(Some(Action::Approve)), Just(Some(Action::Reject)), Just(Some(Action::Escalate))];
    let step = prop_oneof![
        4 => (0..6_usize, any::<bool>(), action).prop_map(|(i, yes, action)| Step::Decide(i, yes, action)),
        1 => (0..6_usize).prop_map(Step::Skip),
        1 => (0..6_usize).prop_map(Step::Note),
        1 => any::<bool>().prop_map(Step::Batch),
        3 => Just(Step::Undo),
        1 => (0..6_usize).prop_map(Step::Edit),
        1 => (0..6_usize).prop_map(Step::Rescore),
    ];
    prop::collection::vec((0..3_usize, step), 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_the_log_holds_and_undo_restores(steps in steps(), double in 0.0..1.0_f64) {
        let mut scratch = scratch();
        scratch.store.connection.pragma_update(None, "synchronous", "OFF").unwrap();
        scratch.store.set_shares(0.2, double, 1000).unwrap();
        let comments: Vec<Made> = (0..6).map(|i| made(&format!("c{i}"), 0.3 + 0.1 * i as f32)).collect();
        scratch.import(&comments);
        for (now, (who, step)) in (0..).zip(steps) {
            let who = ["ann", "bob", "eve"][who];
            let before = state_of(&scratch.store);
            let id = |i: usize| scratch.id(&format!("c{i}"));
            let done = match step {
                Step::Decide(i, yes, action) => {
                    let decision = Decision { action, ..toxic(yes) };
                    let seen = scratch.seen(&format!("c{i}"), who);
                    scratch.store.decide(id(i), who, &decision, &seen, now).is_ok()
                }
                Step::Skip(i) => scratch.store.skip(id(i), who, now).is_ok(),
                Step::Note(i) => scratch.store.note(id(i), who, "note", now).is_ok(),
                Step::Batch(yes) => {
                    let count = scratch.store.count(&Filter::default(), who, now).unwrap();
                    scratch.store.apply(&Filter::default(), who, &toxic(yes), count, now).is_ok()
                }
                Step::Undo => {
                    let _ = scratch.store.undo(who, now);
                    false
                }
                Step::Edit(i) => {
                    let edited = Made { text: format!("edited {now}"), ..comments[i].clone() };
                    scratch.import(&[edited]);
                    false
                }
                Step::Rescore(i) => {
                    scratch.import(&[Made { model: "other", ..made(&format!("c{i}"), 0.1 * now as f32 % 1.0) }]);
                    false
                }
            };
            scratch.verified();
            if done {
                scratch.store.undo(who, now).unwrap();
                prop_assert_eq!(state_of(&scratch.store), before);
                scratch.verified();
            }
        }
    }

    #[test]
    fn pages_show_each_comment_once(
        p in prop::collection::vec(0.0..1.0_f32, 0..60), limit in 1..9_usize, order in 0..5_usize, everything: bool, decide in 0..7_usize,
    ) {
        let mut scratch = scratch();
        scratch.store.connection.pragma_update(None, "synchronous", "OFF").unwrap();
        scratch.store.set_shares(0.3, 0.0, 1000).unwrap();
        let comments: Vec<Made> = p.iter().enumerate().map(|(i, p)| made(&format!("c{i}"), *p)).collect();
        scratch.import(&comments);
        scratch.store.update_learning_order().unwrap();
        let order = Order::ALL[order];
        let filter = Filter { scope: if everything { Scope::Everything } else { Scope::Queue }, ..Filter::default() };
        let expected = scratch.store.count(&filter, "ann", 5000).unwrap();
        let whole = page(&scratch, order, &filter, 1000);
        let (mut cursor, mut seen) = (Cursor::default(), Vec::new());
        loop {
            let page = scratch.store.page(PageRequest { cursor, limit, ..request(order, &filter, "ann") }).unwrap();
            if page.items.is_empty() {
                break;
            }
            // Deciding what was shown does not move what comes.
            if let Some(item) = page.items.get(decide) {
                scratch.decide(&item.source_id, "ann", &toxic(true));
            }
            seen.extend(page.items.iter().map(|item| item.id));
            cursor = page.next;
        }
        prop_assert_eq!(&seen, &whole.items.iter().map(|item| item.id).collect::<Vec<_>>());
        prop_assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), expected);
        if everything {
            prop_assert_eq!(expected, p.len());
        }
    }

    #[test]
    fn a_changed_byte_breaks_the_chain(column in 0..5_usize, row in 2..5_i64, at: prop::sample::Index, mask in 1..255_u8) {
        let mut scratch = Scratch::with(&[made("a", 0.9)]);
        scratch.decide("a", "ann", &toxic(true));
        scratch.store.note(scratch.id("a"), "ann", "note", 3000).unwrap();
        scratch.store.undo("ann", 4000).unwrap();
        let connection = &scratch.store.connection;
        connection.execute_batch("DROP TRIGGER log_update").unwrap();
        let column = ["kind", "reviewer", "body", "hash", "at"][column];
        let value: rusqlite::types::Value =
            connection.query_row(&format!("SELECT {column} FROM log WHERE seq = ?"), [row], |row| row.get(0)).unwrap();
        let changed = match value {
            rusqlite::types::Value::Integer(number) => rusqlite::types::Value::Integer(number ^ i64::from(mask)),
            rusqlite::types::Value::Blob(mut bytes) => {
                let at = at.index(bytes.len());
                bytes[at] ^= mask;
                rusqlite::types::Value::Blob(bytes)
            }
            rusqlite::types::Value::Text(text) => {
                let mut bytes = text.into_bytes();
                let at = at.index(bytes.len());
                bytes[at] ^= mask & 0x1f | 1;
                rusqlite::types::Value::Text(String::from_utf8(bytes).unwrap())
            }
            other => other,
        };
        connection.execute(&format!("UPDATE log SET {column} = ? WHERE seq = ?"), rusqlite::params![changed, row]).unwrap();
        prop_assert!(scratch.store.verify().unwrap().unwrap_err().contains(&Broken::Chain(row)));
    }
}
