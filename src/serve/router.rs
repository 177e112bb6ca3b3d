//! Every route of the server, in one place.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::serve::guard::guard;
use crate::serve::observe::observe;
use crate::serve::refusal::Refusal;
use crate::serve::state::App;
use crate::serve::{api, coral, health, perspective};

/// Every route.
pub(crate) fn router(app: &App) -> Router {
    with(app, Router::new())
}

/// Every route, and more.
pub(crate) fn with(app: &App, more: Router<App>) -> Router {
    Router::new()
        .merge(guard(perspective::router(), app, perspective::refuse))
        .merge(guard(coral::router(), app, coral::refuse))
        .merge(guard(api::router().merge(more), app, api::refuse))
        .merge(health::router())
        .fallback(async || api::refuse(&Refusal::NotFound))
        .method_not_allowed_fallback(async || api::refuse(&Refusal::WrongMethod))
        .layer(from_fn_with_state(Arc::clone(app), observe))
        .with_state(Arc::clone(app))
}
