//! Who comes first, and before whom.

use crate::queue::decision::{Action, Answer, Decision};
use crate::queue::error::Conflict;
use crate::queue::filter::Filter;
use crate::queue::filter::Scope;
use crate::queue::filter::View;
use crate::queue::lease::Held;
use crate::queue::order::Order;
use crate::queue::scored::Scored;
use crate::queue::skip::Skipped;
use crate::queue::state::Selection;
use crate::queue::state::State;
use crate::queue::store::Store;
use crate::queue::waiting::Page;
use crate::queue::waiting::PageRequest;
use std::collections::{BTreeMap, BTreeSet};

use crate::queue::fixture::{Made, Scratch, act, flag, made, request, scratch, toxic};
use crate::queue::tests::{conflict, ids, page};

#[test]
fn the_order_is_what_it_says() {
    let with = |id: &str, p: f32, created: &str, thread: &'static str| Made {
        created_at: Some(created.to_owned()),
        thread,
        ..made(id, p)
    };
    let mut scratch = scratch();
    scratch.store.set_shares(0.0, 0.0, 1000).unwrap();
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
    scratch.store.set_shares(0.0, 0.0, 1000).unwrap();
    let spam = |id: &str, p| Made { text: "Buy these cheap watches today".to_owned(), ..made(id, p) };
    let other =
        |id: &str, p, thread| Made { text: "Nobody asked the library's users".to_owned(), thread, ..made(id, p) };
    scratch.import(&[spam("a", 0.51), spam("b", 0.515), spam("c", 0.52), other("d", 0.54, "t2")]);
    scratch.store.update_learning_order().unwrap();
    let all = Filter { scope: Scope::Everything, ..Filter::default() };
    assert_eq!(ids(&page(&scratch, Order::Uncertainty, &all, 9)), ["a", "b", "c", "d"]);
    assert_eq!(ids(&page(&scratch, Order::Learning, &all, 9)), ["a", "d", "b", "c"]);
}

/// A comment of a thread, by an author, that answers another.
fn voice(id: &str, author: &str, parent: Option<&'static str>) -> (Made, Option<&'static str>) {
    // No word is in another.
    let text = id.repeat(5);
    (Made { author: Some(author.to_owned()), text, ..made(id, 0.9) }, parent)
}

fn import_voices(scratch: &mut Scratch, voices: &[(Made, Option<&'static str>)]) {
    let scored: Vec<_> = voices.iter().map(|(made, parent)| Scored { parent_id: *parent, ..made.scored() }).collect();
    scratch.store.import(&scored, 1000).unwrap();
    scratch.store.update_learning_order().unwrap();
}

#[test]
fn learning_asks_first_for_what_teaches_a_thread_until_its_sides_are_learnt() {
    let mut scratch = scratch();
    scratch.store.set_shares(0.0, 0.0, 1000).unwrap();
    let mut voices = vec![
        voice("a", "ann", None),
        voice("b", "ben", Some("a")),
        voice("c", "cho", Some("b")),
        voice("d", "cho", Some("b")),
    ];
    voices.extend([voice("e", "cho", Some("b")), voice("f", "fay", Some("b"))]);
    import_voices(&mut scratch, &voices);
    let all = Filter { scope: Scope::Everything, ..Filter::default() };
    let waiting = |scratch: &Scratch| {
        let page = page(scratch, Order::Learning, &all, 9);
        ids(&page).join(" ")
    };
    // All are in the same doubt. Four answer b, one answers a; cho says most, and each time less that is new.
    assert_eq!(waiting(&scratch), "b a c d e f");
    scratch.verified();

    // Twenty others of the thread are decided, ten for each side.
    let others: Vec<_> =
        (0..20).map(|at| voice(Box::leak(format!("x{at:02}").into_boxed_str()), "zed", None)).collect();
    import_voices(&mut scratch, &others);
    let stance = |class: &str| Decision {
        labels: BTreeMap::from([("stance".to_owned(), Answer::Stance(class.to_owned()))]),
        action: None,
    };
    for at in 0..20 {
        assert!(!is_stale(&scratch), "{at}");
        scratch.decide(&format!("x{at:02}"), "ann", &stance(["favor", "against"][at % 2]));
        scratch.verified();
    }
    assert!(is_stale(&scratch), "the sides are learnt");
    assert_eq!(waiting(&scratch), "b a c d e f", "places stay until they are worked out anew");
    scratch.store.update_learning_order().unwrap();
    assert_eq!(waiting(&scratch), "a b c d e f");
    scratch.verified();
    // What is taken back teaches no longer.
    scratch.store.undo("ann", 3000).unwrap();
    assert!(is_stale(&scratch));
    scratch.store.update_learning_order().unwrap();
    scratch.verified();
    assert_eq!(waiting(&scratch), "b a c d e f x19", "the last of twenty by one author tells least");
}

fn is_stale(scratch: &Scratch) -> bool {
    let find = "SELECT EXISTS (SELECT 1 FROM setting WHERE name = 'unranked')";
    scratch.store.connection.query_row(find, [], |row| row.get(0)).unwrap()
}

#[test]
fn filters_pick_out() {
    let mut scratch = scratch();
    scratch.store.set_shares(0.0, 0.0, 1000).unwrap();
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
    assert_eq!(found(Filter { raised: vec!["off_topic".to_owned()], ..Filter::default() }), ["b"]);
    assert_eq!(found(Filter { score: Some(("toxicity".to_owned(), 0.65, 0.8)), ..Filter::default() }), ["a"]);
    assert_eq!(found(Filter { thread: some("t2"), ..Filter::default() }), ["c"]);
    assert_eq!(found(Filter { author: some("Zoë"), ..Filter::default() }), ["c"]);
    assert_eq!(found(Filter { text: some("ärger"), ..Filter::default() }), ["c"]);
    assert_eq!(
        found(Filter { text: some("comment"), raised: vec!["toxicity".to_owned()], ..Filter::default() }),
        ["b", "a"]
    );
    let any = ["off_topic", "insult", "toxicity"].map(str::to_owned).to_vec();
    assert_eq!(found(Filter { raised: any.clone(), ..Filter::default() }), ["c", "b", "a"]);
    assert_eq!(found(Filter { raised: any, author: some("author of b"), ..Filter::default() }), ["b"]);
    assert_eq!(found(Filter { raised: vec!["insult".to_owned()], ..Filter::default() }), [""; 0]);
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
    assert_eq!(scratch.store.comment_view(scratch.id("b"), "eve").unwrap().state, State::Done);
    scratch.verified();
}

#[test]
fn the_audit_sample_is_woven_in_evenly() {
    let comments: Vec<Made> = (0..1000).map(|i| made(&format!("c{i}"), if i < 200 { 0.8 } else { 0.1 })).collect();
    let scratch = Scratch::with(&comments);
    let first = page(&scratch, Order::Risk, &Filter::default(), 100);
    let places: Vec<usize> = first
        .items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.way == Selection::AuditSample)
        .map(|(place, _)| place)
        .collect();
    assert_eq!(places, [19, 39, 59, 79, 99]);
    let all = page(&scratch, Order::Risk, &Filter::default(), 1000);
    let sample = all.items.iter().filter(|item| item.way == Selection::AuditSample).count();
    assert_eq!(all.items.len(), 200 + sample);
    assert!((20..65).contains(&sample), "{sample}");
    // A larger share holds the smaller one.
    let ids = |page: &Page| -> BTreeSet<i64> { page.items.iter().map(|item| item.id).collect() };
    let mut scratch = scratch;
    scratch.store.set_shares(0.2, 0.0, 1000).unwrap();
    let more = page(&scratch, Order::Risk, &Filter::default(), 1000);
    assert!(ids(&more).is_superset(&ids(&all)) && more.items.len() > all.items.len() + 80);
    assert!(scratch.store.set_shares(1.2, 0.0, 1000).is_err());
}

#[test]
fn two_reviewers_never_hold_the_same_comment() {
    let comments: Vec<Made> = (0..40).map(|i| made(&format!("c{i}"), 0.8)).collect();
    let mut scratch = Scratch::with(&comments);
    let claim = |scratch: &mut Scratch, who: &str, now| {
        let page = scratch
            .store
            .claim(PageRequest { limit: 15, now, ..request(Order::Risk, &Filter::default(), who) }, now + 100)
            .unwrap();
        page.items.iter().map(|item| item.id).collect::<BTreeSet<i64>>()
    };
    let (ann, bob) = (claim(&mut scratch, "ann", 0), claim(&mut scratch, "bob", 0));
    assert_eq!((ann.len(), bob.len()), (15, 15));
    assert!(ann.is_disjoint(&bob));
    assert_eq!(claim(&mut scratch, "eve", 0).len(), 10);
    let first = *ann.first().unwrap();
    let seen = scratch.store.comment_view(first, "bob").unwrap().seen;
    let held = Conflict::Held { by: "ann".to_owned(), until: 100 };
    assert_eq!(conflict(scratch.store.decide(first, "bob", &toxic(true), &seen, 50)), held);
    assert_eq!(conflict(scratch.store.hold(first, "bob", 50, 90)), held);
    assert_eq!(scratch.store.holder(first, "bob", 50).unwrap(), Some(("ann".to_owned(), 100)));
    // What was renewed stays, what expired is free.
    assert_eq!(scratch.store.renew("bob", 50, 200).unwrap(), []);
    assert_eq!(claim(&mut scratch, "eve", 150).len(), 15);
    scratch.store.release("bob", None).unwrap();
    assert_eq!(claim(&mut scratch, "ann", 150).len(), 15);
    scratch.store.decide(first, "bob", &toxic(true), &seen, 400).unwrap();
}

#[test]
fn a_lease_belongs_to_a_window() {
    let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8), made("c", 0.7)]);
    let mut second = Store::open(&scratch.path).unwrap();
    let filter = Filter::default();
    let claim = |store: &mut Store, limit| {
        let page = store.claim(PageRequest { limit, now: 0, ..request(Order::Risk, &filter, "ann") }, 600_000).unwrap();
        page.items.iter().map(|item| item.source_id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(claim(&mut scratch.store, 2), ["a", "b"]);
    assert_eq!(claim(&mut second, 2), ["c"]);
    // Two connections of one window hold the same.
    let beside = Store::open(&scratch.path).unwrap().sharing_window(&scratch.store);
    assert_eq!(beside.count(&filter, "ann", 0).unwrap(), 2);
    let held = second.held(&filter, "ann", 90_000).unwrap();
    assert_eq!(held, [Held { by: "ann".to_owned(), comments: 2, until: 600_000 }]);
    assert_eq!(held[0].message("ann", 90_000), "2 comments are with you in another window for another 9 minutes");
    assert_eq!(held[0].message("bob", 590_000), "2 comments are with ann for another minute");
    // Not even where there are two seats.
    scratch.store.set_shares(0.0, 1.0, 1000).unwrap();
    assert_eq!((second.count(&filter, "ann", 0).unwrap(), second.count(&filter, "bob", 0).unwrap()), (1, 3));
    let (a, seen) = (scratch.id("a"), scratch.seen("a", "ann"));
    let own = Conflict::Held { by: "ann".to_owned(), until: 600_000 };
    assert_eq!(conflict(second.decide(a, "ann", &toxic(true), &seen, 1)), own);
    // One window gives back what is its own.
    second.release("ann", None).unwrap();
    assert_eq!(scratch.store.renew("ann", 1, 600_001).unwrap(), []);
    assert_eq!(second.held(&filter, "ann", 1).unwrap()[0].comments, 2);
    scratch.store.release("ann", None).unwrap();
    assert_eq!(second.held(&filter, "ann", 1).unwrap(), []);
}

#[test]
fn what_ran_out_is_held_again_or_reported_lost() {
    let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8), made("c", 0.7)]);
    let filter = Filter::default();
    scratch.store.claim(PageRequest { now: 0, ..request(Order::Risk, &filter, "ann") }, 100).unwrap();
    let mut other = Store::open(&scratch.path).unwrap();
    other.claim(PageRequest { limit: 1, now: 150, ..request(Order::Risk, &filter, "bob") }, 250).unwrap();
    let (b, seen) = (scratch.id("b"), scratch.seen("b", "bob"));
    other.decide(b, "bob", &toxic(true), &seen, 160).unwrap();
    let lost = scratch.store.renew("ann", 200, 300).unwrap();
    let decided = Conflict::Decided { by: "bob".to_owned(), at: 160, decision: toxic(true) };
    assert_eq!(lost, [(scratch.id("a"), Conflict::Held { by: "bob".to_owned(), until: 250 }), (b, decided)]);
    assert_eq!(other.holder(scratch.id("c"), "bob", 299).unwrap(), Some(("ann".to_owned(), 300)));
    assert_eq!(scratch.store.renew("ann", 200, 300).unwrap(), [], "reported once");
}

#[test]
fn what_was_skipped_comes_up_for_others_only_and_is_back_at_the_next_start() {
    let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8)]);
    for id in ["a", "b"] {
        scratch.store.skip(scratch.id(id), "ann", 2000).unwrap();
    }
    scratch.decide("b", "bob", &toxic(true));
    assert!(page(&scratch, Order::Risk, &Filter::default(), 9).items.is_empty());
    assert_eq!(ids(&page(&scratch, Order::Risk, &Filter { skipped: true, ..Filter::default() }, 9)), ["a"]);
    let other = scratch.store.page(request(Order::Risk, &Filter::default(), "bob")).unwrap();
    assert_eq!(ids(&other), ["a"]);
    assert_eq!(scratch.store.skipped("ann").unwrap(), Skipped { before: 0, since: 1 });
    assert_eq!(scratch.store.skipped("bob").unwrap(), Skipped::default());
    scratch.store = Store::open(&scratch.path).unwrap();
    assert_eq!(ids(&page(&scratch, Order::Risk, &Filter::default(), 9)), ["a"]);
    assert_eq!(scratch.store.skipped("ann").unwrap(), Skipped { before: 1, since: 0 });
    // Skipped once more, it goes once more.
    scratch.store.skip(scratch.id("a"), "ann", 3000).unwrap();
    assert!(page(&scratch, Order::Risk, &Filter::default(), 9).items.is_empty());
    assert_eq!(scratch.store.skipped("ann").unwrap(), Skipped { before: 0, since: 1 });
    scratch.store.undo("ann", 3000).unwrap();
    assert_eq!(scratch.store.skipped("ann").unwrap(), Skipped { before: 1, since: 0 });
    scratch.verified();
}

#[test]
fn a_comment_is_found_by_its_id_where_no_other_thread_has_it() {
    let other = |id: &str, thread| Made { thread, ..made(id, 0.9) };
    let scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8), other("b", ""), other("c", "")]);
    let find = |thread, id| scratch.store.find(thread, id);
    assert_eq!(find(None, "a").unwrap(), Some((1, "t1".to_owned())));
    assert_eq!(find(None, "c").unwrap(), Some((4, String::new())));
    assert_eq!(find(Some("t2"), "a").unwrap(), None);
    assert_eq!((find(Some(""), "b").unwrap().unwrap().0, find(Some("t1"), "b").unwrap().unwrap().0), (3, 2));
    let error = find(None, "b").unwrap_err().to_string();
    assert_eq!(error, "2 threads have a comment \"b\": \"t1\", \"\"; choose one");
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
