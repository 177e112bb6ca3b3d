//! How many comments need no person, and how many of the decisions without a person are wrong.

use crate::learn::policy::Threshold;
use crate::learn::risk_control::{Guarantee, NEVER};
use crate::learn::side_guarantee::SideGuarantee;
use crate::metrics::abstention::{Abstention, FiguresOfSide, SideFigures};
use crate::metrics::estimate::Estimate;
use crate::report::interval::cells;
use crate::report::sanitize::line;

/// The guarantee of a policy, and its thresholds.
pub(crate) fn guarantee_text(threshold: &Threshold, guarantee: &Guarantee) -> String {
    let policy = line(&threshold.policy.to_string());
    if guarantee.passed.is_none() && guarantee.raised.is_none() {
        return format!("{policy} cannot be met with the training data: all comments are unsure and left to a person.");
    }
    let passed = match &guarantee.passed {
        Some(_) => format!("not raised below {:.3}", guarantee.low),
        None => "never passed without a person".to_owned(),
    };
    let raised = match &guarantee.raised {
        Some(_) => format!("raised from {:.3}", guarantee.high),
        None => "never raised without a person".to_owned(),
    };
    format!(
        "For {policy}: {passed}, {raised}; all other comments are unsure. With {} confidence, at most {} of the decisions on \
         either side are wrong, on comments like those in training.",
        percent(guarantee.confidence),
        percent(guarantee.error)
    )
}

/// The results on comments that it was not chosen on.
pub(crate) fn abstention_text(abstention: &Abstention) -> String {
    let Some(decided) = abstention.decided.filter(|decided| decided.value > 0.0) else {
        return "Measured on comments not used to choose the thresholds: none is decided without a person.".to_owned();
    };
    let missed = match abstention.missed {
        Some(_) => format!("Of those not raised, {} should be", share(abstention.missed)),
        None => "None is passed".to_owned(),
    };
    let alarms = match abstention.wrong_alarms {
        Some(_) => format!("of those raised, {} should not be", share(abstention.wrong_alarms)),
        None => "none is raised".to_owned(),
    };
    format!(
        "You need not look at {} of the comments: measured on comments not used to choose the thresholds, {} of these are \
         decided wrongly. {missed}, {alarms}. In the other figures an unsure comment counts as not raised.",
        share(Some(decided)),
        share(abstention.error),
    )
}

/// The guarantee of a stance's policy for each side, and from where each is given.
pub(crate) fn sides_text(guarantee: &SideGuarantee, classes: &[String]) -> String {
    let policy = guarantee.policy();
    let sides: Vec<(String, f32)> = (guarantee.sides())
        .filter_map(|class| Some((line(classes.get(class)?), guarantee.least.get(class).copied().flatten()?)))
        .collect();
    if !guarantee.gives_any() {
        return format!(
            "{policy} cannot be met with the training data: {} given to 0 % of the comments; a stance that would be one of \
             them is unsure and left to a person.",
            are(sides.iter().map(|(name, _)| name.as_str()))
        );
    }
    let from = |(name, least): &(String, f32)| {
        if *least < NEVER { format!("{name} is given from {least:.3}") } else { format!("{name} is never given") }
    };
    format!(
        "For {policy}: {}; otherwise a stance that would be one of them is unsure. With {} confidence, at most {} of the \
         comments given a side are wrong, under articles that training has not seen.",
        sides.iter().map(from).collect::<Vec<_>>().join(", "),
        percent(guarantee.confidence),
        percent(guarantee.error)
    )
}

/// The results on comments that it was not chosen on.
pub(crate) fn side_figures_text(figures: &SideFigures) -> String {
    let names = are(figures.sides.iter().map(|side| side.class.as_str()));
    let Some(given) = figures.given.filter(|given| given.value > 0.0) else {
        return format!(
            "Measured on comments not used for this choice: {names} given to 0 % of them, and {} are unsure. The other \
             figures are those of the class rule, as if no comment were unsure.",
            share(figures.unsure)
        );
    };
    let one = |side: &FiguresOfSide| {
        let name = line(&side.class);
        match side.right {
            Some(_) => format!("{name} to {}, of which {} are right", share(side.given), share(side.right)),
            None => format!("{name} to none"),
        }
    };
    format!(
        "Measured on comments not used for this choice: {names} given to {} of them, and {} of these are right: {}. {} are \
         unsure; of those given any class, {} are right. The other figures are those of the class rule, as if no comment were \
         unsure.",
        share(Some(given)),
        share(figures.right),
        figures.sides.iter().map(one).collect::<Vec<_>>().join("; "),
        share(figures.unsure),
        share(figures.accuracy),
    )
}

/// Names with their verb.
fn are<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(line).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    match names.split_last() {
        Some((last, [])) => format!("{last} {verb}"),
        Some((last, others)) => format!("{} and {last} {verb}", others.join(", ")),
        None => "no class is".to_owned(),
    }
}

/// A share with its interval.
fn share(figure: Option<Estimate>) -> String {
    match cells(figure, &|value| format!("{:.1}", value * 100.0)) {
        (value, interval) if interval.is_empty() => format!("{value} %"),
        (value, interval) => format!("{value} % ({interval} %)"),
    }
}

fn percent(share: f64) -> String {
    format!("{} %", (share * 1000.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::policy::Policy;
    use crate::learn::risk_control::Side;

    fn threshold(high: f32, raised: Option<Side>, passed: Option<Side>) -> Threshold {
        let decided = [raised, passed].into_iter().flatten().map(|side| side.share).sum();
        let low = if passed.is_some() { 0.0625 } else { 0.0 };
        let guarantee = Guarantee {
            error: 0.02,
            confidence: 0.9,
            low,
            high,
            passed,
            raised,
            decided: Some(Estimate::point(decided)),
        };
        Threshold {
            value: high,
            policy: Policy::Error(0.02, 0.9),
            met: raised.is_some() && passed.is_some(),
            precision: None,
            recall: None,
            raised: raised.map_or(0.0, |side| side.share),
            guarantee: Some(guarantee),
        }
    }

    fn cells(threshold: &Threshold) -> String {
        guarantee_text(threshold, threshold.guarantee.as_ref().unwrap())
    }

    #[test]
    fn the_guarantee_is_given_side_by_side() {
        let side = |share, wrong| Some(Side { share, wrong: Some(Estimate::point(wrong)) });
        insta::assert_snapshot!(cells(&threshold(0.9, side(0.03, 0.015), side(0.8, 0.018))), @"For error<=0.02: not raised below 0.062, raised from 0.900; all other comments are unsure. With 90 % confidence, at most 2 % of the decisions on either side are wrong, on comments like those in training.");
        insta::assert_snapshot!(cells(&threshold(NEVER, None, side(0.8, 0.018))), @"For error<=0.02: not raised below 0.062, never raised without a person; all other comments are unsure. With 90 % confidence, at most 2 % of the decisions on either side are wrong, on comments like those in training.");
        insta::assert_snapshot!(cells(&threshold(NEVER, None, None)), @"error<=0.02 cannot be met with the training data: all comments are unsure and left to a person.");
    }

    #[test]
    fn what_came_of_it_is_given_with_intervals() {
        let estimate = |value: f64| Some(Estimate::between(value, value - 0.01, value + 0.01));
        let all =
            Abstention { decided: estimate(0.83), error: estimate(0.02), missed: estimate(0.02), wrong_alarms: None };
        insta::assert_snapshot!(abstention_text(&all), @"You need not look at 83.0 % (82.0 to 84.0 %) of the comments: measured on comments not used to choose the thresholds, 2.0 % (1.0 to 3.0 %) of these are decided wrongly. Of those not raised, 2.0 % (1.0 to 3.0 %) should be, none is raised. In the other figures an unsure comment counts as not raised.");
        let none = Abstention { decided: estimate(0.0), error: None, missed: None, wrong_alarms: None };
        insta::assert_snapshot!(abstention_text(&none), @"Measured on comments not used to choose the thresholds: none is decided without a person.");
    }
}
