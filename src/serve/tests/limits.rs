//! What is too much, too slow or broken is answered as such.

use std::convert::Infallible;
use std::future::pending;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::http::header::RETRY_AFTER;
use axum::routing::get;
use futures_util::StreamExt as _;
use futures_util::stream::{iter, once};
use serde_json::json;

use super::scoring_route;
use crate::serve::fixture::served;
use crate::serve::loaded::Loaded;
use crate::serve::router;
use crate::serve::scoring::Place;

#[test]
fn a_panic_is_answered_and_counted() {
    async fn broken() -> &'static str {
        panic!("of a test")
    }
    let served = served("");
    let router = router::with(served.app(), Router::new().route("/test/broken", get(broken)));
    let answer = served.ask(&router, Request::get("/test/broken").body(Body::empty()).unwrap());
    assert_eq!((answer.status.as_u16(), answer.json()["error"]["code"].as_u64()), (500, Some(500)));
    assert!(served.get("/metrics").body.contains("ombud_panics_total 1"));
}

#[test]
fn what_takes_too_long_is_given_up_and_too_many_at_once_are_sent_away() {
    let served = served("[serve.limits]\nrequest-seconds = 1\nrequests = 1");
    let router = router::with(served.app(), Router::new().route("/test/slow", get(pending::<&'static str>)));
    let ask = || served.ask(&router, Request::get("/test/slow").body(Body::empty()).unwrap());
    let answers = std::thread::scope(|scope| {
        let asked = [scope.spawn(ask), scope.spawn(ask)];
        asked.map(|asked| asked.join().unwrap())
    });
    let mut statuses = answers.each_ref().map(|answer| answer.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [503, 503]);
    assert!(answers.iter().all(|answer| answer.headers.get(RETRY_AFTER).is_some_and(|value| value == "1")));
    let messages =
        ["the request was not completed in time: make it smaller, or try again", "too many requests at once"];
    assert!(messages.iter().all(|message| answers.iter().any(|answer| answer.json()["error"]["message"] == *message)));
    assert_eq!(served.get("/healthz").status, 200, "it is not held to the limits");
}

#[test]
fn a_body_that_does_not_come_is_waited_for_no_longer_than_a_request() {
    let served = served("[serve.limits]\nrequest-seconds = 1");
    let body = Body::from_stream(iter([Ok::<_, Infallible>(Bytes::from_static(b"{"))]).chain(once(pending())));
    assert_eq!(served.post("/v1/score", body).status, 408);
}

#[test]
fn bulk_that_gets_no_turn_is_told_to_come_back_and_what_somebody_waits_for_is_not_held_up() {
    let served = served("");
    let (app, loaded) = (served.app(), served.app().live.now());
    let (begun, begins) = channel();
    let (end, ended) = channel::<()>();
    let busy = move |_: &Loaded| {
        begun.send(()).unwrap();
        let _ = ended.recv();
    };
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::scope(|scope| {
        let working = scope.spawn(|| runtime().block_on(app.scoring.apart(&loaded, Place::Bulk, busy)));
        begins.recv().unwrap();
        let long = "They were paid. ".repeat(1200);
        let asked = Instant::now();
        let analyze = json!({"comment": {"text": long}, "requestedAttributes": {"TOXICITY": {}}});
        assert_eq!(served.post("/v1alpha1/comments:analyze", analyze.to_string()).status, 200);
        let alone = asked.elapsed();
        let asked = Instant::now();
        let refused = served.post("/v1/score", "{\"items\":[{\"text\":\"Well.\"}]}");
        assert_eq!(refused.status, 503, "{}", refused.body);
        assert_eq!(refused.headers[RETRY_AFTER], "1");
        assert!(asked.elapsed() < Duration::from_secs(5) && alone < Duration::from_secs(5));
        let slowed = scope.spawn(|| runtime().block_on(app.scoring.apart(&loaded, Place::Background, |_| 7)));
        drop(end);
        working.join().unwrap().unwrap();
        assert_eq!(slowed.join().unwrap(), Ok(7));
    });
}

#[test]
fn a_body_that_is_too_large_is_refused_also_where_it_does_not_say_so() {
    let served = served("[serve.limits]\nbody-bytes = 1000");
    let router = router::with(served.app(), scoring_route());
    let send = |request: Request<Body>| served.ask(&router, request).status.as_u16();
    let post = || Request::post("/test/score");
    let stream = |n: usize| {
        let parts = (0..n).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&[b'a'; 100])));
        Body::from_stream(iter(parts))
    };
    assert_eq!(send(post().body(Body::from("a".repeat(1000))).unwrap()), 200);
    assert_eq!(send(post().body(Body::from("a".repeat(1001))).unwrap()), 413);
    assert_eq!(send(post().body(stream(10)).unwrap()), 200);
    assert_eq!(send(post().body(stream(11)).unwrap()), 413);
    let broken = [Ok(Bytes::from_static(b"a")), Err(std::io::Error::other("gone"))];
    assert_eq!(send(post().body(Body::from_stream(iter(broken))).unwrap()), 400);
}

#[test]
fn what_is_not_there_is_said_in_json() {
    let served = served("");
    for (answer, status) in [(served.get("/nowhere"), 404), (served.post("/healthz", ""), 405)] {
        assert_eq!(
            (answer.status.as_u16(), answer.json()["error"]["code"].as_u64()),
            (status, Some(u64::from(status)))
        );
        assert!(answer.headers.contains_key("ombud-model"));
    }
}
