//! The body of a request, which is read once it is clear that the caller may send one.

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{FromRequest, Request};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::serve::refusal::Refusal;
use crate::serve::state::App;

/// A body that is not read yet: a handler takes it last, asks [`Caller::may`](super::access::Caller::may), and then reads.
pub(crate) struct Payload {
    body: Body,
    limit: usize,
}

impl FromRequest<App> for Payload {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self { body: request.into_body(), limit: app.limits.body_bytes })
    }
}

impl Payload {
    /// All of it.
    pub(crate) async fn read(self) -> Result<Bytes, Refusal> {
        let Self { body, limit } = self;
        // One that says itself that it is too large is not waited for.
        if body.size_hint().lower() > limit as u64 {
            return Err(Refusal::TooLarge { limit });
        }
        match Limited::new(body, limit).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(Refusal::TooLarge { limit }),
            Err(_) => Err(Refusal::BrokenBody),
        }
    }
}
