//! `ombud convert`: between thread formats.

use std::io;
use std::path::{Path, PathBuf};

use crate::cli::args::{ColumnArgs, Common};
use crate::cli::convert_table;
use crate::cli::exit::Exit;
use crate::cli::output::{Output, remark};
use crate::cli::paths::Paths;
use crate::report::of_training;
use crate::score::whole;
use crate::thread::comment::Thread;
use crate::thread::error::ThreadError;
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::limits::MOST_COMMENTS;
use crate::thread::opened::Opened;
use crate::thread::packed::Packed;
use crate::thread::threads::read_bounded;
use crate::thread::write::{check as check_form, write_all};

/// Convert between thread formats: CSV, TSV, JSONL, nested JSON, pages in text and HTML
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ombud convert page.html -o comments.csv\n  ombud convert comments.jsonl -o thread.json"
)]
pub(crate) struct Args {
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
pub(crate) fn format(name: &str) -> Result<Format, String> {
    Format::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
        let names = Format::ALL.map(Format::name).join(", ");
        format!("{name:?} is none of {names}")
    })
}

/// What outputs may be called.
const EXTENSIONS: [&str; 14] =
    ["csv", "tsv", "tab", "jsonl", "ndjson", "json", "txt", "text", "html", "htm", "xhtml", "gz", "zst", "zstd"];

/// What the comments of a table may take in memory, where they are to be one document.
const MOST: u64 = 1 << 30;

pub(crate) fn run(args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    let paths = Paths::default().input("input", &args.input).output("-o", Some(&args.output));
    paths.with_form(EXTENSIONS, args.to.is_some()).check()?;
    let columns = args.columns.map()?;
    let source = Source::new(&args.input);
    let opened = Opened::new(&source, args.from, args.columns.encoding.as_deref())?;
    let out = Output::create(Some(&args.output))?;
    let to = args.to.or_else(|| Format::of_name(&args.output.to_string_lossy()));
    let to = to.ok_or_else(|| ThreadError::UnknownFormat { file: out.name() })?;
    let out = if matches!(to, Format::Json | Format::Jsonl) { out.json() } else { out };
    if opened.format.is_table() && to.is_table() {
        return convert_table::run(&source, opened, &args.columns, (to, &args.output), out);
    }
    let mut reading = read_bounded(opened, &columns, MOST)?;
    of_training::note_guessed(reading.guessed.as_ref());
    of_training::note_empty(&reading, &source.name());
    if to.is_table() {
        name_threads(&mut reading.threads, &args.input);
    }
    let mut taken = 0;
    if args.columns.strict {
        taken = whole::refuse(&mut reading);
    } else {
        of_training::note_warnings(&reading.warnings);
    }
    let count: usize = reading.threads.iter().map(|thread| thread.comments.len()).sum();
    if to == Format::Json && count > MOST_COMMENTS {
        remark(format_args!(
            "note: {} will hold {count} comments, but ombud reads no more than {} of one JSON document; JSONL holds any number",
            out.name(),
            MOST_COMMENTS
        ));
    }
    let file = out.name();
    check_form(&reading.threads, to).map_err(|reason| ThreadError::Document { file, reason })?;
    write(&args.output, out, |out, failed| write_all(&reading.threads, to, out).map_err(failed))?;
    let exit = of_training::refusals(&reading.refused, &[], args.columns.strict);
    Ok(if taken > 0 { Exit::Refused } else { exit })
}

/// Writes to an output whose name says whether it is compressed. `written` is told how a failure to write is said.
pub(crate) fn write(
    path: &Path,
    out: Output,
    written: impl FnOnce(&mut Packed<Output>, &dyn Fn(io::Error) -> anyhow::Error) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let file = out.name();
    let failed = |error: io::Error| anyhow::Error::from(error).context(format!("cannot write {file}"));
    let mut out = Packed::for_name(path, out).map_err(failed)?;
    written(&mut out, &failed)?;
    out.finish().map_err(failed)?.finish()
}

/// Names threads that have no id by the file: in a table the id is all that tells that comments are a thread. Comments that
/// are none are not made one.
pub(crate) fn name_threads(threads: &mut [Thread], file: &Path) {
    let name = file.file_name().and_then(|name| name.to_str()).filter(|name| *name != "-").unwrap_or("thread");
    let name = name.split_once('.').map_or(name, |(stem, _)| stem);
    let several = threads.len() > 1;
    for (at, thread) in threads.iter_mut().enumerate().filter(|(_, thread)| thread.id.is_none() && !thread.unrelated) {
        thread.id = Some(if several { format!("{name}-{}", at + 1) } else { name.to_owned() });
    }
}
