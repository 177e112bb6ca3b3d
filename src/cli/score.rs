//! `ombud score`: a thread, a table or a stream of comments to verdicts.

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;

use crate::cli::args::{ColumnArgs, Common, InputArgs, colored, note_rules, open_model, share};
use crate::cli::exit::Exit;
use crate::cli::exit::Usage;
use crate::cli::extension;
use crate::cli::output;
use crate::cli::output::{Output, remark};
use crate::cli::paths::Paths;
use crate::cli::policy_file::PolicyFile;
use crate::cli::review::{flags, own_model, queue_model};
use crate::dataset::towards::Towards;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::model::verdict::Verdict;
use crate::queue::fill;
use crate::score::{stream, whole};
use crate::thread::comment::Article;
use crate::thread::format::Format;

/// Label a thread, a table of comments or a stream
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ombud score thread.txt                                 a page: the thread with its verdicts
  ombud score comments.csv -m my.model -o scored.csv     a table, however large
  ombud score --reasons --only flagged comments.jsonl
  ombud score --queue ombud.db comments.csv              for ombud review
  zcat log.csv.gz | ombud score - --keep author,created_at > scored.csv")]
pub(crate) struct Args {
    /// Threads: CSV, TSV, JSONL, nested JSON, pages in text or HTML, also as .gz or .zst; - is standard input
    #[arg(required = true, value_name = "THREAD")]
    input: Vec<PathBuf>,
    /// The model [default: the one inside ombud]
    #[arg(short, long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Where verdicts go [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Puts the comments into a queue for ombud review, instead of writing verdicts
    #[arg(long, value_name = "FILE.db", conflicts_with_all = ["output", "format", "keep", "safe", "only", "reasons"])]
    queue: Option<PathBuf>,
    /// The form of the verdicts [default: by the output's extension, else thread for a page, else the input's form]
    #[arg(long, value_enum, value_name = "FORM", help_heading = "Output")]
    format: Option<Form>,
    /// Say why
    #[arg(long, help_heading = "Output")]
    reasons: bool,
    /// Columns of the input to keep in CSV: names separated by commas, or all
    #[arg(long, value_delimiter = ',', value_name = "COL", help_heading = "Output")]
    keep: Vec<String>,
    /// Make CSV safe to open in a spreadsheet: an apostrophe before what it would take for a formula
    #[arg(long, help_heading = "Output")]
    safe: bool,
    /// Only comments of which a flag is raised, or which the policy leaves to a person
    #[arg(long, value_enum, value_name = "WHICH", help_heading = "Output")]
    only: Option<Only>,
    #[command(flatten)]
    reading: InputArgs,
    /// What stances are towards: article, parent, or a claim in quotation marks [default: as the model was trained, else
    /// the column target, else the article's title]
    #[arg(long, value_name = "TARGET", help_heading = "Scores")]
    towards: Option<Towards>,
    /// Where a flag is raised (may be given again) [default: as ombud.toml or else the model has it]
    #[arg(long, value_name = "LABEL=P", value_parser = share, help_heading = "Scores")]
    threshold: Vec<(String, f32)>,
    /// A flag's share among this site's comments, where it is not that of the training data (may be given again)
    #[arg(long, value_name = "LABEL=SHARE", value_parser = share, help_heading = "Scores")]
    base_rate: Vec<(String, f32)>,
    /// A policy file, instead of ombud.toml in the current folder
    #[arg(long, value_name = "FILE", help_heading = "Scores")]
    config: Option<PathBuf>,
}

/// A form of verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// The tree of comments, for people
    Thread,
    /// One line for each comment, for people
    Table,
    /// Comma-separated values
    Csv,
    /// One JSON object for each comment
    Jsonl,
    /// A self-contained page
    Html,
}

/// Which comments are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Only {
    /// A flag is raised
    Flagged,
    /// The policy leaves it to a person
    Unsure,
}

impl Only {
    /// Whether a verdict is wanted.
    pub(crate) fn wants(only: Option<Self>, verdict: &Verdict) -> bool {
        match only {
            None => true,
            Some(Self::Flagged) => verdict.flagged(),
            Some(Self::Unsure) => verdict.unsure(),
        }
    }
}

/// What is asked for, checked; the same for every input.
pub(crate) struct Job {
    pub(crate) scorer: Scorer,
    pub(crate) form: Form,
    /// Rows are separated by tabs.
    pub(crate) tabs: bool,
    /// No cell is a formula to a spreadsheet.
    pub(crate) safe: bool,
    /// The most reasons for each label.
    pub(crate) reasons: usize,
    pub(crate) keep: Vec<String>,
    pub(crate) only: Option<Only>,
    pub(crate) columns: ColumnArgs,
    pub(crate) article: Option<Article>,
    pub(crate) threads: usize,
    pub(crate) color: bool,
}

/// Reasons for each label in the forms for people, and with `--reasons`.
pub(crate) const REASONS: usize = 3;

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

pub(crate) fn run(args: Args, common: &Common) -> anyhow::Result<Exit> {
    args.paths().check()?;
    let model = match &args.queue {
        Some(db) => queue_model(args.model.as_ref(), db)?,
        None => open_model(args.model.as_ref())?,
    };
    let policy = PolicyFile::find(args.config.as_ref())?;
    let site = policy.site(&args.threshold, &args.base_rate, &flags(&model));
    let site = Site { towards: args.towards.clone(), ..site };
    let scorer = Scorer::new(Arc::clone(&model), &site).map_err(|error| Usage(error.to_string()))?;
    let inputs = args.reading.open(&args.input)?;
    let (form, tabs) = form(&args, inputs.first().map(|input| input.format));
    if !args.keep.is_empty() && form != Form::Csv {
        return Err(Usage("--keep goes with --format csv".to_owned()).into());
    }
    if args.safe && form != Form::Csv {
        return Err(Usage("--safe goes with --format csv".to_owned()).into());
    }
    note_model(&args, &model);
    note_promises(&args, &scorer, &site);
    output::watch_interrupts();
    if form == Form::Html && args.input.len() > 1 {
        return Err(Usage("--format html makes one page of one thread: name one file".to_owned()).into());
    }
    let for_people = matches!(form, Form::Thread | Form::Table | Form::Html);
    let mut job = Job {
        scorer,
        form,
        tabs,
        safe: args.safe,
        reasons: if args.reasons || for_people { REASONS } else { 0 },
        article: args.reading.article()?,
        keep: args.keep,
        only: args.only,
        columns: args.reading.columns,
        threads: common.threads(),
        color: args.output.is_none() && colored(),
    };
    if let Some(db) = &args.queue {
        job.reasons = REASONS;
        policy.review.note_unknown(&flags(&model));
        let mut store = fill::open(db)?;
        policy.review.apply(&mut store)?;
        let refused = fill::fill(&mut job, inputs, &mut store)?;
        return Ok(if refused > 0 { Exit::Refused } else { Exit::Done });
    }
    let out = Output::create(args.output.as_deref())?;
    let mut out = match form {
        Form::Thread | Form::Table => out.painted(),
        Form::Jsonl => out.json(),
        Form::Csv | Form::Html => out,
    };
    let refused =
        if for_people { whole::score(&mut job, inputs, &mut out)? } else { stream::score(&job, inputs, &mut out)? };
    out.finish()?;
    Ok(if refused { Exit::Refused } else { Exit::Done })
}

impl Args {
    fn paths(&self) -> Paths {
        let paths = self.reading.paths(&self.input).files("model", &self.model).policy(self.config.as_ref());
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
    if args.only == Some(Only::Unsure) && !abstains.contains(&true) {
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
