//! `ombud review decide`: decisions that were made elsewhere, one JSON object a line.

use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;

use crate::cli::exit::{Exit, Interrupted};
use crate::cli::output;
use crate::cli::output::{Output, note};
use crate::queue::clock::now;
use crate::queue::store::Store;
use crate::thread::input::Source;

/// Decides what the lines of a file say; those that cannot be are told and counted.
pub(crate) fn run(store: &mut Store, reviewer: &str, input: &PathBuf) -> anyhow::Result<Exit> {
    let source = Source::new(input);
    let lines = std::io::BufReader::new(source.open(None)?).lines();
    let (mut decided, mut refused) = (0_usize, 0_usize);
    output::watch_interrupts();
    for (number, line) in (1..).zip(lines) {
        if output::interrupted() {
            return Err(Interrupted.into());
        }
        let line = line.with_context(|| format!("cannot read {}", source.name()))?;
        if line.trim().is_empty() {
            continue;
        }
        let result = match serde_json::from_str(&line) {
            Ok(made) => store.decide_elsewhere(reviewer, &made, now()).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match result {
            Ok(()) => decided += 1,
            Err(reason) => {
                refused += 1;
                note(format_args!("{}: line {number}: {reason}", source.name()));
            }
        }
    }
    let mut out = Output::create(None)?;
    writeln!(out, "decided {decided}, refused {refused}")?;
    out.finish()?;
    Ok(if refused > 0 { Exit::Refused } else { Exit::Done })
}
