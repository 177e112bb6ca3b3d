//! The external moderation phase: Coral asks what to do with a comment before it is there.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::serve::access::Caller;
use crate::serve::coral::answer::PhaseAnswer;
use crate::serve::coral::body;
use crate::serve::coral::error::CoralError;
use crate::serve::coral::explanation::{REASONS, explanation};
use crate::serve::coral::fetch::{Wanted, later};
use crate::serve::coral::known::{Looked, Story};
use crate::serve::coral::request::{PhaseRequest, StoryRef};
use crate::serve::coral::sender;
use crate::serve::payload::Payload;
use crate::serve::policy::{Applied, Status};
use crate::serve::scoring::{InContext, Place};
use crate::serve::state::App;

/// Markup of more bytes is not read on a thread on which others wait.
const LONG: usize = 16 << 10;

pub(crate) async fn moderate(State(app): State<App>, caller: Caller, headers: HeaderMap, payload: Payload) -> Response {
    match decide(&app, &caller, &headers, payload).await {
        Ok(answer) => answer.answer(),
        Err(error) => error.answer(&app.coral),
    }
}

async fn decide(app: &App, caller: &Caller, headers: &HeaderMap, payload: Payload) -> Result<PhaseAnswer, CoralError> {
    let loaded = &caller.loaded;
    let bytes = sender::read(caller, headers, payload).await?;
    let request: PhaseRequest = sender::parse(&bytes)?;
    let parent = request.comment.parent_id.as_deref().filter(|id| !id.is_empty()).and_then(|id| {
        let Looked { found, ask } = app.coral.known.comment(id, Instant::now());
        if ask {
            later(app, loaded, Wanted::Comment(id.to_owned()));
        }
        found
    });
    let story = request.story.as_ref().and_then(|StoryRef { id, url }| -> Option<Arc<Story>> {
        let Looked { found, ask } = app.coral.known.story(id, url.as_deref(), Instant::now());
        if ask {
            later(app, loaded, Wanted::Story(id.clone().into_owned()));
        }
        found
    });
    let body = request.comment.body;
    let text = if body.len() > LONG {
        let body = body.into_owned();
        Cow::Owned(app.scoring.apart(loaded, Place::Interactive, move |_| body::text(&body).into_owned()).await?)
    } else {
        body::text(&body)
    };
    let text = body::judged(&text);
    let comment = InContext {
        parent_text: parent.as_deref().map(|text| Cow::Borrowed(text.as_str())),
        article_title: story.as_ref().and_then(|story| story.title.as_deref()).map(Cow::Borrowed),
        article_text: story.as_ref().and_then(|story| story.text.as_deref()).map(Cow::Borrowed),
        ..InContext::of(text)
    };
    // These are told when a comment is rejected, and take time.
    let rejects = loaded.settings.policy.iter().any(|rule| rule.action.status == Some(Status::Rejected));
    let verdict = app.scoring.score(loaded, &comment, if rejects { REASONS } else { 0 }).await?;
    let decided = loaded.rules.decide(&verdict);
    loaded.policy_meters.count(&decided);
    Ok(decided.rule.map_or_else(PhaseAnswer::default, |Applied { rule, p, .. }| {
        PhaseAnswer::of(rule.action, || explanation(rule, p, &loaded.labels, &verdict, text))
    }))
}
