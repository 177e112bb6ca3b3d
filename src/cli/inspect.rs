//! `ombud inspect`: what is in a model file.

use std::io::Write as _;
use std::path::PathBuf;

use crate::cli::args::{Common, open_model};
use crate::cli::exit::Exit;
use crate::cli::output::{Output, tell};
use crate::report::inspect::write;
use crate::thread::paths::Paths;

/// Show what a model file holds: labels, provenance, figures, strongest features
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ombud inspect my.model --features 20")]
pub(crate) struct Args {
    /// Model file [default: the built-in model]
    #[arg(value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Number of strongest features to show for each class
    #[arg(long, default_value_t = 8, value_name = "N")]
    features: usize,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    Paths::default().files("model", &args.model).stdout("what is in the model").check()?;
    let model = open_model(args.model.as_ref())?;
    tell(|notes| notes.rules(&model));
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
