//! What is made of decisions.

use crate::dataset::decided::{Answered, DecidedRow};
use crate::queue::decision::Action;
use crate::queue::export::ExportForm;
use crate::queue::export::Exported;
use crate::queue::figures::DayFigures;
use crate::queue::filter::Filter;
use crate::queue::fixture::{Made, Scratch, act, made, toxic};
use crate::queue::order::Order;
use crate::queue::state::Selection;
use crate::queue::tests::page;
use crate::queue::waiting::Item;

#[test]
fn figures_are_those_of_the_decisions() {
    let comments: Vec<Made> = (0..400).map(|i| made(&format!("c{i}"), if i < 10 { 0.8 } else { 0.1 })).collect();
    let mut scratch = Scratch::with(&comments);
    for i in 0..10 {
        scratch.decide(&format!("c{i}"), "ann", &toxic(i < 8));
    }
    let queue = page(&scratch, Order::Risk, &Filter::default(), 400);
    let sample: Vec<String> = queue.items.iter().map(|item| item.source_id.clone()).collect();
    assert!(sample.len() > 4);
    for (i, id) in sample.iter().take(4).enumerate() {
        scratch.decide(id, "bob", &toxic(i == 0));
    }
    let figures = scratch.store.figures().unwrap();
    assert_eq!((figures.done, figures.open), (14, sample.len() as u64 - 4));
    let toxicity = &figures.flags["toxicity"];
    assert_eq!((toxicity.raised, toxicity.slice), (10, 4));
    assert_eq!(toxicity.precision.unwrap().value, 0.8);
    assert_eq!(toxicity.miss_rate.unwrap().value, 0.25);
    assert!(toxicity.miss_rate.unwrap().high.unwrap() > 0.5);
    assert_eq!(figures.flags["reject"].precision.unwrap().value, 0.8);
    let day = |reviewer: &str, decisions| DayFigures {
        day: "1970-01-01".to_owned(),
        reviewer: reviewer.to_owned(),
        decisions,
    };
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
        assert_eq!(scratch.store.export(form, &[], &mut out).unwrap(), Exported { rows: 2, purged: 0 });
        String::from_utf8(out).unwrap()
    };
    insta::assert_snapshot!(written(ExportForm::Csv), @r#"
    id,thread_id,parent_id,author,created_at,text,article_title,parent_text,target,context,notes,reviewer,decided_at,action,selected,batch,model,reject,stance.p,toxicity,toxicity.p
    a,t1,,author of a,2024-05-01T12:00:01Z,"'=HYPERLINK(""x"")
    and more",Council closes library,,,,,ann,1970-01-01T00:00:02Z,reject,flagged,0,ab12,1,0.750000,1,0.900000
    b,t1,,author of b,2024-05-01T12:00:01Z,"Text of comment b, which nobody asked for.",Council closes library,,,,,bob,1970-01-01T00:00:02Z,approve,flagged,0,ab12,0,0.750000,,0.800000
    "#);
    insta::assert_snapshot!(written(ExportForm::Jsonl), @r#"
    {"id":"a","thread_id":"t1","parent_id":null,"author":"author of a","created_at":"2024-05-01T12:00:01Z","text":"=HYPERLINK(\"x\")\nand more","article_title":"Council closes library","parent_text":null,"target":null,"context":null,"notes":[],"reviewer":"ann","decided_at":"1970-01-01T00:00:02Z","action":"reject","labels":{"toxicity":true},"selected":"flagged","batch":false,"model":"ab12","shown":{"stance":{"class":"favor","p":{"against":0.25,"favor":0.75}},"toxicity":{"raised":true,"unsure":false,"p":0.9,"threshold":0.5}},"reject":true,"toxicity":true}
    {"id":"b","thread_id":"t1","parent_id":null,"author":"author of b","created_at":"2024-05-01T12:00:01Z","text":"Text of comment b, which nobody asked for.","article_title":"Council closes library","parent_text":null,"target":null,"context":null,"notes":[],"reviewer":"bob","decided_at":"1970-01-01T00:00:02Z","action":"approve","labels":{},"selected":"flagged","batch":false,"model":"ab12","shown":{"stance":{"class":"favor","p":{"against":0.25,"favor":0.75}},"toxicity":{"raised":true,"unsure":false,"p":0.8,"threshold":0.5}},"reject":false}
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
    let sample: Vec<&Item> = queue.items.iter().filter(|item| item.way == Selection::AuditSample).collect();
    for item in &sample {
        scratch.decide(&item.source_id, "ann", &toxic(false));
    }
    let rows = scratch.store.training().unwrap();
    assert_eq!(rows.len(), 50 + sample.len());
    let weight = |flagged: bool| -> f64 {
        let of = |row: &&DecidedRow| (row.answers["toxicity"].0 == Answered::Flag(1.0)) == flagged;
        rows.iter().filter(of).map(|row| row.answers["toxicity"].1).sum()
    };
    // Together they weigh as the comments that they stand for: 100 flagged, 900 not.
    assert!((weight(false) / weight(true) - 9.0).abs() < 1e-6, "{} {}", weight(false), weight(true));
    assert!((weight(false) + weight(true) - rows.len() as f64).abs() < 1e-6);
    assert!(rows[0].answers.contains_key("reject"));
    assert_eq!(rows[0].article_title.as_deref(), Some("Council closes library"));
}
