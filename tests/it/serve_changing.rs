//! `ombud serve` that is told to reload, or to stop, while requests run: none of them fails.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rustix::process::Signal;

use super::serving::{PATIENCE, Serving, analyze, ask};
use super::support::Dir;

const TEXT: &str = "a fine idea, buy shoes now";
const ANALYZE: &str = "/v1alpha1/comments:analyze";

#[test]
fn no_request_fails_while_a_good_or_a_bad_policy_is_loaded() {
    let dir = Dir::with_model();
    let mut serving = Serving::new(&dir, "-m tiny.model");
    let expected = serving.analyze("OFF_TOPIC", TEXT);
    let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    let address = serving.address.clone();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let (head, body) = ask(&address, "POST", ANALYZE, &analyze("OFF_TOPIC", TEXT)).unwrap();
                    assert!(head.starts_with("HTTP/1.1 200 "), "{head}\n{body}");
                    assert_eq!(body, expected);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for _ in 0..5 {
            dir.put(
                "ombud.toml",
                "[thresholds]\noff_topic = 0.9\n[[serve.policy]]\nlabel = \"off_topic\"\nstatus = \"PREMOD\"\n",
            );
            serving.signal(Signal::HUP);
            serving.line("settings reloaded");
            dir.put("ombud.toml", "[[serve.policy]]\nlabel = \"off_topic\"\nat = 7\n");
            serving.signal(Signal::HUP);
            serving.line("reload failed");
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(answered.into_inner() > 0);
    let metrics = serving.ask("GET", "/metrics", "").1;
    for outcome in ["done", "refused"] {
        assert!(metrics.contains(&format!("ombud_reloads_total{{outcome=\"{outcome}\"}} 5")), "{metrics}");
    }
}

/// A request of which the server has the head, and waits for the body.
fn begun(serving: &Serving, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&serving.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let length = body.len();
    // It says so once it reads the body.
    let head =
        format!("POST {ANALYZE} HTTP/1.1\r\nHost: ombud\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut said = [0; 25];
    stream.read_exact(&mut said).unwrap();
    assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[test]
fn what_was_begun_is_answered_after_a_signal_to_stop_and_no_more_is_taken_on() {
    let dir = Dir::with_model();
    let mut serving = Serving::new(&dir, "-m tiny.model");
    let (_, expected) = ask(&serving.address, "POST", ANALYZE, &analyze("OFF_TOPIC", TEXT)).unwrap();
    let body = analyze("OFF_TOPIC", TEXT);
    let streams: Vec<TcpStream> = (0..20).map(|_| begun(&serving, &body)).collect();
    serving.signal(Signal::TERM);
    serving.line("stopping: finishing the requests in progress");
    for path in ["/readyz", "/v1/models"] {
        let (head, body) = ask(&serving.address, "GET", path, "").unwrap();
        assert!(head.starts_with("HTTP/1.1 503 ") && head.contains("retry-after: 1"), "{head}\n{body}");
    }
    for mut stream in streams {
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}\n{body}");
        assert_eq!(body, expected);
    }
    assert_eq!(serving.ends(), Some(0));
}

#[test]
fn it_does_not_wait_for_ever_for_what_was_begun() {
    let dir = Dir::with_model().file("ombud.toml", "[serve.limits]\ndrain-seconds = 1\n");
    let mut serving = Serving::new(&dir, "-m tiny.model");
    let stream = begun(&serving, &analyze("OFF_TOPIC", TEXT));
    serving.signal(Signal::TERM);
    serving.line("not all requests finished in time");
    assert_eq!(serving.ends(), Some(0));
    drop(stream);
}
