//! `ombud inspect`: what is in a model file.

use std::io::Write as _;
use std::path::PathBuf;

use crate::cli::args::{Common, open_model};
use crate::cli::exit::Exit;
use crate::cli::messages::note_rules;
use crate::cli::output::Output;
use crate::cli::paths::Paths;
use crate::dataset::label::outputs;
use crate::metrics::estimate::Estimate;
use crate::model::model::Model;
use crate::report::of_training;
use crate::report::sanitize;

/// What is in a model file: labels, provenance, figures, size
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ombud inspect my.model --features 20")]
pub(crate) struct Args {
    /// The model file [default: the model inside ombud]
    #[arg(value_name = "MODEL")]
    model: Option<PathBuf>,
    /// How many of the strongest features of each class are shown
    #[arg(long, default_value_t = 8, value_name = "N")]
    features: usize,
    /// Everything as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    Paths::default().files("model", &args.model).stdout("what is in the model").check()?;
    let model = open_model(args.model.as_ref())?;
    note_rules(&model);
    let out = Output::create(None)?;
    let mut out = if args.json { out.json() } else { out };
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&model.metadata)?)?;
    } else {
        write(&model, args.features, &mut out)?;
    }
    out.finish()?;
    Ok(Exit::Done)
}

fn write(model: &Model, features: usize, out: &mut Output) -> anyhow::Result<()> {
    let metadata = &model.metadata;
    let provenance = &metadata.provenance;
    writeln!(out, "model      {}  {}", sanitize::line(&metadata.name), sanitize::line(&metadata.hash))?;
    writeln!(out, "made by    ombud {}, format {}", sanitize::line(&provenance.ombud), metadata.format)?;
    writeln!(out, "trained on {} rows of {}", provenance.rows, sanitize::line(&provenance.sources.join(", ")))?;
    for (file, said) in of_training::sources(model) {
        writeln!(out, "  {}: {}", sanitize::line(&file), sanitize::line(&said))?;
    }
    writeln!(out, "data hash  {}", sanitize::line(&provenance.sha256))?;
    if let Some(base) = &provenance.base {
        writeln!(out, "goes on from {}", sanitize::line(base))?;
    }
    let blocks: Vec<&str> = model.blocks().iter().map(|block| block.name()).collect();
    let words = if metadata.options.hash_bits.is_some() { ", hashed" } else { "" };
    writeln!(out, "features   {} ({}{words})", model.n_features(), blocks.join(", "))?;
    let labels = model.labels();
    for (own, outputs) in metadata.labels.iter().zip(outputs(&labels)) {
        writeln!(out, "\n{}", sanitize::line(&own.label.name))?;
        let rates = own.base_rates.iter().map(|rate| format!("{:.1} %", rate * 100.0)).collect::<Vec<_>>().join(", ");
        if own.label.classes().is_empty() {
            let corrected = own.base_rate.map(|rate| format!("; scores are for {:.1} %", rate * 100.0));
            writeln!(out, "  flag, {rates} of the training data{}", corrected.unwrap_or_default())?;
        } else {
            writeln!(out, "  stance: {} ({rates})", sanitize::line(&own.label.classes().join(", ")))?;
        }
        if let Some(threshold) = &own.threshold {
            let met = if threshold.met { "" } else { ", which cannot be met" };
            let policy = format!("{}{met}", threshold.policy);
            match &threshold.promise {
                Some(promise) => {
                    let raised =
                        promise.raised.map_or("never raised".to_owned(), |_| format!("raised at {:.3}", promise.high));
                    let decided = promise.decided.map_or(0.0, |decided| decided.value * 100.0);
                    writeln!(out, "  {raised}, unsure from {:.3} on ({policy})", promise.low)?;
                    writeln!(out, "  {decided:.1} % of the comments are decided without a person")?;
                }
                None if threshold.is_never() => {
                    writeln!(out, "  never raised: all its examples stood in one group or fold of the training data")?;
                }
                None => writeln!(out, "  raised at {:.3} ({policy})", threshold.value)?,
            }
        }
        if let Some(figures) = &own.figures {
            let value = |figure: &Option<Estimate>| match figure {
                Some(Estimate { value, low: Some(low), high: Some(high) }) => {
                    format!("{value:.3} ({low:.3} to {high:.3})")
                }
                Some(Estimate { value, .. }) => format!("{value:.3}"),
                None => "undefined".to_owned(),
            };
            writeln!(out, "  cross-validated on {}: macro-F1 {}", figures.n, value(&figures.macro_f1))?;
            writeln!(out, "  AUC {}, average precision {}", value(&figures.auc), value(&figures.average_precision))?;
        }
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
    }
    Ok(())
}
