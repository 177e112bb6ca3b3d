//! Counts and logs the rules of a site that apply. A hit costs no more than a counter, because there are many.

use metrics::{Counter, Label};

use crate::serve::policy::{Applied, Decided, Rule};
use crate::serve::telemetry::Meters;

/// A counter for each rule, in the order of the file.
pub(crate) struct PolicyMeters(Vec<Counter>);

impl std::fmt::Debug for PolicyMeters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PolicyMeters").finish_non_exhaustive()
    }
}

impl PolicyMeters {
    pub(crate) fn new(rules: &[Rule], meters: &Meters) -> Self {
        let counter = |(number, rule): (usize, &Rule)| {
            let labels = vec![
                Label::new("rule", number.to_string()),
                Label::new("label", rule.label.clone()),
                Label::new("class", class(rule).to_owned()),
                Label::new("action", rule.action.name()),
                Label::new("mode", if rule.shadow { "shadow" } else { "done" }),
            ];
            meters.counter("ombud_policy_total", labels)
        };
        Self((1..).zip(rules).map(counter).collect())
    }

    /// Counts rules that apply to a comment. A rule in shadow mode is always logged, because that is its purpose;
    /// others only with each request.
    pub(crate) fn count(&self, decided: &Decided<'_>) {
        let Decided { rule, shadow } = decided;
        if let Some(Applied { rule, number, p }) = *shadow {
            let (label, class, action) = (&rule.label, class(rule), rule.action.name());
            tracing::info!(rule = number, label, class, action, mode = "shadow", p, "policy");
        }
        if let Some(Applied { rule, number, p }) = *rule {
            let (label, class, action) = (&rule.label, class(rule), rule.action.name());
            tracing::debug!(rule = number, label, class, action, mode = "done", p, "policy");
        }
        for applied in [shadow, rule].into_iter().flatten() {
            let counter = applied.number.checked_sub(1).and_then(|at| self.0.get(at));
            counter.into_iter().for_each(|counter| counter.increment(1));
        }
    }
}

/// A flag has none, as in the scores.
fn class(rule: &Rule) -> &str {
    rule.class.as_deref().unwrap_or("")
}
