//! What must hold of the whole: who comes first, who was first, what stands.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::fixture::{Made, Scratch, act, flag, made, scratch, toxic};
use super::*;

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
    scratch.store.page(order, filter, "ann", Cursor::default(), limit, 5000).unwrap()
}

#[test]
fn importing_again_changes_nothing() {
    let comments = [made("a", 0.9), made("b", 0.2)];
    let mut scratch = Scratch::with(&comments);
    assert_eq!(scratch.import(&comments), Imported { same: 2, ..Imported::default() });
    assert_eq!(scratch.verified().entries, 0);
}

#[test]
fn a_rescored_comment_keeps_its_history_and_its_decision() {
    let mut scratch = Scratch::with(&[made("a", 0.9)]);
    scratch.decide("a", "ann", &toxic(true));
    let again = Made { model: "cd34", ..made("a", 0.3) };
    assert_eq!(scratch.import(std::slice::from_ref(&again)).rescored, 1);
    assert_eq!(scratch.import(&[again]).same, 1);
    let card = scratch.store.card(scratch.id("a"), "ann").unwrap();
    assert_eq!((card.state, card.model.1.as_str()), (State::Done, "cd34"));
    let past: String =
        scratch.store.connection.query_row("SELECT shown FROM score_past", [], |row| row.get(0)).unwrap();
    assert!(past.contains("0.9"), "{past}");
    scratch.verified();
}

#[test]
fn other_thresholds_are_taken_over() {
    let mut scratch = Scratch::with(&[made("a", 0.6)]);
    let mut strict = made("a", 0.6);
    strict.labels[0].1 = Score::Flag { raised: false, unsure: false, p: 0.6, threshold: 0.8 };
    assert_eq!(scratch.import(&[strict]).rescored, 1);
    assert_ne!(scratch.store.card(scratch.id("a"), "ann").unwrap().way, Way::Flagged);
}

#[test]
fn an_edited_comment_is_open_again() {
    let mut scratch = Scratch::with(&[made("a", 0.9)]);
    let seen = scratch.seen("a", "bob");
    scratch.decide("a", "ann", &toxic(true));
    let edited = Made { text: "Something else.".to_owned(), ..made("a", 0.9) };
    assert_eq!(scratch.import(&[edited]).edited, 1);
    let id = scratch.id("a");
    let card = scratch.store.card(id, "ann").unwrap();
    assert_eq!((card.state, card.decisions.len(), card.text.as_str()), (State::Open, 0, "Something else."));
    let decided = scratch.store.decide(id, "bob", &toxic(true), &seen, 3000);
    assert_eq!(conflict(decided), Conflict::Edited { at: 1000 });
    scratch.verified();
    scratch.decide("a", "bob", &toxic(false));
    scratch.verified();
}

#[test]
fn the_order_is_what_it_says() {
    let with = |id: &str, p: f32, created: &str, thread: &'static str| Made {
        created_at: Some(created.to_owned()),
        thread,
        ..made(id, p)
    };
    let mut scratch = scratch();
    scratch.store.set_shares(0.0, 0.0).unwrap();
    scratch.import(&[
        with("a", 0.6, "2024-05-03", "t2"),
        with("b", 0.9, "2024-05-01", "t1"),
        with("c", 0.7, "2024-05-02", "t2"),
        with("d", 0.45, "2024-05-09", "t1"),
    ]);
    let (queue, all) = (Filter::default(), Filter { scope: Scope::Everything, ..Filter::default() });
    assert_eq!(ids(&page(&scratch, Order::Risk, &queue, 9)), ["b", "c", "a"]);
    assert_eq!(ids(&page(&scratch, Order::Newest, &queue, 9)), ["a", "c", "b"]);
    assert_eq!(ids(&page(&scratch, Order::Thread, &queue, 9)), ["a", "c", "b"]);
    assert_eq!(ids(&page(&scratch, Order::Uncertainty, &all, 9)), ["d", "a", "c", "b"]);
}

#[test]
fn learning_looks_for_variety() {
    let mut scratch = scratch();
    scratch.store.set_shares(0.0, 0.0).unwrap();
    let spam = |id: &str, p| Made { text: "Buy these cheap watches today".to_owned(), ..made(id, p) };
    let other =
        |id: &str, p, thread| Made { text: "Nobody asked the library's users".to_owned(), thread, ..made(id, p) };
    scratch.import(&[spam("a", 0.51), spam("b", 0.515), spam("c", 0.52), other("d", 0.54, "t2")]);
    scratch.store.rank().unwrap();
    let all = Filter { scope: Scope::Everything, ..Filter::default() };
    assert_eq!(ids(&page(&scratch, Order::Uncertainty, &all, 9)), ["a", "b", "c", "d"]);
    assert_eq!(ids(&page(&scratch, Order::Learning, &all, 9)), ["a", "d", "b", "c"]);
}

#[test]
fn filters_pick_out() {
    let mut scratch = scratch();
    scratch.store.set_shares(0.0, 0.0).unwrap();
    let mut off_topic = made("b", 0.6);
    off_topic.labels.push(("off_topic", flag(0.8)));
    let other =
        Made { thread: "t2", author: Some("Zoë".to_owned()), text: "ÄRGER im Rathaus".to_owned(), ..made("c", 0.9) };
    scratch.import(&[made("a", 0.7), off_topic, other, made("d", 0.1)]);
    let found = |filter: Filter| {
        let page = page(&scratch, Order::Risk, &filter, 9);
        assert_eq!(scratch.store.count(&filter, "ann", 5000).unwrap(), page.items.len());
        ids(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(found(Filter { raised: some("off_topic"), ..Filter::default() }), ["b"]);
    assert_eq!(found(Filter { score: Some(("toxicity".to_owned(), 0.65, 0.8)), ..Filter::default() }), ["a"]);
    assert_eq!(found(Filter { thread: some("t2"), ..Filter::default() }), ["c"]);
    assert_eq!(found(Filter { author: some("Zoë"), ..Filter::default() }), ["c"]);
    assert_eq!(found(Filter { text: some("ärger"), ..Filter::default() }), ["c"]);
    assert_eq!(found(Filter { text: some("comment"), raised: some("toxicity"), ..Filter::default() }), ["b", "a"]);
    assert_eq!(found(Filter { author: some("nobody"), ..Filter::default() }), [""; 0]);
    let all = Filter { scope: Scope::Everything, ..Filter::default() };
    assert_eq!(found(Filter { author: some("author of d"), ..all.clone() }), ["d"]);
    assert_eq!(found(Filter { view: View::All, ..all.clone() }), ["c", "b", "a", "d"]);
    assert_eq!(found(Filter { view: View::Done, ..all }), [""; 0]);
}

#[test]
fn views_follow_decisions() {
    let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8), made("c", 0.7)]);
    scratch.decide("a", "ann", &toxic(true));
    scratch.decide("b", "ann", &act(Action::Escalate));
    let view = |view| Filter { view, ..Filter::default() };
    assert_eq!(ids(&page(&scratch, Order::Risk, &view(View::Open), 9)), ["c"]);
    assert_eq!(ids(&page(&scratch, Order::Risk, &view(View::Done), 9)), ["a"]);
    assert_eq!(ids(&page(&scratch, Order::Risk, &view(View::Escalated), 9)), ["b"]);
    assert_eq!(ids(&page(&scratch, Order::Risk, &view(View::All), 9)), ["a", "b", "c"]);
    // Who takes it up from there does so in sight of what was decided.
    scratch.decide("b", "bob", &toxic(false));
    assert_eq!(scratch.store.card(scratch.id("b"), "eve").unwrap().state, State::Done);
    scratch.verified();
}

#[test]
fn the_slice_is_woven_in_evenly() {
    let comments: Vec<Made> = (0..1000).map(|i| made(&format!("c{i}"), if i < 200 { 0.8 } else { 0.1 })).collect();
    let scratch = Scratch::with(&comments);
    let first = page(&scratch, Order::Risk, &Filter::default(), 100);
    let places: Vec<usize> =
        first.items.iter().enumerate().filter(|(_, item)| item.way == Way::Slice).map(|(place, _)| place).collect();
    assert_eq!(places, [19, 39, 59, 79, 99]);
    let all = page(&scratch, Order::Risk, &Filter::default(), 1000);
    let slice = all.items.iter().filter(|item| item.way == Way::Slice).count();
    assert_eq!(all.items.len(), 200 + slice);
    assert!((20..65).contains(&slice), "{slice}");
    // A larger share holds the smaller one.
    let ids = |page: &Page| -> BTreeSet<i64> { page.items.iter().map(|item| item.id).collect() };
    let mut scratch = scratch;
    scratch.store.set_shares(0.2, 0.0).unwrap();
    let more = page(&scratch, Order::Risk, &Filter::default(), 1000);
    assert!(ids(&more).is_superset(&ids(&all)) && more.items.len() > all.items.len() + 80);
    assert!(scratch.store.set_shares(1.2, 0.0).is_err());
}

#[test]
fn two_reviewers_never_hold_the_same_comment() {
    let comments: Vec<Made> = (0..40).map(|i| made(&format!("c{i}"), 0.8)).collect();
    let mut scratch = Scratch::with(&comments);
    let claim = |scratch: &mut Scratch, who: &str, now| {
        let start = Cursor::default();
        let page = scratch.store.claim(Order::Risk, &Filter::default(), who, start, 15, now, now + 100).unwrap();
        page.items.iter().map(|item| item.id).collect::<BTreeSet<i64>>()
    };
    let (ann, bob) = (claim(&mut scratch, "ann", 0), claim(&mut scratch, "bob", 0));
    assert_eq!((ann.len(), bob.len()), (15, 15));
    assert!(ann.is_disjoint(&bob));
    assert_eq!(claim(&mut scratch, "eve", 0).len(), 10);
    let first = *ann.first().unwrap();
    let seen = scratch.store.card(first, "bob").unwrap().seen;
    let held = Conflict::Held { by: "ann".to_owned(), until: 100 };
    assert_eq!(conflict(scratch.store.decide(first, "bob", &toxic(true), &seen, 50)), held);
    assert_eq!(conflict(scratch.store.hold(first, "bob", 50, 90)), held);
    assert_eq!(scratch.store.holder(first, "bob", 50).unwrap(), Some(("ann".to_owned(), 100)));
    // What was renewed stays, what expired is free.
    assert_eq!(scratch.store.renew("bob", 50, 200).unwrap(), 15);
    assert_eq!(claim(&mut scratch, "eve", 150).len(), 15);
    scratch.store.release("bob", None).unwrap();
    assert_eq!(claim(&mut scratch, "ann", 150).len(), 15);
    scratch.store.decide(first, "bob", &toxic(true), &seen, 400).unwrap();
}

#[test]
fn what_somebody_decided_is_told_and_not_overwritten() {
    let mut scratch = Scratch::with(&[made("a", 0.9)]);
    let id = scratch.id("a");
    let seen = scratch.seen("a", "bob");
    scratch.decide("a", "ann", &toxic(true));
    let decided = Conflict::Decided { by: "ann".to_owned(), at: 2000, decision: toxic(true) };
    assert_eq!(conflict(scratch.store.decide(id, "bob", &toxic(false), &seen, 3000)), decided);
    assert_eq!(decided.to_string(), "ann decided this comment at 1970-01-01T00:00:02Z: reject; toxicity: yes");
    assert_eq!(scratch.verified().entries, 1);
    let seen = scratch.seen("a", "bob");
    scratch.store.decide(id, "bob", &toxic(false), &seen, 3000).unwrap();
    assert_eq!(scratch.store.card(id, "ann").unwrap().decisions.len(), 2);
    scratch.import(&[Made { model: "cd34", ..made("a", 0.8) }]);
    let seen = Seen { scored: 0, ..seen };
    assert_eq!(
        conflict(scratch.store.decide(id, "bob", &toxic(false), &seen, 3000)),
        Conflict::Rescored { model: "house".to_owned() }
    );
}

#[test]
fn two_reviewers_are_blind_to_each_other() {
    let mut scratch = scratch();
    scratch.store.set_shares(0.0, 1.0).unwrap();
    scratch.import(&[made("a", 0.9)]);
    let id = scratch.id("a");
    scratch.decide("a", "ann", &toxic(true));
    scratch.store.note(id, "ann", "Clear insult.", 2000).unwrap();
    let bobs = scratch.store.card(id, "bob").unwrap();
    assert_eq!((bobs.state, bobs.decisions.len(), bobs.notes.len()), (State::Open, 0, 0));
    // It does not come up again for who decided it, but for the other.
    assert!(page(&scratch, Order::Risk, &Filter::default(), 9).items.is_empty());
    let next = scratch.store.page(Order::Risk, &Filter::default(), "bob", Cursor::default(), 9, 5000).unwrap();
    assert_eq!(ids(&next), ["a"]);
    let again = scratch.store.decide(id, "ann", &toxic(true), &scratch.seen("a", "ann"), 3000);
    assert!(matches!(conflict(again), Conflict::Decided { .. }));
    scratch.decide("a", "bob", &toxic(false));
    let card = scratch.store.card(id, "eve").unwrap();
    assert_eq!((card.state, card.decisions.len(), card.notes.len()), (State::Escalated, 2, 1));
    scratch.decide("a", "eve", &toxic(true));
    assert_eq!(scratch.store.card(id, "eve").unwrap().state, State::Done);
    let figures = scratch.store.figures().unwrap();
    assert_eq!(figures.agreement["toxicity"].comments, 1);
    assert_eq!(figures.agreement["toxicity"].kappa, Some(0.0));
    scratch.verified();
}

#[test]
fn decisions_must_fit_their_labels() {
    let mut scratch = Scratch::with(&[made("a", 0.9)]);
    let id = scratch.id("a");
    let seen = scratch.seen("a", "ann");
    let stance = |label: &str| Decision {
        labels: BTreeMap::from([(label.to_owned(), Answer::Stance("favor".to_owned()))]),
        action: None,
    };
    let error = |scratch: &mut Scratch, decision: &Decision| {
        scratch.store.decide(id, "ann", decision, &seen, 1).unwrap_err().to_string()
    };
    assert_eq!(error(&mut scratch, &stance("toxicity")), "toxicity: a flag is answered with yes or no");
    assert_eq!(error(&mut scratch, &Decision::default()), "a decision needs a label or an action");
    assert!(matches!(scratch.store.decide(77, "ann", &toxic(true), &seen, 1), Err(ReviewError::NoComment(77))));
    scratch.store.decide(id, "ann", &stance("stance"), &seen, 1).unwrap();
    let kind = Made { labels: vec![("stance", flag(0.2))], ..made("b", 0.1) };
    let error = scratch.store.import(&[kind.scored()], 1).unwrap_err().to_string();
    assert_eq!(error, "stance is a stance in this database; call the other label something else");
    let nan = Made { labels: vec![("toxicity", flag(f32::NAN))], ..made("b", 0.1) };
    let error = scratch.store.import(&[nan.scored()], 1).unwrap_err().to_string();
    assert_eq!(error, "comment b: the probability of toxicity is not a number");
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

#[test]
fn undo_goes_back_step_by_step_even_after_a_restart() {
    let comments: Vec<Made> = (0..6).map(|i| made(&format!("c{i}"), 0.8)).collect();
    let mut scratch = Scratch::with(&comments);
    let mut states = vec![state_of(&scratch.store)];
    scratch.decide("c0", "ann", &toxic(true));
    states.push(state_of(&scratch.store));
    scratch.store.skip(scratch.id("c1"), "ann", 2000).unwrap();
    states.push(state_of(&scratch.store));
    scratch.store.note(scratch.id("c1"), "ann", "Ask the desk.", 2000).unwrap();
    states.push(state_of(&scratch.store));
    let preview = scratch.store.preview(&Filter::default(), "ann", 2, 2000).unwrap();
    assert_eq!((preview.count, preview.first.len()), (4, 2));
    let applied = scratch.store.apply(&Filter::default(), "ann", &toxic(false), 4, 2000).unwrap();
    assert_eq!(applied.count, 4);
    scratch.store = Store::open(&scratch.path).unwrap();
    scratch.verified();
    assert!(matches!(scratch.store.undo("bob", 3000), Err(ReviewError::NothingToUndo(_))));
    let mut kinds = Vec::new();
    while let Some(state) = states.pop() {
        let undone = scratch.store.undo("ann", 3000).unwrap();
        kinds.push((undone.kind, undone.comments.len()));
        assert_eq!(state_of(&scratch.store), state);
        scratch.verified();
    }
    let expected = [("batch", 4), ("note", 1), ("skip", 1), ("decide", 1)];
    assert_eq!(kinds, expected.map(|(kind, count)| (kind.to_owned(), count)));
    assert!(scratch.store.undo("ann", 3000).is_err());
}

#[test]
fn a_batch_decides_what_was_shown_or_nothing() {
    let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8)]);
    let preview = scratch.store.preview(&Filter::default(), "ann", 9, 2000).unwrap();
    scratch.decide("a", "bob", &toxic(true));
    let error = scratch.store.apply(&Filter::default(), "ann", &toxic(true), preview.count, 2000).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the filter matched 2 comments when it was shown and matches 1 now; look at it again"
    );
    assert_eq!(scratch.verified().entries, 1);
}

#[test]
fn what_was_skipped_comes_up_for_others_only() {
    let mut scratch = Scratch::with(&[made("a", 0.9)]);
    scratch.store.skip(scratch.id("a"), "ann", 2000).unwrap();
    assert!(page(&scratch, Order::Risk, &Filter::default(), 9).items.is_empty());
    assert_eq!(ids(&page(&scratch, Order::Risk, &Filter { skipped: true, ..Filter::default() }, 9)), ["a"]);
    let other = scratch.store.page(Order::Risk, &Filter::default(), "bob", Cursor::default(), 9, 5000).unwrap();
    assert_eq!(ids(&other), ["a"]);
}

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
        let broken = store.verify().unwrap().unwrap_err();
        for extension in ["copy", "copy-wal", "copy-shm"] {
            let _ = std::fs::remove_file(scratch.path.with_extension(extension));
        }
        broken
    };
    let id = scratch.id("a");
    assert_eq!(broken("UPDATE log SET body = replace(body, 'true', 'false') WHERE seq = 1"), Broken::Chain(1));
    assert_eq!(broken("UPDATE log SET reviewer = 'eve' WHERE seq = 2"), Broken::Chain(2));
    assert_eq!(broken("UPDATE log SET at = at + 1 WHERE seq = 3"), Broken::Chain(3));
    assert_eq!(broken("UPDATE log SET target = NULL WHERE seq = 3"), Broken::Chain(3));
    assert_eq!(broken("DELETE FROM log WHERE seq = 1"), Broken::Chain(1));
    assert_eq!(broken("DELETE FROM log WHERE seq = 2"), Broken::Chain(2));
    // Cutting off the end breaks no chain, but the tables know.
    assert!(matches!(broken("DELETE FROM log WHERE seq = 3"), Broken::State { .. } | Broken::Decision(_)));
    assert!(matches!(broken("UPDATE comment SET state = 0"), Broken::State { expected: State::Done, .. }));
    assert_eq!(broken("UPDATE decision SET live = 0 WHERE seq = 1"), Broken::Decision(1));
    assert_eq!(broken("UPDATE body SET text = 'x'"), Broken::Text { seq: 1, comment: id });
    assert_eq!(broken("UPDATE comment SET source_id = 'z' WHERE source_id = 'a'"), Broken::Key { seq: 1, comment: id });
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
    assert_eq!(scratch.store.undo("ann", 5000).unwrap().kind, "batch");
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
fn figures_are_those_of_the_decisions() {
    let comments: Vec<Made> = (0..400).map(|i| made(&format!("c{i}"), if i < 10 { 0.8 } else { 0.1 })).collect();
    let mut scratch = Scratch::with(&comments);
    for i in 0..10 {
        scratch.decide(&format!("c{i}"), "ann", &toxic(i < 8));
    }
    let queue = page(&scratch, Order::Risk, &Filter::default(), 400);
    let slice: Vec<String> = queue.items.iter().map(|item| item.source_id.clone()).collect();
    assert!(slice.len() > 4);
    for (i, id) in slice.iter().take(4).enumerate() {
        scratch.decide(id, "bob", &toxic(i == 0));
    }
    let figures = scratch.store.figures().unwrap();
    assert_eq!((figures.done, figures.open), (14, slice.len() as u64 - 4));
    let toxicity = &figures.flags["toxicity"];
    assert_eq!((toxicity.raised, toxicity.slice), (10, 4));
    assert_eq!(toxicity.precision.unwrap().value, 0.8);
    assert_eq!(toxicity.miss_rate.unwrap().value, 0.25);
    assert!(toxicity.miss_rate.unwrap().high.unwrap() > 0.5);
    assert_eq!(figures.flags["reject"].precision.unwrap().value, 0.8);
    let day =
        |reviewer: &str, decisions| Day { day: "1970-01-01".to_owned(), reviewer: reviewer.to_owned(), decisions };
    assert_eq!(figures.days, [day("ann", 10), day("bob", 4)]);
    let weeks = &scratch.store.drift().unwrap()["toxicity"];
    assert_eq!((weeks.len(), weeks[0].week.as_str(), weeks[0].comments), (1, "2024-04-29", 400));
    assert!((weeks[0].mean - (0.8 * 10.0 + 0.1 * 390.0) / 400.0).abs() < 1e-6);
}

#[test]
fn a_batch_counts_for_no_miss_rate() {
    let comments: Vec<Made> = (0..200).map(|i| made(&format!("c{i}"), 0.1)).collect();
    let mut scratch = Scratch::with(&comments);
    let count = scratch.store.count(&Filter::default(), "ann", 2000).unwrap();
    assert!(count > 0);
    scratch.store.apply(&Filter::default(), "ann", &toxic(false), count, 2000).unwrap();
    assert_eq!(scratch.store.figures().unwrap().flags["toxicity"].slice, 0);
}

#[test]
fn rows_say_where_they_are_from() {
    let formula = Made { text: "=HYPERLINK(\"x\")\nand more".to_owned(), ..made("a", 0.9) };
    let mut scratch = Scratch::with(&[formula, made("b", 0.8)]);
    scratch.decide("a", "ann", &toxic(true));
    scratch.decide("b", "bob", &act(Action::Approve));
    let written = |form| {
        let mut out = Vec::new();
        assert_eq!(scratch.store.export(form, &mut out).unwrap(), Exported { rows: 2, purged: 0 });
        String::from_utf8(out).unwrap()
    };
    insta::assert_snapshot!(written(ExportForm::Csv), @r#"
    id,thread_id,parent_id,author,created_at,text,reviewer,decided_at,action,selected,batch,model,stance,stance.p,toxicity,toxicity.p
    a,t1,,author of a,2024-05-01T12:00:01Z,"'=HYPERLINK(""x"")
    and more",ann,1970-01-01T00:00:02Z,reject,flagged,0,ab12,,0.750000,1,0.900000
    b,t1,,author of b,2024-05-01T12:00:01Z,"Text of comment b, which nobody asked for.",bob,1970-01-01T00:00:02Z,approve,flagged,0,ab12,,0.750000,,0.800000
    "#);
    insta::assert_snapshot!(written(ExportForm::Jsonl), @r#"
    {"id":"a","thread_id":"t1","parent_id":null,"author":"author of a","created_at":"2024-05-01T12:00:01Z","text":"=HYPERLINK(\"x\")\nand more","reviewer":"ann","decided_at":"1970-01-01T00:00:02Z","action":"reject","labels":{"toxicity":true},"selected":"flagged","batch":false,"model":"ab12","shown":{"stance":{"class":"favor","p":{"against":0.25,"favor":0.75}},"toxicity":{"raised":true,"unsure":false,"p":0.9,"threshold":0.5}}}
    {"id":"b","thread_id":"t1","parent_id":null,"author":"author of b","created_at":"2024-05-01T12:00:01Z","text":"Text of comment b, which nobody asked for.","reviewer":"bob","decided_at":"1970-01-01T00:00:02Z","action":"approve","labels":{},"selected":"flagged","batch":false,"model":"ab12","shown":{"stance":{"class":"favor","p":{"against":0.25,"favor":0.75}},"toxicity":{"raised":true,"unsure":false,"p":0.8,"threshold":0.5}}}
    "#);
}

#[test]
fn training_weighs_answers_by_how_they_were_chosen() {
    let comments: Vec<Made> = (0..1000).map(|i| made(&format!("c{i}"), if i < 100 { 0.8 } else { 0.1 })).collect();
    let mut scratch = Scratch::with(&comments);
    for i in 0..50 {
        scratch.decide(&format!("c{i}"), "ann", &toxic(true));
    }
    let queue = page(&scratch, Order::Risk, &Filter::default(), 1000);
    let slice: Vec<&Item> = queue.items.iter().filter(|item| item.way == Way::Slice).collect();
    for item in &slice {
        scratch.decide(&item.source_id, "ann", &toxic(false));
    }
    let rows = scratch.store.training().unwrap();
    assert_eq!(rows.len(), 50 + slice.len());
    let weight = |flagged: bool| -> f64 {
        let of = |row: &&TrainingRow| (row.answers["toxicity"].0 == Target::Flag(1.0)) == flagged;
        rows.iter().filter(of).map(|row| row.answers["toxicity"].1).sum()
    };
    // Together they weigh as the comments that they stand for: 100 flagged, 900 not.
    assert!((weight(false) / weight(true) - 9.0).abs() < 1e-6, "{} {}", weight(false), weight(true));
    assert!((weight(false) + weight(true) - rows.len() as f64).abs() < 1e-6);
    assert!(rows[0].answers.contains_key("reject"));
    assert_eq!(rows[0].article_title.as_deref(), Some("Council closes library"));
}

#[test]
fn any_text_is_kept_as_it_is() {
    let texts = [
        "x".repeat(100_000),
        "a\0b".to_owned(),
        "\x1b[31mred\x07".to_owned(),
        "\u{202e}left\u{200b}".to_owned(),
        String::new(),
        "'; DROP TABLE comment; --".to_owned(),
    ];
    let comments: Vec<Made> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| Made { text: text.clone(), author: Some(text.clone()), ..made(&format!("c{i}{text}"), 0.9) })
        .collect();
    let mut scratch = Scratch::with(&comments);
    for comment in &comments {
        let id = scratch.id(&comment.id);
        let card = scratch.store.card(id, "ann").unwrap();
        assert_eq!(
            (&card.text, &card.source_id, card.author.as_ref()),
            (&comment.text, &comment.id, Some(&comment.text))
        );
        scratch.store.note(id, &comment.text, &comment.text, 1).unwrap();
        scratch.decide(&comment.id, &comment.text, &toxic(true));
    }
    assert_eq!(scratch.import(&comments).same, texts.len());
    scratch.verified();
    let found = scratch
        .store
        .page(
            Order::Risk,
            &Filter { view: View::All, text: Some("\0B".to_owned()), ..Filter::default() },
            "ann",
            Cursor::default(),
            9,
            1,
        )
        .unwrap();
    assert_eq!(found.items.len(), 1);
    for form in [ExportForm::Csv, ExportForm::Jsonl] {
        scratch.store.export(form, &mut Vec::new()).unwrap();
    }
}

#[test]
fn context_is_at_hand() {
    let mut scratch = scratch();
    let comments: Vec<Made> = ["p", "a", "b", "c", "d"].iter().map(|id| made(id, 0.9)).collect();
    let scored: Vec<Scored<'_>> = comments
        .iter()
        .map(|made| Scored { parent_id: (made.id != "p").then_some("p"), author: Some("Rosa"), ..made.scored() })
        .collect();
    scratch.store.import(&scored, 1).unwrap();
    assert_eq!(scratch.store.threads().unwrap(), [Some("t1".to_owned())]);
    let thread = scratch.store.thread(Some("t1")).unwrap();
    assert_eq!((thread.len(), thread[1].source_id.as_str(), thread[1].parent_id.as_deref()), (5, "a", Some("p")));
    let id = scratch.id("b");
    assert_eq!(scratch.store.parent(id).unwrap().unwrap().source_id, "p");
    let siblings = scratch.store.siblings(id, 2).unwrap();
    assert_eq!(siblings.iter().map(|brief| brief.source_id.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    scratch.decide("d", "ann", &toxic(true));
    let earlier = scratch.store.by_same_author(id, 9).unwrap();
    assert_eq!(earlier.len(), 1);
    assert_eq!(earlier[0].decision, Some(toxic(true)));
    assert_eq!(scratch.store.latest("ann", 9).unwrap()[0].decision, toxic(true));
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
                    let start = Cursor::default();
                    let limit = usize::min(10, 250 - decided);
                    let page = store.claim(Order::Risk, &Filter::default(), who, start, limit, 0, 1000).unwrap();
                    for item in page.items {
                        let seen = store.card(item.id, who).unwrap().seen;
                        store.decide(item.id, who, &toxic(true), &seen, 1).unwrap();
                        decided += 1;
                    }
                }
            });
        }
    });
    assert_eq!(scratch.verified().entries, 1000);
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
    let mut store = Store::open(path.as_ref()).unwrap();
    let mut out = std::io::stdout();
    loop {
        let page = store.page(Order::Risk, &Filter::default(), "ann", Cursor::default(), 1, 0).unwrap();
        let Some(item) = page.items.first() else { return };
        let seen = store.card(item.id, "ann").unwrap().seen;
        let seq = store.decide(item.id, "ann", &toxic(true), &seen, 1).unwrap();
        writeln!(out, "\nacknowledged {seq}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_kill_at_any_moment_loses_no_acknowledged_decision() {
    use std::io::Read;
    let comments: Vec<Made> = (0..5000).map(|i| made(&format!("c{i}"), 0.8)).collect();
    let mut scratch = Scratch::with(&comments);
    let name = concat!(module_path!(), "::killed").split_once("::").unwrap().1;
    let mut acknowledged = 0;
    for round in 0..20_u64 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", name, "--nocapture"])
            .env("OMBUD_TEST_STORE", &scratch.path)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20 + 7 * round % 60));
        child.kill().unwrap();
        let mut out = String::new();
        child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        child.wait().unwrap();
        let last = out.lines().rev().find_map(|line| line.strip_prefix("acknowledged ")?.parse::<i64>().ok());
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
        scratch.store.set_shares(0.2, double).unwrap();
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
        scratch.store.set_shares(0.3, 0.0).unwrap();
        let comments: Vec<Made> = p.iter().enumerate().map(|(i, p)| made(&format!("c{i}"), *p)).collect();
        scratch.import(&comments);
        scratch.store.rank().unwrap();
        let order = Order::ALL[order];
        let filter = Filter { scope: if everything { Scope::Everything } else { Scope::Queue }, ..Filter::default() };
        let expected = scratch.store.count(&filter, "ann", 5000).unwrap();
        let whole = page(&scratch, order, &filter, 1000);
        let (mut cursor, mut seen) = (Cursor::default(), Vec::new());
        loop {
            let page = scratch.store.page(order, &filter, "ann", cursor, limit, 5000).unwrap();
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
    fn a_changed_byte_breaks_the_chain(column in 0..5_usize, row in 1..4_i64, at: prop::sample::Index, mask in 1..255_u8) {
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
        prop_assert_eq!(scratch.store.verify().unwrap(), Err(Broken::Chain(row)));
    }
}
