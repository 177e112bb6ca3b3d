//! A linear model of several outputs.

use linfa::dataset::Pr;
use linfa::traits::{Predict, PredictInplace};
use ndarray::{Array1, Array2, Axis, ShapeBuilder};

use crate::features::sparse::{Row, SparseRows};
use crate::learn::error::LearnError;
use crate::learn::sigmoid::sigmoid;
use crate::learn::targets::Targets;

/// Weights of shape `(n_features, n_outputs)` and an intercept for each output. Its prediction is the decision value,
/// not a probability.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    /// Shape `(n_features, n_outputs)`.
    pub weights: Array2<f32>,
    /// Shape `(n_outputs,)`.
    pub intercepts: Array1<f32>,
}

impl Linear {
    /// A model whose decision values are all 0.
    #[must_use]
    pub fn zeros(n_features: usize, n_outputs: usize) -> Self {
        Self { weights: Array2::zeros((n_features, n_outputs)), intercepts: Array1::zeros(n_outputs) }
    }

    /// No weights, and intercepts at the log-odds of the base rates: where solvers start.
    #[must_use]
    pub(crate) fn at_log_odds(n_features: usize, targets: &Targets) -> Self {
        let mut start = Self::zeros(n_features, targets.n_outputs());
        start.intercepts = (0..targets.n_outputs()).map(|output| targets.log_odds(output)).collect();
        start
    }

    /// The outputs of several models of the same features, in their order, as one model.
    pub(crate) fn beside(parts: Vec<Self>) -> Result<Self, LearnError> {
        let (weights, intercepts): (Vec<_>, Vec<_>) =
            parts.into_iter().map(|part| (part.weights, part.intercepts)).unzip();
        let intercepts: Vec<_> = intercepts.iter().map(Array1::view).collect();
        let intercepts = ndarray::concatenate(Axis(0), &intercepts).map_err(linfa::Error::from)?;
        Ok(Self { weights: beside(weights)?, intercepts })
    }

    /// How many outputs it has.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        self.intercepts.len()
    }

    /// The probabilities, not calibrated, of shape `(n_samples, n_outputs)`. They lie output by output, as
    /// linfa's `roc` takes a column of them only where it lies side by side.
    ///
    /// # Panics
    /// When the rows have another number of features than the model.
    #[must_use]
    pub fn probabilities(&self, rows: &SparseRows) -> Array2<Pr> {
        let mut decisions = Array2::zeros((rows.n_samples(), self.n_outputs()).f());
        self.predict_inplace(rows, &mut decisions);
        decisions.mapv(|decision| Pr::new_unchecked(sigmoid(decision)))
    }

    /// Writes the decision values of a row to `out`, of length `n_outputs`.
    pub fn decide(&self, row: Row<'_>, out: &mut [f32]) {
        for (out, intercept) in out.iter_mut().zip(&self.intercepts) {
            *out = *intercept;
        }
        for (column, value) in row.iter() {
            for (out, weight) in out.iter_mut().zip(self.weights.row(column as usize)) {
                *out += value * weight;
            }
        }
    }
}

/// The columns of several tables of the same rows as one table. A single one is returned unchanged.
pub(crate) fn beside(mut tables: Vec<Array2<f32>>) -> Result<Array2<f32>, LearnError> {
    if tables.len() == 1 {
        return Ok(tables.remove(0));
    }
    let views: Vec<_> = tables.iter().map(Array2::view).collect();
    Ok(ndarray::concatenate(Axis(1), &views).map_err(linfa::Error::from)?)
}

impl PredictInplace<SparseRows, Array2<f32>> for Linear {
    fn predict_inplace(&self, rows: &SparseRows, decisions: &mut Array2<f32>) {
        assert_eq!(
            (rows.n_samples(), self.n_outputs()),
            decisions.dim(),
            "the shape of the decisions must be (n_samples, n_outputs)"
        );
        assert_eq!(rows.n_features(), self.weights.nrows(), "the rows must have the model's number of features");
        for (index, mut out) in decisions.outer_iter_mut().enumerate() {
            if let Some(out) = out.as_slice_mut() {
                self.decide(rows.row(index), out);
            } else {
                // In an array with another memory order, the values of a row are not contiguous.
                let mut own = vec![0.0; self.n_outputs()];
                self.decide(rows.row(index), &mut own);
                out.iter_mut().zip(own).for_each(|(out, own)| *out = own);
            }
        }
    }

    fn default_target(&self, rows: &SparseRows) -> Array2<f32> {
        Array2::zeros((rows.n_samples(), self.n_outputs()))
    }
}

/// For rows without a dataset: linfa has this for its own records only.
impl Predict<&SparseRows, Array2<f32>> for Linear {
    fn predict(&self, rows: &SparseRows) -> Array2<f32> {
        let mut decisions = self.default_target(rows);
        self.predict_inplace(rows, &mut decisions);
        decisions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictions_are_those_of_the_rows_in_an_array_of_either_order() {
        let rows =
            SparseRows::from(Array2::from_shape_fn((9, 3), |(row, column)| (row * (column + 3) % 7) as f32).view());
        let linear =
            Linear { weights: Array2::from_shape_fn((3, 2), |(at, to)| (at + 2 * to) as f32), ..Linear::zeros(3, 2) };
        let mut by_rows = linear.default_target(&rows);
        let mut by_columns = Array2::zeros((9, 2).f());
        linear.predict_inplace(&rows, &mut by_rows);
        linear.predict_inplace(&rows, &mut by_columns);
        assert_eq!(by_rows, by_columns);
        let mut one = [0.0; 2];
        linear.decide(rows.row(5), &mut one);
        assert_eq!(by_rows.row(5).as_slice(), Some(&one[..]));
    }
}
