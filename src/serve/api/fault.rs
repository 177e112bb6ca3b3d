//! What is wrong with a request, in the words of this API.

use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::serve::api::answer;
use crate::serve::api::bounds::DEPTH;
use crate::serve::refusal::Refusal;

/// Something in a request that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the JSON cannot be read: {0}")]
    Json(String),
    #[error("the JSON cannot be read: it must be {0}")]
    NoObject(&'static str),
    #[error("replies are nested more than {most} levels deep: use parent_id for the deeper ones")]
    TooDeep { most: usize },
    #[error("give exactly one of text (one comment), items (comments scored each by itself) and comments (a thread)")]
    OneForm,
    #[error("{field} has {found} entries; at most {most} are allowed")]
    TooMany { field: &'static str, found: usize, most: usize },
    #[error(
        "{reasons} reasons for each of {comments} comments are too many: at most {most} in total, or stream the comments"
    )]
    TooManyReasons { reasons: usize, comments: usize, most: usize },
    #[error("{field} has {found} bytes; at most {most} are allowed")]
    TooLong { field: String, found: usize, most: usize },
    #[error("the line has more than {most} bytes")]
    LongLine { most: usize },
    #[error("{field} contains a NUL character")]
    Nul { field: String },
    #[error("{field} is not a comment: it has no text, id or replies")]
    NoComment { field: String },
    #[error("{field} and article cannot be used together")]
    ArticleTwice { field: String },
    #[error("{field} differs from the decision's")]
    OtherComment { field: String },
    #[error("the query string cannot be read: {0}")]
    Options(String),
    #[error("reasons={found}: at most {most} are allowed")]
    Reasons { found: usize, most: usize },
    #[error("the settings cannot be used; the previous settings stay in force: {0}")]
    Settings(String),
    #[error("{0}")]
    Decision(String, StatusCode),
}

impl Fault {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::TooMany { .. } | Self::TooManyReasons { .. } | Self::TooLong { .. } | Self::LongLine { .. } => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Settings(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Decision(_, status) => *status,
            Self::Json(_)
            | Self::NoObject(_)
            | Self::TooDeep { .. }
            | Self::OneForm
            | Self::Nul { .. }
            | Self::NoComment { .. }
            | Self::ArticleTwice { .. }
            | Self::OtherComment { .. }
            | Self::Options(_)
            | Self::Reasons { .. } => StatusCode::BAD_REQUEST,
        }
    }

    /// The part of the body that is at fault, where one is: `items[3].text`.
    pub(crate) fn field(&self) -> Option<&str> {
        match self {
            Self::TooMany { field, .. } => Some(field),
            Self::TooLong { field, .. }
            | Self::Nul { field }
            | Self::NoComment { field }
            | Self::ArticleTwice { field }
            | Self::OtherComment { field } => Some(field),
            Self::Json(_)
            | Self::NoObject(_)
            | Self::TooDeep { .. }
            | Self::TooManyReasons { .. }
            | Self::LongLine { .. }
            | Self::OneForm
            | Self::Options(_)
            | Self::Reasons { .. }
            | Self::Settings(_)
            | Self::Decision(..) => None,
        }
    }
}

/// Why a request is not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// An error as it is sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct ErrorBody {
    error: Told,
}

/// What is wrong, and where.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErrorDetail)]
pub(crate) struct Told {
    /// In a stream: the line with the error, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// The status of the answer; in a stream, the status that the line would have on its own.
    #[schema(example = 400)]
    code: u16,
    /// For people.
    #[schema(example = "items[3].text contains a NUL character")]
    message: String,
    /// The part of the body that it is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "items[3].text")]
    field: Option<String>,
}

impl ApiError {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => refusal.status(),
            Self::Fault(fault) => fault.status(),
        }
    }

    /// As it is sent; in a stream with its line.
    pub(crate) fn body(&self, line: Option<u64>) -> ErrorBody {
        let field = match self {
            Self::Refused(_) => None,
            Self::Fault(fault) => fault.field().map(str::to_owned),
        };
        ErrorBody { error: Told { line, code: self.status().as_u16(), message: self.to_string(), field } }
    }

    pub(crate) fn answer(&self) -> Response {
        match self {
            Self::Refused(refusal) => refuse(refusal),
            Self::Fault(fault) => answer::json(fault.status(), &self.body(None)),
        }
    }
}

/// A refusal in the words of this API.
pub(crate) fn refuse(refusal: &Refusal) -> Response {
    let status = refusal.status();
    let body =
        ErrorBody { error: Told { line: None, code: status.as_u16(), message: refusal.to_string(), field: None } };
    refusal.answer(status, answer::text(&body))
}

/// Reads an object strictly. For a list the error says what is needed instead; nested objects are handled by
/// [`object`](crate::serve::object).
pub(crate) fn read<'a, T: Deserialize<'a>>(json: &'a [u8], what: &'static str) -> Result<T, Fault> {
    if json.trim_ascii_start().first() != Some(&b'{') {
        return Err(Fault::NoObject(what));
    }
    serde_json::from_slice(json).map_err(|error| told(error.to_string()))
}

/// The same for a line of a stream, whose number is known.
pub(crate) fn read_line<'a, T: Deserialize<'a>>(json: &'a [u8], what: &'static str) -> Result<T, Fault> {
    read(json, what).map_err(|fault| match fault {
        Fault::Json(message) => Fault::Json(message.replace(" at line 1 column ", " at column ")),
        other => other,
    })
}

fn told(message: String) -> Fault {
    if message.starts_with("recursion limit exceeded") { Fault::TooDeep { most: DEPTH } } else { Fault::Json(message) }
}
