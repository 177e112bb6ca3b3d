//! What must hold of the whole server.

pub(crate) mod access;
pub(crate) mod limits;
pub(crate) mod network;
pub(crate) mod reloading;
pub(crate) mod scoring;
pub(crate) mod storing;
pub(crate) mod tls;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;

use crate::model::verdict::Outcome;
use crate::serve::access::Caller;
use crate::serve::api;
use crate::serve::payload::Payload;
use crate::serve::refusal::Refusal;
use crate::serve::scoring::InContext;
use crate::serve::settings::Scope;
use crate::serve::state::App;

/// A route that scores the body.
fn scoring_route() -> Router<App> {
    async fn score(app: App, caller: Caller, payload: Payload) -> Result<String, Refusal> {
        caller.may(Scope::Score)?;
        let body = payload.read().await?;
        let text = String::from_utf8_lossy(&body);
        let verdict = app.scoring.score(&caller.loaded, &InContext::of(text), 0).await?;
        let p = |outcome: &Outcome| match outcome {
            Outcome::Flag { p, .. } => format!("{p:?}"),
            Outcome::Stance { p, .. } => format!("{p:?}"),
        };
        Ok(verdict.outcomes.iter().map(p).collect::<Vec<_>>().join(" "))
    }
    async fn handler(State(app): State<App>, caller: Caller, payload: Payload) -> Response {
        match score(Arc::clone(&app), caller, payload).await {
            Ok(p) => p.into_response(),
            Err(refusal) => api::refuse(&refusal),
        }
    }
    Router::new().route("/test/score", post(handler))
}
