//! `ombud serve` on what nobody should send: each request is refused or its connection closed, and the next is answered as ever.
//!
//! The requests are drawn from a fixed seed: they are the same in every run.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::serving::{PATIENCE, Serving};
use super::support::Dir;

/// Clients that send at the same time: more than there are slow ones.
const CLIENTS: usize = 16;

/// What is sent on a connection.
#[derive(Clone, Debug)]
struct Sent {
    what: &'static str,
    bytes: Vec<u8>,
    then: Then,
}

/// What follows on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// It is a whole request.
    Wait,
    /// No more comes.
    HangUp,
    /// More would come: the server has to see to it that it does not wait for ever.
    Stall,
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Status(u16),
    Closed,
}

/// Every address that takes a body.
const ROUTES: [&str; 8] = [
    "/v1alpha1/comments:analyze",
    "/comments%3Aanalyze",
    "/v1alpha1/comments:suggestscore",
    "/coral/moderate",
    "/coral/webhook",
    "/v1/score",
    "/v1/decisions",
    "/nowhere",
];

/// A body that would be answered by one of them.
fn good(route: &str) -> Value {
    let comment = json!({ "text": "good plan 😀", "type": "PLAIN_TEXT" });
    match route {
        "/v1alpha1/comments:suggestscore" => {
            json!({ "comment": comment, "attributeScores": { "OFF_TOPIC": { "summaryScore": { "value": 1 } } } })
        }
        "/coral/moderate" => json!({
            "action": "NEW", "comment": { "body": "good plan", "parentID": "p" }, "author": { "id": "a", "role": "COMMENTER" },
            "story": { "id": "s", "url": "https://news.example/s" }, "site": { "id": "i" }, "tenantID": "t", "tenantDomain": "d",
        }),
        "/coral/webhook" => {
            json!({ "id": "e", "type": "STORY_CREATED", "data": { "storyID": "s", "storyURL": "https://a.example/s" } })
        }
        "/v1/score" => json!({ "text": "good plan" }),
        "/v1/decisions" => json!({ "decisions": [{ "id": "a", "action": "approve" }] }),
        _ => json!({ "comment": comment, "requestedAttributes": { "OFF_TOPIC": {} }, "languages": ["en"] }),
    }
}

fn post(route: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {route} HTTP/1.1\r\nHost: ombud\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}Content-Type: \
         application/json\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn route() -> impl Strategy<Value = &'static str> {
    select(&ROUTES[..])
}

fn whole(what: &'static str, bytes: Vec<u8>) -> Sent {
    Sent { what, bytes, then: Then::Wait }
}

/// JSON that breaks off, in a body that does not.
fn cut_off() -> impl Strategy<Value = Sent> {
    (route(), any::<Index>()).prop_map(|(route, at)| {
        let body = good(route).to_string().into_bytes();
        whole("JSON that breaks off", post(route, "", &body[..at.index(body.len())]))
    })
}

/// A value where one of another type belongs.
fn wrong_type() -> impl Strategy<Value = Sent> {
    let wrong = select(vec![json!(7), json!(-1e300), json!("x"), json!([]), json!([{}]), json!(true), Value::Null]);
    (route(), any::<Index>(), wrong).prop_map(|(route, at, wrong)| {
        let mut body = good(route);
        let places = places(&body);
        let place = &places[at.index(places.len())];
        let kind = |value: &Value| std::mem::discriminant(value);
        let of_type = body.pointer_mut(place).unwrap();
        *of_type = if kind(of_type) == kind(&wrong) { json!({ "a": [wrong] }) } else { wrong };
        whole("a wrong type", post(route, "", body.to_string().as_bytes()))
    })
}

/// The pointers to all that is in a value, itself among them.
fn places(value: &Value) -> Vec<String> {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let below = inside.into_iter().flat_map(|(key, value)| {
        places(value).into_iter().map(move |rest| format!("/{}{rest}", key.replace('~', "~0").replace('/', "~1")))
    });
    std::iter::once(String::new()).chain(below).collect()
}

/// Bytes that are no UTF-8, anywhere in the body.
fn no_utf8() -> impl Strategy<Value = Sent> {
    let bytes: [&[u8]; 5] = [b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"];
    (route(), any::<Index>(), select(bytes.to_vec())).prop_map(|(route, at, bytes)| {
        let mut body = good(route).to_string().into_bytes();
        let at = at.index(body.len());
        body.splice(at..at, bytes.iter().copied());
        whole("no UTF-8", post(route, "", &body))
    })
}

/// What is no JSON, or more than one.
fn no_json() -> impl Strategy<Value = Sent> {
    let no_json = prop_oneof![
        vec(any::<u8>(), 0..200),
        select(vec![
            "",
            " ",
            "{}{}",
            "{\"comment\":{\"text\":\"x\"},\"comment\":",
            "NaN",
            "{'a':1}",
            "\u{feff}{",
            "[1e999999]",
            "\"\\ud800\"",
            "nul",
            "{\"comment\":{\"text\":\"\\ud800\"},\"requestedAttributes\":{\"OFF_TOPIC\":{}}",
            "<xml/>",
            "text=x&key=y",
            "\0\0\0\0",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    (route(), no_json).prop_map(|(route, body)| whole("no JSON", post(route, "", &body)))
}

/// 100,000 levels, somewhere.
fn deep() -> impl Strategy<Value = Sent> {
    (route(), any::<Index>(), any::<bool>()).prop_map(|(route, at, is_array)| {
        const DEPTH: usize = 100_000;
        let (open, close) = if is_array { ("[", "]") } else { ("{\"replies\":", "}") };
        let deep = format!("{}0{}", open.repeat(DEPTH), close.repeat(DEPTH));
        let mut body = good(route);
        let places = places(&body);
        *body.pointer_mut(&places[at.index(places.len())]).unwrap() = json!("DEEP");
        whole("depth 100,000", post(route, "", body.to_string().replace("\"DEEP\"", &deep).as_bytes()))
    })
}

/// More headers, or larger ones, than anybody needs.
fn header_flood() -> impl Strategy<Value = Sent> {
    let headers = prop_oneof![
        (101..3000_usize).prop_map(|n| (0..n).map(|i| format!("X-{i}: {i}\r\n")).collect::<String>()),
        (40_000..400_000_usize).prop_map(|n| format!("X-Long: {}\r\n", "a".repeat(n))),
        (40_000..400_000_usize).prop_map(|n| format!("{}: a\r\n", "x".repeat(n))),
        (40_000..400_000_usize).prop_map(|n| format!("Cookie: {}\r\n", "a=b; ".repeat(n / 5))),
    ];
    (route(), headers, any::<bool>()).prop_map(|(route, headers, in_path)| {
        let bytes = if in_path {
            post(&format!("{route}?key={}", "k".repeat(headers.len().max(40_000))), "", b"{}")
        } else {
            post(route, &headers, b"{}")
        };
        whole("a flood of headers", bytes)
    })
}

/// Heads that no client writes.
fn no_http() -> impl Strategy<Value = Sent> {
    let heads = select(vec![
        "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n{}",
        "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n{}",
        "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 0x2\r\n\r\n{}",
        "POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
        "POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n",
        "POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n{}",
        "POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}",
        "POST {} HTTP/3.7\r\nHost: a\r\n\r\n",
        "POST {}\r\n\r\n",
        "POST  {}  HTTP/1.1\r\nHost: a\r\n\r\n",
        "PO ST {} HTTP/1.1\r\nHost: a\r\n\r\n",
        "{} HTTP/1.1\r\n\r\n",
        "POST {} HTTP/1.1\r\nHo st: a\r\n\r\n",
        "POST {} HTTP/1.1\r\n: a\r\n\r\n",
        "POST {} HTTP/1.1\r\nHost: a\0b\r\n\r\n",
        "POST {} HTTP/1.1\r\n folded: a\r\n\r\n",
        "POST {} HTTP/1.1\r\nHost: a\r\nX",
        "DELETE {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "POST http://[::1{} HTTP/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{}",
        "CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: {}\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\u{fc}\x03\x03{}",
        "\r\n\r\n\r\n{}\r\n\r\n",
        "",
    ]);
    let heads = (heads, route()).prop_map(|(head, route)| head.replacen("{}", route, 1).into_bytes());
    let bytes = prop_oneof![3 => heads, 1 => vec(any::<u8>(), 0..2000)];
    bytes.prop_map(|bytes| Sent { what: "no HTTP", bytes, then: Then::HangUp })
}

/// A client that goes before all of it is sent.
fn gone() -> impl Strategy<Value = Sent> {
    (route(), any::<Index>()).prop_map(|(route, at)| {
        let bytes = post(route, "", good(route).to_string().as_bytes());
        let bytes = bytes[..at.index(bytes.len())].to_vec();
        Sent { what: "a client that goes", bytes, then: Then::HangUp }
    })
}

/// A body of 20 MB, with its length or in chunks.
fn large() -> impl Strategy<Value = Sent> {
    (route(), any::<bool>()).prop_map(|(route, in_chunks)| {
        const SIZE: usize = 20_000_000;
        let text = format!("{{\"comment\":{{\"text\":\"{}\"}}}}", "a".repeat(SIZE));
        let bytes = if in_chunks {
            let head =
                format!("POST {route} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
            format!("{head}{:x}\r\n{text}\r\n0\r\n\r\n", text.len()).into_bytes()
        } else {
            post(route, "", text.as_bytes())
        };
        whole("20 MB", bytes)
    })
}

/// A head or a body that does not come to its end, on a connection that stays open.
fn slow() -> impl Strategy<Value = Sent> {
    (route(), any::<bool>()).prop_map(|(route, in_body)| {
        let mut bytes = post(route, "", good(route).to_string().as_bytes());
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        bytes.truncate(if in_body { head + 5 } else { head - 3 });
        Sent { what: "a slow client", bytes, then: Then::Stall }
    })
}

/// Two thousand of them, the costly ones few.
fn requests() -> Vec<Sent> {
    let mut runner = TestRunner::deterministic();
    let mut draw = |count: usize, kind: BoxedStrategy<Sent>| -> Vec<Sent> {
        (0..count).map(|_| kind.new_tree(&mut runner).unwrap().current()).collect()
    };
    // Those that take their time come first, beside the others.
    let kinds = [
        draw(12, slow().boxed()),
        draw(6, large().boxed()),
        draw(400, cut_off().boxed()),
        draw(400, wrong_type().boxed()),
        draw(300, no_utf8().boxed()),
        draw(300, no_json().boxed()),
        draw(40, deep().boxed()),
        draw(100, header_flood().boxed()),
        draw(300, no_http().boxed()),
        draw(142, gone().boxed()),
    ];
    kinds.concat()
}

/// Sends it, and says what came back.
fn send(address: &str, sent: &Sent) -> Outcome {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    // The server may have heard enough.
    let written = stream.write_all(&sent.bytes);
    assert!(!matches!(written, Err(ref error) if error.kind() == ErrorKind::WouldBlock), "it hangs: {}", sent.what);
    if sent.then == Then::HangUp {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    assert!(!matches!(read, Err(ref error) if error.kind() == ErrorKind::WouldBlock), "it hangs: {}", sent.what);
    match answer.strip_prefix(b"HTTP/1.1 ").and_then(|rest| std::str::from_utf8(rest.get(..3)?).ok()) {
        Some(status) => Outcome::Status(status.parse().unwrap()),
        None => Outcome::Closed,
    }
}

/// What is wrong with the outcome, if anything is.
fn complaint(Sent { what, bytes, then }: &Sent, outcome: &Outcome) -> Option<String> {
    let is_right = match outcome {
        Outcome::Status(400..=499 | 503) => true,
        // What a field holds that nobody reads is of no account.
        Outcome::Status(200 | 204) => ["a wrong type", "depth 100,000"].contains(what),
        Outcome::Status(_) => false,
        // Whoever sends a whole request is told what is wrong with it.
        Outcome::Closed => *then != Then::Wait,
    };
    let shown = || format!("{what}: {outcome:?} on {}", String::from_utf8_lossy(&bytes[..bytes.len().min(400)]));
    (!is_right).then(shown)
}

#[test]
fn two_thousand_malformed_requests_are_refused_and_change_nothing() {
    let limits = "[serve.limits]\nheader-seconds = 2\nrequest-seconds = 2\n";
    let dir = Dir::with_model().file("ombud.toml", limits);
    let serving = Serving::new(&dir, "-m tiny.model --db queue.db");
    let texts = ["good plan", "buy shoes now", "what time is it, asks 😀 Zoë"];
    let scores = || texts.map(|text| serving.analyze("OFF_TOPIC", text));
    let before = scores();
    let requests = requests();
    let next = AtomicUsize::new(0);
    let outcomes: Vec<(&Sent, Outcome)> = std::thread::scope(|scope| {
        let client = || {
            let mut outcomes = Vec::new();
            while let Some(sent) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                outcomes.push((sent, send(&serving.address, sent)));
            }
            outcomes
        };
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    assert_eq!(outcomes.len(), 2000);
    let wrong: Vec<String> = outcomes.iter().filter_map(|(sent, outcome)| complaint(sent, outcome)).collect();
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n\n"));
    assert_eq!(scores(), before);
    let metrics = serving.ask("GET", "/metrics", "").1;
    assert!(metrics.contains("\nombud_panics_total 0\n"), "{metrics}");
    serving.signal(Signal::TERM);
    assert_eq!(serving.ends(), Some(0));
    dir.ombud("review verify --db queue.db").done();
}
