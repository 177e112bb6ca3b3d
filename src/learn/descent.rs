//! The passes of dual coordinate descent over the rows, for up to sixteen outputs at once.

use std::ops::Range;

use ndarray::{Array1, Array2, ArrayView2, s};

use crate::features::sparse::SparseRows;
use crate::learn::coordinate::{coordinate, decide};
use crate::learn::linear::Linear;
use crate::learn::params::Params;
use crate::learn::random::Random;
use crate::learn::targets::Targets;

/// The most that a row weighs (its C times its weight) when nothing is known yet. From nothing to a much larger one in
/// one go the passes would end far from the minimum; step by step each solution is a good start for the next.
const FIRST_COST: f32 = 3.0;
/// The next C after one at which an output is done.
const COST_STEP: f32 = 3.0;

/// Some outputs of a problem, at most sixteen.
pub(crate) struct Descent<'a> {
    pub rows: &'a SparseRows,
    pub targets: &'a Targets,
    /// The C of each output of the problem.
    pub costs: &'a Array1<f32>,
    pub params: &'a Params,
    /// An output is done when no row's probability moved by more than this in a pass.
    pub tolerance: f32,
    pub outputs: Range<usize>,
}

/// A solution on its way. `K` is the number of outputs, rounded up; those beyond the last are never touched.
struct Solution<const K: usize> {
    /// Feature by feature, with all outputs next to each other.
    weights: Vec<[f32; K]>,
    intercepts: [f32; K],
    /// Dual variables, shape `(n_samples, n_outputs)`.
    beta: Array2<f32>,
}

/// How far each output is: it is solved at a small C first, then at larger ones.
struct Schedule<const K: usize> {
    /// Outputs that are not done.
    open: [bool; K],
    /// The C at which each is solved.
    now: [f32; K],
    /// Passes at that C.
    passes: [usize; K],
}

impl Descent<'_> {
    /// Continues from a model and its dual variables for all outputs; returns those of these outputs, at most `K`.
    pub(crate) fn solve<const K: usize>(&self, linear: &Linear, beta: &Array2<f32>) -> (Linear, Array2<f32>) {
        let (outputs, width) = (self.outputs.clone(), self.outputs.len());
        let mut costs = [0.0_f32; K];
        costs.iter_mut().zip(self.costs.slice(s![outputs.clone()])).for_each(|(to, from)| *to = *from);
        let weight = self.targets.weight.slice(s![.., outputs.clone()]);
        let mut order = self.order(weight);
        let mut random = Random::new(self.params.seed);
        let mut schedule = Schedule { open: [true; K], now: costs, passes: [0; K] };
        if beta.iter().all(|beta| *beta == 0.0) {
            for output in 0..width {
                let largest = weight.column(output).fold(0.0_f32, |largest, weight| largest.max(*weight));
                schedule.now[output] = costs[output].min(FIRST_COST / largest);
            }
        }
        let mut solution = Solution::<K>::new(self.rows.n_features(), linear, beta, outputs);
        loop {
            random.shuffle(&mut order);
            let moved = self.pass(&order, &schedule, &mut solution);
            for output in 0..width {
                schedule.passes[output] += 1;
                if moved[output] > self.tolerance && schedule.passes[output] < self.params.passes {
                    continue;
                }
                schedule.passes[output] = 0;
                schedule.open[output] &= schedule.now[output] < costs[output];
                schedule.now[output] = costs[output].min(schedule.now[output] * COST_STEP);
            }
            if !schedule.open[..width].contains(&true) {
                return solution.finish(width);
            }
        }
    }

    /// The rows that say something of these outputs, each with its squared norm; the intercept counts as a feature.
    fn order(&self, weight: ArrayView2<'_, f32>) -> Vec<(u32, f32)> {
        (0..self.rows.n_samples() as u32)
            .filter(|row| weight.row(*row as usize).iter().any(|weight| *weight > 0.0))
            .map(|row| {
                let values = self.rows.row(row as usize).values;
                (row, 1.0 + values.iter().map(|value| value * value).sum::<f32>())
            })
            .collect()
    }

    /// Visits all rows once; returns the largest change of a row's probability, by output.
    fn pass<const K: usize>(
        &self,
        order: &[(u32, f32)],
        schedule: &Schedule<K>,
        solution: &mut Solution<K>,
    ) -> [f32; K] {
        let Schedule { open, now, .. } = schedule;
        let Solution { weights, intercepts, beta } = solution;
        let width = beta.ncols();
        let outputs = s![.., self.outputs.clone()];
        let (share, weight) = (self.targets.share.slice(outputs), self.targets.weight.slice(outputs));
        let mut moved = [0.0_f32; K];
        for &(row, norm) in order {
            let row = row as usize;
            let features = self.rows.row(row);
            let z = decide(weights, intercepts, features);
            let mut step = [0.0_f32; K];
            let mut any = false;
            for output in 0..width {
                let cost = now[output] * weight[[row, output]];
                if !open[output] || cost == 0.0 {
                    continue;
                }
                let (share, old) = (share[[row, output]], beta[[row, output]]);
                let probability = coordinate(z[output], old, share, cost, norm);
                let new = cost * (share - probability);
                step[output] = new - old;
                moved[output] = moved[output].max((step[output] / cost).abs());
                beta[[row, output]] = new;
                any |= step[output].abs() > 1e-7 * cost;
            }
            if any {
                for (column, value) in features.iter() {
                    let weights = &mut weights[column as usize];
                    for output in 0..K {
                        weights[output] += value * step[output];
                    }
                }
                for output in 0..K {
                    intercepts[output] += step[output];
                }
            }
        }
        moved
    }
}

impl<const K: usize> Solution<K> {
    fn new(n_features: usize, linear: &Linear, beta: &Array2<f32>, outputs: Range<usize>) -> Self {
        let mut weights = vec![[0.0_f32; K]; n_features];
        for (to, from) in weights.iter_mut().zip(linear.weights.slice(s![.., outputs.clone()]).outer_iter()) {
            to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        }
        let mut intercepts = [0.0_f32; K];
        let own = linear.intercepts.slice(s![outputs.clone()]);
        intercepts.iter_mut().zip(own).for_each(|(to, from)| *to = *from);
        Self { weights, intercepts, beta: beta.slice(s![.., outputs]).to_owned() }
    }

    fn finish(self, width: usize) -> (Linear, Array2<f32>) {
        let shape = (self.weights.len(), width);
        let linear = Linear {
            weights: Array2::from_shape_fn(shape, |(row, output)| self.weights[row][output]),
            intercepts: Array1::from_iter(self.intercepts[..width].iter().copied()),
        };
        (linear, self.beta)
    }
}
