//! What each threshold of a flag would achieve: precision, recall and workload, each with its interval.
//!
//! A policy such as `precision>=0.9` picks its threshold from this curve. The intervals are Wilson's, which hold near 0 and 1 and
//! for few rows, where the textbook one fails (Wilson 1927, JASA 22:209; Brown, Cai and `DasGupta` 2001).

use serde::{Deserialize, Serialize};

use crate::metrics::curves::thin;
use crate::metrics::estimate::Estimate;
use crate::metrics::ranking::Cut;
use crate::metrics::ranking::Sorted;

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The result of raising every row whose score is not below the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ThresholdPoint {
    /// The score from which rows are raised; it occurs among the scores.
    pub threshold: f32,
    /// Share of the raised rows that is positive.
    pub precision: Estimate,
    /// Share of the positive rows that is raised; undefined without positive rows.
    pub recall: Option<Estimate>,
    /// Share of all rows that is raised.
    pub flagged: Estimate,
}

/// A share of `hits` in `n` with its 95 % Wilson score interval; `None` if there is nothing to share.
///
/// Counts may be fractional, because of soft targets. They are treated as independent rows: if the comments come from
/// few threads, the interval is too narrow.
#[must_use]
pub(crate) fn wilson(hits: f64, n: f64) -> Option<Estimate> {
    let share = crate::metrics::estimate::ratio(hits, n)?;
    let spread = Z * Z / n;
    let center = (share + spread / 2.0) / (1.0 + spread);
    let half = (share * (1.0 - share) / n + spread / (4.0 * n)).max(0.0).sqrt() * Z / (1.0 + spread);
    Some(Estimate::between(share, (center - half).max(0.0), (center + half).min(1.0)))
}

/// The points of the curve from the highest threshold, which raises the fewest, down to the lowest score, which raises all.
///
/// At most `at_most` points, spread evenly along recall and workload; `usize::MAX` gives every distinct score, as a policy
/// needs it. Weights are counts.
#[must_use]
pub(crate) fn threshold_curve(sorted: &Sorted, weight: impl Fn(usize) -> f64, at_most: usize) -> Vec<ThresholdPoint> {
    let cuts = sorted.cuts(weight);
    let Some(all) = cuts.last().copied() else {
        return Vec::new();
    };
    let raised = |cut: &Cut| cut.positives + cut.negatives;
    let progress = |cut: &Cut| {
        crate::metrics::estimate::ratio(cut.positives, all.positives).unwrap_or(0.0) + raised(cut) / raised(&all)
    };
    let point = |cut: &Cut| {
        Some(ThresholdPoint {
            threshold: cut.threshold,
            precision: wilson(cut.positives, raised(cut))?,
            recall: wilson(cut.positives, all.positives),
            flagged: wilson(raised(cut), raised(&all))?,
        })
    };
    thin(cuts, at_most, progress).iter().filter_map(point).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::metrics::confusion::Confusion;
    use crate::metrics::estimate::unweighted;
    use crate::metrics::fixture;
    use crate::metrics::fixture::close;

    #[test]
    fn the_interval_is_wilsons() {
        // scipy 1.17.1: binomtest(k, n).proportion_ci(method="wilson")
        for (hits, n, low, high) in [
            (0.0, 10.0, 0.0, 0.277_532_799_862_889_26),
            (1.0, 10.0, 0.017_876_213_095_072_896, 0.404_150_026_795_238_5),
            (9.0, 10.0, 0.595_849_973_204_761_5, 0.982_123_786_904_927_1),
            (45.0, 50.0, 0.786_397_685_625_203_4, 0.956_524_235_068_109_5),
            (300.0, 1000.0, 0.272_406_842_477_004_86, 0.329_123_860_917_217_24),
        ] {
            let found = wilson(hits, n).unwrap();
            assert!(close(found.low, low) && close(found.high, high), "{hits} of {n}: {found:?}");
        }
        assert_eq!(wilson(0.0, 0.0), None);
    }

    #[test]
    fn a_point_is_what_the_confusion_at_its_threshold_says() {
        let (scores, targets) = fixture::flag();
        let curve = threshold_curve(&Sorted::new(&scores, &targets).unwrap(), unweighted, usize::MAX);
        assert!(curve.is_sorted_by(|a, b| a.threshold > b.threshold));
        let truth: Vec<usize> = targets.iter().map(|&y| usize::from(y > 0.5)).collect();
        for point in &curve {
            let raised: Vec<usize> = scores.iter().map(|&p| usize::from(p >= point.threshold)).collect();
            let confusion = Confusion::of(2, &truth, &raised, unweighted).unwrap();
            assert_eq!(Some(point.precision.value), confusion.class(1).precision);
            assert_eq!(point.recall.map(|recall| recall.value), confusion.class(1).recall);
            assert!(close(Some(point.flagged.value), confusion.predicted(1) / 200.0));
        }
        assert_eq!(curve.last().map(|point| point.flagged.value), Some(1.0));
        assert_eq!(threshold_curve(&Sorted::new(&scores, &targets).unwrap(), unweighted, 10).len(), 10);
    }

    #[test]
    fn without_positives_recall_is_undefined() {
        let curve = threshold_curve(&Sorted::new(&[0.1, 0.7], &[0.0, 0.0]).unwrap(), unweighted, 9);
        assert_eq!(curve.len(), 2);
        assert!(curve.iter().all(|point| point.recall.is_none() && point.precision.value == 0.0));
        assert!(threshold_curve(&Sorted::new(&[], &[]).unwrap(), unweighted, 9).is_empty());
    }

    proptest! {
        #[test]
        fn intervals_lie_within_zero_and_one_and_hold_the_share(n in 0.01..1e6_f64, share in 0.0..=1.0_f64) {
            let found = wilson(n * share, n).unwrap();
            let (low, high) = (found.low.unwrap(), found.high.unwrap());
            prop_assert!(0.0 <= low && low <= found.value && found.value <= high && high <= 1.0 + 1e-12);
        }
    }
}
