//! `ombud review`: the queue of flagged comments, and what follows from the decisions.

pub(crate) mod decide;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod purge;
pub(crate) mod report;
pub(crate) mod verify;

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Subcommand;

use crate::cli::args::{Common, InputArgs, colored, site};
use crate::cli::exit::{Exit, Usage};
use crate::cli::output;
use crate::cli::queue_args::{DbArgs, fill, open_queue, queue_model};
use crate::dataset::label_value::share;
use crate::model::site::Site;
use crate::queue::clock::now;
use crate::queue::existing;
use crate::queue::learn_thread::Learner;
use crate::queue::order::Order;
use crate::queue::own_model::{model_before, model_of};
use crate::queue::policy_file::PolicyFile;
use crate::score::input_file::InputFile;
use crate::score::job::Job;
use crate::screen::app::App;
use crate::screen::options::Options;
use crate::screen::retrain::Learning;
use crate::screen::run;
use crate::thread::paths::Paths;
use crate::thread::stop::is_stopped;

/// Review flagged comments and learn from the decisions
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  ombud review thread.txt                       score a thread and review its flagged comments
  ombud score --queue ombud.db comments.csv     fill the queue without a screen
  ombud review                                  continue where you stopped; ? shows the keys
  ombud review export -o decided.csv            export the decisions
  ombud train --from ombud.db -o better.model   learn from the decisions
  ombud review verify                           check that the log is intact"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    fill: FillArgs,
    /// Order: severity, risk, uncertainty, newest, thread, learning
    #[arg(long, default_value_t, value_name = "ORDER")]
    order: Order,
    #[command(flatten)]
    db: DbArgs,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Score threads and add them to the queue, without the screen
    Import(ImportArgs),
    /// List the comments that await review, in order
    List(crate::cli::review::list::Args),
    /// Record decisions made elsewhere, by a person or a program
    Decide(crate::cli::review::decide::Args),
    /// Export the decisions
    Export(crate::cli::review::export::Args),
    /// Check that the log of decisions is intact
    Verify(DbArgs),
    /// Report progress, the precision of each flag, what the model missed, and how far reviewers agree
    Report(crate::cli::review::report::Args),
    /// Erase a person's comments, or old ones; the log stays intact
    Purge(crate::cli::review::purge::Args),
}

/// Threads that are put into the queue.
#[derive(Debug, clap::Args)]
struct FillArgs {
    /// Threads to score and add to the queue first
    #[arg(value_name = "THREAD")]
    input: Vec<PathBuf>,
    /// Model file [default: the model learnt from this queue, else the built-in one]
    #[arg(short, long, value_name = "MODEL")]
    model: Option<PathBuf>,
    #[command(flatten)]
    reading: InputArgs,
    /// Threshold of a flag (repeatable) [default: as in ombud.toml, else as in the model]
    #[arg(long, value_name = "LABEL=P", value_parser = share, help_heading = "Scores")]
    threshold: Vec<(String, f32)>,
}

/// Files that the screen writes by itself.
const LEARNT: &str = "the model that the queue learns";
const BEFORE: &str = "the model that the queue had before";

impl FillArgs {
    fn paths(&self, db: &DbArgs) -> Paths {
        let paths = self.reading.paths(&self.input).files("policy file", PolicyFile::path(db.config.as_ref()));
        // Learning replaces the queue's model with one that is trained from it.
        let paths = paths.replaced_by(&[LEARNT, BEFORE], "model", self.model.as_ref());
        paths.changed_database("--db", &db.db)
    }
}

#[derive(Debug, clap::Args)]
struct ImportArgs {
    #[command(flatten)]
    fill: FillArgs,
    #[command(flatten)]
    db: DbArgs,
}

pub(crate) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    match &args.part {
        None => review(args, common),
        Some(Part::Import(args)) => {
            anyhow::ensure!(!args.fill.input.is_empty(), Usage("give the files to import".to_owned()));
            let policy = PolicyFile::find(args.db.config.as_ref())?;
            screen_options(&policy)?;
            args.fill.paths(&args.db).check()?;
            output::watch_interrupts();
            let Prepared { mut job, inputs, .. } = prepare(&args.fill, &args.db.db, &policy, common)?;
            let mut store = open_queue(&args.db.db, &policy.review, job.scorer.model())?;
            fill(&mut job, inputs, &mut store)
        }
        Some(Part::List(args)) => crate::cli::review::list::run(args),
        Some(Part::Decide(args)) => crate::cli::review::decide::run(args),
        Some(Part::Export(args)) => crate::cli::review::export::run(args),
        Some(Part::Verify(args)) => crate::cli::review::verify::run(args),
        Some(Part::Report(args)) => crate::cli::review::report::run(args),
        Some(Part::Purge(args)) => crate::cli::review::purge::run(args),
    }
}

/// How the screen is set up by the site's settings.
fn screen_options(policy: &PolicyFile) -> Result<Options, Usage> {
    Options::try_from(&policy.review).map_err(|error| Usage(format!("ombud.toml: {error}")))
}

fn review(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let (own, before) = (model_of(&args.db.db), model_before(&args.db.db));
    args.fill.paths(&args.db).own(LEARNT, &own).own(BEFORE, &before).check()?;
    output::watch_interrupts();
    let policy = PolicyFile::find(args.db.config.as_ref())?;
    let options = screen_options(&policy)?;
    if args.fill.input.is_empty() {
        existing::open(&args.db.db)?;
    }
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        let reason = "review needs a terminal; ombud review import fills the queue without one";
        return Err(Usage(reason.to_owned()).into());
    }
    // All that may be wrong with threads and model is found before there is a queue.
    let Prepared { mut job, inputs, site } = prepare(&args.fill, &args.db.db, &policy, common)?;
    let mut store = open_queue(&args.db.db, &policy.review, job.scorer.model())?;
    let exit = if inputs.is_empty() { Exit::Done } else { fill(&mut job, inputs, &mut store)? };
    store.update_learning_order()?;
    drop(store);
    let language = job.scorer.model().metadata.options.language;
    let learner = Learner { authors: policy.authors(), language };
    let options = Options { reviewer: args.db.reviewer(), order: args.order, colour: colored(), learner, ..options };
    let learning = Learning::new(&args.db.db, Arc::clone(job.scorer.model()), site);
    let mut app = App::new(&args.db.db, options, Box::new(learning), now())?;
    let mut terminal = run::terminal().context("cannot use the terminal")?;
    run::run(&mut terminal, &mut app, &is_stopped).context("the terminal failed")?;
    Ok(exit)
}

/// Threads, opened, and what scores them.
struct Prepared {
    job: Job,
    inputs: Vec<InputFile>,
    site: Site,
}

/// Opens threads and the model that scores them, with the site's settings.
fn prepare(args: &FillArgs, db: &Path, policy: &PolicyFile, common: &Common) -> anyhow::Result<Prepared> {
    let model = queue_model(args.model.as_ref(), db)?;
    let site = site(policy, &args.threshold, &[], &model);
    let inputs = args.reading.open(&args.input)?;
    let job = args.reading.job(&model, &site, common)?;
    Ok(Prepared { job, inputs, site })
}
