//! Our own API, under `/v1`: scores, decisions, the model, and the document that describes the API.
//!
//! - `score` and `stream` are asked for verdicts; `comment` and `nested` are what they are asked about, `lines` cuts streams,
//!   `verdict` words what is answered.
//! - `decisions` takes what people decide, with the comments that `arrival` brings along.
//! - `labels` and `models` tell of the model, `reload` has another one loaded.
//! - `fault` and `answer` write answers, `bounds` says how much may be asked for; `schema` and `openapi` describe it.

pub(crate) mod answer;
pub(crate) mod arrival;
pub(crate) mod bounds;
pub(crate) mod comment;
pub(crate) mod decisions;
pub(crate) mod fault;
pub(crate) mod labels;
pub(crate) mod lines;
pub(crate) mod models;
pub(crate) mod nested;
pub(crate) mod openapi;
pub(crate) mod reload;
pub(crate) mod samples;
pub(crate) mod schema;
pub(crate) mod score;
pub(crate) mod stream;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod verdict;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

use crate::serve::refusal::Refusal;
use crate::serve::state::App;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/v1/score", post(score::score))
        .route("/v1/score/stream", post(stream::stream))
        .route("/v1/decisions", post(decisions::decisions))
        .route("/v1/labels", get(labels::labels))
        .route("/v1/models", get(models::models))
        .route("/v1/admin/reload", post(reload::reload))
        .route("/openapi.json", get(openapi::openapi))
}

/// A refusal in the words of this API.
pub(crate) fn refuse(refusal: &Refusal) -> Response {
    fault::refuse(refusal)
}
