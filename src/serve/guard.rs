//! What holds the requests of an API to the limits, and catches what breaks.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;

use crate::serve::refusal::{Refusal, Refuse};
use crate::serve::state::App;

/// The limits of an API's requests.
#[derive(Clone)]
struct Guard {
    app: App,
    refuse: Refuse,
}

/// Enforces the limits of an API, which words its refusals itself. A panic is also answered, and counted.
pub(crate) fn guard(routes: Router<App>, app: &App, refuse: Refuse) -> Router<App> {
    let guard = Guard { app: Arc::clone(app), refuse };
    let panics = guard.clone();
    let caught = move |_: Box<dyn Any + Send>| {
        panics.app.meters.panics.increment(1);
        tracing::error!("a request was answered with 500 because its handler panicked");
        (panics.refuse)(&Refusal::Broken)
    };
    routes.layer(CatchPanicLayer::custom(caught)).layer(from_fn_with_state(guard, limit))
}

/// What sees for itself that its time is up, as a body that does not come, has so long to say so.
const OWN_WORDS: Duration = Duration::from_millis(100);

async fn limit(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let Guard { app, refuse } = guard;
    let Ok(_permit) = app.requests.try_acquire() else { return refuse(&Refusal::Overloaded) };
    match tokio::time::timeout(app.limits.request_time + OWN_WORDS, next.run(request)).await {
        Ok(response) => response,
        Err(_) => refuse(&Refusal::Unfinished),
    }
}
