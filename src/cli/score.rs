//! `ombud score`: a thread, a table or a stream of comments to verdicts.

use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::args::{Common, InputArgs, colored, open_model, site};
use crate::cli::exit::{Exit, Usage};
use crate::cli::output;
use crate::cli::output::{Output, tell};
use crate::cli::queue_args::{fill, open_queue, queue_model};
use crate::cli::watcher::Watcher;
use crate::dataset::label_value::share;
use crate::dataset::towards::Towards;
use crate::model::site::Site;
use crate::queue::decided_stances;
use crate::queue::own_model::own_model;
use crate::queue::policy_file::PolicyFile;
use crate::report::csv::CsvOptions;
use crate::report::form::Form;
use crate::report::only::Only;
#[cfg(feature = "parquet")]
use crate::report::parquet_rows;
use crate::report::scored_rows::{CsvRows, JsonRows};
use crate::report::scored_threads::{Shape, ThreadsForm};
use crate::report::width::Width;
use crate::score::caveats::Caveats;
use crate::score::decided::Decided;
#[cfg(feature = "parquet")]
use crate::score::error::ScoreError;
use crate::score::input_file::InputFile;
use crate::score::job::Job;
use crate::score::stream;
use crate::thread::paths::Paths;

/// Label the comments of a thread, a table or a stream
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ombud score thread.txt                                 a page: the thread with its verdicts
  ombud score comments.csv -m my.model -o scored.csv     a table, however large
  ombud score --reasons --only flagged comments.jsonl
  ombud score thread.csv --decided decided.csv           stances learnt from decided ones
  ombud score --queue ombud.db comments.csv              for ombud review
  zcat log.csv.gz | ombud score - --keep author,created_at > scored.csv")]
pub(crate) struct Args {
    /// Threads in CSV, TSV, JSONL, nested JSON, spreadsheets (.xlsx, .ods), Parquet, or text or HTML pages, optionally
    /// compressed (.gz, .zst); - reads standard input
    #[arg(required = true, value_name = "THREAD")]
    input: Vec<PathBuf>,
    /// Model file [default: the built-in model]
    #[arg(short, long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Write verdicts to this file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Add the comments to a review queue instead of writing verdicts
    #[arg(long, value_name = "FILE.db", conflicts_with_all = ["output", "format", "keep", "safe", "only", "reasons"])]
    queue: Option<PathBuf>,
    /// Output format [default: by the output's extension, else thread for a page, else the input's format]
    #[arg(long, value_enum, value_name = "FORM", help_heading = "Output")]
    format: Option<Form>,
    /// Include the reasons for each score
    #[arg(long, help_heading = "Output")]
    reasons: bool,
    /// Input columns to keep in CSV or Parquet output, comma-separated, or all
    #[arg(long, value_delimiter = ',', value_name = "COL", help_heading = "Output")]
    keep: Vec<String>,
    /// Make CSV safe for spreadsheets: put an apostrophe before anything that would be read as a formula
    #[arg(long, help_heading = "Output")]
    safe: bool,
    /// Write only flagged comments, or only those left for review
    #[arg(long, value_enum, value_name = "WHICH", help_heading = "Output")]
    only: Option<Only>,
    /// Show which HTML elements were read as the article and as comments, instead of scoring
    #[arg(long, conflicts_with_all = ["queue", "output", "format", "keep"], help_heading = "Input")]
    explain_reading: bool,
    #[command(flatten)]
    reading: InputArgs,
    /// Target of stances: article, parent, or a claim in quotation marks [default: as in training, else the column
    /// target, else the article's title]
    #[arg(long, value_name = "TARGET", help_heading = "Scores")]
    towards: Option<Towards>,
    /// Decided stances, from which the other comments of the same threads are learnt: a table with id, thread_id and stance,
    /// or a review queue (repeatable)
    #[arg(long, value_name = "FILE|DB", conflicts_with = "queue", help_heading = "Scores")]
    decided: Vec<PathBuf>,
    /// Threshold of a flag (repeatable) [default: as in ombud.toml, else as in the model]
    #[arg(long, value_name = "LABEL=P", value_parser = share, help_heading = "Scores")]
    threshold: Vec<(String, f32)>,
    /// Share of this site's comments that have a flag, if it differs from the training data (repeatable)
    #[arg(long, value_name = "LABEL=SHARE", value_parser = share, help_heading = "Scores")]
    base_rate: Vec<(String, f32)>,
    /// Policy file [default: ombud.toml in the current directory, if there is one]
    #[arg(long, value_name = "FILE", help_heading = "Scores")]
    config: Option<PathBuf>,
}

/// Reasons for each label in the forms for people, and with `--reasons`.
const REASONS: usize = 3;

pub(crate) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    args.paths().check()?;
    if args.explain_reading {
        return args.reading.explain(&args.input);
    }
    let model = match &args.queue {
        Some(db) => queue_model(args.model.as_ref(), db)?,
        None => open_model(args.model.as_ref())?,
    };
    let policy = PolicyFile::find(args.config.as_ref())?;
    let site = site(&policy, &args.threshold, &args.base_rate, &model);
    let site = Site { towards: args.towards.clone(), ..site };
    let mut job = args.reading.job(&model, &site, common)?;
    let inputs = args.reading.open(&args.input)?;
    job.decided = args.decided(&job, policy.authors())?;
    let (form, tabs) = Form::of(args.format, args.output.as_deref(), inputs.first().map(|input| input.format));
    args.check(form)?;
    tell(|notes| {
        let has_context = args.towards.is_some() || args.reading.article.is_some();
        notes.model(&model, args.model.is_none(), has_context);
        notes.promises(&job.scorer, &site, args.only, !args.decided.is_empty());
    });
    output::watch_interrupts();
    if let Some(db) = &args.queue {
        return fill(&mut job, inputs, &mut open_queue(db, &policy.review, &model)?);
    }
    let shape = form.shape();
    job.reasons = if args.reasons || shape.is_some() { REASONS } else { 0 };
    let out = Output::create(args.output.as_deref())?;
    let mut out = match form {
        Form::Thread | Form::Table => out.painted(),
        Form::Jsonl => out.json(),
        #[cfg(feature = "parquet")]
        Form::Parquet => out.binary()?,
        Form::Csv | Form::Html => out,
    };
    let refused = match shape {
        Some(shape) => threads(args, &mut job, inputs, shape, &mut out)?,
        None => rows(args, &job, inputs, (form, tabs), &mut out)?,
    };
    out.finish()?;
    if let Some(decided) = &job.decided {
        tell(|notes| notes.taught(&decided.taught()));
    }
    Ok(Exit::of(refused > 0))
}

/// Scores threads for people; how many rows were refused.
fn threads(args: &Args, job: &mut Job, inputs: Vec<InputFile>, shape: Shape, out: &mut Output) -> anyhow::Result<u64> {
    let (mut scored, mut refused, watcher) = (Vec::new(), 0, Watcher::without_progress());
    for mut input in inputs {
        let read = job.read(&mut input, &watcher)?;
        refused += read.refused as u64;
        for thread in read.threads {
            let verdicts = job.verdicts(&thread)?;
            scored.push((thread, verdicts));
        }
    }
    let mut caveats = Caveats::default();
    scored.iter().flat_map(|(_, verdicts)| verdicts).for_each(|verdict| caveats.add(verdict));
    tell(|notes| notes.caveats(&caveats, job.scorer.model()));
    let color = args.output.is_none() && colored();
    ThreadsForm { scorer: &job.scorer, shape, only: args.only, width: Width::of_output(), color }
        .write(out, &scored)?;
    Ok(refused)
}

/// Scores comments as a stream of rows; how many were refused.
fn rows(
    args: &Args,
    job: &Job,
    inputs: Vec<InputFile>,
    (form, tabs): (Form, bool),
    out: &mut Output,
) -> anyhow::Result<u64> {
    let (labels, unsure, only) = (job.scorer.model().labels(), job.scorer.abstains(), args.only);
    let watcher = Watcher::new();
    let options = CsvOptions { unsure: &unsure, reasons: job.reasons > 0, tabs, safe: args.safe };
    let summary = match form {
        #[cfg(feature = "parquet")]
        Form::Parquet => {
            let (mut form, mut sink) = parquet_rows::parquet(&labels, options, only, &mut *out);
            let summary = stream::score(job, inputs, &args.keep, &mut form, &mut sink, &watcher)?;
            sink.finish().map_err(ScoreError::from)?;
            summary
        }
        Form::Jsonl => {
            stream::score(job, inputs, &args.keep, &mut JsonRows::new(&labels, &job.scorer, only), out, &watcher)?
        }
        _ => stream::score(job, inputs, &args.keep, &mut CsvRows::new(&labels, options, only), out, &watcher)?,
    };
    drop(watcher);
    tell(|notes| {
        notes.refused(summary.refused, &[]);
        notes.flaws(&summary.flaws, job.strict);
        notes.caveats(&summary.caveats, job.scorer.model());
    });
    Ok(summary.refused)
}

impl Args {
    /// The decided stances, if any were given.
    fn decided(&self, job: &Job, authors: bool) -> anyhow::Result<Option<Arc<Decided>>> {
        if self.decided.is_empty() {
            return Ok(None);
        }
        let read = decided_stances::read(&self.decided, &job.columns, &job.scorer.model().labels())?;
        tell(|notes| notes.unused_stances(&read));
        Ok(Some(Arc::new(Decided::new(read.decided, authors))))
    }

    fn paths(&self) -> Paths {
        let paths = self
            .reading
            .paths(&self.input)
            .inputs("decided", &self.decided)
            .files("model", &self.model)
            .files("policy file", PolicyFile::path(self.config.as_ref()));
        match (&self.queue, &self.output) {
            (Some(db), _) => paths.files("model", own_model(db)).changed_database("--queue", db),
            (None, None) => paths.stdout("the verdicts"),
            (None, Some(path)) => {
                paths.output("-o", Some(path)).with_form(Form::extensions(self.format), self.format.is_some())
            }
        }
    }

    /// Checks that the options fit the output form.
    fn check(&self, form: Form) -> Result<(), Usage> {
        if !self.keep.is_empty() && !form.has_columns() {
            return Err(Usage("--keep needs CSV or Parquet output: add --format csv".to_owned()));
        }
        if self.safe && form != Form::Csv {
            return Err(Usage("--safe needs CSV output: add --format csv".to_owned()));
        }
        if form == Form::Html && self.input.len() > 1 {
            return Err(Usage("--format html writes one page for one thread: give one file".to_owned()));
        }
        Ok(())
    }
}
