//! Labelled tables as training data.

use crate::dataset::annotations::Annotations;
use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::dataset::label::Label;
use crate::dataset::request::Request;
use crate::thread::input::Source;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

fn try_read(table: &str, request: &Request) -> Result<Dataset, TrainError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, table).unwrap();
    Dataset::read(&[Source::new(&path).called("a.csv".to_owned())], request, |_| true)
}

fn read(table: &str) -> Dataset {
    let request = Request { any: true, stances: names(&["stance"]), flags: names(&["spam"]), ..Request::default() };
    try_read(table, &request).unwrap()
}

#[test]
fn a_reply_is_read_with_what_its_thread_tells() {
    let data = read(
        "id,thread_id,parent_id,article_title,text,spam\n\
         a,t,,Bus lane opens,first,0\n\
         b,t,a,,second,1\n\
         c,u,,,elsewhere,0\n",
    );
    let reply = data.input(1);
    assert_eq!((reply.parent_text, reply.article_title), (Some("first"), Some("Bus lane opens")));
    assert_eq!((data.id(1), data.origin(1)), ("b", ("a.csv", 3)));
    let alone = data.input(2);
    assert_eq!((alone.parent_text, alone.article_title), (None, None));
    assert!(data.has_context() && data.is_placed(2));
    assert_eq!(data.groups, Some(vec![0, 0, 1]), "a thread is a group");
}

#[test]
fn rows_of_one_text_become_a_group_if_each_class_keeps_enough() {
    let (one, two) = ("They closed the library.", "The harbour needs dredging.");
    let mut data =
        read(&format!("text,spam\n{one},1\n{one},1\n{two},1\nRates rise again this year.,0\nBuses were late.,0\n"));
    let mut scarce = read(&format!("text,spam\n{one},1\n{one},1\n{two},0\nBuses were late.,0\n"));
    data.keep_texts_together(2);
    assert_eq!(data.groups, Some(vec![0, 0, 2, 3, 4]));
    scarce.keep_texts_together(2);
    assert_eq!(scarce.groups, None, "a class would be left with one group for two folds");
    scarce.keep_texts_together(0);
    assert_eq!(scarce.groups, None);
}

#[test]
fn classes_are_numbered_as_the_label_numbers_them() {
    let data = read("text,stance\none,b\ntwo,a\nthree,c\nfour,\n");
    assert_eq!(data.labels[0].classes(), ["a", "b", "c"]);
    let annotations = data.annotations_of(&Label::stance("stance", names(&["c", "b"])));
    assert_eq!(annotations, Some(Annotations::Stance(vec![Some(1), None, Some(0), None])));
    assert_eq!(data.annotations_of(&Label::flag("stance")), None, "it is no flag");
    assert_eq!(data.annotations_of(&Label::flag("spam")), None);
}

#[test]
fn targets_are_missing_where_nothing_is_annotated() {
    let data = read("text,stance,spam\none,a,1\ntwo,b,\nthree,,0.25\n");
    let targets =
        data.targets(&[Label::stance("stance", names(&["a", "b"])), Label::flag("spam"), Label::flag("rude")]);
    assert_eq!(targets.weight.column(0).to_vec(), [1.0, 1.0, 0.0]);
    assert_eq!(targets.share.column(0).to_vec()[..2], [0.0, 1.0], "the output is the second class");
    assert_eq!(targets.weight.column(1).to_vec(), [1.0, 0.0, 1.0]);
    assert_eq!(targets.share[[2, 1]].to_bits(), 0.25_f32.to_bits());
    assert_eq!(targets.weight.column(2).to_vec(), [0.0; 3]);
}

#[test]
fn a_cell_that_cannot_be_read_costs_its_row_that_label_alone() {
    let data = read("text,stance,spam\none,a,maybe\ntwo,b,1\n");
    assert_eq!(data.cells["spam"].count, 1);
    assert_eq!(data.cells["spam"].likely(), ["spam=maybe:?".parse().unwrap()]);
    assert_eq!(data.annotations[0], Annotations::Stance(vec![Some(0), Some(1)]));
    assert!(matches!(&data.annotations[1], Annotations::Flag(shares) if shares[0].is_nan() && shares[1] >= 1.0));
}

#[test]
fn a_label_that_is_asked_for_must_be_there() {
    let request = |any| Request { any, flags: names(&["spam", "rude"]), ..Request::default() };
    let table = "text,spam\none,1\ntwo,0\n";
    assert!(matches!(try_read(table, &request(false)), Err(TrainError::NoColumn { column, .. }) if column == "rude"));
    assert_eq!(try_read(table, &request(true)).unwrap().flags(), ["spam"]);
    let none = try_read("text,tone\none,1\n", &request(true));
    assert!(matches!(none, Err(TrainError::NoneOf { labels, .. }) if labels.len() == 2));
    let nothing = try_read("text,tone\none,1\n", &Request::default());
    assert!(matches!(nothing, Err(TrainError::NoLabels { there, .. }) if there == ["text", "tone"]));
}

#[test]
fn the_digest_hangs_on_texts_and_annotations() {
    let digest = |table: &str| read(table).sha256;
    let own = digest("text,spam\none,1\ntwo,0\n");
    assert_eq!(own, digest("id,text,spam\nx,one,1\ny,two,0\n"));
    assert_ne!(own, digest("text,spam\none,0\ntwo,0\n"));
    assert_ne!(own, digest("text,spam\none,1\ntoo,0\n"));
}
