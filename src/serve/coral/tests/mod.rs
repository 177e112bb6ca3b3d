//! Coral's side, in tests: what it sends, what it takes for an answer, and what it answers itself.

pub(crate) mod coral;
pub(crate) mod moderating;
pub(crate) mod refusing;
pub(crate) mod telling;
pub(crate) mod validator;

use axum::http::Request;
use serde_json::{Value, json};

use crate::serve::coral::signature::{HEADER, sign};
use crate::serve::fixture::{Answer, Served, served};
use crate::serve::router;

pub(crate) const SECRET: &str = "empsec_0123456789abcdef0123456789abcdef";

/// Settings with the secret, and more.
pub(crate) fn config(coral: &str, policy: &str) -> String {
    format!("[serve.coral]\nsecrets = [\"{SECRET}\"]\n{coral}\n{policy}")
}

/// What a phase is asked, as Coral writes it.
pub(crate) fn asked(body: &str, parent: Option<&str>) -> String {
    let request = json!({
        "action": "NEW",
        "comment": { "body": body, "parentID": parent },
        "author": { "id": "baf4e943-3594-4fcc-b2ba-3e8de7a76352", "role": "COMMENTER" },
        "story": { "id": "s1", "url": "https://news.example/library" },
        "site": { "id": "a4bede88-2d2c-4424-bc18-4322a9e285a6" },
        "tenantID": "19ba5794-7eeb-4d46-a81b-c00c61672501",
        "tenantDomain": "localhost",
    });
    serde_json::to_string_pretty(&request).unwrap()
}

/// The answer to a signed request.
pub(crate) fn send(served: &Served, path: &str, body: &str) -> Answer {
    let request = Request::post(path).header("content-type", "application/json");
    let request = request.header(HEADER, sign(body.as_bytes(), &[SECRET])).body(body.to_owned().into()).unwrap();
    served.ask(&router::router(served.app()), request)
}

#[test]
fn what_is_signed_needs_no_key_also_where_a_proxy_passes_it_on() {
    let served = served(&config("", ""));
    let body = asked("Well.", None);
    let request = Request::post("/coral/moderate").header("x-forwarded-for", "203.0.113.7");
    let request = request.header("host", "ombud.example").header(HEADER, sign(body.as_bytes(), &[SECRET]));
    let answer = served.ask(&router::router(served.app()), request.body(body.into()).unwrap());
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// What is to be done with a comment, as Coral reads it.
pub(crate) fn moderated(served: &Served, body: &str) -> Value {
    let answer = send(served, "/coral/moderate", &asked(body, None));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.headers["content-type"], "application/json");
    let validated = validator::validated(&answer.body).unwrap();
    assert_eq!(validated, answer.json(), "nothing is stripped");
    validated
}
