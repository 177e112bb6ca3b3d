//! Suggested scores as a decision of the review queue.

use std::collections::BTreeMap;

use crate::dataset::label::Label;
use crate::queue::decision::{Action, Answer, Decision};
use crate::serve::loaded::Loaded;
use crate::serve::perspective::analyze::check_type;
use crate::serve::perspective::attributes::{Attribute, Found};
use crate::serve::perspective::error::Problem;
use crate::serve::perspective::request::{ByName, Score, SpanScore, SuggestRequest, SuggestedScores};

/// How the communities of Coral are called, which suggests what its moderators decide.
const CORAL: &str = "Coral:";
/// From which score on an attribute is there.
const YES: f64 = 0.5;

/// Whether it is a community of Coral's.
pub(crate) fn is_coral(community: Option<&str>) -> bool {
    community.is_some_and(|community| community.starts_with(CORAL))
}

/// The answers in the scores of a request.
pub(crate) fn decision(
    request: &SuggestRequest<'_>,
    community: Option<&str>,
    loaded: &Loaded,
) -> Result<Decision, Problem> {
    let suggested = ByName::named(request.attribute_scores.as_ref())?;
    if suggested.is_empty() {
        return Err(Problem::NoAttributeScores);
    }
    let is_coral = is_coral(community);
    let drop = request.drop_unsupported_attributes == Some(true);
    let mut said = Said { labels: &loaded.labels, decision: Decision::default(), classes: BTreeMap::new() };
    let (mut highest, mut action) = (0.0, None);
    for (name, scores) in suggested {
        let value = value(name, scores)?;
        if is_coral && let Some(status) = of_status(name) {
            action = Some(status);
            continue;
        }
        highest = value.max(highest);
        match Attribute::find(name, &loaded.labels, &loaded.settings.perspective.aliases) {
            Found::Scored(attribute) => said.score(name, attribute, value)?,
            Found::Unscored(label) => said.flag(label, value >= YES),
            // A decision is worth keeping whatever the attribute is.
            Found::Unknown if drop || is_coral => {}
            Found::Unknown => return Err(Problem::UnknownAttribute((**name).to_owned())),
        }
    }
    let mut decision = said.finish()?;
    if is_coral {
        let by_score = if highest >= YES { Action::Reject } else { Action::Approve };
        decision.action = Some(action.unwrap_or(by_score));
    }
    Ok(decision)
}

/// Some versions of Coral suggest a status in place of an attribute.
fn of_status(name: &str) -> Option<Action> {
    match name {
        "APPROVED" | "HIGHLIGHTED" => Some(Action::Approve),
        "DELETED" | "REJECTED" => Some(Action::Reject),
        _ => None,
    }
}

/// The score of the whole text, else the highest of its spans.
fn value(name: &str, scores: &SuggestedScores<'_>) -> Result<f64, Problem> {
    let mut highest: Option<f64> = None;
    for SpanScore { begin, end, score } in scores.span_scores.iter().flatten().flatten() {
        if begin.is_none() || end.is_none() {
            return Err(Problem::SpanWithoutPlace(name.to_owned()));
        }
        if let Some(score) = score {
            let value = probability(name, score)?;
            highest = Some(highest.map_or(value, |highest| highest.max(value)));
        }
    }
    let whole = scores.summary_score.as_ref().map(|score| probability(name, score)).transpose()?;
    whole.or(highest).ok_or_else(|| Problem::NoScore(name.to_owned()))
}

fn probability(name: &str, score: &Score<'_>) -> Result<f64, Problem> {
    check_type(name, score.kind.as_deref())?;
    let value = score.value.map(|value| value.0).filter(|value| (0.0..=1.0).contains(value));
    value.ok_or_else(|| Problem::NoScore(name.to_owned()))
}

/// What was read so far.
struct Said<'r> {
    labels: &'r [Label],
    decision: Decision,
    /// For each stance, by number, the answers for its classes, and the attribute of each.
    classes: BTreeMap<usize, Vec<(&'r str, usize, bool)>>,
}

impl<'r> Said<'r> {
    fn score(&mut self, name: &'r str, attribute: Attribute, value: f64) -> Result<(), Problem> {
        match attribute {
            Attribute::Flag(label) => {
                let label = self.labels.get(label).ok_or_else(|| Problem::UnknownAttribute(name.to_owned()))?;
                self.flag(&label.name, value >= YES);
            }
            Attribute::Class(label, class) => {
                self.classes.entry(label).or_default().push((name, class, value >= YES));
            }
        }
        Ok(())
    }

    fn flag(&mut self, label: &str, yes: bool) {
        self.decision.labels.insert(label.to_owned(), Answer::Flag(yes));
    }

    /// A stance gets one class. That it is not one class determines it if there are two.
    fn finish(mut self) -> Result<Decision, Problem> {
        let mut is_vague = false;
        for (label, classes) in self.classes {
            let mut yes = classes.iter().filter(|(_, _, yes)| *yes);
            let class = match (yes.next(), yes.next()) {
                (Some((one, a, _)), Some((other, b, _))) if a != b => {
                    return Err(Problem::BothClasses((*one).to_owned(), (*other).to_owned()));
                }
                (Some((_, class, _)), _) => Some(*class),
                (None, _) => match (&classes[..], self.labels.get(label).map(|label| label.classes().len())) {
                    ([(_, class, _)], Some(2)) => Some(1 - class),
                    _ => None,
                },
            };
            let named = class.and_then(|class| Some((self.labels.get(label)?, class)));
            match named.and_then(|(label, class)| Some((label, label.classes().get(class)?))) {
                Some((label, class)) => {
                    self.decision.labels.insert(label.name.clone(), Answer::Stance(class.clone()));
                }
                None => is_vague = true,
            }
        }
        if is_vague && self.decision.is_empty() { Err(Problem::NoClass) } else { Ok(self.decision) }
    }
}
