//! Training: features, cross-validated choices, calibration, thresholds, and the last fit on all rows.

use ndarray::{Array1, Array2, s};

use super::dataset::Dataset;
use super::evaluate::{Aim, Annotated, Bootstrap, Evaluated, Rule, Truth};
use super::label::{Kind, Label, outputs};
use super::TrainError;
use crate::features::{Block, Featurizer, Options, Scales, SparseRows, Weighting, fit};
use crate::learn::{Base, Candidate, Decide, Folds, Linear, Policy, Problem, Solver, Targets};
use crate::metrics::Sorted;

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
    /// `None` takes dual coordinate descent up to [`STREAMED`] features.
    pub solver: Option<Solver>,
    /// `None` chooses by cross-validation.
    pub cost: Option<f32>,
    /// Weights of rows.
    pub class_weight: ClassWeight,
    /// The class rule of stance labels.
    pub decide: Decide,
    /// Flags with a policy of their own.
    pub policies: Vec<(String, Policy)>,
    /// How many folds; below 2 there is no cross-validation.
    pub folds: usize,
    /// Of folds, rows and draws.
    pub seed: u64,
    /// Draws for intervals.
    pub replicates: usize,
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
            folds: 5,
            seed: 1,
            replicates: 1000,
        }
    }
}

/// With more stored values than this the streaming solver is taken.
pub const STREAMED: usize = 30_000_000;
/// The C that is taken where there is no cross-validation to choose it.
pub const PLAIN_COST: f32 = 3.0;
/// What cross-validation tries.
const PATH: [f32; 6] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

/// How one label was learnt.
#[derive(Clone, Debug)]
pub struct Learnt {
    /// The label.
    pub label: Label,
    /// How its decision values are read.
    pub rule: Rule,
    /// The C that was taken.
    pub cost: f32,
    /// Whether both sides count the same.
    pub balanced: bool,
    /// The share of each class, or of yes.
    pub base_rates: Vec<f32>,
    /// What cross-validation says of it; `None` without.
    pub evaluated: Option<Evaluated>,
}

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
    /// The solver that was taken.
    pub solver: Solver,
    /// The folds, if rows were divided.
    pub folds: Option<Folds>,
    /// For each column whose name is worth keeping, a row that it occurs in.
    pub witnesses: Vec<(u32, u32)>,
}

/// A step of training, as told to a watcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many more rows have been turned into features.
    Rows(usize),
    /// So many fits lie ahead.
    Fits(usize),
    /// A fit is done.
    Fit,
}

/// Trains on all rows of `data`.
///
/// # Errors
/// When there is nothing to be told apart, or options contradict the data.
pub fn train(
    data: &Dataset,
    options: &TrainOptions,
    base: Option<(&Featurizer, &Weighting, &Linear, &[Label])>,
    watch: impl Fn(Step) + Sync,
) -> Result<Trained, TrainError> {
    let labels = &data.labels;
    check(data, options)?;
    let (featurizer, counts) = fit::fit(
        options.features.clone(),
        data.len(),
        |row| data.input(row),
        base.map(|(featurizer, ..)| featurizer),
        |rows| watch(Step::Rows(rows)),
    );
    let targets = data.targets(labels);
    let base = base.map(|(old, weighting, linear, known)| rebase(&featurizer, labels, old, weighting, linear, known, &targets));
    let solver = options.solver.unwrap_or(if counts.nnz() > STREAMED { Solver::AdaGrad } else { Solver::Dcd });
    let problem = Problem {
        counts: &counts,
        layout: &featurizer.layout,
        targets: &targets,
        min_df: options.features.min_df,
        idf: options.features.hash_bits.is_none(),
        base: base.as_ref(),
        seed: options.seed,
    };
    let folds = divide(data, &targets, options)?;
    let (scales, learnt) = match &folds {
        Some(folds) => choose(data, options, &problem, solver, folds, &watch)?,
        None => {
            watch(Step::Fits(1));
            (Scales(DEFAULT_SCALES), plain(data, options))
        }
    };
    let weighted = final_targets(&problem, &learnt);
    let costs = per_output(labels, |at| learnt[at].cost);
    let weighting = problem.weighting(scales, |_| true);
    let rows = weighting.apply_owned(counts.clone(), &featurizer.layout);
    let linear = problem.fit(rows.clone(), weighted, costs, solver)?;
    watch(Step::Fit);
    let witnesses = witnesses(&linear, &weighting, &featurizer, &rows);
    Ok(Trained { featurizer, weighting, linear, learnt, solver, folds, witnesses })
}

/// Cues and shape are small blocks of strong features; at full scale they would drown the others' penalty.
const DEFAULT_SCALES: [f32; Block::ALL.len()] = [0.3, 0.3, 1.0, 1.0];

fn check(data: &Dataset, options: &TrainOptions) -> Result<(), TrainError> {
    for (label, annotations) in data.labels.iter().zip(&data.annotations) {
        let rates = base_rates(label, &Annotated::new(annotations));
        let n = Annotated::new(annotations).len();
        if n == 0 {
            return Err(TrainError::NoAnnotation(label.name.clone()));
        }
        let only = rates.iter().position(|rate| *rate >= 1.0);
        let class = match (&label.kind, only) {
            (Kind::Stance { classes }, Some(at)) => Some(classes[at].clone()),
            (Kind::Flag, Some(_)) => Some("1".to_owned()),
            (Kind::Flag, None) if rates[0] <= 0.0 => Some("0".to_owned()),
            _ => None,
        };
        if let Some(class) = class {
            return Err(TrainError::OneClass { label: label.name.clone(), class, n });
        }
    }
    let flag = |name: &String| data.labels.iter().any(|label| label.name == *name && label.kind == Kind::Flag);
    match options.policies.iter().find(|(name, _)| !flag(name)) {
        Some((name, _)) => Err(TrainError::NoFlag(name.clone())),
        None => Ok(()),
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

fn base_rates(label: &Label, annotated: &Annotated) -> Vec<f32> {
    let n = annotated.len().max(1) as f32;
    match &annotated.truth {
        Truth::Shares(shares) => vec![shares.iter().sum::<f32>() / n],
        Truth::Classes(classes) => (0..label.classes().len())
            .map(|class| classes.iter().filter(|other| **other == class).count() as f32 / n)
            .collect(),
    }
}

fn aim(data: &Dataset, options: &TrainOptions, label: &Label) -> Aim {
    let own = options.policies.iter().rev().find(|(name, _)| *name == label.name);
    Aim { decide: options.decide, policy: own.map_or(Policy::default(), |(_, policy)| *policy), per_day: data.per_day }
}

/// Labels as they are learnt where there is no cross-validation.
fn plain(data: &Dataset, options: &TrainOptions) -> Vec<Learnt> {
    let labels = data.labels.iter().zip(&data.annotations);
    labels
        .map(|(label, annotations)| Learnt {
            label: label.clone(),
            rule: Rule::plain(label),
            cost: options.cost.unwrap_or(PLAIN_COST),
            balanced: options.class_weight == ClassWeight::Balanced,
            base_rates: base_rates(label, &Annotated::new(annotations)),
            evaluated: None,
        })
        .collect()
}

/// What a label gets out of a candidate at its best C.
struct Found {
    value: f64,
    cost: f32,
    decisions: Array2<f32>,
    balanced: bool,
}

/// Chooses blocks for all labels together, then C and class weight for each, by decision values of unseen rows.
fn choose(
    data: &Dataset,
    options: &TrainOptions,
    problem: &Problem<'_>,
    solver: Solver,
    folds: &Folds,
    watch: &(impl Fn(Step) + Sync),
) -> Result<(Scales, Vec<Learnt>), TrainError> {
    let labels = &data.labels;
    let annotated: Vec<Annotated> = data.annotations.iter().map(Annotated::new).collect();
    let path = options.cost.map_or(PATH.to_vec(), |cost| vec![cost]);
    let candidates = candidates(&options.features.blocks, options.choose_blocks);
    let first_balanced = options.class_weight == ClassWeight::Balanced;
    let passes = candidates.len() + usize::from(options.class_weight == ClassWeight::Auto);
    watch(Step::Fits(passes * folds.n * path.len() + 1));
    let try_one = |scales: Scales, balanced: bool| -> Result<Vec<Found>, TrainError> {
        let candidate = Candidate { scales, balanced };
        let tables = problem.out_of_fold(candidate, &path, solver, folds, || watch(Step::Fit))?;
        Ok(labels
            .iter()
            .zip(&annotated)
            .zip(outputs(labels))
            .map(|((label, annotated), outputs)| best(label, annotated, &tables, &path, outputs, balanced))
            .collect())
    };
    let mut chosen: Option<(Scales, Vec<Found>)> = None;
    for scales in candidates {
        let found = try_one(scales, first_balanced)?;
        let mean = |found: &[Found]| found.iter().map(|found| found.value).sum::<f64>();
        if std::env::var_os("OMBUD_TRACE").is_some() {
            eprintln!("{scales:?} {:?}", found.iter().map(|f| (f.value, f.cost)).collect::<Vec<_>>());
        }
        if chosen.as_ref().is_none_or(|(_, best)| mean(&found) > mean(best)) {
            chosen = Some((scales, found));
        }
    }
    let Some((scales, mut found)) = chosen else { return Ok((Scales(DEFAULT_SCALES), plain(data, options))) };
    if options.class_weight == ClassWeight::Auto {
        let balanced = try_one(scales, true)?;
        if std::env::var_os("OMBUD_TRACE").is_some() {
            eprintln!("balanced {:?}", balanced.iter().map(|f| (f.value, f.cost)).collect::<Vec<_>>());
        }
        for (found, balanced) in found.iter_mut().zip(balanced) {
            if balanced.value > found.value {
                *found = balanced;
            }
        }
    }
    let learnt = labels.iter().zip(annotated).zip(found).map(|((label, annotated), found)| {
        let aim = aim(data, options, label);
        let all: Vec<usize> = (0..annotated.len()).collect();
        let decisions = found.decisions.view();
        let rule = Rule::fit(label, decisions, &annotated, &all, aim)
            .map_err(|source| TrainError::Policy { label: label.name.clone(), source })?;
        let bootstrap =
            Bootstrap { groups: data.groups.as_deref(), replicates: options.replicates, seed: options.seed };
        let threshold = rule.threshold.as_ref().map(|threshold| threshold.value);
        let base_rates = base_rates(label, &annotated);
        let evaluated = Evaluated::crossed(label, decisions, annotated, folds, aim, threshold, bootstrap)?;
        Ok(Learnt {
            label: label.clone(),
            rule,
            cost: found.cost,
            balanced: found.balanced,
            base_rates,
            evaluated: Some(evaluated),
        })
    });
    Ok((scales, learnt.collect::<Result<_, TrainError>>()?))
}

/// Sets of blocks that are tried.
fn candidates(blocks: &[Block], choose: bool) -> Vec<Scales> {
    let scales = |with: &[Block]| {
        let mut scales = DEFAULT_SCALES;
        for block in Block::ALL {
            if !with.contains(&block) {
                scales[block.index()] = 0.0;
            }
        }
        Scales(scales)
    };
    let mut tried = vec![scales(blocks)];
    if choose {
        for some in [&[Block::Words][..], &[Block::Words, Block::Chars], &[Block::Words, Block::Cues, Block::Shape]] {
            let some: Vec<Block> = some.iter().copied().filter(|block| blocks.contains(block)).collect();
            if !some.is_empty() && !tried.contains(&scales(&some)) {
                tried.push(scales(&some));
            }
        }
    }
    tried
}

/// The C at which a label's unseen rows are told apart best.
fn best(
    label: &Label,
    annotated: &Annotated,
    tables: &[Array2<f32>],
    path: &[f32],
    outputs: std::ops::Range<usize>,
    balanced: bool,
) -> Found {
    let mut best: Option<Found> = None;
    for (table, cost) in tables.iter().zip(path) {
        let decisions = table.slice(s![.., outputs.clone()]);
        let value = worth(label, annotated, decisions);
        if std::env::var_os("OMBUD_TRACE").is_some_and(|v| v == "2") {
            eprintln!("   {} {balanced} {cost} {value}", label.name);
        }
        if best.as_ref().is_none_or(|best| value > best.value) {
            best = Some(Found { value, cost: *cost, decisions: decisions.to_owned(), balanced });
        }
    }
    best.unwrap_or(Found { value: 0.0, cost: PLAIN_COST, decisions: Array2::zeros((0, 0)), balanced })
}

/// How well decision values tell a label apart: the mean of AUC and average precision, over classes for a stance.
fn worth(label: &Label, annotated: &Annotated, decisions: ndarray::ArrayView2<'_, f32>) -> f64 {
    let rank = |output: usize, targets: &[f32]| {
        let scores: Vec<f32> = annotated.rows.iter().map(|row| decisions[[*row, output]]).collect();
        let ranking = Sorted::new(&scores, targets).map(|sorted| sorted.measure(|_| 1.0));
        let value = |figure: Option<f64>| figure.unwrap_or(0.0);
        ranking.map_or(0.0, |ranking| (value(ranking.auc) + value(ranking.average_precision)) / 2.0)
    };
    match &annotated.truth {
        Truth::Shares(shares) => rank(0, shares),
        Truth::Classes(classes) => {
            let of = |class: usize| classes.iter().map(|c| f32::from(u8::from(*c == class))).collect::<Vec<_>>();
            if label.n_outputs() == 1 {
                rank(0, &of(1))
            } else {
                (0..label.n_outputs()).map(|class| rank(class, &of(class))).sum::<f64>() / label.n_outputs() as f64
            }
        }
    }
}

/// One value for each output from one for each label.
fn per_output<T: Clone>(labels: &[Label], of: impl Fn(usize) -> T) -> Array1<T> {
    labels.iter().enumerate().flat_map(|(at, label)| vec![of(at); label.n_outputs()]).collect()
}

/// Targets of the last fit: balanced for the labels that were found better so.
fn final_targets(problem: &Problem<'_>, learnt: &[Learnt]) -> Targets {
    if learnt.iter().all(|learnt| !learnt.balanced) {
        return problem.targets.clone();
    }
    let labels: Vec<Label> = learnt.iter().map(|learnt| learnt.label.clone()).collect();
    let (mut targets, balanced) = (problem.targets.clone(), problem.weighted(true));
    for (learnt, outputs) in learnt.iter().zip(outputs(&labels)) {
        if learnt.balanced {
            targets.share.slice_mut(s![.., outputs.clone()]).assign(&balanced.share.slice(s![.., outputs.clone()]));
            targets.weight.slice_mut(s![.., outputs.clone()]).assign(&balanced.weight.slice(s![.., outputs]));
        }
    }
    targets
}

/// The weights of an older model in the columns and outputs of a new one.
fn rebase(
    featurizer: &Featurizer,
    labels: &[Label],
    old: &Featurizer,
    old_weighting: &Weighting,
    old_linear: &Linear,
    old_labels: &[Label],
    targets: &Targets,
) -> Base {
    let n_outputs = targets.n_outputs();
    let mut linear = Linear::zeros(featurizer.layout.n_features(), n_outputs);
    linear.intercepts = (0..n_outputs).map(|output| targets.log_odds(output)).collect();
    let mut factors = vec![None; featurizer.layout.n_features()];
    let old_outputs = outputs(old_labels);
    for block in Block::ALL {
        let (to, from) = (featurizer.layout.columns(block), old.layout.columns(block));
        for (to, from) in to.zip(from) {
            factors[to as usize] = Some(old_weighting.factors[from as usize]);
        }
    }
    for (label, outputs) in labels.iter().zip(outputs(labels)) {
        let Some(at) = old_labels.iter().position(|old| old == label) else { continue };
        for (to, from) in outputs.zip(old_outputs[at].clone()) {
            linear.intercepts[to] = old_linear.intercepts[from];
            for block in Block::ALL {
                for (row, old_row) in featurizer.layout.columns(block).zip(old.layout.columns(block)) {
                    linear.weights[[row as usize, to]] = old_linear.weights[[old_row as usize, from]];
                }
            }
        }
    }
    Base { linear, factors }
}

/// How many of the strongest features on each side of each output keep their names.
const NAMED: usize = 1000;

/// The strongest n-gram columns of each output, each with a row that it occurs in.
fn witnesses(linear: &Linear, weighting: &Weighting, featurizer: &Featurizer, rows: &SparseRows) -> Vec<(u32, u32)> {
    let first = featurizer.layout.columns(Block::Words).start as usize;
    let n_features = featurizer.layout.n_features();
    let mut wanted = vec![false; n_features];
    for output in 0..linear.n_outputs() {
        let strength = |column: &usize| linear.weights[[*column, output]] * weighting.factors[*column];
        let mut columns: Vec<usize> = (first..n_features).collect();
        for _ in 0..2 {
            let count = NAMED.min(columns.len());
            if count > 0 && count < columns.len() {
                columns.select_nth_unstable_by(count - 1, |a, b| strength(b).total_cmp(&strength(a)));
            }
            columns[..count].iter().for_each(|column| wanted[*column] = true);
            columns.reverse();
            if count > 0 && count < columns.len() {
                columns.select_nth_unstable_by(count - 1, |a, b| strength(a).total_cmp(&strength(b)));
            }
            columns[..count].iter().for_each(|column| wanted[*column] = true);
        }
    }
    let mut found = Vec::new();
    for (row, features) in rows.chunks().iter().flat_map(crate::features::Chunk::rows).enumerate() {
        for column in features.columns {
            if std::mem::take(&mut wanted[*column as usize]) {
                found.push((*column, row as u32));
            }
        }
    }
    found.sort_unstable();
    found
}
