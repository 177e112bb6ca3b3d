//! What is in a model, for people.

use std::io::{self, Write};
use std::ops::Range;

use crate::dataset::label::outputs;
use crate::learn::policy::Threshold;
use crate::metrics::estimate::Estimate;
use crate::metrics::figures::Figures;
use crate::model::metadata::ModelLabel;
use crate::model::model::Model;
use crate::report::risk_control::{side_figures_text, sides_text};
use crate::report::sanitize;
use crate::report::training_report::sources;

/// Writes where a model comes from, its labels, and up to `features` of the strongest features of each class.
pub(crate) fn write(model: &Model, features: usize, out: &mut impl Write) -> io::Result<()> {
    provenance(model, out)?;
    for (own, outputs) in model.metadata.labels.iter().zip(outputs(&model.labels())) {
        label(own, out)?;
        if let Some(of_flag) = &own.threshold {
            threshold(of_flag, out)?;
        }
        if let Some(guarantee) = &own.guarantee {
            writeln!(out, "  {}", sides_text(guarantee, own.label.classes()))?;
            if let Some(figures) = &guarantee.figures {
                writeln!(out, "  {}", side_figures_text(figures))?;
            }
        }
        if let Some(of_label) = &own.figures {
            figures(of_label, out)?;
        }
        strongest(model, own, outputs, features, out)?;
    }
    Ok(())
}

fn provenance(model: &Model, out: &mut impl Write) -> io::Result<()> {
    let metadata = &model.metadata;
    let provenance = &metadata.provenance;
    writeln!(out, "model      {}  {}", sanitize::line(&metadata.name), sanitize::line(&metadata.hash))?;
    writeln!(out, "made by    ombud {}, format {}", sanitize::line(&provenance.ombud), metadata.format)?;
    writeln!(out, "trained on {} rows of {}", provenance.rows, sanitize::line(&provenance.sources.join(", ")))?;
    for (file, said) in sources(model) {
        writeln!(out, "  {}: {}", sanitize::line(&file), sanitize::line(&said))?;
    }
    writeln!(out, "data hash  {}", sanitize::line(&provenance.sha256))?;
    if let Some(base) = &provenance.base {
        writeln!(out, "base model {}", sanitize::line(base))?;
    }
    let blocks: Vec<&str> = model.blocks().iter().map(|block| block.name()).collect();
    let words = if metadata.options.hash_bits.is_some() { ", hashed" } else { "" };
    writeln!(out, "features   {} ({}{words})", model.n_features(), blocks.join(", "))
}

fn label(own: &ModelLabel, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n{}", sanitize::line(&own.label.name))?;
    let rates = own.base_rates.iter().map(|rate| format!("{:.1} %", rate * 100.0)).collect::<Vec<_>>().join(", ");
    if own.label.classes().is_empty() {
        let corrected = own.base_rate.map(|rate| format!("; scores are corrected to {:.1} %", rate * 100.0));
        writeln!(out, "  flag, {rates} of the training data{}", corrected.unwrap_or_default())
    } else {
        writeln!(out, "  stance: {} ({rates})", sanitize::line(&own.label.classes().join(", ")))
    }
}

fn threshold(threshold: &Threshold, out: &mut impl Write) -> io::Result<()> {
    let met = if threshold.met { "" } else { ", which cannot be met" };
    let policy = format!("{}{met}", threshold.policy);
    match &threshold.guarantee {
        Some(guarantee) => {
            let raised =
                guarantee.raised.map_or("never raised".to_owned(), |_| format!("raised at {:.3}", guarantee.high));
            let decided = guarantee.decided.map_or(0.0, |decided| decided.value * 100.0);
            writeln!(out, "  {raised}, unsure from {:.3} ({policy})", guarantee.low)?;
            writeln!(out, "  {decided:.1} % of the comments are decided without a person")
        }
        None if threshold.is_never() => {
            writeln!(out, "  never raised: all its examples are in one group or fold of the training data")
        }
        None => writeln!(out, "  raised at {:.3} ({policy})", threshold.value),
    }
}

fn figures(figures: &Figures, out: &mut impl Write) -> io::Result<()> {
    let value = |figure: &Option<Estimate>| match figure {
        Some(Estimate { value, low: Some(low), high: Some(high) }) => format!("{value:.3} ({low:.3} to {high:.3})"),
        Some(Estimate { value, .. }) => format!("{value:.3}"),
        None => "undefined".to_owned(),
    };
    writeln!(out, "  cross-validated on {}: macro-F1 {}", figures.n, value(&figures.macro_f1))?;
    writeln!(out, "  AUC {}, average precision {}", value(&figures.auc), value(&figures.average_precision))
}

fn strongest(
    model: &Model,
    own: &ModelLabel,
    outputs: Range<usize>,
    features: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    for (at, output) in outputs.clone().enumerate() {
        let sides = match (own.label.classes(), outputs.len()) {
            ([], _) => vec![("for", false), ("against", true)],
            ([first, second], _) => vec![(second.as_str(), false), (first.as_str(), true)],
            (classes, _) => vec![(classes[at].as_str(), false)],
        };
        for (side, least) in sides {
            let strongest = model.strongest(output, least, features);
            let names: Vec<String> = strongest.iter().map(|(name, _)| sanitize::line(name)).collect();
            writeln!(out, "  {}: {}", sanitize::line(side), names.join(" · "))?;
        }
    }
    Ok(())
}
