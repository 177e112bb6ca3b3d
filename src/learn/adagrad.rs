//! `AdaGrad` for L2-regularised logistic regression: a few passes, for very many rows.
//!
//! Duchi, Hazan and Singer, Adaptive subgradient methods, JMLR 12 (2011), diagonal form. The gradient of the penalty,
//! `w - w0` in the sum over all rows, is spread over the rows in which a feature occurs, so that a row costs what its
//! features cost: the expected gradient over a pass is that of the whole objective.

use std::borrow::Cow;

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use crate::features::sparse::{CHUNK, SparseRows};
use crate::learn::error::LearnError;
use crate::learn::linear::Linear;
use crate::learn::params::Params;
use crate::learn::random::Random;
use crate::learn::sigmoid::sigmoid;
use crate::learn::targets::Targets;

/// Options of the streaming solver, checked.
#[derive(Clone, Debug)]
pub struct AdaGradValidParams {
    params: Params,
    base: Option<Linear>,
}

/// Options of the streaming solver.
#[derive(Clone, Debug)]
pub struct AdaGradParams(AdaGradValidParams);

impl AdaGradParams {
    /// `costs` holds the C of each output, or one for all.
    #[must_use]
    pub fn new(costs: Array1<f32>) -> Self {
        Self(AdaGradValidParams { params: Params::new(costs, 4), base: None })
    }

    /// How often the rows are read.
    #[must_use]
    pub fn passes(mut self, passes: usize) -> Self {
        self.0.params.passes = passes;
        self
    }

    /// For the order in which chunks of rows are visited.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.params.seed = seed;
        self
    }

    /// The weights to begin at and to be pulled towards.
    #[must_use]
    pub fn base(mut self, base: Option<Linear>) -> Self {
        self.0.base = base;
        self
    }
}

impl ParamGuard for AdaGradParams {
    type Checked = AdaGradValidParams;
    type Error = LearnError;

    fn check_ref(&self) -> Result<&AdaGradValidParams, LearnError> {
        self.0.params.check()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<AdaGradValidParams, LearnError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl Fit<SparseRows, Targets, LearnError> for AdaGradValidParams {
    type Object = Linear;

    fn fit(&self, dataset: &DatasetBase<SparseRows, Targets>) -> Result<Linear, LearnError> {
        self.fit_from(self.base.as_ref(), dataset)
    }
}

impl AdaGradValidParams {
    /// Fits from the weights of `base`, which is borrowed, instead of the options' base.
    pub(crate) fn fit_from(
        &self,
        base: Option<&Linear>,
        dataset: &DatasetBase<SparseRows, Targets>,
    ) -> Result<Linear, LearnError> {
        let (rows, targets) = (&dataset.records, &dataset.targets);
        let costs = &self.params.costs_of(dataset, base)?;
        let start = match base {
            Some(base) => Cow::Borrowed(base),
            None => Cow::Owned(Linear::at_log_odds(rows.n_features(), targets)),
        };
        let frequency = &frequency(rows);
        let starts: Vec<usize> = (0..targets.n_outputs()).step_by(8).collect();
        let parts: Vec<Linear> = starts
            .into_par_iter()
            .map(|first| {
                let params = &self.params;
                let part = Part { rows, targets, costs, params, start: &start, base, frequency, first };
                match targets.n_outputs() - first {
                    1 => part.solve::<1>(),
                    2 => part.solve::<2>(),
                    3..=4 => part.solve::<4>(),
                    _ => part.solve::<8>(),
                }
            })
            .collect();
        Linear::beside(parts)
    }
}

/// One over the number of rows that have a feature.
fn frequency(rows: &SparseRows) -> Vec<f32> {
    let mut df = vec![0_u32; rows.n_features()];
    for column in rows.chunks().iter().flat_map(|chunk| &chunk.columns) {
        df[*column as usize] += 1;
    }
    df.into_iter().map(|df| 1.0 / df.max(1) as f32).collect()
}

/// The outputs `first..first + K` of a problem.
struct Part<'a> {
    rows: &'a SparseRows,
    targets: &'a Targets,
    costs: &'a Array1<f32>,
    params: &'a Params,
    start: &'a Linear,
    /// What weights are pulled towards, where that is not 0.
    base: Option<&'a Linear>,
    frequency: &'a [f32],
    first: usize,
}

/// The length of the first steps.
const RATE: f32 = 1.0;
/// The initial value of a sum of squares, relative to the square of C. From zero, the first step of a rare feature
/// would be as long as that of a frequent one, however little the feature has to do with the error, and few later steps
/// would undo it.
const FIRST_SQUARE: f32 = 0.1;

/// What is read and written for a feature, side by side.
#[derive(Clone, Copy)]
struct Cell<const K: usize> {
    weights: [f32; K],
    squares: [f32; K],
}

/// The intercepts, and the state of each feature.
struct Weights<const K: usize> {
    cells: Vec<Cell<K>>,
    bias: Cell<K>,
}

impl Part<'_> {
    fn solve<const K: usize>(&self) -> Linear {
        let width = K.min(self.targets.n_outputs() - self.first);
        let mut costs = [1.0; K];
        for output in 0..width {
            costs[output] = self.costs[self.first + output];
        }
        let mut weights = self.begin(&costs, width);
        let mut order: Vec<usize> = (0..self.rows.chunks().len()).collect();
        let mut random = Random::new(self.params.seed);
        let steps = self.params.passes * self.rows.n_samples();
        let mut step = 0;
        for _ in 0..self.params.passes {
            random.shuffle(&mut order);
            // Row by row from every chunk in turn, so that a file sorted by label does no harm.
            for (at, &chunk) in (0..CHUNK).flat_map(|at| order.iter().map(move |chunk| (at, chunk))) {
                let index = chunk * CHUNK + at;
                if index < self.rows.n_samples() {
                    // Smaller and smaller steps: steps of constant size end near the minimum but not in it.
                    step += 1;
                    let done = step as f32 / steps as f32;
                    let rate = RATE * (1.0 - done * done);
                    let slope = self.slope(index, &costs, width, &weights);
                    if slope.iter().any(|slope| *slope != 0.0) {
                        self.update(index, &slope, rate, width, &mut weights);
                    }
                }
            }
        }
        let Weights { cells, bias } = weights;
        Linear {
            weights: Array2::from_shape_fn((self.rows.n_features(), width), |(row, output)| cells[row].weights[output]),
            intercepts: Array1::from_iter(bias.weights[..width].iter().copied()),
        }
    }

    fn begin<const K: usize>(&self, costs: &[f32; K], width: usize) -> Weights<K> {
        let squares = costs.map(|cost| (FIRST_SQUARE * cost * cost).max(f32::MIN_POSITIVE));
        let mut cells = vec![Cell { weights: [0.0; K], squares }; self.rows.n_features()];
        for (cell, start) in cells.iter_mut().zip(self.start.weights.outer_iter()) {
            for output in 0..width {
                cell.weights[output] = start[self.first + output];
            }
        }
        let mut bias = Cell { weights: [0.0; K], squares };
        for output in 0..width {
            bias.weights[output] = self.start.intercepts[self.first + output];
        }
        Weights { cells, bias }
    }

    /// The derivative of a row's loss by its decision value; 0 for outputs for which it does not count.
    #[inline]
    fn slope<const K: usize>(&self, index: usize, costs: &[f32; K], width: usize, weights: &Weights<K>) -> [f32; K] {
        let mut z = weights.bias.weights;
        for (column, value) in self.rows.row(index).iter() {
            let weights = &weights.cells[column as usize].weights;
            for output in 0..K {
                z[output] += value * weights[output];
            }
        }
        let mut slope = [0.0_f32; K];
        for output in 0..width {
            let at = [index, self.first + output];
            let cost = costs[output] * self.targets.weight[at];
            if cost > 0.0 {
                slope[output] = cost * (sigmoid(z[output]) - self.targets.share[at]);
            }
        }
        slope
    }

    /// Takes a step down the loss of a row and its part of the penalty.
    #[inline]
    fn update<const K: usize>(
        &self,
        index: usize,
        slope: &[f32; K],
        rate: f32,
        width: usize,
        Weights { cells, bias }: &mut Weights<K>,
    ) {
        for (column, value) in self.rows.row(index).iter() {
            let column = column as usize;
            let (cell, penalty) = (&mut cells[column], self.frequency[column]);
            let mut base = [0.0; K];
            if let Some(own) = self.base {
                for (output, base) in base.iter_mut().enumerate().take(width) {
                    *base = own.weights[[column, self.first + output]];
                }
            }
            for output in 0..K {
                let gradient = slope[output] * value + penalty * (cell.weights[output] - base[output]);
                cell.squares[output] += gradient * gradient;
                cell.weights[output] -= rate * gradient / cell.squares[output].sqrt();
            }
        }
        for output in 0..K {
            bias.squares[output] += slope[output] * slope[output];
            bias.weights[output] -= rate * slope[output] / bias.squares[output].sqrt();
        }
    }
}
