//! `ombud review list`: comments that await review or are decided, in an order.

use std::io::Write as _;

use crate::cli::exit::Exit;
use crate::cli::exit::Usage;
use crate::cli::output::{Output, remark};
use crate::cli::queue_args::{DbArgs, RaisedArgs, check_labels};
use crate::dataset::label_value::share;
use crate::queue::clock::now;
use crate::queue::existing;
use crate::queue::filter::{Filter, Scope, View};
use crate::queue::order::Order;
use crate::queue::waiting::{Cursor, PageRequest};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    db: DbArgs,
    /// Order: severity, risk, uncertainty, newest, thread, learning
    #[arg(long, default_value_t, value_name = "ORDER")]
    order: Order,
    /// Show at most N comments
    #[arg(short, value_name = "N", default_value_t = 20)]
    n: usize,
    /// State of the comments
    #[arg(long, value_enum, default_value_t, value_name = "STATE")]
    state: View,
    /// Include comments that are neither flagged nor in the audit sample
    #[arg(long)]
    everything: bool,
    #[command(flatten)]
    raised: RaisedArgs,
    /// Only comments whose probability of this label (for a stance, of its class) is at least P
    #[arg(long, value_name = "LABEL=P", value_parser = share)]
    min_score: Option<(String, f32)>,
    /// Only comments whose probability of this label is at most P
    #[arg(long, value_name = "LABEL=P", value_parser = share)]
    max_score: Option<(String, f32)>,
    /// Only comments of this thread
    #[arg(long, value_name = "ID")]
    thread: Option<String>,
    /// Only comments by this author
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Only comments that contain these words
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// Print JSON, one object per line
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Exit> {
    args.db.read().stdout("the list").check()?;
    let filter = filter(args)?;
    let store = existing::open_to_read(&args.db.db)?;
    let score = filter.score.iter().map(|(label, ..)| label);
    check_labels(&store, filter.raised.iter().chain(score))?;
    let (reviewer, now) = (args.db.reviewer(), now());
    let page = store.page(PageRequest {
        order: args.order,
        filter: &filter,
        reviewer: &reviewer,
        cursor: Cursor::default(),
        limit: args.n,
        now,
    })?;
    let out = Output::create(None)?;
    let mut out = if args.json { out.json() } else { out };
    for item in &page.items {
        if args.json { writeln!(out, "{}", item.json())? } else { writeln!(out, "{}", item.line())? }
    }
    out.finish()?;
    for held in store.held(&filter, &reviewer, now)? {
        remark(format_args!("note: not listed: {}", held.message(&reviewer, now)));
    }
    Ok(Exit::Done)
}

fn filter(args: &Args) -> Result<Filter, Usage> {
    let score = match (args.min_score.clone(), args.max_score.clone()) {
        (None, None) => None,
        (Some((label, low)), None) => Some((label, low, 1.0)),
        (None, Some((label, high))) => Some((label, 0.0, high)),
        (Some((label, _)), Some((other, _))) if label != other => {
            return Err(Usage(format!(
                "--min-score is for {label} and --max-score for {other}: give both for the same label"
            )));
        }
        (Some((_, low)), Some((_, high))) if low > high => {
            return Err(Usage(format!("--min-score {low} is above --max-score {high}: no score can match")));
        }
        (Some((label, low)), Some((_, high))) => Some((label, low, high)),
    };
    Ok(Filter {
        view: args.state,
        scope: if args.everything { Scope::Everything } else { Scope::Queue },
        raised: args.raised.label.clone(),
        score,
        thread: args.thread.clone(),
        author: args.author.clone(),
        text: args.text.clone(),
        ..Filter::default()
    })
}
