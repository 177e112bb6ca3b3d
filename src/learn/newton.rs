//! Newton's method for the small, smooth, convex problems of calibration.

/// A function's value, gradient and Hessian (row by row) at a point.
pub(crate) struct Local {
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
    pub(crate) hessian: Vec<f64>,
}

impl Local {
    pub(crate) fn zeros(n: usize) -> Self {
        Self { value: 0.0, gradient: vec![0.0; n], hessian: vec![0.0; n * n] }
    }
}

/// The minimum of a convex function, by damped Newton steps from `start`.
pub(crate) fn minimise(start: Vec<f64>, at: impl Fn(&[f64]) -> Local) -> Vec<f64> {
    let mut point = start;
    let mut local = at(&point);
    for _ in 0..100 {
        let Some(step) = solve(&local.hessian, &local.gradient) else { break };
        let slope: f64 = step.iter().zip(&local.gradient).map(|(step, gradient)| step * gradient).sum();
        if slope < 1e-10 * (1.0 + local.value.abs()) {
            break;
        }
        let mut length = 1.0;
        let better = loop {
            let next: Vec<f64> = point.iter().zip(&step).map(|(point, step)| point - length * step).collect();
            let there = at(&next);
            if there.value <= local.value - 1e-4 * length * slope {
                break Some((next, there));
            }
            length /= 2.0;
            if length < 1e-8 {
                break None;
            }
        };
        let Some((next, there)) = better else { break };
        (point, local) = (next, there);
    }
    point
}

/// Solves `matrix * x = right` for a symmetric positive definite matrix by Cholesky's decomposition, with a little
/// added to the diagonal; `None` if it is still not positive definite.
fn solve(matrix: &[f64], right: &[f64]) -> Option<Vec<f64>> {
    let n = right.len();
    let ridge = 1e-9 * (1.0 + (0..n).map(|i| matrix[i * n + i]).fold(0.0, f64::max));
    let mut lower = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| lower[i * n + k] * lower[j * n + k]).sum();
            let rest = matrix[i * n + j] + if i == j { ridge } else { 0.0 } - dot;
            lower[i * n + j] = if i == j {
                if rest <= 0.0 || !rest.is_finite() {
                    return None;
                }
                rest.sqrt()
            } else {
                rest / lower[j * n + j]
            };
        }
    }
    let mut x = right.to_vec();
    for i in 0..n {
        let dot: f64 = (0..i).map(|k| lower[i * n + k] * x[k]).sum();
        x[i] = (x[i] - dot) / lower[i * n + i];
    }
    for i in (0..n).rev() {
        let dot: f64 = (i + 1..n).map(|k| lower[k * n + i] * x[k]).sum();
        x[i] = (x[i] - dot) / lower[i * n + i];
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_of_a_bowl_is_found_from_afar() {
        // (x - 3)^4 + (x - y)^2, whose minimum is (3, 3).
        let at = |p: &[f64]| {
            let (x, y) = (p[0], p[1]);
            Local {
                value: (x - 3.0).powi(4) + (x - y).powi(2),
                gradient: vec![4.0 * (x - 3.0).powi(3) + 2.0 * (x - y), 2.0 * (y - x)],
                hessian: vec![12.0 * (x - 3.0).powi(2) + 2.0, -2.0, -2.0, 2.0],
            }
        };
        let found = minimise(vec![50.0, -50.0], at);
        assert!((found[0] - 3.0).abs() < 0.02 && (found[1] - 3.0).abs() < 0.02, "{found:?}");
    }
}
