//! What cross-validation chooses for each label: blocks, class weight and C.

use std::ops::Range;

use ndarray::{Array2, s};

use crate::dataset::annotations::{Annotated, Truth};
use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::dataset::label::{Label, outputs};
use crate::features::blocks::Block;
use crate::features::weighting::Scales;
use crate::learn::class_weight::ClassWeight;
use crate::learn::crossval::{Candidate, Problem, Solver};
use crate::learn::folds::Folds;
use crate::learn::policy::Policy;
use crate::train::confined::Confined;
use crate::train::decision_rule::{Aim, DecisionRule};
use crate::train::evaluated::{Bootstrap, Evaluated, Unseen};
use crate::train::learnt::{Learnt, Member, PLAIN_COST};
use crate::train::options::TrainOptions;
use crate::train::pool::{Found, Pool};
use crate::train::step::Step;
use crate::train::within::Within;

/// The values of C that cross-validation tries.
pub(crate) const PATH: [f32; 6] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

/// Labels as they are learnt where there is no cross-validation.
pub(crate) fn plain(data: &Dataset, options: &TrainOptions, blocks: &[Block], base: bool) -> Vec<Learnt> {
    let labels = data.labels.iter().zip(&data.annotations);
    labels
        .map(|(label, annotations)| Learnt {
            label: label.clone(),
            rule: DecisionRule::unmeasured(label, aim(data, options, label).policy),
            members: vec![Member {
                candidate: Candidate {
                    scales: candidates(given(options, label, base).unwrap_or(blocks), false, base)[0],
                    balanced: options.class_weight == ClassWeight::Balanced,
                },
                cost: options.cost.unwrap_or(PLAIN_COST),
                share: 1.0,
            }],
            base_rates: base_rates(label, &data.judged(annotations)),
            evaluated: None,
        })
        .collect()
}

/// Among more judged rows than this a choice hardly hangs on those of one fold, and choosing for each takes long.
pub(crate) const CHOSEN_BY_FOLD: usize = 50_000;
/// Up to so many rows are enough alike by chance that what was chosen on some flatters the others, as fits for the ones are
/// made from the others: figures are then of what was chosen on the other half.
const CHOSEN_BY_HALF: usize = 12_000;
/// In so many folds a half is cross-validated by itself.
const FOLDS_OF_HALF: usize = 3;

/// Chooses blocks, class weight and C for each label by decision values of unseen rows; also whether on halves, so that no
/// choice by which a row is measured knew it.
pub(crate) fn choose(
    data: &Dataset,
    options: &TrainOptions,
    problem: &Problem,
    blocks: &[Block],
    solver: Solver,
    folds: &Folds,
    watch: &(impl Fn(Step) -> bool + Sync),
) -> Result<(Vec<Learnt>, bool), TrainError> {
    let within = Within::new(data);
    let search = Search { data, options, problem, blocks, solver, within: within.as_ref(), watch };
    let halves = search.halves()?;
    let annotated: Vec<Annotated> = data.annotations.iter().map(|annotations| data.judged(annotations)).collect();
    let pools = search.run(annotated, folds, halves.is_none())?;
    let learnt = pools.into_iter().enumerate().map(|(at, pool)| {
        let (members, decisions) = pool.average();
        let tables = match &halves {
            Some(halves) => halves
                .members
                .iter()
                .map(|members| search.average(folds, at, &members[at]))
                .collect::<Result<_, _>>()?,
            None => pool.averages_outside(),
        };
        let unseen = match &halves {
            _ if tables.is_empty() => Unseen::of_all(decisions.clone()),
            // A row of the one half is measured by what was chosen on the other.
            Some(halves) => Unseen { tables, of: halves.of.iter().map(|half| 1 - half).collect() },
            None => Unseen { tables, of: folds.of.clone() },
        };
        learn(data, options, pool.label, pool.annotated, members, (&decisions, &unseen), folds)
    });
    Ok((learnt.collect::<Result<_, _>>()?, halves.is_some()))
}

/// What is chosen on each half of the rows.
struct Halves {
    /// The half of each row, 0 or 1.
    of: Vec<u16>,
    /// For each half what was chosen on it, by label.
    members: [Vec<Vec<Member>>; 2],
}

/// The search for what is worth most.
struct Search<'a, W> {
    data: &'a Dataset,
    options: &'a TrainOptions,
    problem: &'a Problem,
    blocks: &'a [Block],
    solver: Solver,
    within: Option<&'a Within>,
    watch: &'a W,
}

impl<'a, W: Fn(Step) -> bool + Sync> Search<'a, W> {
    /// Whether there is more than one thing to try.
    fn chooses(&self) -> bool {
        let Self { options, problem, .. } = self;
        let base = problem.base.is_some();
        (options.choose_blocks && !base) || options.cost.is_none() || options.class_weight == ClassWeight::Auto
    }

    /// What is chosen on each half where rows are few; none where they cannot be halved, or there is nothing to choose.
    fn halves(&self) -> Result<Option<Halves>, TrainError> {
        let Self { data, options, problem, .. } = self;
        if data.len() > CHOSEN_BY_HALF || data.folds.is_some() || !self.chooses() {
            return Ok(None);
        }
        let groups = data.groups.as_deref();
        let Ok(halves) = Folds::stratified(&problem.targets, groups, 2, options.seed + 1) else { return Ok(None) };
        let chosen = |half: u16| -> Result<Option<Vec<Vec<Member>>>, TrainError> {
            let targets = problem.targets.without(|row| halves.of[row] != half);
            // Rows of the other half get folds of their own, in which nothing is asked for.
            let Ok(folds) = Folds::stratified(&targets, groups, FOLDS_OF_HALF, options.seed) else { return Ok(None) };
            let annotated = data
                .annotations
                .iter()
                .map(|annotations| data.judged(annotations).without(|row| halves.of[row] != half));
            let (counts, layout, base) = (problem.counts.clone(), problem.layout.clone(), problem.base.clone());
            let problem = Problem { counts, layout, targets, base, ..**problem };
            let pools = Search { problem: &problem, ..*self }.run(annotated.collect(), &folds, false)?;
            let blind = pools.iter().any(|pool| pool.blind);
            Ok((!blind).then(|| pools.iter().map(|pool| pool.average().0).collect()))
        };
        let (Some(one), Some(other)) = (chosen(0)?, chosen(1)?) else { return Ok(None) };
        Ok(Some(Halves { of: halves.of, members: [one, other] }))
    }

    /// The decision values of unseen rows by the average of a label's members, shape `(n_samples, n_outputs)`.
    fn average(&self, folds: &Folds, label: usize, members: &[Member]) -> Result<Array2<f32>, TrainError> {
        average(self.problem, self.solver, folds, outputs(&self.data.labels)[label].clone(), members, || {
            (self.watch)(Step::Fit)
        })
    }

    /// Tries everything on the annotated rows of each label.
    fn run(&self, annotated: Vec<Annotated>, folds: &Folds, by_fold: bool) -> Result<Vec<Pool<'a>>, TrainError> {
        let Self { data, options, problem, blocks, solver, within, watch } = *self;
        let labels = &data.labels;
        let outputs = outputs(labels);
        let path = options.cost.map_or(PATH.to_vec(), |cost| vec![cost]);
        let groups = data.groups.as_deref();
        let pools = labels.iter().zip(annotated);
        let mut pools: Vec<Pool<'_>> = pools
            .map(|(label, annotated)| {
                let by_fold = by_fold && annotated.len() <= CHOSEN_BY_FOLD;
                Pool::new(label, annotated, folds, groups, by_fold).within(within)
            })
            .collect();
        let placed: Vec<bool> =
            pools.iter().map(|pool| pool.annotated.rows.iter().any(|row| data.is_placed(*row))).collect();
        // Fits a candidate for some of the labels, given by number.
        let attempt =
            |candidate: Candidate, of: &[usize], path: &[f32], pools: &mut [Pool<'_>]| -> Result<(), TrainError> {
                // A label none of whose rows is known to stand anywhere must not learn what it means to stand somewhere.
                let beside = Block::BESIDE.iter().any(|block| candidate.scales.of(*block) > 0.0);
                let takes = |label: &usize| {
                    pools[*label].best().is_none() || (!pools[*label].blind && (placed[*label] || !beside))
                };
                let of: Vec<usize> = of.iter().copied().filter(takes).collect();
                if of.is_empty() {
                    return Ok(());
                }
                let columns: Vec<usize> = of.iter().flat_map(|label| outputs[*label].clone()).collect();
                let part = problem.part(&columns);
                let tables = part.out_of_fold(candidate, path, solver, folds, || watch(Step::Fit))?;
                let mut begin = 0;
                for at in of {
                    let own = begin..begin + outputs[at].len();
                    for (table, cost) in tables.iter().zip(path) {
                        let decisions = table.slice(s![.., own.clone()]).to_owned();
                        pools[at].add(Found { candidate, cost: *cost, decisions });
                    }
                    begin = own.end;
                }
                Ok(())
            };
        let all: Vec<usize> = (0..labels.len()).collect();
        let balanced = options.class_weight == ClassWeight::Balanced;
        let given = |label: &usize| given(options, &labels[*label], problem.base.is_some());
        for (label, own) in all.iter().filter_map(|label| Some((label, given(label)?))) {
            let own: Vec<Block> = own.iter().copied().filter(|block| blocks.contains(block)).collect();
            let scales = candidates(&own, false, false)[0];
            attempt(Candidate { scales, balanced }, &[*label], &path, &mut pools)?;
        }
        let all: Vec<usize> = all.into_iter().filter(|label| given(label).is_none()).collect();
        for scales in candidates(blocks, options.choose_blocks, problem.base.is_some()) {
            let path = if all.iter().all(|label| pools[*label].best().is_none()) {
                path.clone()
            } else {
                near(&path, &pools, &all)
            };
            attempt(Candidate { scales, balanced }, &all, &path, &mut pools)?;
        }
        if options.choose_blocks && problem.base.is_none() {
            // What else there is to know is added to the text's best, block by block, and stays where it helps.
            for change in CHANGES.iter().filter(|change| change.iter().all(|(block, _)| blocks.contains(block))) {
                for (candidate, of) in distinct(&pools) {
                    let of: Vec<usize> = of.into_iter().filter(|label| all.contains(label)).collect();
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
        Ok(pools)
    }
}

/// The decision values of unseen rows by the average of a label's members, shape `(n_samples, n_outputs)`; `columns` are the
/// label's outputs.
pub(crate) fn average(
    problem: &Problem,
    solver: Solver,
    folds: &Folds,
    columns: Range<usize>,
    members: &[Member],
    done: impl Fn() -> bool + Sync,
) -> Result<Array2<f32>, TrainError> {
    let columns: Vec<usize> = columns.collect();
    let part = problem.part(&columns);
    let mut decisions = Array2::zeros((problem.targets.n_samples(), columns.len()));
    for member in members {
        let tables = part.out_of_fold(member.candidate, &[member.cost], solver, folds, &done)?;
        decisions.scaled_add(member.share, &tables[0]);
    }
    Ok(decisions)
}

/// Calibrates and sets thresholds on the decision values of what was chosen, and measures by `unseen` what such a choice is
/// worth.
fn learn(
    data: &Dataset,
    options: &TrainOptions,
    label: &Label,
    annotated: Annotated,
    members: Vec<Member>,
    (decisions, unseen): (&Array2<f32>, &Unseen),
    folds: &Folds,
) -> Result<Learnt, TrainError> {
    let aim = aim(data, options, label);
    let all: Vec<usize> = (0..annotated.len()).collect();
    let confined = Confined::find(label, &annotated, folds, data.groups.as_deref());
    let mut rule = DecisionRule::fit(label, decisions.view(), &annotated, &all, folds, &confined, aim)
        .map_err(|source| TrainError::Policy { label: label.name.clone(), source })?;
    let bootstrap = Bootstrap { groups: data.groups.as_deref(), replicates: options.replicates, seed: options.seed };
    let threshold = rule.threshold.as_ref().map(|threshold| threshold.value);
    let base_rates = base_rates(label, &annotated);
    let evaluated = Evaluated::crossed(label, unseen, annotated, folds, aim, threshold, bootstrap)?;
    // What thresholds of the other folds bring, and not what this one does on the rows that it was chosen on.
    rule.threshold = rule.threshold.map(|threshold| threshold.measured(&evaluated.figures));
    if let Some(guarantee) = &mut rule.guarantee {
        guarantee.figures.clone_from(&evaluated.sides);
    }
    Ok(Learnt { label: label.clone(), rule, members, base_rates, evaluated: Some(evaluated) })
}

/// What other decision values of unseen rows are worth than those of `before`, shape `(n_samples, n_outputs)`, with rules
/// fitted on the other folds.
pub(crate) fn measure(
    data: &Dataset,
    options: &TrainOptions,
    before: &Evaluated,
    decisions: Array2<f32>,
    folds: &Folds,
    bootstrap: Bootstrap<'_>,
) -> Result<Evaluated, TrainError> {
    let (label, annotated) = (&before.label, before.annotated.clone());
    let unseen = Unseen::of_all(decisions);
    Evaluated::crossed(label, &unseen, annotated, folds, aim(data, options, label), None, bootstrap)
}

/// The blocks of a label for which none are chosen.
fn given<'a>(options: &'a TrainOptions, label: &Label, base: bool) -> Option<&'a [Block]> {
    let own = options.label_blocks.iter().find(|(name, _)| *name == label.name && !base);
    own.map(|(_, blocks)| blocks.as_slice())
}

/// Changes that are tried one after the other; the widest last, as each comes on top of what helped before.
const CHANGES: [&[(Block, f32)]; 15] = [
    &[(Block::Guesses, 0.3)],
    &[(Block::Groups, 1.0)],
    &[(Block::Phrases, 1.0)],
    &[(Block::Context, 0.5)],
    &[(Block::Drift, 0.5)],
    &[(Block::Semantic, 0.5)],
    &[(Block::Relation, 1.0)],
    &[(Block::Profile, 1.0)],
    &[(Block::Words, 2.5)],
    &[(Block::Words, 0.3), (Block::Chars, 0.3)],
    &[(Block::Target, 0.7)],
    &[(Block::Conjoined, 1.0)],
    &[(Block::Conjoined, 1.0), (Block::ConjoinedChars, 1.0)],
    &[(Block::Conjoined, 2.0), (Block::ConjoinedChars, 2.0)],
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
    use Block::{Chars, Context, Cues, Guesses, Relation, Semantic, Shape, Words};
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
        return vec![only(
            &Block::ALL.map(|block| (block, if [Cues, Guesses, Shape].contains(&block) { FEW } else { 1.0 })),
        )];
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

/// The share of each class, or of yes.
pub(crate) fn base_rates(label: &Label, annotated: &Annotated) -> Vec<f32> {
    let n = annotated.len().max(1) as f32;
    match &annotated.truth {
        Truth::Shares(shares) => vec![shares.iter().sum::<f32>() / n],
        Truth::Classes(classes) => (0..label.classes().len())
            .map(|class| classes.iter().filter(|other| **other == class).count() as f32 / n)
            .collect(),
    }
}

fn aim<'a>(data: &'a Dataset, options: &TrainOptions, label: &Label) -> Aim<'a> {
    let own = options.policies.iter().rev().find(|(name, _)| *name == label.name);
    Aim {
        decide: options.decide,
        policy: own.map_or(Policy::default(), |(_, policy)| *policy),
        groups: data.groups.as_deref(),
        per_day: data.per_day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::fixture;

    #[test]
    fn without_cross_validation_the_usual_is_taken() {
        let data = fixture::data("rude", "idiot");
        let options = TrainOptions { cost: None, class_weight: ClassWeight::Balanced, ..fixture::options(0, 1.0) };
        let learnt = plain(&data, &options, &[Block::Words], false);
        let [Member { candidate, cost, share }] = learnt[0].members[..] else { panic!("{:?}", learnt[0].members) };
        assert_eq!((cost, share, candidate.balanced), (PLAIN_COST, 1.0, true));
        assert_eq!((candidate.scales.of(Block::Words), candidate.scales.of(Block::Chars)), (1.0, 0.0));
        assert_eq!(learnt[0].rule, DecisionRule::plain(&data.labels[0]));
        assert!(learnt[0].evaluated.is_none());
    }

    #[test]
    fn candidates_differ_and_have_the_blocks_that_there_are() {
        let all = candidates(&Block::ALL, true, false);
        assert_eq!(all.len(), 9);
        let words = candidates(&[Block::Words], true, false);
        assert!(words.iter().all(|scales| scales.of(Block::Words) > 0.0 && scales.of(Block::Chars) == 0.0));
        assert!(words.iter().enumerate().all(|(at, scales)| !words[..at].contains(scales)));
        // Weights of an older model are for blocks as they are.
        let base = candidates(&[Block::Words, Block::Cues], true, true);
        assert_eq!((base.len(), base[0].of(Block::Words), base[0].of(Block::Cues)), (1, 1.0, 1.0));
        assert_eq!(candidates(&[Block::Context], true, false).len(), 1);
    }

    #[test]
    fn base_rates_are_shares_of_classes_or_of_yes() {
        let classes = Annotated { rows: vec![0, 2, 3, 7], truth: Truth::Classes(vec![0, 2, 2, 2]) };
        let label = Label::stance("stance", ["a", "b", "c"].map(str::to_owned).to_vec());
        assert_eq!(base_rates(&label, &classes), [0.25, 0.0, 0.75]);
        let shares = Annotated { rows: vec![1, 2], truth: Truth::Shares(vec![1.0, 0.5]) };
        assert_eq!(base_rates(&Label::flag("spam"), &shares), [0.75]);
    }

    #[test]
    fn the_path_is_cut_around_the_best_of_each_label() {
        let label = Label::flag("spam");
        let folds = Folds { of: vec![0, 1, 0, 1], n: 2 };
        let annotated = Annotated { rows: (0..4).collect(), truth: Truth::Shares(vec![1.0, 1.0, 0.0, 0.0]) };
        let mut pool = Pool::new(&label, annotated, &folds, None, false);
        let candidate = Candidate { scales: Scales::ONE, balanced: false };
        let fit = |cost: f32, decisions: [f32; 4]| Found {
            candidate,
            cost,
            decisions: Array2::from_shape_fn((4, 1), |(row, _)| decisions[row]),
        };
        pool.add(fit(0.1, [0.0, 1.0, 2.0, 3.0]));
        pool.add(fit(3.0, [3.0, 2.0, 1.0, 0.0]));
        let pools = [pool];
        assert_eq!(near(&PATH, &pools, &[0]), [1.0, 3.0, 10.0]);
        assert_eq!(distinct(&pools), [(candidate, vec![0])]);
        let (members, decisions) = pools[0].average();
        assert_eq!((members.len(), members[0].cost, members[0].share), (1, 3.0, 1.0));
        assert_eq!(decisions.column(0).to_vec(), [3.0, 2.0, 1.0, 0.0]);
    }
}
