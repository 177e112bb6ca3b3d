//! The fit on all rows, from scratch or from an older model's weights.

use ndarray::{Array1, s};

use crate::dataset::error::TrainError;
use crate::dataset::label::{Label, outputs};
use crate::features::blocks::{Block, Layout};
use crate::features::fit::Featurizer;
use crate::features::sparse::{Chunk, SparseRows};
use crate::features::weighting::{Scales, Weighting};
use crate::learn::crossval::{Base, Candidate, Problem, Solver, Weighted};
use crate::learn::linear::Linear;
use crate::learn::targets::Targets;
use crate::model::model::Model;
use crate::train::learnt::{Learnt, Member, Witness};

/// What a fit on all rows gives.
pub(crate) struct Refit {
    pub(crate) weighting: Weighting,
    pub(crate) linear: Linear,
    /// For each column whose name is worth keeping, a row that it occurs in.
    pub(crate) witnesses: Vec<Witness>,
    /// The standard deviation of each column's value over the rows.
    pub(crate) spreads: Vec<f32>,
}

/// Fits all members of all labels on all rows, those of one candidate together, and averages them. The scales of blocks
/// end up in the weights.
pub(crate) fn refit(mut problem: Problem, learnt: &[Learnt], solver: Solver) -> Result<Refit, TrainError> {
    let labels: Vec<Label> = learnt.iter().map(|learnt| learnt.label.clone()).collect();
    let outputs = outputs(&labels);
    let mut merged = Linear::zeros(problem.layout.n_features(), problem.targets.n_outputs());
    let mut weighting = problem.weighting(|_| true);
    let members = || {
        let each = learnt.iter().zip(&outputs);
        each.flat_map(|(learnt, outputs)| learnt.members.iter().map(move |member| (*member, outputs.clone())))
    };
    let mut candidates: Vec<Candidate> = Vec::new();
    for (member, _) in members() {
        if !candidates.contains(&member.candidate) {
            candidates.push(member.candidate);
        }
    }
    let last = candidates.len() - 1;
    let mut witnesses = Vec::new();
    let mut spreads = Spreads::new(problem.layout.n_features());
    for (place, candidate) in candidates.into_iter().enumerate() {
        let own = members().filter(|(member, _)| member.candidate == candidate);
        // An output stands here once for each C that it is averaged over.
        let own: Vec<(usize, Member)> = own.flat_map(|(m, outputs)| outputs.map(move |at| (at, m))).collect();
        let columns: Vec<usize> = own.iter().map(|(output, _)| *output).collect();
        // Without the rows, of which the last candidate takes possession.
        let part = Problem { counts: SparseRows::default(), ..problem.part(&columns) };
        let costs: Array1<f32> = own.iter().map(|(_, member)| member.cost).collect();
        weighting.scales = candidate.scales;
        let rows = if place == last {
            weighting.apply_owned(std::mem::take(&mut problem.counts), &problem.layout)
        } else {
            weighting.apply(&problem.counts, &problem.layout)
        };
        let dataset = Weighted::new(rows, part.weighted(candidate.balanced).into_owned());
        let linear = part.fit(&dataset, costs, solver)?;
        let rows = &dataset.records;
        spreads.measure(rows, &problem.layout, candidate.scales);
        witnesses.extend(self::witnesses(&linear, &spreads.of, &problem.layout, rows));
        for (from, (to, member)) in own.into_iter().enumerate() {
            merged.intercepts[to] += member.share * linear.intercepts[from];
            for block in Block::ALL {
                let columns = problem.layout.columns(block);
                let columns = s![columns.start as usize..columns.end as usize, ..];
                let mut weights = merged.weights.slice_mut(columns);
                let factor = member.share * candidate.scales.of(block);
                weights.column_mut(to).scaled_add(factor, &linear.weights.slice(columns).column(from));
            }
        }
    }
    weighting.scales = Scales::ONE;
    witnesses.sort_unstable();
    witnesses.dedup_by_key(|(column, _)| *column);
    Ok(Refit { weighting, linear: merged, witnesses, spreads: spreads.of })
}

/// How much the values of columns differ from row to row, at the scale 1 of their blocks.
struct Spreads {
    /// By column; 0 of blocks that are not measured yet.
    of: Vec<f32>,
    measured: [bool; Block::ALL.len()],
}

impl Spreads {
    fn new(n_features: usize) -> Self {
        Self { of: vec![0.0; n_features], measured: [false; Block::ALL.len()] }
    }

    /// Measures the blocks that these values have, and none before had.
    fn measure(&mut self, rows: &SparseRows, layout: &Layout, scales: Scales) {
        let blocks: Vec<Block> = Block::ALL.into_iter().filter(|block| scales.of(*block) > 0.0).collect();
        let is_new = |block: &&Block| !self.measured[block.index()];
        if !blocks.iter().any(|block| is_new(&block)) {
            return;
        }
        let (n, mut sums) = (rows.n_samples().max(1) as f64, vec![(0.0_f64, 0.0_f64); self.of.len()]);
        for (column, value) in
            rows.chunks().iter().flat_map(Chunk::rows).flat_map(|row| row.columns.iter().zip(row.values))
        {
            let (sum, squares) = &mut sums[*column as usize];
            *sum += f64::from(*value);
            *squares += f64::from(*value).powi(2);
        }
        for block in blocks.iter().filter(is_new) {
            for column in layout.columns(*block).map(|column| column as usize) {
                let (sum, squares) = sums[column];
                let variance = (squares / n - (sum / n).powi(2)).max(0.0);
                self.of[column] = variance.sqrt() as f32 / scales.of(*block);
            }
        }
        blocks.iter().for_each(|block| self.measured[block.index()] = true);
    }
}

/// The weights that training goes on from.
pub(crate) struct WarmStart<'a> {
    pub(crate) featurizer: &'a Featurizer,
    weighting: Weighting,
    linear: Linear,
    /// What its outputs stand for.
    labels: Vec<Label>,
}

impl<'a> WarmStart<'a> {
    /// From a trained model.
    pub(crate) fn of(model: &'a Model) -> Self {
        Self {
            featurizer: model.featurizer(),
            weighting: model.weighting(),
            linear: model.linear(),
            labels: model.labels(),
        }
    }

    /// The weights in the columns and outputs of a new model.
    pub(crate) fn rebase(&self, featurizer: &Featurizer, labels: &[Label], targets: &Targets) -> Base {
        let mut linear = Linear::at_log_odds(featurizer.layout.n_features(), targets);
        let mut factors = vec![None; featurizer.layout.n_features()];
        let own_outputs = outputs(&self.labels);
        for block in Block::ALL {
            let (to, from) = (featurizer.layout.columns(block), self.featurizer.layout.columns(block));
            for (to, from) in to.zip(from) {
                factors[to as usize] = Some(self.weighting.factors[from as usize]);
            }
        }
        for (label, outputs) in labels.iter().zip(outputs(labels)) {
            let Some(at) = self.labels.iter().position(|known| known == label) else { continue };
            for (to, from) in outputs.zip(own_outputs[at].clone()) {
                linear.intercepts[to] = self.linear.intercepts[from];
                for block in Block::ALL {
                    for (row, own_row) in featurizer.layout.columns(block).zip(self.featurizer.layout.columns(block)) {
                        linear.weights[[row as usize, to]] = self.linear.weights[[own_row as usize, from]];
                    }
                }
            }
        }
        Base { linear, factors }
    }
}

/// How many of the strongest features on each side of each output keep their names.
const NAMED: usize = 1000;

/// The strongest n-gram columns of each output, by weight times spread, each with a row that it occurs in.
fn witnesses(linear: &Linear, spreads: &[f32], layout: &Layout, rows: &SparseRows) -> Vec<Witness> {
    let first = layout.columns(Block::Words).start as usize;
    let n_features = layout.n_features();
    let mut wanted = vec![false; n_features];
    for output in 0..linear.n_outputs() {
        let strength = |column: &usize| linear.weights[[*column, output]] * spreads[*column];
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
    for (row, features) in rows.chunks().iter().flat_map(Chunk::rows).enumerate() {
        for column in features.columns {
            if std::mem::take(&mut wanted[*column as usize]) {
                found.push((*column, row as u32));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::train::decision_rule::DecisionRule;

    /// Rows with the first column are yes, rows with the second no; no row has the third.
    fn problem() -> Problem {
        let mut chunk = Chunk { indptr: vec![0], ..Chunk::default() };
        let mut targets = Targets::missing(12, 1);
        targets.weight.fill(1.0);
        for row in 0..12_u32 {
            chunk.columns.push(row % 2);
            chunk.values.push(1.0);
            chunk.indptr.push(row + 1);
            targets.share[[row as usize, 0]] = f32::from(u8::from(row % 2 == 0));
        }
        let layout = Layout::new(&[Block::Words], [3, 0, 0, 0, 0, 0, 0]);
        let counts = SparseRows::new(vec![chunk], 3);
        Problem { counts, layout, targets, min_df: 1, idf: false, base: None, seed: 1 }
    }

    fn scaled(scale: f32) -> Candidate {
        let mut scales = Scales::ONE;
        scales.0[Block::Words.index()] = scale;
        Candidate { scales, balanced: false }
    }

    /// A fit by itself, in weights for columns at the scale 1.
    fn alone(member: &Member) -> Linear {
        let problem = problem();
        let mut weighting = problem.weighting(|_| true);
        weighting.scales = member.candidate.scales;
        let rows = weighting.apply(&problem.counts, &problem.layout);
        let dataset = Weighted::new(rows, problem.targets.clone());
        let mut linear = problem.fit(&dataset, Array1::from_elem(1, member.cost), Solver::Dcd).unwrap();
        linear.weights *= member.candidate.scales.of(Block::Words);
        linear
    }

    #[test]
    fn members_are_averaged_and_scales_end_up_in_the_weights() {
        let members = vec![
            Member { candidate: scaled(1.0), cost: 1.0, share: 0.25 },
            Member { candidate: scaled(1.0), cost: 10.0, share: 0.25 },
            Member { candidate: scaled(0.5), cost: 3.0, share: 0.5 },
        ];
        let mut expected = Linear::zeros(3, 1);
        for member in &members {
            let own = alone(member);
            expected.weights.scaled_add(member.share, &own.weights);
            expected.intercepts.scaled_add(member.share, &own.intercepts);
        }
        let label = Label::flag("spam");
        let rule = DecisionRule::plain(&label);
        let learnt = Learnt { label, rule, members, base_rates: vec![0.5], evaluated: None };
        let refit = refit(problem(), &[learnt], Solver::Dcd).unwrap();
        for (found, expected) in refit.linear.weights.iter().zip(&expected.weights) {
            assert!((found - expected).abs() < 1e-5, "{} {}", refit.linear.weights, expected);
        }
        assert!((refit.linear.intercepts[0] - expected.intercepts[0]).abs() < 1e-5);
        assert_eq!(refit.weighting.scales, Scales::ONE);
        // The third column is in no row.
        assert_eq!(refit.witnesses, [(0, 0), (1, 1)]);
        assert!((refit.spreads[0] - 0.5).abs() < 1e-6 && refit.spreads[2] == 0.0, "{:?}", refit.spreads);
    }

    #[test]
    fn spreads_are_those_of_the_first_fit_that_has_a_block() {
        let layout = Layout::new(&[Block::Words], [2, 0, 0, 0, 0, 0, 0]);
        let rows = |value: f32| {
            SparseRows::from(Array2::from_shape_fn((4, 2), |(row, at)| if row % 2 == at { value } else { 0.0 }).view())
        };
        let mut spreads = Spreads::new(2);
        spreads.measure(&rows(2.0), &layout, scaled(2.0).scales);
        assert_eq!(spreads.of, [0.5, 0.5]);
        spreads.measure(&rows(9.0), &layout, Scales::ONE);
        assert_eq!(spreads.of, [0.5, 0.5]);
    }
}
