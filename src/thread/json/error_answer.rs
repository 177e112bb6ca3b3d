//! Recognises the error answers that interfaces give in place of comments.

use crate::thread::json::arena::{Arena, Value};
use crate::thread::json_reader::{finish, reader};

/// Keys of such answers. An object with any other key may be a comment, since some comments have a `message` too.
const KEYS: [&str; 49] = [
    "additional_errors",
    "code",
    "data",
    "description",
    "detail",
    "details",
    "documentation_url",
    "error",
    "errorCode",
    "errorMessage",
    "error_code",
    "error_description",
    "error_id",
    "error_message",
    "error_msg",
    "error_name",
    "error_type",
    "errors",
    "explanation",
    "extensions",
    "extras",
    "fault",
    "global",
    "instance",
    "message",
    "messages",
    "method",
    "msg",
    "ok",
    "path",
    "reason",
    "requestId",
    "request_id",
    "response",
    "result",
    "results",
    "retry_after",
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
    "warning",
    "warnings",
];

/// Keys for the content of an answer.
const CONTENTS: [&str; 4] = ["data", "response", "result", "results"];

/// Where such an answer says what is wrong, best first.
const MESSAGES: [&[&str]; 23] = [
    &["error", "message"],
    &["error", "error_msg"],
    &["error", "reason"],
    &["fault", "faultstring"],
    &["message"],
    &["msg"],
    &["error_description"],
    &["error_message"],
    &["errorMessage"],
    &["error_msg"],
    &["detail"],
    &["details"],
    &["description"],
    &["error"],
    &["errors"],
    &["response"],
    &["title"],
    &["reason"],
    &["error_type"],
    &["statusText"],
    &["code"],
    &["body"],
    &["text"],
];

/// Keys that interfaces use for what they say of themselves, and comments for their texts.
const EITHER: [&str; 4] = ["message", "msg", "detail", "description"];

/// Keys of a status.
const NUMBERS: [&str; 6] = ["code", "error", "error_code", "status", "statusCode", "status_code"];

/// How many bytes of its message are shown.
const SHOWN: usize = 200;

/// The message for a document that is only an error answer; `beginning` must be all of it.
pub(crate) fn of_document(beginning: &[u8]) -> Option<String> {
    let arena = whole(beginning)?;
    let value = arena.value();
    // Of pages combined into one list, all must be errors.
    let mut said: Vec<String> =
        if value.is_list() { value.items().map(of_value).collect::<Option<_>>()? } else { vec![of_value(value)?] };
    (!said.is_empty()).then(|| said.swap_remove(0))
}

/// The message for a document that is nothing but a message, such as `{"message":"Forbidden"}`: it may be a comment, but
/// hardly is, and so it must not be taken for one because of its key alone. `beginning` must be all of it.
pub(crate) fn of_lone(beginning: &[u8]) -> Option<String> {
    let arena = whole(beginning)?;
    let value = arena.value();
    let mut items = value.items();
    let (value, is_listed) = items.next().map_or((value, false), |first| (first, true));
    let has_status = NUMBERS.iter().any(|key| value.get(key).is_number());
    if items.next().is_some() || is_listed && !has_status || !has_only(value, &[]) {
        return None;
    }
    let key = EITHER.into_iter().find(|key| said(value.get(key)).is_some())?;
    let said = short(said(value.get(key))?);
    Some(format!(
        "it seems to be the answer of an interface, without comments: {said}; if `{key}` holds a comment, \
         give --column text={key}"
    ))
}

/// The document, if it is whole and may be an answer.
fn whole(beginning: &[u8]) -> Option<Arena> {
    let document =
        std::str::from_utf8(beginning.trim_ascii()).ok().filter(|document| document.starts_with(['{', '[']))?;
    let (mut arena, mut reader) = (Arena::default(), reader(document));
    arena.read(&mut reader).ok()?;
    finish(reader).ok()?;
    Some(arena)
}

/// The message for a value that is an error answer.
pub(crate) fn of_value(value: Value<'_>) -> Option<String> {
    // With a status of failure, even a text is the answer's.
    let texts: &[&str] = if has_status_of_failure(value) { &["body", "text"] } else { &[] };
    let data = value.get("data");
    // Even empty data are the content of an answer that reports other errors beside them.
    let has_data = data.is_there() && !data.is_null() && !is_failure(data.get("status"));
    if has_data || !has_only(value, texts) || !is_error(value) {
        return None;
    }
    let said = MESSAGES.iter().find_map(|path| said(value.at(path))).unwrap_or("it names no reason");
    Some(format!("it seems to be an error answer: {}", short(said)))
}

/// Whether an object has only keys of answers, or these others, and no content.
fn has_only(value: Value<'_>, others: &[&str]) -> bool {
    let is_its = |key: &str| KEYS.contains(&key) || others.contains(&key);
    let has_content = |key: &str| {
        let content = value.get(key);
        let is_message = key == "response" && content.is_string();
        !is_message && !is_hollow(content) && !is_failure(content.get("status"))
    };
    value.is_object() && value.members().all(|(key, _)| is_its(key)) && !CONTENTS.into_iter().any(has_content)
}

/// Whether there is no plain value at any depth.
fn is_hollow(value: Value<'_>) -> bool {
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        if value.is_there() && !value.is_null() && !value.is_list() && !value.is_object() {
            return false;
        }
        waiting.extend(value.items().chain(value.members().map(|(_, value)| value)));
    }
    true
}

/// A message on one line, cut if it is long.
fn short(said: &str) -> String {
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    said.get(..said.floor_char_boundary(SHOWN)).unwrap_or(&said).to_owned()
}

/// A string, or the first of a list: by itself, or an object's message.
fn said(value: Value<'_>) -> Option<&str> {
    let value = value.items().next().unwrap_or(value);
    let says = |said: &Value<'_>| said.is_string() && !said.text().trim().is_empty();
    [value, value.get("message")].into_iter().find(says).map(Value::text)
}

fn is_error(value: Value<'_>) -> bool {
    let (error, errors) = (value.get("error"), value.get("errors"));
    let says = |value: Value<'_>| value.is_string() && !value.text().trim().is_empty();
    let is_named = error.is_object() || error.is_true() || says(error) || value.get("fault").is_object();
    let is_told = ["errorMessage", "error_message", "error_msg"].iter().any(|key| says(value.get(key)));
    let is_refusal = ["success", "ok"].iter().any(|key| value.get(key).text() == "false");
    // In place of the content, there is a message.
    let is_answered = says(value.get("response")) && !["", "0"].contains(&value.get("code").text());
    is_named
        || is_told
        || is_answered
        || errors.items().next().is_some()
        || is_refusal
        || is_failure(value.at(&["data", "status"]))
        || has_status_of_failure(value)
}

fn has_status_of_failure(value: Value<'_>) -> bool {
    NUMBERS.iter().any(|key| is_failure(value.get(key)))
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
            (
                r#"{"status":"error","statusCode":404,"message":"No such thread","errorCode":"NO_THREAD"}"#,
                "No such thread",
            ),
            (r#"{"text":"Too many requests","status":429}"#, "Too many requests"),
            (r#"{"body":"Unavailable","statusCode":503}"#, "Unavailable"),
            (r#"{"ok":false,"error_code":404,"description":"No chat"}"#, "No chat"),
            (r#"{"fault":{"faultstring":"Bad key","detail":{"errorcode":"x"}}}"#, "Bad key"),
            (r#"{"status":"ERROR","errors":["Bad request"],"results":[]}"#, "Bad request"),
            (r#"{"error_id":502,"error_message":"too many","error_name":"throttle"}"#, "too many"),
            (r#"{"code":5,"response":"Bad key"}"#, "Bad key"),
            (r#"{"error":{"error_code":5,"error_msg":"no token"}}"#, "no token"),
        ] {
            assert_eq!(
                of_document(answer.as_bytes()),
                Some(format!("it seems to be an error answer: {said}")),
                "{answer}"
            );
        }
    }

    #[test]
    fn a_message_alone_is_hardly_a_comment() {
        for (answer, said) in [
            (r#"{"message":"Forbidden"}"#, "message"),
            (r#"{"message":"401: Unauthorized","code":0}"#, "message"),
            (r#"{"message":"Slow down","retry_after":6.5,"global":false}"#, "message"),
            (r#"{"detail":"No credentials"}"#, "detail"),
            (r#"{"message":"success","data":[]}"#, "message"),
            (r#"{"status":"success","msg":"ok","data":{"items":[],"next":null}}"#, "msg"),
            (r#"[{"message":"No such page","code":34}]"#, "message"),
        ] {
            let told = of_lone(answer.as_bytes()).unwrap();
            assert!(told.contains("the answer of an interface"), "{told}");
            assert!(told.ends_with(&format!("give --column text={said}")), "{told}");
        }
        for document in [
            r#"{"id":1,"message":"a"}"#,
            r#"{"message":"a","author":"b"}"#,
            r#"[{"message":"a"}]"#,
            r#"[{"message":"a","code":1},{"message":"b","code":1}]"#,
            "{\"message\":\"a\"}\n{\"message\":\"b\"}",
            r#"{"message":"ok","data":[{"text":"a"}]}"#,
            r#"{"title":"a"}"#,
            r#"{"text":"a"}"#,
        ] {
            assert_eq!(of_lone(document.as_bytes()), None, "{document}");
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
