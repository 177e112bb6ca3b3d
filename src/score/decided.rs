//! Stances that people have decided, and what they teach of the rest of their threads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::dataset::label::Label;
use crate::features::thread_rows::Voice;
use crate::model::verdict::{Outcome, Reason, Verdict, Why};
use crate::score::thread_stance;
use crate::score::thread_stance::{LearntStance, Sides};
use crate::text::no_text::has_text;
use crate::text::stem::Language;
use crate::thread::columns::ColumnMap;
use crate::thread::error::ThreadError;
use crate::thread::input::Source;
use crate::thread::known::Known;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::table::TableReader;

/// The decided stances of the comments of threads.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    /// By label and id of the comment.
    stances: FxHashMap<String, FxHashMap<String, Vec<InThread>>>,
    /// Authors count.
    authors: bool,
    /// The outcome so far; several workers learn threads.
    taught: Mutex<Taught>,
}

/// The thread of a comment, if known, and the class of its stance.
type InThread = (Option<String>, String);

/// A label and a thread.
type OfThread = (String, Option<String>);

/// What decided comments have taught, for a person to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taught {
    /// The number of decided comments.
    pub(crate) given: usize,
    /// The number of threads whose stances were learnt, and of decided comments that they were learnt from.
    pub(crate) threads: usize,
    pub(crate) comments: usize,
    /// Threads in which too few are decided, by label and thread, with the name of each side and how many are decided for it.
    pub(crate) too_few: BTreeMap<OfThread, [(String, usize); 2]>,
    /// Threads that are too large to be learnt.
    pub(crate) large: BTreeSet<Option<String>>,
    /// Decided comments, by id, that name no thread.
    alone: FxHashSet<String>,
    /// Those of them that are in several threads.
    pub(crate) ambiguous: BTreeSet<String>,
}

/// Decided stances as they were read, and those that could not be used.
#[derive(Debug, Default)]
pub(crate) struct ReadStances {
    pub(crate) decided: Vec<DecidedStance>,
    /// Rows of tables.
    pub(crate) refused: Vec<Refused>,
    /// Decisions of queues, which have no lines: the file, and why.
    pub(crate) unknown: Vec<(String, String)>,
}

/// Whether a name is a person's, not a placeholder for a missing author.
fn is_somebody(author: &str) -> bool {
    const NOBODY: [&str; 6] = ["anonymous", "guest", "unknown", "deleted", "user deleted", "deleted user"];
    let name = author.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    has_text(author) && !NOBODY.contains(&name.as_str())
}

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
        let mut given = FxHashSet::default();
        for DecidedStance { thread_id, id, label, class } in stances {
            given.insert((thread_id.clone(), id.clone()));
            decided.stances.entry(label).or_default().entry(id).or_default().push((thread_id, class));
        }
        decided.taught = Mutex::new(Taught { given: given.len(), ..Taught::default() });
        decided
    }

    /// Reads the stances among `labels` from a table of decided comments; empty cells are not decided.
    ///
    /// # Errors
    /// When the table cannot be read, or has neither ids nor any of the labels.
    pub(crate) fn read(source: &Source, columns: &ColumnMap, labels: &[Label]) -> Result<ReadStances, ThreadError> {
        let stances: Vec<&Label> = labels.iter().filter(|label| Sides::of(label.classes()).is_some()).collect();
        let names: Vec<String> = stances.iter().map(|label| label.name.clone()).collect();
        let mut reader = TableReader::open_labelled(source, None, &[], &names)?;
        let file = reader.file().to_owned();
        let fail = |reason: String| ThreadError::Document { file: file.clone(), reason };
        if names.is_empty() {
            return Err(fail(
                "the model has no stance with two sides (and none), so decided comments cannot teach it".to_owned(),
            ));
        }
        // Mapped headers are those of the comments; this table may come from `ombud review export`.
        let place = |known: Known| {
            let at = |name: &str| reader.header().iter().position(|header| header == name);
            at(columns.header(known)).or_else(|| at(known.name()))
        };
        let (id_at, thread_at) = (place(Known::Id), place(Known::ThreadId));
        let cell = |row: &Row, at: Option<usize>| {
            at.and_then(|at| row.cells.get(at)).map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned)
        };
        if id_at.is_none() {
            return Err(fail("there is no column id to say which comments were decided".to_owned()));
        }
        let header = reader.header();
        let place = |label: &&Label| Some((header.iter().position(|name| *name == label.name)?, (*label).clone()));
        let places: Vec<(usize, Label)> = stances.iter().filter_map(place).collect();
        let (mut row, mut read) = (Row::default(), ReadStances::default());
        loop {
            match reader.read(&mut row)? {
                // In JSON Lines any line may have it.
                Next::End if !names.iter().any(|name| reader.has(name)) => {
                    return Err(fail(format!("there is no column {}, so there are no decisions", names.join(" or "))));
                }
                Next::End => return Ok(read),
                Next::Refused(refused) => read.refused.push(refused),
                Next::Row => {
                    for (at, label) in &places {
                        let class = row.cells.get(*at).unwrap_or_default().trim();
                        if class.is_empty() {
                            continue;
                        }
                        let mut refuse = |reason: String| {
                            read.refused.push(Refused { file: file.clone(), line: row.line, reason });
                        };
                        let Some(id) = cell(&row, id_at) else {
                            refuse("a decided comment without an id".to_owned());
                            continue;
                        };
                        match is_class(label, class) {
                            Ok(()) => read.decided.push(DecidedStance {
                                thread_id: cell(&row, thread_at),
                                id,
                                label: label.name.clone(),
                                class: class.to_owned(),
                            }),
                            Err(reason) => refuse(reason),
                        }
                    }
                }
            }
        }
    }

    /// The outcome so far.
    pub(crate) fn taught(&self) -> Taught {
        self.taught.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes that a thread is too large to be learnt, if anything may be decided of it.
    pub(crate) fn leave_large(&self, thread_id: Option<&str>) {
        let is_of = |(thread, _): &InThread| is_same(thread.as_deref(), thread_id);
        if self.stances.values().flat_map(FxHashMap::values).flatten().any(is_of) {
            self.note(|taught| {
                taught.large.insert(thread_id.map(str::to_owned));
            });
        }
    }

    fn note(&self, note: impl FnOnce(&mut Taught)) {
        note(&mut self.taught.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The decided class of a comment.
    fn class(&self, label: &str, thread_id: Option<&str>, id: &str) -> Option<&str> {
        let of_id = self.stances.get(label)?.get(id)?;
        let of_thread = of_id.iter().rev().find(|(thread, _)| is_same(thread.as_deref(), thread_id));
        of_thread.map(|(_, class)| class.as_str())
    }

    /// Learns the stances of a thread in a `language`. `comments` are ids with what else is used; `score` gives the
    /// verdict of a model with these `labels` on a comment.
    pub(crate) fn learn(
        &self,
        (labels, language): (&[Label], Language),
        thread_id: Option<&str>,
        comments: &[(&str, Voice<'_>)],
        mut score: impl FnMut(usize, &mut Verdict),
    ) -> ThreadStances {
        let mut stances = ThreadStances::default();
        let mut verdicts: Option<Vec<Verdict>> = None;
        let mut counted = FxHashSet::default();
        for (at, label) in labels.iter().enumerate() {
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
            self.note_ambiguous(&label.name, decided.iter().filter_map(|(at, _)| Some(comments.get(*at)?.0)));
            let verdicts = verdicts.get_or_insert_with(|| {
                let mut one = |at| {
                    let mut verdict = Verdict::default();
                    score(at, &mut verdict);
                    verdict
                };
                (0..comments.len()).map(&mut one).collect()
            });
            let of_model = |verdict: &Verdict| match verdict.outcomes.get(at) {
                Some(Outcome::Stance { p, .. }) if p.len() == label.classes().len() => Some(p.clone()),
                _ => None,
            };
            let p: Vec<Option<Vec<f32>>> = verdicts.iter().map(of_model).collect();
            let voices: Vec<Voice<'_>> = comments
                .iter()
                .map(|(_, voice)| Voice {
                    author: voice.author.filter(|author| self.authors && is_somebody(author)),
                    ..*voice
                })
                .collect();
            if let Some(learnt) = thread_stance::learn(&voices, &p, &decided, sides, language) {
                counted.extend(decided.iter().map(|(at, _)| *at));
                stances.labels.push((at, sides, learnt));
            } else {
                let of_side = sides.sides.map(|side| {
                    let n = decided.iter().filter(|(_, class)| *class == side).count();
                    (label.classes().get(side).cloned().unwrap_or_default(), n)
                });
                let key = (label.name.clone(), thread_id.map(str::to_owned));
                self.note(|taught| {
                    taught.too_few.insert(key, of_side);
                });
            }
        }
        stances.decided = counted.len();
        if stances.decided > 0 {
            self.note(|taught| {
                taught.threads += 1;
                taught.comments += stances.decided;
            });
        }
        stances
    }

    /// Records decided comments that name no thread but occur in several.
    fn note_ambiguous<'i>(&self, label: &str, ids: impl Iterator<Item = &'i str>) {
        let Some(stances) = self.stances.get(label) else { return };
        let names_none = |id: &&str| stances.get(*id).is_some_and(|own| own.iter().any(|(thread, _)| thread.is_none()));
        let ids: FxHashSet<String> = ids.filter(names_none).map(|id| format!("{label} {id}")).collect();
        self.note(|taught| {
            let (known, new): (Vec<String>, Vec<String>) = ids.into_iter().partition(|id| taught.alone.contains(id));
            taught.ambiguous.extend(known);
            taught.alone.extend(new);
        });
    }
}

/// Whether a decided comment may belong to a thread: yes if either is unnamed.
fn is_same(decided: Option<&str>, thread_id: Option<&str>) -> bool {
    decided.zip(thread_id).is_none_or(|(decided, own)| decided == own)
}

/// Whether a label has a class; why a decision for it is of no use, if not.
pub(crate) fn is_class(label: &Label, class: &str) -> Result<(), String> {
    let classes = label.classes();
    if classes.iter().any(|own| own == class) {
        return Ok(());
    }
    Err(format!("{} {class:?} is not a class of the model, which has {}", label.name, classes.join(", ")))
}

/// What the decided comments of a thread teach about all its comments.
#[derive(Debug, Default)]
pub(crate) struct ThreadStances {
    labels: Vec<(usize, Sides, Vec<Option<LearntStance>>)>,
    /// The number of decided comments used.
    pub(crate) decided: usize,
}

/// What speaks for a side, in the words of reasons.
const FEATURES: [&str; 3] =
    ["thread: like decided comments", "thread: what its author writes", "thread: who wrote it and whom they answer"];

impl ThreadStances {
    /// Replaces the model's stances of a comment with those learnt.
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
