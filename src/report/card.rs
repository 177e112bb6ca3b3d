//! A model card in Markdown: what the model is, what it was made from, how good it is and where not to trust it.
//!
//! After Mitchell et al. (2019), "Model Cards for Model Reporting". What only people can say, such as the intended use,
//! comes as sections from the caller.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::metrics::estimate::Estimate;
use crate::report::bias;
use crate::report::figure_rows;
use crate::report::figure_text::{
    BY_SOURCE, agreement, by_column, by_source, teaching, threshold_text, without_a_person,
};
use crate::report::interval::cells;
use crate::report::label_report::{LabelReport, Report};
use crate::report::sanitize::line;
use crate::train::bias::LabelAudit;

/// Features that are named for a class.
const FEATURES: usize = 10;

/// Writes the card. `sections` are headings and Markdown, which is used unchanged; they precede the figures.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn card(out: &mut dyn Write, report: &Report<'_>, sections: &[(String, String)]) -> io::Result<()> {
    let mut card = String::new();
    section(&mut card, "#", &escape(&report.title));
    for (heading, text) in sections {
        section(&mut card, "##", &escape(heading));
        paragraph(&mut card, text.trim());
    }
    if !report.warnings.is_empty() {
        section(&mut card, "##", "Warnings");
        list(&mut card, &report.warnings);
    }
    section(&mut card, "##", "Figures");
    if !report.method.is_empty() {
        paragraph(&mut card, &escape(&report.method));
    }
    paragraph(&mut card, "In brackets: the 95 % interval.");
    for label in &report.labels {
        label_figures(&mut card, label);
    }
    if let Some(audit) = &report.bias {
        section(&mut card, "##", "Identities and names");
        audit.labels.iter().for_each(|label| bias(&mut card, label));
    }
    if !report.provenance.is_empty() {
        section(&mut card, "##", "Provenance");
        rows(&mut card, &["", ""], report.provenance.iter().map(|(name, value)| vec![escape(name), escape(value)]));
    }
    out.write_all(card.trim_end().as_bytes())?;
    out.write_all(b"\n")
}

fn label_figures(card: &mut String, label: &LabelReport<'_>) {
    section(card, "###", &escape(&label.label.name));
    let kind = if label.is_flag() {
        "A flag".to_owned()
    } else {
        format!("A stance of {} classes", label.label.classes().len())
    };
    let rate = label.figures.base_rate.map(|rate| {
        let of = if label.is_flag() { "are annotated with it" } else { "are of the most frequent class" };
        format!(", of which {:.1} % {of}", rate.value * 100.0)
    });
    paragraph(card, &format!("{kind}; {} comments{}.", label.figures.n, rate.unwrap_or_default()));
    if !label.warnings.is_empty() {
        list(card, &label.warnings);
    }
    if let Some(text) = agreement(label) {
        paragraph(card, &escape(&text));
    }
    figures(card, label);
    if !label.by_source.is_empty() {
        let sources = by_source(label).into_iter().map(|row| row.iter().map(|cell| escape(cell)).collect());
        rows(card, &BY_SOURCE, sources);
    }
    if let Some(text) = teaching(label) {
        paragraph(card, &escape(&text));
    }
    if let Some(threshold) = &label.threshold {
        paragraph(card, &escape(&threshold_text(threshold)));
    }
    without_a_person(label).iter().for_each(|text| paragraph(card, &escape(text)));
    if !label.settings.is_empty() {
        let settings: Vec<String> =
            label.settings.iter().map(|(name, value)| format!("{} {}", escape(name), escape(value))).collect();
        paragraph(card, &format!("Chosen: {}.", settings.join("; ")));
    }
    if !label.strongest.is_empty() {
        let strongest = label.strongest.iter().map(|(class, features)| {
            let features = features.iter().take(FEATURES);
            let named: Vec<String> =
                features.map(|(feature, weight)| format!("{} ({weight:+.2})", escape(feature))).collect();
            vec![escape(class), named.join(", ")]
        });
        rows(card, &["Class", "Strongest features"], strongest);
    }
}

/// The tables of a label's figures: overall, by class, and the confusion matrix.
fn figures(card: &mut String, label: &LabelReport<'_>) {
    let three = |value: f64| format!("{value:.3}");
    let again = label.regrouped.map(|(by, _)| by_column(by));
    let titles: Vec<&str> = ["Figure", "Value"].into_iter().chain(again.as_deref()).collect();
    let cells = figure_rows::overall(label)
        .map(|row| std::iter::once(row.title()).chain(row.values.iter().map(|figure| both(*figure, &three))).collect());
    rows(card, &titles, cells);
    let two = |value: f64| format!("{value:.2}");
    let classes = figure_rows::per_class(label).into_iter().map(|row| {
        let figures = row.figures.map(|figure| both(figure, &two));
        std::iter::once(escape(row.name)).chain(figures).chain([row.comments]).collect()
    });
    rows(card, &["Class", "Precision", "Recall", "F1", "Comments"], classes);
    let titles: Vec<String> = figure_rows::verdicts(label).iter().map(|name| format!("→ {}", escape(name))).collect();
    let titles: Vec<&str> = std::iter::once("Annotated").chain(titles.iter().map(String::as_str)).collect();
    let matrix = figure_rows::confusion(label).into_iter();
    rows(card, &titles, matrix.map(|(name, cells)| std::iter::once(escape(name)).chain(cells).collect()));
}

/// How a flag treats identities and names.
fn bias(card: &mut String, label: &LabelAudit) {
    let escaped = |cells: &[String]| cells.iter().map(|cell| escape(cell)).collect::<Vec<_>>();
    section(card, "###", &escape(&label.label));
    paragraph(card, &escape(&bias::summary(label)));
    rows(card, &bias::TITLES, bias::worst(label).map(|term| escaped(&bias::cells(term))));
    let leans = bias::leans_on(label);
    if !leans.is_empty() {
        paragraph(card, &format!("Leans on: {}.", escape(&leans)));
    }
    if !label.subgroups.is_empty() {
        rows(card, &bias::SUBGROUPS, bias::subgroups(label).map(|cells| escaped(&cells)));
    }
}

fn both(figure: Option<Estimate>, cell: &dyn Fn(f64) -> String) -> String {
    match cells(figure, cell) {
        (value, interval) if interval.is_empty() => value,
        (value, interval) => format!("{value} ({interval})"),
    }
}

fn section(card: &mut String, level: &str, heading: &str) {
    paragraph(card, &format!("{level} {heading}"));
}

fn paragraph(card: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(card, "{text}\n");
}

fn list(card: &mut String, items: &[String]) {
    let items: Vec<String> = items.iter().map(|item| format!("- {}", escape(item))).collect();
    paragraph(card, &items.join("\n"));
}

fn rows(card: &mut String, titles: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut table = format!("| {} |\n|{}", titles.join(" | "), "---|".repeat(titles.len()));
    for row in rows {
        let _ = write!(table, "\n| {} |", row.join(" | "));
    }
    paragraph(card, &table);
}

/// Text in which nothing means anything to Markdown, on one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in line(text.trim()).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '$' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}
