//! `ombud review verify`: whether the log of decisions is whole.

use std::io::Write as _;

use crate::cli::exit::Exit;
use crate::cli::output::{Output, note};
use crate::cli::queue_args::DbArgs;
use crate::queue::existing;

/// At most this many failed checks are printed; one edit may show in every row.
const MOST_TOLD: usize = 20;

pub(crate) fn run(args: &DbArgs) -> anyhow::Result<Exit> {
    args.read().stdout("what was found").check()?;
    match existing::open_to_read(&args.db)?.verify()? {
        Ok(verified) => {
            let mut out = Output::create(None)?;
            writeln!(out, "the log is intact: {} entries, the last is {}", verified.entries, verified.head)?;
            if let Some(sealed) = verified.sealed {
                writeln!(out, "{sealed}")?;
            }
            out.finish()?;
            Ok(Exit::Done)
        }
        Err(broken) => {
            for broken in broken.iter().take(MOST_TOLD) {
                note(format_args!("error: {}: {broken}", args.db.display()));
            }
            if let more @ 1.. = broken.len().saturating_sub(MOST_TOLD) {
                note(format_args!("error: {}: {more} more checks failed", args.db.display()));
            }
            Ok(Exit::Failed)
        }
    }
}
