//! Options that several commands share.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use anyhow::Context as _;
use clap::{Args, ColorChoice, ValueEnum};

use crate::cli::exit::Usage;
use crate::cli::paths::Paths;
use crate::cli::site_error::with_flags;
use crate::dataset::class_map::{ClassMap, ClassMapping};
use crate::dataset::label::Kind;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::score::input_file::InputFile;
use crate::score::job::Job;
use crate::thread::columns::ColumnMap;
use crate::thread::comment::Article;
use crate::thread::error::ThreadError;
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::mapping::Mapping;
use crate::thread::threads::read_article as read_article_of;

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Even in files and pipes
    Always,
    /// Never
    Never,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// Number of threads; results do not depend on it [default: number of cores]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Print errors only, no progress and no notes
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

impl Common {
    /// How many threads work.
    #[must_use]
    pub(crate) fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.threads.map_or_else(cores, usize::from)
    }

    /// Sets up what is global to the process.
    pub(crate) fn prepare(&self) {
        start_pool(self.threads());
        crate::cli::output::set_quiet(self.quiet);
        let choice = match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        match choice {
            ColorChoice::Always => anstream::ColorChoice::Always.write_global(),
            ColorChoice::Never => anstream::ColorChoice::Never.write_global(),
            ColorChoice::Auto => anstream::ColorChoice::Auto.write_global(),
        }
    }
}

/// Starts the pool of those who work together: as many threads as the system allows, at least the present one.
///
/// They are started before the pool is: one that fails to start its threads cannot be made a second time.
fn start_pool(threads: usize) {
    let (hand_over, jobs) = mpsc::channel::<rayon::ThreadBuilder>();
    let jobs = Arc::new(Mutex::new(jobs));
    let start = |_: &usize| {
        let jobs = Arc::clone(&jobs);
        let next = move || jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        std::thread::Builder::new().spawn(move || next().map(rayon::ThreadBuilder::run)).is_ok()
    };
    let started = (0..threads).take_while(start).count();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(started.max(1));
    let built = if started == 0 {
        pool.use_current_thread().build_global()
    } else {
        let hand_over = move |thread| hand_over.send(thread).map_err(|_| std::io::ErrorKind::BrokenPipe.into());
        pool.spawn_handler(hand_over).build_global()
    };
    // An error means that a pool is there already, which happens when the library calls this twice.
    let _ = built;
}

/// Whether results on standard output are coloured.
pub(crate) fn colored() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// Which columns of a table mean what.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct ColumnArgs {
    /// Read a known column from another header, as in text=body (repeatable)
    #[arg(long, value_name = "NAME=HEADER")]
    pub(crate) column: Vec<Mapping>,
    /// Encoding of the input if it is not UTF-8: windows-1252, utf-16le, shift_jis, …
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<String>,
    /// Refuse rows that would otherwise only cause a warning: missing parent, duplicate id, loop of parents, empty text
    #[arg(long)]
    pub(crate) strict: bool,
}

/// What cells of labels stand for.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Labels")]
pub(crate) struct ClassArgs {
    /// Map a label's cell to a class: stance=Favor:favor, spam=x:1, or stance=-1: for not annotated; nothing before the
    /// colon means an empty cell (repeatable)
    #[arg(long, value_name = "LABEL=OLD:NEW")]
    classes: Vec<ClassMapping>,
}

impl ClassArgs {
    /// The classes as the reader takes them.
    pub(crate) fn classes(&self) -> Result<ClassMap, Usage> {
        ClassMap::new(self.classes.clone()).map_err(Usage)
    }
}

impl ColumnArgs {
    /// The mapping as the readers take it.
    pub(crate) fn map(&self) -> anyhow::Result<ColumnMap> {
        Ok(ColumnMap::new(self.column.clone())?)
    }
}

/// How threads are read that are scored.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct InputArgs {
    /// Input format, if name and content do not tell: csv, tsv, jsonl, json, text, html
    #[arg(long, value_name = "FORM", value_parser = format, help_heading = "Input")]
    from: Option<Format>,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
    /// Article that a table's or a JSON thread's comments belong to: a page in text or HTML
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) article: Option<PathBuf>,
}

impl InputArgs {
    /// What is read of such inputs.
    pub(crate) fn paths(&self, inputs: &[PathBuf]) -> Paths {
        Paths::default().inputs("input", inputs).inputs("article", &self.article)
    }

    /// Opens the inputs, all before the first is read.
    pub(crate) fn open(&self, paths: &[PathBuf]) -> Result<Vec<InputFile>, ThreadError> {
        InputFile::open_all(paths, self.from, self.columns.encoding.as_deref())
    }

    /// What scores them, by a model and what a site asks of it.
    pub(crate) fn job(&self, model: &Arc<Model>, site: &Site, common: &Common) -> anyhow::Result<Job> {
        Ok(Job {
            columns: self.columns.map()?,
            encoding: self.columns.encoding.clone(),
            strict: self.columns.strict,
            article: self.article.as_ref().map(read_article).transpose()?,
            threads: common.threads(),
            ..Job::new(Scorer::new(Arc::clone(model), site).map_err(|error| Usage(with_flags(&error)))?)
        })
    }
}

/// `LABEL=VALUE`.
pub(crate) fn pair<T>(text: &str) -> Result<(String, T), String>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let (label, value) = text.split_once('=').ok_or("write it as LABEL=VALUE")?;
    let value = value.parse().map_err(|error: T::Err| error.to_string())?;
    Ok((label.trim().to_owned(), value))
}

/// `LABEL=SHARE`, a number between 0 and 1.
pub(crate) fn share(text: &str) -> Result<(String, f32), String> {
    let (label, share) = pair::<String>(text)?;
    let share: f32 = share.trim().parse().map_err(|_| format!("`{share}` is not a number between 0 and 1"))?;
    if (0.0..=1.0).contains(&share) { Ok((label, share)) } else { Err(format!("{share} is not between 0 and 1")) }
}

/// The model of that file, or the one inside the program.
pub(crate) fn open_model(path: Option<&PathBuf>) -> anyhow::Result<Arc<Model>> {
    let model = match path {
        Some(path) => Model::open(path)?,
        None => Model::shipped().context("name one with -m FILE")?,
    };
    Ok(Arc::new(model))
}

/// The article at the head of a page.
pub(crate) fn read_article(path: &PathBuf) -> anyhow::Result<Article> {
    read_article_of(&Source::new(path))?.ok_or_else(|| anyhow::anyhow!("{}: there is no article in it", path.display()))
}

/// A format by its name.
pub(crate) fn format(name: &str) -> Result<Format, String> {
    Format::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
        let names = Format::ALL.map(Format::name).join(", ");
        format!("{name:?} is none of {names}")
    })
}

/// The names of a model's flags.
pub(crate) fn flags(model: &Model) -> Vec<String> {
    model.labels().into_iter().filter(|label| label.kind == Kind::Flag).map(|label| label.name).collect()
}
