//! Training: features, cross-validated choices, calibration, thresholds, and the last fit on all rows.

use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::dataset::label::{Kind, Label};
use crate::features::blocks::Block;
use crate::features::embeddings::Embeddings;
use crate::features::fit;
use crate::features::fit::{Featurizer, Marks};
use crate::features::options::Options;
use crate::features::weighting::Weighting;
use crate::learn::class_rule::Decide;
use crate::learn::crossval::{Candidate, Problem, Solver};
use crate::learn::folds::Folds;
use crate::learn::linear::Linear;
use crate::learn::policy::Policy;
use crate::learn::targets::Targets;
use crate::text::stem::Language;
use crate::train::evaluate::{Annotated, Evaluated, Rule};
use crate::train::prior;
use crate::train::prune::Columns;
use crate::train::recurring::{Recurring, Regrouped, reads_annotations};
use crate::train::refit::{LastFit, Old, last_fit, rebase};
use crate::train::selection::{choose, plain};

/// How rows are weighted by their class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClassWeight {
    /// Every row counts the same.
    None,
    /// Both sides of an output count the same.
    Balanced,
    /// What cross-validation finds better.
    #[default]
    Auto,
}

/// How to train.
#[derive(Clone, Debug)]
pub struct TrainOptions {
    /// How text becomes features. Blocks are those to choose from if `choose_blocks`.
    pub features: Options,
    /// Whether cross-validation may leave blocks out.
    pub choose_blocks: bool,
    /// `None` takes dual coordinate descent up to 60 million stored values.
    pub solver: Option<Solver>,
    /// `None` chooses by cross-validation.
    pub cost: Option<f32>,
    /// Weights of rows.
    pub class_weight: ClassWeight,
    /// The class rule of stance labels.
    pub decide: Decide,
    /// Flags with a policy of their own.
    pub policies: Vec<(String, Policy)>,
    /// Flags whose share where the model is to be used is known, each above 0 and below 1: scores, thresholds and figures
    /// are for that share.
    pub base_rates: Vec<(String, f32)>,
    /// How many folds; below 2 there is no cross-validation.
    pub folds: usize,
    /// Of folds, rows and draws.
    pub seed: u64,
    /// Draws for intervals.
    pub replicates: usize,
    /// Whether to look for what recurs across folds, and to cross-validate once more without it.
    pub regroup: bool,
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            features: Options::default(),
            choose_blocks: true,
            solver: None,
            cost: None,
            class_weight: ClassWeight::Auto,
            decide: Decide::MacroF1,
            policies: Vec::new(),
            base_rates: Vec::new(),
            folds: 5,
            seed: 1,
            replicates: 1000,
            regroup: true,
        }
    }
}

/// With more stored values of n-grams than this the streaming solver is taken.
pub(crate) const STREAMED: usize = 60_000_000;
/// The C that is taken where there is no cross-validation to choose it.
pub(crate) const PLAIN_COST: f32 = 3.0;

/// A fit among those that are averaged: the average of linear models is one linear model, so it costs nothing to score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// Its blocks and class weight.
    pub candidate: Candidate,
    /// Its C.
    pub cost: f32,
    /// Its share in the average.
    pub share: f32,
}

/// With more rows than this there is no [`Block::Cross`], which is wide and dense, and no [`Block::Profile`], for which all
/// comments' vectors are held in memory.
const FEW_ROWS: usize = 40_000;

/// How one label was learnt.
#[derive(Clone, Debug)]
pub struct Learnt {
    /// The label.
    pub label: Label,
    /// How its decision values are read.
    pub rule: Rule,
    /// The fits whose weights are averaged.
    pub members: Vec<Member>,
    /// The share of each class, or of yes.
    pub base_rates: Vec<f32>,
    /// What cross-validation says of it; `None` without.
    pub evaluated: Option<Evaluated>,
}

/// A column and a row that it occurs in.
pub(crate) type Witness = (u32, u32);

/// A trained model in its parts.
#[derive(Clone, Debug)]
pub struct Trained {
    /// Text to columns.
    pub featurizer: Featurizer,
    /// Columns to values.
    pub weighting: Weighting,
    /// Values to decision values.
    pub linear: Linear,
    /// One for each label.
    pub learnt: Vec<Learnt>,
    /// For each label the share of yes that it is corrected to, if it is.
    pub base_rates: Vec<Option<f32>>,
    /// The solver that was taken.
    pub solver: Solver,
    /// The folds, if rows were divided.
    pub folds: Option<Folds>,
    /// Each row was measured by what was chosen on the half of the rows without it.
    pub halved: bool,
    /// What recurs across them; none without a look.
    pub recurring: Recurring,
    /// The figures without that, if anything does.
    pub regrouped: Option<Regrouped>,
    /// For each column whose name is worth keeping, a row that it occurs in.
    pub(crate) witnesses: Vec<Witness>,
    /// The standard deviation of each column's value over the rows.
    pub(crate) spreads: Vec<f32>,
}

/// A step of training, as told to a watcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many more rows have been turned into features.
    Rows(usize),
    /// Cross-validation begins. How many fits it takes hangs on what it finds.
    CrossValidation,
    /// A fit of it is done.
    Fit,
    /// The fit on all rows begins.
    LastFit,
}

/// Trains on all rows of `data`. `watch` is told of every step, and stops the training by returning false.
///
/// # Errors
/// When nothing can be learnt of a label (see [`Dataset::leave_out`]), options contradict the data, or `watch` said stop.
pub fn train(
    data: &Dataset,
    options: &TrainOptions,
    base: Option<Old<'_>>,
    watch: impl Fn(Step) -> bool + Sync,
) -> Result<Trained, TrainError> {
    let labels = &data.labels;
    check(data, options)?;
    let features = if base.is_some() { options.features.clone() } else { readable(options.features.clone(), data) };
    let answers = data.answers();
    let count = |groups: Option<&[u32]>| {
        let marks = Marks { groups, answers: &answers };
        let done = |rows| {
            watch(Step::Rows(rows));
        };
        let input = |row: usize| data.input(row);
        fit::fit(features.clone(), data.len(), input, data.threads(), marks, base.map(|base| base.featurizer), done)
    };
    let (featurizer, counts) = count(data.groups.as_deref());
    let targets = data.targets(labels);
    let goes_on = base.is_some();
    let weights = base.map(|old| rebase(&featurizer, labels, old, &targets));
    let ngrams = featurizer.layout.columns(Block::Words).start;
    let stored = counts.chunks().iter().flat_map(|chunk| &chunk.columns).filter(|column| **column >= ngrams).count();
    let solver = options.solver.unwrap_or(if stored > STREAMED { Solver::AdaGrad } else { Solver::Dcd });
    let problem = Problem {
        counts,
        layout: featurizer.layout.clone(),
        targets,
        min_df: options.features.min_df,
        idf: options.features.hash_bits.is_none(),
        base: weights,
        seed: options.seed,
    };
    if !watch(Step::CrossValidation) {
        return Err(TrainError::Stopped);
    }
    let folds = divide(data, &problem.targets, options)?;
    let (mut learnt, halved) = match &folds {
        Some(folds) => choose(data, options, &problem, &featurizer.options.blocks, solver, folds, &watch)?,
        None => (plain(data, options, &featurizer.options.blocks, problem.base.is_some()), false),
    };
    let (mut recurring, mut regrouped) = (Recurring::default(), None);
    if let Some(folds) = folds.as_ref().filter(|_| options.regroup) {
        recurring = Recurring::find(data, folds);
        let blocks = learnt.iter().flat_map(|learnt| &learnt.members).map(|member| member.candidate.scales);
        // Features that were read off annotations must not know those of the new groups.
        let apart = recurring.groups().filter(|_| !goes_on && blocks.clone().any(reads_annotations));
        let problem = match apart {
            Some(groups) => &Problem {
                counts: count(Some(groups)).1,
                ..problem.part(&(0..problem.targets.n_outputs()).collect::<Vec<_>>())
            },
            None => &problem,
        };
        regrouped = recurring.measure(data, options, problem, solver, &learnt, &watch)?;
    }
    let base_rates = prior::correct(data, options, &mut learnt, folds.as_ref())?;
    watch(Step::LastFit);
    let LastFit { weighting, linear, witnesses, spreads } = last_fit(problem, &learnt, solver)?;
    let columns = Columns { featurizer, weighting, linear, witnesses, spreads };
    let columns = if goes_on { columns } else { columns.pruned(&learnt) };
    let Columns { featurizer, weighting, linear, witnesses, spreads } = columns;
    Ok(Trained {
        featurizer,
        weighting,
        linear,
        learnt,
        base_rates,
        solver,
        folds,
        halved,
        recurring,
        regrouped,
        witnesses,
        spreads,
    })
}

/// Leaves out the blocks that would find nothing to read.
fn readable(mut features: Options, data: &Dataset) -> Options {
    let vectors = Embeddings::shipped().filter(|_| features.language == Language::ENGLISH);
    features.embeddings = vectors.map(|embeddings| embeddings.digest().to_owned());
    features.blocks.retain(|block| {
        (features.embeddings.is_some() || !Block::VECTORS.contains(block))
            && (data.has_context() || !Block::BESIDE.contains(block))
            && (data.len() <= FEW_ROWS || ![Block::Cross, Block::Profile].contains(block))
    });
    let read = |block: &Block| Block::BESIDE.contains(block) || Block::VECTORS.contains(block);
    if !features.blocks.iter().any(read) {
        features.embeddings = None;
    }
    features
}

fn check(data: &Dataset, options: &TrainOptions) -> Result<(), TrainError> {
    for (label, annotations) in data.labels.iter().zip(&data.annotations) {
        if let Some(why) = data.unlearnable(label, &Annotated::new(annotations)) {
            return Err(TrainError::NoLabelLeft(vec![why]));
        }
    }
    let flag = |name: &String| data.labels.iter().any(|label| label.name == *name && label.kind == Kind::Flag);
    match options.policies.iter().find(|(name, _)| !flag(name)) {
        Some((name, _)) => Err(TrainError::NoFlag { flag: name.clone(), there: data.flags() }),
        None => prior::check(data, options),
    }
}

fn divide(data: &Dataset, targets: &Targets, options: &TrainOptions) -> Result<Option<Folds>, TrainError> {
    if let Some(folds) = &data.folds {
        let names: Vec<String> = folds.iter().map(ToString::to_string).collect();
        return Ok(Some(Folds::given(names.iter().map(String::as_str))?));
    }
    if options.folds == 0 {
        return Ok(None);
    }
    Ok(Some(Folds::stratified(targets, data.groups.as_deref(), options.folds, options.seed)?))
}
