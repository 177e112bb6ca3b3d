//! Why a request of Coral's is not answered.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::serve::coral::shared::Coral;
use crate::serve::coral::signature::SignatureError;
use crate::serve::refusal::Refusal;

/// Why a request is refused. Coral then continues as if it had not asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CoralError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// There are keys, but nothing that Coral's signature could be checked with.
    #[error(
        "no credentials are set up for Coral: add the phase's signing secret to ombud.toml, [serve.coral] \
         secrets = [\"empsec_…\"], or send a key with the scope score"
    )]
    NoSecrets,
    #[error("this is not what Coral sends: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error("this is not what Coral sends: it is not UTF-8")]
    NotUtf8,
}

impl CoralError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => refusal.status(),
            Self::Signature(SignatureError::Missing) | Self::NoSecrets => StatusCode::UNAUTHORIZED,
            Self::Signature(SignatureError::Wrong) => StatusCode::FORBIDDEN,
            Self::Malformed(_) | Self::NotUtf8 => StatusCode::BAD_REQUEST,
        }
    }

    pub(crate) fn answer(&self, coral: &Coral) -> Response {
        let status = self.status();
        match self {
            Self::Refused(refusal) => refuse(refusal),
            // Coral does not say why it got no answer, and comments go through: it must be in this log.
            Self::Signature(_) | Self::NoSecrets | Self::Malformed(_) | Self::NotUtf8 => {
                let told = self.told();
                if coral.complains() {
                    tracing::warn!(status = status.as_u16(), "a request to /coral was refused: {told}");
                }
                (status, [(CONTENT_TYPE, "application/json")], body(status, &told)).into_response()
            }
        }
    }

    /// Without the content of a request, which may be from a comment.
    fn told(&self) -> String {
        match self {
            Self::Malformed(error) => {
                let what = match error.classify() {
                    serde_json::error::Category::Data => "a field is missing or of another type",
                    serde_json::error::Category::Eof => "it is cut short",
                    serde_json::error::Category::Io | serde_json::error::Category::Syntax => "it is not JSON",
                };
                format!("this is not what Coral sends: {what} (line {}, column {})", error.line(), error.column())
            }
            Self::Refused(_) | Self::Signature(_) | Self::NoSecrets | Self::NotUtf8 => self.to_string(),
        }
    }
}

fn body(status: StatusCode, message: &str) -> String {
    json!({ "error": { "code": status.as_u16(), "message": message } }).to_string()
}

/// A refusal in the words of this API.
pub(crate) fn refuse(refusal: &Refusal) -> Response {
    let status = refusal.status();
    refusal.answer(status, body(status, &refusal.to_string()))
}
