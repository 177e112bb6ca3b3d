//! `ombud serve`: comments are scored, and decisions on them taken, over HTTP.
//!
//! Nothing here scores or keeps anything itself. Its parts, each a file:
//! - `server` binds, serves and drains, `connections` serves each connection; `handle` and `signals` tell it what to do; `options` is what it is given, `settings` what `ombud.toml` says under `[serve]`.
//! - `loaded` is a model with what the site asks of it, `live` the one that answers now; `scorers` are those of the model, `scoring`
//!   makes verdicts with them, `policy` says what is done about them.
//! - `keys` and `access` say who may do what, `machine` who is on this machine; `limits` how much, to which `guard` holds them; `refusal` is what is answered otherwise.
//! - `store` writes into the review queue; an answer comes after the disk has it.
//! - `telemetry` counts, `logging` logs, `observe` does both for each request, `health` tells whoever asks.
//! - `perspective` is Google's API, `coral` Coral's moderation phase and webhooks, `api` our own; `object` reads objects of JSON and
//!   nothing else, `router` has every route.

pub(crate) mod access;
pub(crate) mod allowance;
pub(crate) mod api;
pub(crate) mod connections;
pub(crate) mod coral;
pub(crate) mod error;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod guard;
pub(crate) mod handle;
pub(crate) mod health;
pub(crate) mod keys;
pub(crate) mod limits;
pub(crate) mod live;
pub(crate) mod loaded;
pub(crate) mod logging;
pub(crate) mod machine;
pub(crate) mod object;
pub(crate) mod observe;
pub(crate) mod options;
pub(crate) mod payload;
pub(crate) mod perspective;
pub(crate) mod policy;
pub(crate) mod policy_meters;
pub(crate) mod refusal;
pub(crate) mod router;
pub(crate) mod scorers;
pub(crate) mod scoring;
pub(crate) mod secret;
pub(crate) mod server;
pub(crate) mod settings;
pub(crate) mod signals;
pub(crate) mod state;
pub(crate) mod store;
pub(crate) mod telemetry;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod tls;
