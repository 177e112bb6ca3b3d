//! What decided stances teach of the thread that is up, as a reviewer sees it.

use std::collections::BTreeMap;

use ratatui::crossterm::event::KeyCode;

use crate::queue::decision::{Answer, Decision};
use crate::queue::export::ExportForm;
use crate::queue::learn_thread::Learner;
use crate::queue::order::Order;
use crate::queue::state::Selection;
use crate::queue::store::Store;
use crate::screen::options::Options;
use crate::screen::retraining::NoRetraining;
use crate::screen::sample::{Made, NOW, Seat};

/// A thread in which two camps answer each other, in words that tell nothing.
fn camps(n: usize) -> Vec<Made> {
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let made = |at: usize| Made {
        id: leak(format!("c{at}")),
        parent: at.checked_sub(1).map(|parent| leak(format!("c{parent}"))),
        author: leak(format!("{}{}", side(at), at % 12)),
        text: format!("Well this is what I have to say about number {}.", at / 2),
        p: [0.9, 0.1],
        reasons: "[]",
    };
    (0..n).map(made).collect()
}

fn side(at: usize) -> &'static str {
    ["against", "favor"][at % 2]
}

fn stance(class: &str) -> Decision {
    Decision { labels: BTreeMap::from([("stance".to_owned(), Answer::Stance(class.to_owned()))]), action: None }
}

/// A seat at these comments, of which the first ones are decided.
fn seat(comments: &[Made], decided: usize) -> Seat {
    let options = Options { colour: false, order: Order::Thread, ..Options::new("ann") };
    let mut seat = Seat::with(comments, options, Box::new(NoRetraining));
    decide(&seat, "ann", 0..decided);
    seat.keys("z");
    seat
}

fn decide(seat: &Seat, reviewer: &str, which: std::ops::Range<usize>) {
    let mut store = Store::open(&seat.path).unwrap().sharing_window(&seat.app.store);
    for at in which {
        let (id, _) = store.find(Some("harbour"), &format!("c{at}")).unwrap().unwrap();
        let seen = store.comment_view(id, reviewer).unwrap().seen;
        store.decide(id, reviewer, &stance(side(at)), &seen, NOW).unwrap();
    }
}

/// From how many decided comments the stance of the comment that is up was learnt.
fn from(seat: &Seat) -> Option<usize> {
    seat.app.list.pane.as_ref().unwrap().view.learnt.as_ref().map(|learnt| learnt.from)
}

#[test]
fn the_other_comments_get_their_stance_from_those_decided() {
    let mut seat = seat(&camps(60), 24);
    assert_eq!((seat.up().as_str(), from(&seat)), ("c24", Some(24)));
    let screen = seat.screen(140, 40);
    assert!(screen.contains("stance learnt from 24 decided comments of this"), "{screen}");
    assert!(screen.contains("≈against"), "{screen}");
    assert!(screen.contains("stance against because thread: "), "{screen}");
    // What is shown is what is saved, and taught on.
    for at in 24..30 {
        assert_eq!((seat.up(), from(&seat)), (format!("c{at}"), Some(at)));
        seat.keys("\n");
        assert_eq!(seat.last("ann"), format!("stance: {}, toxicity: yes", side(at)));
    }
    seat.keys("u");
    assert_eq!((seat.up().as_str(), from(&seat)), ("c29", Some(29)));
    seat.keys("j");
    assert_eq!((seat.up().as_str(), from(&seat)), ("c30", Some(29)));
    // The thread shows it, too; what is decided stays as it was decided.
    seat.keys("t");
    let screen = seat.screen(140, 40);
    assert!(screen.contains("≈ learnt from 29 decided comments"), "{screen}");
    assert!(screen.contains("≈favor") && screen.contains("[stance against"), "{screen}");
    assert!(seat.app.store.verify().unwrap().is_ok(), "nothing of it is written as scores");
}

#[test]
fn the_log_says_what_was_shown_and_what_the_model_says() {
    let mut seat = seat(&camps(60), 24);
    seat.keys("j\n");
    assert_eq!(seat.up(), "c26");
    let body: String = seat
        .app
        .store
        .connection
        .query_row("SELECT body FROM log WHERE kind = 'decide' ORDER BY seq DESC LIMIT 1", [], |row| row.get(0))
        .unwrap();
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["learnt"]["from"], 24);
    let shown = &body["learnt"]["scores"][0];
    assert_eq!((&shown[0], &shown[1]["class"]), (&"stance".into(), &"favor".into()));
    let model = body["shown"].as_array().unwrap().iter().find(|score| score[0] == "stance").unwrap();
    assert_eq!(model[1]["class"], "against");
    let mut exported = Vec::new();
    seat.app.store.export(ExportForm::Jsonl, &[], &mut exported).unwrap();
    let exported = String::from_utf8(exported).unwrap();
    let rows: Vec<serde_json::Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.iter().filter(|row| row["learnt"]["from"] == 24).count(), 1);
    // Where nothing was learnt the entry is as it ever was.
    let first: String = seat
        .app
        .store
        .connection
        .query_row("SELECT body FROM log WHERE kind = 'decide' ORDER BY seq LIMIT 1", [], |row| row.get(0))
        .unwrap();
    assert!(!first.contains("learnt"), "{first}");
}

#[test]
fn too_few_teach_nothing_and_what_is_taken_back_teaches_no_longer() {
    let mut seat = seat(&camps(60), 5);
    assert_eq!((seat.up().as_str(), from(&seat)), ("c5", None));
    assert!(!seat.screen(140, 40).contains("learnt"));
    seat.keys("s\n");
    assert_eq!((seat.last("ann").as_str(), from(&seat)), ("stance: favor, toxicity: yes", Some(6)));
    seat.keys("u");
    assert_eq!((seat.up().as_str(), from(&seat)), ("c5", None));
}

#[test]
fn what_has_been_up_for_a_while_keeps_what_it_shows() {
    let mut seat = seat(&camps(60), 24);
    let learn = |seat: &mut Seat| {
        let view = seat.app.list.pane.as_ref().unwrap().view.clone();
        seat.app.learn_thread_anew();
        seat.app.learn_thread(&view);
        seat.wait_for_worker();
    };
    decide(&seat, "ann", 40..42);
    learn(&mut seat);
    assert_eq!(from(&seat), Some(26), "it has only just come up");
    decide(&seat, "ann", 42..44);
    seat.now += 5_000;
    learn(&mut seat);
    assert_eq!(from(&seat), Some(26));
    seat.keys("nwhy\n");
    assert_eq!(from(&seat), Some(26), "a note changes nothing");
    seat.keys("jk");
    assert_eq!(from(&seat), Some(28));
    // What the reviewer has said stays said.
    seat.keys("ss");
    decide(&seat, "ann", 44..46);
    seat.app.come_up();
    learn(&mut seat);
    assert_eq!(from(&seat), Some(30));
    seat.keys("\n");
    assert_eq!(seat.last("ann"), "stance: none, toxicity: yes");
}

#[test]
fn the_audit_sample_keeps_what_the_model_says() {
    let comments: Vec<Made> = camps(60).into_iter().map(|made| Made { p: [0.1, 0.1], ..made }).collect();
    let options = Options { colour: false, order: Order::Thread, ..Options::new("ann") };
    let mut seat = Seat::with(&comments, options, Box::new(NoRetraining));
    let mut store = Store::open(&seat.path).unwrap();
    store.set_shares(1.0, 0.0, NOW).unwrap();
    decide(&seat, "ann", 0..24);
    seat.keys("z");
    let view = &seat.app.list.pane.as_ref().unwrap().view;
    assert_eq!((view.way, &view.learnt), (Selection::AuditSample, &None));
    assert_eq!(seat.app.thread_learning.learnt.from, 24);
    assert!(seat.app.thread_learning.learnt.get(view.id).is_none());
}

#[test]
fn blind_reviewers_learn_nothing_of_each_other() {
    let seat = seat(&camps(60), 0);
    let mut store = Store::open(&seat.path).unwrap();
    store.set_shares(0.0, 1.0, NOW).unwrap();
    decide(&seat, "ann", 0..24);
    let learner = Learner { authors: true, ..seat.app.options.learner };
    let comment = store.find(Some("harbour"), "c30").unwrap().unwrap().0;
    assert_eq!(store.learn_thread(comment, "ann", learner).unwrap().from, 24);
    assert_eq!(store.learn_thread(comment, "ben", learner).unwrap().from, 0);
}

#[test]
fn authors_count_unless_the_site_says_no() {
    let seat = seat(&camps(60), 24);
    let comment = |at: usize| seat.app.store.find(Some("harbour"), &format!("c{at}")).unwrap().unwrap().0;
    let right = |authors: bool| {
        let learner = Learner { authors, ..seat.app.options.learner };
        let learnt = seat.app.store.learn_thread(comment(30), "ann", learner).unwrap();
        let is_right = |at: &usize| {
            let scores = &learnt.get(comment(*at)).unwrap().scores;
            matches!(&scores[0].1, crate::queue::scored::Score::Stance { class: Some(class), .. } if class == side(*at))
        };
        (24..60).filter(is_right).count()
    };
    assert_eq!(right(true), 36);
    assert!(right(false) < 24, "nothing but authors tells the camps apart");
}

#[test]
fn keys_do_not_wait() {
    let mut seat = seat(&camps(60), 24);
    // No time passes for the worker between these.
    for at in 24..34 {
        assert_eq!(seat.up(), format!("c{at}"));
        seat.held(KeyCode::Char('r'), ratatui::crossterm::event::KeyModifiers::NONE);
    }
    seat.wait_for_worker();
    assert_eq!(seat.up(), "c34");
}

#[test]
fn the_last_four_hundred_teach() {
    let seat = seat(&camps(406), 405);
    assert_eq!((seat.up().as_str(), seat.app.thread_learning.learnt.from), ("c405", 400));
}
