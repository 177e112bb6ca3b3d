//! Options that several commands share.

use std::path::PathBuf;
use std::sync::Arc;

use anstream::ColorChoice;
use anyhow::Context as _;
use clap::{Args, ValueEnum};

use crate::cli::exit::{Exit, Usage};
use crate::cli::output::{Output, remark, set_quiet};
use crate::cli::thread_error::flagged;
use crate::cli::train_error::site_usage;
use crate::dataset::class_map::{ClassMap, ClassMapping};
use crate::dataset::request::Request;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::queue::policy_file::PolicyFile;
use crate::report::{class_option, reading};
use crate::score::input_file::InputFile;
use crate::score::job::Job;
use crate::score::pool::start_pool;
use crate::thread::columns::ColumnMap;
use crate::thread::comment::Article;
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::json::map::JsonMap;
use crate::thread::mapping::Mapping;
use crate::thread::opened::Opened;
use crate::thread::paths::Paths;
use crate::thread::storage::{LARGEST_ZSTD_WINDOW, Separator, Storage};
use crate::thread::threads::{explain_reading as explanation_of, read_article as read_article_of};

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// If the output is a terminal and NO_COLOR is not set
    #[default]
    Auto,
    /// Also in files and pipes
    Always,
    /// Never
    Never,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// Number of threads; does not affect results [default: number of cores]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Print only errors: no progress, no notes
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

    /// Sets up global state of the process.
    pub(crate) fn prepare(&self) {
        start_pool(self.threads());
        set_quiet(self.quiet);
        let choice = match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        choice.write_global();
    }
}

/// Whether results on standard output are coloured.
pub(crate) fn colored() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// How an input is stored, if its bytes do not show it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct StorageArgs {
    /// Encoding of the input if it is not UTF-8: windows-1252, utf-16le, shift_jis, … [default: guessed if none of the text
    /// is UTF-8]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Separator of a table's cells: a character such as ; or |, or tab [default: detected from the header]
    #[arg(long, value_name = "CHAR", allow_hyphen_values = true)]
    separator: Option<Separator>,
    /// Sheet of a spreadsheet to read [default: the first whose header has a text column]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Largest window allowed in Zstandard files: 2^LOG bytes of memory, LOG up to 31 [default: 27, which is 128 MiB]
    #[arg(long, value_name = "LOG", value_parser = clap::value_parser!(u32).range(10..=i64::from(LARGEST_ZSTD_WINDOW)))]
    zstd_window: Option<u32>,
}

/// Which columns of a table hold what.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct ColumnArgs {
    /// Read a known column under another header, as in text=body (repeatable)
    #[arg(long, value_name = "NAME=HEADER", value_parser = mapping)]
    pub(crate) column: Vec<Mapping>,
    /// TOML file that maps JSON paths to comments and columns
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) map: Option<PathBuf>,
    #[command(flatten)]
    storage: StorageArgs,
    /// Refuse rows that would otherwise only cause a warning: missing parent, duplicate id, loop of parents, empty text
    #[arg(long)]
    pub(crate) strict: bool,
}

/// What the cells of labels mean.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Labels")]
pub(crate) struct ClassArgs {
    /// Map a cell of a label to a class: stance=Favor:favor, spam=x:1, or stance=-1: for a missing annotation; nothing
    /// before the colon means an empty cell (repeatable)
    #[arg(long, value_name = "LABEL=OLD:NEW")]
    classes: Vec<ClassMapping>,
    /// Column that lists labels in each cell, as in toxic|insult or a JSON list; every name becomes a flag (repeatable)
    #[arg(long, value_name = "COL")]
    flags_in: Vec<String>,
    /// Column that names each row's annotator; rows of the same comment are joined [default: annotator, worker_id,
    /// rater, …, if there is one]
    #[arg(long, value_name = "COL")]
    annotator: Option<String>,
    /// Use moderators' decisions (approved, rejected, spam, removed, …) as the flag reject
    #[arg(long)]
    labels_from_status: bool,
}

impl ClassArgs {
    /// Adds these options to `request`.
    pub(crate) fn join(&self, request: Request) -> Result<Request, Usage> {
        let classes = ClassMap::new(self.classes.clone());
        Ok(Request {
            classes: classes.map_err(|error| Usage(class_option::contradiction(&error)))?,
            flags_in: self.flags_in.clone(),
            annotator: self.annotator.clone(),
            from_states: self.labels_from_status,
            ..request
        })
    }
}

impl ColumnArgs {
    /// The mapping as the readers take it.
    pub(crate) fn column_map(&self) -> anyhow::Result<ColumnMap> {
        Ok(ColumnMap::new(self.column.clone())?)
    }

    /// The format that a map of the input makes of it, if there is one.
    pub(crate) fn mapped(&self) -> anyhow::Result<Option<Format>> {
        let Some(path) = &self.map else { return Ok(None) };
        let source = Source::new(path);
        let text = String::from_utf8_lossy(&source.read_whole()?).into_owned();
        Ok(Some(Format::Mapped(JsonMap::parse(&source.name(), &text)?)))
    }

    /// How the inputs are stored.
    pub(crate) fn storage(&self) -> Storage {
        let StorageArgs { encoding, separator, sheet, zstd_window } = self.storage.clone();
        Storage { encoding, separator, sheet, zstd_window }
    }

    /// Inputs that are so stored.
    pub(crate) fn sources(&self, paths: &[PathBuf]) -> Vec<Source> {
        let storage = self.storage();
        paths.iter().map(|path| Source::new(path).stored(&storage)).collect()
    }

    /// Checks that a separator is given only for formats that have one.
    pub(crate) fn check_separator(&self, format: Option<Format>) -> Result<(), Usage> {
        match format {
            Some(format) if self.storage.separator.is_some() && !matches!(format, Format::Csv | Format::Tsv) => {
                Err(Usage(format!("--separator goes with csv and tsv, not with --input-format {}", format.name())))
            }
            _ => Ok(()),
        }
    }
}

/// How threads are read that are scored.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct InputArgs {
    /// Input format: csv, tsv, jsonl, json, text, html, or another that ombud formats lists [default: detected from name and
    /// content]
    #[arg(long, alias = "from", value_name = "NAME", help_heading = "Input")]
    input_format: Option<Format>,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
    /// Article that the comments of a table or JSON thread belong to: a text or HTML page
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) article: Option<PathBuf>,
}

impl InputArgs {
    /// What is read of such inputs.
    pub(crate) fn paths(&self, inputs: &[PathBuf]) -> Paths {
        Paths::default().inputs("input", inputs).inputs("article", &self.article).files("map", &self.columns.map)
    }

    /// Opens the inputs, all before the first is read.
    pub(crate) fn open(&self, paths: &[PathBuf]) -> anyhow::Result<Vec<InputFile>> {
        self.columns.check_separator(self.input_format)?;
        let format = self.columns.mapped()?.or(self.input_format);
        Ok(InputFile::open_all(paths, format, &self.columns.storage())?)
    }

    /// Shows how pages are read.
    pub(crate) fn explain(&self, paths: &[PathBuf]) -> anyhow::Result<Exit> {
        let sources = self.columns.sources(paths);
        let mut exit = Exit::Done;
        for source in &sources {
            if explain_reading(source, self.input_format)? == Exit::Failed {
                exit = Exit::Failed;
            }
        }
        Ok(exit)
    }

    /// The job that scores them with `model` and the settings of `site`.
    pub(crate) fn job(&self, model: &Arc<Model>, site: &Site, common: &Common) -> anyhow::Result<Job> {
        Ok(Job {
            columns: self.columns.column_map()?,
            strict: self.columns.strict,
            article: self.article.as_ref().map(read_article).transpose()?,
            threads: common.threads(),
            ..Job::new(Scorer::new(Arc::clone(model), site).map_err(|error| site_usage(&error))?)
        })
    }
}

/// Shows on standard output what each element of a page was read as. As in reading the page, finding no comment is a
/// failure.
pub(crate) fn explain_reading(source: &Source, format: Option<Format>) -> anyhow::Result<Exit> {
    let explanation = explanation_of(Opened::new(source, format)?)?;
    let mut out = Output::create(None)?.painted();
    reading::write(&explanation, &source.name(), &mut out)?;
    out.finish()?;
    Ok(if explanation.comments.is_empty() { Exit::Failed } else { Exit::Done })
}

/// `NAME=HEADER`.
fn mapping(text: &str) -> Result<Mapping, String> {
    text.parse().map_err(|error| flagged(&error))
}

/// The model of that file, or the one inside the program.
pub(crate) fn open_model(path: Option<&PathBuf>) -> anyhow::Result<Arc<Model>> {
    let model = match path {
        Some(path) => Model::open(path)?,
        None => Model::shipped().context("give a model file with -m FILE")?,
    };
    Ok(Arc::new(model))
}

/// The article at the top of a page.
pub(crate) fn read_article(path: &PathBuf) -> anyhow::Result<Article> {
    read_article_of(&Source::new(path))?
        .ok_or_else(|| anyhow::anyhow!("{}: the file contains no article", path.display()))
}

/// The settings of the policy file for a model, overridden by the command line.
pub(crate) fn site(
    policy: &PolicyFile,
    thresholds: &[(String, f32)],
    base_rates: &[(String, f32)],
    model: &Model,
) -> Site {
    let (mut site, told) = policy.site(&model.flags());
    told.iter().for_each(|told| remark(format_args!("note: {told}")));
    site.thresholds.extend_from_slice(thresholds);
    site.base_rates.extend_from_slice(base_rates);
    site
}
