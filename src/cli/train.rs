//! `ombud train`: labelled tables to a model and an honest report.

use crate::cli::labelled::reading;
use std::collections::HashSet;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use clap::ValueEnum;
use clap::parser::ValueSource;

use crate::cli::args::{ClassArgs, ColumnArgs, pair, share};
use crate::cli::bias::BiasArgs;
use crate::cli::exit::Exit;
use crate::cli::exit::{Interrupted, Usage};
use crate::cli::messages;
use crate::cli::output;
use crate::cli::output::{Output, note, remark};
use crate::cli::paths::Paths;
use crate::cli::policy_file::PolicyFile;
use crate::cli::progress::Progress;
use crate::cli::report_output;
use crate::cli::report_output::Destinations;
use crate::cli::train_error::with_flags;
use crate::dataset::dataset::Dataset;
use crate::dataset::decided::Decisions;
use crate::dataset::label::Label;
use crate::dataset::recipe::Recipe;
use crate::dataset::recipe_options::{BaseRate, ClassWeightChoice, RecipeOptions, SolverChoice, lengths, positive};
use crate::dataset::request::Request;
use crate::dataset::source::TableSource;
use crate::dataset::towards::Towards;
use crate::features::blocks::Block;
use crate::features::options::{Lengths, Options};
use crate::learn::class_rule::Decide;
use crate::learn::crossval::Solver;
use crate::learn::policy::Policy;
use crate::model::metadata::Provenance;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::report::training_report;
use crate::score::watch::Total;
use crate::text::ngrams::{MAX_CHARS, MAX_WORDS};
use crate::text::stem::Language;
use crate::thread::file_name::file_name;
use crate::thread::input::Source;
use crate::train::bias;
use crate::train::options::{ClassWeight, TrainOptions};
use crate::train::recipe_record::record;
use crate::train::step::Step;
use crate::train::train::{Trained, train};

/// Train a model on labelled comments, and report how good it is
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ombud train labelled.csv -o my.model
  ombud train labelled.csv --stance position --flag spam --group thread --html report.html -o my.model
  ombud train labelled.csv --classes stance=Favor:favor --classes stance=-1: -o my.model
  ombud train more.csv --base my.model -o better.model
  ombud train labelled.csv --flag toxicity --fail-over 0.05 -o my.model     status 1 if it is biased
  ombud train labelled.csv --threshold 'off_topic=precision>=0.9' --threshold 'toxicity=review<=5%' -o my.model
  ombud train labelled.csv --threshold 'toxicity=error<=2%' -o my.model     how many comments nobody need look at
  ombud train --from ombud.db --base my.model -o better.model                  what reviewers decided
  ombud train --recipe news.toml --data tables -o news.model --card news.md
")]
pub(crate) struct Args {
    /// Labelled tables in CSV, TSV or JSONL, optionally compressed (.gz, .zst); - reads standard input
    #[arg(required_unless_present_any = ["recipe", "from"], value_name = "LABELLED")]
    input: Vec<PathBuf>,
    /// Write the model to this file
    #[arg(short, long, value_name = "MODEL")]
    output: PathBuf,
    /// Train from a recipe instead of tables: it lists sources, each with its columns, classes, weight and licence, and
    /// sets options
    #[arg(long, value_name = "FILE.toml", conflicts_with_all = ["input", "stance", "flag", "classes", "group", "fold", "column", "encoding", "strict"])]
    recipe: Option<PathBuf>,
    /// Directory that holds the recipe's files [default: the current directory]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Also learn from the decisions in this review queue, weighted to represent all of its comments
    #[arg(long, value_name = "FILE.db", conflicts_with = "recipe")]
    from: Option<PathBuf>,
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
    /// Target of stances: article, parent, or a claim in quotation marks; remembered for scoring [default: the column
    /// target, else the article's title]
    #[arg(long, value_name = "TARGET", help_heading = "Labels")]
    towards: Option<Towards>,
    /// Metric that the choice of a stance's class maximises: macro-f1, accuracy, or likeliest for the most probable
    /// class
    #[arg(long, default_value_t, value_name = "RULE", help_heading = "Labels")]
    decide: Decide,
    /// Policy that sets a flag's threshold: f1, macro-f1, precision>=P, recall>=R, review<=S%, review<=N/day,
    /// cost=ALARM:MISS, error<=E% (leaves unsure comments to a person), or a number (repeatable)
    #[arg(long, value_name = "LABEL=POLICY", value_parser = pair::<Policy>, help_heading = "Labels")]
    threshold: Vec<(String, Policy)>,
    /// Share of a flag among the comments to be scored, where it differs from the training data; corrects scores,
    /// thresholds and figures (repeatable)
    #[arg(long, value_name = "LABEL=SHARE", value_parser = rate, help_heading = "Labels")]
    base_rate: Vec<(String, f32)>,
    /// Weight rows by the columns LABEL.weight
    #[arg(long, conflicts_with = "recipe", help_heading = "Labels")]
    weights: bool,
    /// Policy file [default: ombud.toml in the current directory, if there is one]
    #[arg(long, value_name = "FILE", help_heading = "Labels")]
    config: Option<PathBuf>,
    /// Column whose equal values stay in one fold [default: thread_id, if there is one]
    #[arg(long, value_name = "COL", help_heading = "Cross-validation")]
    group: Option<String>,
    /// Column that holds each row's fold
    #[arg(long, value_name = "COL", conflicts_with = "folds", help_heading = "Cross-validation")]
    fold: Option<String>,
    /// Number of folds; 0 fits once, without model selection or calibration
    #[arg(long, default_value_t = 5, value_name = "N", help_heading = "Cross-validation")]
    folds: usize,
    /// Bootstrap replicates for the 95 % intervals; 0 for no intervals
    #[arg(long, default_value_t = 1000, value_name = "N", help_heading = "Cross-validation")]
    replicates: usize,
    /// Random seed
    #[arg(long, default_value_t = 1, value_name = "N", help_heading = "Cross-validation")]
    seed: u64,
    /// Feature blocks: words,chars,phrases,cues,shape,context,semantic,relation,cross,profile,target,conjoined
    /// [default: chosen by cross-validation]
    #[arg(long, value_delimiter = ',', value_name = "BLOCKS", help_heading = "Features")]
    blocks: Option<Vec<Block>>,
    /// Feature blocks to exclude, such as profile,target,conjoined,cross if all targets will be new
    #[arg(long, value_delimiter = ',', conflicts_with_all = ["blocks", "base"], value_name = "BLOCKS", help_heading = "Features")]
    without: Vec<Block>,
    /// Lengths of word n-grams, as in 1-3
    #[arg(long, value_name = "MIN-MAX", value_parser = word_lengths, help_heading = "Features")]
    ngrams: Option<Lengths>,
    /// Lengths of character n-grams, as in 2-5
    #[arg(long, value_name = "MIN-MAX", value_parser = char_lengths, help_heading = "Features")]
    chars: Option<Lengths>,
    /// Minimum number of comments that an n-gram occurs in
    #[arg(long, default_value_t = 2, value_name = "N", help_heading = "Features")]
    min_df: u32,
    /// Hash n-grams into 2^N columns instead of keeping a vocabulary (constant memory, but no words in reports)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(8..=26), help_heading = "Features")]
    hash_bits: Option<u8>,
    /// Stem words in this language
    #[arg(long, value_name = "LANGUAGE", help_heading = "Features")]
    stem: Option<Language>,
    /// Language of the comments; selects cue words, stems, word vectors and identity terms
    #[arg(long, value_name = "LANGUAGE", default_value_t = Language::ENGLISH, help_heading = "Features")]
    language: Language,
    /// Solver
    #[arg(long, value_enum, default_value_t, value_name = "SOLVER", help_heading = "Learning")]
    solver: SolverArg,
    /// Inverse regularisation strength [default: chosen by cross-validation]
    #[arg(short = 'C', long = "cost", value_name = "C", value_parser = positive, allow_negative_numbers = true, help_heading = "Learning")]
    cost: Option<f32>,
    /// Weights of classes
    #[arg(long, value_enum, default_value_t, value_name = "HOW", help_heading = "Learning")]
    class_weight: ClassWeightArg,
    /// Continue from the weights of this model
    #[arg(long, value_name = "MODEL", help_heading = "Learning")]
    base: Option<PathBuf>,
    #[command(flatten)]
    bias: BiasArgs,
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

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum SolverArg {
    /// dcd; adagrad from tens of millions of n-grams on
    #[default]
    Auto,
    /// Dual coordinate descent
    Dcd,
    /// `AdaGrad` in a few passes, for very large data
    Adagrad,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ClassWeightArg {
    /// All rows weigh the same
    None,
    /// All classes weigh the same
    Balanced,
    /// Whichever cross-validation finds better
    #[default]
    Auto,
}

fn word_lengths(text: &str) -> Result<Lengths, String> {
    lengths(text, MAX_WORDS)
}

fn char_lengths(text: &str) -> Result<Lengths, String> {
    lengths(text, MAX_CHARS)
}

/// A share that odds can be made of.
fn rate(text: &str) -> Result<(String, f32), String> {
    let (label, share) = share(text)?;
    if share > 0.0 && share < 1.0 { Ok((label, share)) } else { Err("a base rate is above 0 and below 1".to_owned()) }
}

/// `command` and `arguments` are the whole program's: what they say wins over a recipe.
pub(crate) fn run(mut args: Args, command: clap::Command, arguments: &[OsString]) -> anyhow::Result<Exit> {
    if args.data.is_some() && args.recipe.is_none() {
        return Err(Usage("--data is where the files of a --recipe are".to_owned()).into());
    }
    let recipe = args.recipe.as_deref().map(Recipe::read).transpose()?;
    let mut tables = Vec::new();
    if let Some(recipe) = &recipe {
        args.complete(recipe.options()?, command, arguments)?;
        tables = recipe.sources(args.data.as_deref().unwrap_or(Path::new("")))?;
        args.input = tables.iter().map(|table| table.source.path.clone()).collect();
    }
    args.paths().check()?;
    let policies = PolicyFile::find(args.config.as_ref())?.policies(&args.threshold);
    let base = args.base.as_deref().map(Model::open).transpose()?;
    let decided = args.from.as_deref().map(decisions).transpose()?;
    if let Some(decided) = &decided {
        args.learn(decided)?;
    }
    let mut options = options(&args, base.as_ref(), policies)?;
    let created = created()?;
    output::watch_interrupts();
    // Before the work, which may take an hour: an output that cannot be written is known now.
    let [to, html, card] = Output::create_all([Some(&args.output), args.html.as_deref(), args.card.as_deref()])?;
    let mut data = gather(&args, &tables, decided.as_ref(), base.as_ref())?;
    if options.policies.iter().any(|(_, policy)| matches!(policy, Policy::PerDay(_))) {
        messages::note_undated(&data);
    }
    leave_out(&mut data, &mut options, args.columns.strict)?;
    data.keep_texts_together(args.folds);
    let audited = args.bias.flags(&data.labels, options.features.language)?;
    base.iter().for_each(|base| note_overlap(base, &data));
    let trained = fit(&data, &options, base.as_ref())?;
    let provenance = Provenance {
        ombud: env!("CARGO_PKG_VERSION").to_owned(),
        created,
        sources: if recipe.is_some() {
            tables.iter().map(|table| table.name.clone()).collect()
        } else {
            args.from.iter().chain(&args.input).map(|path| file_name(path)).collect()
        },
        recipe: recipe.map(|recipe| record(&recipe, &tables, &data)).transpose()?,
        base: base.as_ref().map(|base| base.metadata.hash.clone()),
        seed: args.seed,
        ..Provenance::default()
    };
    let mut model = trained.to_model(&stem(&args.output), &data, provenance);
    if let Some(base) = &base {
        model.carry_over_texts(base);
        if decided.is_some() {
            // Reviewers need not answer every label that the model has.
            model.carry_over_labels(base);
        }
    }
    if let Some(to) = to {
        let bytes = model.to_bytes()?;
        to.fill(|to| to.write_all(&bytes))?;
    }
    report(&args, Arc::new(model), &trained, &data, &audited, Destinations { json: args.json, html, card })
}

/// Reads the tables of a recipe, or the decisions of a queue and other tables.
fn gather(
    args: &Args,
    tables: &[TableSource],
    decided: Option<&Decisions>,
    base: Option<&Model>,
) -> anyhow::Result<Dataset> {
    if tables.is_empty() {
        let sources: Vec<Source> = args.input.iter().map(Source::new).collect();
        return divisible(decided, &sources, &request(args, base)?, args.folds);
    }
    let sources: Vec<Source> = tables.iter().map(|table| table.source.clone()).collect();
    let data = reading("reading", &sources, |done| Dataset::gather(tables, args.seed, done))?;
    note_sources(&data);
    Ok(data)
}

/// Says how many of the rows the model that training goes on from has learnt.
fn note_overlap(base: &Model, data: &Dataset) {
    let known = base.overlap(data).rows;
    if known > 0 {
        let name = &base.metadata.name;
        remark(format_args!("note: {known} of the {} rows were in the training data of {name}", data.len()));
    }
}

/// Says what the model is worth, and whether that will do.
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
    let n_features = model.n_features();
    let scorer = Scorer::new(model, &Site::default())?;
    report.report.bias = bias::audit(&scorer, audited, data, &evaluated);
    report_output::write(&report, to)?;
    remark(format_args!("{}: {n_features} features, {} rows", args.output.display(), data.len()));
    let exit = messages::note_tables(data, args.columns.strict);
    if args.bias.fails(report.report.bias.as_ref()) {
        note(format_args!("{} was written all the same, so that it can be inspected", args.output.display()));
        return Ok(Exit::Failed);
    }
    Ok(exit)
}

impl From<SolverChoice> for SolverArg {
    fn from(choice: SolverChoice) -> Self {
        match choice {
            SolverChoice::Auto => Self::Auto,
            SolverChoice::Dcd => Self::Dcd,
            SolverChoice::Adagrad => Self::Adagrad,
        }
    }
}

impl From<ClassWeightChoice> for ClassWeightArg {
    fn from(choice: ClassWeightChoice) -> Self {
        match choice {
            ClassWeightChoice::None => Self::None,
            ClassWeightChoice::Balanced => Self::Balanced,
            ClassWeightChoice::Auto => Self::Auto,
        }
    }
}

/// Says what was taken of each source of a recipe, and what was looked for in vain.
fn note_sources(data: &Dataset) {
    for source in &data.sources {
        let made_up = match source.negatives {
            0 => String::new(),
            negatives => format!(" and {negatives} made up from them"),
        };
        remark(format_args!("{}: {} rows{made_up}", source.name, source.rows));
        for (label, class) in &source.unmet {
            remark(format_args!("warning: {}: no row has the class {class:?} that {label} is made of", source.name));
        }
    }
}

impl Args {
    /// Takes the options of a recipe that `arguments`, those of the whole program, do not set. Of an option by label both
    /// hold, and the command line wins.
    fn complete(
        &mut self,
        recipe: RecipeOptions,
        command: clap::Command,
        arguments: &[OsString],
    ) -> anyhow::Result<()> {
        let matches = command.try_get_matches_from(arguments)?;
        let matches = matches.subcommand_matches("train").context("a recipe is for train")?;
        let is_given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        macro_rules! take {
            ($($option:ident),*) => {
                $(if let Some(value) = recipe.$option.filter(|_| !is_given(stringify!($option))) {
                    self.$option = value.into();
                })*
            };
        }
        take!(towards, decide, folds, replicates, seed, blocks, without, ngrams, chars, min_df, hash_bits);
        take!(stem, language, solver, cost, class_weight);
        self.bias.complete(recipe.audit, recipe.fail_over);
        self.threshold.splice(0..0, recipe.threshold);
        self.base_rate.splice(0..0, recipe.base_rate.into_iter().map(|(label, BaseRate(rate))| (label, rate)));
        for (other, is_there) in [("--blocks", self.blocks.is_some()), ("--base", self.base.is_some())] {
            if is_there && !self.without.is_empty() {
                return Err(Usage(format!("--without cannot be used with {other}")).into());
            }
        }
        Ok(())
    }

    /// Its inputs are those of a recipe, where there is one.
    fn paths(&self) -> Paths {
        let paths = Paths::default()
            .inputs("input", &self.input)
            .files("recipe", &self.recipe)
            .replaced_by(&["-o"], "base model", self.base.as_ref())
            .policy(self.config.as_ref());
        let paths = self.from.iter().fold(paths, |paths, db| paths.database(db));
        let paths = paths.stdout("the report").output("-o", Some(&self.output));
        paths.output("--html", self.html.as_deref()).output("--card", self.card.as_deref())
    }

    /// Adds the labels of what was decided, and their shares, to what is learnt.
    fn learn(&mut self, decided: &Decisions) -> anyhow::Result<()> {
        // Other tables may bring what is missing.
        if self.input.is_empty() && self.fold.is_none() {
            decided.check(self.folds, self.group.is_none()).map_err(|reason| {
                anyhow::anyhow!(
                    "{reason} (--folds 0 trains without cross-validation, --group id divides comments one by one)"
                )
            })?;
        }
        self.weights = true;
        if self.stance.is_empty() && self.flag.is_empty() {
            self.stance.clone_from(&decided.stances);
            self.flag.clone_from(&decided.flags);
        }
        // The decided comments are not a fair sample; what their weights tell of the shares is.
        let learnt = decided.rates.iter().filter(|(flag, _)| self.flag.contains(flag));
        let known = |flag: &String| self.base_rate.iter().any(|(own, _)| own == flag);
        let rates: Vec<(String, f32)> = learnt.filter(|(flag, _)| !known(flag)).cloned().collect();
        self.base_rate.extend(rates);
        Ok(())
    }
}

/// Takes out the labels that cannot be learnt, with what was asked of them, and says why.
fn leave_out(data: &mut Dataset, options: &mut TrainOptions, strict: bool) -> anyhow::Result<()> {
    let left_out = data.leave_out().inspect_err(|_| {
        messages::note_tables(data, strict);
    })?;
    for left_out in &left_out {
        remark(format_args!("warning: {left_out} (left out; the others are learnt)"));
        options.policies.retain(|(label, _)| label != left_out.label());
        options.base_rates.retain(|(label, _)| label != left_out.label());
    }
    Ok(())
}

fn request(args: &Args, base: Option<&Model>) -> anyhow::Result<Request> {
    Ok(Request {
        stances: args.stance.clone(),
        flags: args.flag.clone(),
        columns: args.columns.map()?,
        group: args.group.clone(),
        fold: args.fold.clone(),
        encoding: args.columns.encoding.clone(),
        strict: args.columns.strict,
        weights: args.weights,
        towards: args.towards.clone().or_else(|| base?.metadata.towards.clone()),
        classes: args.classes.classes()?,
        known_classes: base.map(Model::known_classes).unwrap_or_default(),
        ..Request::default()
    })
}

/// Fewer threads are hardly worth dividing by.
const FEW_THREADS: usize = 5;

/// Reads the tables; where nobody said what stays together and their threads are few, too few for the folds, comment by comment. What
/// is exported from a queue is often of one thread.
fn divisible(
    decided: Option<&Decisions>,
    sources: &[Source],
    request: &Request,
    folds: usize,
) -> anyhow::Result<Dataset> {
    let read = |phase, request| reading(phase, sources, |done| Dataset::read_with(decided, sources, request, done));
    let data = read("reading", request)?;
    let threads = data.groups.as_ref().map(|groups| groups.iter().collect::<HashSet<_>>().len());
    let (Some(threads), None, None) = (threads, &request.group, &request.fold) else { return Ok(data) };
    if threads >= folds.min(FEW_THREADS) || data.len() < folds {
        return Ok(data);
    }
    // Without ids, or from a pipe, it stays as it is, and is told so when it is divided.
    let by_comment = Request { group: Some("id".to_owned()), ..request.clone() };
    match read("reading again", &by_comment) {
        Ok(by_comment) if by_comment.len() == data.len() => {
            let threads = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
            remark(format_args!(
                "warning: the rows are of {threads}, too few for {folds} folds: cross-validation divides them comment by comment, \
                 which flatters the figures a little (--group names a column to divide by)"
            ));
            Ok(by_comment)
        }
        _ => Ok(data),
    }
}

fn fit(data: &Dataset, options: &TrainOptions, base: Option<&Model>) -> anyhow::Result<Trained> {
    let progress = Progress::new();
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

fn options(args: &Args, base: Option<&Model>, policies: Vec<(String, Policy)>) -> anyhow::Result<TrainOptions> {
    let plain = Options::default();
    let mut features = Options {
        blocks: args.blocks.clone().unwrap_or(plain.blocks),
        ngrams: args.ngrams.unwrap_or(plain.ngrams),
        chars: args.chars.unwrap_or(plain.chars),
        min_df: args.min_df.max(1),
        hash_bits: args.hash_bits,
        stem: args.stem,
        language: args.language,
        embeddings: None,
        text: plain.text,
    };
    features.blocks.retain(|block| !args.without.contains(block));
    if let Some(base) = base {
        let own = args.blocks.is_some() || args.ngrams.is_some() || args.chars.is_some();
        if own || args.hash_bits.is_some() || args.stem.is_some() {
            return Err(Usage("--base keeps the model's way of reading text: leave --blocks, --ngrams, --chars, --hash-bits and --stem out".to_owned()).into());
        }
        features = Options { min_df: features.min_df, ..base.metadata.options.clone() };
    }
    Ok(TrainOptions {
        features,
        choose_blocks: args.blocks.is_none() && base.is_none(),
        solver: match args.solver {
            SolverArg::Auto => None,
            SolverArg::Dcd => Some(Solver::Dcd),
            SolverArg::Adagrad => Some(Solver::AdaGrad),
        },
        cost: args.cost,
        class_weight: match args.class_weight {
            ClassWeightArg::None => ClassWeight::None,
            ClassWeightArg::Balanced => ClassWeight::Balanced,
            ClassWeightArg::Auto => ClassWeight::Auto,
        },
        decide: args.decide,
        policies,
        base_rates: args.base_rate.clone(),
        folds: args.folds,
        seed: args.seed,
        replicates: args.replicates,
        regroup: true,
    })
}

/// The date that the model is to bear, if it is to bear one: a model with a wrong one could not be made again.
fn created<T: std::str::FromStr>() -> Result<Option<T>, Usage> {
    const NAME: &str = "SOURCE_DATE_EPOCH";
    let Some(seconds) = std::env::var_os(NAME) else { return Ok(None) };
    let number = seconds.to_str().and_then(|seconds| seconds.parse().ok());
    number.map(Some).ok_or_else(|| Usage(format!("{NAME} is {}, which is no number of seconds", seconds.display())))
}

/// What was decided in a queue.
fn decisions(db: &Path) -> anyhow::Result<Decisions> {
    Ok(Decisions::new(file_name(db), crate::queue::existing::open_to_read(db)?.training()?)?)
}

/// What a model is called: its file's name without the extension.
fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
