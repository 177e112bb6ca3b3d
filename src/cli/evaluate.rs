//! `ombud evaluate`: how good a model is on labels that it has not seen.

use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::args::{ClassArgs, ColumnArgs, Common};
use crate::cli::exit::Exit;
use crate::cli::exit::Usage;
use crate::cli::labelled;
use crate::cli::output::{Output, is_quiet, tell, watch_interrupts};
use crate::cli::report_output;
use crate::cli::report_output::Destinations;
use crate::cli::train_error::{site_usage, with_flags};
use crate::dataset::bias_settings::BiasSettings;
use crate::dataset::request::Request;
use crate::dataset::towards::Towards;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::report::progress::Progress;
use crate::report::training_report;
use crate::score::watch::Total;
use crate::thread::format::Format;
use crate::thread::paths::Paths;
use crate::train::compare::compare;
use crate::train::{bias, bias_gate, evaluate};

/// Evaluate a model on labelled comments that it has not seen
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ombud evaluate held-out.csv -m my.model
  ombud evaluate held-out.csv -m old.model -m new.model     compare two models row by row
  ombud evaluate held-out.csv -m my.model --json | jq '.labels[0].auc'")]
pub(crate) struct Args {
    /// Labelled tables in CSV, TSV or JSONL, optionally compressed (.gz, .zst); - reads standard input
    #[arg(required = true, value_name = "LABELLED")]
    input: Vec<PathBuf>,
    /// Model file; a second one is compared with the first
    #[arg(short, long, required = true, value_name = "MODEL")]
    model: Vec<PathBuf>,
    /// Input format: csv, tsv, jsonl, or another table that ombud formats lists [default: detected from name and content]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    input_format: Option<Format>,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    classes: ClassArgs,
    /// Target of stances: article, parent, or a claim in quotation marks [default: as in each model's training, else
    /// the column target, else the article's title]
    #[arg(long, value_name = "TARGET")]
    towards: Option<Towards>,
    /// Column whose equal values are resampled together [default: thread_id, if there is one]
    #[arg(long, value_name = "COL")]
    group: Option<String>,
    /// Bootstrap replicates for the 95 % intervals; 0 for no intervals
    #[arg(long, default_value_t = 1000, value_name = "N")]
    replicates: usize,
    /// Random seed
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    #[command(flatten)]
    bias: BiasSettings,
    /// Print the report as JSON
    #[arg(long, help_heading = "Report")]
    json: bool,
    /// Also write the report as a self-contained HTML page
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    html: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    let paths =
        Paths::default().inputs("input", &args.input).files("model", &args.model).files("map", &args.columns.map);
    paths.stdout("the report").output("--html", args.html.as_deref()).check()?;
    let models: Vec<Arc<Model>> =
        args.model.iter().map(|path| Ok(Arc::new(Model::open(path)?))).collect::<anyhow::Result<_>>()?;
    let (first, second) = match models.as_slice() {
        [first] => (first, None),
        [first, second] => (first, Some(second)),
        _ => return Err(Usage("evaluate takes one model, or two models to compare".to_owned()).into()),
    };
    if second.is_some() && args.bias.fail_over.is_some() {
        return Err(Usage("--fail-over works with one model only: give -m once".to_owned()).into());
    }
    let [html] = Output::create_all([args.html.as_deref()])?;
    watch_interrupts();
    args.columns.check_separator(args.input_format)?;
    let sources = args.columns.sources(&args.input);
    let labels = first.labels();
    let language = first.metadata.options.language;
    let audited = bias_gate::flags(&args.bias, &labels, language)?;
    tell(|notes| notes.audit(&audited, language));
    let request = args.classes.join(Request {
        columns: args.columns.column_map()?,
        group: args.group.clone(),
        format: args.columns.mapped()?.or(args.input_format),
        strict: args.columns.strict,
        ..evaluate::request(first)
    })?;
    let mut data = labelled::read(&sources, &request)?;
    tell(|notes| notes.not_evaluated(&labels, &data));
    let strict = args.columns.strict;
    let left_out = data.keep_known(&labels).inspect_err(|_| tell(|notes| notes.tables(&data, strict)));
    let left_out = left_out.map_err(with_flags)?;
    tell(|notes| notes.left_out_labels(&left_out, "not evaluated"));
    let plain = Site { towards: args.towards.clone(), ..Site::default() };
    let scorer = |model: &Arc<Model>| Scorer::new(Arc::clone(model), &plain).map_err(|error| site_usage(&error));
    let draws = evaluate::Draws { replicates: args.replicates, seed: args.seed };
    let own = scorer(first)?;
    let progress = Progress::new(is_quiet());
    progress.begin("scoring".to_owned(), Total::Unknown);
    let evaluated = evaluate::on(&data, &own, draws)?;
    let mut report = training_report::evaluation_report(first, &evaluated, &data)?;
    report.report.bias = bias::audit(&own, &audited, &data, &evaluated.iter().collect::<Vec<_>>());
    if let Some(second) = second {
        let other = evaluate::on(&data, &scorer(second)?, draws)?;
        report.comparisons = compare(&evaluated, &other, data.groups.as_deref(), draws);
        report.compared_with = Some(second.metadata.name.clone());
    }
    drop(progress);
    report_output::write(&report, Destinations { json: args.json, html, card: None })?;
    tell(|notes| notes.tables(&data, strict));
    let is_biased = report_output::is_biased(&args.bias, report.report.bias.as_ref());
    Ok(if is_biased { Exit::Failed } else { Exit::of(data.has_refusals()) })
}
