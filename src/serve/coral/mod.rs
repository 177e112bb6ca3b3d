//! Coral's external moderation phase and its webhooks.
//!
//! - `phase` answers what to do with a comment: `request` is what it is asked, `answer` what Coral takes, `explanation` why;
//!   `body` is what a comment says without its markup.
//! - `webhook` hears what happens in Coral.
//! - `sender` knows who asks, by his `signature`.
//! - `known` holds stories and comments, so that a comment is read with what it answers; `fetch` asks for them, by `graphql`
//!   with the `client`, which goes to no `addresses` that it should not; `shared` keeps all that together. `review` puts what is flagged before moderators.

pub(crate) mod addresses;
pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod client;
pub(crate) mod error;
pub(crate) mod explanation;
pub(crate) mod fetch;
pub(crate) mod graphql;
pub(crate) mod known;
pub(crate) mod phase;
pub(crate) mod request;
pub(crate) mod review;
pub(crate) mod sender;
pub(crate) mod shared;
pub(crate) mod signature;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod webhook;

use axum::Router;
use axum::routing::post;

use crate::serve::state::App;

pub(crate) use error::refuse;

pub(crate) fn router() -> Router<App> {
    Router::new().route("/coral/moderate", post(phase::moderate)).route("/coral/webhook", post(webhook::webhook))
}
