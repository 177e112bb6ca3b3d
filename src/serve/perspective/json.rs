//! How an answer is sent.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

/// An answer of JSON, under the type that Google sends.
pub(crate) fn answer(status: StatusCode, json: Vec<u8>) -> Response {
    let mut response = (status, Body::from(json)).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
    response
}
