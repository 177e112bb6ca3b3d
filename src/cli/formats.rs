//! `ombud formats`: the input formats and how each is recognised.

use std::io::{self, Write as _};

use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::thread::format::Format;
use crate::thread::paths::Paths;

/// List the input formats and how each is recognised
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Files may be plain, compressed (.gz, .zst) or alone in a .zip. --input-format takes the names.

Example:
  ombud formats --json | jq -r '.[].name'")]
pub(crate) struct Args {
    /// Print the list as JSON
    #[arg(long)]
    json: bool,
}

/// A format, as JSON says it.
#[derive(Serialize)]
struct Listed {
    name: &'static str,
    what: &'static str,
    recognised: &'static str,
    /// Whether it is written, too.
    written: bool,
}

impl Listed {
    fn all() -> Vec<Self> {
        let listed = |format: Format| Self {
            name: format.name(),
            what: format.what(),
            recognised: format.recognised(),
            written: Format::OWN.contains(&format),
        };
        Format::all().map(listed).collect()
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Exit> {
    Paths::default().stdout("the formats").check()?;
    let (out, formats) = (Output::create(None)?, Listed::all());
    if args.json {
        let text = serde_json::to_string_pretty(&formats)?;
        out.json().fill(|out| writeln!(out, "{text}"))?;
    } else {
        out.fill(|out| table(&formats, out))?;
    }
    Ok(Exit::Done)
}

/// One line a format, under a header.
fn table(formats: &[Listed], out: &mut Output) -> io::Result<()> {
    let width = |of: fn(&Listed) -> &str| formats.iter().map(|format| of(format).width()).max().unwrap_or_default();
    let (name, what) = (width(|format| format.name).max("NAME".len()), width(|format| format.what));
    let mut line = |cells: [&str; 3]| {
        let [first, second, third] = cells;
        let (after, then) = (name - first.width() + 2, what.saturating_sub(second.width()) + 2);
        writeln!(out, "{first}{:after$}{second}{:then$}{third}", "", "")
    };
    line(["NAME", "WHAT IT IS", "RECOGNISED BY"])?;
    formats.iter().try_for_each(|format| line([format.name, format.what, format.recognised]))
}
