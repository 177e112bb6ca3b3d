//! Whatever is sent, something is answered.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{ANALYZE, SUGGEST};
use crate::serve::fixture::served;

const NAMES: [&str; 26] = [
    "comment",
    "text",
    "type",
    "context",
    "entries",
    "articleAndParentComment",
    "article",
    "parentComment",
    "requestedAttributes",
    "attributeScores",
    "summaryScore",
    "spanScores",
    "score",
    "value",
    "begin",
    "end",
    "scoreThreshold",
    "scoreType",
    "TOXICITY",
    "STANCE_FAVOR",
    "languages",
    "clientToken",
    "communityId",
    "spanAnnotations",
    "dropUnsupportedAttributes",
    "doNotStore",
];

fn any_value() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        Just("You idiot. 😀 No!".to_owned()),
        Just("PROBABILITY".to_owned()),
        Just("Coral:x".to_owned()),
        Just("{\"url\":\"a?commentID=1\",\"Coral_comment_id\":\"1\"}".to_owned()),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..3_u8).prop_map(Value::from),
        words.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let name = prop_oneof![9 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => any::<String>()];
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => object(name, inner),
        ]
    })
}

fn object(name: impl Strategy<Value = String>, value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec((name, value), 0..6).prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

/// Requests in which each part may be anything, but mostly is what it should be.
fn request() -> impl Strategy<Value = Value> {
    let comment = prop_oneof![3 => Just(serde_json::json!({ "text": "You idiot. 😀 No!" })), 1 => any_value()];
    let attributes = prop::sample::subsequence(vec!["TOXICITY", "OFF_TOPIC@2", "STANCE_FAVOR", "NONE"], 0..4);
    let attributes = (attributes, prop::collection::vec(any_value(), 4))
        .prop_map(|(names, values)| names.into_iter().map(str::to_owned).zip(values).collect::<Map<_, _>>());
    let rest = prop::collection::vec((prop::sample::select(&NAMES[..]), any_value()), 0..5);
    (comment, attributes, rest).prop_map(|(comment, attributes, rest)| {
        let mut fields: Map<String, Value> = rest.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        fields.insert("comment".to_owned(), comment);
        fields.entry("requestedAttributes").or_insert(attributes.clone().into());
        fields.entry("attributeScores").or_insert(attributes.into());
        Value::Object(fields)
    })
}

#[test]
fn no_json_breaks_anything() {
    let served = served("");
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 400, ..ProptestConfig::default() });
    let ran = runner.run(&prop_oneof![request(), any_value()], |body| {
        for path in [ANALYZE, SUGGEST] {
            let answer = served.post(path, body.to_string());
            prop_assert!([200, 400].contains(&answer.status.as_u16()), "{}: {}", path, answer.body);
            let json: Value = serde_json::from_str(&answer.body).unwrap();
            prop_assert_eq!(answer.status == 400, json["error"]["details"][0].is_object());
        }
        Ok(())
    });
    ran.unwrap();
    let body = serde_json::json!({ "comment": { "text": "Well." }, "requestedAttributes": { "TOXICITY": {} } });
    assert_eq!(served.analyze(&body).status, 200, "and it goes on");
}
