//! What is done for every request: it gets the model that answers it, is timed, counted and named in the answer.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderName;
use axum::middleware::Next;
use axum::response::Response;

use crate::serve::state::App;

/// Names the model that answered.
pub(crate) const MODEL: HeaderName = HeaderName::from_static("ombud-model");

pub(crate) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let loaded = app.live.now();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let path = path.as_ref().map_or("none", MatchedPath::as_str);
    let method = app.log_requests.then(|| request.method().clone());
    request.extensions_mut().insert(Arc::clone(&loaded));
    let mut response = next.run(request).await;
    response.headers_mut().insert(MODEL, loaded.header.clone());
    let (status, time) = (response.status().as_u16(), begun.elapsed());
    app.meters.route(path).count(status, time);
    if let Some(method) = method {
        tracing::info!(method = method.as_str(), path, status, micros = time.as_micros() as u64, "request");
    }
    response
}
