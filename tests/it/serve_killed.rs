//! `ombud serve` that is killed while decisions come in: what was acknowledged is kept.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Instant;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::serving::{PATIENCE, Serving, ask};
use super::support::Dir;

/// Clients that send at the same time.
const CLIENTS: usize = 6;

/// Sends one after another, and notes what is acknowledged, until nobody answers any more. `request` makes of an id a path, a
/// body and a part of the answer.
fn send(
    address: &str,
    (round, client): (usize, usize),
    request: fn(&str) -> (&'static str, Value, &'static str),
    acknowledged: &Mutex<BTreeSet<String>>,
) {
    for n in 0.. {
        let id = format!("{round}-{client}-{n}");
        let (path, body, part) = request(&id);
        match ask(address, "POST", path, &body.to_string()) {
            Ok((head, body)) => {
                assert!(head.starts_with("HTTP/1.1 200 ") && body.contains(part), "{head}\n{body}");
                acknowledged.lock().unwrap().insert(id);
            }
            Err(_) => return,
        }
    }
}

#[test]
fn suggestions_that_were_acknowledged_are_kept_however_often_the_server_is_killed() {
    keeps(|id| {
        let body = json!({
            "comment": { "text": format!("buy shoes now, says {id}") },
            "attributeScores": { "OFF_TOPIC": { "summaryScore": { "value": 1 } } },
            "clientToken": id,
        });
        ("/v1alpha1/comments:suggestscore", body, "")
    });
}

#[test]
fn decisions_that_were_acknowledged_are_kept_however_often_the_server_is_killed() {
    keeps(|id| {
        let comment = json!({ "text": format!("buy shoes now, says {id}") });
        let body = json!({ "id": id, "labels": { "off_topic": true }, "comment": comment });
        ("/v1/decisions", body, r#""decided":1"#)
    });
}

fn keeps(request: fn(&str) -> (&'static str, Value, &'static str)) {
    let dir = Dir::with_model();
    let acknowledged = Mutex::new(BTreeSet::new());
    for (round, after) in [1, 40, 90, 25, 60].into_iter().enumerate() {
        let serving = Serving::new(&dir, "-m tiny.model --db queue.db");
        let before = acknowledged.lock().unwrap().len();
        std::thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (address, acknowledged) = (&serving.address, &acknowledged);
                scope.spawn(move || send(address, (round, client), request, acknowledged));
            }
            let begun = Instant::now();
            while acknowledged.lock().unwrap().len() < before + after {
                assert!(begun.elapsed() < PATIENCE, "nothing is acknowledged");
                std::thread::yield_now();
            }
            // In the midst of others.
            serving.signal(Signal::KILL);
        });
        assert_eq!(serving.ends(), None, "a signal ended it");
        let kept = dir.ombud("review export --db queue.db --format jsonl").done().lines();
        let kept: BTreeSet<String> = kept
            .iter()
            .map(|decision| {
                assert_eq!(decision["labels"], json!({ "off_topic": true }));
                decision["id"].as_str().unwrap().to_owned()
            })
            .collect();
        let lost: Vec<_> = acknowledged.lock().unwrap().difference(&kept).cloned().collect();
        assert!(lost.is_empty(), "acknowledged and lost in round {round}: {lost:?}");
    }
    dir.ombud("review verify --db queue.db").done();
}
