//! What cross-validation chooses for each label: blocks, class weight and C.

use std::rc::Rc;

use ndarray::{Array2, ArrayView2, s};

use super::TrainError;
use super::confined::{Confined, nothing_to_measure};
use super::dataset::Dataset;
use super::evaluate::{Aim, Annotated, Bootstrap, Evaluated, Rule, Truth};
use super::label::{Label, outputs};
use super::train::{ClassWeight, Learnt, Member, PLAIN_COST, Step, TrainOptions};
use crate::features::{Block, Scales};
use crate::learn::{Candidate, Folds, Policy, Problem, Solver};
use crate::metrics::Sorted;

/// What cross-validation tries.
const PATH: [f32; 6] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

/// So many of a label's fits are kept to be averaged, and so many draws from them make the average.
const POOL: usize = 16;
const DRAWS: usize = 8;

/// Labels as they are learnt where there is no cross-validation.
pub(super) fn plain(data: &Dataset, options: &TrainOptions, blocks: &[Block], base: bool) -> Vec<Learnt> {
    let labels = data.labels.iter().zip(&data.annotations);
    labels
        .map(|(label, annotations)| Learnt {
            label: label.clone(),
            rule: Rule::plain(label),
            members: vec![Member {
                candidate: Candidate {
                    scales: candidates(blocks, false, base)[0],
                    balanced: options.class_weight == ClassWeight::Balanced,
                },
                cost: options.cost.unwrap_or(PLAIN_COST),
                share: 1.0,
            }],
            base_rates: base_rates(label, &Annotated::new(annotations)),
            evaluated: None,
        })
        .collect()
}

/// What a label gets out of a candidate at one C.
struct Found {
    candidate: Candidate,
    cost: f32,
    /// Shape `(n_samples, n_outputs)`.
    decisions: Array2<f32>,
}

/// The fits of a label that are worth the most on some of its rows, best first, each with its worth.
#[derive(Clone, Default)]
struct Ranking(Vec<(f64, Rc<Found>)>);

impl Ranking {
    fn add(&mut self, value: f64, found: &Rc<Found>) {
        let at = self.0.partition_point(|(other, _)| *other >= value);
        if at < POOL {
            self.0.insert(at, (value, Rc::clone(found)));
            self.0.truncate(POOL);
        }
    }

    /// Draws the fit that makes the average of decision values worth most, again and again, as long as that grows: how often
    /// each was drawn. After Caruana, Niculescu-Mizil, Crew and Ksikes, Ensemble selection from libraries of models (ICML 2004).
    fn draw(&self, worth: impl Fn(ArrayView2<'_, f32>) -> f64) -> Vec<usize> {
        let mut draws = vec![0_usize; self.0.len()];
        let mut sum = Array2::zeros(self.0.first().map_or((0, 0), |(_, found)| found.decisions.dim()));
        let mut value = f64::MIN;
        for drawn in 0..DRAWS {
            let with = |found: &Found| (&sum + &found.decisions) / (drawn + 1) as f32;
            let tried = self.0.iter().map(|(_, found)| worth(with(found).view()));
            let best = tried.enumerate().fold((0, f64::MIN), |best, next| if next.1 > best.1 { next } else { best });
            if best.1 <= value {
                break;
            }
            value = best.1;
            sum += &self.0[best.0].1.decisions;
            draws[best.0] += 1;
        }
        draws
    }

    /// The fits that were drawn, each with its share.
    fn members(&self, draws: &[usize]) -> Vec<Member> {
        let n = draws.iter().sum::<usize>() as f32;
        let member = |((_, found), draws): (&(f64, Rc<Found>), &usize)| Member {
            candidate: found.candidate,
            cost: found.cost,
            share: *draws as f32 / n,
        };
        self.0.iter().zip(draws).filter(|(_, draws)| **draws > 0).map(member).collect()
    }

    /// Adds the average of the decision values of what was drawn, for the rows for which `takes` holds.
    fn add_mean(&self, draws: &[usize], takes: impl Fn(usize) -> bool, to: &mut Array2<f32>) {
        let n = draws.iter().sum::<usize>() as f32;
        for row in (0..to.nrows()).filter(|row| takes(*row)) {
            for ((_, found), draws) in self.0.iter().zip(draws).filter(|(_, draws)| **draws > 0) {
                to.row_mut(row).scaled_add(*draws as f32 / n, &found.decisions.row(row));
            }
        }
    }
}

/// What was tried of a label, ranked by what it is worth on all annotated rows, and on those outside of each fold: what is
/// chosen by looking at a row would flatter its figures.
struct Pool<'a> {
    label: &'a Label,
    annotated: Annotated,
    all: Ranking,
    /// No fit can be told from another: the first at the usual C is as good as any.
    blind: bool,
    /// For each fold the annotated rows outside of it, and their ranking; none where there are very many rows.
    outside: Vec<(Annotated, Ranking)>,
    folds: &'a Folds,
}

impl<'a> Pool<'a> {
    fn new(label: &'a Label, annotated: Annotated, folds: &'a Folds, groups: Option<&[u32]>) -> Self {
        let confined = Confined::find(label, &annotated, folds, groups);
        let blind = nothing_to_measure(label, &confined);
        let n = if blind || annotated.len() > CHOSEN_BY_FOLD { 0 } else { folds.n };
        let outside = |fold: usize| annotated.without(|row| usize::from(folds.of[row]) == fold);
        let outside = (0..n).map(|fold| (outside(fold), Ranking::default())).collect();
        Self { label, annotated, all: Ranking::default(), blind, outside, folds }
    }

    fn best(&self) -> Option<&Found> {
        self.all.0.first().map(|(_, found)| &**found)
    }

    fn add(&mut self, found: Found) {
        let found = Rc::new(found);
        if self.blind {
            let usual = |cost: f32| (cost / PLAIN_COST).ln().abs();
            let nearer = |other: &Found| other.candidate == found.candidate && usual(found.cost) < usual(other.cost);
            if self.best().is_none_or(nearer) {
                self.all = Ranking(vec![(0.0, found)]);
            }
            return;
        }
        self.all.add(worth(self.label, &self.annotated, found.decisions.view()), &found);
        for (annotated, ranking) in &mut self.outside {
            ranking.add(worth(self.label, annotated, found.decisions.view()), &found);
        }
    }

    /// The average of the fits that are worth most on all rows, and the decision values by which it is calibrated and measured:
    /// for the rows of each fold those of the average that is worth most on the other folds.
    fn average(&self) -> Option<(Vec<Member>, Array2<f32>)> {
        let mut unseen = Array2::zeros(self.best()?.decisions.dim());
        let draws = self.all.draw(|decisions| worth(self.label, &self.annotated, decisions));
        if self.outside.is_empty() {
            self.all.add_mean(&draws, |_| true, &mut unseen);
        }
        for (fold, (others, ranking)) in self.outside.iter().enumerate() {
            let draws = ranking.draw(|decisions| worth(self.label, others, decisions));
            ranking.add_mean(&draws, |row| usize::from(self.folds.of[row]) == fold, &mut unseen);
        }
        Some((self.all.members(&draws), unseen))
    }
}

/// Among more rows than this a choice hardly hangs on those of one fold, and choosing for each takes long.
pub const CHOSEN_BY_FOLD: usize = 50_000;

/// Chooses blocks, class weight and C for each label by decision values of unseen rows.
pub(super) fn choose(
    data: &Dataset,
    options: &TrainOptions,
    problem: &Problem,
    blocks: &[Block],
    solver: Solver,
    folds: &Folds,
    watch: &(impl Fn(Step) -> bool + Sync),
) -> Result<Vec<Learnt>, TrainError> {
    let labels = &data.labels;
    let path = options.cost.map_or(PATH.to_vec(), |cost| vec![cost]);
    let annotated = data.annotations.iter().map(Annotated::new);
    let mut pools: Vec<Pool<'_>> = labels
        .iter()
        .zip(annotated)
        .map(|(label, annotated)| Pool::new(label, annotated, folds, data.groups.as_deref()))
        .collect();
    let placed: Vec<bool> =
        pools.iter().map(|pool| pool.annotated.rows.iter().any(|row| data.is_placed(*row))).collect();
    // Fits a candidate for some of the labels, given by number.
    let attempt =
        |candidate: Candidate, of: &[usize], path: &[f32], pools: &mut [Pool<'_>]| -> Result<(), TrainError> {
            // A label none of whose rows is known to stand anywhere must not learn what it means to stand somewhere.
            let beside = Block::BESIDE.iter().any(|block| candidate.scales.of(*block) > 0.0);
            let takes =
                |label: &usize| pools[*label].best().is_none() || (!pools[*label].blind && (placed[*label] || !beside));
            let of: Vec<usize> = of.iter().copied().filter(takes).collect();
            if of.is_empty() {
                return Ok(());
            }
            watch(Step::Fits(folds.n * path.len()));
            let columns: Vec<usize> = of.iter().flat_map(|label| outputs(labels)[*label].clone()).collect();
            let part = Problem { counts: problem.counts.clone(), ..problem.part(&columns) };
            let tables = part.out_of_fold(candidate, path, solver, folds, || watch(Step::Fit))?;
            let own: Vec<Label> = of.iter().map(|label| labels[*label].clone()).collect();
            for (outputs, at) in outputs(&own).into_iter().zip(&of) {
                for (table, cost) in tables.iter().zip(path) {
                    let decisions = table.slice(s![.., outputs.clone()]).to_owned();
                    pools[*at].add(Found { candidate, cost: *cost, decisions });
                }
            }
            Ok(())
        };
    let all: Vec<usize> = (0..labels.len()).collect();
    let balanced = options.class_weight == ClassWeight::Balanced;
    for scales in candidates(blocks, options.choose_blocks, problem.base.is_some()) {
        let path =
            if pools.iter().all(|pool| pool.best().is_none()) { path.clone() } else { near(&path, &pools, &all) };
        attempt(Candidate { scales, balanced }, &all, &path, &mut pools)?;
    }
    if options.choose_blocks && problem.base.is_none() {
        // What else there is to know is added to the text's best, block by block, and stays where it helps.
        for change in CHANGES.iter().filter(|change| change.iter().all(|(block, _)| blocks.contains(block))) {
            for (candidate, of) in distinct(&pools) {
                let mut scales = candidate.scales;
                change.iter().for_each(|(block, scale)| scales.0[block.index()] = *scale);
                attempt(Candidate { scales, balanced }, &of, &near(&path, &pools, &of), &mut pools)?;
            }
        }
    }
    if options.class_weight == ClassWeight::Auto {
        for (candidate, of) in distinct(&pools) {
            attempt(Candidate { balanced: true, ..candidate }, &of, &near(&path, &pools, &of), &mut pools)?;
        }
    }
    let learnt = pools.into_iter().filter_map(|pool| {
        let (members, unseen) = pool.average()?;
        Some(learn(data, options, pool.label, pool.annotated, members, &unseen, folds))
    });
    learnt.collect()
}

/// Calibrates and sets thresholds on decision values of unseen rows, and measures what that is worth.
fn learn(
    data: &Dataset,
    options: &TrainOptions,
    label: &Label,
    annotated: Annotated,
    members: Vec<Member>,
    unseen: &Array2<f32>,
    folds: &Folds,
) -> Result<Learnt, TrainError> {
    let aim = aim(data, options, label);
    let all: Vec<usize> = (0..annotated.len()).collect();
    let confined = Confined::find(label, &annotated, folds, data.groups.as_deref());
    let mut rule = Rule::fit(label, unseen.view(), &annotated, &all, folds, &confined, aim)
        .map_err(|source| TrainError::Policy { label: label.name.clone(), source })?;
    let bootstrap = Bootstrap { groups: data.groups.as_deref(), replicates: options.replicates, seed: options.seed };
    let threshold = rule.threshold.as_ref().map(|threshold| threshold.value);
    let base_rates = base_rates(label, &annotated);
    let evaluated = Evaluated::crossed(label, unseen.view(), annotated, folds, aim, threshold, bootstrap)?;
    // What thresholds of the other folds bring, and not what this one does on the rows that it was chosen on.
    rule.threshold = rule.threshold.map(|threshold| threshold.measured(&evaluated.figures));
    Ok(Learnt { label: label.clone(), rule, members, base_rates, evaluated: Some(evaluated) })
}

/// What other decision values of unseen rows are worth than those of `before`, shape `(n_samples, n_outputs)`, with rules
/// fitted on the other folds.
pub(super) fn measure(
    data: &Dataset,
    options: &TrainOptions,
    before: &Evaluated,
    unseen: ArrayView2<'_, f32>,
    folds: &Folds,
    bootstrap: Bootstrap<'_>,
) -> Result<Evaluated, TrainError> {
    let (label, annotated) = (&before.label, before.annotated.clone());
    Evaluated::crossed(label, unseen, annotated, folds, aim(data, options, label), None, bootstrap)
}

/// Changes that are tried one after the other; the widest last, as each comes on top of what helped before.
const CHANGES: [&[(Block, f32)]; 9] = [
    &[(Block::Phrases, 1.0)],
    &[(Block::Context, 0.5)],
    &[(Block::Semantic, 0.5)],
    &[(Block::Relation, 1.0)],
    &[(Block::Profile, 1.0)],
    &[(Block::Words, 0.3), (Block::Chars, 0.3)],
    &[(Block::Target, 0.7)],
    &[(Block::Conjoined, 1.0)],
    &[(Block::Cross, 1.0)],
];

/// The part of the path that holds the best C of each of some labels so far, and its neighbours.
fn near(path: &[f32], pools: &[Pool<'_>], of: &[usize]) -> Vec<f32> {
    let best = of.iter().filter_map(|label| pools[*label].best());
    let places: Vec<usize> =
        best.filter_map(|found| path.iter().position(|cost| cost.total_cmp(&found.cost).is_eq())).collect();
    let near = |at: usize| places.iter().any(|place| place.abs_diff(at) <= 1);
    path.iter().enumerate().filter(|(at, _)| near(*at)).map(|(_, cost)| *cost).collect()
}

/// The best candidates of the labels so far, each once, with the labels that it is the best of.
fn distinct(pools: &[Pool<'_>]) -> Vec<(Candidate, Vec<usize>)> {
    let mut candidates: Vec<(Candidate, Vec<usize>)> = Vec::new();
    for (label, pool) in pools.iter().enumerate() {
        let Some(found) = pool.best() else { continue };
        match candidates.iter_mut().find(|(candidate, _)| *candidate == found.candidate) {
            Some((_, of)) => of.push(label),
            None => candidates.push((found.candidate, vec![label])),
        }
    }
    candidates
}

/// Scales of blocks that are tried first: all of the text, the usual subsets, and all with little weight on cues and
/// shape; without a choice all that there are.
fn candidates(blocks: &[Block], choose: bool, base: bool) -> Vec<Scales> {
    use Block::{Chars, Context, Cues, Relation, Semantic, Shape, Words};
    // Cues and shape are few and strong features: at full scale they would drown in no penalty what the words say.
    const FEW: f32 = 0.3;
    const FAINT: f32 = 0.1;
    let only = |scales: &[(Block, f32)]| {
        let scale = |block: Block| scales.iter().find(|(own, _)| *own == block).map_or(0.0, |(_, scale)| *scale);
        Scales(Block::ALL.map(|block| if blocks.contains(&block) { scale(block) } else { 0.0 }))
    };
    if base {
        // The older model's weights are for blocks as they are.
        return vec![only(&Block::ALL.map(|block| (block, 1.0)))];
    }
    let text = [Cues, Shape, Words, Chars];
    if !choose || !blocks.iter().any(|block| text.contains(block)) {
        return vec![only(&Block::ALL.map(|block| (block, if [Cues, Shape].contains(&block) { FEW } else { 1.0 })))];
    }
    let tried: [&[(Block, f32)]; 9] = [
        &[(Cues, FEW), (Shape, FEW), (Words, 1.0), (Chars, 1.0)],
        &[(Cues, FAINT), (Shape, FAINT), (Words, 1.0), (Chars, 1.0)],
        &[(Words, 1.0), (Chars, 1.0)],
        &[(Words, 0.5), (Chars, 1.0)],
        &[(Cues, FEW), (Shape, FEW), (Words, 1.0)],
        &[(Words, 1.0)],
        &[(Cues, FEW), (Shape, FEW), (Chars, 1.0)],
        &[(Cues, 1.0), (Shape, 1.0)],
        &[(Cues, FEW), (Shape, FEW), (Context, 0.5), (Semantic, 1.0), (Relation, 1.0)],
    ];
    let mut distinct: Vec<Scales> = Vec::new();
    for scales in tried.map(only) {
        if scales.0.iter().any(|scale| *scale > 0.0) && !distinct.contains(&scales) {
            distinct.push(scales);
        }
    }
    distinct
}

/// How well decision values tell a label apart: the mean of AUC and average precision, over classes for a stance.
fn worth(label: &Label, annotated: &Annotated, decisions: ArrayView2<'_, f32>) -> f64 {
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

/// The share of each class, or of yes.
pub(super) fn base_rates(label: &Label, annotated: &Annotated) -> Vec<f32> {
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
