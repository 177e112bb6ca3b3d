//! `ombud score`: a thread, a table or a stream of comments to verdicts.

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;

use crate::cli::args::{Common, InputArgs, colored, flags, open_model, share};
use crate::cli::exit::{Exit, Usage};
use crate::cli::extension;
use crate::cli::messages::{exit, note_caveats, note_flaws, note_refused, note_rules};
use crate::cli::output;
use crate::cli::output::{Output, remark};
use crate::cli::paths::Paths;
use crate::cli::policy_file::PolicyFile;
use crate::cli::queue_args::{fill, own_model, queue_model};
use crate::cli::watcher::Watcher;
use crate::cli::width::width;
use crate::dataset::towards::Towards;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::queue::store::{Store, is_queue};
use crate::report::csv::CsvOptions;
use crate::report::only::Only;
use crate::report::scored_rows::{CsvRows, JsonRows};
use crate::report::scored_threads::{Shape, ThreadsForm};
use crate::score::caveats::Caveats;
use crate::score::decided::Decided;
use crate::score::input_file::InputFile;
use crate::score::job::Job;
use crate::score::stream;
use crate::thread::format::Format;
use crate::thread::input::Source;

/// Label the comments of a thread, a table or a stream
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ombud score thread.txt                                 a page: the thread with its verdicts
  ombud score comments.csv -m my.model -o scored.csv     a table, however large
  ombud score --reasons --only flagged comments.jsonl
  ombud score --queue ombud.db comments.csv              for ombud review
  zcat log.csv.gz | ombud score - --keep author,created_at > scored.csv")]
pub(crate) struct Args {
    /// Threads in CSV, TSV, JSONL, nested JSON, or pages in text or HTML, optionally compressed (.gz, .zst); - reads
    /// standard input
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
    /// Output format [default: by the output's extension, else thread for a page, else that of the input]
    #[arg(long, value_enum, value_name = "FORM", help_heading = "Output")]
    format: Option<Form>,
    /// Include the reasons for each score
    #[arg(long, help_heading = "Output")]
    reasons: bool,
    /// Input columns to keep in CSV output, separated by commas, or all
    #[arg(long, value_delimiter = ',', value_name = "COL", help_heading = "Output")]
    keep: Vec<String>,
    /// Make CSV safe for spreadsheets: put an apostrophe before anything that would be taken for a formula
    #[arg(long, help_heading = "Output")]
    safe: bool,
    /// Write only comments that are flagged, or that the policy leaves to a person
    #[arg(long, value_enum, value_name = "WHICH", help_heading = "Output")]
    only: Option<OnlyArg>,
    #[command(flatten)]
    reading: InputArgs,
    /// Target of stances: article, parent, or a claim in quotation marks [default: as in training, else the column
    /// target, else the article's title]
    #[arg(long, value_name = "TARGET", help_heading = "Scores")]
    towards: Option<Towards>,
    /// Decided stances, which teach those of the rest of their threads: a table with id and stance, or a review database
    /// (repeatable)
    #[arg(long, value_name = "FILE|DB", help_heading = "Scores")]
    decided: Vec<PathBuf>,
    /// Threshold of a flag (repeatable) [default: as in ombud.toml, else as in the model]
    #[arg(long, value_name = "LABEL=P", value_parser = share, help_heading = "Scores")]
    threshold: Vec<(String, f32)>,
    /// Share of a flag among this site's comments, where it differs from the training data (repeatable)
    #[arg(long, value_name = "LABEL=SHARE", value_parser = share, help_heading = "Scores")]
    base_rate: Vec<(String, f32)>,
    /// Policy file [default: ombud.toml in the current directory, if there is one]
    #[arg(long, value_name = "FILE", help_heading = "Scores")]
    config: Option<PathBuf>,
}

/// A form of verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The tree of comments, for reading
    Thread,
    /// One line per comment, for reading
    Table,
    /// Comma-separated values
    Csv,
    /// One JSON object per comment
    Jsonl,
    /// A self-contained HTML page
    Html,
}

/// Which comments are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OnlyArg {
    /// Comments with a raised flag
    Flagged,
    /// Comments that the policy leaves to a person
    Unsure,
}

impl From<OnlyArg> for Only {
    fn from(only: OnlyArg) -> Self {
        match only {
            OnlyArg::Flagged => Self::Flagged,
            OnlyArg::Unsure => Self::Unsure,
        }
    }
}

/// Reasons for each label in the forms for people, and with `--reasons`.
const REASONS: usize = 3;

/// Extensions of outputs, and the forms that they stand for.
const EXTENSIONS: [(&str, Form); 7] = [
    ("csv", Form::Csv),
    ("tsv", Form::Csv),
    ("jsonl", Form::Jsonl),
    ("ndjson", Form::Jsonl),
    ("html", Form::Html),
    ("htm", Form::Html),
    ("txt", Form::Thread),
];

pub(crate) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    args.paths().check()?;
    let model = match &args.queue {
        Some(db) => queue_model(args.model.as_ref(), db)?,
        None => open_model(args.model.as_ref())?,
    };
    let policy = PolicyFile::find(args.config.as_ref())?;
    let site = policy.site(&args.threshold, &args.base_rate, &flags(&model));
    let site = Site { towards: args.towards.clone(), ..site };
    let mut job = args.reading.job(&model, &site, common)?;
    let inputs = args.reading.open(&args.input)?;
    job.decided = args.decided(&job, policy.authors())?;
    let (form, tabs) = form(args, inputs.first().map(|input| input.format));
    args.check(form)?;
    note_model(args, &model);
    note_promises(args, &job.scorer, &site);
    output::watch_interrupts();
    if let Some(db) = &args.queue {
        policy.review.note_unknown(&flags(&model));
        let mut store = Store::open(db)?;
        policy.review.apply(&mut store)?;
        return fill(&mut job, inputs, &mut store);
    }
    let shape = match form {
        Form::Thread => Some(Shape::Tree),
        Form::Table => Some(Shape::Table),
        Form::Html => Some(Shape::Page),
        Form::Csv | Form::Jsonl => None,
    };
    job.reasons = if args.reasons || shape.is_some() { REASONS } else { 0 };
    let out = Output::create(args.output.as_deref())?;
    let mut out = match form {
        Form::Thread | Form::Table => out.painted(),
        Form::Jsonl => out.json(),
        Form::Csv | Form::Html => out,
    };
    let refused = match shape {
        Some(shape) => threads(args, &mut job, inputs, shape, &mut out)?,
        None => rows(args, &job, inputs, (form, tabs), &mut out)?,
    };
    out.finish()?;
    Ok(exit(refused))
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
    note_caveats(&caveats, job.scorer.model());
    let color = args.output.is_none() && colored();
    let only = args.only.map(Only::from);
    ThreadsForm { scorer: &job.scorer, shape, only, width: width(), color }.write(out, &scored)?;
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
    let (labels, unsure, only) = (job.scorer.model().labels(), job.scorer.abstains(), args.only.map(Only::from));
    let watcher = Watcher::new();
    let summary = if form == Form::Csv {
        let options = CsvOptions { unsure: &unsure, reasons: job.reasons > 0, tabs, safe: args.safe };
        stream::score(job, inputs, &args.keep, &mut CsvRows::new(&labels, options, only), out, &watcher)?
    } else {
        stream::score(job, inputs, &args.keep, &mut JsonRows::new(&labels, &job.scorer, only), out, &watcher)?
    };
    drop(watcher);
    note_refused(summary.refused, &[]);
    note_flaws(&summary.flaws, job.strict);
    note_caveats(&summary.caveats, job.scorer.model());
    Ok(summary.refused)
}

impl Args {
    /// What was decided, if anything is named that says so.
    fn decided(&self, job: &Job, authors: bool) -> anyhow::Result<Option<Arc<Decided>>> {
        let stances: Vec<String> = job
            .scorer
            .model()
            .labels()
            .into_iter()
            .filter(|label| !label.classes().is_empty())
            .map(|label| label.name)
            .collect();
        let mut decided = Vec::new();
        for path in &self.decided {
            if is_queue(path) {
                decided.extend(Store::open_to_read(path)?.decided_stances()?);
            } else {
                decided.extend(Decided::read(&Source::new(path), &job.columns, &stances)?);
            }
        }
        Ok((!self.decided.is_empty()).then(|| Arc::new(Decided::new(decided, authors))))
    }

    fn paths(&self) -> Paths {
        let paths = self
            .reading
            .paths(&self.input)
            .inputs("decided", &self.decided)
            .files("model", &self.model)
            .policy(self.config.as_ref());
        match (&self.queue, &self.output) {
            (Some(db), _) => paths.files("model", &own_model(db)).changed_database("--queue", db),
            (None, None) => paths.stdout("the verdicts"),
            (None, Some(path)) => {
                let known = EXTENSIONS.iter().map(|(known, _)| *known);
                paths.output("-o", Some(path)).with_form(known, self.format.is_some())
            }
        }
    }
}

impl Args {
    /// Whether what is asked for goes together with the form of the verdicts.
    fn check(&self, form: Form) -> Result<(), Usage> {
        if !self.keep.is_empty() && form != Form::Csv {
            return Err(Usage("--keep goes with --format csv".to_owned()));
        }
        if self.safe && form != Form::Csv {
            return Err(Usage("--safe goes with --format csv".to_owned()));
        }
        if form == Form::Html && self.input.len() > 1 {
            return Err(Usage("--format html makes one page of one thread: name one file".to_owned()));
        }
        Ok(())
    }
}

/// The form of the verdicts, and whether its cells are separated by tabs.
fn form(args: &Args, input: Option<Format>) -> (Form, bool) {
    let extension = args.output.as_deref().and_then(extension::of);
    let known = |extension: &String| EXTENSIONS.iter().find(|(known, _)| known == extension).map(|(_, form)| *form);
    let by_extension = extension.as_ref().and_then(known);
    let by_input = match input {
        Some(Format::Csv | Format::Tsv) => Form::Csv,
        Some(Format::Jsonl) => Form::Jsonl,
        _ => Form::Thread,
    };
    let form = args.format.or(by_extension).unwrap_or(by_input);
    let tabs = match extension.as_deref() {
        Some(extension) => extension == "tsv",
        None => args.format.is_none() && input == Some(Format::Tsv),
    };
    (form, form == Form::Csv && tabs)
}

/// Says what the person may not expect of this model.
fn note_model(args: &Args, model: &Model) {
    if args.model.is_none() {
        remark(format_args!(
            "note: scored by the small model inside ombud ({}, trained on {} comments); train your own with ombud train",
            model.metadata.name, model.metadata.provenance.rows
        ));
    }
    note_rules(model);
    if (args.towards.is_some() || args.reading.article.is_some()) && !model.reads_context() {
        remark(format_args!(
            "note: model {} reads each comment by itself; --towards and --article do not change its scores",
            model.metadata.name
        ));
    }
}

/// Says where nothing is left to a person, or a promise was made for other comments than these.
fn note_promises(args: &Args, scorer: &Scorer, site: &Site) {
    let abstains = scorer.abstains();
    if args.only == Some(OnlyArg::Unsure) && !abstains.contains(&true) {
        remark(format_args!(
            "note: nothing is unsure: no flag has a policy that leaves comments to a person (train with --threshold 'LABEL=error<=2%')"
        ));
    }
    let labels = scorer.model().metadata.labels.iter().zip(abstains).filter(|(_, abstains)| *abstains);
    for (own, _) in labels.filter(|(own, _)| site.base_rates.iter().any(|(name, _)| *name == own.label.name)) {
        if let Some(threshold) = &own.threshold {
            remark(format_args!(
                "note: {}: {} was promised for the base rate of the training data, not for this site's",
                own.label.name, threshold.policy
            ));
        }
    }
}
