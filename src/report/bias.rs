//! How flags treat identities and names: in short on a terminal, in whole on a page and in a model card.

use maud::{Markup, html};

use crate::metrics::bias::Spread;
use crate::report::sanitize::line;
use crate::train::bias::{Audit, LabelAudit, TermAudit};
use crate::train::identity::TermKind;

/// The number of terms named on a terminal and in a card.
const WORST: usize = 5;
/// The number of terms that a flag leans on.
const LEANS: usize = 12;

/// Failures are listed up to here, then only counted.
const LISTED: usize = 5;

/// The terms and names with which a flag is raised on more than a share `most` of the harmless sentences, in words; `option`
/// is what set that share.
pub(crate) fn failures(audit: &Audit, most: f64, option: &str) -> Vec<String> {
    let over: Vec<(&LabelAudit, &TermAudit)> =
        audit.labels.iter().flat_map(|label| label.over(most).into_iter().map(move |term| (label, term))).collect();
    let mut failures: Vec<String> = (over.iter().take(LISTED))
        .map(|(label, term)| {
            format!(
                "{} is raised on {:.1} % of the harmless sentences with “{}”; {option} {most} allows {:.1} %",
                label.label,
                term.harmless.raised * 100.0,
                term.term,
                most * 100.0
            )
        })
        .collect();
    if over.len() > LISTED {
        failures.push(format!("{} more terms and names are over this limit", over.len() - LISTED));
    }
    failures
}

/// A share in per cent.
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// The summary of a flag's audit.
pub(crate) fn summary(label: &LabelAudit) -> String {
    let Spread { mean, largest, .. } = label.false_positives;
    let names: Vec<&str> = label.over(largest - f64::EPSILON).into_iter().map(|term| term.term.as_str()).collect();
    let with = match names.as_slice() {
        _ if largest == 0.0 => String::new(),
        [one] => format!(" (with “{}”)", line(one)),
        [one, more @ ..] => format!(" (with “{}” and {} more)", line(one), more.len()),
        [] => String::new(),
    };
    let control = label.control.map(|control| format!(", {} with control words", percent(control)));
    format!(
        "Over terms and names, {} of harmless sentences are raised on average, at most {}{with}{}; {} of hostile sentences are missed, at most {}.",
        percent(mean),
        percent(largest),
        control.unwrap_or_default(),
        percent(label.missed.mean),
        percent(label.missed.largest),
    )
}

/// The titles of [`cells`]; the first is of words, the others of numbers.
pub(crate) const TITLES: [&str; 5] = ["with", "harmless raised", "mean p", "hostile missed", "adds"];

/// A term's figures.
pub(crate) fn cells(term: &TermAudit) -> [String; 5] {
    let group = match term.kind {
        TermKind::Term => line(&term.group),
        TermKind::Name => format!("name, {}", line(&term.group)),
        TermKind::Control => "control".to_owned(),
    };
    [
        format!("{} ({group})", line(&term.term)),
        percent(term.harmless.raised),
        format!("{:.3}", term.harmless.mean_p),
        percent(1.0 - term.hostile.raised),
        format!("{:+.2}", term.share),
    ]
}

/// The terms that fare worst.
pub(crate) fn worst(label: &LabelAudit) -> impl Iterator<Item = &TermAudit> {
    label.terms.iter().filter(|term| term.kind != TermKind::Control).take(WORST)
}

/// The terms that the flag leans on; empty if on none.
pub(crate) fn leans_on(label: &LabelAudit) -> String {
    let terms = label.leans_on();
    let named = terms.iter().take(LEANS).map(|term| format!("{} {:+.2}", line(&term.term), term.share));
    named.collect::<Vec<_>>().join(", ")
}

/// The titles of [`subgroups`].
pub(crate) const SUBGROUPS: [&str; 6] =
    ["rows that name", "positive", "negative", "subgroup AUC", "BPSN AUC", "BNSP AUC"];

/// The AUCs of labelled rows that name a term or a group.
pub(crate) fn subgroups(label: &LabelAudit) -> impl Iterator<Item = [String; 6]> {
    let auc = |auc: Option<f64>| auc.map_or_else(|| "–".to_owned(), |auc| format!("{auc:.3}"));
    label.subgroups.iter().map(move |group| {
        let aucs = group.aucs;
        let [positives, negatives] = [aucs.positives, aucs.negatives].map(|n| n.to_string());
        [line(&group.name), positives, negatives, auc(aucs.subgroup), auc(aucs.bpsn), auc(aucs.bnsp)]
    })
}

/// A page's part: every term.
pub(crate) fn section(audit: &Audit) -> Markup {
    html! {
        section id="bias" {
            h2 { "Identities and names" }
            p {
                "Harmless and hostile sentences, filled with each identity term and given name in turn "
                "(language: " (audit.language.to_string()) "). “Adds” is what the term itself adds to the log-odds of a harmless sentence."
            }
            @for label in &audit.labels {
                h3 { (line(&label.label)) }
                p { (summary(label)) }
                @let leans = leans_on(label);
                @if !leans.is_empty() { p { "Leans on: " (leans) "." } }
                (table(&TITLES, worst(label).map(cells)))
                details {
                    summary { "All " (label.terms.len()) " terms, names and control words" }
                    (table(&TITLES, label.terms.iter().map(cells)))
                }
                @if !label.subgroups.is_empty() { (table(&SUBGROUPS, subgroups(label))) }
            }
        }
    }
}

fn table<const N: usize>(titles: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> Markup {
    html! {
        div.scroll { table {
            thead { tr { @for (place, title) in titles.iter().enumerate() { th.n[place > 0] { (title) } } } }
            tbody {
                @for row in rows {
                    tr {
                        @for (place, cell) in row.iter().enumerate() {
                            @if place == 0 { th { (cell) } } @else { td.n { (cell) } }
                        }
                    }
                }
            }
        } }
    }
}
