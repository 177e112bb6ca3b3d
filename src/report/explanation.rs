//! What adds up to the score of each label of one comment, for people and as JSON.

use std::io::{self, Write};
use std::ops::Range;

use serde_json::{Value, json};

use crate::dataset::label::{Label, outputs};
use crate::model::explain::{Explanation, share};
use crate::model::site::Muted;
use crate::model::verdict::{Outcome, Verdict};
use crate::report::sanitize;

/// The score of a label, and its parts.
pub(crate) struct LabelExplanation<'a> {
    label: &'a Label,
    outcome: &'a Outcome,
    /// For a stance, the class that is explained.
    class: Option<usize>,
    p: f32,
    /// Features and what each adds to the log-odds, strongest first.
    shares: Vec<(String, f64)>,
    /// The shares are compared with the mean of the classes.
    compared: bool,
    /// The terms of the comment that are muted for the label.
    muted: Vec<&'a str>,
}

/// Explains the verdict on a comment, label by label. `muted` are the terms that the site has muted.
pub(crate) fn explain<'a>(
    labels: &'a [Label],
    verdict: &'a Verdict,
    explanation: &Explanation,
    text: &str,
    muted: &[Muted],
) -> Vec<LabelExplanation<'a>> {
    let one = |((label, outcome), outputs): ((&'a Label, &'a Outcome), Range<usize>)| {
        let (class, p) = match outcome {
            Outcome::Flag { p, .. } => (None, p.unwrap_or_default()),
            Outcome::Stance { class, p } => {
                // If no class is given, the likeliest is explained, because people who ask for reasons want to see
                // them.
                let likeliest = || (0..p.len()).max_by(|a, b| p[*a].total_cmp(&p[*b])).unwrap_or_default();
                let class = class.unwrap_or_else(|_| likeliest());
                (Some(class), p.get(class).copied().unwrap_or_default())
            }
        };
        let shares = shares(explanation, &outputs, class, text);
        let (compared, muted) = (outputs.len() > 1, muted_for(muted, label, &verdict.muted));
        LabelExplanation { label, outcome, class, p, shares, compared, muted }
    };
    labels.iter().zip(&verdict.outcomes).zip(outputs(labels)).map(one).collect()
}

impl LabelExplanation<'_> {
    fn total(&self) -> f64 {
        self.shares.iter().map(|(_, share)| share).sum()
    }

    /// `{"label","class","p","log_odds","shares":[{"feature","share"}]}`, and `muted` where something is.
    pub(crate) fn json(&self) -> Value {
        let rows = self.shares.iter().map(|(what, share)| json!({"feature": what, "share": share}));
        let class = self.class.and_then(|class| self.label.classes().get(class));
        let mut own = json!({"label": self.label.name, "class": class, "p": self.p,
            "log_odds": self.total(), "shares": rows.collect::<Vec<_>>()});
        if !self.muted.is_empty() {
            own["muted"] = json!(self.muted);
        }
        own
    }

    /// Writes the score and the `top` strongest shares; 0 means all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write(&self, out: &mut dyn Write, top: usize) -> io::Result<()> {
        let name = match self.class {
            Some(class) => {
                format!("{} = {}", self.label.name, self.label.classes().get(class).map_or("", String::as_str))
            }
            None => self.label.name.clone(),
        };
        let threshold = match self.outcome {
            Outcome::Flag { unsure: true, .. } => ", unsure: left to a person".to_owned(),
            Outcome::Flag { threshold, raised, .. } => {
                format!(", {} at {:.3}", if *raised { "raised" } else { "not raised" }, threshold)
            }
            Outcome::Stance { class: Err(why), .. } => format!(", not given: {}", why.name()),
            Outcome::Stance { .. } => String::new(),
        };
        writeln!(out, "{}: p {:.4}{threshold}", sanitize::line(&name), self.p)?;
        let shown = if top == 0 { self.shares.len() } else { top.min(self.shares.len()) };
        let (first, rest) = self.shares.split_at(shown);
        for (what, share) in first {
            writeln!(out, "  {share:>+9.4}  {}", sanitize::line(what))?;
        }
        if !rest.is_empty() {
            let sum: f64 = rest.iter().map(|(_, share)| share).sum();
            writeln!(out, "  {sum:>+9.4}  {} more", rest.len())?;
        }
        let meaning = if self.compared { "compared with the mean of the classes" } else { "log-odds" };
        writeln!(out, "  {:>+9.4}  = {meaning}\n", self.total())
    }
}

/// The muted terms of the comment that are muted for a label.
fn muted_for<'v>(muted: &[Muted], label: &Label, terms: &'v [String]) -> Vec<&'v str> {
    let same = |own: &Muted, term: &str| {
        own.term.trim().to_lowercase() == term.to_lowercase()
            && own.flag.as_ref().map_or(label.classes().is_empty(), |flag| *flag == label.name)
    };
    terms.iter().map(String::as_str).filter(|term| muted.iter().any(|own| same(own, term))).collect()
}

/// What adds to a label, strongest first.
fn shares(explanation: &Explanation, outputs: &Range<usize>, class: Option<usize>, text: &str) -> Vec<(String, f64)> {
    let mut shares: Vec<(String, f64)> = explanation
        .contributions
        .iter()
        .map(|contribution| {
            let what = match contribution.span {
                Some((begin, end)) => format!("{}: {}", contribution.feature, text.get(begin..end).unwrap_or_default()),
                None => contribution.feature.clone(),
            };
            (what, share(&contribution.shares, outputs.clone(), class))
        })
        .collect();
    shares.retain(|(_, share)| *share != 0.0);
    shares.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    shares
}
