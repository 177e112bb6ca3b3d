//! `POST /v1/score/stream`: one comment a line in, one verdict a line out, however many there are.
//!
//! Lines are scored as they arrive, and answered before the next ones are read: memory depends on neither their number
//! nor how slowly the client reads.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::unfold;
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{sleep, timeout};

use crate::serve::access::Caller;
use crate::serve::api::comment::CommentIn;
use crate::serve::api::fault::{ApiError, Fault, read_line};
use crate::serve::api::lines::{Block, Lines};
use crate::serve::api::score::ScoreOptions;
use crate::serve::api::verdict::Wording;
use crate::serve::api::{answer, schema};
use crate::serve::loaded::Loaded;
use crate::serve::refusal::Refusal;
use crate::serve::scoring::{Place, verdict};
use crate::serve::settings::Scope;
use crate::serve::state::App;

/// A stream on which nothing comes, or from which nothing is taken, for so long is ended.
const IDLE: Duration = Duration::from_mins(1);
/// How often it is checked whether the server is stopping.
const LOOK: Duration = Duration::from_millis(500);
/// Blocks of answers that wait to be taken.
const WAITING: usize = 2;

/// Scores comments, one per line, as they arrive: one verdict per line, in the same order. Each is scored on its own. A
/// line that is not valid is answered by a line with its error, and the rest continues.
#[utoipa::path(
    post,
    path = "/v1/score/stream",
    tag = "scores",
    params(ScoreOptions),
    request_body(
        content = String,
        content_type = "application/x-ndjson",
        description = "One comment per line, as in `POST /v1/score`; blank lines are skipped",
        example = "{\"id\":\"c7\",\"text\":\"They should keep it open.\"}\n{\"id\":\"c8\",\"text\":\"Close it!\"}\n",
    ),
    responses(
        (status = 200, description = "A verdict, or an error with its line number, for each line that is not blank", content_type = "application/x-ndjson", body = schema::StreamLine),
        (status = 400, description = "The query string is not valid", body = super::fault::ErrorBody),
    )
)]
pub(crate) async fn stream(
    State(app): State<App>,
    caller: Caller,
    query: Result<Query<ScoreOptions>, QueryRejection>,
    body: Body,
) -> Response {
    let begun = caller.may(Scope::Score).map_err(ApiError::from).and_then(|()| {
        let reasons = ScoreOptions::reasons(query)?;
        // Held until the answer is complete.
        let permit = Arc::clone(&app.streams).try_acquire_owned().map_err(|_| Refusal::Overloaded)?;
        Ok((reasons, permit))
    });
    let (reasons, permit) = match begun {
        Ok(begun) => begun,
        Err(error) => return error.answer(),
    };
    let (blocks, answers) = mpsc::channel(WAITING);
    let lines = Lines::new(app.limits.body_bytes, caller.burst());
    let streaming = Streaming { app, caller, reasons, lines, blocks };
    tokio::spawn(streaming.run(body, permit));
    let next = |mut answers: mpsc::Receiver<Bytes>| async {
        let next = answers.recv().await?;
        Some((Ok::<_, Infallible>(next), answers))
    };
    ([(CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(unfold(answers, next))).into_response()
}

/// A stream that is being answered.
struct Streaming {
    app: App,
    caller: Caller,
    reasons: usize,
    lines: Lines,
    blocks: mpsc::Sender<Bytes>,
}

/// The client is gone.
struct Gone;

impl Streaming {
    async fn run(mut self, body: Body, _permit: OwnedSemaphorePermit) {
        if let Err(refusal) = self.answer_all(body).await {
            let error = ApiError::from(refusal).body(Some(self.lines.line()));
            // The last line; a client that is gone does not need it.
            let _ = self.give((answer::text(&error) + "\n").into()).await;
        }
    }

    /// Answers all lines; what ends the stream before its end.
    async fn answer_all(&mut self, mut body: Body) -> Result<(), Refusal> {
        loop {
            while let Some(block) = self.lines.take() {
                self.pace(block.len()).await?;
                let answer = self.score(block).await?;
                if self.give(answer).await.is_err() {
                    return Ok(());
                }
            }
            if !self.read(&mut body).await? {
                return Ok(());
            }
        }
    }

    /// Reads on; whether there was anything more.
    async fn read(&mut self, body: &mut Body) -> Result<bool, Refusal> {
        let mut waited = Duration::ZERO;
        loop {
            if self.app.is_stopping() {
                return Err(Refusal::Stopping);
            }
            match timeout(LOOK, body.frame()).await {
                Ok(Some(Ok(frame))) => {
                    // Trailers say nothing here.
                    if let Ok(data) = frame.into_data() {
                        self.lines.push(&data);
                    }
                    return Ok(true);
                }
                Ok(Some(Err(_))) => return Err(Refusal::BrokenBody),
                Ok(None) => return Ok(self.lines.end()),
                Err(_) => waited += LOOK,
            }
            if waited >= IDLE {
                return Err(Refusal::TooSlow);
            }
        }
    }

    /// Waits until the caller's key may have this many comments scored, which are at most its burst.
    async fn pace(&self, n: usize) -> Result<(), Refusal> {
        loop {
            match self.caller.may_all(Scope::Score, n) {
                Err(Refusal::TooMany { .. }) if self.app.is_stopping() => return Err(Refusal::Stopping),
                Err(Refusal::TooMany { wait, .. }) => sleep(wait.clamp(Duration::from_millis(1), LOOK)).await,
                paced => return paced,
            }
        }
    }

    async fn score(&self, block: Block) -> Result<Bytes, Refusal> {
        let (reasons, limit) = (self.reasons, self.app.limits.body_bytes);
        let scored = move |loaded: &Loaded| answers(&block, Wording { loaded }, reasons, limit);
        self.app.scoring.apart(&self.caller.loaded, Place::Background, scored).await.map(Bytes::from)
    }

    /// Hands an answer to the client, and waits until it is taken.
    async fn give(&self, answer: Bytes) -> Result<(), Gone> {
        match timeout(IDLE, self.blocks.send(answer)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }
}

/// A line for each line.
fn answers(block: &Block, wording: Wording<'_>, reasons: usize, limit: usize) -> String {
    let mut out = String::new();
    for (line, text) in block.lines() {
        let answer = text.ok_or(ApiError::from(Fault::LongLine { most: limit })).and_then(|text| {
            let comment: CommentIn<'_> = read_line(text, "an object with a text")?;
            comment.check(String::new)?;
            let verdict = verdict(wording.loaded, &comment.in_context(None), reasons);
            Ok(answer::text(&wording.alone(&comment, line.number, verdict)))
        });
        out += &answer.unwrap_or_else(|error| answer::text(&error.body(Some(line.place))));
        out.push('\n');
    }
    out
}
