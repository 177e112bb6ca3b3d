//! Dual coordinate descent for L2-regularised logistic regression, all outputs together.
//!
//! After Yu, Huang and Lin, Dual coordinate descent methods for logistic regression and maximum entropy models, Machine
//! Learning 85 (2011), in a form that also holds for soft targets. At the optimum `w = w0 + sum_i beta_i x_i` with
//! `beta_i = c_i (s_i - sigma(z_i))`. Writing `sigma(u)` for the row's own probability, one step solves
//! `u + c q sigma(u) = z - beta q + c q s` for `u`, where `q` is the squared norm of the row and `z` its decision value;
//! the left side grows with `u`, so Newton's method finds the one solution.
//!
//! Weights are stored feature by feature with all outputs next to each other, so that a row is read once for all of
//! them.

use std::ops::Range;

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, FitWith};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use crate::features::sparse::SparseRows;
use crate::learn::descent::Descent;
use crate::learn::error::LearnError;
use crate::learn::linear::{Linear, beside};
use crate::learn::params::Params;
use crate::learn::targets::Targets;

#[cfg(test)]
mod tests;

/// Options of the dual solver, checked.
#[derive(Clone, Debug)]
pub struct DualValidParams {
    params: Params,
    tolerance: f32,
}

/// Options of the dual solver.
#[derive(Clone, Debug)]
pub struct DualParams(DualValidParams);

impl DualParams {
    /// `costs` holds the C of each output, or one for all.
    #[must_use]
    pub fn new(costs: Array1<f32>) -> Self {
        Self(DualValidParams { params: Params::new(costs, 40), tolerance: 0.02 })
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
        self.0.params.passes = max_passes;
        self
    }

    /// For the order in which rows are visited.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.params.seed = seed;
        self
    }
}

impl ParamGuard for DualParams {
    type Checked = DualValidParams;
    type Error = LearnError;

    fn check_ref(&self) -> Result<&DualValidParams, LearnError> {
        self.0.params.check()?;
        if !(self.0.tolerance.is_finite() && self.0.tolerance > 0.0) {
            return Err(LearnError::Tolerance(self.0.tolerance));
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<DualValidParams, LearnError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

/// A solution and its dual variables, from which a fit at a larger C can continue.
#[derive(Clone, Debug)]
pub struct DualState {
    pub linear: Linear,
    /// Dual variables, shape `(n_samples, n_outputs)`.
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
        let start = Linear::at_log_odds(dataset.records.n_features(), &dataset.targets);
        Ok(self.go_on(&DualState::from_base(start, dataset.targets.n_samples()), dataset)?.linear)
    }
}

impl FitWith<'_, SparseRows, Targets, LearnError> for DualValidParams {
    type ObjectIn = DualState;
    type ObjectOut = DualState;

    fn fit_with(&self, state: DualState, dataset: &DatasetBase<SparseRows, Targets>) -> Result<DualState, LearnError> {
        self.go_on(&state, dataset)
    }
}

impl DualValidParams {
    /// Fits from where another fit ended.
    pub(crate) fn go_on(
        &self,
        state: &DualState,
        dataset: &DatasetBase<SparseRows, Targets>,
    ) -> Result<DualState, LearnError> {
        let (rows, targets) = (&dataset.records, &dataset.targets);
        let costs = &self.params.costs_of(dataset, Some(&state.linear))?;
        let solved: Vec<(Linear, Array2<f32>)> = groups(targets)
            .into_par_iter()
            .map(|outputs| {
                let (params, tolerance, width) = (&self.params, self.tolerance, outputs.len());
                let descent = Descent { rows, targets, costs, params, tolerance, outputs };
                let DualState { linear, beta } = state;
                match width {
                    1 => descent.solve::<1>(linear, beta),
                    2 => descent.solve::<2>(linear, beta),
                    3..=4 => descent.solve::<4>(linear, beta),
                    5..=8 => descent.solve::<8>(linear, beta),
                    _ => descent.solve::<16>(linear, beta),
                }
            })
            .collect();
        let (linears, betas): (Vec<Linear>, Vec<Array2<f32>>) = solved.into_iter().unzip();
        Ok(DualState { linear: Linear::beside(linears)?, beta: beside(betas)? })
    }
}

/// Outputs in groups that are solved together: at most 16, and none without a row in common with the one before it, so
/// that no row is read for outputs that it says nothing of. An output's solution does not depend on its group.
fn groups(targets: &Targets) -> Vec<Range<usize>> {
    let shares_rows = |output: usize| {
        let pairs = targets.weight.column(output - 1).into_iter().zip(targets.weight.column(output));
        pairs.into_iter().any(|(before, own)| *before > 0.0 && *own > 0.0)
    };
    let mut groups: Vec<Range<usize>> = Vec::new();
    for output in 0..targets.n_outputs() {
        match groups.last_mut() {
            Some(group) if group.len() < 16 && shares_rows(output) => group.end = output + 1,
            _ => groups.push(output..output + 1),
        }
    }
    groups
}
