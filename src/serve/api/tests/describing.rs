//! The document of this API tells all of it, and the truth.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};

use crate::serve::api::openapi::document;
use crate::serve::api::tests::schemas::Schemas;
use crate::serve::api::tests::{TEXT, posted};
use crate::serve::fixture::served;

/// All values below one, itself among them.
fn values<'a>(value: &'a Value, all: &mut Vec<&'a Value>) {
    all.push(value);
    match value {
        Value::Array(list) => list.iter().for_each(|value| values(value, all)),
        Value::Object(map) => map.values().for_each(|value| values(value, all)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn it_is_whole() {
    let served = served("");
    let answer = served.get("/openapi.json");
    assert_eq!(answer.status, 200);
    let document = answer.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    let mut all = Vec::new();
    values(&document, &mut all);
    for reference in all.iter().filter_map(|value| value["$ref"].as_str()) {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference} leads nowhere");
    }
    let mut ids = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{path}: its id is another's");
            assert!(operation["summary"].is_string() && operation["tags"].is_array(), "{method} {path}");
            let languages: Vec<&str> = operation["x-codeSamples"]
                .as_array()
                .unwrap()
                .iter()
                .map(|sample| sample["lang"].as_str().unwrap())
                .collect();
            assert_eq!(languages, ["Shell", "Python", "JavaScript"]);
            for (status, response) in operation["responses"].as_object().unwrap() {
                assert!(status.parse::<u16>().is_ok() && response["description"].is_string(), "{path} {status}");
            }
        }
    }
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    let used = document["security"].as_array().unwrap().iter().flat_map(|one| one.as_object().unwrap().keys());
    used.for_each(|name| assert!(schemes.contains_key(name), "{name}"));
}

#[test]
fn every_route_is_in_it_and_it_has_no_other() {
    let document = document();
    let told: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let routes = |source: &'static str| source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = routes(include_str!("../mod.rs")).chain(routes(include_str!("../../health.rs")));
    let own: BTreeSet<&str> = own.filter(|path| *path != "/openapi.json").collect();
    assert_eq!(told, own);
    let served = served("");
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let status = served.send(method.clone(), path, "").status.as_u16();
            assert!(status != 404 && status != 405, "{method} {path}");
        }
    }
}

/// The schema of a body of an operation.
fn schema<'a>(document: &'a Value, path: &str, method: &str, part: &str, kind: &str) -> &'a Value {
    &document["paths"][path][method][part]["content"][kind]["schema"]
}

#[test]
fn answers_are_as_it_says() {
    let rules =
        "[[serve.policy]]\nlabel = \"stance\"\nclass = \"against\"\nat = 0.0\nstatus = \"PREMOD\"\nshadow = true";
    let served = served(rules);
    let document = document();
    let schemas = Schemas { document: &document };
    let answer = |path: &str, method: &str, status: &str, kind: &str| {
        document["paths"][path][method]["responses"][status]["content"][kind]["schema"].clone()
    };
    let check = |schema: &Value, value: &Value| assert_eq!(schemas.fault(schema, value), None, "{value}");
    let title = "Council votes to close the library";
    let full = json!({"id": "a", "thread_id": "t", "parent_id": 1, "text": TEXT, "target": "Libraries", "article": {"title": title}});
    let score = answer("/v1/score", "post", "200", "application/json");
    for request in [
        full.clone(),
        json!({"items": [full, {"text": ""}, {"text": "Der Rat hat am Dienstag beschlossen, die Bücherei zu schließen."}]}),
        json!({"comments": [{"text": TEXT, "replies": [{"text": "No."}]}]}),
    ] {
        check(schema(&document, "/v1/score", "post", "requestBody", "application/json"), &request);
        check(&score, &posted(&served, "/v1/score?reasons=5", &request).json());
    }
    let stream = served.post("/v1/score/stream?reasons=5", format!("{}\nno json\n", json!({"text": TEXT})));
    let line = answer("/v1/score/stream", "post", "200", "application/x-ndjson");
    stream.body.lines().for_each(|answer| check(&line, &serde_json::from_str(answer).unwrap()));
    for path in ["/v1/labels", "/v1/models"] {
        check(&answer(path, "get", "200", "application/json"), &served.get(path).json());
    }
    let decision = json!({"id": 3, "action": "reject", "labels": {"toxicity": true, "stance": "favor"}, "comment": {"text": TEXT}});
    let request = json!({"decisions": [decision, {"id": "gone", "action": "approve"}]});
    check(schema(&document, "/v1/decisions", "post", "requestBody", "application/json"), &request);
    check(
        &answer("/v1/decisions", "post", "200", "application/json"),
        &posted(&served, "/v1/decisions", &request).json(),
    );
    check(&answer("/v1/admin/reload", "post", "200", "application/json"), &served.post("/v1/admin/reload", "").json());
    let refused = served.post("/v1/score", "{\"items\":[{\"text\":\"\\u0000\"}]}");
    check(&answer("/v1/score", "post", "400", "application/json"), &refused.json());
    check(&answer("/v1/labels", "get", "401", "application/json"), &refused.json());
}

#[test]
fn its_examples_can_be_sent() {
    let served = served("");
    let document = document();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let Some(source) = methods["post"]["x-codeSamples"][0]["source"].as_str() else { continue };
        let Some((_, body)) = source.split_once("-d '") else { continue };
        let answer = served.post(path, body.trim_end_matches('\'').replace("'\\''", "'"));
        // The decision is on a comment that is not there.
        let expected = if path == "/v1/decisions" { 404 } else { 200 };
        assert_eq!(answer.status.as_u16(), expected, "{path} {body}: {}", answer.body);
    }
}
