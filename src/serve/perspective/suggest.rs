//! `comments:suggestscore`: what a site says of a comment is kept in the review queue, to be learnt from.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::model::verdict::Verdict;
use crate::queue::clock::now;
use crate::queue::decision::Decision;
use crate::queue::error::ReviewError;
use crate::queue::fill::{FillError, REASONS, take_in};
use crate::queue::state::State as CommentState;
use crate::queue::store::Store;
use crate::serve::access::Caller;
use crate::serve::live::told;
use crate::serve::loaded::Loaded;
use crate::serve::payload::Payload;
use crate::serve::perspective::context::Around;
use crate::serve::perspective::error::Problem;
use crate::serve::perspective::key::Key;
use crate::serve::perspective::request::{SuggestRequest, TextEntry, languages, parse, said};
use crate::serve::perspective::response::SuggestResponse;
use crate::serve::perspective::said::decision;
use crate::serve::perspective::{json, language};
use crate::serve::refusal::Refusal;
use crate::serve::settings::Scope;
use crate::serve::state::App;
use crate::serve::store::WriteError;
use crate::thread::comment::{Article, Beside, Comment, Thread};

pub(crate) async fn suggest(State(app): State<App>, caller: Caller, payload: Payload) -> Response {
    answer(&app, &caller, payload).await.unwrap_or_else(Problem::into_response)
}

async fn answer(app: &App, caller: &Caller, payload: Payload) -> Result<Response, Problem> {
    caller.may(Scope::Suggest)?;
    let body = payload.read().await?;
    let request: SuggestRequest<'_> = parse(&body)?;
    let loaded = &caller.loaded;
    let text = TextEntry::comment(request.comment.as_ref())?;
    let around = Around::read(request.context.as_ref())?;
    let (community, token) = (said(request.community_id.as_ref()), said(request.client_token.as_ref()));
    let decision = decision(&request, community, loaded)?;
    let verdict = app.scoring.score(loaded, &around.comment(text), REASONS).await?;
    let detected = language::detected(&loaded.model, text, &verdict);
    // Where all that was said was to be dropped, nothing is.
    if !request.do_not_store() && !decision.is_empty() {
        let key = Key::of(&around.note, token, community, text);
        let suggestion = Suggestion {
            thread: thread(&key, &around, text),
            key,
            reviewer: reviewer(caller, community),
            decision,
            verdict,
            loaded: Arc::clone(loaded),
        };
        let written = app.writer.write(move |store| suggestion.keep(store)).await;
        written.map_err(not_written)?;
    }
    let response = SuggestResponse {
        client_token: token,
        requested_languages: languages(request.languages.as_ref()),
        detected_languages: [detected],
    };
    let body = serde_json::to_vec(&response).map_err(|_| Refusal::Broken)?;
    Ok(json::answer(StatusCode::OK, body))
}

/// Whom what is suggested is put down to.
fn reviewer(caller: &Caller, community: Option<&str>) -> String {
    let name = match community {
        Some(community) if caller.loaded.keys.is_empty() => community,
        Some(_) | None => caller.name(),
    };
    // It stands on screens.
    name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect()
}

/// More characters of a name are not kept.
const LONGEST_NAME: usize = 100;

/// The comment, as a thread of which no more is known.
fn thread(key: &Key, around: &Around<'_>, text: &str) -> Thread {
    let own = |text: Option<&str>| text.map(str::to_owned);
    let beside = Beside {
        parent_text: own(around.parent_text),
        context: around.rest.clone(),
        article_title: own(around.article_title),
        article_text: own(around.article_text),
        ..Beside::default()
    };
    let comment = Comment {
        id: key.id.clone(),
        parent_id: around.note.parent_id.clone(),
        text: text.to_owned(),
        beside,
        ..Comment::default()
    };
    Thread {
        id: key.thread_id.clone(),
        article: Article { url: around.note.url.clone(), ..Article::default() },
        comments: vec![comment],
        unrelated: key.thread_id.is_none(),
    }
}

/// What is said of a comment, and all that is kept with it.
struct Suggestion {
    key: Key,
    reviewer: String,
    decision: Decision,
    thread: Thread,
    verdict: Verdict,
    loaded: Arc<Loaded>,
}

impl Suggestion {
    fn keep(mut self, store: &mut Store) -> Result<(), FillError> {
        let [comment] = &mut self.thread.comments[..] else { return Ok(()) };
        let thread = self.key.thread_id.as_deref().unwrap_or_default();
        let mut known = store.find(Some(thread), &comment.id)?;
        if let Some((number, _)) = known {
            let view = store.comment_view(number, &self.reviewer)?;
            match view.state {
                // What a person has asked to be erased does not come back.
                CommentState::Purged => return Ok(()),
                CommentState::Open | CommentState::Done | CommentState::Escalated => {}
            }
            if view.text == comment.text {
                return store.amend(number, &self.reviewer, &self.decision, now()).map(drop).map_err(Into::into);
            }
            if self.key.is_loose {
                comment.id = self.key.apart(&comment.text);
                known = store.find(Some(thread), &comment.id)?;
            } else {
                // What came with it from elsewhere is known better there.
                (comment.author, comment.created_at) = (view.author, view.created_at);
                self.thread.article = view.article;
            }
        }
        let id = comment.id.clone();
        let number = match known {
            Some((number, _)) if self.key.is_loose => number,
            Some(_) | None => {
                take_in(store, &self.loaded.model, &self.loaded.labels, self.thread, self.verdict)?;
                let (number, _) = store.find(Some(thread), &id)?.ok_or(ReviewError::NoComment(0))?;
                number
            }
        };
        match store.amend(number, &self.reviewer, &self.decision, now()) {
            Ok(_) | Err(ReviewError::Purged(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn not_written(error: WriteError<FillError>) -> Problem {
    match error {
        WriteError::Change(FillError::Queue(error @ (ReviewError::Kind { .. } | ReviewError::LabelKind { .. }))) => {
            Problem::Unfit(error.to_string())
        }
        WriteError::Change(error) => {
            tracing::error!(error = told(&error), "a suggested score was not kept");
            Refusal::NotStored.into()
        }
        WriteError::File(_) => Refusal::NotStored.into(),
        WriteError::Overloaded => Refusal::Overloaded.into(),
        WriteError::Stopping => Refusal::Stopping.into(),
    }
}
