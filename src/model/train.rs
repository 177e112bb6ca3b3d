//! Training: features, cross-validated choices, calibration, thresholds, and the last fit on all rows.

use ndarray::{Array1, Array2, s};

use super::TrainError;
use super::dataset::Dataset;
use super::evaluate::{Aim, Annotated, Bootstrap, Evaluated, Rule, Truth};
use super::label::{Kind, Label, outputs};
use crate::features::{Block, Featurizer, Layout, Options, Scales, SparseRows, Weighting, fit};
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
    /// `None` takes dual coordinate descent up to 30 million stored values.
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
pub(super) const STREAMED: usize = 30_000_000;
/// The C that is taken where there is no cross-validation to choose it.
pub(super) const PLAIN_COST: f32 = 3.0;
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
    /// The blocks and the class weight that were taken.
    pub candidate: Candidate,
    /// The share of each class, or of yes.
    pub base_rates: Vec<f32>,
    /// What cross-validation says of it; `None` without.
    pub evaluated: Option<Evaluated>,
}

/// A column and a row that it occurs in.
pub(super) type Witness = (u32, u32);

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
    pub(super) witnesses: Vec<Witness>,
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

/// Trains on all rows of `data`. `watch` is told of every step, and stops the training by returning false.
///
/// # Errors
/// When there is nothing to be told apart, options contradict the data, or `watch` said stop.
pub fn train(
    data: &Dataset,
    options: &TrainOptions,
    base: Option<Old<'_>>,
    watch: impl Fn(Step) -> bool + Sync,
) -> Result<Trained, TrainError> {
    let labels = &data.labels;
    check(data, options)?;
    let (featurizer, counts) = fit::fit(
        options.features.clone(),
        data.len(),
        |row| data.input(row),
        base.map(|base| base.featurizer),
        |rows| {
            watch(Step::Rows(rows));
        },
    );
    let targets = data.targets(labels);
    let base = base.map(|old| rebase(&featurizer, labels, old, &targets));
    let solver = options.solver.unwrap_or(if counts.nnz() > STREAMED { Solver::AdaGrad } else { Solver::Dcd });
    let problem = Problem {
        counts,
        layout: featurizer.layout.clone(),
        targets,
        min_df: options.features.min_df,
        idf: options.features.hash_bits.is_none(),
        base,
        seed: options.seed,
    };
    if !watch(Step::Fits(1)) {
        return Err(TrainError::Stopped);
    }
    let folds = divide(data, &problem.targets, options)?;
    let learnt = match &folds {
        Some(folds) => choose(data, options, &problem, solver, folds, &watch)?,
        None => plain(data, options),
    };
    let (weighting, linear, witnesses) = last_fit(problem, &learnt, solver)?;
    watch(Step::Fit);
    Ok(Trained { featurizer, weighting, linear, learnt, solver, folds, witnesses })
}

/// The scales of blocks that are tried first. Cues and shape are few and strong features: at full scale they would
/// drown in no penalty what the words say.
const SCALES: Scales = Scales([0.3, 0.3, 1.0, 1.0]);

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
            candidate: Candidate {
                scales: candidates(&options.features.blocks, false)[0],
                balanced: options.class_weight == ClassWeight::Balanced,
            },
            base_rates: base_rates(label, &Annotated::new(annotations)),
            evaluated: None,
        })
        .collect()
}

/// What a label gets out of a candidate at its best C.
struct Found {
    value: f64,
    candidate: Candidate,
    cost: f32,
    decisions: Array2<f32>,
}

/// Chooses blocks, class weight and C for each label by decision values of unseen rows.
fn choose(
    data: &Dataset,
    options: &TrainOptions,
    problem: &Problem,
    solver: Solver,
    folds: &Folds,
    watch: &(impl Fn(Step) -> bool + Sync),
) -> Result<Vec<Learnt>, TrainError> {
    let labels = &data.labels;
    let annotated: Vec<Annotated> = data.annotations.iter().map(Annotated::new).collect();
    let path = options.cost.map_or(PATH.to_vec(), |cost| vec![cost]);
    let mut best: Vec<Option<Found>> = labels.iter().map(|_| None).collect();
    let attempt = |candidate: Candidate, best: &mut Vec<Option<Found>>| -> Result<(), TrainError> {
        watch(Step::Fits(folds.n * path.len()));
        let tables = problem.out_of_fold(candidate, &path, solver, folds, || watch(Step::Fit))?;
        for (((label, annotated), outputs), best) in labels.iter().zip(&annotated).zip(outputs(labels)).zip(best) {
            for (table, cost) in tables.iter().zip(&path) {
                let decisions = table.slice(s![.., outputs.clone()]);
                let value = worth(label, annotated, decisions);
                if std::env::var_os("OMBUD_TRACE").is_some() {
                    eprintln!(
                        "T {} {:?} {} {} {:.4}",
                        label.name,
                        candidate.scales.0,
                        candidate.balanced,
                        cost,
                        value * 100.0
                    );
                }
                if best.as_ref().is_none_or(|best| value > best.value) {
                    *best = Some(Found { value, candidate, cost: *cost, decisions: decisions.to_owned() });
                }
            }
        }
        Ok(())
    };
    let balanced = options.class_weight == ClassWeight::Balanced;
    for scales in candidates(&options.features.blocks, options.choose_blocks) {
        attempt(Candidate { scales, balanced }, &mut best)?;
    }
    if options.class_weight == ClassWeight::Auto {
        let mut chosen: Vec<Scales> = Vec::new();
        for scales in best.iter().flatten().map(|found| found.candidate.scales) {
            if !chosen.contains(&scales) {
                chosen.push(scales);
            }
        }
        for scales in chosen {
            attempt(Candidate { scales, balanced: true }, &mut best)?;
        }
    }
    let found = labels.iter().zip(annotated).zip(best).filter_map(|(label, found)| Some((label, found?)));
    let learnt = found.map(|((label, annotated), found)| {
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
            candidate: found.candidate,
            base_rates,
            evaluated: Some(evaluated),
        })
    });
    learnt.collect()
}

/// Scales of blocks that are tried: all blocks, the usual subsets, and all with little weight on cues and shape.
fn candidates(blocks: &[Block], choose: bool) -> Vec<Scales> {
    const FAINT: f32 = 0.1;
    let only = |scales: [f32; Block::ALL.len()], with: &[Block]| {
        let keep = |block: Block| blocks.contains(&block) && with.contains(&block);
        Scales(Block::ALL.map(|block| if keep(block) { scales[block.index()] } else { 0.0 }))
    };
    let mut tried = vec![only(SCALES.0, &Block::ALL)];
    if choose {
        let more = [
            only([FAINT, FAINT, 1.0, 1.0], &Block::ALL),
            only(SCALES.0, &[Block::Words, Block::Chars]),
            only([0.0, 0.0, 0.5, 1.0], &[Block::Words, Block::Chars]),
            only(SCALES.0, &[Block::Words, Block::Cues, Block::Shape]),
            only(SCALES.0, &[Block::Words]),
        ];
        for scales in more {
            if scales.0.iter().any(|scale| *scale > 0.0) && !tried.contains(&scales) {
                tried.push(scales);
            }
        }
    }
    tried
}

/// How well decision values tell a label apart: the mean of AUC and average precision, over classes for a stance.
fn worth(label: &Label, annotated: &Annotated, decisions: ndarray::ArrayView2<'_, f32>) -> f64 {
    let rank = |output: usize, targets: &[f32]| {
        let scores: Vec<f32> = annotated.rows.iter().map(|row| decisions[[*row, output]]).collect();
        let ranking = Sorted::new(&scores, targets).map(|sorted| sorted.measure(|_| 1.0));
        let value = |figure: Option<f64>| figure.unwrap_or(0.0);
        ranking.map_or(0.0, |ranking| f64::midpoint(value(ranking.auc), value(ranking.average_precision)))
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

/// Fits all labels on all rows, those of one candidate together. The scales of blocks end up in the weights.
fn last_fit(
    mut problem: Problem,
    learnt: &[Learnt],
    solver: Solver,
) -> Result<(Weighting, Linear, Vec<Witness>), TrainError> {
    let labels: Vec<Label> = learnt.iter().map(|learnt| learnt.label.clone()).collect();
    let outputs = outputs(&labels);
    let mut merged = Linear::zeros(problem.layout.n_features(), problem.targets.n_outputs());
    let mut weighting = problem.weighting(|_| true);
    let mut candidates: Vec<Candidate> = Vec::new();
    for learnt in learnt {
        if !candidates.contains(&learnt.candidate) {
            candidates.push(learnt.candidate);
        }
    }
    let last = candidates.len() - 1;
    let mut witnesses = Vec::new();
    for (place, candidate) in candidates.into_iter().enumerate() {
        let own = learnt.iter().zip(&outputs).filter(|(learnt, _)| learnt.candidate == candidate);
        let own: Vec<(usize, f32)> = own.flat_map(|(l, outputs)| outputs.clone().map(|at| (at, l.cost))).collect();
        let columns: Vec<usize> = own.iter().map(|(output, _)| *output).collect();
        let part = problem.part(&columns);
        let costs: Array1<f32> = own.iter().map(|(_, cost)| *cost).collect();
        weighting.scales = candidate.scales;
        let rows = if place == last {
            weighting.apply_owned(std::mem::take(&mut problem.counts), &problem.layout)
        } else {
            weighting.apply(&problem.counts, &problem.layout)
        };
        let linear = part.fit(rows.clone(), part.weighted(candidate.balanced), costs, solver)?;
        witnesses.extend(self::witnesses(&linear, &weighting, &problem.layout, &rows));
        for (from, to) in columns.into_iter().enumerate() {
            merged.intercepts[to] = linear.intercepts[from];
            for block in Block::ALL {
                let columns = problem.layout.columns(block);
                let columns = s![columns.start as usize..columns.end as usize, ..];
                let mut weights = merged.weights.slice_mut(columns);
                weights.column_mut(to).assign(&linear.weights.slice(columns).column(from));
                weights.column_mut(to).mapv_inplace(|weight| weight * candidate.scales.of(block));
            }
        }
    }
    weighting.scales = Scales::ONE;
    witnesses.sort_unstable();
    witnesses.dedup_by_key(|(column, _)| *column);
    Ok((weighting, merged, witnesses))
}

/// A model that training goes on from.
#[derive(Clone, Copy, Debug)]
pub struct Old<'a> {
    /// Its columns.
    pub featurizer: &'a Featurizer,
    /// Its factors.
    pub weighting: &'a Weighting,
    /// Its weights.
    pub linear: &'a Linear,
    /// What its outputs stand for.
    pub labels: &'a [Label],
}

/// The weights of an older model in the columns and outputs of a new one.
fn rebase(featurizer: &Featurizer, labels: &[Label], old: Old<'_>, targets: &Targets) -> Base {
    let n_outputs = targets.n_outputs();
    let mut linear = Linear::zeros(featurizer.layout.n_features(), n_outputs);
    linear.intercepts = (0..n_outputs).map(|output| targets.log_odds(output)).collect();
    let mut factors = vec![None; featurizer.layout.n_features()];
    let old_outputs = outputs(old.labels);
    for block in Block::ALL {
        let (to, from) = (featurizer.layout.columns(block), old.featurizer.layout.columns(block));
        for (to, from) in to.zip(from) {
            factors[to as usize] = Some(old.weighting.factors[from as usize]);
        }
    }
    for (label, outputs) in labels.iter().zip(outputs(labels)) {
        let Some(at) = old.labels.iter().position(|known| known == label) else { continue };
        for (to, from) in outputs.zip(old_outputs[at].clone()) {
            linear.intercepts[to] = old.linear.intercepts[from];
            for block in Block::ALL {
                for (row, old_row) in featurizer.layout.columns(block).zip(old.featurizer.layout.columns(block)) {
                    linear.weights[[row as usize, to]] = old.linear.weights[[old_row as usize, from]];
                }
            }
        }
    }
    Base { linear, factors }
}

/// How many of the strongest features on each side of each output keep their names.
const NAMED: usize = 1000;

/// The strongest n-gram columns of each output, each with a row that it occurs in.
fn witnesses(linear: &Linear, weighting: &Weighting, layout: &Layout, rows: &SparseRows) -> Vec<Witness> {
    let first = layout.columns(Block::Words).start as usize;
    let n_features = layout.n_features();
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
    found
}
