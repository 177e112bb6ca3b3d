//! `ombud train`: labelled tables to a model and an honest report.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::cli::args::{ClassArgs, ColumnArgs};
use crate::cli::exit::{Exit, Interrupted, Usage};
use crate::cli::labelled::reading;
use crate::cli::output;
use crate::cli::output::{Output, is_quiet, note, remark, tell};
use crate::cli::report_output;
use crate::cli::report_output::Destinations;
use crate::cli::train_error::with_flags;
use crate::dataset::bias_settings::BiasSettings;
use crate::dataset::dataset::Dataset;
use crate::dataset::decided::Decisions;
use crate::dataset::divisible::Divisible;
use crate::dataset::label::Label;
use crate::dataset::recipe::Recipe;
use crate::dataset::request::Request;
use crate::dataset::source::TableSource;
use crate::dataset::train_settings::TrainSettings;
use crate::learn::policy::Policy;
use crate::model::metadata::Provenance;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::queue::existing;
use crate::queue::policy_file::PolicyFile;
use crate::report::progress::Progress;
use crate::report::training_report;
use crate::score::watch::Total;
use crate::thread::file_name::file_name;
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::paths::Paths;
use crate::train::options::TrainOptions;
use crate::train::recipe_record::record;
use crate::train::step::Step;
use crate::train::train::{Trained, train};
use crate::train::{bias, bias_gate};

/// Train a model on labelled comments and report how good it is
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ombud train labelled.csv -o my.model
  ombud train labelled.csv --stance position --flag spam --group thread --html report.html -o my.model
  ombud train labelled.csv --classes stance=Favor:favor --classes stance=-1: -o my.model
  ombud train more.csv --base my.model -o better.model
  ombud train labelled.csv --flag toxicity --fail-over 0.05 -o my.model     status 1 if it is biased
  ombud train labelled.csv --threshold 'off_topic=precision>=0.9' --threshold 'toxicity=review<=5%' -o my.model
  ombud train labelled.csv --threshold 'toxicity=error<=2%' -o my.model     abstain when unsure
  ombud train labelled.csv --threshold 'stance=error<=30%' -o my.model      the same for a stance
  ombud train --from ombud.db --base my.model -o better.model               learn from decisions
  ombud train --recipe news.toml --data tables -o news.model --card news.md
")]
pub(crate) struct Args {
    /// Labelled tables in CSV, TSV or JSONL, optionally compressed (.gz, .zst); - reads standard input
    #[arg(required_unless_present_any = ["recipe", "from"], value_name = "LABELLED")]
    input: Vec<PathBuf>,
    /// Write the model to this file
    #[arg(short, long, value_name = "MODEL")]
    output: PathBuf,
    /// Train from a recipe instead of tables; it lists sources, each with its columns, classes, weight and licence, and
    /// sets options
    #[arg(long, value_name = "FILE.toml", conflicts_with_all = ["input", "stance", "flag", "classes", "flags_in", "annotator", "labels_from_status", "group", "fold", "column", "map", "input_format", "encoding", "separator", "sheet", "zstd_window", "strict"])]
    recipe: Option<PathBuf>,
    /// Directory of the recipe's files [default: the current directory]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Also learn from the decisions in this review queue, weighted to represent all of its comments
    #[arg(long, value_name = "FILE.db", conflicts_with = "recipe")]
    from: Option<PathBuf>,
    /// Input format: csv, tsv, jsonl, or another table that ombud formats lists [default: detected from name and content]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    input_format: Option<Format>,
    #[command(flatten)]
    columns: ColumnArgs,
    /// Column to learn as a stance: one of several classes (repeatable)
    #[arg(long, value_name = "COL", help_heading = "Labels")]
    stance: Vec<String>,
    /// Column to learn as a flag: yes or no (repeatable)
    #[arg(long, value_name = "COL", help_heading = "Labels")]
    flag: Vec<String>,
    #[command(flatten)]
    classes: ClassArgs,
    /// Column whose equal values stay in one fold [default: thread_id, if there is one]
    #[arg(long, value_name = "COL", help_heading = "Cross-validation")]
    group: Option<String>,
    /// Column that holds each row's fold
    #[arg(long, value_name = "COL", conflicts_with = "folds", help_heading = "Cross-validation")]
    fold: Option<String>,
    #[command(flatten)]
    settings: TrainSettings,
    /// Weight rows by the columns LABEL.weight
    #[arg(long, conflicts_with = "recipe", help_heading = "Labels")]
    weights: bool,
    /// Policy file [default: ombud.toml in the current directory, if there is one]
    #[arg(long, value_name = "FILE", help_heading = "Labels")]
    config: Option<PathBuf>,
    /// Continue from the weights of this model
    #[arg(long, value_name = "MODEL", help_heading = "Learning")]
    base: Option<PathBuf>,
    #[command(flatten)]
    bias: BiasSettings,
    /// Also write the report as a self-contained HTML page
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    html: Option<PathBuf>,
    /// Also write a model card in Markdown
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    card: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long, help_heading = "Report")]
    json: bool,
}

pub(crate) fn run(mut args: Args) -> anyhow::Result<Exit> {
    let (recipe, tables) = args.take_recipe()?.unzip();
    args.paths().check()?;
    args.columns.check_separator(args.input_format)?;
    let policies = PolicyFile::find(args.config.as_ref())?.policies();
    let base = args.base.as_deref().map(Model::open).transpose()?;
    let mut request = args.request(base.as_ref())?;
    let mut options = TrainOptions::of_settings(&args.settings, base.as_ref())?;
    options.policies.splice(0..0, policies);
    let decided = args.from.as_deref().map(decisions).transpose()?;
    if let Some(decided) = &decided {
        args.check(decided, options.folds)?;
        decided.join(&mut request);
        options.learn(decided, &request.flags);
    }
    let created = created()?;
    output::watch_interrupts();
    // Before the work, which may take an hour: an output that cannot be written is known now.
    let [to, html, card] = Output::create_all([Some(&args.output), args.html.as_deref(), args.card.as_deref()])?;
    let mut data = match &tables {
        Some(tables) => gather(tables, options.seed)?,
        None => read(&args.columns.sources(&args.input), decided.as_ref(), &request, options.folds)?,
    };
    if options.policies.iter().any(|(_, policy)| matches!(policy, Policy::PerDay(_))) {
        tell(|notes| notes.undated(&data));
    }
    leave_out(&mut data, &mut options, args.columns.strict)?;
    base.iter().for_each(|base| options.keep_guarantees(base, &data.labels));
    data.keep_texts_together(options.folds);
    let audited = bias_gate::flags(&args.bias, &data.labels, options.features.language)?;
    tell(|notes| notes.audit(&audited, options.features.language));
    base.iter().for_each(|base| tell(|notes| notes.overlap(base, &data)));
    let trained = fit(&data, &options, base.as_ref())?;
    let provenance = Provenance {
        ombud: env!("CARGO_PKG_VERSION").to_owned(),
        created,
        sources: match &tables {
            Some(tables) => tables.iter().map(|table| table.name.clone()).collect(),
            None => args.from.iter().chain(&args.input).map(|path| file_name(path)).collect(),
        },
        recipe: recipe.zip(tables).map(|(recipe, tables)| record(&recipe, &tables, &data)).transpose()?,
        seed: options.seed,
        ..Provenance::default()
    };
    let name = args.output.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    // Reviewers need not answer every label that the model has.
    let model = trained.to_next_model(&name, &data, provenance, base.as_ref(), decided.is_some());
    if let Some(to) = to {
        let bytes = model.to_bytes()?;
        to.fill(|to| to.write_all(&bytes))?;
    }
    report(&args, Arc::new(model), &trained, &data, &audited, Destinations { json: args.json, html, card })
}

impl Args {
    /// Reads the recipe and its sources, if there is one. The command line overrides its settings.
    fn take_recipe(&mut self) -> anyhow::Result<Option<(Recipe, Vec<TableSource>)>> {
        let Some(path) = &self.recipe else {
            let is_lost = self.data.is_some();
            anyhow::ensure!(
                !is_lost,
                Usage("--data is the directory of a recipe's files: it needs --recipe".to_owned())
            );
            return Ok(None);
        };
        let recipe = Recipe::read(path)?;
        let (settings, bias) = recipe.settings()?;
        self.settings = self.settings.clone().or(settings);
        self.bias = self.bias.clone().or(bias);
        let tables = recipe.sources(self.data.as_deref().unwrap_or(Path::new("")))?;
        let read = tables.iter().flat_map(|table| std::iter::once(&table.source).chain(&table.texts));
        self.input = read.map(|source| source.path.clone()).collect();
        Ok(Some((recipe, tables)))
    }

    /// The inputs are those of the recipe, if there is one.
    fn paths(&self) -> Paths {
        let paths = Paths::default()
            .inputs("input", &self.input)
            .files("recipe", &self.recipe)
            .files("map", &self.columns.map)
            .replaced_by(&["-o"], "base model", self.base.as_ref())
            .files("policy file", PolicyFile::path(self.config.as_ref()));
        let paths = self.from.iter().fold(paths, |paths, db| paths.database(db));
        let paths = paths.stdout("the report").output("-o", Some(&self.output));
        paths.output("--html", self.html.as_deref()).output("--card", self.card.as_deref())
    }

    fn request(&self, base: Option<&Model>) -> anyhow::Result<Request> {
        let request = Request {
            stances: self.stance.clone(),
            flags: self.flag.clone(),
            columns: self.columns.column_map()?,
            group: self.group.clone(),
            fold: self.fold.clone(),
            format: self.columns.mapped()?.or(self.input_format),
            strict: self.columns.strict,
            weights: self.weights,
            towards: self.settings.towards.clone().or_else(|| base?.metadata.towards.clone()),
            known_classes: base.map(Model::known_classes).unwrap_or_default(),
            ..Request::default()
        };
        Ok(self.classes.join(request)?)
    }

    /// Whether the decisions can be divided into folds; other tables may supply what is missing.
    fn check(&self, decided: &Decisions, folds: usize) -> anyhow::Result<()> {
        if !self.input.is_empty() || self.fold.is_some() {
            return Ok(());
        }
        decided.check(folds, self.group.is_none()).map_err(|reason| {
            anyhow::anyhow!(
                "{reason} (--folds 0 trains without cross-validation, --group id divides comments one by one)"
            )
        })
    }
}

/// The decisions of a queue.
fn decisions(db: &Path) -> anyhow::Result<Decisions> {
    Ok(Decisions::new(file_name(db), existing::open_to_read(db)?.training()?)?)
}

/// Reads the tables of a recipe.
fn gather(tables: &[TableSource], seed: u64) -> anyhow::Result<Dataset> {
    let sources: Vec<Source> = tables.iter().map(|table| table.source.clone()).collect();
    let data = reading("reading", &sources, |done| Dataset::gather(tables, seed, done))?;
    tell(|notes| notes.sources(&data));
    Ok(data)
}

/// Reads tables and the decisions of a queue.
fn read(sources: &[Source], decided: Option<&Decisions>, request: &Request, folds: usize) -> anyhow::Result<Dataset> {
    let read = Divisible::read(request, folds, |request, again| {
        let phase = if again { "reading again" } else { "reading" };
        reading(phase, sources, |done| Dataset::read_with(decided, sources, request, done))
    })?;
    read.few_threads.iter().for_each(|threads| tell(|notes| notes.few_threads(*threads, folds)));
    Ok(read.data)
}

/// Removes labels that cannot be learnt, together with their options, and says why.
fn leave_out(data: &mut Dataset, options: &mut TrainOptions, strict: bool) -> anyhow::Result<()> {
    let left_out = data.leave_out().inspect_err(|_| tell(|notes| notes.tables(data, strict)));
    let left_out = left_out.map_err(with_flags)?;
    left_out.iter().for_each(|left_out| options.leave_out(left_out.label()));
    tell(|notes| notes.left_out_labels(&left_out, "left out; the other labels are learnt"));
    Ok(())
}

fn fit(data: &Dataset, options: &TrainOptions, base: Option<&Model>) -> anyhow::Result<Trained> {
    let progress = Progress::new(is_quiet());
    let total = Total::Rows(data.len() as u64);
    progress.begin("features".to_owned(), total);
    // Rows of the phase, and fits of all.
    let done = Mutex::new((0, 0));
    let watch = |step: Step| {
        let mut done = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (rows, fits) = &mut *done;
        match step {
            Step::Rows(more) => {
                if *rows == 0 {
                    progress.begin("features".to_owned(), total);
                }
                *rows += more as u64;
                progress.at(total, *rows, 0);
            }
            Step::CrossValidation => {
                *rows = 0;
                progress.begin("cross-validation".to_owned(), Total::Unknown);
            }
            Step::Fit => *fits += 1,
            Step::Refit => progress.begin("last fit".to_owned(), Total::Unknown),
        }
        if *fits > 0 && matches!(step, Step::CrossValidation | Step::Fit) {
            progress.done(format!("  {fits} fits"));
        }
        !output::interrupted()
    };
    let result = train(data, options, base, watch);
    drop(progress);
    if output::interrupted() {
        return Err(Interrupted.into());
    }
    result.map_err(with_flags)
}

/// Reports how good the model is, and whether that is good enough.
fn report(
    args: &Args,
    model: Arc<Model>,
    trained: &Trained,
    data: &Dataset,
    audited: &[Label],
    to: Destinations,
) -> anyhow::Result<Exit> {
    let mut report = training_report::training_report(&model, trained, data)?;
    let evaluated: Vec<_> = trained.learnt.iter().filter_map(|learnt| learnt.evaluated.as_ref()).collect();
    let (n_features, output) = (model.n_features(), args.output.display());
    let scorer = Scorer::new(model, &Site::default())?;
    report.report.bias = bias::audit(&scorer, audited, data, &evaluated);
    report_output::write(&report, to)?;
    remark(format_args!("{output}: {n_features} features, {} rows", data.len()));
    tell(|notes| notes.tables(data, args.columns.strict));
    if report_output::is_biased(&args.bias, report.report.bias.as_ref()) {
        note(format_args!("{output} was written nevertheless, so that you can inspect it"));
        return Ok(Exit::Failed);
    }
    Ok(Exit::of(data.has_refusals()))
}

/// The date to record in the model, if any: a model with a wrong date could not be reproduced.
fn created<T: std::str::FromStr>() -> Result<Option<T>, Usage> {
    const NAME: &str = "SOURCE_DATE_EPOCH";
    let Some(seconds) = std::env::var_os(NAME) else { return Ok(None) };
    let number = seconds.to_str().and_then(|seconds| seconds.parse().ok());
    number.map(Some).ok_or_else(|| Usage(format!("{NAME} is {}, which is not a number of seconds", seconds.display())))
}
