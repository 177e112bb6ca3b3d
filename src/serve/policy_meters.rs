//! Counts what the rules of a site say, and logs it. A hit costs no more than a counter: many comments are one.

use metrics::{Counter, Label};

use crate::serve::policy::{Decided, Rule};
use crate::serve::telemetry::Meters;

/// A counter for each rule.
pub(crate) struct PolicyMeters(Vec<(Rule, Counter)>);

impl std::fmt::Debug for PolicyMeters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PolicyMeters").finish_non_exhaustive()
    }
}

impl PolicyMeters {
    pub(crate) fn new(rules: &[Rule], meters: &Meters) -> Self {
        let counter = |rule: &Rule| {
            let labels = vec![
                Label::new("label", rule.label.clone()),
                Label::new("action", rule.action.name()),
                Label::new("mode", if rule.shadow { "shadow" } else { "done" }),
            ];
            (rule.clone(), meters.counter("ombud_policy_total", labels))
        };
        Self(rules.iter().map(counter).collect())
    }

    /// Counts what rules say of a comment. What one in shadow mode would do is always logged, as that is what it is there for;
    /// what is done only with each request.
    pub(crate) fn count(&self, decided: &Decided<'_>) {
        let Decided { rule, p, shadow } = *decided;
        if let Some(Rule { label, action, .. }) = shadow {
            tracing::info!(label, action = action.name(), mode = "shadow", p, "policy");
        }
        if let Some(Rule { label, action, .. }) = rule {
            tracing::debug!(label, action = action.name(), mode = "done", p, "policy");
        }
        for rule in [shadow, rule].into_iter().flatten() {
            // The first: where two are alike, the other one never wins.
            let counter = self.0.iter().find(|(own, _)| own == rule);
            counter.into_iter().for_each(|(_, counter)| counter.increment(1));
        }
    }
}
