//! `comments:analyze`: the scores of a comment.

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
    AnalyzeRequest, ByName, RequestedAttribute, SMALL, TextEntry, languages, parse, said,
};
use crate::serve::perspective::response::{AnalyzeResponse, Scores, Spans};
use crate::serve::perspective::sentences::{Sentence, length, sentences};
use crate::serve::perspective::{json, language};
use crate::serve::refusal::Refusal;
use crate::serve::scoring::{InContext, Place, verdict_on};
use crate::serve::settings::Scope;
use crate::serve::state::App;

/// A request with a body up to this size is scored sentence by sentence at once; a larger one on a separate thread.
const SMALL_BY_SENTENCE: usize = 2 << 10;
/// Above this size, the memory that a scorer has grown is not worth keeping.
const LONG: usize = 16 << 10;

/// An answer of one attribute or two has fewer bytes.
const USUAL_ANSWER: usize = 512;

pub(crate) async fn analyze(State(app): State<App>, caller: Caller, payload: Payload) -> Response {
    answer(&app, &caller, payload).await.unwrap_or_else(Problem::into_response)
}

async fn answer(app: &App, caller: &Caller, payload: Payload) -> Result<Response, Problem> {
    caller.may(Scope::Analyze)?;
    let body = payload.read().await?;
    if body.len() <= SMALL {
        let request: AnalyzeRequest<'_> = parse(&body)?;
        if is_answered_at_once(body.len(), request.span_annotations == Some(true)) {
            return reply(&caller.loaded, &request);
        }
    }
    app.scoring.apart(&caller.loaded, Place::Interactive, move |loaded| reply(loaded, &parse(&body)?)).await?
}

/// Whether a request of this many bytes can be answered quickly.
pub(crate) fn is_answered_at_once(length: usize, by_sentence: bool) -> bool {
    length <= if by_sentence { SMALL_BY_SENTENCE } else { SMALL }
}

/// The answer to a request that was read. It takes as long as it takes.
fn reply(loaded: &Loaded, request: &AnalyzeRequest<'_>) -> Result<Response, Problem> {
    let text = TextEntry::comment(request.comment.as_ref())?;
    let around = Around::read(request.context.as_ref(), false)?;
    let asked = asked(request, loaded)?;
    let comment = around.comment(text);
    let labels = labels(&asked);
    let verdict = verdict_on(loaded, &labels, &comment);
    let detected = language::detected(&loaded.model, text, &verdict);
    let drop = request.drop_unsupported_attributes == Some(true);
    let mut attributes = Vec::with_capacity(asked.len());
    for Asked { name, attribute, threshold } in asked {
        let attribute = attribute.among(&labels);
        if has_no_target(attribute, &verdict) {
            if drop {
                continue;
            }
            return Err(Problem::NoTarget(name.to_owned()));
        }
        // It has a text, as was seen to.
        let Some(p) = attribute.probability(&verdict.outcomes) else { return Err(Problem::CommentEmpty) };
        if threshold.is_none_or(|threshold| f64::from(p) >= threshold) {
            attributes.push((name, attribute, p));
        }
    }
    let spans = match request.span_annotations {
        Some(true) if !attributes.is_empty() => by_sentence(loaded, &labels, &comment),
        Some(true | false) | None => Spans::One(0..length(text)),
    };
    let mut languages = languages(request.languages.as_ref());
    if languages.is_empty() {
        languages.push(detected);
    }
    let response = AnalyzeResponse {
        attribute_scores: Scores { attributes, spans },
        languages,
        detected_languages: [detected],
        client_token: said(request.client_token.as_ref()),
    };
    let mut body = Vec::with_capacity(USUAL_ANSWER);
    serde_json::to_writer(&mut body, &response).map_err(|_| Refusal::Broken)?;
    Ok(json::answer(StatusCode::OK, body))
}

/// A requested attribute.
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

/// The labels that they are about, by number, each once.
fn labels(asked: &[Asked<'_>]) -> Vec<usize> {
    let mut labels: Vec<usize> = asked.iter().map(|asked| asked.attribute.label()).collect();
    labels.sort_unstable();
    labels.dedup();
    labels
}

/// Refuses scores of other types than there are.
pub(crate) fn check_type(attribute: &str, score_type: Option<&str>) -> Result<(), Problem> {
    match score_type {
        None | Some("" | "PROBABILITY" | "SCORE_TYPE_UNSPECIFIED") => Ok(()),
        Some(other) => Err(Problem::ScoreType { score_type: other.to_owned(), attribute: attribute.to_owned() }),
    }
}

/// Without a target, the probability of a stance has no meaning.
fn has_no_target(attribute: Attribute, verdict: &Verdict) -> bool {
    let outcome = verdict.outcomes.get(attribute.label());
    matches!(outcome, Some(Outcome::Stance { class: Err(Why::NoTarget), .. }))
}

/// Each sentence scored on its own, in the same context.
fn by_sentence(loaded: &Loaded, labels: &[usize], comment: &InContext<'_>) -> Spans {
    let sentences = sentences(&comment.text);
    if let [] | [_] = &sentences[..] {
        let whole = 0..length(&comment.text);
        return Spans::One(sentences.into_iter().next().map_or(whole, |sentence| sentence.units));
    }
    Spans::Several(scored(loaded, labels, comment, sentences))
}

fn scored(
    loaded: &Loaded,
    labels: &[usize],
    comment: &InContext<'_>,
    sentences: Vec<Sentence>,
) -> Vec<(std::ops::Range<usize>, Verdict)> {
    loaded.scorers.with_labels(labels, comment.len() > LONG, |scorer, labels| {
        let score = |sentence: Sentence| {
            let input = Input { text: &comment.text[sentence.bytes], ..comment.input() };
            (sentence.units, scorer.verdict_on(&input, labels))
        };
        sentences.into_iter().map(score).collect()
    })
}
