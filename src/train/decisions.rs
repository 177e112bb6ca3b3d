//! What reviewers decided, as a table to learn from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::cli::train::file_name;
use crate::dataset::request::weight_column;
use crate::queue::existing;
use crate::queue::scored::Score;
use crate::queue::state::Way;
use crate::queue::training::{Target, TrainingRow};
use crate::thread::input::Source;
use crate::thread::scratch::ScratchFolder;

/// The decisions of a store.
pub(crate) struct Decided {
    /// The table.
    path: PathBuf,
    /// The file of the store.
    name: String,
    /// How many comments are decided, and in how many threads; one without a thread counts as one.
    comments: usize,
    threads: usize,
    /// Its folder, gone when this is.
    _folder: ScratchFolder,
    /// Labels of several classes in it.
    pub(crate) stances: Vec<String>,
    /// Labels of yes and no.
    pub(crate) flags: Vec<String>,
    /// Of each flag the share of yes among all comments of the queue, as far as the decisions tell.
    pub(crate) rates: Vec<(String, f32)>,
    /// Of each row in the random slice what its reviewers saw of the model, by label.
    pub(crate) slice: Vec<Option<BTreeMap<String, Score>>>,
}

const COLUMNS: [&str; 10] = [
    "id",
    "thread_id",
    "author",
    "created_at",
    "text",
    "article_title",
    "article_text",
    "parent_text",
    "target",
    "context",
];

impl Decided {
    /// Writes them into a temporary table.
    pub(crate) fn read(db: &Path) -> anyhow::Result<Self> {
        let (name, rows) = (file_name(db), existing::open_to_read(db)?.training()?);
        let names = |flag: bool| {
            let of = |row: &TrainingRow| {
                let own = row.answers.iter().filter(|(_, (target, _))| matches!(target, Target::Flag(_)) == flag);
                own.map(|(label, _)| label.clone()).collect::<Vec<_>>()
            };
            rows.iter().flat_map(of).collect::<BTreeSet<String>>().into_iter().collect::<Vec<_>>()
        };
        // What was only ever answered one way tells nothing apart.
        let (mut stances, mut flags) = (names(false), names(true));
        let rates: Vec<(String, f32)> =
            flags.iter().filter_map(|flag| Some((flag.clone(), rate(&rows, flag)?))).collect();
        flags.retain(|flag| rates.iter().any(|(name, _)| name == flag));
        stances.retain(|stance| classes(&rows, stance) > 1);
        anyhow::ensure!(
            !(stances.is_empty() && flags.is_empty()),
            "there is nothing to learn yet: no label was answered in more than one way"
        );
        let folder = ScratchFolder::new().context("cannot make a temporary folder")?;
        let path = folder.path().join("decided.csv");
        let mut out = csv::Writer::from_path(&path).context("cannot make a temporary file")?;
        let labels: Vec<&String> = stances.iter().chain(&flags).collect();
        let own = labels.iter().flat_map(|label| [(*label).clone(), weight_column(label)]);
        out.write_record(COLUMNS.iter().map(ToString::to_string).chain(own))?;
        for row in &rows {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let mut cells = vec![
                row.id.clone(),
                text(&row.thread_id),
                text(&row.author),
                text(&row.created_at),
                row.text.clone(),
                text(&row.article_title),
                text(&row.article_text),
                text(&row.parent_text),
                text(&row.target),
                text(&row.context),
            ];
            for label in &labels {
                match row.answers.get(*label) {
                    Some((Target::Flag(share), weight)) => cells.extend([share.to_string(), weight.to_string()]),
                    Some((Target::Stance(class), weight)) => cells.extend([class.clone(), weight.to_string()]),
                    None => cells.extend([String::new(), String::new()]),
                }
            }
            out.write_record(&cells)?;
        }
        out.flush().context("cannot write a temporary file")?;
        let slice = rows.iter().map(|row| (row.way == Way::Slice).then(|| row.shown.iter().cloned().collect()));
        let (own, alone): (Vec<&TrainingRow>, Vec<&TrainingRow>) = rows.iter().partition(|row| row.thread_id.is_some());
        let threads = own.iter().map(|row| &row.thread_id).collect::<BTreeSet<_>>().len() + alone.len();
        Ok(Self {
            slice: slice.collect(),
            path,
            name,
            comments: rows.len(),
            threads,
            _folder: folder,
            stances,
            flags,
            rates,
        })
    }

    /// The table, by a name that says what it is.
    pub(crate) fn source(&self) -> Source {
        Source::new(&self.path).called(format!("decisions in {}", self.name))
    }

    /// Whether its threads can be divided into so many folds.
    pub(crate) fn has_threads_for(&self, folds: usize) -> bool {
        self.threads >= folds
    }

    /// Refuses what cannot be divided into so many folds, each with some threads or, where not `by_thread`, some comments.
    pub(crate) fn check(&self, folds: usize, by_thread: bool) -> Result<(), String> {
        let Self { name, comments, threads, .. } = self;
        let count = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
        let comments_told = count(*comments, "decided comment");
        if *comments < folds {
            return Err(format!("{name} has {comments_told}; to learn from them takes at least {folds}"));
        }
        if by_thread && !self.has_threads_for(folds) {
            let threads = count(*threads, "thread");
            return Err(format!(
                "{name} has {comments_told} in {threads}; cross-validation keeps a thread together and takes at least {folds} threads"
            ));
        }
        Ok(())
    }
}

/// How many classes of a stance were given.
fn classes(rows: &[TrainingRow], stance: &str) -> usize {
    let given = rows.iter().filter_map(|row| match row.answers.get(stance) {
        Some((Target::Stance(class), _)) => Some(class.as_str()),
        _ => None,
    });
    given.collect::<BTreeSet<_>>().len()
}

/// The weighted share of yes; `None` where only one side was decided.
fn rate(rows: &[TrainingRow], flag: &str) -> Option<f32> {
    let (mut yes, mut all) = (0.0, 0.0);
    for (target, weight) in rows.iter().filter_map(|row| row.answers.get(flag)) {
        if let Target::Flag(share) = target {
            yes += share * weight;
            all += weight;
        }
    }
    let rate = (yes / all) as f32;
    (rate > 0.0 && rate < 1.0).then_some(rate)
}
