//! `ombud review decide`: decisions that were made elsewhere, one JSON object a line.

use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use serde::Deserialize;

use crate::cli::exit::Exit;
use crate::cli::exit::Interrupted;
use crate::cli::output;
use crate::cli::output::{Output, note};
use crate::queue::clock::now;
use crate::queue::decision::{Answer, Decision, REJECT};
use crate::queue::error::ReviewError;
use crate::queue::scored::Score;
use crate::queue::store::Store;
use crate::thread::input::Source;

/// A decision of a line; a thread is needed only where several have the id: `{"id","thread_id","action","labels":{"toxicity":true,"stance":"favor"}}`.
#[derive(Debug, Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    thread_id: Option<String>,
    #[serde(flatten)]
    decision: Decision,
}

/// Decides what the lines of a file say; those that cannot be are told and counted.
pub(crate) fn run(store: &mut Store, reviewer: &str, input: &PathBuf) -> anyhow::Result<Exit> {
    let source = Source::new(input);
    let lines = std::io::BufReader::new(source.open(None)?).lines();
    let (mut decided, mut refused) = (0_usize, 0_usize);
    output::watch_interrupts();
    for (number, line) in (1..).zip(lines) {
        if output::interrupted() {
            return Err(Interrupted.into());
        }
        let line = line.with_context(|| format!("cannot read {}", source.name()))?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(&line)
            .map_err(|error| error.to_string())
            .and_then(|line| decide(store, reviewer, &line))
        {
            Ok(()) => decided += 1,
            Err(reason) => {
                refused += 1;
                note(format_args!("{}: line {number}: {reason}", source.name()));
            }
        }
    }
    let mut out = Output::create(None)?;
    writeln!(out, "decided {decided}, refused {refused}")?;
    out.finish()?;
    Ok(if refused > 0 { Exit::Refused } else { Exit::Done })
}

fn decide(store: &mut Store, reviewer: &str, line: &Line) -> Result<(), String> {
    let told = |error: ReviewError| error.to_string();
    let found = store.find(line.thread_id.as_deref(), &line.id).map_err(|error| match error {
        ReviewError::Ambiguous { .. } => format!("{error} with \"thread_id\""),
        other => other.to_string(),
    })?;
    let of = line.thread_id.as_ref().map_or_else(String::new, |thread| format!(" in thread {thread:?}"));
    let (comment, _) = found.ok_or_else(|| format!("there is no comment {:?}{of}", line.id))?;
    let card = store.card(comment, reviewer).map_err(told)?;
    // Who decides it again must have seen what was decided, as on the screen.
    if let Some(past) = card.decisions.last() {
        return Err(format!("{:?}: {} decided this comment: {}", line.id, past.reviewer, past.decision));
    }
    check(&line.decision, &card.scores)?;
    store.decide(comment, reviewer, &line.decision, &card.seen, now()).map_err(told)?;
    Ok(())
}

/// Refuses answers to labels, and classes, that the comment's model does not have: a slip of the pen would be learnt.
fn check(decision: &Decision, scores: &[(String, Score)]) -> Result<(), String> {
    for (label, answer) in &decision.labels {
        match (scores.iter().find(|(name, _)| name == label), answer) {
            (None, _) if label != REJECT => {
                let names: Vec<&str> = scores.iter().map(|(name, _)| name.as_str()).chain([REJECT]).collect();
                return Err(format!("there is no label {label:?}; there are {}", names.join(", ")));
            }
            (Some((_, Score::Stance { p, .. })), Answer::Stance(class)) if !p.contains_key(class) => {
                let classes: Vec<&str> = p.keys().map(String::as_str).collect();
                return Err(format!("{label} has no class {class:?}; it has {}", classes.join(", ")));
            }
            _ => {}
        }
    }
    Ok(())
}
