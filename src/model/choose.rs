//! What cross-validation chooses for each label: blocks, class weight and C.

use ndarray::{Array2, s};

use super::TrainError;
use super::dataset::Dataset;
use super::evaluate::{Aim, Annotated, Bootstrap, Evaluated, Rule, Truth};
use super::label::{Label, outputs};
use super::train::{ClassWeight, Learnt, PLAIN_COST, Step, TrainOptions};
use crate::features::{Block, Scales};
use crate::learn::{Candidate, Folds, Policy, Problem, Solver};
use crate::metrics::Sorted;

/// What cross-validation tries.
const PATH: [f32; 6] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

/// The scales of blocks that are tried first. Cues and shape are few and strong features: at full scale they would
/// drown in no penalty what the words say.
const TEXT: Scales = Scales([0.3, 0.3, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);

/// Labels as they are learnt where there is no cross-validation.
pub(super) fn plain(data: &Dataset, options: &TrainOptions, blocks: &[Block], base: bool) -> Vec<Learnt> {
    let labels = data.labels.iter().zip(&data.annotations);
    labels
        .map(|(label, annotations)| Learnt {
            label: label.clone(),
            rule: Rule::plain(label),
            cost: options.cost.unwrap_or(PLAIN_COST),
            candidate: Candidate {
                scales: candidates(blocks, false, base)[0],
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
                if best.as_ref().is_none_or(|best| value > best.value) {
                    *best = Some(Found { value, candidate, cost: *cost, decisions: decisions.to_owned() });
                }
            }
        }
        Ok(())
    };
    let balanced = options.class_weight == ClassWeight::Balanced;
    for scales in candidates(blocks, options.choose_blocks, problem.base.is_some()) {
        attempt(Candidate { scales, balanced }, &mut best)?;
    }
    if options.choose_blocks && problem.base.is_none() {
        // What else there is to know is added to the text's best, block by block, and stays where it helps.
        for change in CHANGES.iter().filter(|change| change.iter().all(|(block, _)| blocks.contains(block))) {
            for candidate in distinct(&best) {
                let mut scales = candidate.scales;
                change.iter().for_each(|(block, scale)| scales.0[block.index()] = *scale);
                attempt(Candidate { scales, balanced }, &mut best)?;
            }
        }
    }
    if options.class_weight == ClassWeight::Auto {
        for candidate in distinct(&best) {
            attempt(Candidate { balanced: true, ..candidate }, &mut best)?;
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

/// Changes that are tried one after the other.
const CHANGES: [&[(Block, f32)]; 7] = [
    &[(Block::Context, 0.5)],
    &[(Block::Semantic, 1.0)],
    &[(Block::Semantic, 3.0)],
    &[(Block::Target, 1.0)],
    &[(Block::Conjoined, 1.0)],
    &[(Block::Context, 1.5)],
    &[(Block::Words, 0.3), (Block::Chars, 0.3)],
];

/// What the labels have got so far, each once.
fn distinct(best: &[Option<Found>]) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for found in best.iter().flatten() {
        if !candidates.contains(&found.candidate) {
            candidates.push(found.candidate);
        }
    }
    candidates
}

/// Scales of blocks that are tried first: all of the text, the usual subsets, and all with little weight on cues and
/// shape; without a choice all that there are.
fn candidates(blocks: &[Block], choose: bool, base: bool) -> Vec<Scales> {
    const FAINT: f32 = 0.1;
    let only = |scales: [f32; Block::ALL.len()], with: &[Block]| {
        let keep = |block: Block| blocks.contains(&block) && with.contains(&block);
        Scales(Block::ALL.map(|block| if keep(block) { scales[block.index()] } else { 0.0 }))
    };
    if base {
        // The older model's weights are for blocks as they are.
        return vec![only(Scales::ONE.0, &Block::ALL)];
    }
    let text = |cues: f32, shape: f32, words: f32, chars: f32| {
        only([cues, shape, 0.0, 0.0, words, chars, 0.0, 0.0], &Block::ALL)
    };
    let is_text = |block: &&Block| text(1.0, 1.0, 1.0, 1.0).of(**block) > 0.0;
    if !choose || blocks.iter().filter(is_text).count() == 0 {
        return vec![only([0.3, 0.3, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0], &Block::ALL)];
    }
    let mut tried = vec![only(TEXT.0, &Block::ALL)];
    let more = [
        text(FAINT, FAINT, 1.0, 1.0),
        text(0.0, 0.0, 1.0, 1.0),
        text(0.0, 0.0, 0.5, 1.0),
        text(0.3, 0.3, 1.0, 0.0),
        text(0.0, 0.0, 1.0, 0.0),
    ];
    for scales in more {
        if scales.0.iter().any(|scale| *scale > 0.0) && !tried.contains(&scales) {
            tried.push(scales);
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
