//! `ombud completions` and `ombud man`: from the same definitions as `--help`.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap_complete::Shell;

use super::Exit;

/// Write a completion script for a shell to standard output
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ombud completions bash > ~/.local/share/bash-completion/completions/ombud")]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Write the manual page to standard output, or all pages to a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ombud man | man -l -")]
pub(super) struct Man {
    /// Write the pages of all commands there
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn completions(args: &Completions) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "ombud", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Exit::Done)
}

pub(super) fn man(args: &Man) -> anyhow::Result<Exit> {
    if let Some(dir) = &args.dir {
        clap_mangen::generate_to(super::command(), dir)
            .with_context(|| format!("cannot write to {}", dir.display()))?;
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(super::command()).render(&mut page)?;
        io::stdout().write_all(&page)?;
    }
    Ok(Exit::Done)
}
