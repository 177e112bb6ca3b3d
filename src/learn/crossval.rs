//! Decision values of rows that the model which gives them has not seen.

use std::borrow::Cow;

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::features::blocks::Layout;
use crate::features::sparse::SparseRows;
use crate::features::weighting::{Scales, Weighting};
use crate::learn::adagrad::AdaGradParams;
use crate::learn::dual::{DualParams, DualState};
use crate::learn::error::LearnError;
use crate::learn::folds::Folds;
use crate::learn::linear::Linear;
use crate::learn::targets::Targets;

/// Which solver fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Solver {
    /// Dual coordinate descent.
    Dcd,
    /// `AdaGrad`, for very many rows.
    AdaGrad,
}

/// How many values the streaming solver reads in all, where that allows for its fewest and most passes.
const STEPS: usize = 200_000_000;

/// What is fitted, apart from C.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    /// How much each block weighs.
    pub scales: Scales,
    /// Rows count so that both sides of an output weigh the same.
    pub balanced: bool,
}

/// Weighted features and targets, as the solvers take them.
pub(crate) type Weighted = DatasetBase<SparseRows, Targets>;

/// Rows that a fit has not seen, each with its decision values, one C of the path after the other.
type HeldOut = Vec<(usize, Vec<f32>)>;

/// What cross-validation and the last fit have in common.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// Counted features of shape `(n_samples, n_features)`.
    pub counts: SparseRows,
    /// Which columns belong to which block.
    pub layout: Layout,
    /// Shape `(n_samples, n_outputs)`.
    pub targets: Targets,
    /// In how many training rows an n-gram must occur.
    pub min_df: u32,
    /// N-grams are weighted by their rarity.
    pub idf: bool,
    /// Weights to be pulled towards.
    pub base: Option<Base>,
    /// For the order in which rows are visited.
    pub seed: u64,
}

/// The base model.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    /// Shape `(n_features, n_outputs)` in the columns of the new model.
    pub linear: Linear,
    /// Factors of its columns, which are kept.
    pub factors: Vec<Option<f32>>,
}

impl Problem {
    /// The same problem for some of its outputs; the rows are shared.
    #[must_use]
    pub(crate) fn part(&self, outputs: &[usize]) -> Self {
        let select = |table: &Array2<f32>| table.select(Axis(1), outputs);
        Self {
            counts: self.counts.clone(),
            layout: self.layout.clone(),
            targets: Targets { share: select(&self.targets.share), weight: select(&self.targets.weight) },
            base: self.base.as_ref().map(|base| Base {
                linear: Linear {
                    weights: select(&base.linear.weights),
                    intercepts: base.linear.intercepts.select(Axis(0), outputs),
                },
                factors: base.factors.clone(),
            }),
            ..*self
        }
    }

    /// The weighting that rows for which `uses` holds give, with every scale 1.
    pub(crate) fn weighting(&self, uses: impl Fn(usize) -> bool) -> Weighting {
        let mut weighting = Weighting::fit(&self.counts, &self.layout, uses, self.min_df, self.idf);
        if let Some(base) = &self.base {
            for (factor, kept) in weighting.factors.iter_mut().zip(&base.factors) {
                *factor = kept.unwrap_or(*factor);
            }
        }
        weighting
    }

    /// Targets in which the yes and the no of every output have the same total weight, or the targets as they are.
    pub(crate) fn weighted(&self, balanced: bool) -> Cow<'_, Targets> {
        if !balanced {
            return Cow::Borrowed(&self.targets);
        }
        let mut targets = self.targets.clone();
        for output in 0..targets.n_outputs() {
            let odds = targets.log_odds(output).exp();
            let yes_share = odds / (1.0 + odds);
            let (yes, no) = (0.5 / yes_share, 0.5 / (1.0 - yes_share));
            for row in 0..targets.n_samples() {
                let share = targets.share[[row, output]];
                let (up, down) = (share * yes, (1.0 - share) * no);
                targets.weight[[row, output]] *= up + down;
                targets.share[[row, output]] = up / (up + down);
            }
        }
        Cow::Owned(targets)
    }

    /// Fits on weighted features at the C of each output.
    ///
    /// # Errors
    /// As the solvers.
    pub(crate) fn fit(&self, dataset: &Weighted, costs: Array1<f32>, solver: Solver) -> Result<Linear, LearnError> {
        match solver {
            Solver::AdaGrad => self.stream(dataset, costs),
            Solver::Dcd => Ok(self.descend(dataset, costs, None)?.linear),
        }
    }

    /// Fits with the streaming solver.
    fn stream(&self, dataset: &Weighted, costs: Array1<f32>) -> Result<Linear, LearnError> {
        // Few rows are read more often: they take as long as many rows read a few times.
        let passes = (STEPS / dataset.records.nnz().max(1)).clamp(4, 25);
        let params = AdaGradParams::new(costs).passes(passes).seed(self.seed).check()?;
        params.fit_from(self.base.as_ref().map(|base| &base.linear), dataset)
    }

    /// Fits with the dual solver, from where the fit at a smaller C ended, or from the beginning.
    fn descend(
        &self,
        dataset: &Weighted,
        costs: Array1<f32>,
        before: Option<DualState>,
    ) -> Result<DualState, LearnError> {
        let (rows, targets) = (&dataset.records, &dataset.targets);
        let before = before.unwrap_or_else(|| {
            let start = match &self.base {
                Some(base) => base.linear.clone(),
                None => Linear::at_log_odds(rows.n_features(), targets),
            };
            DualState::from_base(start, rows.n_samples())
        });
        DualParams::new(costs).seed(self.seed).check()?.go_on(&before, dataset)
    }

    /// For each C of the increasing `path`, the decision values, shape `(n_samples, n_outputs)`, of each row under the
    /// model of the other folds. Document frequencies are those of the other folds, too.
    ///
    /// All folds are given the same intercept, the mean of theirs. A fold that has much of a label leaves the others
    /// with little of it, so that their own intercept would rank its rows below those of other folds: with a weak label
    /// and grouped folds a pooled AUC would fall below one half (Parker, Günter and Bedo, Stratification bias in low
    /// signal microarray studies, BMC Bioinformatics 8, 2007).
    ///
    /// # Errors
    /// As the solvers.
    pub(crate) fn out_of_fold(
        &self,
        candidate: Candidate,
        path: &[f32],
        solver: Solver,
        folds: &Folds,
        done: impl Fn() -> bool + Sync,
    ) -> Result<Vec<Array2<f32>>, LearnError> {
        let all = self.weighted(candidate.balanced);
        let shape = (all.n_samples(), all.n_outputs());
        let fitted: Vec<(Vec<Array1<f32>>, HeldOut)> = (0..folds.n)
            .into_par_iter()
            .map(|fold| {
                let is_held = |row: usize| usize::from(folds.of[row]) == fold;
                let mut weighting = self.weighting(|row| !is_held(row));
                weighting.scales = candidate.scales;
                let rows = weighting.apply(&self.counts, &self.layout);
                let dataset = Weighted::new(rows, all.without(is_held));
                let held: Vec<usize> = (0..shape.0).filter(|row| is_held(*row)).collect();
                let mut decisions: HeldOut =
                    held.iter().map(|row| (*row, Vec::with_capacity(path.len() * shape.1))).collect();
                let mut intercepts = Vec::with_capacity(path.len());
                let mut state = None;
                let mut values = vec![0.0; shape.1];
                for cost in path {
                    let linear = self.step(&dataset, *cost, solver, &mut state)?;
                    for (row, decisions) in &mut decisions {
                        linear.decide(dataset.records.row(*row), &mut values);
                        decisions.extend_from_slice(&values);
                    }
                    intercepts.push(linear.intercepts.clone());
                    if !done() {
                        return Err(LearnError::Stopped);
                    }
                }
                Ok((intercepts, decisions))
            })
            .collect::<Result<_, LearnError>>()?;
        let mut means = vec![Array1::zeros(shape.1); path.len()];
        for (intercepts, _) in &fitted {
            means.iter_mut().zip(intercepts).for_each(|(mean, own)| mean.scaled_add(1.0 / folds.n as f32, own));
        }
        let mut tables = vec![Array2::zeros(shape); path.len()];
        for (intercepts, held_out) in &fitted {
            let shifts: Vec<Array1<f32>> = means.iter().zip(intercepts).map(|(mean, own)| mean - own).collect();
            for (row, decisions) in held_out {
                for ((table, values), shift) in tables.iter_mut().zip(decisions.chunks(shape.1)).zip(&shifts) {
                    let moved = values.iter().zip(shift).map(|(value, shift)| value + shift);
                    table.row_mut(*row).iter_mut().zip(moved).for_each(|(to, from)| *to = from);
                }
            }
        }
        Ok(tables)
    }

    /// One C of a path. The dual solver continues from the result of the smaller C.
    fn step<'s>(
        &self,
        dataset: &Weighted,
        cost: f32,
        solver: Solver,
        state: &'s mut Option<DualState>,
    ) -> Result<Cow<'s, Linear>, LearnError> {
        let costs = Array1::from_elem(1, cost);
        match solver {
            Solver::AdaGrad => Ok(Cow::Owned(self.stream(dataset, costs)?)),
            Solver::Dcd => {
                let solved = self.descend(dataset, costs, state.take())?;
                Ok(Cow::Borrowed(&state.insert(solved).linear))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::blocks::Block;
    use crate::features::sparse::Chunk;

    /// Two folds of fifty rows, nine tenths yes in one and one tenth in the other, and no feature that separates them.
    #[test]
    fn a_fold_with_much_of_a_label_is_not_ranked_below_the_others() {
        let layout = Layout::new(&[Block::Words], [1, 0, 0, 0, 0, 0, 0]);
        let chunk = Chunk { indptr: (0..=100).collect(), columns: vec![0; 100], values: vec![1.0; 100] };
        let mut targets = Targets::missing(100, 1);
        targets.weight.fill(1.0);
        for row in 0..100 {
            targets.share[[row, 0]] = f32::from(u8::from((row % 10 == 0) != (row < 50)));
        }
        let problem = Problem {
            counts: SparseRows::new(vec![chunk], 1),
            layout,
            targets,
            min_df: 1,
            idf: false,
            base: None,
            seed: 1,
        };
        let folds = Folds { of: (0..100).map(|row| u16::from(row >= 50)).collect(), n: 2 };
        let candidate = Candidate { scales: Scales::ONE, balanced: false };
        for solver in [Solver::Dcd, Solver::AdaGrad] {
            let tables = problem.out_of_fold(candidate, &[0.01], solver, &folds, || true).unwrap();
            // Each with its own intercept they would be about ln 9 below and above nothing.
            assert!((tables[0][[0, 0]] - tables[0][[99, 0]]).abs() < 0.5, "{solver:?} {}", tables[0]);
        }
    }
}
