//! `ombud review report`: what the decisions say of the model and of the reviewers.

use std::io::Write as _;

use anyhow::Context as _;

use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::queue_args::DbArgs;
use crate::metrics::estimate::Estimate;
use crate::queue::existing;
use crate::queue::figures::Figures;
use crate::report::sanitize::line;

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
        write_report(&mut out, &figures)?;
    }
    out.finish()?;
    Ok(Exit::Done)
}

fn write_report(out: &mut Output, figures: &Figures) -> anyhow::Result<()> {
    writeln!(out, "open {}, done {}, escalated {}", figures.open, figures.done, figures.escalated)?;
    for day in &figures.days {
        writeln!(out, "{}  {}: {}", day.day, line(&day.reviewer), day.decisions)?;
    }
    let share = |estimate: &Option<Estimate>| match estimate {
        Some(own) => match (own.low, own.high) {
            (Some(low), Some(high)) => format!("{:.2} ({low:.2} to {high:.2})", own.value),
            _ => format!("{:.2}", own.value),
        },
        None => "not known".to_owned(),
    };
    for (flag, own) in &figures.flags {
        writeln!(
            out,
            "{}: raised and decided {}, confirmed {}; of the random slice {} decided, missed {}",
            line(flag),
            own.raised,
            share(&own.precision),
            own.slice,
            share(&own.miss_rate)
        )?;
    }
    let number = |value: Option<f64>| value.map_or_else(|| "not known".to_owned(), |value| format!("{value:.2}"));
    for (label, own) in &figures.agreement {
        let (kappa, alpha) = (number(own.kappa), number(own.alpha));
        writeln!(out, "{}: {} comments by two reviewers, kappa {kappa}, alpha {alpha}", line(label), own.comments)?;
    }
    Ok(())
}
