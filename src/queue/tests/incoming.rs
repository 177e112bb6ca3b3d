//! What is taken in, and taken in again.

use crate::queue::error::Conflict;
use crate::queue::export::ExportForm;
use crate::queue::filter::Filter;
use crate::queue::filter::View;
use crate::queue::fixture::{Made, Scratch, made, request, toxic};
use crate::queue::import::Imported;
use crate::queue::order::Order;
use crate::queue::purge::Purge;
use crate::queue::scored::Beside;
use crate::queue::scored::Score;
use crate::queue::scored::Scored;
use crate::queue::state::Selection;
use crate::queue::state::State;
use crate::queue::tests::conflict;

#[test]
fn importing_again_changes_nothing() {
    let comments = [made("a", 0.9), made("b", 0.2)];
    let mut scratch = Scratch::with(&comments);
    assert_eq!(scratch.import(&comments), Imported { same: 2, ..Imported::default() });
    assert_eq!(scratch.verified().entries, 1);
}

#[test]
fn a_rescored_comment_keeps_its_history_and_its_decision() {
    let mut scratch = Scratch::with(&[made("a", 0.9)]);
    scratch.decide("a", "ann", &toxic(true));
    let again = Made { model: "cd34", ..made("a", 0.3) };
    assert_eq!(scratch.import(std::slice::from_ref(&again)).rescored, 1);
    assert_eq!(scratch.import(&[again]).same, 1);
    let view = scratch.store.comment_view(scratch.id("a"), "ann").unwrap();
    assert_eq!((view.state, view.model.1.as_str()), (State::Done, "cd34"));
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
    assert_ne!(scratch.store.comment_view(scratch.id("a"), "ann").unwrap().way, Selection::Flagged);
}

#[test]
fn what_stands_beside_a_comment_is_kept_until_it_is_erased() {
    let mut scratch = Scratch::with(&[made("a", 0.9)]);
    let import = |scratch: &mut Scratch, target| {
        let beside = Beside { target, parent_text: Some("Who asked you?"), context: Some("a debate on libraries") };
        let made = made("a", 0.9);
        let imported = scratch.store.import(&[Scored { beside, ..made.scored() }], 1000).unwrap();
        assert_eq!(imported, Imported { same: 1, ..Imported::default() });
        let stored = scratch.store.thread(Some("t1")).unwrap().remove(0);
        (stored.target, stored.parent_text, stored.context)
    };
    let some = |text: &str| Some(text.to_owned());
    let (parent, context) = (some("Who asked you?"), some("a debate on libraries"));
    assert_eq!(import(&mut scratch, None), (None, parent.clone(), context.clone()));
    assert_eq!(import(&mut scratch, Some("libraries")), (some("libraries"), parent.clone(), context.clone()));
    scratch.decide("a", "ann", &toxic(true));
    let row = scratch.store.training().unwrap().remove(0);
    assert_eq!((row.target, row.parent_text, row.context), (some("libraries"), parent, context));
    scratch.store.purge(Purge::Comment { thread: Some("t1"), id: "a" }, "ann", 2000).unwrap();
    let left = "SELECT count(*) FROM body WHERE coalesce(target, parent_text, context) IS NOT NULL";
    let left: i64 = scratch.store.connection.query_row(left, [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}

#[test]
fn an_edited_comment_is_open_again() {
    let mut scratch = Scratch::with(&[made("a", 0.9)]);
    let seen = scratch.seen("a", "bob");
    scratch.decide("a", "ann", &toxic(true));
    let edited = Made { text: "Something else.".to_owned(), ..made("a", 0.9) };
    assert_eq!(scratch.import(&[edited]).edited, 1);
    let id = scratch.id("a");
    let view = scratch.store.comment_view(id, "ann").unwrap();
    assert_eq!((view.state, view.decisions.len(), view.text.as_str()), (State::Open, 0, "Something else."));
    let decided = scratch.store.decide(id, "bob", &toxic(true), &seen, 3000);
    assert_eq!(conflict(decided), Conflict::Edited { at: 1000 });
    scratch.verified();
    scratch.decide("a", "bob", &toxic(false));
    scratch.verified();
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
        let view = scratch.store.comment_view(id, "ann").unwrap();
        assert_eq!(
            (&view.text, &view.source_id, view.author.as_ref()),
            (&comment.text, &comment.id, Some(&comment.text))
        );
        scratch.store.note(id, &comment.text, &comment.text, 1).unwrap();
        scratch.decide(&comment.id, &comment.text, &toxic(true));
    }
    assert_eq!(scratch.import(&comments).same, texts.len());
    scratch.verified();
    let filter = Filter { view: View::All, text: Some("\0B".to_owned()), ..Filter::default() };
    let found = scratch.store.page(request(Order::Risk, &filter, "ann")).unwrap();
    assert_eq!(found.items.len(), 1);
    for form in [ExportForm::Csv, ExportForm::Jsonl] {
        scratch.store.export(form, &[], &mut Vec::new()).unwrap();
    }
}
