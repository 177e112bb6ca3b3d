//! `ombud review`: the queue of flagged comments, and what is made of the decisions.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};

use super::args::{ColumnArgs, Common, colored, open_model, read_article, share};
use super::exit::Usage;
use super::learning::{Learning, model_of};
use super::output::{self, Output, note, remark};
use super::policy_file::{PolicyFile, ReviewPolicy};
use super::score::{Form, Job, REASONS};
use super::{Exit, decide, queue};
use crate::model::{Kind, Model, Scorer, Site};
use crate::review::screen::{self, App, Options};
use crate::review::{Cursor, ExportForm, Figures, Filter, Order, Purge, Scope, Score, Store};
use crate::thread::{Format, Opened, Source, ThreadError};

/// Go through flagged comments, and learn from the decisions
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  ombud review thread.txt                       score a thread, and go through what is flagged
  ombud score --queue ombud.db comments.csv     fill the queue without a screen
  ombud review                                  go on where you stopped; ? shows the keys
  ombud review export -o decided.csv            what was decided
  ombud train --from ombud.db -o better.model   learn from it
  ombud review verify                           is the log of decisions whole?"
)]
pub(super) struct Args {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    fill: FillArgs,
    /// In which order: risk, uncertainty, newest, thread, learning
    #[arg(long, default_value_t, value_name = "ORDER")]
    order: Order,
    #[command(flatten)]
    db: DbArgs,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Put scored threads into the queue, without a screen
    Import(ImportArgs),
    /// What waits, in order
    List(ListArgs),
    /// Decide what a program or a person has decided elsewhere
    Decide(DecideArgs),
    /// Write down what was decided
    Export(ExportArgs),
    /// Check that the log of decisions is whole
    Verify(DbArgs),
    /// How much is open, how precise each flag was, what was missed, how far reviewers agree
    Report(ReportArgs),
    /// Erase what a person wrote, or what is old; the log stays whole
    Purge(PurgeArgs),
}

/// Which queue, and who is there.
#[derive(Clone, Debug, clap::Args)]
struct DbArgs {
    /// The queue
    #[arg(long, default_value = "ombud.db", value_name = "FILE.db")]
    db: PathBuf,
    /// Who decides [default: the name you are logged in by]
    #[arg(long, value_name = "NAME")]
    reviewer: Option<String>,
    /// A policy file, instead of ombud.toml in the current folder
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Threads that are put into the queue.
#[derive(Debug, clap::Args)]
struct FillArgs {
    /// Threads that are scored and put into the queue first
    #[arg(value_name = "THREAD")]
    input: Vec<PathBuf>,
    /// The model [default: the one learnt in this queue, else the one inside ombud]
    #[arg(short, long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// The form of the threads, where their names and content do not tell: csv, tsv, jsonl, json, text, html
    #[arg(long, value_name = "FORM", value_parser = super::convert::format, help_heading = "Input")]
    from: Option<Format>,
    #[command(flatten)]
    columns: ColumnArgs,
    /// The article that a table's or a JSON thread's comments stand under: a page in text or HTML
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    article: Option<PathBuf>,
    /// Where a flag is raised (may be given again) [default: as ombud.toml or else the model has it]
    #[arg(long, value_name = "LABEL=P", value_parser = share, help_heading = "Scores")]
    threshold: Vec<(String, f32)>,
}

#[derive(Debug, clap::Args)]
struct ImportArgs {
    #[command(flatten)]
    fill: FillArgs,
    #[command(flatten)]
    db: DbArgs,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    db: DbArgs,
    /// In which order: risk, uncertainty, newest, thread, learning
    #[arg(long, default_value_t, value_name = "ORDER")]
    order: Order,
    /// Only the first so many
    #[arg(short, value_name = "N", default_value_t = 20)]
    n: usize,
    /// Also comments that are neither flagged nor in the random slice
    #[arg(long)]
    everything: bool,
    /// Only comments of which this flag is raised
    #[arg(long, value_name = "LABEL")]
    raised: Option<String>,
    /// Only comments of this thread
    #[arg(long, value_name = "ID")]
    thread: Option<String>,
    /// Only what this person wrote
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Only comments with these words
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// As JSON, one object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct DecideArgs {
    /// A decision a line: {"id":"c7","thread_id":"t1","action":"reject","labels":{"toxicity":true,"stance":"against"}}; - is
    /// standard input
    #[arg(value_name = "LINES.jsonl")]
    input: PathBuf,
    #[command(flatten)]
    db: DbArgs,
}

#[derive(Debug, clap::Args)]
struct ExportArgs {
    #[command(flatten)]
    db: DbArgs,
    /// Where it goes [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Its form [default: by the output's extension, else csv]
    #[arg(long, value_enum, value_name = "FORM")]
    format: Option<ExportFormat>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// Comma-separated values, safe to open in a spreadsheet
    Csv,
    /// One JSON object for each decision
    Jsonl,
}

#[derive(Debug, clap::Args)]
struct ReportArgs {
    #[command(flatten)]
    db: DbArgs,
    /// As JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
#[group(id = "what", required = true, multiple = false)]
struct Erased {
    /// Everything that this person wrote
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// This comment
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// What is older than so many days
    #[arg(long, value_name = "DAYS")]
    older_than: Option<u32>,
    /// What is older than ombud.toml keeps it (retention-days)
    #[arg(long)]
    retention: bool,
}

#[derive(Debug, clap::Args)]
struct PurgeArgs {
    #[command(flatten)]
    what: Erased,
    /// The thread of the comment of --id
    #[arg(long, requires = "id", value_name = "ID")]
    thread: Option<String>,
    #[command(flatten)]
    db: DbArgs,
}

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<Exit> {
    match args.part {
        None => review(args, common),
        Some(Part::Import(args)) => {
            anyhow::ensure!(!args.fill.input.is_empty(), Usage("name the threads to import".to_owned()));
            let policy = PolicyFile::find(args.db.config.as_ref())?;
            policy.review.keymap()?;
            output::watch_interrupts();
            let Prepared { mut job, inputs, .. } = prepare(args.fill, &args.db.db, &policy, common)?;
            fill(&mut job, inputs, &mut open(&args.db, &policy.review)?)
        }
        Some(Part::List(args)) => list(&args),
        Some(Part::Decide(args)) => decide::run(&mut store(&args.db.db)?, &reviewer(&args.db), &args.input),
        Some(Part::Export(args)) => export(&args),
        Some(Part::Verify(args)) => verify(&args),
        Some(Part::Report(args)) => report(&args),
        Some(Part::Purge(args)) => purge(&args),
    }
}

/// The queue of a file, with the shares that the site has settled.
fn open(args: &DbArgs, policy: &ReviewPolicy) -> anyhow::Result<Store> {
    let mut store = queue::open(&args.db)?;
    policy.apply(&mut store)?;
    Ok(store)
}

/// The queue of a file that must be there.
pub(super) fn store(db: &Path) -> anyhow::Result<Store> {
    anyhow::ensure!(
        db.exists(),
        "there is no queue {}: fill one with ombud review THREAD, or ombud score THREAD --queue {}",
        db.display(),
        db.display()
    );
    queue::open(db)
}

fn reviewer(args: &DbArgs) -> String {
    let logged_in = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let name = args.reviewer.clone().or_else(logged_in).filter(|name| !name.trim().is_empty());
    name.unwrap_or_else(|| "reviewer".to_owned())
}

fn review(args: Args, common: &Common) -> anyhow::Result<Exit> {
    output::watch_interrupts();
    let policy = PolicyFile::find(args.db.config.as_ref())?;
    let keymap = policy.review.keymap()?;
    if args.fill.input.is_empty() {
        store(&args.db.db)?;
    }
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        let reason = "there is no terminal to review on; ombud review import fills the queue without one";
        return Err(Usage(reason.to_owned()).into());
    }
    // All that may be wrong with threads and model is found before there is a queue.
    let Prepared { mut job, inputs, site } = prepare(args.fill, &args.db.db, &policy, common)?;
    let mut store = open(&args.db, &policy.review)?;
    let exit = if inputs.is_empty() { Exit::Done } else { fill(&mut job, inputs, &mut store)? };
    store.rank()?;
    drop(store);
    let mut options = Options {
        order: args.order,
        words: policy.review.words(),
        keymap,
        colour: colored(),
        ..Options::new(&reviewer(&args.db))
    };
    if let Some(minutes) = policy.review.lease_minutes {
        options.lease = i64::from(minutes) * 60_000;
    }
    if let Some(decisions) = policy.review.learn_after {
        options.learn_after = Some(decisions).filter(|decisions| *decisions > 0);
    }
    std::thread::spawn(leave_in_time);
    let learning = Learning::new(&args.db.db, Arc::clone(job.scorer.model()), site);
    let mut app = App::new(&args.db.db, options, Box::new(learning), queue::now())?;
    let mut terminal = screen::terminal().context("cannot use the terminal")?;
    screen::run(&mut terminal, &mut app, &output::interrupted).context("the terminal failed")?;
    Ok(exit)
}

/// Ends the program when it was told to and does not: what waits for keys of a terminal that is gone waits for ever.
/// Decisions are on the disk, and what is held is free again in time.
fn leave_in_time() {
    const TOLD: Duration = Duration::from_millis(200);
    const PATIENCE: Duration = Duration::from_secs(2);
    while !output::interrupted() {
        std::thread::sleep(TOLD);
    }
    std::thread::sleep(PATIENCE);
    std::process::exit(Exit::Interrupted as i32);
}

/// The model of a queue.
pub(super) fn queue_model(named: Option<&PathBuf>, db: &Path) -> anyhow::Result<Arc<Model>> {
    let own = model_of(db);
    open_model(named.or(own.is_file().then_some(&own)))
}

pub(super) fn flags(model: &Model) -> Vec<String> {
    model.labels().into_iter().filter(|label| label.kind == Kind::Flag).map(|label| label.name).collect()
}

/// Threads, opened, and what scores them.
struct Prepared {
    job: Job,
    inputs: Vec<(Source, Opened)>,
    site: Site,
}

/// Opens threads and the model that scores them, with what the site asks of it.
fn prepare(args: FillArgs, db: &Path, policy: &PolicyFile, common: &Common) -> anyhow::Result<Prepared> {
    let model = queue_model(args.model.as_ref(), db)?;
    let site = policy.site(&args.threshold, &[], &flags(&model));
    let encoding = args.columns.encoding.as_deref();
    let inputs = args.input.iter().map(|path| {
        let source = Source::new(path);
        let opened = Opened::new(&source, args.from, encoding)?;
        Ok((source, opened))
    });
    let inputs: Vec<(Source, Opened)> = inputs.collect::<Result<_, ThreadError>>()?;
    let mut job = job(&model, &site, common)?;
    job.article = args.article.as_ref().map(read_article).transpose()?;
    job.columns = args.columns;
    Ok(Prepared { job, inputs, site })
}

/// Scores threads and puts them into the queue.
fn fill(job: &mut Job, inputs: Vec<(Source, Opened)>, store: &mut Store) -> anyhow::Result<Exit> {
    let refused = queue::fill(job, inputs, store)?;
    Ok(if refused > 0 { Exit::Refused } else { Exit::Done })
}

fn job(model: &Arc<Model>, site: &Site, common: &Common) -> anyhow::Result<Job> {
    let scorer = Scorer::new(Arc::clone(model), site).map_err(|error| Usage(error.to_string()))?;
    Ok(Job {
        scorer,
        form: Form::Thread,
        tabs: false,
        reasons: REASONS,
        keep: Vec::new(),
        only: None,
        columns: ColumnArgs::default(),
        article: None,
        threads: common.threads(),
        color: false,
    })
}

fn list(args: &ListArgs) -> anyhow::Result<Exit> {
    let mut store = store(&args.db.db)?;
    store.rank()?;
    let filter = Filter {
        scope: if args.everything { Scope::Everything } else { Scope::Queue },
        raised: args.raised.clone(),
        thread: args.thread.clone(),
        author: args.author.clone(),
        text: args.text.clone(),
        ..Filter::default()
    };
    let (reviewer, now) = (reviewer(&args.db), queue::now());
    let page = store.page(args.order, &filter, &reviewer, Cursor::default(), args.n, now)?;
    let mut out = Output::create(None)?;
    for item in &page.items {
        if args.json {
            let scores: BTreeMap<&str, &Score> =
                item.scores.iter().map(|(label, score)| (label.as_str(), score)).collect();
            let row = serde_json::json!({
                "id": item.source_id, "thread_id": item.thread_id, "author": item.author, "selected": item.way,
                "state": item.state, "labels": scores,
            });
            writeln!(out, "{row}")?;
        } else {
            let raised = item.scores.iter().filter(|(_, score)| score.calls());
            let raised: Vec<String> = raised.map(|(label, score)| format!("{label} {:.2}", score.p())).collect();
            let excerpt: String =
                item.excerpt.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
            let raised = if raised.is_empty() { item.way.name().to_owned() } else { raised.join(", ") };
            let id = if item.thread_id.is_empty() {
                item.source_id.clone()
            } else {
                format!("{} {}", item.thread_id, item.source_id)
            };
            let id = output::Printable(&id);
            writeln!(out, "{id}  {}  {}", output::Printable(&raised), output::Printable(&excerpt))?;
        }
    }
    out.finish()?;
    for held in store.held(&filter, &reviewer, now)? {
        remark(format_args!("note: not listed: {}", held.told(&reviewer, now)));
    }
    Ok(Exit::Done)
}

fn export(args: &ExportArgs) -> anyhow::Result<Exit> {
    if let Some(path) = &args.output {
        output::refuse_overwriting(path, std::slice::from_ref(&args.db.db))?;
    }
    let store = store(&args.db.db)?;
    let by_name = args.output.as_ref().and_then(|path| path.extension()).is_some_and(|extension| extension == "jsonl");
    let form = match args.format {
        Some(ExportFormat::Jsonl) => ExportForm::Jsonl,
        None if by_name => ExportForm::Jsonl,
        _ => ExportForm::Csv,
    };
    let mut out = Output::create(args.output.as_deref())?;
    let exported = store.export(form, &mut out)?;
    out.finish()?;
    remark(format_args!("{} decisions", exported.rows));
    if exported.purged > 0 {
        remark(format_args!("{} more are about comments that are erased", exported.purged));
    }
    Ok(Exit::Done)
}

fn verify(args: &DbArgs) -> anyhow::Result<Exit> {
    match store(&args.db)?.verify()? {
        Ok(verified) => {
            let mut out = Output::create(None)?;
            writeln!(out, "the log is whole: {} entries, the last is {}", verified.entries, verified.head)?;
            out.finish()?;
            Ok(Exit::Done)
        }
        Err(broken) => {
            note(format_args!("error: {}: {broken}", args.db.display()));
            Ok(Exit::Failed)
        }
    }
}

fn report(args: &ReportArgs) -> anyhow::Result<Exit> {
    let figures = store(&args.db.db)?.figures()?;
    let mut out = Output::create(None)?;
    if args.json {
        serde_json::to_writer_pretty(&mut out, &figures).context("cannot write")?;
        writeln!(out)?;
    } else {
        write_report(&mut out, &figures)?;
    }
    out.finish()?;
    Ok(Exit::Done)
}

fn write_report(out: &mut Output, figures: &Figures) -> anyhow::Result<()> {
    writeln!(out, "open {}, done {}, escalated {}", figures.open, figures.done, figures.escalated)?;
    for day in &figures.days {
        writeln!(out, "{}  {}: {}", day.day, output::Printable(&day.reviewer), day.decisions)?;
    }
    let share = |estimate: &Option<crate::metrics::Estimate>| match estimate {
        Some(own) => match (own.low, own.high) {
            (Some(low), Some(high)) => format!("{:.2} ({low:.2} to {high:.2})", own.value),
            _ => format!("{:.2}", own.value),
        },
        None => "not known".to_owned(),
    };
    for (flag, own) in &figures.flags {
        writeln!(
            out,
            "{}: raised and decided {}, confirmed {}; of the random slice {} decided, missed {}",
            output::Printable(flag),
            own.raised,
            share(&own.precision),
            own.slice,
            share(&own.miss_rate)
        )?;
    }
    let number = |value: Option<f64>| value.map_or_else(|| "not known".to_owned(), |value| format!("{value:.2}"));
    for (label, own) in &figures.agreement {
        let (kappa, alpha) = (number(own.kappa), number(own.alpha));
        writeln!(
            out,
            "{}: {} comments by two reviewers, kappa {kappa}, alpha {alpha}",
            output::Printable(label),
            own.comments
        )?;
    }
    Ok(())
}

fn purge(args: &PurgeArgs) -> anyhow::Result<Exit> {
    let mut store = store(&args.db.db)?;
    let policy = PolicyFile::find(args.db.config.as_ref())?.review;
    let before = |days: u32| Purge::Before(queue::now() - i64::from(days) * 86_400_000);
    let what = match (&args.what.author, &args.what.id, args.what.older_than) {
        (Some(author), ..) => Purge::Author(author),
        (_, Some(id), _) => Purge::Comment { thread: args.thread.as_deref(), id },
        (.., Some(days)) => before(days),
        _ => before(policy.retention_days.ok_or_else(|| {
            Usage("ombud.toml does not say how long comments are kept: retention-days = 365 under [review]".to_owned())
        })?),
    };
    let purged = store.purge(what, &reviewer(&args.db), queue::now())?;
    if purged.comments == 0 && (args.what.author.is_some() || args.what.id.is_some()) {
        // Who asks for a person's words to be erased must not take this for done.
        anyhow::bail!(
            "nothing was erased: there is no such author or comment (names and ids as ombud review list shows them; a comment is \
             named by --id and --thread)"
        );
    }
    remark(format_args!("erased: {}", purged.comments));
    if !purged.clean {
        note(format_args!(
            "warning: another program had {} open, so that bytes of them may still be on the disk: purge again later",
            args.db.db.display()
        ));
    }
    Ok(Exit::Done)
}
