//! Streams: a line for each line, as it comes, in bounded memory.

use std::convert::Infallible;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use futures_util::stream::iter;
use serde_json::{Value, json};

use crate::serve::api::tests::posted;
use crate::serve::api::tests::scoring::{as_lines, rows};
use crate::serve::fixture::{Answer, Served, served};

fn streamed(served: &Served, body: impl Into<Body>) -> Answer {
    let answer = served.post("/v1/score/stream?reasons=3", body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    answer
}

#[test]
fn a_stream_says_what_a_batch_says_however_it_comes() {
    let served = served("");
    let rows: Vec<Value> = (0..12).flat_map(|_| rows()).collect();
    let batch: Value = posted(&served, "/v1/score?reasons=3", &json!({"items": rows})).json();
    let lines = as_lines(&rows);
    for size in [7_usize, 1000, 1 << 20] {
        let pieces: Vec<Result<Bytes, Infallible>> =
            lines.as_bytes().chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let answer = streamed(&served, Body::from_stream(iter(pieces)));
        let verdicts: Vec<Value> = answer.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(json!({"verdicts": verdicts}), batch);
    }
    // Without its last line break, too.
    assert_eq!(streamed(&served, lines.trim_end().to_owned()).body.lines().count(), rows.len());
    assert_eq!(streamed(&served, "").body, "");
}

#[test]
fn a_line_that_cannot_be_used_is_answered_in_its_place() {
    let served = served("[serve.limits]\nbody-bytes = 2000");
    let long = format!("{{\"text\":\"{}\"}}", "a".repeat(3000));
    let body = format!(
        "{{\"text\":\"one\"}}\n\n{{\"txet\":\"two\"}}\r\nno json\n{long}\n{{\"text\":\"six\"}}\n{{\"text\":\"\\u0000\"}}\n[]\n{{\"text\":\"nine\"}}"
    );
    let answer = streamed(&served, body);
    let told: Vec<String> = answer
        .body
        .lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            match line.get("error") {
                Some(error) => error.to_string(),
                None => line["id"].to_string(),
            }
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    "1"
    {"code":400,"line":3,"message":"the JSON cannot be read: unknown field `txet`, expected one of `text`, `id`, `thread_id`, `parent_id`, `parent_text`, `target`, `context`, `article`, `article_id`, `article_title`, `article_text`, `author`, `created_at`, `language` at column 7"}
    {"code":400,"line":4,"message":"the JSON cannot be read: it must be an object with a text"}
    {"code":413,"line":5,"message":"the line has more than 2000 bytes"}
    "5"
    {"code":400,"field":"text","line":7,"message":"text contains a NUL character"}
    {"code":400,"line":8,"message":"the JSON cannot be read: it must be an object with a text"}
    "8"
    "#);
}

#[test]
fn a_line_is_answered_before_the_next_one_comes() {
    let mut served = served("");
    served.run();
    let mut stream = TcpStream::connect(served.app().address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = "POST /v1/score/stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut next = || loop {
        let mut line = String::new();
        assert!(answers.read_line(&mut line).unwrap() > 0);
        if line.starts_with('{') {
            return serde_json::from_str::<Value>(&line).unwrap()["id"].clone();
        }
    };
    for id in ["a", "b", "c"] {
        let line = format!("{{\"id\":\"{id}\",\"text\":\"Well.\"}}\n");
        stream.write_all(format!("{:x}\r\n{line}\r\n", line.len()).as_bytes()).unwrap();
        assert_eq!(next(), id);
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let mut rest = String::new();
    answers.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("0\r\n\r\n"), "{rest}");
    served.stop().unwrap();
}

#[test]
fn a_stream_that_is_open_does_not_keep_the_server_and_is_told_why_it_ends() {
    let mut served = served("");
    served.run();
    let mut stream = TcpStream::connect(served.app().address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = "POST /v1/score/stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(b"10\r\n{\"text\":\"Well.\"}\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    served.stop().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10));
    let mut rest = String::new();
    let _ = stream.read_to_string(&mut rest);
    assert!(rest.contains("\"line\":1,\"code\":503"), "{rest}");
}

/// A key with this rate and burst, and the stream that it may have.
fn slowed(rate: u32, burst: u32) -> (String, &'static str) {
    let key = format!(
        "[[serve.keys]]\nname = \"a\"\nkey = \"a key for the editor\"\nscopes = [\"score\"]\nrate = {rate}\nburst = {burst}\n"
    );
    (key, "/v1/score/stream?key=a+key+for+the+editor")
}

#[test]
fn a_stream_gets_no_more_than_its_rate_however_small_the_burst_is() {
    let (key, path) = slowed(100, 10);
    let served = served(&key);
    let begun = Instant::now();
    let answer = served.post(path, "{\"text\":\"Well.\"}\n".repeat(100));
    assert_eq!(answer.body.lines().count(), 100, "{}", answer.body);
    assert!(begun.elapsed() > Duration::from_millis(850), "{:?}", begun.elapsed());
}

#[test]
fn a_stream_that_waits_for_its_rate_does_not_keep_the_server() {
    let (key, path) = slowed(1, 60);
    let mut served = served(&key);
    served.run();
    let mut stream = TcpStream::connect(served.app().address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let body = "{\"text\":\"Well.\"}\n".repeat(200);
    let head = format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    // The first lines are answered after a second; for the next ones it waits for a minute.
    std::thread::sleep(Duration::from_secs(2));
    let begun = Instant::now();
    served.stop().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let mut rest = String::new();
    let _ = stream.read_to_string(&mut rest);
    assert!(rest.contains("\"code\":503"), "{rest}");
}

#[test]
fn only_so_many_streams_run_at_once_and_a_rate_slows_them_down() {
    let (key, path) = slowed(100, 100);
    let served = served(&(key + "[serve.limits]\nstreams = 1"));
    let begun = Instant::now();
    let answer = served.post(path, "{\"text\":\"Well.\"}\n".repeat(250));
    assert_eq!(answer.body.lines().count(), 250, "{}", answer.body);
    assert!(begun.elapsed() > Duration::from_millis(900), "{:?}", begun.elapsed());
    let _permit = served.app().streams.clone().try_acquire_owned().unwrap();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(served.post(path, "").status, 503);
}
