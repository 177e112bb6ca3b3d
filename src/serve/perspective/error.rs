//! What cannot be answered, in Google's envelope: with the messages that the API was documented with or was seen to give, and
//! always with details, as clients read the first of them unasked.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::serve::refusal::Refusal;

/// Why a request has no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum Problem {
    /// Whichever API it were for.
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("Invalid JSON payload received. {}", cut(.0))]
    NotJson(String),
    #[error("Invalid JSON payload received. It is not UTF-8.")]
    NotUtf8,
    #[error("Comment must be non-empty.")]
    CommentEmpty,
    #[error("Comment text was too many bytes. Value ({bytes}) exceeded limit ({limit}).")]
    CommentTooLong { bytes: usize, limit: usize },
    #[error("Context entry was too many bytes. Value ({bytes}) exceeded limit ({limit}).")]
    EntryTooLong { bytes: usize, limit: usize },
    #[error("Too many context entries. Number ({entries}) exceeded limit ({limit}).")]
    TooManyEntries { entries: usize, limit: usize },
    /// No table could hold it.
    #[error("{0} contains a NUL character")]
    Nul(&'static str),
    #[error("Currently, only 'PLAIN_TEXT' comments are supported")]
    OnlyPlainText,
    #[error("Unknown text type")]
    UnknownTextType,
    #[error("Context can have either entries or article_and_parent_comment, but both fields were populated.")]
    BothContexts,
    #[error("Missing requested_attributes")]
    NoRequestedAttributes,
    #[error("Too many attributes. Number ({attributes}) exceeded limit ({limit}).")]
    TooManyAttributes { attributes: usize, limit: usize },
    #[error("Missing attribute_scores")]
    NoAttributeScores,
    #[error("Unknown requested attribute: {}", cut(.0))]
    UnknownAttribute(String),
    #[error("Requested score type {} is not supported by attribute {}", cut(score_type), cut(attribute))]
    ScoreType { score_type: String, attribute: String },
    /// A stance has nothing that it could be towards.
    #[error("Attribute {} needs the article or the parent comment in context", cut(.0))]
    NoTarget(String),
    #[error("Attribute {} has no score between 0 and 1", cut(.0))]
    NoScore(String),
    #[error("A span score of attribute {} has no begin or no end", cut(.0))]
    SpanWithoutPlace(String),
    #[error("Attributes {} and {} are mutually exclusive", cut(.0), cut(.1))]
    BothClasses(String, String),
    #[error("The scores only exclude classes of a stance: give one class the score 1")]
    NoClass,
    /// The store has something else under that name.
    #[error("{0}")]
    Unfit(String),
    #[error("Unknown version of the API: {}. Use v1alpha1.", cut(.0))]
    UnknownVersion(String),
}

/// At most this many characters of the request are sent back.
const SHOWN: usize = 200;

/// What was sent may be long.
fn cut(text: &str) -> &str {
    text.char_indices().nth(SHOWN).map_or(text, |(end, _)| &text[..end])
}

/// What kind of error, as the API's own errors name it.
const ERROR: &str = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error";
/// And as all Google APIs do.
const ERROR_INFO: &str = "type.googleapis.com/google.rpc.ErrorInfo";
const SERVICE: &str = "commentanalyzer.googleapis.com";

/// A refusal in the form of this API.
struct Told {
    status: StatusCode,
    message: String,
    code: &'static str,
    detail: Value,
}

impl Problem {
    fn told(&self) -> Told {
        let error_type = match self {
            Self::Refused(refusal) => return refused(refusal),
            Self::UnknownVersion(_) => {
                let detail = info("VERSION_UNKNOWN", &json!({ "service": SERVICE }));
                return Told { status: StatusCode::NOT_FOUND, message: self.to_string(), code: "NOT_FOUND", detail };
            }
            Self::CommentEmpty => "COMMENT_EMPTY",
            Self::CommentTooLong { .. } => "COMMENT_TOO_LONG",
            Self::NoRequestedAttributes => "NO_REQUESTED_ATTRIBUTES",
            Self::NotJson(_)
            | Self::NotUtf8
            | Self::EntryTooLong { .. }
            | Self::TooManyEntries { .. }
            | Self::Nul(_)
            | Self::OnlyPlainText
            | Self::UnknownTextType
            | Self::BothContexts
            | Self::TooManyAttributes { .. }
            | Self::NoAttributeScores
            | Self::UnknownAttribute(_)
            | Self::ScoreType { .. }
            | Self::NoTarget(_)
            | Self::NoScore(_)
            | Self::SpanWithoutPlace(_)
            | Self::BothClasses(..)
            | Self::NoClass
            | Self::Unfit(_) => "INVALID_REQUEST",
        };
        let detail = json!({ "@type": ERROR, "errorType": error_type });
        Told { status: StatusCode::BAD_REQUEST, message: self.to_string(), code: "INVALID_ARGUMENT", detail }
    }
}

fn info(reason: &str, metadata: &Value) -> Value {
    json!({ "@type": ERROR_INFO, "reason": reason, "domain": "googleapis.com", "metadata": metadata })
}

fn refused(refusal: &Refusal) -> Told {
    let own = || refusal.to_string();
    let service = || json!({ "service": SERVICE });
    let (status, code) = (refusal.status(), google_code(refusal));
    match refusal {
        Refusal::NoKey => Told {
            status: StatusCode::FORBIDDEN,
            message:
                "Method doesn't allow unregistered callers (callers without established identity). Please use API Key \
                      or other form of API consumer identity to call this API."
                    .to_owned(),
            code,
            detail: info("CONSUMER_INVALID", &service()),
        },
        Refusal::UnknownKey => Told {
            status: StatusCode::BAD_REQUEST,
            message: "API key not valid. Please pass a valid API key.".to_owned(),
            code,
            detail: info("API_KEY_INVALID", &service()),
        },
        Refusal::TooMany { rate, .. } => Told {
            status,
            message: format!(
                "Quota exceeded for quota metric 'Analysis requests (AnalyzeComment)' and limit 'Analysis requests \
                 (AnalyzeComment) per second' of service '{SERVICE}': {rate}."
            ),
            code,
            detail: info(
                "RATE_LIMIT_EXCEEDED",
                &json!({
                    "service": SERVICE,
                    "quota_metric": "CommentAnalyzerService/analyze_requests",
                    "quota_limit": "AnalyzeRequestsPerSecond",
                    "quota_limit_value": rate.to_string(),
                }),
            ),
        },
        Refusal::TooLarge { .. } => {
            let detail = json!({ "@type": ERROR, "errorType": "COMMENT_TOO_LONG" });
            Told { status, message: own(), code, detail }
        }
        Refusal::OutOfScope(_)
        | Refusal::OtherOrigin
        | Refusal::OtherMachine
        | Refusal::Overloaded
        | Refusal::Stopping
        | Refusal::TooSlow
        | Refusal::Unfinished
        | Refusal::BrokenBody
        | Refusal::NotFound
        | Refusal::WrongMethod
        | Refusal::NotStored
        | Refusal::Broken => Told { status, message: own(), code, detail: info(code, &service()) },
    }
}

/// Google's word for it.
fn google_code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NoKey | Refusal::OutOfScope(_) | Refusal::OtherOrigin | Refusal::OtherMachine => "PERMISSION_DENIED",
        Refusal::UnknownKey | Refusal::TooLarge { .. } | Refusal::BrokenBody => "INVALID_ARGUMENT",
        Refusal::TooMany { .. } => "RESOURCE_EXHAUSTED",
        Refusal::Overloaded | Refusal::Stopping | Refusal::Unfinished | Refusal::NotStored => "UNAVAILABLE",
        Refusal::TooSlow => "DEADLINE_EXCEEDED",
        Refusal::NotFound => "NOT_FOUND",
        Refusal::WrongMethod => "UNIMPLEMENTED",
        Refusal::Broken => "INTERNAL",
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Told { status, message, code, detail } = self.told();
        let error = json!({ "code": status.as_u16(), "message": message, "status": code, "details": [detail] });
        let body = json!({ "error": error }).to_string();
        match &self {
            // With the time after which it is worth another try.
            Self::Refused(refusal) => refusal.answer(status, body),
            _ => crate::serve::perspective::json::answer(status, body.into_bytes()),
        }
    }
}
