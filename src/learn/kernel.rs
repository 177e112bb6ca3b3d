//! Logistic regression on a few rows that are known by their dot products alone.
//!
//! The same problem and the same steps as in [`dual`](super::dual), with the matrix of dot products (the Gram matrix) in place
//! of the rows. It pays where rows are few and each has many values.

use ndarray::ArrayView2;

use crate::learn::coordinate::coordinate;

/// Passes over the rows at most.
const PASSES: usize = 100;
/// Done when no row's probability moved by more than this in a pass.
const TOLERANCE: f32 = 0.002;

/// The dual variables of the rows, shape `(n_samples,)`: a row `x` has the decision value `sum_i beta_i (x_i · x + 1)`.
///
/// `gram` has the shape `(n_samples, n_samples)`; `share` is the share of yes; a row of `cost` 0 teaches nothing.
pub(crate) fn fit(gram: ArrayView2<'_, f32>, share: &[f32], cost: &[f32]) -> Vec<f32> {
    let n = share.len();
    let mut beta = vec![0.0_f32; n];
    let mut z = vec![0.0_f32; n];
    for _ in 0..PASSES {
        let mut moved = 0.0_f32;
        for at in (0..n).filter(|at| cost[*at] > 0.0) {
            let norm = gram[[at, at]] + 1.0;
            let new = cost[at] * (share[at] - coordinate(z[at], beta[at], share[at], cost[at], norm));
            let step = new - beta[at];
            beta[at] = new;
            moved = moved.max((step / cost[at]).abs());
            for (z, dot) in z.iter_mut().zip(gram.row(at)) {
                *z += step * (dot + 1.0);
            }
        }
        if moved <= TOLERANCE {
            break;
        }
    }
    beta
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;
    use crate::learn::sigmoid::sigmoid;

    fn gram(rows: &Array2<f32>) -> Array2<f32> {
        rows.dot(&rows.t())
    }

    #[test]
    fn the_solution_meets_the_condition_of_the_optimum() {
        let rows = array![[1.0, 0.2], [0.8, -0.4], [-0.9, 0.1], [-0.2, -1.0], [0.3, 0.9]];
        let (share, cost) = ([1.0, 1.0, 0.0, 0.0, 0.3], [2.0, 2.0, 1.0, 1.0, 0.5]);
        let gram = gram(&rows);
        let beta = fit(gram.view(), &share, &cost);
        for at in 0..5 {
            let z: f32 = (0..5).map(|other| beta[other] * (gram[[at, other]] + 1.0)).sum();
            let wanted = cost[at] * (share[at] - sigmoid(z));
            assert!((beta[at] - wanted).abs() < 0.01, "row {at}: {} and {wanted}", beta[at]);
        }
    }

    #[test]
    fn a_row_without_cost_teaches_nothing() {
        let rows = array![[1.0, 0.0], [-1.0, 0.0], [1.0, 1.0]];
        let all = fit(gram(&rows).view(), &[1.0, 0.0, 0.0], &[1.0, 1.0, 0.0]);
        assert_eq!(all[2], 0.0);
        assert!(all[0] > 0.0 && all[1] < 0.0);
    }
}
