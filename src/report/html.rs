//! A report as one self-contained page: figures, curves, features, likely errors of annotation.
//!
//! Nothing is loaded and nothing runs: the style is in the page, and a content security policy forbids the rest. Text
//! from strangers is escaped by maud and goes through `sanitize`.

use std::io::{self, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::metrics::estimate::Estimate;
use crate::report::charts::{Chart, charts, class_color, hex};
use crate::report::columns::excerpt;
use crate::report::figure_rows;
use crate::report::figure_text::{agreement, at_half_share, by_column, threshold_text, without_a_person};
use crate::report::interval;
use crate::report::label_report::{LabelReport, Report};
use crate::report::paint::percent;
use crate::report::sanitize::line;

/// The number of features shown for a class.
const FEATURES: usize = 15;
/// Likely errors of annotation that are shown.
const SUSPECTS: usize = 50;
/// The number of characters shown of their comments.
const EXCERPT: usize = 240;

pub(crate) const STYLE: &str = include_str!("page.css");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Writes the page of a report.
///
/// # Errors
/// When it cannot be written, or a chart not be drawn.
pub(crate) fn report_page(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut sections = Vec::new();
    for label in &report.labels {
        sections.push(section(label, &charts(label).map_err(io::Error::other)?));
    }
    let body = html! {
        header {
            h1 { (line(&report.title)) }
            @if !report.method.is_empty() { p { (line(&report.method)) } }
            @if report.labels.len() > 1 {
                nav {
                    @for (place, label) in report.labels.iter().enumerate() {
                        a href=(format!("#label-{place}")) { (line(&label.label.name)) }
                    }
                }
            }
        }
        (warnings(&report.warnings))
        @for (place, section) in sections.iter().enumerate() {
            section id=(format!("label-{place}")) { (section) }
        }
        @if let Some(audit) = &report.bias { (crate::report::bias::section(audit)) }
        @if !report.provenance.is_empty() {
            section {
                h2 { "Provenance" }
                dl {
                    @for (name, value) in &report.provenance { dt { (line(name)) } dd { (line(value)) } }
                }
            }
        }
    };
    out.write_all(page(&report.title, &body).into_string().as_bytes())
}

/// A whole page.
pub(crate) fn page(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (line(title)) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body) } }
        }
    }
}

fn warnings(warnings: &[String]) -> Markup {
    html! {
        @if !warnings.is_empty() {
            ul.warnings { @for warning in warnings { li { (line(warning)) } } }
        }
    }
}

fn section(label: &LabelReport<'_>, charts: &[Chart]) -> Markup {
    html! {
        h2 { (line(&label.label.name)) }
        p.lead {
            @if label.is_flag() { "A flag" } @else { "A stance of " (label.label.classes().len()) " classes" }
            ", " (label.figures.n) " comments"
            @if let Some(rate) = label.figures.base_rate {
                ", of which " (format!("{:.1} %", rate.value * 100.0)) " are "
                @if label.is_flag() { "annotated with it" } @else { "of the most frequent class" }
            }
            "."
        }
        (warnings(&label.warnings))
        @if let Some(text) = agreement(label) { p { (text) } }
        div.columns {
            div { (overall(label)) }
            div { (confusion(label)) }
        }
        (per_class(label))
        @if let Some(text) = at_half_share(label) { p { (text) } }
        @if let Some(threshold) = &label.threshold {
            p.threshold.unmet[!threshold.met] { (threshold_text(threshold)) }
        }
        @for text in without_a_person(label) { p { (text) } }
        @if !charts.is_empty() {
            div.charts { @for chart in charts { (figure(chart)) } }
        }
        @if !label.settings.is_empty() {
            h3 { "Chosen" }
            dl { @for (name, value) in &label.settings { dt { (line(name)) } dd { (line(value)) } } }
        }
        (strongest(label))
        (suspects(label))
    }
}

fn figure(chart: &Chart) -> Markup {
    html! {
        figure {
            figcaption {
                strong { (chart.title) }
                @for (name, color) in &chart.legend {
                    span.key { i style=(format!("background:{}", hex(*color))) {} (line(name)) }
                }
            }
            @for svg in &chart.svgs { (PreEscaped(svg)) }
            p { (chart.caption) }
        }
    }
}

fn cells(figure: Option<Estimate>, cell: &dyn Fn(f64) -> String) -> Markup {
    let (value, interval) = interval::cells(figure, cell);
    html! { td.n { b { (value) } @if !interval.is_empty() { " " small { (interval) } } } }
}

fn overall(label: &LabelReport<'_>) -> Markup {
    let cell = |value: f64| format!("{value:.3}");
    html! {
        h3 { "Figures" }
        div.scroll { table {
            thead { tr { th { "Figure" } th.n { "Value, 95 % interval" }
                @if let Some((by, _)) = label.regrouped { th.n { (by_column(by)) } }
                th { "" } } }
            tbody {
                @for row in figure_rows::overall(label) {
                    @let hint = row.long_hint;
                    tr {
                        th { (row.title()) }
                        @for figure in row.values { (cells(figure, &cell)) }
                        td.hint { (hint) }
                    }
                }
            }
        } }
    }
}

fn per_class(label: &LabelReport<'_>) -> Markup {
    let cell = |value: f64| format!("{value:.2}");
    html! {
        h3 { "Class by class" }
        div.scroll { table {
            thead { tr {
                th { "Class" } th.n { "Precision" } th.n { "Recall" } th.n { "F1" } th.n { "Comments" }
            } }
            tbody {
                @for row in figure_rows::per_class(label) {
                    tr {
                        th { (line(row.name)) }
                        @for figure in row.figures { (cells(figure, &cell)) }
                        td.n { (row.comments) }
                    }
                }
            }
        } }
    }
}

fn confusion(label: &LabelReport<'_>) -> Markup {
    let confusion = &label.figures.confusion;
    let verdicts = figure_rows::verdicts(label);
    let shade = |truth: usize, class: usize| {
        let share = confusion.get(truth, class) / confusion.support(truth).max(f64::MIN_POSITIVE);
        format!("--share:{share:.3}")
    };
    html! {
        h3 { "Confusion" }
        div.scroll { table.confusion {
            thead {
                tr { th { "" } th.over colspan=(verdicts.len()) { "verdict" } }
                tr { th { "annotated" } @for name in &verdicts { th.n { (line(name)) } } }
            }
            tbody {
                @for (truth, (name, cells)) in figure_rows::confusion(label).into_iter().enumerate() {
                    tr {
                        th { (line(name)) }
                        @for (class, cell) in cells.into_iter().enumerate() {
                            td.n.right[truth == class] style=(shade(truth, class)) { (cell) }
                        }
                    }
                }
            }
        } }
    }
}

fn strongest(label: &LabelReport<'_>) -> Markup {
    let most =
        |features: &[(String, f32)]| features.iter().map(|(_, weight)| weight.abs()).fold(f32::MIN_POSITIVE, f32::max);
    let bar = |weight: f32, most: f32, class: usize, name: &str| {
        let color = if label.is_flag() { crate::report::charts::BLUE } else { class_color(name, class) };
        format!("width:{:.1}%;background:{}", (weight.abs() / most * 100.0).min(100.0), hex(color))
    };
    html! {
        @if !label.strongest.is_empty() {
            h3 { "Strongest features, by weight times spread" }
            div.features {
                @for (class, (name, features)) in label.strongest.iter().enumerate() {
                    div {
                        h4 { (line(name)) }
                        table {
                            @let most = most(features);
                            @for (feature, weight) in features.iter().take(FEATURES) {
                                tr {
                                    th { (excerpt(feature, 40)) }
                                    td.n { (format!("{weight:+.2}")) }
                                    td.bar { i style=(bar(*weight, most, class, name)) {} }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn suspects(label: &LabelReport<'_>) -> Markup {
    let more = label.suspects.len().saturating_sub(SUSPECTS);
    html! {
        @if !label.suspects.is_empty() {
            h3 { "Annotations likely to be wrong" }
            p { "A model that has not seen these rows gives their annotation a low probability p." }
            div.scroll { table.suspects {
                thead { tr { th { "Where" } th { "Annotated" } th.n { "p" } th { "Predicted" } th { "Text" } } }
                tbody {
                    @for suspect in label.suspects.iter().take(SUSPECTS) {
                        tr {
                            th { (line(&suspect.place)) " " small { (line(&suspect.id)) } }
                            td { (line(&suspect.annotated)) }
                            td.n { (percent(suspect.p)) }
                            td { (line(&suspect.predicted)) }
                            td.text dir="auto" { (excerpt(&suspect.text, EXCERPT)) }
                        }
                    }
                }
            } }
            @if more > 0 { p { "And " (more) " more." } }
        }
    }
}
