//! Perspective's API: `comments:analyze`, `comments:suggestscore` and their description, for clients that are not changed but in
//! their address.
//!
//! `request` reads what they send, `attributes` finds labels by their names, `context` the context of a comment;
//! `analyze` scores it, by `sentences` if requested, and `response` writes the answer. `suggest` keeps what is `said`
//! of a comment in the review queue, under the `key` by which the site knows it. `error` words refusals, `discovery`
//! describes the API.

pub(crate) mod analyze;
pub(crate) mod attributes;
pub(crate) mod context;
pub(crate) mod discovery;
pub(crate) mod error;
pub(crate) mod json;
pub(crate) mod key;
pub(crate) mod language;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod said;
pub(crate) mod sentences;
pub(crate) mod suggest;
#[cfg(test)]
pub(crate) mod tests;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use crate::serve::perspective::error::Problem;
use crate::serve::refusal::Refusal;
use crate::serve::state::App;

/// Coral puts the operation behind whatever path its setting has, so that it is at the root, too. Some clients encode the colon.
const COLONS: [&str; 3] = [":", "%3A", "%3a"];

pub(crate) fn router() -> Router<App> {
    let refused = async || refuse(&Refusal::WrongMethod);
    let mut router = Router::new();
    for colon in COLONS {
        for root in ["/v1alpha1", ""] {
            router = router
                .route(&format!("{root}/comments{colon}analyze"), post(analyze::analyze).fallback(refused))
                .route(&format!("{root}/comments{colon}suggestscore"), post(suggest::suggest).fallback(refused));
        }
    }
    for dollar in ["$", "%24"] {
        router = router.route(&format!("/{dollar}discovery/rest"), get(discovery::discovery).fallback(refused));
    }
    router
}

/// A refusal in the words of this API.
pub(crate) fn refuse(refusal: &Refusal) -> Response {
    Problem::Refused(refusal.clone()).into_response()
}
