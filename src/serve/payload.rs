//! The body of a request, read once it is clear that the caller may send one.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{FromRequest, Request};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::{Instant, timeout_at};

use crate::serve::limits::Limits;
use crate::serve::refusal::Refusal;
use crate::serve::state::App;

/// This much of a body that is too large is skipped, within this time.
const PASSED_OVER: (usize, Duration) = (32 << 20, Duration::from_secs(2));

/// A body that is not read yet: a handler takes it last, asks [`Caller::may`](super::access::Caller::may), and then reads.
pub(crate) struct Payload {
    body: Body,
    limit: usize,
    /// When all of it has to be there.
    until: Instant,
}

impl FromRequest<App> for Payload {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        let Limits { body_bytes, request_time, .. } = app.limits;
        Ok(Self { body: request.into_body(), limit: body_bytes, until: Instant::now() + request_time })
    }
}

impl Payload {
    /// The same where no more than that is ever sent.
    pub(crate) fn at_most(self, bytes: usize) -> Self {
        Self { limit: self.limit.min(bytes), ..self }
    }

    /// All of it.
    pub(crate) async fn read(self) -> Result<Bytes, Refusal> {
        let Self { mut body, limit, until } = self;
        // One that says itself that it is too large is not kept.
        if body.size_hint().lower() <= limit as u64 {
            let collected = timeout_at(until, Limited::new(&mut body, limit).collect()).await;
            match collected.map_err(|_| Refusal::TooSlow)? {
                Ok(collected) => return Ok(collected.to_bytes()),
                Err(error) if error.is::<LengthLimitError>() => {}
                Err(_) => return Err(Refusal::BrokenBody),
            }
        }
        pass_over(body, until).await;
        Err(Refusal::TooLarge { limit })
    }
}

/// Reads the rest and discards it: most clients read an answer only after they have sent everything, and take a
/// connection closed before that for a network failure.
async fn pass_over(mut body: Body, until: Instant) {
    let (most, time) = PASSED_OVER;
    let passing = async {
        let mut passed = 0;
        while let Some(Ok(frame)) = body.frame().await
            && passed < most
        {
            passed += frame.data_ref().map_or(0, Bytes::len);
        }
    };
    // If it does not end in time, the connection is closed.
    let _ = timeout_at(until.min(Instant::now() + time), passing).await;
}
