//! `POST /v1/decisions`: decisions made elsewhere, for the review queue and for training.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::queue::clock::now;
use crate::queue::decision::{Action, Answer, Decision};
use crate::queue::elsewhere::{Elsewhere, ElsewhereError};
use crate::queue::error::ReviewError;
use crate::queue::store::Store;
use crate::serve::access::Caller;
use crate::serve::api::answer::json;
use crate::serve::api::arrival::Arrival;
use crate::serve::api::bounds::{DECISIONS_TOGETHER, MOST_DECISIONS};
use crate::serve::api::comment::{CommentIn, Plain, check_nul, plain};
use crate::serve::api::fault::{ApiError, Fault, read};
use crate::serve::object::{list, object};
use crate::serve::payload::Payload;
use crate::serve::refusal::Refusal;
use crate::serve::scoring::Place;
use crate::serve::settings::Scope;
use crate::serve::state::App;
use crate::serve::store::WriteError;

/// A decision on a comment: an action, answers to labels, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Decision, example = json!({"id": "c7", "thread_id": "library", "action": "reject", "labels": {"toxicity": true}}))]
pub(crate) struct DecisionIn<'a> {
    /// The comment.
    #[serde(borrow)]
    #[schema(value_type = Plain)]
    id: Plain<'a>,
    /// Its thread; needed where several have a comment of this id.
    #[schema(value_type = Option<Plain>)]
    thread_id: Option<Plain<'a>>,
    #[schema(value_type = Option<ActionIn>)]
    action: Option<Action>,
    /// Answers to labels: true or false for a flag, the class for a stance. Labels that are not named stay unanswered.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, AnswerIn>)]
    labels: BTreeMap<String, AnswerIn>,
    /// The comment itself, for where the queue does not have it yet, or has an earlier text of it.
    #[serde(default, deserialize_with = "object")]
    #[schema(value_type = Option<CommentIn>)]
    comment: Option<CommentIn<'a>>,
}

/// The action on a comment.
#[derive(ToSchema)]
#[schema(as = Action)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) enum ActionIn {
    /// It stays, or is published.
    Approve,
    /// It is removed, or not published.
    Reject,
    /// Somebody else must decide.
    Escalate,
}

/// The answer to a label.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(as = Answer)]
#[serde(untagged, expecting = "the answer to a flag must be true or false, to a stance its class")]
pub(crate) enum AnswerIn {
    Flag(bool),
    Stance(String),
}

/// Several decisions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decisions<'a> {
    /// Up to 1,000 of them; each is accepted or refused on its own.
    #[serde(borrow, deserialize_with = "list")]
    #[schema(value_type = Vec<DecisionIn>)]
    decisions: Vec<DecisionIn<'a>>,
}

/// One decision, or several.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub(crate) enum DecisionsRequest<'a> {
    #[schema(value_type = DecisionIn)]
    One(Box<DecisionIn<'a>>),
    #[schema(value_type = Decisions)]
    Several(Decisions<'a>),
}

/// The outcome of decisions. Accepted ones are on the disk.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Decided)]
pub(crate) struct DecisionsAnswer {
    /// How many count.
    decided: usize,
    /// Those that do not.
    refused: Vec<RefusedDecision>,
}

/// A decision that does not count.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusedDecision {
    /// Its place in the list, from 0.
    index: usize,
    id: String,
    /// The status that it would have on its own: 400 if it is not valid or has a label or class that the comment's
    /// model does not have, 404 if there is no such comment, 409 if a different decision is in force, 410 if the
    /// comment was erased, 413 if a text is too long.
    #[schema(example = 404)]
    code: u16,
    #[schema(example = "there is no comment \"c7\"")]
    message: String,
}

impl DecisionsAnswer {
    fn refuse(&mut self, index: usize, id: String, fault: &Fault) {
        self.refused.push(RefusedDecision { index, id, code: fault.status().as_u16(), message: fault.to_string() });
    }
}

const FORMS: &str = "an object with an id, or with decisions";

impl<'a> DecisionsRequest<'a> {
    fn read(body: &'a [u8]) -> Result<Self, Fault> {
        #[derive(Deserialize)]
        struct Form {
            decisions: Option<IgnoredAny>,
        }
        let form: Form = read(body, FORMS)?;
        let request = match form.decisions {
            None => Self::One(Box::new(read(body, FORMS)?)),
            Some(_) => Self::Several(read(body, FORMS)?),
        };
        let found = request.list().len();
        if found > MOST_DECISIONS {
            return Err(Fault::TooMany { field: "decisions", found, most: MOST_DECISIONS });
        }
        Ok(request)
    }

    fn list(&self) -> &[DecisionIn<'a>] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => &several.decisions,
        }
    }
}

impl DecisionIn<'_> {
    /// What is wrong with it beyond its form.
    fn check(&self) -> Result<(), Fault> {
        check_nul(Some(&self.id.text()), || "id".to_owned())?;
        check_nul(plain(self.thread_id.as_ref()).as_deref(), || "thread_id".to_owned())?;
        for (name, answer) in &self.labels {
            check_nul(Some(name), || "labels".to_owned())?;
            if let AnswerIn::Stance(class) = answer {
                check_nul(Some(class), || format!("labels.{name}"))?;
            }
        }
        match &self.comment {
            None => Ok(()),
            Some(comment) => {
                comment.check(|| "comment.".to_owned())?;
                let said_otherwise = |own: &Option<Plain<'_>>, other: Option<&Plain<'_>>| {
                    plain(own.as_ref()).is_some_and(|own| Some(own) != plain(other))
                };
                if said_otherwise(&comment.id, Some(&self.id)) {
                    return Err(Fault::OtherComment { field: "comment.id".to_owned() });
                }
                if said_otherwise(&comment.thread_id, self.thread_id.as_ref()) {
                    return Err(Fault::OtherComment { field: "comment.thread_id".to_owned() });
                }
                Ok(())
            }
        }
    }

    fn made(&self, index: usize) -> Made {
        let answer = |(name, answer): (&String, &AnswerIn)| {
            let answer = match answer {
                AnswerIn::Flag(yes) => Answer::Flag(*yes),
                AnswerIn::Stance(class) => Answer::Stance(class.clone()),
            };
            (name.clone(), answer)
        };
        let decision = Decision { labels: self.labels.iter().map(answer).collect(), action: self.action };
        let (id, thread_id) = (self.id.text().into_owned(), plain(self.thread_id.as_ref()));
        Made {
            index,
            told: decision.to_string(),
            elsewhere: Elsewhere::new(&id, thread_id.as_deref(), decision),
            arrival: None,
            id,
        }
    }
}

/// A decision that is to be written.
struct Made {
    /// Its place in the request.
    index: usize,
    id: String,
    elsewhere: Elsewhere,
    /// The decision in words.
    told: String,
    /// The comment, where it came along.
    arrival: Option<Arrival>,
}

impl Made {
    /// Takes the comment in, if that is needed, and the decision; both or none.
    fn write(&self, store: &mut Store, reviewer: &str) -> Result<(), ElsewhereError> {
        let written = store.whole_or_not(|store| {
            if let Some(arrival) = &self.arrival {
                arrival.take_in(store, now())?;
            }
            store.decide_elsewhere(reviewer, &self.elsewhere, now())
        });
        match written {
            // A client that got no answer sends it again.
            Err(ElsewhereError::Decided { reviewer: by, decision, .. }) if by == reviewer && decision == self.told => {
                Ok(())
            }
            written => written,
        }
    }
}

/// Accepts decisions that were made elsewhere. They count for training as those of `ombud review` do, with the name of
/// the caller's key as the reviewer. The answer comes once they are on the disk. Sending the same decision again
/// changes nothing.
#[utoipa::path(
    post,
    path = "/v1/decisions",
    tag = "decisions",
    request_body(content = DecisionsRequest, description = "One decision, or several"),
    responses(
        (status = 200, description = "The outcome of each decision", body = DecisionsAnswer),
        (status = 400, description = "The request is not valid, or its only decision has a label or class that the model does not have", body = super::fault::ErrorBody),
        (status = 404, description = "The only decision is on a comment that does not exist", body = super::fault::ErrorBody),
        (status = 409, description = "The only decision is on a comment that was decided differently", body = super::fault::ErrorBody),
        (status = 410, description = "The only decision is on an erased comment", body = super::fault::ErrorBody),
        (status = 413, description = "Too large: the body, the number of decisions, or the text of the only decision's comment", body = super::fault::ErrorBody),
    )
)]
pub(crate) async fn decisions(State(app): State<App>, caller: Caller, payload: Payload) -> Response {
    match answer(&app, &caller, payload).await {
        Ok(answer) => json(StatusCode::OK, &answer),
        Err(error) => error.answer(),
    }
}

async fn answer(app: &App, caller: &Caller, payload: Payload) -> Result<DecisionsAnswer, ApiError> {
    // Before anything is read; the others in the body are counted once they are known.
    caller.may(Scope::Decide)?;
    let body = payload.read().await?;
    let request = DecisionsRequest::read(&body)?;
    let is_one = matches!(request, DecisionsRequest::One(_));
    let mut answer = DecisionsAnswer::default();
    let mut made = Vec::with_capacity(request.list().len());
    for (index, one) in request.list().iter().enumerate() {
        match one.check() {
            Ok(()) => made.push(one.made(index)),
            Err(fault) if is_one => return Err(fault.into()),
            Err(fault) => answer.refuse(index, one.id.text().into_owned(), &fault),
        }
    }
    caller.may_rest(Scope::Decide, request.list().len())?;
    if request.list().iter().any(|one| one.comment.is_some()) {
        let mut arrivals = arrivals(app, caller, body.clone()).await?;
        made.iter_mut().for_each(|made| made.arrival = arrivals.get_mut(made.index).and_then(Option::take));
    }
    while !made.is_empty() {
        let rest = made.split_off(made.len().min(DECISIONS_TOGETHER));
        let together = std::mem::replace(&mut made, rest);
        for (index, id, written) in write(app, caller.name(), together).await? {
            match written {
                Ok(()) => answer.decided += 1,
                Err(fault) if is_one => return Err(fault.into()),
                Err(fault) => answer.refuse(index, id, &fault),
            }
        }
    }
    answer.refused.sort_by_key(|refused| refused.index);
    Ok(answer)
}

/// The comments that came along, scored; none where a decision cannot be used.
async fn arrivals(app: &App, caller: &Caller, body: Bytes) -> Result<Vec<Option<Arrival>>, ApiError> {
    let score = move |loaded: &crate::serve::loaded::Loaded| {
        let request = DecisionsRequest::read(&body)?;
        let arrival = |one: &DecisionIn<'_>| {
            let comment = one.comment.as_ref().filter(|_| one.check().is_ok())?;
            Some(Arrival::of(loaded, &one.id.text(), plain(one.thread_id.as_ref()).as_deref(), comment))
        };
        Ok(request.list().iter().map(arrival).collect())
    };
    app.scoring.apart(&caller.loaded, Place::Bulk, score).await?
}

/// A decision by its place and id, and whether it counts.
type Written = (usize, String, Result<(), Fault>);

/// Writes decisions together, each on its own; returns the outcome of each once it is on the disk.
async fn write(app: &App, reviewer: &str, made: Vec<Made>) -> Result<Vec<Written>, Refusal> {
    let reviewer: Arc<str> = reviewer.into();
    let all = move |store: &mut Store| -> Result<_, ReviewError> {
        let mut done = Vec::with_capacity(made.len());
        for made in made {
            let written = match made.write(store, &reviewer) {
                Ok(()) => Ok(()),
                Err(error) => Err(refused(error)?),
            };
            done.push((made.index, made.id, written));
        }
        Ok(done)
    };
    app.writer.write(all).await.map_err(|error| match error {
        WriteError::Change(error) => {
            tracing::error!(%error, "decisions cannot be written");
            Refusal::NotStored
        }
        WriteError::File(_) => Refusal::NotStored,
        WriteError::Overloaded => Refusal::Overloaded,
        WriteError::Stopping => Refusal::Stopping,
    })
}

/// Why a decision does not count; an error where it is the database that fails.
fn refused(error: ElsewhereError) -> Result<Fault, ReviewError> {
    let message = error.to_string();
    let status = match error {
        ElsewhereError::NoComment { .. } => StatusCode::NOT_FOUND,
        ElsewhereError::Decided { .. } => StatusCode::CONFLICT,
        ElsewhereError::Ambiguous(_) | ElsewhereError::NoLabel { .. } | ElsewhereError::NoClass { .. } => {
            StatusCode::BAD_REQUEST
        }
        ElsewhereError::Queue(error) => match error {
            ReviewError::Conflict(_) => StatusCode::CONFLICT,
            ReviewError::Purged(_) => StatusCode::GONE,
            ReviewError::Undecided | ReviewError::Kind { .. } | ReviewError::LabelKind { .. } => {
                StatusCode::BAD_REQUEST
            }
            failed => return Err(failed),
        },
    };
    Ok(Fault::Decision(message, status))
}
