//! `ombud convert`: between thread formats.

use std::io;
use std::path::{Path, PathBuf};

use crate::cli::args::{ColumnArgs, Common, explain_reading};
use crate::cli::exit::{Exit, Usage};
use crate::cli::output::{Output, remark, tell};
use crate::cli::watcher::Watcher;
use crate::score::watch::{Event, Watch as _};
use crate::thread::convert_table::{Converted, TableConversion};
use crate::thread::error::ThreadError;
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::limits::MOST_COMMENTS;
use crate::thread::names::name_threads;
use crate::thread::opened::Opened;
use crate::thread::packed::Packed;
use crate::thread::paths::Paths;
use crate::thread::strict::take_out_flawed;
use crate::thread::threads::read_bounded;
use crate::thread::write::{check as check_form, write_all};

/// Convert between thread formats: CSV, TSV, JSONL, Parquet, nested JSON, text and HTML pages
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ombud convert page.html -o comments.csv\n  ombud convert comments.jsonl -o thread.json"
)]
pub(crate) struct Args {
    /// Input file; - reads standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Output file; its extension sets the format; - writes to standard output
    #[arg(short, long, value_name = "OUT", required_unless_present = "explain_reading")]
    output: Option<PathBuf>,
    /// Show which HTML elements were read as the article and as comments, instead of converting
    #[arg(long, conflicts_with = "output")]
    explain_reading: bool,
    /// Input format: csv, tsv, jsonl, json, text, html, or another that ombud formats lists [default: detected from name and
    /// content]
    #[arg(long, alias = "from", value_name = "NAME", help_heading = "Input")]
    input_format: Option<Format>,
    /// Output format: csv, tsv, jsonl, parquet, json, text, html [default: by the output's extension]
    #[arg(long, value_name = "FORM")]
    to: Option<Format>,
    #[command(flatten)]
    columns: ColumnArgs,
}

/// What outputs may be called.
const EXTENSIONS: &[&str] = &[
    "csv",
    "tsv",
    "tab",
    "jsonl",
    "ndjson",
    "json",
    "txt",
    "text",
    "html",
    "htm",
    "xhtml",
    "gz",
    "zst",
    "zstd",
    #[cfg(feature = "parquet")]
    "parquet",
];

/// The memory that a table's comments may take when they are to become one document.
const MOST: u64 = 1 << 30;

pub(crate) fn run(args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    let source = Source::new(&args.input).stored(&args.columns.storage());
    let Some(output) = &args.output else {
        return explain_reading(&source, args.input_format);
    };
    let paths = Paths::default().input("input", &args.input).files("map", &args.columns.map).output("-o", Some(output));
    // What opens `.parquet` reads nothing else.
    let is_fit = |extension: &&str| *extension != "parquet" || args.to.is_none_or(|to| to.name() == *extension);
    paths.with_form(EXTENSIONS.iter().copied().filter(is_fit), args.to.is_some()).check()?;
    let columns = args.columns.column_map()?;
    args.columns.check_separator(args.input_format)?;
    let from = args.columns.mapped()?.or(args.input_format);
    let opened = Opened::new(&source, from)?;
    let out = Output::create(Some(output))?;
    let to = args.to.or_else(|| Format::of_output(&output.to_string_lossy()));
    let to = to.ok_or_else(|| {
        Usage(format!("the extension of -o {} does not set an output format: give it with --to", output.display()))
    })?;
    if !to.is_written() {
        return Err(Usage(format!("--to {}: this format can be read but not written", to.name())).into());
    }
    let out = match to {
        Format::Json | Format::Jsonl => out.json(),
        #[cfg(feature = "parquet")]
        Format::Export(_) => out.binary()?,
        _ => out,
    };
    if opened.format.is_table() && to.is_table() {
        let conversion = TableConversion::new(&source, opened, &columns, args.columns.strict, to)?;
        return table(conversion, out, output, args.columns.strict);
    }
    let mut reading = read_bounded(opened, &columns, MOST)?;
    tell(|notes| notes.reading(&reading, &source.name(), args.columns.strict));
    if to.is_table() {
        name_threads(&mut reading.threads, &args.input);
    }
    let taken = if args.columns.strict { take_out_flawed(&mut reading.threads, &reading.misquoted) } else { 0 };
    let count: usize = reading.threads.iter().map(|thread| thread.comments.len()).sum();
    if to == Format::Json && count > MOST_COMMENTS {
        remark(format_args!(
            "note: {} will hold {count} comments, but ombud reads at most {} from one JSON document; JSONL has no such limit",
            out.name(),
            MOST_COMMENTS
        ));
    }
    let file = out.name();
    check_form(&reading.threads, to).map_err(|error| ThreadError::Document { file, reason: error.to_string() })?;
    write(output, out, |out, failed| write_all(&reading.threads, to, out).map_err(failed))?;
    tell(|notes| notes.refused(reading.refused.len() as u64, &reading.refused));
    Ok(Exit::of(taken + reading.refused.len() > 0))
}

/// Converts a table row by row.
fn table(conversion: TableConversion, out: Output, path: &Path, strict: bool) -> anyhow::Result<Exit> {
    tell(|notes| notes.guessed(conversion.guessed.as_ref()));
    let (watcher, name) = (Watcher::without_progress(), out.name());
    let Converted { file, rows, refused, flaws, remarks } =
        write(path, out, |out, _| Ok(conversion.write(out, &name, |refused| watcher.event(Event::Refused(refused)))?))?;
    if rows == 0 && refused == 0 {
        watcher.event(Event::NoComments { file: &file });
    }
    tell(|notes| {
        notes.remarks(&remarks);
        notes.refused(refused, &[]);
        notes.flaws(&[(file, flaws)], strict);
    });
    Ok(Exit::of(refused > 0))
}

/// Writes to an output that is compressed if its name says so. `written` gets a function that describes a failed write.
fn write<T>(
    path: &Path,
    out: Output,
    written: impl FnOnce(&mut Packed<Output>, &dyn Fn(io::Error) -> anyhow::Error) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let file = out.name();
    let failed = |error: io::Error| anyhow::Error::from(error).context(format!("cannot write {file}"));
    let mut out = Packed::for_name(path, out).map_err(failed)?;
    let done = written(&mut out, &failed)?;
    out.finish().map_err(failed)?.finish()?;
    Ok(done)
}
