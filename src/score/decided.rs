//! Stances that people have decided, and what they teach of the rest of their threads.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::features::thread_rows::Voice;
use crate::model::scorer::Scorer;
use crate::model::verdict::{Outcome, Reason, Verdict, Why};
use crate::score::thread_stance;
use crate::score::thread_stance::{LearntStance, Sides};
use crate::thread::columns::ColumnMap;
use crate::thread::error::ThreadError;
use crate::thread::input::Source;
use crate::thread::known::Known;
use crate::thread::row::{Next, Row};
use crate::thread::table::TableReader;

/// What was decided of the comments of threads.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decided {
    /// By label and id of the comment.
    stances: FxHashMap<String, FxHashMap<String, Vec<InThread>>>,
    /// Authors count.
    pub(crate) authors: bool,
}

/// The thread of a comment, where it is known, and the class of its stance.
type InThread = (Option<String>, String);

/// A decided stance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DecidedStance {
    pub(crate) thread_id: Option<String>,
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) class: String,
}

impl Decided {
    pub(crate) fn new(stances: impl IntoIterator<Item = DecidedStance>, authors: bool) -> Self {
        let mut decided = Self { authors, ..Self::default() };
        for DecidedStance { thread_id, id, label, class } in stances {
            decided.stances.entry(label).or_default().entry(id).or_default().push((thread_id, class));
        }
        decided
    }

    /// Reads the columns of `labels` from a table of decided comments; empty cells are not decided.
    ///
    /// # Errors
    /// When the table cannot be read, or has neither ids nor any of the labels.
    pub(crate) fn read(
        source: &Source,
        columns: &ColumnMap,
        labels: &[String],
    ) -> Result<Vec<DecidedStance>, ThreadError> {
        let mut reader = TableReader::open_labelled(source, None, &[], labels)?;
        let file = reader.file().to_owned();
        let fail = |reason: String| ThreadError::Document { file: file.clone(), reason };
        let columns = columns.resolve(&file, reader.header(), &[])?;
        if columns.index(Known::Id).is_none() {
            return Err(fail("there is no column id, which says which comments were decided".to_owned()));
        }
        let header = reader.header();
        let places: Vec<(usize, &String)> =
            labels.iter().filter_map(|label| Some((header.iter().position(|name| name == label)?, label))).collect();
        let places: Vec<(usize, String)> = places.into_iter().map(|(at, label)| (at, label.clone())).collect();
        if places.is_empty() {
            return Err(fail(format!("there is no column {}, so that nothing is decided", labels.join(" or "))));
        }
        let (mut row, mut decided) = (Row::default(), Vec::new());
        loop {
            match reader.read(&mut row)? {
                Next::End => return Ok(decided),
                Next::Refused(_) => {}
                Next::Row => {
                    let Some(id) = columns.cell(&row.cells, Known::Id) else { continue };
                    for (at, label) in &places {
                        let class = row.cells.get(*at).unwrap_or_default().trim();
                        if !class.is_empty() {
                            decided.push(DecidedStance {
                                thread_id: columns.cell(&row.cells, Known::ThreadId).map(str::to_owned),
                                id: id.to_owned(),
                                label: label.clone(),
                                class: class.to_owned(),
                            });
                        }
                    }
                }
            }
        }
    }

    /// What was decided of a comment.
    fn class(&self, label: &str, thread_id: Option<&str>, id: &str) -> Option<&str> {
        let of_id = self.stances.get(label)?.get(id)?;
        let is_of = |thread: &Option<String>| match (thread.as_deref(), thread_id) {
            (Some(decided), Some(own)) => decided == own,
            _ => true,
        };
        of_id.iter().rev().find(|(thread, _)| is_of(thread)).map(|(_, class)| class.as_str())
    }

    /// Learns the stances of a thread. `comments` are its ids and what else counts; `input` scores one by the model.
    pub(crate) fn learn(
        &self,
        scorer: &mut Scorer,
        thread_id: Option<&str>,
        comments: &[(&str, Voice<'_>)],
        mut score: impl FnMut(&mut Scorer, usize, &mut Verdict),
    ) -> ThreadStances {
        let model = Arc::clone(scorer.model());
        let mut stances = ThreadStances::default();
        let mut verdicts: Option<Vec<Verdict>> = None;
        for (at, label) in model.labels().iter().enumerate() {
            let Some(sides) = Sides::of(label.classes()) else { continue };
            let class = |name: &str| label.classes().iter().position(|class| class == name);
            let decided: Vec<(usize, usize)> = comments
                .iter()
                .enumerate()
                .filter_map(|(at, (id, _))| Some((at, class(self.class(&label.name, thread_id, id)?)?)))
                .collect();
            if decided.is_empty() {
                continue;
            }
            let verdicts = verdicts.get_or_insert_with(|| {
                let mut one = |at| {
                    let mut verdict = Verdict::default();
                    score(scorer, at, &mut verdict);
                    verdict
                };
                (0..comments.len()).map(&mut one).collect()
            });
            let of_model = |verdict: &Verdict| match &verdict.outcomes[at] {
                Outcome::Stance { p, .. } if !p.is_empty() => Some(p.clone()),
                _ => None,
            };
            let p: Vec<Option<Vec<f32>>> = verdicts.iter().map(of_model).collect();
            let voices: Vec<Voice<'_>> = comments
                .iter()
                .map(|(_, voice)| Voice { author: voice.author.filter(|_| self.authors), ..*voice })
                .collect();
            let language = model.featurizer.options.language;
            if let Some(learnt) = thread_stance::learn(&voices, &p, &decided, sides, language) {
                stances.labels.push((at, sides, learnt));
            }
        }
        stances
    }
}

/// What a thread's decided comments say of all of them.
#[derive(Debug, Default)]
pub(crate) struct ThreadStances {
    labels: Vec<(usize, Sides, Vec<Option<LearntStance>>)>,
}

/// What speaks for a side, in the words of reasons.
const FEATURES: [&str; 3] =
    ["thread: like decided comments", "thread: what its author writes", "thread: its author, and whom he answers"];

impl ThreadStances {
    /// Puts what was learnt of a comment in place of what the model says of its stances.
    pub(crate) fn apply(&self, at: usize, reasons: usize, verdict: &mut Verdict) {
        for (label, sides, learnt) in &self.labels {
            let Some(Some(own)) = learnt.get(at) else { continue };
            verdict.outcomes[*label] = Outcome::Stance { class: own.class.ok_or(Why::Unsure), p: own.p.clone() };
            let begin =
                verdict.reasons.iter().position(|reason| reason.label >= *label).unwrap_or(verdict.reasons.len());
            verdict.reasons.retain(|reason| reason.label != *label);
            let Some(side) = own.class.and_then(|class| sides.sides.iter().position(|side| *side == class)) else {
                continue;
            };
            let sign = if side == 0 { -1.0 } else { 1.0 };
            let mut own: Vec<Reason> = own
                .shares
                .iter()
                .zip(FEATURES)
                .filter(|(share, _)| sign * **share > 0.0)
                .map(|(share, feature)| Reason {
                    label: *label,
                    class: Some(sides.sides[side]),
                    feature: feature.to_owned(),
                    span: None,
                    share: sign * share,
                })
                .collect();
            own.sort_by(|a, b| b.share.total_cmp(&a.share));
            own.truncate(reasons);
            verdict.reasons.splice(begin..begin, own);
        }
    }
}
