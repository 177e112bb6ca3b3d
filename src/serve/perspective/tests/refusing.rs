//! What is not answered, and how.

use serde_json::{Value, json};

use super::{ANALYZE, SUGGEST};
use crate::serve::fixture::{Answer, served};

const ERROR: &str = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error";

/// An error as all of them are: in an envelope, with details.
fn error(answer: &Answer) -> Value {
    let error = answer.json()["error"].clone();
    assert_eq!(error["code"], answer.status.as_u16(), "{error}");
    assert!(error["message"].is_string() && error["status"].is_string(), "{error}");
    assert!(error["details"][0]["@type"].is_string(), "{error}");
    error
}

#[test]
fn recorded_errors_are_given_as_they_were() {
    let served = served("");
    let empty = json!({"error":{"code":400,"message":"Comment must be non-empty.","status":"INVALID_ARGUMENT",
        "details":[{"@type":ERROR,"errorType":"COMMENT_EMPTY"}]}});
    // One client sends an empty body without a type to see if its key is good, and reads the first of the details.
    for body in ["", "{}", r#"{"comment":{"text":""}}"#, r#"{"comment":{"text":" \n"}}"#, r#"{"comment":null}"#] {
        assert_eq!(served.post(ANALYZE, body).json(), empty, "{body}");
        assert_eq!(served.post(SUGGEST, body).json(), empty, "{body}");
    }
    let long = json!({ "comment": { "text": "a".repeat(20992) }, "requestedAttributes": { "TOXICITY": {} } });
    let long = error(&served.analyze(&long));
    assert_eq!(long["message"], "Comment text was too many bytes. Value (20992) exceeded limit (20480).");
    assert_eq!(long["details"], json!([{ "@type": ERROR, "errorType": "COMMENT_TOO_LONG" }]));
    let most = json!({ "comment": { "text": "a".repeat(20480) }, "requestedAttributes": { "TOXICITY": {} } });
    assert_eq!(served.analyze(&most).status, 200);
}

#[test]
fn each_error_has_its_message_and_type() {
    let served = served("");
    let text = |more: Value| {
        let mut body = json!({ "comment": { "text": "Well." }, "requestedAttributes": { "TOXICITY": {} } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let entry = json!({ "text": "Title" });
    let many: serde_json::Map<String, Value> = (0..101).map(|at| (format!("TOXICITY@{at}"), json!({}))).collect();
    for (body, message, error_type) in [
        (json!({ "comment": { "text": "Well." } }), "Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES"),
        (text(json!({ "requestedAttributes": {} })), "Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES"),
        (
            text(json!({ "requestedAttributes": { "FLIRTATION": {} } })),
            "Unknown requested attribute: FLIRTATION",
            "INVALID_REQUEST",
        ),
        (
            text(json!({ "requestedAttributes": { "TOXICITY": { "scoreType": "PERCENTILE" } } })),
            "Requested score type PERCENTILE is not supported by attribute TOXICITY",
            "INVALID_REQUEST",
        ),
        (
            text(json!({ "comment": { "text": "Well.", "type": "HTML" } })),
            "Currently, only 'PLAIN_TEXT' comments are supported",
            "INVALID_REQUEST",
        ),
        (text(json!({ "comment": { "text": "Well.", "type": "RTF" } })), "Unknown text type", "INVALID_REQUEST"),
        (
            text(json!({ "context": { "entries": [entry], "articleAndParentComment": { "article": entry } } })),
            "Context can have either entries or article_and_parent_comment, but both fields were populated.",
            "INVALID_REQUEST",
        ),
        (
            text(json!({ "context": { "entries": [{ "text": "a".repeat(1_048_577) }] } })),
            "Context entry was too many bytes. Value (1048577) exceeded limit (1048576).",
            "INVALID_REQUEST",
        ),
        (
            text(json!({ "context": { "entries": vec![entry.clone(); 101] } })),
            "Too many context entries. Number (101) exceeded limit (100).",
            "INVALID_REQUEST",
        ),
        (
            text(json!({ "requestedAttributes": many, "dropUnsupportedAttributes": true })),
            "Too many attributes. Number (101) exceeded limit (100).",
            "INVALID_REQUEST",
        ),
        (json!({ "comment": { "text": "[deleted]" } }), "Comment must be non-empty.", "COMMENT_EMPTY"),
    ] {
        let error = error(&served.analyze(&body));
        assert_eq!((error["code"].as_u64(), error["message"].as_str()), (Some(400), Some(message)));
        assert_eq!(error["status"], "INVALID_ARGUMENT");
        assert_eq!(error["details"], json!([{ "@type": ERROR, "errorType": error_type }]));
    }
    let dropped = text(json!({ "requestedAttributes": { "FLIRTATION": {} }, "dropUnsupportedAttributes": true }));
    assert_eq!(served.analyzed(&dropped)["attributeScores"], json!({}));
}

#[test]
fn what_is_no_request_is_a_bad_one() {
    let served = served("");
    let deep = "[".repeat(100_000);
    let bodies: [&[u8]; 15] = [
        b"{",
        b"7",
        b"\"text\"",
        b"{\"comment\":\"text\"}",
        b"{\"comment\":{\"text\":7}}",
        b"{\"comment\":{\"text\":\"a\"},\"requestedAttributes\":[\"A\"],\"attributeScores\":[\"A\"]}",
        b"{\"comment\":{\"text\":\"a\"},\"comment\":{}}",
        b"{\"comment\":{\"text\":\"\xFF\"}}",
        deep.as_bytes(),
        // The fields of an object in their order are no object.
        b"[{\"text\":\"hello\"},null,{\"TOXICITY\":{}}]",
        b"[]",
        b"{\"comment\":[\"hello\"]}",
        b"{\"comment\":{\"text\":\"a\"},\"context\":[[]]}",
        b"{\"comment\":{\"text\":\"a\"},\"context\":{\"entries\":[[\"Title\"]]}}",
        b"{\"comment\":{\"text\":\"a\"},\"requestedAttributes\":{\"TOXICITY\":[]},\"attributeScores\":{\"TOXICITY\":[[1]]}}",
    ];
    for body in bodies {
        for path in [ANALYZE, SUGGEST] {
            let error = error(&served.post(path, body.to_vec()));
            assert_eq!((&error["code"], &error["status"]), (&json!(400), &json!("INVALID_ARGUMENT")), "{error}");
            assert!(error["message"].as_str().unwrap().starts_with("Invalid JSON payload received."), "{error}");
        }
    }
    let unread = format!(
        "{{\"comment\":{{\"text\":\"Well.\"}},\"requestedAttributes\":{{\"TOXICITY\":{{}}}},\"x\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(served.post(ANALYZE, unread).status, 200, "what nobody reads may be as deep as it likes");
    let large = error(&served.post(ANALYZE, vec![b' '; 3 << 20]));
    assert_eq!((&large["code"], &large["details"][0]["errorType"]), (&json!(413), &json!("COMMENT_TOO_LONG")));
    assert_eq!(error(&served.get(ANALYZE))["code"], 405);
}

const KEYS: &str = r#"
    [[serve.keys]]
    name = "coral"
    key = "AIzaSy-a-key-of-coral"
    scopes = ["analyze"]
    rate = 1
    burst = 2
"#;

#[test]
fn where_there_are_keys_one_is_needed() {
    let served = served(KEYS);
    let body = json!({ "comment": { "text": "Well." }, "requestedAttributes": { "TOXICITY": {} } }).to_string();
    let ask = |query: &str| served.post(&format!("{ANALYZE}{query}"), body.clone());
    assert_eq!(
        ask("").json(),
        json!({"error":{"code":403,"message":"Method doesn't allow unregistered callers (callers without established \
            identity). Please use API Key or other form of API consumer identity to call this API.",
            "status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo",
            "reason":"CONSUMER_INVALID","domain":"googleapis.com",
            "metadata":{"service":"commentanalyzer.googleapis.com"}}]}})
    );
    assert_eq!(
        ask("?key=wrong").json(),
        json!({"error":{"code":400,"message":"API key not valid. Please pass a valid API key.",
            "status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo",
            "reason":"API_KEY_INVALID","domain":"googleapis.com",
            "metadata":{"service":"commentanalyzer.googleapis.com"}}]}})
    );
    let key = "?key=AIzaSy-a-key-of-coral";
    // Before anything else of the request is looked at.
    assert_eq!(error(&served.post(&format!("{ANALYZE}?key=wrong"), "{"))["details"][0]["reason"], "API_KEY_INVALID");
    assert_eq!(error(&served.post(&format!("{SUGGEST}{key}"), body.clone()))["status"], "PERMISSION_DENIED");
    assert_eq!([ask(key).status, ask(key).status].map(|status| status.as_u16()), [200, 200]);
    let used_up = ask(key);
    assert!(used_up.headers.contains_key("retry-after"));
    let error = error(&used_up);
    assert_eq!((&error["code"], &error["status"]), (&json!(429), &json!("RESOURCE_EXHAUSTED")));
    assert_eq!(error["details"][0]["reason"], "RATE_LIMIT_EXCEEDED");
    assert!(error["message"].as_str().unwrap().starts_with("Quota exceeded for quota metric"), "{error}");
}
