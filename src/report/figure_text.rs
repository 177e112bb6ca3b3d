//! Figures in words and in cells, the same for the terminal, the page and the card.

use crate::dataset::votes::Agreement;
use crate::learn::policy::Threshold;
use crate::metrics::estimate::Estimate;
use crate::metrics::figures::Figures;
use crate::report::interval::cells;
use crate::report::label_report::LabelReport;
use crate::report::risk_control::{abstention_text, guarantee_text, side_figures_text, sides_text};
use crate::report::sanitize::line;

/// How far annotators agree, in a sentence.
pub(crate) fn agreement(label: &LabelReport<'_>) -> Option<String> {
    let Agreement { annotators, comments, annotations, alpha, ties, .. } = label.agreement?;
    let alpha = alpha.map_or_else(
        || "they all agree, so Krippendorff's alpha is undefined".to_owned(),
        |alpha| format!("Krippendorff's alpha is {alpha:.3} (1 is full agreement, 0 is chance)"),
    );
    let ties = match ties {
        0 => String::new(),
        1 => " 1 comment on which annotators are tied counts as not annotated.".to_owned(),
        _ => format!(" {ties} comments on which annotators are tied count as not annotated."),
    };
    let comments = if *comments == 1 { "1 comment".to_owned() } else { format!("{comments} comments") };
    Some(format!("{annotators} annotators; {comments} with {annotations} annotations by two or more: {alpha}.{ties}"))
}

/// Matrices and lists of more classes than this are not legible.
pub(crate) const MATRIX: usize = 9;

/// The macro-F1 if a class were half as frequent, class by class; nothing if there are many classes.
pub(crate) fn at_half_share(label: &LabelReport<'_>) -> Option<String> {
    let own = label.figures.per_class.iter().zip(label.class_names()).filter(|(class, _)| class.support > 0.0);
    let own: Vec<String> = own
        .take(MATRIX + 1)
        .map(|(class, name)| class.macro_f1_at_half_share.map(|f1| format!("{} {f1:.3}", line(name))))
        .collect::<Option<_>>()?;
    (!own.is_empty() && own.len() <= MATRIX)
        .then(|| format!("Macro F1 if a class were half as frequent: {}.", own.join(", ")))
}

/// The columns for each source.
pub(crate) const BY_SOURCE: [&str; 5] = ["source", "comments", "base rate", "AUC", "macro F1"];

/// The figures of each source, a row for each.
pub(crate) fn by_source(label: &LabelReport<'_>) -> Vec<Vec<String>> {
    let of = |figure: Option<Estimate>, digits: usize, factor: f64| {
        figure.map_or_else(|| "–".to_owned(), |figure| format!("{:.digits$}", figure.value * factor))
    };
    let row = |(source, figures): &(String, Figures)| {
        let rate = of(figures.base_rate, 1, 100.0) + " %";
        vec![line(source), figures.n.to_string(), rate, of(figures.auc, 3, 1.0), of(figures.macro_f1, 3, 1.0)]
    };
    let nothing = String::new;
    let mean = label
        .auc_within_sources
        .map(|auc| vec!["mean within sources".to_owned(), nothing(), nothing(), format!("{auc:.3}"), nothing()]);
    label.by_source.iter().map(row).chain(mean).collect()
}

/// The rows that only teach, if there are any.
pub(crate) fn teaching(label: &LabelReport<'_>) -> Option<String> {
    let rows = label.teaching.iter().map(|(source, rows)| format!("{} ({rows})", line(source)));
    let rows = rows.collect::<Vec<_>>().join(", ");
    (!rows.is_empty()).then(|| format!("Comments used only for training, not in the figures: {rows}."))
}

/// Rows; soft targets make fractions of them.
pub(crate) fn count(n: f64) -> String {
    if n.fract() == 0.0 { format!("{n:.0}") } else { format!("{n:.1}") }
}

/// The title of the figures of rows whose value in this column was in no other fold.
pub(crate) fn by_column(column: &str) -> String {
    format!("by {column}")
}

/// The guarantee of a stance's policy, and the results on other comments of what is decided without a person.
pub(crate) fn without_a_person(label: &LabelReport<'_>) -> Vec<String> {
    let sides = label.guarantee.as_ref().map(|guarantee| sides_text(guarantee, label.label.classes()));
    let texts = sides.into_iter().chain(label.abstention.map(abstention_text));
    texts.chain(label.sides.map(side_figures_text)).collect()
}

/// Where a flag is raised, why, and the result.
pub(crate) fn threshold_text(threshold: &Threshold) -> String {
    if let Some(guarantee) = &threshold.guarantee {
        return guarantee_text(threshold, guarantee);
    }
    let share = |figure: Option<Estimate>| {
        let percent = |value: f64| format!("{:.0}", value * 100.0);
        match cells(figure, &percent) {
            (value, interval) if interval.is_empty() => format!("{value} %"),
            (value, interval) => format!("{value} % ({interval} %)"),
        }
    };
    let policy = &threshold.policy;
    if threshold.is_never() {
        return "It is never raised: there was nothing to choose a threshold from.".to_owned();
    }
    let what = if threshold.met {
        format!("Raised from {:.3}, for {policy}", threshold.value)
    } else {
        format!("{policy} cannot be met with the training data; the nearest threshold is {:.3}", threshold.value)
    };
    format!(
        "{what}: {} of the raised are right, {} of those that should be raised are found, {:.1} % of all comments are raised.",
        share(threshold.precision),
        share(threshold.recall),
        threshold.raised * 100.0
    )
}
