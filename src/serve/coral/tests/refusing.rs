//! Who is not answered, and how.

use axum::body::{Body, Bytes};
use axum::http::Request;
use futures_util::stream::pending;

use super::{SECRET, asked, config, send};
use crate::serve::coral::signature::{HEADER, sign};
use crate::serve::fixture::{Answer, Served, served};
use crate::serve::router;

const KEY: &str = "[[serve.keys]]\nname = \"coral\"\nkey = \"not to be guessed\"\nscopes = [\"score\"]\n";

fn ask(served: &Served, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let request = headers.iter().fold(Request::post(path), |request, (name, value)| request.header(*name, *value));
    served.ask(&router::router(served.app()), request.body(body.to_owned().into()).unwrap())
}

fn statuses(served: &Served, headers: &[(&str, &str)]) -> [u16; 2] {
    let event = r#"{"type":"SOMETHING_NEW","data":{}}"#;
    [("/coral/moderate", asked("Well said.", None)), ("/coral/webhook", event.to_owned())]
        .map(|(path, body)| ask(served, path, headers, &body).status.as_u16())
}

#[test]
fn where_there_are_secrets_a_signature_is_needed_and_nothing_else_will_do() {
    let served = served(&config("", KEY));
    assert_eq!(statuses(&served, &[]), [401, 401]);
    assert_eq!(statuses(&served, &[("x-api-key", "not to be guessed")]), [401, 401]);
    assert_eq!(statuses(&served, &[(HEADER, &sign(b"another body", &[SECRET]))]), [403, 403]);
    let body = asked("Well said.", None);
    assert_eq!(send(&served, "/coral/moderate", &body).status, 200, "no key is needed beside it");
    let replaced = sign(body.as_bytes(), &["empsec_new", SECRET]);
    assert_eq!(ask(&served, "/coral/moderate", &[(HEADER, &replaced)], &body).status, 200);
    let other = sign(body.as_bytes(), &["empsec_new"]);
    let refused = ask(&served, "/coral/moderate", &[(HEADER, &other)], &body);
    assert_eq!(refused.status, 403);
    assert_eq!(refused.json()["error"]["code"], 403);
    assert!(refused.json()["error"]["message"].as_str().unwrap().contains("[serve.coral]"), "{}", refused.body);
    assert_eq!(refused.headers["content-type"], "application/json");
}

#[test]
fn lists_are_no_objects_also_where_they_are_signed() {
    let served = served(&config("", ""));
    for (path, body) in [
        ("/coral/moderate", r#"[["Well said."]]"#),
        ("/coral/moderate", r#"{"comment":["Well said."]}"#),
        ("/coral/moderate", r#"{"comment":{"body":"Well said."},"story":["s1"]}"#),
        ("/coral/webhook", r#"["STORY_CREATED",{"storyID":"s1"}]"#),
        ("/coral/webhook", r#"{"type":"STORY_CREATED","data":["s1"]}"#),
    ] {
        let answer = send(&served, path, body);
        assert_eq!(answer.status, 400, "{body}: {}", answer.body);
    }
    let body = r#"{"comment":{"body":"Well said.","parentID":null},"story":null}"#;
    assert_eq!(send(&served, "/coral/moderate", body).status, 200);
}

#[test]
fn of_who_does_not_sign_no_body_is_read() {
    let served = served(&config("", "[serve.limits]\nrequest-seconds = 1"));
    for header in ["", "sha256=00", "md5=00"] {
        let endless = Body::from_stream(pending::<Result<Bytes, std::io::Error>>());
        let request = Request::post("/coral/moderate").header(HEADER, header).body(endless).unwrap();
        assert_eq!(served.ask(&router::router(served.app()), request).status, 401, "{header}");
    }
}

#[test]
fn a_body_is_no_larger_than_one_comment_needs() {
    let keyed = served(KEY);
    let signed = served(&config("", ""));
    for (bytes, status) in [(200 << 10, 200), (257 << 10, 413)] {
        let body = asked(&"Well said. ".repeat(bytes / 11), None);
        assert_eq!(send(&signed, "/coral/moderate", &body).status, status);
        assert_eq!(ask(&keyed, "/coral/moderate", &[("x-api-key", "not to be guessed")], &body).status, status);
    }
}

#[test]
fn without_secrets_a_key_will_do_and_on_a_machine_of_ones_own_nothing_is_needed() {
    let open = served("");
    assert_eq!(statuses(&open, &[]), [200, 204]);
    assert_eq!(statuses(&open, &[("origin", "https://evil.example")]), [403, 403]);
    let keyed = served(KEY);
    assert_eq!(statuses(&keyed, &[]), [401, 401]);
    assert_eq!(statuses(&keyed, &[(HEADER, "sha256=00")]), [401, 401]);
    assert_eq!(statuses(&keyed, &[("x-api-key", "some other key at all")]), [401, 401]);
    assert_eq!(statuses(&keyed, &[("x-api-key", "not to be guessed")]), [200, 204]);
    let answer = ask(&keyed, "/coral/moderate?key=not%20to%20be%20guessed", &[], &asked("Well said.", None));
    assert_eq!(answer.status, 200, "Coral can be given an address with a key");
    let no_scope = served(&KEY.replace("score", "suggest"));
    assert_eq!(statuses(&no_scope, &[("x-api-key", "not to be guessed")]), [403, 403]);
}

#[test]
fn a_secret_may_be_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets");
    std::fs::write(&path, format!("empsec_of_the_webhook\n{SECRET}\n")).unwrap();
    let served = served(&format!("[serve.coral]\nsecrets-file = {path:?}"));
    assert_eq!(send(&served, "/coral/moderate", &asked("Well said.", None)).status, 200);
}

#[test]
fn what_coral_never_sends_is_refused_without_a_word_of_it() {
    let served = served(&config("", ""));
    for (path, body) in [
        ("/coral/moderate", ""),
        ("/coral/moderate", "no json at all"),
        ("/coral/moderate", "{\"comment\":{\"body\":\"cut off"),
        ("/coral/moderate", "{\"comment\":{\"body\":null}}"),
        ("/coral/moderate", "{\"comment\":\"verboten\"}"),
        ("/coral/moderate", "{}"),
        ("/coral/webhook", "[]"),
        ("/coral/webhook", "{\"data\":{}}"),
        ("/coral/webhook", "{\"type\":\"STORY_CREATED\",\"data\":{\"storyID\":7}}"),
    ] {
        let answer = send(&served, path, body);
        assert_eq!(answer.status, 400, "{body}: {}", answer.body);
        assert!(!answer.body.contains("verboten"), "{}", answer.body);
        answer.json();
    }
    let deep = format!("{{\"comment\":{{\"body\":\"x\",\"x\":{}", "[".repeat(100_000));
    assert_eq!(send(&served, "/coral/moderate", &deep).status, 400);
    assert_eq!(served.get("/coral/moderate").status, 405);
}
