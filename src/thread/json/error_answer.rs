//! Recognises the error answers that interfaces give in place of comments.

use struson::reader::JsonReader;

use crate::thread::json::arena::{Arena, Value};
use crate::thread::json_reader::reader;

/// Keys of such answers. An object with any other key may be a comment, since some comments have a `message` too.
const KEYS: [&str; 34] = [
    "additional_errors",
    "code",
    "data",
    "detail",
    "details",
    "documentation_url",
    "error",
    "error_code",
    "error_description",
    "error_type",
    "errors",
    "explanation",
    "extensions",
    "extras",
    "instance",
    "message",
    "method",
    "msg",
    "ok",
    "path",
    "reason",
    "requestId",
    "request_id",
    "response",
    "status",
    "statusCode",
    "statusText",
    "status_code",
    "success",
    "timestamp",
    "title",
    "trace",
    "traceId",
    "type",
];

/// Where such an answer says what is wrong, best first.
const MESSAGES: [&[&str]; 12] = [
    &["error", "message"],
    &["message"],
    &["msg"],
    &["error_description"],
    &["detail"],
    &["details"],
    &["error"],
    &["errors"],
    &["title"],
    &["reason"],
    &["error_type"],
    &["code"],
];

/// How many bytes of its message are shown.
const SHOWN: usize = 200;

/// The message for a document that is only an error answer; `beginning` must be all of it.
pub(crate) fn of_document(beginning: &[u8]) -> Option<String> {
    let document =
        std::str::from_utf8(beginning.trim_ascii()).ok().filter(|document| document.starts_with(['{', '[']))?;
    let (mut arena, mut reader) = (Arena::default(), reader(document));
    arena.read(&mut reader).ok()?;
    reader.consume_trailing_whitespace().ok()?;
    let value = arena.value();
    // Of pages combined into one list, all must be errors.
    let mut said: Vec<String> =
        if value.is_list() { value.items().map(of_value).collect::<Option<_>>()? } else { vec![of_value(value)?] };
    (!said.is_empty()).then(|| said.swap_remove(0))
}

/// The message for a value that is an error answer.
pub(crate) fn of_value(value: Value<'_>) -> Option<String> {
    let has_others = value.members().any(|(key, _)| !KEYS.contains(&key));
    let data = value.get("data");
    let has_data = data.is_there() && !data.is_null() && !is_failure(data.get("status"));
    if !value.is_object() || has_others || has_data || !is_error(value) {
        return None;
    }
    let said = MESSAGES.iter().find_map(|path| said(value.at(path))).unwrap_or("it names no reason");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = said.get(..said.floor_char_boundary(SHOWN)).unwrap_or(&said);
    Some(format!("it seems to be an error answer: {said}"))
}

/// A string, or the first of a list: by itself, or an object's message.
fn said(value: Value<'_>) -> Option<&str> {
    let value = value.items().next().unwrap_or(value);
    let says = |said: &Value<'_>| said.is_string() && !said.text().trim().is_empty();
    [value, value.get("message")].into_iter().find(says).map(Value::text)
}

fn is_error(value: Value<'_>) -> bool {
    let (error, errors) = (value.get("error"), value.get("errors"));
    let is_named = error.is_object() || error.is_true() || error.is_string() && !error.text().trim().is_empty();
    let is_refusal = ["success", "ok"].iter().any(|key| value.get(key).text() == "false");
    let numbers = ["code", "error", "status", "statusCode", "status_code"];
    is_named
        || errors.items().next().is_some()
        || is_refusal
        || is_failure(value.at(&["data", "status"]))
        || numbers.iter().any(|key| is_failure(value.get(key)))
}

/// Whether this is an HTTP status of failure.
fn is_failure(status: Value<'_>) -> bool {
    status.text().parse::<u16>().is_ok_and(|status| (400..600).contains(&status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_interfaces_that_failed_are_known() {
        for (answer, said) in [
            (r#"{"message":"Forbidden","error":403}"#, "Forbidden"),
            (r#"{"message": "Forbidden", "error": 403, "reason": "private"}"#, "Forbidden"),
            (
                r#"{"code":"rest_comment_invalid_post_id","message":"Invalid post ID.","data":{"status":404}}"#,
                "Invalid post ID.",
            ),
            (r#"{"error":"InvalidRequest","message":"Error: no uri"}"#, "Error: no uri"),
            (r#"{"error":{"code":403,"message":"disabled","errors":[{"message":"x"}]}}"#, "disabled"),
            (r#"{"errors":[{"message":"unauthorized"}],"data":null}"#, "unauthorized"),
            (r#"{"errors":["not found"],"error_type":"not_found"}"#, "not found"),
            (r#"{"error":"Record not found"}"#, "Record not found"),
            (r#"[{"status":404,"error":"Not Found"}]"#, "Not Found"),
            (r#"{"message":"Not Found","status":"404"}"#, "Not Found"),
        ] {
            assert_eq!(
                of_document(answer.as_bytes()),
                Some(format!("it seems to be an error answer: {said}")),
                "{answer}"
            );
        }
    }

    #[test]
    fn comments_with_a_message_are_none() {
        for document in [
            r#"{"id":1,"message":"a","error":403}"#,
            r#"{"message":"a"}"#,
            r#"{"message":"a","status":"approved"}"#,
            r#"{"message":"a","code":"DE","type":"comment"}"#,
            r#"{"message":"a","author":"b","status":404}"#,
            r#"{"errors":[{"message":"slow"}],"data":{"comments":{"nodes":[]}}}"#,
            "{\"message\":\"a\",\"error\":\"x\"}\n{\"message\":\"b\",\"error\":\"\"}",
            r#"[{"error":"x"},{"message":"b"}]"#,
            "[]",
            "{}",
            "7",
            r#"{"error":"cut"#,
        ] {
            assert_eq!(of_document(document.as_bytes()), None, "{document}");
        }
    }
}
