//! The discovery document.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::serve::fixture::served;
use crate::serve::router;

#[test]
fn the_document_says_where_it_is_and_what_there_is() {
    let served = served(
        "[serve]\npublic-url = \"https://ombud.example/perspective/\"\n[[serve.keys]]\nname = \"a\"\nkey = \"AIzaSy-a-key-of-a-site\"\nscopes = [\"analyze\"]",
    );
    let paths = ["/$discovery/rest?version=v1alpha1", "/%24discovery/rest?key=k&version=v1alpha1", "/$discovery/rest"];
    for path in paths {
        let document = served.get(path).json();
        assert_eq!(document["rootUrl"], "https://ombud.example/perspective/");
        assert_eq!(document["id"], "commentanalyzer:v1alpha1");
        for name in ["analyze", "suggestscore"] {
            let method = &document["resources"]["comments"]["methods"][name];
            assert_eq!(
                (&method["path"], &method["httpMethod"]),
                (&json!(format!("v1alpha1/comments:{name}")), &json!("POST"))
            );
        }
        let mut named = BTreeSet::new();
        references(&document, &mut named);
        let schemas: BTreeSet<String> = document["schemas"].as_object().unwrap().keys().cloned().collect();
        let roots = ["AnalyzeCommentRequest", "AnalyzeCommentResponse"].map(str::to_owned);
        assert!(roots.iter().all(|root| named.contains(root)));
        assert_eq!(named, schemas, "each is there, and of use");
    }
    let wrong = served.get("/$discovery/rest?version=v1");
    assert_eq!((wrong.status.as_u16(), &wrong.json()["error"]["status"]), (404, &json!("NOT_FOUND")));
    assert_eq!(served.get("/$discovery/rest?version=").status, 404);
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| match value {
            Value::String(target) if name == "$ref" => {
                found.insert(target.clone());
            }
            other => references(other, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn else_it_is_where_it_was_asked_for() {
    let served = served("");
    let request = Request::get("/$discovery/rest").header("host", "localhost:99\"x").body(Body::empty()).unwrap();
    let document = served.ask(&router::router(served.app()), request).json();
    assert_eq!(document["rootUrl"], "http://localhost:99\"x/");
    assert_eq!(document["baseUrl"], document["rootUrl"]);
}
