//! Coral's webhooks: they announce events by ids, and the content is then requested.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use crate::serve::access::Caller;
use crate::serve::coral::error::CoralError;
use crate::serve::coral::fetch::{Wanted, later};
use crate::serve::coral::sender;
use crate::serve::object::one;
use crate::serve::payload::Payload;
use crate::serve::state::App;

/// An event, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "one")]
    data: Data,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Data {
    #[serde(rename = "storyID")]
    story_id: Option<String>,
    #[serde(rename = "commentID")]
    comment_id: Option<String>,
    status: Option<String>,
}

/// 204 for everything Coral may send, even what is not used here: it turns off a webhook that fails ten times.
pub(crate) async fn webhook(State(app): State<App>, caller: Caller, headers: HeaderMap, payload: Payload) -> Response {
    match take(&app, &caller, &headers, payload).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => error.answer(&app.coral),
    }
}

async fn take(app: &App, caller: &Caller, headers: &HeaderMap, payload: Payload) -> Result<(), CoralError> {
    let bytes = sender::read(caller, headers, payload).await?;
    let event: Event = sender::parse(&bytes)?;
    if let Some(wanted) = wanted(event, caller.loaded.settings.coral.queue) {
        later(app, &caller.loaded, wanted);
    }
    Ok(())
}

/// Whether the content of an event is worth requesting; `reviews` if flagged comments go to the queue.
fn wanted(Event { kind, data }: Event, reviews: bool) -> Option<Wanted> {
    let Data { story_id, comment_id, status } = data;
    match kind.as_str() {
        "STORY_CREATED" => story_id.map(Wanted::Story),
        "COMMENT_CREATED" | "COMMENT_REPLY_CREATED" | "COMMENT_ENTERED_MODERATION_QUEUE" if reviews => {
            comment_id.map(Wanted::Reviewed)
        }
        // A comment in premoderation is not published, so nobody answers it yet.
        "COMMENT_CREATED" | "COMMENT_REPLY_CREATED" => comment_id.map(Wanted::Comment),
        "COMMENT_LEFT_MODERATION_QUEUE" if status.as_deref() == Some("APPROVED") => comment_id.map(Wanted::Comment),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(event: &str, queue: bool) -> Option<Wanted> {
        wanted(serde_json::from_str(event).unwrap(), queue)
    }

    #[test]
    fn events_say_what_is_to_be_fetched() {
        let event = |kind: &str, status: &str| {
            format!(
                r#"{{"id":"e1","type":"{kind}","tenantID":"t1","tenantDomain":"localhost","createdAt":"2026-11-28T12:00:00Z",
                     "data":{{"storyID":"s1","commentID":"c1","siteID":"site1","queue":"PENDING","status":"{status}"}}}}"#
            )
        };
        let [story, comment, reviewed] =
            [Wanted::Story("s1".into()), Wanted::Comment("c1".into()), Wanted::Reviewed("c1".into())].map(Some);
        for (kind, status, usual, queueing) in [
            ("STORY_CREATED", "", &story, &story),
            ("COMMENT_CREATED", "NONE", &comment, &reviewed),
            ("COMMENT_REPLY_CREATED", "NONE", &comment, &reviewed),
            ("COMMENT_ENTERED_MODERATION_QUEUE", "PREMOD", &None, &reviewed),
            ("COMMENT_LEFT_MODERATION_QUEUE", "APPROVED", &comment, &comment),
            ("COMMENT_LEFT_MODERATION_QUEUE", "REJECTED", &None, &None),
            ("SOMETHING_NEW", "", &None, &None),
        ] {
            assert_eq!(wants(&event(kind, status), false), *usual, "{kind} {status}");
            assert_eq!(wants(&event(kind, status), true), *queueing, "{kind} {status}");
        }
        assert_eq!(wants(r#"{"type":"STORY_CREATED"}"#, false), None);
    }
}
