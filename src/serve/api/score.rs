//! `POST /v1/score`: one comment, several, or a thread.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::serve::access::Caller;
use crate::serve::api::answer::{text, written};
use crate::serve::api::bounds::{MOST_COMMENTS, MOST_REASONS, MOST_REASONS_TOGETHER};
use crate::serve::api::comment::{ArticleIn, CommentIn};
use crate::serve::api::fault::{ApiError, Fault, read};
use crate::serve::api::nested::ThreadIn;
use crate::serve::api::verdict::{Worded, Wording};
use crate::serve::loaded::Loaded;
use crate::serve::object::{list, object};
use crate::serve::payload::Payload;
use crate::serve::refusal::Refusal;
use crate::serve::scoring::{Place, verdict};
use crate::serve::settings::Scope;
use crate::serve::state::App;

/// How comments are scored.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ScoreOptions {
    /// At most this many reasons for each raised flag and each stance; none by default.
    #[param(example = 3, maximum = 100)]
    reasons: Option<usize>,
    /// The API key, where no header has it.
    #[expect(dead_code, reason = "it is read with the caller")]
    key: Option<String>,
}

impl ScoreOptions {
    /// How many reasons for each label.
    pub(crate) fn reasons(query: Result<Query<Self>, QueryRejection>) -> Result<usize, Fault> {
        let Query(options) = query.map_err(|rejection| Fault::Options(rejection.body_text()))?;
        match options.reasons {
            None => Ok(0),
            Some(found) if found > MOST_REASONS => Err(Fault::Reasons { found, most: MOST_REASONS }),
            Some(found) => Ok(found),
        }
    }
}

/// Comments that are each scored on its own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"article": {"title": "Council votes to close the library"}, "items": [{"id": "c7", "text": "They should keep it open."}, {"id": "c8", "text": "Close it!"}]}))]
pub(crate) struct Batch<'a> {
    /// The article of those that have none of their own.
    #[serde(borrow, default, deserialize_with = "object")]
    #[schema(value_type = Option<ArticleIn>)]
    article: Option<ArticleIn<'a>>,
    /// Up to 10,000 of them.
    #[serde(deserialize_with = "list")]
    #[schema(value_type = Vec<CommentIn>)]
    items: Vec<CommentIn<'a>>,
}

/// What is scored: one comment (`text`), comments that are each scored on its own (`items`), or a thread (`comments`).
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub(crate) enum ScoreRequest<'a> {
    #[schema(value_type = CommentIn)]
    One(Box<CommentIn<'a>>),
    #[schema(value_type = Batch)]
    Batch(Batch<'a>),
    #[schema(value_type = ThreadIn)]
    Thread(ThreadIn<'a>),
}

const FORMS: &str = "an object with a text, with items or with comments";

impl<'a> ScoreRequest<'a> {
    /// Reads a body strictly, as what its keys say that it is.
    fn read(body: &'a [u8]) -> Result<Self, Fault> {
        #[derive(Deserialize)]
        struct Form {
            text: Option<IgnoredAny>,
            items: Option<IgnoredAny>,
            comments: Option<IgnoredAny>,
        }
        let form: Form = read(body, FORMS)?;
        match (form.text, form.items, form.comments) {
            (_, None, None) => {
                let comment: CommentIn<'a> = read(body, FORMS)?;
                comment.check(String::new)?;
                Ok(Self::One(Box::new(comment)))
            }
            (None, Some(_), None) => {
                let batch: Batch<'a> = read(body, FORMS)?;
                let found = batch.items.len();
                if found > MOST_COMMENTS {
                    return Err(Fault::TooMany { field: "items", found, most: MOST_COMMENTS });
                }
                batch.article.as_ref().map_or(Ok(()), |article| article.check(|| "article.".to_owned()))?;
                for (at, comment) in batch.items.iter().enumerate() {
                    comment.check(|| format!("items[{at}]."))?;
                }
                Ok(Self::Batch(batch))
            }
            (None, None, Some(_)) => read(body, FORMS).map(Self::Thread),
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => Err(Fault::OneForm),
        }
    }
}

/// Several verdicts, in the order of the comments.
#[derive(Serialize)]
struct Verdicts<'a> {
    verdicts: Vec<Worded<'a>>,
}

/// Bodies of more bytes are not read on a thread on which others wait.
const SMALL: usize = 16 << 10;

/// Scores one comment, several, or a thread.
#[utoipa::path(
    post,
    path = "/v1/score",
    tag = "scores",
    params(ScoreOptions),
    request_body(content = ScoreRequest, description = "One comment, several comments or a thread"),
    responses(
        (status = 200, description = "The verdict on one comment, or the verdicts on all comments in order", body = super::schema::ScoreAnswer),
        (status = 400, description = "The request is not valid", body = super::fault::ErrorBody),
        (status = 413, description = "The request is too large", body = super::fault::ErrorBody),
    )
)]
pub(crate) async fn score(
    State(app): State<App>,
    caller: Caller,
    query: Result<Query<ScoreOptions>, QueryRejection>,
    payload: Payload,
) -> Response {
    match answer(app, caller, query, payload).await {
        Ok(body) => written(StatusCode::OK, body),
        Err(error) => error.answer(),
    }
}

async fn answer(
    app: App,
    caller: Caller,
    query: Result<Query<ScoreOptions>, QueryRejection>,
    payload: Payload,
) -> Result<String, ApiError> {
    // Before anything is read; the content of the body is counted once it is known.
    caller.may(Scope::Score)?;
    let reasons = ScoreOptions::reasons(query)?;
    let body = payload.read().await?;
    if body.len() <= SMALL
        && let ScoreRequest::One(comment) = ScoreRequest::read(&body)?
    {
        let verdict = app.scoring.score(&caller.loaded, &comment.in_context(None), reasons).await?;
        let wording = Wording { loaded: &caller.loaded };
        return Ok(text(&wording.alone(&comment, 1, verdict)));
    }
    let loaded = Arc::clone(&caller.loaded);
    let all = move |loaded: &Loaded| all(&body, Wording { loaded }, &caller, reasons);
    app.scoring.apart(&loaded, Place::Bulk, all).await?
}

/// Refuses what would be too long an answer.
fn check_reasons(reasons: usize, comments: usize) -> Result<(), Fault> {
    let most = MOST_REASONS_TOGETHER;
    if reasons.saturating_mul(comments) > most {
        return Err(Fault::TooManyReasons { reasons, comments, most });
    }
    Ok(())
}

/// Scores all that a body has.
fn all(body: &[u8], wording: Wording<'_>, caller: &Caller, reasons: usize) -> Result<String, ApiError> {
    let loaded = wording.loaded;
    match ScoreRequest::read(body)? {
        ScoreRequest::One(comment) => {
            let verdict = verdict(loaded, &comment.in_context(None), reasons);
            Ok(text(&wording.alone(&comment, 1, verdict)))
        }
        ScoreRequest::Batch(batch) => {
            check_reasons(reasons, batch.items.len())?;
            caller.may_rest(Scope::Score, batch.items.len())?;
            let score = |(place, comment)| {
                let verdict = verdict(loaded, &CommentIn::in_context(comment, batch.article.as_ref()), reasons);
                wording.alone(comment, place, verdict)
            };
            Ok(text(&Verdicts { verdicts: (1..).zip(&batch.items).map(score).collect() }))
        }
        ScoreRequest::Thread(thread) => {
            let thread = thread.thread()?;
            check_reasons(reasons, thread.comments.len())?;
            caller.may_rest(Scope::Score, thread.comments.len())?;
            let verdicts = loaded.scorers.with(true, |scorer| scorer.thread(&thread, reasons));
            // It is broken off only where the whole program ends.
            let verdicts = verdicts.map_err(|_| Refusal::Stopping)?;
            verdicts.iter().for_each(|verdict| loaded.meters.count(verdict));
            Ok(text(&Verdicts { verdicts: wording.thread(&thread, verdicts) }))
        }
    }
}
