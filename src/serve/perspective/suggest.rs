//! `comments:suggestscore`: a site's answers about a comment are kept in the review queue, to learn from.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::model::verdict::Verdict;
use crate::queue::clock::now;
use crate::queue::comment::QueuedComment;
use crate::queue::decision::Decision;
use crate::queue::error::ReviewError;
use crate::queue::fill::{FillError, REASONS, take_in};
use crate::queue::state::State as CommentState;
use crate::queue::store::Store;
use crate::serve::access::Caller;
use crate::serve::live::told;
use crate::serve::loaded::Loaded;
use crate::serve::payload::Payload;
use crate::serve::perspective::context::{Around, Note};
use crate::serve::perspective::error::Problem;
use crate::serve::perspective::key::Key;
use crate::serve::perspective::request::{SMALL, SuggestRequest, TextEntry, languages, parse, said};
use crate::serve::perspective::response::SuggestResponse;
use crate::serve::perspective::said::{decision, is_coral};
use crate::serve::perspective::{json, language};
use crate::serve::refusal::Refusal;
use crate::serve::scoring::{InContext, Place, verdict};
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
    let (response, suggestion) = if body.len() <= SMALL {
        reply(&caller.loaded, &parse(&body)?)?
    } else {
        app.scoring.apart(&caller.loaded, Place::Interactive, move |loaded| reply(loaded, &parse(&body)?)).await??
    };
    if let Some(suggestion) = suggestion {
        let (loaded, by) = (Arc::clone(&caller.loaded), reviewer(caller, suggestion.community.as_deref()));
        let written = app.writer.write(move |store| suggestion.keep(store, &loaded, &by)).await;
        written.map_err(not_written)?;
    }
    Ok(json::answer(StatusCode::OK, response))
}

/// The answer once the suggestion is kept, and what to keep, if anything. It takes as long as it takes.
fn reply(loaded: &Loaded, request: &SuggestRequest<'_>) -> Result<(Vec<u8>, Option<Suggestion>), Problem> {
    let text = TextEntry::comment(request.comment.as_ref())?;
    let (community, token) = (said(request.community_id.as_ref()), said(request.client_token.as_ref()));
    let around = Around::read(request.context.as_ref(), is_coral(community))?;
    check_nul(text, &around, community, token)?;
    let decision = decision(request, community, loaded)?;
    let verdict = verdict(loaded, &around.comment(text), REASONS);
    let response = SuggestResponse {
        client_token: token,
        requested_languages: languages(request.languages.as_ref()),
        detected_languages: [language::detected(&loaded.model, text, &verdict)],
    };
    let response = serde_json::to_vec(&response).map_err(|_| Refusal::Broken)?;
    // If everything suggested was to be dropped, nothing is kept.
    if request.do_not_store() || decision.is_empty() {
        return Ok((response, None));
    }
    let key = Key::of(&around.note, token, community, text);
    let thread = thread(&key, &around, text);
    Ok((response, Some(Suggestion { key, community: community.map(str::to_owned), decision, thread, verdict })))
}

/// Refuses what no table could hold.
fn check_nul(text: &str, around: &Around<'_>, community: Option<&str>, token: Option<&str>) -> Result<(), Problem> {
    let Around { article_title, article_text, parent_text, rest, note: Note { id, parent_id, url } } = around;
    let context = [*article_title, *article_text, *parent_text, rest.as_deref()];
    let note = [id.as_deref(), parent_id.as_deref(), url.as_deref()];
    let named = [("comment.text", Some(text)), ("communityId", community), ("clientToken", token)];
    let in_context = context.into_iter().chain(note).map(|text| ("context", text));
    match named.into_iter().chain(in_context).find(|(_, text)| text.is_some_and(|text| text.contains('\0'))) {
        Some((field, _)) => Err(Problem::Nul(field)),
        None => Ok(()),
    }
}

/// The reviewer of a suggestion.
fn reviewer(caller: &Caller, community: Option<&str>) -> String {
    let name = match community {
        Some(community) if caller.loaded.keys.is_empty() => community,
        Some(_) | None => caller.name(),
    };
    // It appears on screens.
    let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    if name.trim().is_empty() { ANYONE.to_owned() } else { name }
}

/// The reviewer if nothing is left of a name.
const ANYONE: &str = "anyone";

/// At most this many characters of a name are kept.
const LONGEST_NAME: usize = 100;

/// The comment, as a thread about which nothing else is known.
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

/// The answers about a comment, and everything kept with them.
struct Suggestion {
    key: Key,
    community: Option<String>,
    decision: Decision,
    thread: Thread,
    verdict: Verdict,
}

/// What the queue already has of a comment.
enum Known {
    /// Nothing yet.
    New,
    /// This text.
    Same(i64),
    /// Another text.
    Edited(i64),
    /// It was erased.
    Erased,
}

impl Suggestion {
    fn keep(mut self, store: &mut Store, loaded: &Loaded, by: &str) -> Result<(), FillError> {
        let [comment] = &mut self.thread.comments[..] else { return Ok(()) };
        let thread = self.key.thread_id.as_deref();
        let mut known = Known::of(store, thread, comment, by)?;
        if self.key.is_loose && matches!(known, Known::Edited(_) | Known::Erased) {
            // It is another comment that bears the id.
            comment.id = self.key.apart(&comment.text);
            known = Known::of(store, thread, comment, by)?;
        }
        let id = comment.id.clone();
        let number = match known {
            // A comment that a person asked to be erased does not come back.
            Known::Erased => return Ok(()),
            Known::Same(number) => number,
            Known::New => {
                take_in(store, &loaded.model, &loaded.labels, self.thread, self.verdict)?;
                let (number, _) =
                    store.find(Some(thread.unwrap_or_default()), &id)?.ok_or(ReviewError::NoComment(0))?;
                number
            }
            Known::Edited(number) => {
                let known = store.comment(number)?.ok_or(ReviewError::NoComment(number))?;
                let (edited, verdict) = edited(store, loaded, self.thread, known)?;
                take_in(store, &loaded.model, &loaded.labels, edited, verdict)?;
                number
            }
        };
        store.amend(number, by, &self.decision, now())?;
        Ok(())
    }
}

impl Known {
    fn of(store: &Store, thread: Option<&str>, comment: &Comment, by: &str) -> Result<Self, ReviewError> {
        let Some((number, _)) = store.find(Some(thread.unwrap_or_default()), &comment.id)? else {
            return Ok(Self::New);
        };
        let view = store.comment_view(number, by)?;
        Ok(match view.state {
            CommentState::Purged => Self::Erased,
            CommentState::Open | CommentState::Done | CommentState::Escalated => {
                if is_same(&view.text, &comment.text) {
                    Self::Same(number)
                } else {
                    Self::Edited(number)
                }
            }
        })
    }
}

/// Sites do not write white space alike everywhere.
fn is_same(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

/// A comment of the queue with another text. The queue knows its context better than the sender of a suggestion, and
/// the text is scored in that context.
fn edited(
    store: &Store,
    loaded: &Loaded,
    mut thread: Thread,
    known: QueuedComment,
) -> Result<(Thread, Verdict), ReviewError> {
    let id = thread.id.as_deref().unwrap_or_default();
    let Some(comment) = thread.comments.first_mut() else { return Err(ReviewError::NoComment(known.id)) };
    comment.parent_id = known.parent_id.or(comment.parent_id.take());
    let parent = match &comment.parent_id {
        // If it is a comment of the thread, its text is there.
        Some(parent) if known.parent_text.is_none() => match store.find(Some(id), parent)? {
            Some((parent, _)) => store.comment(parent)?.map(|parent| parent.text),
            None => None,
        },
        Some(_) | None => None,
    };
    (comment.author, comment.created_at) = (known.author, known.created_at);
    comment.beside =
        Beside { target: known.target, parent_text: known.parent_text, context: known.context, ..Beside::default() };
    thread.article = known.article;
    let Beside { target, parent_text, context, .. } = &comment.beside;
    let text = |text: Option<&String>| text.cloned().map(Cow::Owned);
    let in_context = InContext {
        target: text(target.as_ref()),
        parent_text: text(parent_text.as_ref().or(parent.as_ref())),
        article_title: text(thread.article.title.as_ref()),
        article_text: text(thread.article.text.as_ref()),
        context: text(context.as_ref()),
        ..InContext::of(comment.text.clone())
    };
    let long = in_context.len() > SMALL;
    let verdict = loaded.scorers.with(long, |scorer| scorer.verdict(&in_context.input(), REASONS));
    Ok((thread, verdict))
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
