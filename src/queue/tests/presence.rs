//! Windows that end without giving back what they hold.

use std::time::{Duration, Instant};

use crate::queue::decision::Action;
use crate::queue::error::{Conflict, ReviewError};
use crate::queue::filter::Filter;
use crate::queue::fixture::{Scratch, act, made, request};
use crate::queue::order::Order;
use crate::queue::store::Store;
use crate::queue::waiting::PageRequest;

fn claim(store: &mut Store, reviewer: &str) -> usize {
    store
        .claim(PageRequest { now: 0, ..request(Order::Risk, &Filter::default(), reviewer) }, 600_000)
        .unwrap()
        .items
        .len()
}

#[test]
fn what_a_killed_window_held_is_free_at_once() {
    let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8)]);
    let mut window = Store::open(&scratch.path).unwrap();
    window.attend().unwrap();
    assert_eq!(claim(&mut window, "ann"), 2);
    let filter = Filter::default();
    assert_eq!((claim(&mut scratch.store, "bob"), scratch.store.count(&filter, "bob", 1).unwrap()), (0, 0));
    assert_eq!(scratch.store.held(&filter, "bob", 1).unwrap()[0].comments, 2);
    let (a, seen) = (scratch.id("a"), scratch.seen("a", "bob"));
    let held = scratch.store.decide(a, "bob", &act(Action::Reject), &seen, 1).unwrap_err();
    assert!(matches!(held, ReviewError::Conflict(conflict) if matches!(*conflict, Conflict::Held { .. })));
    // As a kill leaves it: the lock is given back, and the file and the leases stay.
    drop(window);
    // A program that another test starts holds the lock, too, until it runs.
    let end = Instant::now() + Duration::from_secs(20);
    while let Some(holder) = scratch.store.holder(a, "bob", 1).unwrap() {
        assert!(Instant::now() < end, "{holder:?} holds it still");
        std::thread::yield_now();
    }
    assert_eq!((scratch.store.held(&filter, "bob", 1).unwrap(), claim(&mut scratch.store, "bob")), (vec![], 2));
    scratch.store.decide(a, "bob", &act(Action::Reject), &seen, 1).unwrap();
    // The next window clears up.
    let files = || std::fs::read_dir(scratch.path.parent().unwrap()).unwrap().count();
    let before = files();
    let mut next = Store::open(&scratch.path).unwrap();
    next.attend().unwrap();
    assert_eq!(files(), before, "one file went, one came");
    next.leave("eve").unwrap();
    assert_eq!(files(), before - 1);
}

#[test]
fn a_lease_of_a_program_without_a_window_ends_with_its_time() {
    let mut scratch = Scratch::with(&[made("a", 0.9)]);
    let mut other = Store::open(&scratch.path).unwrap();
    assert_eq!(claim(&mut other, "ann"), 1);
    drop(other);
    assert_eq!(claim(&mut scratch.store, "bob"), 0);
}
