//! Whether probabilities mean what they say: Brier score, log loss, expected calibration error, reliability bins.
//!
//! Brier score and log loss are means of a loss per row, so they come as the losses and [`mean`]: the bootstrap re-weighs them
//! without a logarithm. A soft target y is scored as y of a positive row and 1 - y of a negative one.

use ndarray::{ArrayView1, ArrayView2};

use crate::metrics::estimate::ratio;

/// Bins of the calibration error, as in Guo, Pleiss, Sun and Weinberger (2017), "On Calibration of Modern Neural Networks".
pub(crate) const BINS: usize = 15;

/// Log loss keeps probabilities this far from 0 and 1, as scikit-learn does for `float32`: the step of `f32` at 1.
const CLIP: f64 = f32::EPSILON as f64;

/// The rows whose probability lies between `low` and `high`.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Bin {
    /// Lower edge, inclusive.
    pub low: f64,
    /// Upper edge, exclusive but for the last bin.
    pub high: f64,
    /// Mean probability of its rows.
    pub mean_p: f64,
    /// Share of its rows that is positive.
    pub observed: f64,
    /// Weight of its rows.
    pub n: f64,
}

/// Weighted mean of `losses`, shape `(n_samples)`; `None` without rows or with a loss that is not a number.
#[must_use]
pub(crate) fn mean(losses: &[f64], weight: impl Fn(usize) -> f64) -> Option<f64> {
    let (sum, total) = losses.iter().enumerate().fold((0.0, 0.0), |(sum, total), (row, loss)| {
        let weight = weight(row);
        (sum + weight * loss, total + weight)
    });
    ratio(sum, total)
}

/// Squared errors of the positive probability `p` against `y`, both `(n_samples)`; their mean is the Brier score, 0 to 1.
#[must_use]
pub(crate) fn brier_losses(p: &[f32], y: &[f32]) -> Vec<f64> {
    losses(p, y, |p| (1.0 - p).powi(2))
}

/// Log losses in nats of the positive probability `p` against `y`, both `(n_samples)`.
#[must_use]
pub(crate) fn log_losses(p: &[f32], y: &[f32]) -> Vec<f64> {
    losses(p, y, |p| -p.clamp(CLIP, 1.0 - CLIP).ln())
}

/// `loss` is that of a row whose true outcome has the probability given to it.
fn losses(p: &[f32], y: &[f32], loss: impl Fn(f64) -> f64) -> Vec<f64> {
    let row = |(&p, &y): (&f32, &f32)| {
        let (p, y) = (f64::from(p), f64::from(y));
        // A kind of row that is not there must not bring in its loss.
        let share = |part: f64, p: f64| if part == 0.0 { 0.0 } else { part * loss(p) };
        share(y, p) + share(1.0 - y, 1.0 - p)
    };
    p.iter().zip(y).map(row).collect()
}

/// Squared errors summed over the classes, of `p` of shape `(n_samples, n_classes)` against class indices `y`; their mean is
/// Brier's own score (1950), 0 to 2, twice the binary one for two classes.
#[must_use]
pub(crate) fn class_brier_losses(p: ArrayView2<f32>, y: &[usize]) -> Vec<f64> {
    let error = |row: ArrayView1<f32>, truth: usize| {
        let square = |(class, &p): (usize, &f32)| (f64::from(p) - f64::from(u8::from(class == truth))).powi(2);
        row.iter().enumerate().map(square).sum()
    };
    p.rows().into_iter().zip(y).map(|(row, &truth)| error(row, truth)).collect()
}

/// Log losses in nats of `p` of shape `(n_samples, n_classes)`, whose rows sum to 1, against class indices `y`; NaN for a
/// class that has no column.
#[must_use]
pub(crate) fn class_log_losses(p: ArrayView2<f32>, y: &[usize]) -> Vec<f64> {
    let loss = |row: ArrayView1<f32>, truth: usize| {
        let p = row.get(truth).map_or(f64::NAN, |&p| f64::from(p));
        -p.clamp(CLIP, 1.0 - CLIP).ln()
    };
    p.rows().into_iter().zip(y).map(|(row, &truth)| loss(row, truth)).collect()
}

/// For each row of `p` of shape `(n_samples, n_classes)`: the probability of the likeliest class, and 1 if that is the true
/// one, else 0. Of equally likely classes the first counts. A row with NaN has the confidence NaN.
#[must_use]
pub(crate) fn top_label(p: ArrayView2<f32>, y: &[usize]) -> (Vec<f32>, Vec<f32>) {
    let top = |row: ArrayView1<f32>, truth: usize| {
        let likelier = |(best, top): (usize, f32), (class, &p): (usize, &f32)| {
            if p > top || p.is_nan() { (class, p) } else { (best, top) }
        };
        let (best, confidence) = row.iter().enumerate().fold((0, f32::NEG_INFINITY), likelier);
        (confidence, f32::from(u8::from(best == truth)))
    };
    p.rows().into_iter().zip(y).map(|(row, &truth)| top(row, truth)).unzip()
}

/// Probabilities `p` against outcomes `y`, both `(n_samples)`, in `bins` bins of equal width; bins without rows are left out.
///
/// Empty if the columns differ in length, or hold anything that is not a number.
#[must_use]
pub(crate) fn reliability(p: &[f32], y: &[f32], weight: impl Fn(usize) -> f64, bins: usize) -> Vec<Bin> {
    if p.len() != y.len() {
        return Vec::new();
    }
    let mut sums = vec![[0.0_f64; 3]; bins];
    for (row, (&p, &y)) in p.iter().zip(y).enumerate() {
        let (p, y, weight) = (f64::from(p), f64::from(y), weight(row));
        // The cast saturates: below 0 is the first bin, 1 and more the last, NaN the first, whose sum then is NaN.
        let bin = ((p * bins as f64) as usize).min(bins.saturating_sub(1));
        if let Some([sum_p, sum_y, n]) = sums.get_mut(bin) {
            *sum_p += weight * p;
            *sum_y += weight * y;
            *n += weight;
        }
    }
    if !sums.iter().flatten().all(|sum| sum.is_finite()) {
        return Vec::new();
    }
    let edge = |bin: usize| bin as f64 / bins as f64;
    let bin = |(bin, [sum_p, sum_y, n]): (usize, [f64; 3])| {
        Some(Bin { low: edge(bin), high: edge(bin + 1), mean_p: ratio(sum_p, n)?, observed: ratio(sum_y, n)?, n })
    };
    sums.into_iter().enumerate().filter_map(bin).collect()
}

/// Expected calibration error, 0 to 1: the mean distance between probability and outcome over [`BINS`] bins of equal width
/// (Naeini, Cooper and Hauskrecht 2015). For a flag `p` is its probability; for classes see [`top_label`].
///
/// It is biased upwards in small samples: a perfect model of 100 rows does not score 0.
#[must_use]
pub(crate) fn ece(p: &[f32], y: &[f32], weight: impl Fn(usize) -> f64) -> Option<f64> {
    let (sum, total) = reliability(p, y, weight, BINS)
        .iter()
        .fold((0.0, 0.0), |(sum, total), bin| (sum + bin.n * (bin.observed - bin.mean_p).abs(), total + bin.n));
    ratio(sum, total)
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use proptest::prelude::*;

    use super::*;
    use crate::metrics::estimate::unweighted;
    use crate::metrics::fixture;
    use crate::metrics::fixture::close;

    #[test]
    fn flag_figures_are_scikit_learns() {
        let (p, y) = fixture::flag();
        let weight = |row| (row % 4) as f64;
        assert!(close(mean(&brier_losses(&p, &y), unweighted), fixture::BRIER));
        assert!(close(mean(&log_losses(&p, &y), unweighted), fixture::LOG_LOSS));
        assert!(close(ece(&p, &y, unweighted), fixture::ECE));
        assert!(close(mean(&brier_losses(&p, &y), weight), fixture::WEIGHTED_BRIER));
        assert!(close(mean(&log_losses(&p, &y), weight), fixture::WEIGHTED_LOG_LOSS));
        assert!(close(ece(&p, &y, weight), fixture::WEIGHTED_ECE));
    }

    #[test]
    fn class_figures_are_scikit_learns() {
        let (p, y) = fixture::stance();
        assert!(close(mean(&class_brier_losses(p.view(), &y), unweighted), fixture::CLASS_BRIER));
        assert!(close(mean(&class_log_losses(p.view(), &y), unweighted), fixture::CLASS_LOG_LOSS));
        let (confidence, right) = top_label(p.view(), &y);
        assert!(close(ece(&confidence, &right, unweighted), fixture::CLASS_ECE));
    }

    #[test]
    fn bins_are_equally_wide_and_the_last_holds_one() {
        let bins = reliability(&[0.0, 0.1, 0.5, 1.0], &[0.0, 1.0, 1.0, 1.0], unweighted, 2);
        let edges: Vec<_> = bins.iter().map(|bin| (bin.low, bin.high, bin.n)).collect();
        assert_eq!(edges, [(0.0, 0.5, 2.0), (0.5, 1.0, 2.0)]);
        assert_eq!((bins[0].observed, bins[1].mean_p), (0.5, 0.75));
        assert_eq!(reliability(&[0.1], &[0.0], unweighted, 10).len(), 1);
        assert!(reliability(&[0.1], &[0.0], unweighted, 0).is_empty());
    }

    #[test]
    fn certainty_costs_much_but_not_everything() {
        assert!(close(mean(&log_losses(&[0.0], &[1.0]), unweighted), -CLIP.ln()));
        assert!(mean(&log_losses(&[1.0], &[1.0]), unweighted).unwrap() < 1e-6);
        let loss = class_log_losses(array![[1.0, 0.0]].view(), &[1]);
        assert!(close(mean(&loss, unweighted), -CLIP.ln()));
    }

    #[test]
    fn what_is_not_a_number_or_not_there_is_undefined() {
        assert_eq!(mean(&brier_losses(&[f32::NAN], &[1.0]), unweighted), None);
        assert_eq!(mean(&log_losses(&[f32::NAN], &[1.0]), unweighted), None);
        assert_eq!(ece(&[0.2, f32::NAN], &[1.0, 0.0], unweighted), None);
        assert_eq!(ece(&[], &[], unweighted), None);
        assert_eq!(ece(&[0.5], &[], unweighted), None);
        assert_eq!(mean(&class_log_losses(array![[1.0]].view(), &[7]), unweighted), None);
        assert!(top_label(array![[0.9, f32::NAN, 0.1]].view(), &[0]).0[0].is_nan());
        assert!(top_label(array![[f32::NAN, 0.9]].view(), &[0]).0[0].is_nan());
    }

    proptest! {
        #[test]
        fn a_weight_is_a_repetition(rows in prop::collection::vec((0.0..=1.0_f32, 0.0..=1.0_f32, 0..4_u32), 0..40)) {
            let columns = |rows: &[(f32, f32, u32)]| -> (Vec<f32>, Vec<f32>) {
                rows.iter().map(|row| (row.0, row.1)).unzip()
            };
            let figures = |p: &[f32], y: &[f32], weight: &dyn Fn(usize) -> f64| {
                [mean(&brier_losses(p, y), weight), mean(&log_losses(p, y), weight), ece(p, y, weight)]
            };
            let (p, y) = columns(&rows);
            let weighted = figures(&p, &y, &|row| f64::from(rows[row].2));
            let repeated: Vec<_> = rows.iter().flat_map(|row| (0..row.2).map(|_| *row)).collect();
            let (p, y) = columns(&repeated);
            for (one, other) in weighted.into_iter().zip(figures(&p, &y, &unweighted)) {
                prop_assert_eq!(one.is_some(), other.is_some());
                prop_assert!(one.zip(other).is_none_or(|(one, other)| (one - other).abs() < 1e-9));
            }
        }

        #[test]
        fn nothing_panics_and_nothing_is_nan(rows in prop::collection::vec((any::<f32>(), any::<f32>()), 0..30)) {
            let (p, y): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
            let (brier, log_loss) = (brier_losses(&p, &y), log_losses(&p, &y));
            for figure in [mean(&brier, unweighted), mean(&log_loss, unweighted), ece(&p, &y, unweighted)] {
                prop_assert!(figure.is_none_or(f64::is_finite));
            }
        }
    }
}
