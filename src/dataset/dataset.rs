//! Labelled rows in memory: texts, context, annotations, groups and folds.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::dataset::annotations::Annotations;
use crate::dataset::class_map::ClassMapping;
use crate::dataset::groups;
use crate::dataset::label::{Kind, Label, outputs};
use crate::dataset::left_out::{CellsByLabel, LeftOut};
use crate::dataset::odd_classes::OddClasses;
use crate::dataset::relations::Placed;
use crate::dataset::source::SourceUse;
use crate::dataset::states::OtherStates;
use crate::dataset::strings::{Arena, Repeated};
use crate::dataset::towards::Towards;
use crate::dataset::votes::Agreement;
use crate::features::fit::Threads;
use crate::features::input::Input;
use crate::features::place::Place;
use crate::learn::targets::Targets;
use crate::thread::columns::ColumnMap;
use crate::thread::flaw::Flaws;
use crate::thread::known::Known;
use crate::thread::remark::Remark;
use crate::thread::row::Refused;
use crate::thread::usual::Guessed;

/// The first of several cells with the same problem, and their number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    /// The file of the first cell.
    pub file: String,
    /// The line where its row starts.
    pub line: u64,
    /// The cell's content.
    pub cell: String,
    /// The number of such cells.
    pub count: u64,
}

impl First {
    pub(crate) fn new(file: &str, line: u64, cell: &str) -> Self {
        Self { file: file.to_owned(), line, cell: cell.to_owned(), count: 0 }
    }

    /// Counts one more; the first is kept.
    pub(crate) fn count(first: &mut Option<Self>, new: impl FnOnce() -> Self) {
        first.get_or_insert_with(new).count += 1;
    }
}

/// Labelled comments in memory, column by column.
#[derive(Debug, Default)]
pub struct Dataset {
    /// What can be learnt from it.
    pub labels: Vec<Label>,
    /// One for each label.
    pub annotations: Vec<Annotations>,
    /// The group of each row; rows of one group stay on one side in cross-validation.
    pub groups: Option<Vec<u32>>,
    /// The folds given in the data.
    pub folds: Option<Vec<u32>>,
    /// Rows that are unusable.
    pub refused: Vec<Refused>,
    /// Label cells that could not be read, by label.
    pub cells: CellsByLabel,
    /// Flags with cells that contain a word for a missing value; they count as not annotated.
    pub missing: BTreeMap<String, Option<First>>,
    /// Classes that were probably not meant to be separate.
    pub odd_classes: Vec<OddClasses>,
    /// Class mappings whose cell no row has.
    pub unmet: Vec<ClassMapping>,
    /// Rows whose date cannot be parsed.
    pub undated: Option<First>,
    /// The columns of the tables.
    pub headers: Vec<String>,
    /// Tables with a header and no rows.
    pub empty_tables: Vec<String>,
    /// Agreement between annotators, by label; empty if no comment has two annotators.
    pub agreement: Vec<Agreement>,
    /// How many rows were merged into an earlier one for the same comment and annotator.
    pub(crate) repeated: usize,
    /// How many rows were merged into an earlier one for the same comment and another annotator.
    pub joined: usize,
    /// Moderation states from which nothing can be learnt.
    pub other_states: OtherStates,
    /// Labels that cannot be learnt, whatever their rows contain.
    pub left_out: Vec<LeftOut>,
    /// What was odd about rows that were still used, by file.
    pub flaws: Vec<(String, Flaws)>,
    /// File and line of annotated rows without a text: nothing is learnt from them.
    pub no_text: Vec<(String, u64)>,
    /// The column mapping requested.
    pub columns: ColumnMap,
    /// The headers taken for known columns that are missing, by file.
    pub guessed: Vec<Guessed>,
    /// Remarks about each file as a whole.
    pub remarks: Vec<Remark>,
    /// SHA-256 of the texts and annotations, in hexadecimal.
    pub sha256: String,
    /// Comments per day, if the dates are known.
    pub per_day: Option<f64>,
    /// What was used of each source of a recipe; empty without a recipe.
    pub sources: Vec<SourceUse>,
    pub(crate) texts: Arena,
    pub(crate) ids: Arena,
    pub(crate) lines: Vec<u32>,
    /// The name of each file, with the row after its last one.
    pub(crate) files: Vec<(String, usize)>,
    pub(crate) context: [Repeated; CONTEXT.len()],
    pub(crate) placed: Placed,
    /// The weight of each row; empty if all are equal.
    pub(crate) weights: Vec<f32>,
    /// The weight of each row for a label, if its table gives one; rows beyond the end weigh 1.
    pub(crate) label_weights: BTreeMap<String, Vec<f32>>,
    /// What stances are towards, if not what the rows say.
    pub towards: Option<Towards>,
}

/// The columns that give a comment's context.
pub(crate) const CONTEXT: [Known; 5] =
    [Known::Target, Known::ParentText, Known::ArticleTitle, Known::ArticleText, Known::Context];

impl Dataset {
    /// Whether any row, or any cell of a label, was unusable.
    pub(crate) fn has_refusals(&self) -> bool {
        !self.refused.is_empty() || self.cells.values().any(|cells| cells.count > 0)
    }

    /// The number of rows, including negatives made by a recipe.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A row's comment with its context.
    #[must_use]
    pub fn input(&self, row: usize) -> Input<'_> {
        let [target, parent_text, article_title, article_text, context] = &self.context;
        let [title_row, text_row] = self.placed.article(row);
        let own = Input {
            target: target.get(row),
            parent_text: parent_text.get(row),
            article_title: article_title.get(row),
            article_text: article_text.get(row),
            context: context.get(row),
            ..Input::of(self.texts.get(row))
        };
        let place = Place {
            parent_text: self.placed.parent(row).map(|parent| self.texts.get(parent)),
            article_title: title_row.and_then(|row| article_title.get(row)),
            article_text: text_row.and_then(|row| article_text.get(row)),
            first: self.placed.first(row).map(|first| self.texts.get(first)),
            depth: self.placed.depth(row),
            ..Place::default()
        };
        Towards::set(self.towards.as_ref(), &place.of(own))
    }

    /// Puts rows with the same text into one group, whatever their groups were: a text must not be both learnt from and
    /// predicted. Nothing changes if folds are given, or if a class would be left with fewer groups than folds.
    pub fn keep_texts_together(&mut self, folds: usize) {
        if self.folds.is_some() || folds == 0 {
            return;
        }
        let own = |row: usize| self.groups.as_ref().map_or(row as u32, |groups| groups[row]);
        let apart: Vec<u32> = (0..self.len()).map(own).collect();
        let mut together = apart.clone();
        groups::unite(&mut together, &self.texts, &[]);
        let enough = self.answers().iter().all(|answers| {
            let classes: BTreeSet<u16> = answers.iter().copied().flatten().collect();
            classes.into_iter().all(|class| {
                let of = |groups: &[u32]| {
                    let rows = answers.iter().zip(groups).filter(|(answer, _)| **answer == Some(class));
                    rows.map(|(_, group)| *group).collect::<FxHashSet<u32>>().len()
                };
                of(&together) >= folds.min(of(&apart))
            })
        });
        if enough && together != apart {
            self.groups = Some(together);
        }
    }

    /// Which rows belong to the same thread.
    #[must_use]
    pub fn threads(&self) -> &Threads {
        &self.placed.threads
    }

    /// Whether the comments have any context besides their texts.
    #[must_use]
    pub fn has_context(&self) -> bool {
        let beside = self.context.iter().any(|column| !column.values.is_empty());
        beside || self.placed.any()
    }

    /// Whether any context of a row is known.
    #[must_use]
    pub fn is_placed(&self, row: usize) -> bool {
        let input = self.input(row);
        let beside = [input.target, input.parent_text, input.article_title, input.article_text, input.context];
        beside.iter().any(Option::is_some) || self.placed.has(row)
    }

    /// For a stance, whether most of its annotated rows have a target.
    pub(crate) fn has_targets(&self, label: &Label) -> Option<bool> {
        let Some(Annotations::Stance(classes)) = self.annotations_of(label) else { return None };
        let rows = || classes.iter().enumerate().filter(|(_, class)| class.is_some()).map(|(row, _)| row);
        Some(2 * rows().filter(|row| self.input(*row).towards().is_some()).count() > rows().count())
    }

    /// A row's id, or its number if it has none.
    #[must_use]
    pub fn id(&self, row: usize) -> &str {
        self.ids.get(row)
    }

    /// The names of the flags.
    pub(crate) fn flags(&self) -> Vec<String> {
        self.labels.iter().filter(|label| label.kind == Kind::Flag).map(|label| label.name.clone()).collect()
    }

    /// The file and line where a row begins.
    #[must_use]
    pub fn origin(&self, row: usize) -> (&str, u32) {
        let file = self.files.iter().find(|(_, end)| row < *end).map_or("", |(file, _)| file);
        (file, self.lines[row])
    }

    /// The source of a recipe that a row comes from.
    #[must_use]
    pub fn source_of(&self, row: usize) -> Option<usize> {
        (!self.sources.is_empty()).then(|| self.files.partition_point(|(_, end)| *end <= row))
    }

    /// Whether a row is a negative made by a recipe.
    #[must_use]
    pub fn is_made_up(&self, row: usize) -> bool {
        let Some(at) = self.source_of(row) else { return false };
        let first = at.checked_sub(1).map_or(0, |before| self.files[before].1);
        row >= first + self.sources[at].rows
    }

    /// The annotations by label and row, as class numbers; of a flag, 1 from a share of one half on, else 0.
    #[must_use]
    pub(crate) fn answers(&self) -> Vec<Vec<Option<u16>>> {
        let answers = |annotations: &Annotations| match annotations {
            Annotations::Stance(classes) => classes.clone(),
            Annotations::Flag(shares) => {
                shares.iter().map(|share| (!share.is_nan()).then(|| u16::from(*share >= 0.5))).collect()
            }
        };
        self.annotations.iter().map(answers).collect()
    }

    /// A row's weight for a label.
    fn weight(&self, row: usize, label: &Label) -> f32 {
        let own = self.label_weights.get(&label.name).and_then(|weights| weights.get(row)).copied().unwrap_or(1.0);
        let Some(source) = self.source_of(row).and_then(|at| self.sources.get(at)) else { return own };
        own * self.weights[row] * source.label_weights.get(&label.name).copied().unwrap_or(1.0)
    }

    /// The targets of `labels`: for each output, the annotated rows with their weights, which are 1 unless a recipe
    /// says otherwise. Labels missing from the data are missing for every row.
    #[must_use]
    pub fn targets(&self, labels: &[Label]) -> Targets {
        let outputs = outputs(labels);
        let mut targets = Targets::missing(self.len(), outputs.last().map_or(0, |range| range.end));
        for (label, outputs) in labels.iter().zip(outputs) {
            let Some(annotations) = self.annotations_of(label) else { continue };
            match annotations {
                Annotations::Flag(shares) => {
                    for (row, share) in shares.iter().enumerate().filter(|(_, share)| !share.is_nan()) {
                        targets.share[[row, outputs.start]] = *share;
                        targets.weight[[row, outputs.start]] = self.weight(row, label);
                    }
                }
                Annotations::Stance(classes) => {
                    for (row, class) in classes.iter().enumerate() {
                        let Some(class) = class else { continue };
                        let weight = self.weight(row, label);
                        for output in outputs.clone() {
                            let own = if outputs.len() == 1 { 1 } else { output - outputs.start };
                            targets.share[[row, output]] = f32::from(u8::from(usize::from(*class) == own));
                            targets.weight[[row, output]] = weight;
                        }
                    }
                }
            }
        }
        targets
    }

    /// The annotations of a label with the same name and kind, with classes numbered as in `label`; a class that
    /// `label` does not have counts as missing.
    #[must_use]
    pub fn annotations_of(&self, label: &Label) -> Option<Annotations> {
        let at = self.labels.iter().position(|own| own.name == label.name)?;
        match (&self.annotations[at], &label.kind) {
            (Annotations::Flag(shares), Kind::Flag) => Some(Annotations::Flag(shares.clone())),
            (Annotations::Stance(rows), Kind::Stance { classes }) => {
                let number: Vec<Option<u16>> = (self.labels[at].classes().iter())
                    .map(|class| classes.iter().position(|other| other == class).map(|at| at as u16))
                    .collect();
                Some(Annotations::Stance(rows.iter().map(|class| number[usize::from((*class)?)]).collect()))
            }
            _ => None,
        }
    }
}
