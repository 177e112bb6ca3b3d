//! Dual coordinate descent for L2-regularised logistic regression, all outputs together.
//!
//! After Yu, Huang and Lin, Dual coordinate descent methods for logistic regression and maximum entropy models, Machine
//! Learning 85 (2011), in a form that also holds for soft targets. At the optimum `w = w0 + sum_i beta_i x_i` with
//! `beta_i = c_i (s_i - sigma(z_i))`. Writing `sigma(u)` for the row's own probability, one step solves
//! `u + c q sigma(u) = z - beta q + c q s` for `u`, where `q` is the squared norm of the row and `z` its decision value;
//! the left side grows with `u`, so Newton's method finds the one solution.
//!
//! Weights lie feature by feature, one beside the other for all outputs, so that a row is read once for all of them.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, FitWith};
use ndarray::{Array1, Array2, s};
use rayon::prelude::*;

use super::random::Random;
use super::{LearnError, Linear, Targets};
use crate::features::SparseRows;

/// Options of the dual solver, checked.
#[derive(Clone, Debug)]
pub struct DualValidParams {
    costs: Array1<f32>,
    tolerance: f32,
    max_passes: usize,
    seed: u64,
}

/// Options of the dual solver.
#[derive(Clone, Debug)]
pub struct DualParams(DualValidParams);

impl DualParams {
    /// `costs` holds the C of each output, or one for all.
    #[must_use]
    pub fn new(costs: Array1<f32>) -> Self {
        Self(DualValidParams {
            costs,
            tolerance: std::env::var("OMBUD_TOL").map_or(0.02, |t| t.parse().unwrap()),
            max_passes: std::env::var("OMBUD_PASS").map_or(40, |t| t.parse().unwrap()),
            seed: 1,
        })
    }

    /// An output is done when no row's probability moved by more than this in a pass.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f32) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// The most passes over the rows.
    #[must_use]
    pub fn max_passes(mut self, max_passes: usize) -> Self {
        self.0.max_passes = max_passes;
        self
    }

    /// Of the order in which rows are visited.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl ParamGuard for DualParams {
    type Checked = DualValidParams;
    type Error = LearnError;

    fn check_ref(&self) -> Result<&DualValidParams, LearnError> {
        if let Some(cost) = self.0.costs.iter().find(|cost| !(cost.is_finite() && **cost > 0.0)) {
            return Err(LearnError::Cost(*cost));
        }
        if !(self.0.tolerance.is_finite() && self.0.tolerance > 0.0) {
            return Err(LearnError::Tolerance(self.0.tolerance));
        }
        if self.0.max_passes == 0 {
            return Err(LearnError::NoPass);
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<DualValidParams, LearnError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

/// A solution and its dual variables, from which a fit at a larger C can go on.
#[derive(Clone, Debug)]
pub struct DualState {
    /// The solution.
    pub linear: Linear,
    /// Shape `(n_samples, n_outputs)`.
    beta: Array2<f32>,
}

impl DualState {
    /// Begins at the weights of another model: they are what regularisation then pulls towards.
    #[must_use]
    pub fn from_base(base: Linear, n_samples: usize) -> Self {
        let beta = Array2::zeros((n_samples, base.n_outputs()));
        Self { linear: base, beta }
    }
}

impl Fit<SparseRows, Targets, LearnError> for DualValidParams {
    type Object = Linear;

    fn fit(&self, dataset: &DatasetBase<SparseRows, Targets>) -> Result<Linear, LearnError> {
        let targets = &dataset.targets;
        let mut start = Linear::zeros(dataset.records.n_features(), targets.n_outputs());
        start.intercepts = (0..targets.n_outputs()).map(|output| targets.log_odds(output)).collect();
        Ok(self.fit_with(DualState::from_base(start, targets.n_samples()), dataset)?.linear)
    }
}

impl FitWith<'_, SparseRows, Targets, LearnError> for DualValidParams {
    type ObjectIn = DualState;
    type ObjectOut = DualState;

    fn fit_with(&self, state: DualState, dataset: &DatasetBase<SparseRows, Targets>) -> Result<DualState, LearnError> {
        let (rows, targets) = (&dataset.records, &dataset.targets);
        let n_outputs = targets.n_outputs();
        if rows.n_samples() != targets.n_samples() {
            return Err(LearnError::Rows { rows: rows.n_samples(), targets: targets.n_samples() });
        }
        if self.costs.len() != n_outputs && self.costs.len() != 1 {
            return Err(LearnError::Outputs { what: "costs", found: self.costs.len(), outputs: n_outputs });
        }
        if state.linear.n_outputs() != n_outputs {
            return Err(LearnError::Outputs { what: "weights", found: state.linear.n_outputs(), outputs: n_outputs });
        }
        let costs = self.costs.broadcast(n_outputs).map(|costs| costs.to_owned()).unwrap_or_default();
        let groups = groups(n_outputs);
        let solved: Vec<DualState> = groups
            .into_par_iter()
            .map(|outputs| {
                let part = Part { rows, targets, costs: &costs, params: self, first: outputs.start };
                match outputs.len() {
                    1 => part.solve::<1>(&state),
                    2 => part.solve::<2>(&state),
                    3..=4 => part.solve::<4>(&state),
                    5..=8 => part.solve::<8>(&state),
                    _ => part.solve::<16>(&state),
                }
            })
            .collect();
        Ok(join(solved))
    }
}

/// Outputs in groups that are solved together. An output's solution does not depend on its group.
fn groups(n_outputs: usize) -> Vec<std::ops::Range<usize>> {
    (0..n_outputs.div_ceil(16)).map(|group| group * 16..n_outputs.min(group * 16 + 16)).collect()
}

fn join(mut parts: Vec<DualState>) -> DualState {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    let weights: Vec<_> = parts.iter().map(|part| part.linear.weights.view()).collect();
    let intercepts: Vec<_> = parts.iter().map(|part| part.linear.intercepts.view()).collect();
    let beta: Vec<_> = parts.iter().map(|part| part.beta.view()).collect();
    DualState {
        linear: Linear {
            weights: ndarray::concatenate(ndarray::Axis(1), &weights).unwrap_or_default(),
            intercepts: ndarray::concatenate(ndarray::Axis(0), &intercepts).unwrap_or_default(),
        },
        beta: ndarray::concatenate(ndarray::Axis(1), &beta).unwrap_or_default(),
    }
}

/// The outputs `first..first + K` of a problem.
struct Part<'a> {
    rows: &'a SparseRows,
    targets: &'a Targets,
    costs: &'a Array1<f32>,
    params: &'a DualValidParams,
    first: usize,
}

impl Part<'_> {
    /// `K` is the number of outputs, rounded up; those beyond the last are never touched.
    fn solve<const K: usize>(&self, state: &DualState) -> DualState {
        let width = K.min(self.targets.n_outputs() - self.first);
        let outputs = s![.., self.first..self.first + width];
        let mut weights = vec![[0.0_f32; K]; self.rows.n_features()];
        for (to, from) in weights.iter_mut().zip(state.linear.weights.slice(outputs).outer_iter()) {
            to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        }
        let mut intercepts = [0.0_f32; K];
        let mut costs = [0.0_f32; K];
        for output in 0..width {
            intercepts[output] = state.linear.intercepts[self.first + output];
            costs[output] = self.costs[self.first + output];
        }
        let mut beta = state.beta.slice(outputs).to_owned();
        let share = self.targets.share.slice(outputs);
        let weight = self.targets.weight.slice(outputs);

        let mut order: Vec<u32> = (0..self.rows.n_samples() as u32)
            .filter(|row| weight.row(*row as usize).iter().any(|weight| *weight > 0.0))
            .collect();
        let norms: Vec<f32> = order
            .iter()
            .map(|row| 1.0 + self.rows.row(*row as usize).values.iter().map(|value| value * value).sum::<f32>())
            .collect();
        let mut order: Vec<(u32, f32)> = order.drain(..).zip(norms).collect();
        let mut random = Random::new(self.params.seed);
        let mut open = [true; K];
        for _ in 0..self.params.max_passes {
            random.shuffle(&mut order);
            let mut moved = [0.0_f32; K];
            for &(row, norm) in &order {
                let row = row as usize;
                let features = self.rows.row(row);
                let mut z = intercepts;
                for (column, value) in features.iter() {
                    let weights = &weights[column as usize];
                    for output in 0..K {
                        z[output] += value * weights[output];
                    }
                }
                let mut step = [0.0_f32; K];
                let mut any = false;
                for output in 0..width {
                    let cost = costs[output] * weight[[row, output]];
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
            for output in 0..width {
                open[output] &= moved[output] > self.params.tolerance;
            }
            if !open[..width].contains(&true) {
                break;
            }
        }
        let flat = weights.iter().flat_map(|weights| weights[..width].iter().copied()).collect();
        DualState {
            linear: Linear {
                weights: Array2::from_shape_vec((self.rows.n_features(), width), flat).unwrap_or_default(),
                intercepts: Array1::from_iter(intercepts[..width].iter().copied()),
            },
            beta,
        }
    }
}

/// The row's probability at the minimum over its own dual variable.
#[inline]
fn coordinate(z: f32, beta: f32, share: f32, cost: f32, norm: f32) -> f32 {
    let steep = cost * norm;
    let right = z - beta * norm + steep * share;
    // The solution lies between right - steep and right.
    let mut u = z.clamp(right - steep, right);
    let mut probability = sigmoid(u);
    for _ in 0..20 {
        let excess = u + steep * probability - right;
        let step = excess / (1.0 + steep * probability * (1.0 - probability));
        u = (u - step).clamp(right - steep, right);
        probability = sigmoid(u);
        if step.abs() < 1e-3 {
            break;
        }
    }
    probability
}

/// The logistic function.
#[inline]
pub(super) fn sigmoid(z: f32) -> f32 {
    1.0 / (1.0 + (-z).exp())
}
