//! What Coral's own validator makes of an answer: unknown keys are stripped; a null, or a word that it does not know, and the
//! whole answer is thrown away.

use serde_json::{Map, Value};

const STATUSES: [&str; 5] = ["NONE", "APPROVED", "REJECTED", "PREMOD", "SYSTEM_WITHHELD"];
const FLAGS: [&str; 2] = ["COMMENT_DETECTED_TOXIC", "COMMENT_DETECTED_SPAM"];
const TAGS: [&str; 2] = ["FEATURED", "STAFF"];
const CODES: [&str; 11] = [
    "OFFENSIVE",
    "ABUSIVE",
    "SPAM",
    "BANNED_WORD",
    "AD",
    "ILLEGAL_CONTENT",
    "HARASSMENT_BULLYING",
    "MISINFORMATION",
    "HATE_SPEECH",
    "IRRELEVANT_CONTENT",
    "OTHER",
];

type Check = fn(&Value) -> Result<Value, String>;

/// What Coral reads of an answer, or why it throws it away.
pub(crate) fn validated(answer: &str) -> Result<Value, String> {
    let answer = serde_json::from_str(answer).map_err(|error| error.to_string())?;
    object(
        &answer,
        &[
            ("actions", false, |actions| {
                list(actions, |action| {
                    let kind: Check = |kind| word(kind, &["FLAG"]);
                    object(action, &[("actionType", true, kind), ("reason", true, |reason| word(reason, &FLAGS))])
                })
            }),
            ("status", false, |status| word(status, &STATUSES)),
            ("tags", false, |tags| list(tags, |tag| word(tag, &TAGS))),
            ("moderationAction", false, |action| {
                let status: Check = |status| word(status, &STATUSES);
                object(action, &[("status", false, status), ("rejectionReason", false, rejection)])
            }),
        ],
    )
}

fn rejection(reason: &Value) -> Result<Value, String> {
    let code: Check = |code| word(code, &CODES);
    object(
        reason,
        &[
            ("code", false, code),
            ("legalGrounds", false, text),
            ("detailedExplanation", false, text),
            ("customReason", false, text),
        ],
    )
}

fn object(value: &Value, keys: &[(&str, bool, Check)]) -> Result<Value, String> {
    let Value::Object(given) = value else { return Err(format!("{value} is no object")) };
    let mut read = Map::new();
    for (key, is_required, check) in keys {
        match given.get(*key) {
            Some(value) => drop(read.insert((*key).to_owned(), check(value)?)),
            None if *is_required => return Err(format!("{key} is required")),
            None => {}
        }
    }
    Ok(Value::Object(read))
}

fn list(value: &Value, check: Check) -> Result<Value, String> {
    let Value::Array(values) = value else { return Err(format!("{value} is no list")) };
    values.iter().map(check).collect()
}

/// Joi takes no empty string for a string.
fn text(value: &Value) -> Result<Value, String> {
    match value {
        Value::String(text) if !text.is_empty() => Ok(value.clone()),
        _ => Err(format!("{value} is no text")),
    }
}

fn word(value: &Value, words: &[&str]) -> Result<Value, String> {
    let word = text(value)?;
    if words.iter().any(|own| word == *own) { Ok(word) } else { Err(format!("{value} is none of {words:?}")) }
}

#[test]
fn it_is_as_strict_as_corals() {
    for good in [
        r#"{"actions":[]}"#,
        "{}",
        r#"{"actions":[{"actionType":"FLAG","reason":"COMMENT_DETECTED_SPAM"}],"status":"PREMOD"}"#,
    ] {
        assert_eq!(validated(good).unwrap().to_string(), good);
    }
    assert_eq!(validated(r#"{"actions":[],"score":0.9}"#).unwrap().to_string(), r#"{"actions":[]}"#);
    for bad in [
        r#"{"status":null}"#,
        r#"{"tags":null}"#,
        r#"{"actions":null}"#,
        r#"{"status":"DELETED"}"#,
        r#"{"actions":[{"actionType":"FLAG","reason":"COMMENT_DETECTED_RUDE"}]}"#,
        r#"{"actions":[{"actionType":"FLAG"}]}"#,
        r#"{"moderationAction":{"status":"REJECTED","rejectionReason":{"code":"RUDE"}}}"#,
        r#"{"moderationAction":{"status":"REJECTED","rejectionReason":{"detailedExplanation":""}}}"#,
        "[]",
    ] {
        assert!(validated(bad).is_err(), "{bad}");
    }
}
