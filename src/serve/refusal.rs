//! What is answered where a request is not served, whichever API it was for.
//!
//! Each API words it in its own way; see `refuse` of `perspective`, `coral` and `api`.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use crate::serve::settings::Scope;

/// Why a request is not served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("this request needs an API key: ?key=…, Authorization: Bearer … or X-Api-Key: …")]
    NoKey,
    #[error("this API key is not known")]
    UnknownKey,
    #[error("this API key does not have the scope {}", .0.name())]
    OutOfScope(Scope),
    /// A browser that shows another site's page.
    #[error("pages of other sites cannot use a server without keys")]
    OtherOrigin,
    /// Through a proxy on the same one.
    #[error(
        "a server without keys answers only its own machine: to use it from another, add keys to ombud.toml under \
         [[serve.keys]]"
    )]
    OtherMachine,
    #[error("this API key exceeded its rate of {rate} requests per second")]
    TooMany { rate: u32, wait: Duration },
    #[error("too many requests at once")]
    Overloaded,
    #[error("the server is stopping")]
    Stopping,
    #[error("the request body did not arrive in time")]
    TooSlow,
    #[error("the request was not completed in time: make it smaller, or try again")]
    Unfinished,
    #[error("the request body has more than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the request body is incomplete")]
    BrokenBody,
    #[error("not found")]
    NotFound,
    #[error("this address does not support this method")]
    WrongMethod,
    /// The change could not be written; the log says why.
    #[error("the review database cannot be written")]
    NotStored,
    /// Something is broken in here.
    #[error("something broke")]
    Broken,
}

impl Refusal {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NoKey | Self::UnknownKey => StatusCode::UNAUTHORIZED,
            Self::OutOfScope(_) | Self::OtherOrigin | Self::OtherMachine => StatusCode::FORBIDDEN,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Overloaded | Self::Stopping | Self::Unfinished | Self::NotStored => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokenBody => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// After how many seconds it is worth trying again.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany { wait, .. } => Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)),
            Self::Overloaded | Self::Stopping | Self::Unfinished => Some(1),
            Self::NotStored => Some(5),
            Self::NoKey
            | Self::UnknownKey
            | Self::OutOfScope(_)
            | Self::OtherOrigin
            | Self::OtherMachine
            | Self::TooSlow
            | Self::TooLarge { .. }
            | Self::BrokenBody
            | Self::NotFound
            | Self::WrongMethod
            | Self::Broken => None,
        }
    }

    /// An answer with this body, and the headers that go with the refusal. An API whose clients expect another status gives
    /// that.
    pub(crate) fn answer(&self, status: StatusCode, json: String) -> Response {
        let mut response = (status, Body::from(json)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(seconds) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// How an API words a refusal.
pub(crate) type Refuse = fn(&Refusal) -> Response;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_to_wait_is_told_how_long() {
        let seconds = |refusal: Refusal| {
            let answer = refusal.answer(refusal.status(), String::new());
            answer.headers().get(RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(seconds(Refusal::TooMany { rate: 1, wait: Duration::from_millis(1001) }).as_deref(), Some("2"));
        assert_eq!(seconds(Refusal::TooMany { rate: 100, wait: Duration::ZERO }).as_deref(), Some("1"));
        assert_eq!(seconds(Refusal::Overloaded).as_deref(), Some("1"));
        assert_eq!(seconds(Refusal::NotFound), None);
        assert_eq!(Refusal::OutOfScope(Scope::Admin).to_string(), "this API key does not have the scope admin");
    }
}
