//! `ombud completions` and `ombud man`: from the same definitions as `--help`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap_complete::Shell;

use crate::cli::exit::Exit;
use crate::cli::output::Output;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ombud completions bash > ~/.local/share/bash-completion/completions/ombud")]
pub(crate) struct Completions {
    /// Shell to complete for
    #[arg(value_enum)]
    shell: Shell,
}

/// Print the manual page, or write all pages to a directory
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ombud man | man -l -")]
pub(crate) struct Man {
    /// Write the pages of all commands to this directory
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Writes the script of a shell.
pub(crate) fn completions(args: &Completions, mut command: clap::Command) -> anyhow::Result<Exit> {
    // It panics if the writer fails.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "ombud", &mut script);
    Output::create(None)?.fill(|out| out.write_all(&script))?;
    Ok(Exit::Done)
}

/// Writes manual pages.
pub(crate) fn man(args: &Man, command: clap::Command) -> anyhow::Result<Exit> {
    if let Some(dir) = &args.dir {
        let mut command = command.disable_help_subcommand(true);
        command.build();
        pages(&command, dir)?;
    } else {
        Output::create(None)?.fill(|out| clap_mangen::Man::new(command).render(out))?;
    }
    Ok(Exit::Done)
}

/// The pages of a command and its subcommands, each in its own file.
fn pages(command: &clap::Command, dir: &Path) -> anyhow::Result<()> {
    command.get_subcommands().filter(|below| !below.is_hide_set()).try_for_each(|below| pages(below, dir))?;
    let man = clap_mangen::Man::new(command.clone());
    Output::create(Some(&dir.join(man.get_filename())))?.fill(|out| man.render(out))
}
