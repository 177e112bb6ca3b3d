//! Why a comment was rejected, in words for its author and for moderators.

use std::fmt::Write as _;

use crate::dataset::label::Label;
use crate::model::verdict::{Reason, Verdict};
use crate::serve::policy::Rule;

/// This many reasons are requested, because some cannot be put into words,
pub(crate) const REASONS: usize = 10;
/// and at most this many are given.
const TOLD: usize = 4;
/// Characters of one of them.
const LONGEST: usize = 60;

/// The label of the rule, how probable it is, and what speaks most for it: `insult 97 %: “stupid idiot”, “Go”`.
pub(crate) fn explanation(rule: &Rule, p: f32, labels: &[Label], verdict: &Verdict, text: &str) -> String {
    let mut told = rule.label.replace('_', " ");
    if let Some(class) = &rule.class {
        // Writing to a string cannot fail.
        let _ = write!(told, ": {class}");
    }
    // Rounded down: nothing is certain.
    let _ = write!(told, " {:.0} %", (100.0 * p).floor());
    let is_about = |reason: &&Reason| {
        labels.get(reason.label).is_some_and(|label| {
            let class = reason.class.and_then(|class| label.classes().get(class));
            label.name == rule.label && class == rule.class.as_ref()
        })
    };
    let mut reasons: Vec<String> = Vec::new();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for reason in verdict.reasons.iter().filter(is_about).filter(|reason| reason.share > 0.0) {
        // “idiot”, and not also “an idiot”.
        let is_told = |(begin, end): (usize, usize)| spans.iter().any(|own| begin < own.1 && own.0 < end);
        if reason.span.is_some_and(is_told) {
            continue;
        }
        let Some(words) = in_words(reason, text).filter(|words| !reasons.contains(words)) else { continue };
        reasons.push(words);
        spans.extend(reason.span);
        if reasons.len() == TOLD {
            break;
        }
    }
    if !reasons.is_empty() {
        let _ = write!(told, ": {}", reasons.join(", "));
    }
    told
}

/// A reason in words, if it has any: a piece of the text, or how the comment relates to its context. The meaning of the
/// whole, or its length, would tell its author nothing.
fn in_words(reason: &Reason, text: &str) -> Option<String> {
    if let Some((begin, end)) = reason.span {
        return text.get(begin..end).map(|words| format!("“{}”", short(words)));
    }
    let likeness = reason.feature.strip_prefix("context: ")?;
    let (words, _) = likeness.rsplit_once(": ").unwrap_or((likeness, ""));
    Some(short(words))
}

/// On one line, cut to its length.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::policy::{Action, Status};

    fn reason(label: usize, class: Option<usize>, span: Option<(usize, usize)>, share: f32) -> Reason {
        let feature = "context: little in common with the article: 0.04".to_owned();
        Reason { label, class, feature, span, share }
    }

    #[test]
    fn what_speaks_for_the_label_of_the_rule_is_told() {
        let labels =
            [Label::stance("stance", vec!["against".to_owned(), "favor".to_owned()]), Label::flag("off_topic")];
        let text = format!("You stupid idiot, {}", "so ".repeat(40));
        let verdict = Verdict {
            reasons: vec![
                reason(1, None, Some((4, 16)), 1.5),
                Reason { feature: "shape: sentences".to_owned(), ..reason(1, None, None, 1.0) },
                reason(1, None, Some((11, 16)), 0.7),
                reason(1, None, None, 0.5),
                reason(1, None, Some((0, 3)), -0.5),
                reason(0, Some(0), Some((18, text.len())), 0.5),
                reason(0, Some(1), Some((0, 3)), 0.5),
            ],
            ..Verdict::default()
        };
        let told = |label: &str, class: Option<&str>, p| {
            let action = Action { status: Some(Status::Rejected), flag: None, rejection: None };
            let (label, class) = (label.to_owned(), class.map(str::to_owned));
            explanation(&Rule { label, class, at: None, action, shadow: false }, p, &labels, &verdict, &text)
        };
        assert_eq!(told("off_topic", None, 0.999), "off topic 99 %: “stupid idiot”, little in common with the article");
        assert_eq!(told("stance", Some("against"), 0.8), format!("stance: against 80 %: “{}…”", "so ".repeat(20)));
        assert_eq!(told("spam", None, 0.5), "spam 50 %");
    }
}
