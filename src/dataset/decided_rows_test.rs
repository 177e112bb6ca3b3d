//! Reviewers' decisions as rows of a data set.

use crate::dataset::annotations::Annotations;
use crate::dataset::dataset::Dataset;
use crate::dataset::decided::{Answered, DecidedRow, Decisions};
use crate::dataset::error::TrainError;
use crate::dataset::label::Kind;
use crate::dataset::request::Request;

fn row(id: &str, thread: &str, text: &str, answers: &[(&str, Answered, f64)]) -> DecidedRow {
    DecidedRow {
        id: id.to_owned(),
        thread_id: Some(thread.to_owned()),
        text: text.to_owned(),
        answers: answers.iter().map(|(label, said, weight)| ((*label).to_owned(), (said.clone(), *weight))).collect(),
        ..DecidedRow::default()
    }
}

fn decided() -> Decisions {
    let stance = |class: &str| Answered::Stance(class.to_owned());
    let rows = vec![
        row("a", "t", "one", &[("spam", Answered::Flag(1.0), 2.0), ("stance", stance("pro"), 1.0)]),
        row("b", "t", "two", &[("spam", Answered::Flag(0.0), 0.5)]),
        row("c", "u", "three", &[("stance", stance("con"), 1.0)]),
        row("d", "u", "", &[("spam", Answered::Flag(1.0), 1.0)]),
    ];
    Decisions::new("q.db".to_owned(), rows).unwrap()
}

#[test]
fn decisions_become_rows_with_annotations_weights_and_groups() {
    let request = Request {
        stances: vec!["stance".to_owned()],
        flags: vec!["spam".to_owned()],
        weights: true,
        ..Request::default()
    };
    let data = Dataset::read_with(Some(&decided()), &[], &request, |_| true).unwrap();
    assert_eq!((data.len(), data.id(2), data.input(2).text), (4, "c", "three"));
    let kinds: Vec<bool> = data.labels.iter().map(|label| label.kind == Kind::Flag).collect();
    assert_eq!(kinds, [false, true]);
    assert_eq!(data.annotations[0], Annotations::Stance(vec![Some(1), None, Some(0), None]));
    let Annotations::Flag(shares) = &data.annotations[1] else { panic!("spam is a flag") };
    assert_eq!(shares[..2], [1.0, 0.0]);
    // A comment without a text keeps its place, but nothing is learnt from it.
    assert!(shares[2].is_nan() && shares[3].is_nan());
    assert_eq!(data.no_text, [("decisions in q.db".to_owned(), 4)]);
    assert_eq!(data.groups, Some(vec![0, 0, 1, 1]));
    let targets = data.targets(&data.labels);
    assert_eq!(targets.weight.column(1).to_vec(), [2.0, 0.5, 0.0, 0.0]);
}

#[test]
fn what_was_decided_may_stand_for_something_else() {
    let rules = ["stance=pro:favor", "spam=0:"].map(|rule| rule.parse().unwrap());
    let request = Request {
        classes: crate::dataset::class_map::ClassMap::new(rules.to_vec()).unwrap(),
        stances: vec!["stance".to_owned()],
        flags: vec!["spam".to_owned()],
        group: Some("id".to_owned()),
        ..Request::default()
    };
    let data = Dataset::read_with(Some(&decided()), &[], &request, |_| true).unwrap();
    assert_eq!(data.labels[0].classes(), ["con", "favor"]);
    assert!(matches!(&data.annotations[1], Annotations::Flag(shares) if shares[1].is_nan()));
    assert_eq!(data.groups, Some(vec![0, 1, 2, 3]));
    assert!(data.unmet.is_empty());
}

#[test]
fn a_label_that_nobody_decided_is_missing() {
    let request = Request { flags: vec!["rude".to_owned()], ..Request::default() };
    let error = Dataset::read_with(Some(&decided()), &[], &request, |_| true).unwrap_err();
    assert!(matches!(error, TrainError::NoColumn { column, .. } if column == "rude"));
}
