//! `ombud explain`: the words behind each score, to the last decimal.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use crate::cli::args::{Common, open_model, read_article, site};
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::train_error::site_usage;
use crate::dataset::towards::Towards;
use crate::features::input::Input;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::queue::policy_file::PolicyFile;
use crate::report::explanation::{LabelExplanation, explain};
use crate::report::sanitize;
use crate::thread::paths::Paths;

/// Explain the scores of one comment, word by word
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ombud explain \"They will have sold it by summer, mark my words\"
  ombud explain -m my.model --json - < comment.txt
  ombud explain -m my.model --article page.html --parent \"They never asked us\" \"They did, and you were not listening\"")]
pub(crate) struct Args {
    /// Text of the comment; - reads it from standard input
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
    /// Model file [default: the built-in model]
    #[arg(short, long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Policy file [default: ombud.toml in the current directory, if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Title of the article
    #[arg(long, value_name = "TEXT", help_heading = "Context")]
    title: Option<String>,
    /// Article: a text or HTML page, or plain text that begins with the title
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    article: Option<PathBuf>,
    /// Text of the parent, the comment that it replies to
    #[arg(long, value_name = "TEXT", help_heading = "Context")]
    parent: Option<String>,
    /// Target of stances: article, parent, or a claim in quotation marks [default: as in training, else the article's
    /// title]
    #[arg(long, value_name = "TARGET", help_heading = "Context")]
    towards: Option<Towards>,
    /// Number of shares to show for each label; 0 for all
    #[arg(long, default_value_t = 10, value_name = "N")]
    top: usize,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

/// What standard input may hold.
const LONGEST: u64 = 16 << 20;

pub(crate) fn run(args: Args, _common: &Common) -> anyhow::Result<Exit> {
    let text = Path::new(&args.text);
    let paths = Paths::default().inputs("text", (text == Path::new("-")).then(|| text.to_owned()).as_ref());
    let paths = paths
        .inputs("article", &args.article)
        .files("model", &args.model)
        .files("policy file", PolicyFile::path(args.config.as_ref()));
    paths.stdout("the explanation").check()?;
    let mut text = args.text;
    if text == "-" {
        text.clear();
        std::io::stdin().take(LONGEST + 1).read_to_string(&mut text).context("cannot read standard input")?;
        anyhow::ensure!(text.len() as u64 <= LONGEST, "standard input holds more than {} MiB", LONGEST >> 20);
    }
    let model = open_model(args.model.as_ref())?;
    let policy = PolicyFile::find(args.config.as_ref())?;
    let site = Site { towards: args.towards, ..site(&policy, &[], &[], &model) };
    let mut scorer = Scorer::new(Arc::clone(&model), &site).map_err(|error| site_usage(&error))?;
    let article = args.article.as_ref().map(read_article).transpose()?.unwrap_or_default();
    let input = Input {
        parent_text: args.parent.as_deref(),
        article_title: args.title.as_deref().or(article.title.as_deref()),
        article_text: article.text.as_deref(),
        ..Input::of(&text)
    };
    let verdict = scorer.verdict(&input, 0);
    if verdict.no_text() {
        anyhow::bail!("the comment has no text: it is empty, contains only markup, or marks a deleted comment");
    }
    let labels = model.labels();
    let explained = explain(&labels, &verdict, &scorer.explain(&input), &text, &site.muted);
    let out = Output::create(None)?;
    let mut out = if args.json { out.json() } else { out };
    if args.json {
        let all: Vec<_> = explained.iter().map(LabelExplanation::json).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
    } else {
        explained.iter().try_for_each(|label| label.write(&mut out, args.top))?;
        if !verdict.muted.is_empty() {
            writeln!(out, "muted: {}", sanitize::line(&verdict.muted.join(", ")))?;
        }
    }
    out.finish()?;
    Ok(Exit::Done)
}
