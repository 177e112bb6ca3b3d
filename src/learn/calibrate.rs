//! Decision values to probabilities, fitted on values of rows that the model had not seen.

use ndarray::{ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};

use crate::learn::newton::{Local, minimise};

/// `sigma(slope z + offset)` for one output, `softmax_k(slope_k z_k + offset_k)` for several.
///
/// One output: Platt, Probabilistic outputs for support vector machines (1999), with his targets, which keep a small
/// sample from claiming certainty. Several: vector scaling, Guo et al., On calibration of modern neural networks, ICML
/// 2017, with a weak pull towards no change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// One for each output.
    pub slopes: Vec<f32>,
    /// One for each output.
    pub offsets: Vec<f32>,
}

/// How strongly vector scaling is pulled towards the original decision values, in rows.
const PULL: f64 = 1.0;

impl Calibration {
    /// Takes decision values as log-odds.
    #[must_use]
    pub fn none(n_outputs: usize) -> Self {
        Self { slopes: vec![1.0; n_outputs], offsets: vec![0.0; n_outputs] }
    }

    /// Takes decision values as log-odds and goes halfway from the log-odds of `shares`, one for each output, to them: where
    /// there is nothing to fit to.
    #[must_use]
    pub fn shrunk(shares: &[f32]) -> Self {
        let log_odds = |share: &f32| {
            let share = share.clamp(1e-3, 1.0 - 1e-3);
            (share / (1.0 - share)).ln() / 2.0
        };
        Self { slopes: vec![0.5; shares.len()], offsets: shares.iter().map(log_odds).collect() }
    }

    /// For one output; rows of weight 0 do not count.
    #[must_use]
    pub fn platt(decisions: ArrayView1<'_, f32>, share: ArrayView1<'_, f32>, weight: ArrayView1<'_, f32>) -> Self {
        let rows: Vec<(f64, f64, f64)> = decisions
            .iter()
            .zip(share)
            .zip(weight)
            .filter(|(_, weight)| **weight > 0.0)
            .map(|((z, share), weight)| (f64::from(*z), f64::from(*share), f64::from(*weight)))
            .collect();
        let yes: f64 = rows.iter().map(|(_, share, weight)| share * weight).sum();
        let no: f64 = rows.iter().map(|(_, share, weight)| (1.0 - share) * weight).sum();
        let (high, low) = ((yes + 1.0) / (yes + 2.0), 1.0 / (no + 2.0));
        let at = |p: &[f64]| {
            let mut local = Local::zeros(2);
            for (z, share, weight) in &rows {
                let target = share * high + (1.0 - share) * low;
                let u = p[0] * z + p[1];
                let probability = 1.0 / (1.0 + (-u).exp());
                local.value += weight * (softplus(u) - target * u);
                let (first, second) = (weight * (probability - target), weight * probability * (1.0 - probability));
                local.gradient[0] += first * z;
                local.gradient[1] += first;
                local.hessian[0] += second * z * z;
                local.hessian[1] += second * z;
                local.hessian[3] += second;
            }
            local.hessian[2] = local.hessian[1];
            local
        };
        let start = vec![1.0, 0.0];
        let fitted = if rows.is_empty() { start } else { minimise(start, at) };
        Self { slopes: vec![fitted[0] as f32], offsets: vec![fitted[1] as f32] }
    }

    /// For classes; `decisions` has shape `(n_samples, n_classes)`, `class` the class of each row or `None`.
    #[must_use]
    pub fn classes(decisions: ArrayView2<'_, f32>, class: &[Option<usize>]) -> Self {
        let k = decisions.ncols();
        let at = |p: &[f64]| {
            let mut local = Local::zeros(2 * k);
            let mut probability = vec![0.0; k];
            for (z, class) in decisions.outer_iter().zip(class) {
                let Some(class) = *class else { continue };
                for j in 0..k {
                    probability[j] = p[j] * f64::from(z[j]) + p[k + j];
                }
                let right = probability[class];
                local.value += softmax(&mut probability) - right;
                for i in 0..k {
                    let first = probability[i] - f64::from(u8::from(i == class));
                    let zi = f64::from(z[i]);
                    local.gradient[i] += first * zi;
                    local.gradient[k + i] += first;
                    for j in 0..k {
                        let second = probability[i] * (f64::from(u8::from(i == j)) - probability[j]);
                        let zj = f64::from(z[j]);
                        local.hessian[i * 2 * k + j] += second * zi * zj;
                        local.hessian[i * 2 * k + k + j] += second * zi;
                        local.hessian[(k + i) * 2 * k + j] += second * zj;
                        local.hessian[(k + i) * 2 * k + k + j] += second;
                    }
                }
            }
            for i in 0..2 * k {
                let away = p[i] - if i < k { 1.0 } else { 0.0 };
                local.value += PULL * away * away / 2.0;
                local.gradient[i] += PULL * away;
                local.hessian[i * 2 * k + i] += PULL;
            }
            local
        };
        let mut start = vec![0.0; 2 * k];
        start[..k].fill(1.0);
        let fitted = minimise(start, at);
        Self {
            slopes: fitted[..k].iter().map(|slope| *slope as f32).collect(),
            offsets: fitted[k..].iter().map(|offset| *offset as f32).collect(),
        }
    }

    /// Turns the decision values of a row into probabilities, in place.
    pub fn apply(&self, values: &mut [f32]) {
        for ((value, slope), offset) in values.iter_mut().zip(&self.slopes).zip(&self.offsets) {
            *value = *value * slope + offset;
        }
        if let [value] = values {
            *value = crate::learn::sigmoid::sigmoid(*value);
            return;
        }
        let largest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut total = 0.0;
        for value in &mut *values {
            *value = (*value - largest).exp();
            total += *value;
        }
        for value in values {
            *value /= total;
        }
    }
}

/// `log(1 + exp(u))`.
fn softplus(u: f64) -> f64 {
    u.max(0.0) + (-u.abs()).exp().ln_1p()
}

/// Replaces log-odds by probabilities; the logarithm of their sum.
fn softmax(values: &mut [f64]) -> f64 {
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = values.iter().map(|value| (value - largest).exp()).sum();
    for value in &mut *values {
        *value = (*value - largest).exp() / total;
    }
    largest + total.ln()
}

#[cfg(test)]
mod tests {
    use linfa::ParamGuard;
    use linfa::composing::platt_scaling::{PlattParams, platt_newton_method};
    use ndarray::{Array1, Array2, array};

    use super::*;
    use crate::learn::random::Random;

    /// Decision values that are too sure of themselves by a factor of three, and shifted.
    fn overconfident(n: usize) -> (Array1<f32>, Array1<f32>) {
        let mut random = Random::new(7);
        let mut uniform = || random.below(1_000_000) as f32 / 1e6;
        (0..n)
            .map(|_| {
                let log_odds = uniform() * 6.0 - 4.0;
                let yes = uniform() < crate::learn::sigmoid::sigmoid(log_odds);
                (log_odds * 3.0 + 1.0, f32::from(u8::from(yes)))
            })
            .unzip::<f32, f32, Vec<_>, Vec<_>>()
            .into_arrays()
    }

    trait IntoArrays {
        fn into_arrays(self) -> (Array1<f32>, Array1<f32>);
    }

    impl IntoArrays for (Vec<f32>, Vec<f32>) {
        fn into_arrays(self) -> (Array1<f32>, Array1<f32>) {
            (self.0.into(), self.1.into())
        }
    }

    #[test]
    fn platt_undoes_overconfidence() {
        let (z, yes) = overconfident(20_000);
        let fitted = Calibration::platt(z.view(), yes.view(), Array1::ones(z.len()).view());
        assert!((fitted.slopes[0] - 1.0 / 3.0).abs() < 0.02, "{fitted:?}");
        assert!((fitted.offsets[0] + 1.0 / 3.0).abs() < 0.05, "{fitted:?}");
    }

    #[test]
    fn platt_agrees_with_linfa() {
        let (z, yes) = overconfident(2_000);
        let ours = Calibration::platt(z.view(), yes.view(), Array1::ones(z.len()).view());
        let labels: Array1<bool> = yes.mapv(|yes| yes > 0.5);
        // In double precision: in single, linfa's line search gives up near the solution.
        let params = PlattParams::<f64, ()>::default().check().unwrap();
        // linfa's a and b are those of 1 / (1 + exp(a z + b)).
        let (a, b) = platt_newton_method(z.mapv(f64::from).view(), labels.view(), &params).unwrap();
        assert!((f64::from(ours.slopes[0]) + a).abs() < 1e-2, "{ours:?} {a} {b}");
        assert!((f64::from(ours.offsets[0]) + b).abs() < 1e-2, "{ours:?} {a} {b}");
    }

    #[test]
    fn vector_scaling_restores_the_shares_of_classes() {
        // Class 0 is always claimed by the values, but is right in half of the rows only.
        let decisions = Array2::from_shape_fn((4_000, 3), |(_, class)| if class == 0 { 2.0 } else { -2.0 });
        let class: Vec<_> = (0..4_000).map(|row| Some(if row % 2 == 0 { 0 } else { 1 + row / 2 % 2 })).collect();
        let fitted = Calibration::classes(decisions.view(), &class);
        let mut p = [2.0, -2.0, -2.0];
        fitted.apply(&mut p);
        for (p, expected) in p.iter().zip([0.5, 0.25, 0.25]) {
            assert!((p - expected).abs() < 0.01, "{p}");
        }
    }

    #[test]
    fn probabilities_stay_probabilities_at_the_ends() {
        let none = Calibration::none(3);
        let mut p = [1e30, -1e30, 0.0];
        none.apply(&mut p);
        assert_eq!(p, [1.0, 0.0, 0.0]);
        let mut p = [-1e4];
        Calibration::none(1).apply(&mut p);
        assert_eq!(p, [0.0]);
    }

    #[test]
    fn nothing_to_fit_on_changes_nothing() {
        let empty = Array1::zeros(0);
        assert_eq!(Calibration::platt(empty.view(), empty.view(), empty.view()), Calibration::none(1));
        let fitted = Calibration::classes(array![[1.0, 2.0]].view(), &[None]);
        assert_eq!(fitted, Calibration::none(2));
    }
}
