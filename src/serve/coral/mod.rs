//! Coral's external moderation phase and its webhooks.

use axum::Router;
use axum::response::Response;
use serde_json::json;

use crate::serve::refusal::Refusal;
use crate::serve::state::App;

pub(crate) fn router() -> Router<App> {
    Router::new()
}

/// A refusal in the words of this API.
pub(crate) fn refuse(refusal: &Refusal) -> Response {
    let status = refusal.status();
    refusal.answer(status, json!({ "error": { "code": status.as_u16(), "message": refusal.to_string() } }).to_string())
}
