//! Options that several commands share.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use anyhow::Context as _;
use clap::{Args, ColorChoice, ValueEnum};

use crate::cli::exit::Usage;
use crate::cli::output::remark;
use crate::cli::paths::Paths;
use crate::dataset::class_map::{ClassMap, ClassMapping};
use crate::model::model::Model;
use crate::report::sanitize;
use crate::text::rules::Rules;
use crate::thread::columns::ColumnMap;
use crate::thread::comment::Article;
use crate::thread::error::ThreadError;
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::mapping::Mapping;
use crate::thread::opened::Opened;
use crate::thread::threads::read_article as read_article_of;

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Also into files and pipes.
    Always,
    /// Not at all.
    Never,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// How many threads work; results do not depend on it [default: one for each core]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// Colours on the terminal
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// No progress and no notes on standard error, only errors
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
    /// A known column under another header, as in text=body (may be given again)
    #[arg(long, value_name = "NAME=HEADER")]
    pub(crate) column: Vec<Mapping>,
    /// The input's encoding, if it is not UTF-8: windows-1252, utf-16le, shift_jis, …
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<String>,
    /// Refuse rows that would only be warned of: missing parent, id twice, loop of parents, empty text
    #[arg(long)]
    pub(crate) strict: bool,
}

/// What cells of labels stand for.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Labels")]
pub(crate) struct ClassArgs {
    /// What a cell of a label stands for, where that is not what it says, as in stance=Favor:favor, spam=x:1, or stance=-1:
    /// for not annotated; with nothing before the colon, an empty cell (may be given again)
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
    /// The form of the input, where its name and content do not tell: csv, tsv, jsonl, json, text, html
    #[arg(long, value_name = "FORM", value_parser = crate::cli::convert::format, help_heading = "Input")]
    from: Option<Format>,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
    /// The article that a table's or a JSON thread's comments stand under: a page in text or HTML
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) article: Option<PathBuf>,
}

impl InputArgs {
    /// What is read of such inputs.
    pub(crate) fn paths(&self, inputs: &[PathBuf]) -> Paths {
        Paths::default().inputs("input", inputs).inputs("article", &self.article)
    }

    /// Opens the inputs, all before the first is read. They may be more than can be open at once: none is left open but the
    /// first, and those that can be opened only once.
    pub(crate) fn open(&self, paths: &[PathBuf]) -> Result<Vec<Named>, ThreadError> {
        let open = |(path, is_first): (&PathBuf, bool)| {
            let source = Source::new(path);
            let encoding = self.columns.encoding.clone();
            let opened = Opened::new(&source, self.from, encoding.as_deref())?;
            let format = opened.format;
            let opened = Some(opened).filter(|_| is_first || source.len_hint().is_none());
            Ok(Named { source, format, encoding, opened })
        };
        paths.iter().zip(std::iter::once(true).chain(std::iter::repeat(false))).map(open).collect()
    }

    /// The article that is named, if one is.
    pub(crate) fn article(&self) -> anyhow::Result<Option<Article>> {
        self.article.as_ref().map(read_article).transpose()
    }
}

/// An input that is there, and of which the form is known.
pub(crate) struct Named {
    pub(crate) source: Source,
    pub(crate) format: Format,
    encoding: Option<String>,
    opened: Option<Opened>,
}

impl Named {
    /// Whether it would have to be opened again.
    pub(crate) fn is_closed(&self) -> bool {
        self.opened.is_none()
    }

    /// Opens it, if it is not open.
    pub(crate) fn open(&mut self) -> Result<Opened, ThreadError> {
        match self.opened.take() {
            Some(opened) => Ok(opened),
            None => Opened::new(&self.source, Some(self.format), self.encoding.as_deref()),
        }
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

/// Says that a model of the user's own is read by rules that have been bettered since.
pub(crate) fn note_rules(model: &Model) {
    if model.metadata.options.text != Rules::NEWEST {
        remark(format_args!(
            "note: model {} is of format {} and keeps the rules of its training: quotations count as the comment's own words, and words in disguise (\"idi0t\") are not found; train it again to gain that",
            sanitize::line(&model.metadata.name),
            model.metadata.format
        ));
    }
}

/// The article at the head of a page.
pub(crate) fn read_article(path: &PathBuf) -> anyhow::Result<Article> {
    read_article_of(&Source::new(path))?.ok_or_else(|| anyhow::anyhow!("{}: there is no article in it", path.display()))
}
