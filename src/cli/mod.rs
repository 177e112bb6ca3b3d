//! The command line: one file per command, from flags to checked options to a call.

// Doc comments are help texts here, which a terminal shows as they stand.
#![allow(clippy::doc_markdown)]

mod args;
mod bias;
mod compared;
mod convert;
mod convert_table;
mod decided;
mod earlier;
mod evaluate;
mod exit;
mod explain;
mod extension;
mod group;
mod inspect;
mod large;
mod learning;
mod meta;
mod output;
mod paths;
mod pipeline;
mod policy_file;
mod progress;
mod queue;
mod recipe;
mod recipe_source;
mod reports;
mod review;
mod rows;
mod score;
mod spool;
mod stream;
mod threads;
mod train;
mod whole;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

pub use exit::Exit;

use crate::report::Width;

/// Reads reader comments: where each one stands, and whether it is speculative or off-topic.
#[derive(Debug, Parser)]
#[command(name = "ombud", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Start with:  ombud score THREAD.txt\n\nExit status: 0 done, 1 failed, 2 wrong usage, 3 done but rows were refused."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: args::Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    Train(Box<train::Args>),
    Score(Box<score::Args>),
    Evaluate(Box<evaluate::Args>),
    Review(Box<review::Args>),
    Explain(explain::Args),
    Inspect(inspect::Args),
    Convert(convert::Args),
    Completions(meta::Completions),
    Man(meta::Man),
}

/// The definition of the command line, for completions and manual pages.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Parses the arguments, the program's name first, and does what they say.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            output::usage(&error);
            return ExitCode::from(if error.use_stderr() { Exit::Usage as u8 } else { Exit::Done as u8 });
        }
    };
    let common = &cli.common;
    common.prepare();
    output::catch_interrupts();
    let result = match cli.command {
        Command::Train(args) => train::run(*args, &arguments),
        Command::Score(args) => score::run(*args, common),
        Command::Evaluate(args) => evaluate::run(&args, common),
        Command::Review(args) => review::run(*args, common),
        Command::Explain(args) => explain::run(args, common),
        Command::Inspect(args) => inspect::run(&args, common),
        Command::Convert(args) => convert::run(&args, common),
        Command::Completions(args) => meta::completions(&args),
        Command::Man(args) => meta::man(&args),
    };
    exit::code(result)
}

/// How wide to write: as wide as the terminal within reason, or as `COLUMNS` says. In a file or a pipe prose is wrapped all
/// the same, but no row of a table is cut: nobody could make the window wider to see the rest.
fn width() -> Width {
    const WIDEST: usize = 100;
    const PROSE: usize = 80;
    let of_terminal =
        terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0).min(WIDEST));
    let given = || Some(std::env::var("COLUMNS").ok()?.trim().parse::<usize>().ok()?.min(Width::UNCUT));
    match of_terminal.or_else(given) {
        Some(width) => Width { prose: width, rows: width },
        None => Width { prose: PROSE, rows: Width::UNCUT },
    }
}
