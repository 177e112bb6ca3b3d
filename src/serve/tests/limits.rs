//! What is too much, too slow or broken is answered as such.

use std::future::pending;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::http::header::RETRY_AFTER;
use axum::routing::get;
use futures_util::stream::iter;

use super::scoring_route;
use crate::serve::fixture::served;
use crate::serve::router;

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
    assert_eq!(statuses, [408, 503]);
    assert!(answers.iter().any(|answer| answer.headers.get(RETRY_AFTER).is_some_and(|value| value == "1")));
    assert_eq!(served.get("/healthz").status, 200, "it is not held to the limits");
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
