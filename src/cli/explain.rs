//! `ombud explain`: the words behind each score, to the last decimal.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use serde_json::json;

use crate::cli::args::{Common, flags, open_model, read_article};
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::paths::Paths;
use crate::cli::policy_file::PolicyFile;
use crate::dataset::label::Label;
use crate::dataset::label::outputs;
use crate::dataset::towards::Towards;
use crate::features::input::Input;
use crate::model::explain::{Explanation, share};
use crate::model::mute::Muted;
use crate::model::scorer::{Scorer, Site};
use crate::model::verdict::Outcome;
use crate::report::sanitize;

/// The words behind each score, to the last decimal
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ombud explain \"They will have sold it by summer, mark my words\"
  ombud explain -m my.model --json - < comment.txt
  ombud explain -m my.model --article page.html --parent \"They never asked us\" \"They did, and you were not listening\"")]
pub(crate) struct Args {
    /// The comment's text; - reads it from standard input
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
    /// The model [default: the one inside ombud]
    #[arg(short, long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// A policy file, instead of ombud.toml in the current folder
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The title of the article that it stands under
    #[arg(long, value_name = "TEXT", help_heading = "Context")]
    title: Option<String>,
    /// That article: a page in text or HTML, or a plain text that begins with its title
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    article: Option<PathBuf>,
    /// The comment that it answers
    #[arg(long, value_name = "TEXT", help_heading = "Context")]
    parent: Option<String>,
    /// What its stance is towards: article, parent, or a claim in quotation marks [default: as the model was trained, else
    /// the article's title]
    #[arg(long, value_name = "TARGET", help_heading = "Context")]
    towards: Option<Towards>,
    /// How many shares are shown for each label; 0 for all
    #[arg(long, default_value_t = 10, value_name = "N")]
    top: usize,
    /// Everything as JSON
    #[arg(long)]
    json: bool,
}

/// What standard input may hold.
const LONGEST: u64 = 16 << 20;

pub(crate) fn run(args: Args, _common: &Common) -> anyhow::Result<Exit> {
    let text = Path::new(&args.text);
    let paths = Paths::default().inputs("text", (text == Path::new("-")).then(|| text.to_owned()).as_ref());
    let paths = paths.inputs("article", &args.article).files("model", &args.model).policy(args.config.as_ref());
    paths.stdout("the explanation").check()?;
    let mut text = args.text;
    if text == "-" {
        text.clear();
        std::io::stdin().take(LONGEST + 1).read_to_string(&mut text).context("cannot read standard input")?;
        anyhow::ensure!(text.len() as u64 <= LONGEST, "standard input holds more than {} MiB", LONGEST >> 20);
    }
    let model = open_model(args.model.as_ref())?;
    let site = PolicyFile::find(args.config.as_ref())?.site(&[], &[], &flags(&model));
    let site = Site { towards: args.towards, ..site };
    let mut scorer = Scorer::new(Arc::clone(&model), &site)?;
    let article = args.article.as_ref().map(read_article).transpose()?.unwrap_or_default();
    let input = Input {
        parent_text: args.parent.as_deref(),
        article_title: args.title.as_deref().or(article.title.as_deref()),
        article_text: article.text.as_deref(),
        ..Input::of(&text)
    };
    let verdict = scorer.verdict(&input, 0);
    if verdict.no_text() {
        anyhow::bail!("the comment has no text: it is empty, markup alone, or stands for a deleted one");
    }
    let explanation = scorer.explain(&input);
    let out = Output::create(None)?;
    let mut out = if args.json { out.json() } else { out };
    let labels = model.labels();
    let mut all = Vec::new();
    for ((label, outcome), outputs) in labels.iter().zip(&verdict.outcomes).zip(outputs(&labels)) {
        let (class, p, name) = match outcome {
            Outcome::Flag { p, .. } => (None, p.unwrap_or_default(), label.name.clone()),
            Outcome::Stance { class, p } => {
                // Where no class is given the likeliest is explained, as a person who asks for reasons wants to see them.
                let likeliest = || (0..p.len()).max_by(|a, b| p[*a].total_cmp(&p[*b])).unwrap_or_default();
                let class = class.unwrap_or_else(|_| likeliest());
                let name = label.classes().get(class).map_or("", String::as_str);
                (Some(class), p.get(class).copied().unwrap_or_default(), format!("{} = {name}", label.name))
            }
        };
        let shares = shares(&explanation, &outputs, class, &text);
        let total: f64 = shares.iter().map(|(_, share)| share).sum();
        if args.json {
            let rows = shares.iter().map(|(what, share)| json!({"feature": what, "share": share}));
            let mut own = json!({"label": label.name, "class": class.map(|class| &label.classes()[class]), "p": p,
                "log_odds": total, "shares": rows.collect::<Vec<_>>()});
            let muted = muted_for(&site, label, &verdict.muted);
            if !muted.is_empty() {
                own["muted"] = json!(muted);
            }
            all.push(own);
            continue;
        }
        let threshold = match outcome {
            Outcome::Flag { unsure: true, .. } => ", unsure: left to a person".to_owned(),
            Outcome::Flag { threshold, raised, .. } => {
                format!(", {} at {:.3}", if *raised { "raised" } else { "not raised" }, threshold)
            }
            Outcome::Stance { class: Err(why), .. } => format!(", not given: {}", why.name()),
            Outcome::Stance { .. } => String::new(),
        };
        writeln!(out, "{}: p {p:.4}{threshold}", sanitize::line(&name))?;
        let shown = if args.top == 0 { shares.len() } else { args.top.min(shares.len()) };
        for (what, share) in &shares[..shown] {
            writeln!(out, "  {share:>+9.4}  {}", sanitize::line(what))?;
        }
        if shown < shares.len() {
            let rest: f64 = shares[shown..].iter().map(|(_, share)| share).sum();
            writeln!(out, "  {rest:>+9.4}  {} more", shares.len() - shown)?;
        }
        let meaning = if outputs.len() > 1 { "compared with the mean of the classes" } else { "log-odds" };
        writeln!(out, "  {total:>+9.4}  = {meaning}\n")?;
    }
    if !args.json && !verdict.muted.is_empty() {
        writeln!(out, "muted: {}", sanitize::line(&verdict.muted.join(", ")))?;
    }
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
    }
    out.finish()?;
    Ok(Exit::Done)
}

/// The muted terms of the comment that are muted for a label.
fn muted_for<'v>(site: &Site, label: &Label, muted: &'v [String]) -> Vec<&'v str> {
    let same = |own: &Muted, term: &str| {
        own.term.trim().to_lowercase() == term.to_lowercase()
            && own.flag.as_ref().map_or(label.classes().is_empty(), |flag| *flag == label.name)
    };
    muted.iter().map(String::as_str).filter(|term| site.muted.iter().any(|own| same(own, term))).collect()
}

/// What adds to a label, strongest first.
fn shares(
    explanation: &Explanation,
    outputs: &std::ops::Range<usize>,
    class: Option<usize>,
    text: &str,
) -> Vec<(String, f64)> {
    let mut shares: Vec<(String, f64)> = explanation
        .contributions
        .iter()
        .map(|contribution| {
            let what = match contribution.span {
                Some((begin, end)) => format!("{}: {}", contribution.feature, text.get(begin..end).unwrap_or_default()),
                None => contribution.feature.clone(),
            };
            (what, share(&contribution.shares, outputs.clone(), class))
        })
        .collect();
    shares.retain(|(_, share)| *share != 0.0);
    shares.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    shares
}
