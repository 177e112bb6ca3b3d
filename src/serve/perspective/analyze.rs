//! `comments:analyze`: the scores of a comment.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::features::input::Input;
use crate::model::verdict::{Outcome, Verdict, Why};
use crate::serve::access::Caller;
use crate::serve::loaded::Loaded;
use crate::serve::payload::Payload;
use crate::serve::perspective::attributes::{Attribute, Found};
use crate::serve::perspective::context::Around;
use crate::serve::perspective::error::Problem;
use crate::serve::perspective::request::{
    AnalyzeRequest, ByName, RequestedAttribute, TextEntry, languages, parse, said,
};
use crate::serve::perspective::response::{AnalyzeResponse, Scores, Spans};
use crate::serve::perspective::sentences::{Sentence, length, sentences};
use crate::serve::perspective::{json, language};
use crate::serve::refusal::Refusal;
use crate::serve::scoring::InContext;
use crate::serve::settings::Scope;
use crate::serve::state::App;

/// So many bytes, the context among them, are scored sentence by sentence at once; more on a thread on which nobody waits.
const SMALL: usize = 2 << 10;
/// What a scorer keeps room for after more than this is not worth keeping.
const LONG: usize = 16 << 10;
/// So many scores are written in a fraction of a millisecond; more on a thread on which nobody waits.
const FEW_SCORES: usize = 2000;

pub(crate) async fn analyze(State(app): State<App>, caller: Caller, payload: Payload) -> Response {
    answer(&app, &caller, payload).await.unwrap_or_else(Problem::into_response)
}

async fn answer(app: &App, caller: &Caller, payload: Payload) -> Result<Response, Problem> {
    caller.may(Scope::Analyze)?;
    let body = payload.read().await?;
    let request: AnalyzeRequest<'_> = parse(&body)?;
    let loaded = &caller.loaded;
    let text = TextEntry::comment(request.comment.as_ref())?;
    let around = Around::read(request.context.as_ref())?;
    let asked = asked(&request, loaded)?;
    let comment = around.comment(text);
    let verdict = app.scoring.score(loaded, &comment, 0).await?;
    let detected = language::detected(&loaded.model, text, &verdict);
    let drop = request.drop_unsupported_attributes == Some(true);
    let mut attributes = Vec::with_capacity(asked.len());
    for Asked { name, attribute, threshold } in asked {
        if has_no_target(attribute, &verdict) {
            if drop {
                continue;
            }
            return Err(Problem::NoTarget(name.to_owned()));
        }
        // It has a text, as was seen to.
        let Some(p) = attribute.probability(&verdict.outcomes) else { return Err(Problem::CommentEmpty) };
        if threshold.is_none_or(|threshold| f64::from(p) >= threshold) {
            attributes.push((Cow::Borrowed(name), attribute, p));
        }
    }
    let spans = match request.span_annotations {
        Some(true) if !attributes.is_empty() => by_sentence(app, loaded, &comment).await?,
        Some(true | false) | None => Spans::One(0..length(text)),
    };
    let mut languages: Vec<_> = languages(request.languages.as_ref()).into_iter().map(Cow::Borrowed).collect();
    if languages.is_empty() {
        languages.push(Cow::Borrowed(detected));
    }
    let response = AnalyzeResponse {
        attribute_scores: Scores { attributes, spans },
        languages,
        detected_languages: [detected],
        client_token: said(request.client_token.as_ref()).map(Cow::Borrowed),
    };
    let body = if response.attribute_scores.len() <= FEW_SCORES {
        serde_json::to_vec(&response)
    } else {
        let response = response.into_owned();
        app.scoring.apart(loaded, move |_| serde_json::to_vec(&response)).await?
    };
    let body = body.map_err(|_| Refusal::Broken)?;
    Ok(json::answer(StatusCode::OK, body))
}

/// An attribute as it was asked for.
struct Asked<'r> {
    name: &'r str,
    attribute: Attribute,
    threshold: Option<f64>,
}

/// The attributes that were asked for and can be scored.
fn asked<'r>(request: &'r AnalyzeRequest<'_>, loaded: &Loaded) -> Result<Vec<Asked<'r>>, Problem> {
    let requested = ByName::named(request.requested_attributes.as_ref())?;
    if requested.is_empty() {
        return Err(Problem::NoRequestedAttributes);
    }
    let drop = request.drop_unsupported_attributes == Some(true);
    let mut asked = Vec::with_capacity(requested.len());
    for (name, RequestedAttribute { score_type, score_threshold }) in requested {
        let aliases = &loaded.settings.perspective.aliases;
        match Attribute::find(name, &loaded.labels, aliases) {
            Found::Scored(attribute) => {
                check_type(name, score_type.as_deref())?;
                asked.push(Asked { name, attribute, threshold: score_threshold.map(|threshold| threshold.0) });
            }
            Found::Unscored(_) | Found::Unknown if drop => {}
            Found::Unscored(_) | Found::Unknown => return Err(Problem::UnknownAttribute((**name).to_owned())),
        }
    }
    Ok(asked)
}

/// Refuses scores of other types than there are.
pub(crate) fn check_type(attribute: &str, score_type: Option<&str>) -> Result<(), Problem> {
    match score_type {
        None | Some("" | "PROBABILITY" | "SCORE_TYPE_UNSPECIFIED") => Ok(()),
        Some(other) => Err(Problem::ScoreType { score_type: other.to_owned(), attribute: attribute.to_owned() }),
    }
}

/// What a probability of a stance says without anything that it is towards, nobody knows.
fn has_no_target(attribute: Attribute, verdict: &Verdict) -> bool {
    let outcome = verdict.outcomes.get(attribute.label());
    matches!(outcome, Some(Outcome::Stance { class: Err(Why::NoTarget), .. }))
}

/// Each sentence scored by itself, in the same context.
async fn by_sentence(app: &App, loaded: &Arc<Loaded>, comment: &InContext<'_>) -> Result<Spans, Problem> {
    let sentences = sentences(&comment.text);
    if let [] | [_] = &sentences[..] {
        let whole = 0..length(&comment.text);
        return Ok(Spans::One(sentences.into_iter().next().map_or(whole, |sentence| sentence.units)));
    }
    let spans = if comment.len() <= SMALL {
        scored(loaded, comment, sentences)
    } else {
        let comment = comment.clone().into_owned();
        app.scoring.apart(loaded, move |loaded| scored(loaded, &comment, sentences)).await?
    };
    Ok(Spans::Several(spans))
}

fn scored(
    loaded: &Loaded,
    comment: &InContext<'_>,
    sentences: Vec<Sentence>,
) -> Vec<(std::ops::Range<usize>, Verdict)> {
    loaded.with_scorer(comment.len() > LONG, |scorer| {
        let score = |sentence: Sentence| {
            let input = Input { text: &comment.text[sentence.bytes], ..comment.input() };
            (sentence.units, scorer.verdict(&input, 0))
        };
        sentences.into_iter().map(score).collect()
    })
}
