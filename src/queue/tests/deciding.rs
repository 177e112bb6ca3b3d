//! Who was first, what stands, and what is taken back.

use crate::queue::decision::Answer;
use crate::queue::decision::Decision;
use crate::queue::decision::Seen;
use crate::queue::error::Conflict;
use crate::queue::error::ReviewError;
use crate::queue::filter::Filter;
use crate::queue::order::Order;
use crate::queue::state::State;
use crate::queue::store::Store;
use crate::queue::undo::Step;
use std::collections::BTreeMap;

use crate::queue::fixture::{Made, Scratch, flag, made, request, scratch, toxic};
use crate::queue::tests::{conflict, ids, page, state_of};

#[test]
fn what_somebody_decided_is_shown_and_not_overwritten() {
    let mut scratch = Scratch::with(&[made("a", 0.9)]);
    let id = scratch.id("a");
    let seen = scratch.seen("a", "bob");
    scratch.decide("a", "ann", &toxic(true));
    let decided = Conflict::Decided { by: "ann".to_owned(), at: 2000, decision: toxic(true) };
    assert_eq!(conflict(scratch.store.decide(id, "bob", &toxic(false), &seen, 3000)), decided);
    assert_eq!(decided.to_string(), "ann decided this comment at 1970-01-01T00:00:02Z: reject; toxicity: yes");
    assert_eq!(scratch.verified().entries, 2);
    let seen = scratch.seen("a", "bob");
    scratch.store.decide(id, "bob", &toxic(false), &seen, 3000).unwrap();
    assert_eq!(scratch.store.comment_view(id, "ann").unwrap().decisions.len(), 2);
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
    scratch.store.set_shares(0.0, 1.0, 1000).unwrap();
    scratch.import(&[made("a", 0.9)]);
    let id = scratch.id("a");
    scratch.decide("a", "ann", &toxic(true));
    scratch.store.note(id, "ann", "Clear insult.", 2000).unwrap();
    let bobs = scratch.store.comment_view(id, "bob").unwrap();
    assert_eq!((bobs.state, bobs.decisions.len(), bobs.notes.len()), (State::Open, 0, 0));
    // It does not come up again for who decided it, but for the other.
    assert!(page(&scratch, Order::Risk, &Filter::default(), 9).items.is_empty());
    let next = scratch.store.page(request(Order::Risk, &Filter::default(), "bob")).unwrap();
    assert_eq!(ids(&next), ["a"]);
    let again = scratch.store.decide(id, "ann", &toxic(true), &scratch.seen("a", "ann"), 3000);
    assert!(matches!(conflict(again), Conflict::Decided { .. }));
    scratch.decide("a", "bob", &toxic(false));
    let view = scratch.store.comment_view(id, "eve").unwrap();
    assert_eq!((view.state, view.decisions.len(), view.notes.len()), (State::Escalated, 2, 1));
    scratch.decide("a", "eve", &toxic(true));
    assert_eq!(scratch.store.comment_view(id, "eve").unwrap().state, State::Done);
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
    assert_eq!(error, "stance is a stance in this database; rename the other label");
    let nan = Made { labels: vec![("toxicity", flag(f32::NAN))], ..made("b", 0.1) };
    let error = scratch.store.import(&[nan.scored()], 1).unwrap_err().to_string();
    assert_eq!(error, "comment b: the probability of toxicity is not a number");
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
    let mut steps = Vec::new();
    while let Some(state) = states.pop() {
        let undone = scratch.store.undo("ann", 3000).unwrap();
        steps.push((undone.step, undone.comments.len()));
        assert_eq!(state_of(&scratch.store), state);
        scratch.verified();
    }
    assert_eq!(steps, [(Step::Batch, 4), (Step::Note, 1), (Step::Skip, 1), (Step::Decision, 1)]);
    assert!(scratch.store.undo("ann", 3000).is_err());
}

#[test]
fn a_batch_decides_what_was_shown_or_nothing() {
    let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8)]);
    let preview = scratch.store.preview(&Filter::default(), "ann", 9, 2000).unwrap();
    scratch.decide("a", "bob", &toxic(true));
    let error = scratch.store.apply(&Filter::default(), "ann", &toxic(true), preview.count, 2000).unwrap_err();
    assert_eq!(error.to_string(), "the filter matched 2 comments in the preview and matches 1 now; check it again");
    assert_eq!(scratch.verified().entries, 2);
}
