//! `ombud review export`: the decisions as rows.

use std::path::PathBuf;

use crate::cli::exit::Exit;
use crate::cli::output::{Output, remark};
use crate::cli::queue_args::{DbArgs, RaisedArgs, check_labels};
use crate::queue::existing;
use crate::queue::export::ExportForm;
use crate::thread::extension;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    raised: RaisedArgs,
    #[command(flatten)]
    db: DbArgs,
    /// Write to this file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Output format [default: by the output's extension, else csv]
    #[arg(long, value_enum, value_name = "FORM")]
    format: Option<ExportForm>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Exit> {
    let paths = args.db.read();
    match &args.output {
        Some(path) => {
            let paths = paths.output("-o", Some(path));
            paths.with_form(["csv", "jsonl", "ndjson"], args.format.is_some()).check()?;
        }
        None => paths.stdout("the decisions").check()?,
    }
    let store = existing::open_to_read(&args.db.db)?;
    check_labels(&store, args.raised.label.iter())?;
    let is_jsonl = || args.output.as_deref().and_then(extension::of).is_some_and(|extension| extension != "csv");
    let by_name = || if is_jsonl() { ExportForm::Jsonl } else { ExportForm::Csv };
    let form = args.format.unwrap_or_else(by_name);
    let out = Output::create(args.output.as_deref())?;
    let mut out = if form == ExportForm::Jsonl { out.json() } else { out };
    let exported = store.export(form, &args.raised.label, &mut out)?;
    out.finish()?;
    remark(format_args!("{} decisions", exported.rows));
    if exported.purged > 0 {
        remark(format_args!("{} more decisions are on erased comments", exported.purged));
    }
    Ok(Exit::Done)
}
