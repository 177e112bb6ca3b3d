//! Connections: what comes over them, how many there may be, and how they end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::serve::fixture::{Served, served};

fn running(config: &str) -> Served {
    let mut served = served(config);
    served.run();
    served
}

/// The first line of an answer.
fn first(answer: &str) -> &str {
    answer.lines().next().unwrap_or_default()
}

#[test]
fn it_answers_and_ends_when_it_is_told_to() {
    let mut served = running("");
    let answer = served.http("GET /healthz", "");
    assert_eq!(first(&answer), "HTTP/1.1 200 OK");
    assert!(answer.ends_with("ok\n") && answer.contains("\r\nombud-model: "), "{answer}");
    assert_eq!(first(&served.http("GET /readyz", "")), "HTTP/1.1 200 OK");
    // An idle connection does not keep it.
    let mut idle = TcpStream::connect(served.app().address).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    assert!(idle.read(&mut [0; 1000]).unwrap() > 0);
    served.stop().unwrap();
    assert_eq!(served.get("/readyz").status, 503, "it is stopping");
    assert_eq!(idle.read(&mut [0; 1000]).unwrap(), 0, "it is closed");
}

#[test]
fn while_it_ends_what_it_has_begun_whoever_asks_is_told_that_it_stops() {
    let mut served = running("");
    let mut begun = TcpStream::connect(served.app().address).unwrap();
    let head = "POST /v1/score HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 16\r\n\r\n";
    begun.write_all(head.as_bytes()).unwrap();
    // It says so once it reads the body.
    begun.read_exact(&mut [0; 25]).unwrap();
    served.handle.stop();
    let stopping = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        served.app().is_stopping()
    });
    assert!(stopping);
    for path in ["/readyz", "/v1/models"] {
        let answer = served.http(&format!("GET {path}"), "");
        assert_eq!(first(&answer), "HTTP/1.1 503 Service Unavailable");
        assert!(answer.contains("retry-after: 1\r\n") && answer.contains("the server is stopping"), "{answer}");
    }
    begun.write_all(b"{\"text\":\"Well.\"}").unwrap();
    let mut answer = String::new();
    begun.read_to_string(&mut answer).unwrap();
    assert_eq!(first(&answer), "HTTP/1.1 200 OK");
    served.ended().unwrap();
}

#[test]
fn an_answer_that_nobody_takes_is_not_kept() {
    let served = running("[serve.limits]\nwrite-seconds = 1");
    let mut slow = TcpStream::connect(served.app().address).unwrap();
    // More than what lies between the two can hold.
    slow.write_all("GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2000).as_bytes()).unwrap();
    let open = || {
        let figures = served.get("/metrics").body;
        figures.lines().any(|line| line == "ombud_connections 1")
    };
    let wait = |until: bool| {
        (0..500).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            open() == until
        })
    };
    assert!(wait(true));
    assert!(wait(false), "it is still open");
    drop(slow);
}

#[test]
fn what_is_no_http_or_has_too_large_a_head_is_answered_as_such() {
    let served = running("[serve.limits]\nheader-seconds = 1");
    for garbage in [&b"GET /healthz HTTP/1.1\r\nno header\r\n\r\n"[..], b"\x16\x03\x01 hello\r\n\r\n"] {
        assert_eq!(first(&served.raw(garbage)), "HTTP/1.1 400 Bad Request");
    }
    let many = "a: b\r\n".repeat(200);
    let large = format!("a: {}\r\n", "b".repeat(40_000));
    for headers in [many, large] {
        let answer = served.raw(format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{headers}\r\n").as_bytes());
        assert_eq!(first(&answer), "HTTP/1.1 431 Request Header Fields Too Large");
    }
    let begun = Instant::now();
    let slow = served.raw(b"GET /healthz HTTP/1.1\r\nHost: a\r\n");
    assert!(slow.is_empty() || first(&slow).contains("408"), "{slow}");
    assert!(begun.elapsed() < Duration::from_secs(5), "a head that does not come is not waited for");
    assert_eq!(first(&served.http("GET /healthz", "")), "HTTP/1.1 200 OK");
}

#[test]
fn more_connections_than_there_may_be_are_told_to_come_back() {
    let served = running("[serve.limits]\nconnections = 2");
    let open = [(); 2].map(|()| {
        let mut open = TcpStream::connect(served.app().address).unwrap();
        open.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        assert!(open.read(&mut [0; 1000]).unwrap() > 0);
        open
    });
    let answer = served.http("GET /healthz", "");
    assert_eq!(first(&answer), "HTTP/1.1 503 Service Unavailable");
    assert!(answer.contains("retry-after: 1\r\n"), "{answer}");
    drop(open);
    let freed = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        first(&served.http("GET /healthz", "")) == "HTTP/1.1 200 OK"
    });
    assert!(freed);
}
