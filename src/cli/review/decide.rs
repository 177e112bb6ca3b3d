//! `ombud review decide`: decisions that were made elsewhere, one JSON object a line.

use std::io::{BufReader, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;

use crate::cli::exit::Exit;
use crate::cli::output;
use crate::cli::output::{Output, note};
use crate::cli::queue_args::DbArgs;
use crate::queue::clock::now;
use crate::queue::decide_lines::Lines;
use crate::queue::existing;
use crate::thread::input::Source;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// One decision per line: {"id":"c7","thread_id":"t1","action":"reject","labels":{"toxicity":true,"stance":"against"}};
    /// - reads standard input. thread_id is needed only if several threads have the same comment id
    #[arg(value_name = "LINES.jsonl")]
    input: PathBuf,
    #[command(flatten)]
    db: DbArgs,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Exit> {
    args.db.changed().input("input", &args.input).stdout("what became of the decisions").check()?;
    let mut store = existing::open(&args.db.db)?;
    let source = Source::new(&args.input);
    let (file, lines) = (source.name(), BufReader::new(source.open()?.reader));
    output::watch_interrupts();
    let refuse = |line, reason| note(format_args!("{file}: line {line}: {reason}"));
    let done = store.decide_lines(&args.db.reviewer(), lines, now, refuse);
    let Lines { decided, refused } = done.with_context(|| format!("cannot read {file}"))?;
    let mut out = Output::create(None)?;
    writeln!(out, "decided {decided}, refused {refused}")?;
    out.finish()?;
    Ok(Exit::of(refused > 0))
}
