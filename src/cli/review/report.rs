//! `ombud review report`: what the decisions show about the model and the reviewers.

use std::io::Write as _;

use anyhow::Context as _;

use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::queue_args::DbArgs;
use crate::queue::existing;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    db: DbArgs,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Exit> {
    args.db.read().stdout("the figures").check()?;
    let figures = existing::open_to_read(&args.db.db)?.figures()?;
    let out = Output::create(None)?;
    let mut out = if args.json { out.json() } else { out };
    if args.json {
        serde_json::to_writer_pretty(&mut out, &figures).context("cannot write")?;
        writeln!(out)?;
    } else {
        figures.write(&mut out)?;
    }
    out.finish()?;
    Ok(Exit::Done)
}
