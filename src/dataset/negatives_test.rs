//! Negatives that a recipe makes from rows.

use std::collections::BTreeMap;

use crate::dataset::annotations::Annotations;
use crate::dataset::dataset::Dataset;
use crate::dataset::source::{Annotation, Negatives, SourceLabel, TableSource};
use crate::thread::columns::ColumnMap;
use crate::thread::input::Source;

/// Two comments on each of four articles; the last comment is off-topic.
const TABLE: &str = "\
text,article_title,off_topic
The lane is too narrow for two bikes,Bus lane opens,0
Buses were late again on the new lane,Bus lane opens,0
They closed the library without asking,Library to close,0
Nobody reads in a library any more,Library to close,0
The harbour needs dredging every year,Harbour plan agreed,0
Fishermen will pay for the harbour plan,Harbour plan agreed,0
Rates rise faster than any wage,Rates to rise,0
Buy my new book today,Rates to rise,1
";

/// The number of rows in the table itself, and how many of them are annotated as belonging.
const OWN: usize = 8;
const BELONGING: usize = 7;

fn gather(seed: u64, negatives: Negatives) -> Dataset {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, TABLE).unwrap();
    let mapping = "article_title=article_title".parse().unwrap();
    let source = TableSource {
        columns: ColumnMap::new(vec![mapping]).unwrap(),
        labels: vec![SourceLabel {
            name: "off_topic".to_owned(),
            is_flag: true,
            from: Annotation::Column("off_topic".to_owned()),
            weight: 1.0,
        }],
        weight: 2.0,
        negatives: Some(negatives),
        ..TableSource::new(Source::new(&path), "a.csv".to_owned())
    };
    Dataset::gather(&[source], seed, |_| true).unwrap()
}

fn negatives(near: f32, random: f32, drift: f32) -> Negatives {
    let labels = BTreeMap::from([("off_topic".to_owned(), "1".to_owned())]);
    Negatives { near, random, drift, weight: 0.5, labels }
}

/// The row from which a negative was made: the first with the same text.
fn origin(data: &Dataset, row: usize) -> usize {
    (0..OWN).find(|own| data.input(*own).text == data.input(row).text).unwrap()
}

fn shares(data: &Dataset) -> &[f32] {
    match &data.annotations[0] {
        Annotations::Flag(shares) => shares,
        Annotations::Stance(_) => panic!("off_topic is a flag"),
    }
}

#[test]
fn each_comment_that_belongs_is_put_under_another_article() {
    let data = gather(1, negatives(1.0, 0.0, 0.0));
    assert_eq!(data.len(), OWN + BELONGING);
    assert_eq!((data.sources[0].rows, data.sources[0].negatives), (OWN, BELONGING));
    for row in OWN..data.len() {
        let own = origin(&data, row);
        assert_ne!(data.input(row).article_title, data.input(own).article_title);
        assert!(data.is_made_up(row) && !data.is_made_up(own));
        assert_eq!(shares(&data)[row].to_bits(), 1.0_f32.to_bits());
        let groups = data.groups.as_ref().unwrap();
        assert_eq!(groups[row], groups[own], "a comment stays on one side with what is made of it");
    }
    assert!((OWN..data.len()).all(|row| origin(&data, row) != OWN - 1), "nobody knows where that one belongs");
}

#[test]
fn what_is_made_up_weighs_what_its_source_and_the_recipe_say() {
    let data = gather(1, negatives(1.0, 0.0, 0.0));
    let weights = data.targets(&data.labels).weight.column(0).to_vec();
    assert_eq!(weights[..OWN], [2.0; OWN]);
    assert_eq!(weights[OWN..], [1.0; BELONGING]);
}

#[test]
fn an_exchange_stands_once_where_it_belongs_and_once_where_it_does_not() {
    let data = gather(3, negatives(0.0, 0.0, 2.0));
    let made_up = data.len() - OWN;
    assert!(made_up > 0 && made_up.is_multiple_of(2), "{made_up}");
    for row in (OWN..data.len()).step_by(2) {
        let (here, there) = (data.input(row), data.input(row + 1));
        assert_eq!(here.text, there.text);
        assert_eq!(here.article_title, data.input(origin(&data, row)).article_title);
        assert_ne!(here.article_title, there.article_title);
        assert!(here.parent_text.is_some() && there.parent_text.is_some(), "a parent by itself tells nothing");
        assert_eq!(shares(&data)[row..row + 2], [0.0, 1.0]);
    }
}

#[test]
fn rows_are_drawn_by_the_seed_alone() {
    let drawn = |seed| gather(seed, negatives(0.5, 1.5, 0.5)).sha256;
    assert_eq!(drawn(1), drawn(1));
    assert_ne!(drawn(1), drawn(2));
}
