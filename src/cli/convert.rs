//! `ombud convert`: between thread formats.

use std::path::{Path, PathBuf};

use super::args::{ColumnArgs, Common};
use super::{Exit, reports, whole};
use crate::thread::{ColumnMap, Format, Opened, Source, Thread, read_opened, write_file};

/// Convert between thread formats: CSV, TSV, JSONL, nested JSON, pages in text and HTML
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ombud convert page.html -o comments.csv\n  ombud convert comments.jsonl -o thread.json"
)]
pub(super) struct Args {
    /// What is read; - is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// What is written; its extension tells the form; - is standard output
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// The form of the input, where its name and content do not tell
    #[arg(long, value_name = "FORM", value_parser = format)]
    from: Option<Format>,
    /// The form of the output, where its name does not tell: csv, tsv, jsonl, json, text, html
    #[arg(long, value_name = "FORM", value_parser = format)]
    to: Option<Format>,
    #[command(flatten)]
    columns: ColumnArgs,
}

/// A format by its name.
pub(super) fn format(name: &str) -> Result<Format, String> {
    Format::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
        let names = Format::ALL.map(Format::name).join(", ");
        format!("{name:?} is none of {names}")
    })
}

pub(super) fn run(args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    super::output::refuse_overwriting(&args.output, std::slice::from_ref(&args.input))?;
    let columns = args.columns.map()?;
    let opened = Opened::new(&Source::new(&args.input), args.from, args.columns.encoding.as_deref())?;
    let is_table = opened.format.is_table();
    let mut reading = read_opened(opened, &columns, &ColumnMap::default())?;
    reports::note_empty(&reading, &Source::new(&args.input).name());
    let to = args.to.or_else(|| Format::of_name(&args.output.to_string_lossy()));
    if !is_table && to.is_some_and(Format::is_table) {
        name_threads(&mut reading.threads, &args.input);
    }
    let mut taken = 0;
    if args.columns.strict {
        taken = whole::refuse(&mut reading);
    } else {
        reports::note_warnings(&reading.warnings);
    }
    write_file(&reading.threads, &args.output, args.to)?;
    let exit = reports::refusals(&reading.refused, &[], args.columns.strict);
    Ok(if taken > 0 { Exit::Refused } else { exit })
}

/// Names threads that have no id by the file: in a table the id is all that tells that comments are a thread.
pub(super) fn name_threads(threads: &mut [Thread], file: &Path) {
    let name = file.file_name().and_then(|name| name.to_str()).filter(|name| *name != "-").unwrap_or("thread");
    let name = name.split_once('.').map_or(name, |(stem, _)| stem);
    let several = threads.len() > 1;
    for (at, thread) in threads.iter_mut().enumerate().filter(|(_, thread)| thread.id.is_none()) {
        thread.id = Some(if several { format!("{name}-{}", at + 1) } else { name.to_owned() });
    }
}
