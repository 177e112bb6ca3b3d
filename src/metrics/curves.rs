//! The curves behind a ranking's figures, in as few points as a picture needs: ROC and precision-recall.

use crate::metrics::estimate::ratio;
use crate::metrics::ranking::{Cut, Sorted};

/// A point of the receiver operating characteristic.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub(crate) struct RocPoint {
    /// The threshold; `None` at the start, where no row is raised.
    pub threshold: Option<f32>,
    /// Share of the negative rows raised.
    pub false_positive_rate: f64,
    /// Share of the positive rows raised.
    pub true_positive_rate: f64,
}

/// A point of the precision-recall curve.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub(crate) struct PrecisionRecallPoint {
    /// Where rows are raised.
    pub threshold: f32,
    /// Share of the raised rows that is positive.
    pub precision: f64,
    /// Share of the positive rows that is raised.
    pub recall: f64,
}

impl Sorted {
    /// The ROC curve from (0, 0) to (1, 1) in at most `at_most` points, spread evenly along it; empty without both kinds of rows.
    #[must_use]
    pub(crate) fn roc_curve(&self, weight: impl Fn(usize) -> f64, at_most: usize) -> Vec<RocPoint> {
        let cuts = self.cuts(weight);
        let Some(all) = cuts.last().copied() else {
            return Vec::new();
        };
        let point = |cut: &Cut| {
            Some(RocPoint {
                threshold: Some(cut.threshold),
                false_positive_rate: ratio(cut.negatives, all.negatives)?,
                true_positive_rate: ratio(cut.positives, all.positives)?,
            })
        };
        let start = RocPoint { threshold: None, false_positive_rate: 0.0, true_positive_rate: 0.0 };
        let mut points: Vec<RocPoint> = cuts.iter().filter_map(point).collect();
        if points.is_empty() {
            return points;
        }
        points.insert(0, start);
        thin(points, at_most, |point| point.false_positive_rate + point.true_positive_rate)
    }

    /// The precision-recall curve from the highest threshold down in at most `at_most` points, spread evenly over recall; empty
    /// without positive rows. Unlike scikit-learn's it has no made-up point of precision 1 and recall 0.
    #[must_use]
    pub(crate) fn precision_recall_curve(
        &self,
        weight: impl Fn(usize) -> f64,
        at_most: usize,
    ) -> Vec<PrecisionRecallPoint> {
        let cuts = self.cuts(weight);
        let all = cuts.last().map_or(0.0, |cut| cut.positives);
        let point = |cut: &Cut| {
            Some(PrecisionRecallPoint {
                threshold: cut.threshold,
                precision: ratio(cut.positives, cut.positives + cut.negatives)?,
                recall: ratio(cut.positives, all)?,
            })
        };
        thin(cuts.iter().filter_map(point).collect(), at_most, |point| point.recall)
    }
}

/// At most `at_most` of `points`: the last, and the first to reach each of evenly spaced marks of `progress`, which never falls
/// along the points.
pub(crate) fn thin<T: Copy>(points: Vec<T>, at_most: usize, progress: impl Fn(&T) -> f64) -> Vec<T> {
    let (Some(last), Some(marks)) = (points.last().copied(), at_most.checked_sub(1)) else {
        return Vec::new();
    };
    if points.len() <= at_most {
        return points;
    }
    let step = progress(&last) / marks as f64;
    let mut kept = Vec::with_capacity(at_most);
    let mut mark = 0.0;
    for point in points.iter().take(points.len() - 1) {
        let reached = progress(point);
        if kept.len() < marks && reached >= mark {
            kept.push(*point);
            mark = step * ((reached / step).floor() + 1.0);
        }
    }
    kept.push(last);
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::metrics::estimate::unweighted;
    use crate::metrics::fixture;
    use crate::metrics::fixture::close;

    #[test]
    fn curves_pass_through_scikit_learns_points() {
        let (scores, targets) = fixture::flag();
        let sorted = Sorted::new(&scores, &targets).unwrap();
        let roc = sorted.roc_curve(unweighted, usize::MAX);
        let at = roc.iter().find(|point| point.threshold == Some(0.625)).unwrap();
        assert!(
            close(Some(at.false_positive_rate), fixture::ROC_FPR)
                && close(Some(at.true_positive_rate), fixture::ROC_TPR)
        );
        let curve = sorted.precision_recall_curve(unweighted, usize::MAX);
        let at = curve.iter().find(|point| point.threshold <= 0.625).unwrap();
        assert!(close(Some(at.precision), fixture::PR_PRECISION) && close(Some(at.recall), fixture::PR_RECALL));
        assert_eq!(roc.len(), curve.len() + 1);
    }

    #[test]
    fn thinned_curves_keep_their_ends_and_their_limit() {
        let scores: Vec<f32> = (0..5000_u16).map(f32::from).collect();
        let targets: Vec<f32> = (0..5000_u16).map(|row| f32::from(row % 20 == 0)).collect();
        let sorted = Sorted::new(&scores, &targets).unwrap();
        for at_most in [0, 1, 2, 3, 100, 4999, 5000, 5001] {
            let roc = sorted.roc_curve(unweighted, at_most);
            let curve = sorted.precision_recall_curve(unweighted, at_most);
            assert!(roc.len() <= at_most && curve.len() <= at_most);
            if at_most > 1 {
                let ends = |point: &RocPoint| (point.false_positive_rate, point.true_positive_rate);
                assert_eq!(roc.first().map(ends), Some((0.0, 0.0)));
                assert_eq!(roc.last().map(ends), Some((1.0, 1.0)));
                assert_eq!(curve.last().map(|point| point.precision), Some(0.05));
            }
        }
        assert!(sorted.roc_curve(unweighted, 100).len() > 90);
    }

    #[test]
    fn one_kind_of_rows_has_no_curve() {
        assert!(Sorted::new(&[0.5], &[1.0]).unwrap().roc_curve(unweighted, 9).is_empty());
        assert!(Sorted::new(&[0.5], &[0.0]).unwrap().precision_recall_curve(unweighted, 9).is_empty());
    }

    proptest! {
        #[test]
        fn the_limit_holds_whatever_the_weights(
            rows in prop::collection::vec((any::<i8>(), 0.0..=1.0_f32, any::<f64>()), 0..30),
            at_most in 0..9_usize,
        ) {
            let (scores, targets): (Vec<_>, Vec<_>) = rows.iter().map(|row| (f32::from(row.0), row.1)).unzip();
            let sorted = Sorted::new(&scores, &targets).unwrap();
            let weight = |row: usize| rows[row].2;
            prop_assert!(sorted.roc_curve(weight, at_most).len() <= at_most);
            prop_assert!(sorted.precision_recall_curve(weight, at_most).len() <= at_most);
        }
    }
}
