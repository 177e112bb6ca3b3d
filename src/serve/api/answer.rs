//! Answers in JSON.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

/// An answer with a body that is already written.
pub(crate) fn written(status: StatusCode, json: impl Into<Body>) -> Response {
    let mut response = (status, json.into()).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    written(status, text(value))
}

/// A value that has nothing in it that JSON cannot say.
pub(crate) fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| {
        tracing::error!(%error, "an answer cannot be written");
        r#"{"error":{"code":500,"message":"the answer cannot be written"}}"#.to_owned()
    })
}
