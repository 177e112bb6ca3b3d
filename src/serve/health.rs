//! Whether the server lives, whether it is ready, and its figures.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::json;

use crate::serve::access::Caller;
use crate::serve::api;
use crate::serve::settings::Scope;
use crate::serve::state::App;

/// Not held to the limits: they are asked when these are reached.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/healthz", get(healthz)).route("/readyz", get(readyz)).route("/metrics", get(metrics))
}

async fn healthz() -> &'static str {
    "ok\n"
}

/// 503 while it drains, or when decisions cannot be kept.
async fn readyz(State(app): State<App>, caller: Caller) -> Response {
    let ready = if app.is_stopping() {
        Err("stopping".into())
    } else {
        // It names files of this machine, which not everybody should see.
        let told =
            |why| if caller.has(Scope::Metrics).is_ok() { why } else { "the review database cannot be written".into() };
        app.writer.is_ready().await.map_err(told)
    };
    match ready {
        Ok(()) => (StatusCode::OK, axum::Json(json!({ "ready": true }))).into_response(),
        Err(why) => {
            (StatusCode::SERVICE_UNAVAILABLE, axum::Json(json!({ "ready": false, "why": &*why }))).into_response()
        }
    }
}

async fn metrics(State(app): State<App>, caller: Caller) -> Response {
    if let Err(refusal) = caller.may(Scope::Metrics) {
        return api::refuse(&refusal);
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.meters.render(&caller.loaded.meters))
        .into_response()
}
