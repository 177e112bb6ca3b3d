//! Argilla records as a Hugging Face data set: fields and questions are side by side.
//!
//! Argilla 1.x writes a list of objects under the question's name, 2.x three lists: `QUESTION.responses`,
//! `.responses.users` and `.responses.status`.

use serde_json::{Map, Value as Json};

use crate::thread::annotated::json::{members, person};
use crate::thread::annotated::sheet::Sheet;
use crate::thread::formats::argilla_responses::{Responses, counts};
use crate::thread::head::Head;
use crate::thread::json::arena::Value;

const RESPONSES: &str = ".responses";
const SUGGESTION: &str = "-suggestion";

/// Argilla's own keys, which say nothing about the comment.
const OWN: [&str; 5] = ["id", "external_id", "status", "_server_id", "metadata"];

/// Whether the first object is such a record.
pub(crate) fn is(head: &Head<'_>) -> bool {
    if !head.is_json() || !(head.text.contains(RESPONSES) || head.text.contains(SUGGESTION)) {
        return false;
    }
    let begin = head.text.trim_start_matches(['[', ' ', '\n', '\r', '\t']);
    let first = serde_json::Deserializer::from_str(begin).into_iter::<Map<String, Json>>().next();
    let Some(Ok(first)) = first else { return false };
    let has = |key: String| first.contains_key(&key);
    first.iter().any(|(key, value)| {
        let is_new =
            key.strip_suffix(RESPONSES).is_some() && has(format!("{key}.status")) && has(format!("{key}.users"));
        let is_response = |one: &Json| one.get("user_id").is_some() && one.get("value").is_some();
        let is_old = value.as_array().is_some_and(|all| all.iter().all(is_response));
        is_new || is_old && has(format!("{key}{SUGGESTION}"))
    })
}

/// Whether a value is such a record, which no other record of Argilla resembles.
pub(crate) fn is_record(value: Value<'_>) -> bool {
    !value.get("fields").is_object() && value.members().any(|(key, value)| is_question(key, value))
}

/// Whether the key holds part of a question.
fn is_question(key: &str, value: Value<'_>) -> bool {
    key.ends_with(RESPONSES) || key.contains(SUGGESTION) || key.contains(".suggestion") || is_old(value)
}

/// Whether it is a list of responses as written by 1.x.
fn is_old(value: Value<'_>) -> bool {
    value.is_list() && value.items().all(|one| one.get("user_id").is_there() && one.get("value").is_there())
}

/// The responses of a record.
pub(crate) fn responses<'a>(record: Value<'a>, sheet: &mut Sheet) -> Responses<'a> {
    let mut responses = Responses::default();
    for (key, value) in record.members() {
        if let Some(question) = key.strip_suffix(RESPONSES) {
            let (users, states) = (record.get(&format!("{key}.users")), record.get(&format!("{key}.status")));
            let mut states = states.items();
            let mut users = users.items();
            for answer in value.items() {
                let status = states.next().map_or("", |status| status.text());
                let Some(user) = users.next() else {
                    sheet.told.count(
                        "response does not say whose it is, and is left out",
                        "responses do not say whose they are, and are left out",
                    );
                    continue;
                };
                if counts(status, sheet) {
                    responses.add(user.text(), question, answer);
                }
            }
        } else if is_old(value) {
            for one in value.items().filter(|one| counts(one.get("status").text(), sheet)) {
                responses.add(person(one.get("user_id")), key, one.get("value"));
            }
        }
    }
    responses
}

/// The number of suggestions by models.
pub(crate) fn suggestions(record: Value<'_>) -> usize {
    let is_one = |key: &str| key.ends_with(SUGGESTION) || key.ends_with(".suggestion");
    record.members().filter(|(key, value)| is_one(key) && (value.is_list() || !value.text().is_empty())).count()
}

/// What annotators saw of the comment.
pub(crate) fn fields(record: Value<'_>) -> impl Iterator<Item = (&str, Value<'_>)> {
    record.members().filter(|(key, value)| {
        let is_of_question = is_question(key, *value) || key.contains(".responses.");
        !is_of_question && !OWN.contains(key)
    })
}

/// Adds what is known about the comment besides its fields.
pub(crate) fn metadata(record: Value<'_>, sheet: &mut Sheet) {
    let metadata = record.get("metadata");
    members(metadata, &["text", "annotator"], sheet);
    // 1.x writes metadata as a string of JSON.
    if let Ok(Json::Object(inside)) = serde_json::from_str(metadata.text()) {
        for (key, value) in inside.iter().filter(|(key, _)| !matches!(key.as_str(), "text" | "annotator")) {
            match value {
                Json::String(text) => sheet.plain(key, text),
                Json::Number(_) | Json::Bool(_) => sheet.plain(key, &value.to_string()),
                Json::Null | Json::Array(_) | Json::Object(_) => {}
            }
        }
    }
}
