//! Numbers that stand for nothing are errors wherever they are read.

use crate::queue::error::ReviewError;
use crate::queue::export::ExportForm;
use crate::queue::filter::Filter;
use crate::queue::fixture::{Scratch, made, request, toxic};
use crate::queue::order::Order;

#[test]
fn unknown_codes_are_errors_wherever_comments_are_read() {
    for (edit, said) in [
        ("UPDATE comment SET state = 9 WHERE id = 1", "9 is not a valid state of a comment"),
        ("UPDATE comment SET state = -1 WHERE id = 1", "-1 is not a valid state of a comment"),
        ("UPDATE comment SET way = 3 WHERE id = 1", "3 is not a valid reason why a comment is in the queue"),
        ("UPDATE comment SET way = -1 WHERE id = 1", "-1 is not a valid reason why a comment is in the queue"),
    ] {
        let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8)]);
        let seen = scratch.seen("a", "ann");
        scratch.store.connection.execute(edit, []).unwrap();
        let store = &mut scratch.store;
        let all = Filter::default();
        let errors = [
            store.page(request(Order::Risk, &all, "ann")).unwrap_err(),
            store.count(&all, "ann", 5000).unwrap_err(),
            store.comment_view(1, "ann").unwrap_err(),
            store.figures().unwrap_err(),
            store.training().unwrap_err(),
            store.export(ExportForm::Csv, &[], &mut Vec::new()).unwrap_err(),
            store.decide(1, "ann", &toxic(true), &seen, 5000).unwrap_err(),
            store.claim(request(Order::Risk, &all, "ann"), 6000).unwrap_err(),
        ];
        for error in errors {
            assert!(error.to_string().contains(said), "{edit}: {error}");
        }
    }
}

#[test]
fn so_are_codes_of_decisions_and_labels_and_json_that_cannot_be_read() {
    let mut scratch = Scratch::with(&[made("a", 0.9)]);
    scratch.decide("a", "ann", &toxic(true));
    let edited = |edit: &str| scratch.store.connection.execute_batch(edit).unwrap();
    edited("UPDATE decision SET live = 2");
    for error in [scratch.store.figures().unwrap_err(), scratch.store.comment_view(1, "ann").unwrap_err()] {
        assert!(error.to_string().contains("2 is not a valid yes or no"), "{error}");
    }
    edited("UPDATE decision SET live = 1; UPDATE label SET stance = 2");
    assert!(scratch.store.labels().unwrap_err().to_string().contains("2 is not a valid yes or no"));
    edited("UPDATE body SET shown = '{'");
    let error = scratch.store.comment_view(1, "ann").unwrap_err();
    assert!(matches!(error, ReviewError::Json(_)), "{error}");
}
