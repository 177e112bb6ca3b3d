//! The command line: one file per command, from flags to checked options to a call.

// Doc comments are help texts here, which a terminal shows verbatim.
#![allow(clippy::doc_markdown)]

pub(crate) mod args;
pub(crate) mod completions;
pub(crate) mod convert;
pub(crate) mod evaluate;
pub(crate) mod exit;
pub(crate) mod explain;
pub(crate) mod formats;
pub(crate) mod inspect;
pub(crate) mod labelled;
pub(crate) mod output;
pub(crate) mod queue_args;
pub(crate) mod report_output;
pub(crate) mod review;
pub(crate) mod score;
#[cfg(feature = "serve")]
pub(crate) mod serve;
pub(crate) mod thread_error;
pub(crate) mod train;
pub(crate) mod train_error;
pub(crate) mod watcher;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::cli::exit::{Exit, Interrupted, is_usage};

/// Classify reader comments: where each one stands, and whether it is speculative or off-topic.
#[derive(Debug, Parser)]
#[command(name = "ombud", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Start with:  ombud score THREAD.txt\n\nExit status: 0 done, 1 failed, 2 wrong usage, 3 done but rows were refused."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: crate::cli::args::Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    Train(Box<crate::cli::train::Args>),
    Score(Box<crate::cli::score::Args>),
    Evaluate(Box<crate::cli::evaluate::Args>),
    Review(Box<crate::cli::review::Args>),
    #[cfg(feature = "serve")]
    Serve(Box<crate::cli::serve::Args>),
    Explain(crate::cli::explain::Args),
    Inspect(crate::cli::inspect::Args),
    Convert(crate::cli::convert::Args),
    Formats(crate::cli::formats::Args),
    Completions(crate::cli::completions::Completions),
    Man(crate::cli::completions::Man),
}

impl Command {
    /// Whether it says itself what signals do.
    fn heeds_signals(&self) -> bool {
        match self {
            #[cfg(feature = "serve")]
            Self::Serve(_) => true,
            Self::Train(_)
            | Self::Score(_)
            | Self::Evaluate(_)
            | Self::Review(_)
            | Self::Explain(_)
            | Self::Inspect(_)
            | Self::Convert(_)
            | Self::Formats(_)
            | Self::Completions(_)
            | Self::Man(_) => false,
        }
    }
}

/// Parses the arguments, the program's name first, and does what they say.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            output::usage(&error);
            return ExitCode::from(if error.use_stderr() { Exit::Usage as u8 } else { Exit::Done as u8 });
        }
    };
    let common = &cli.common;
    common.prepare();
    if !cli.command.heeds_signals() {
        output::catch_interrupts();
    }
    let result = match cli.command {
        Command::Train(args) => crate::cli::train::run(*args),
        Command::Score(args) => crate::cli::score::run(&args, common),
        Command::Evaluate(args) => crate::cli::evaluate::run(&args, common),
        Command::Review(args) => crate::cli::review::run(&args, common),
        #[cfg(feature = "serve")]
        Command::Serve(args) => crate::cli::serve::run(*args, common),
        Command::Explain(args) => crate::cli::explain::run(args, common),
        Command::Inspect(args) => crate::cli::inspect::run(&args, common),
        Command::Convert(args) => crate::cli::convert::run(&args, common),
        Command::Formats(args) => crate::cli::formats::run(&args),
        Command::Completions(args) => crate::cli::completions::completions(&args, Cli::command()),
        Command::Man(args) => crate::cli::completions::man(&args, Cli::command()),
    };
    code(result)
}

/// Reports how a run ended.
fn code(result: anyhow::Result<Exit>) -> ExitCode {
    let exit = match result {
        Ok(exit) => exit,
        // Whatever broke off then did so for that.
        Err(_) if output::interrupted() => {
            output::note(format_args!("error: {Interrupted}"));
            Exit::Interrupted
        }
        Err(error) if is_closed_pipe(&error) => Exit::Done,
        Err(error) => {
            output::note(format_args!("error: {}", told(&error)));
            if is_usage(&error) { Exit::Usage } else { Exit::Failed }
        }
    };
    ExitCode::from(exit as u8)
}

/// The error and its causes, without those that an earlier message already contains.
fn told(error: &anyhow::Error) -> String {
    error.chain().map(thread_error::message).fold(String::new(), |told, cause| match told.as_str() {
        "" => cause,
        before if before.contains(&cause) => told,
        _ => told + ": " + &cause,
    })
}

/// A reader that closes its end early is not an error.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
