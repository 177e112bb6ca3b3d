//! How well scores put positive rows before negative ones: ROC AUC and average precision.
//!
//! Rows are sorted once, in [`Sorted`]; every figure is then one pass over them with a weight for each row. A bootstrap
//! replicate is another set of weights, so it costs no sort. Rows of equal score are taken as one block, which makes the AUC
//! the exact Mann-Whitney statistic with midranks (Hanley and `McNeil` 1982) and the average precision scikit-learn's, which
//! does not interpolate.

use crate::metrics::estimate::ratio;

/// Scores from the highest down, with their targets.
#[derive(Clone, Debug)]
pub(crate) struct Sorted {
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    row: u32,
    score: f32,
    target: f32,
    /// The next entry has another score.
    ends_block: bool,
}

/// The two figures of a ranking; `None` where undefined.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Ranking {
    /// The chance that a positive row outranks a negative one, ties counted half. Undefined without both.
    pub auc: Option<f64>,
    /// Sum of precision x gain in recall, from the highest score down. Undefined without positives.
    pub average_precision: Option<f64>,
}

/// What is raised if everything from `threshold` up is raised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cut {
    /// A score that occurs; a row is raised if its score is not below it.
    pub threshold: f32,
    /// Weight of the positive rows raised.
    pub positives: f64,
    /// Weight of the negative rows raised.
    pub negatives: f64,
}

impl Sorted {
    /// Sorts `scores` and `targets`, both of shape `(n_samples)`; scores need not be probabilities.
    ///
    /// `None` if they differ in length, a score is NaN, or a target is not between 0 and 1: such rows have no ranking.
    #[must_use]
    pub(crate) fn new(scores: &[f32], targets: &[f32]) -> Option<Self> {
        let sound = |(score, target): (&f32, &f32)| !score.is_nan() && (0.0..=1.0).contains(target);
        if scores.len() != targets.len() || !scores.iter().zip(targets).all(sound) {
            return None;
        }
        u32::try_from(scores.len()).ok()?;
        let mut entries: Vec<Entry> = scores
            .iter()
            .zip(targets)
            .zip(0..)
            .map(|((&score, &target), row)| Entry { row, score, target, ends_block: true })
            .collect();
        entries.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        let mut below = f32::NAN;
        for entry in entries.iter_mut().rev() {
            // Exactly equal scores are a tie; -0.0 and 0.0 are equal and stand together.
            #[expect(clippy::float_cmp, reason = "a tie is an exact one")]
            let tied = entry.score == below;
            entry.ends_block = !tied;
            below = entry.score;
        }
        Some(Self { entries })
    }

    /// Calls `block(score, positives, negatives)` for each distinct score from the highest down, with the weights of its rows.
    fn blocks(&self, weight: impl Fn(usize) -> f64, mut block: impl FnMut(f32, f64, f64)) {
        let (mut positives, mut negatives) = (0.0, 0.0);
        for entry in &self.entries {
            let weight = weight(entry.row as usize);
            let positive = weight * f64::from(entry.target);
            positives += positive;
            negatives += weight - positive;
            if entry.ends_block {
                // A block whose rows all weigh nothing is not there.
                if positives + negatives > 0.0 {
                    block(entry.score, positives, negatives);
                }
                (positives, negatives) = (0.0, 0.0);
            }
        }
    }

    /// AUC and average precision in one pass; `weight(row)` is asked for row indices below `n_samples`.
    #[must_use]
    pub(crate) fn measure(&self, weight: impl Fn(usize) -> f64) -> Ranking {
        let (mut above, mut negatives_above) = (0.0, 0.0);
        let (mut pairs_won, mut precision_gained) = (0.0, 0.0);
        self.blocks(weight, |_, positives, negatives| {
            above += positives;
            negatives_above += negatives;
            pairs_won += negatives * (above - positives / 2.0);
            precision_gained += positives * (above / (above + negatives_above));
        });
        // Weights that are not whole numbers are rounded.
        let share = |part, whole| ratio(part, whole).map(|share| share.min(1.0));
        Ranking { auc: share(pairs_won, above * negatives_above), average_precision: share(precision_gained, above) }
    }

    /// Every distinct score as a threshold, from the highest down, with the rows raised there; the last raises all.
    #[must_use]
    pub(crate) fn cuts(&self, weight: impl Fn(usize) -> f64) -> Vec<Cut> {
        let mut cuts = Vec::new();
        let (mut raised, mut negatives_raised) = (0.0, 0.0);
        self.blocks(weight, |threshold, positives, negatives| {
            raised += positives;
            negatives_raised += negatives;
            cuts.push(Cut { threshold, positives: raised, negatives: negatives_raised });
        });
        cuts
    }
}

#[cfg(test)]
mod tests {
    use linfa::dataset::Pr;
    use linfa::prelude::BinaryClassification;
    use ndarray::Array1;
    use proptest::prelude::*;

    use super::*;
    use crate::metrics::estimate::unweighted;
    use crate::metrics::fixture;
    use crate::metrics::fixture::close;

    fn measure(scores: &[f32], targets: &[f32]) -> Ranking {
        Sorted::new(scores, targets).unwrap().measure(unweighted)
    }

    #[test]
    fn figures_are_scikit_learns_with_ties_weights_and_soft_targets() {
        let (scores, targets) = fixture::flag();
        let plain = measure(&scores, &targets);
        assert!(close(plain.auc, fixture::AUC) && close(plain.average_precision, fixture::AP));
        let weighted = Sorted::new(&scores, &targets).unwrap().measure(|row| (row % 4) as f64);
        assert!(close(weighted.auc, fixture::WEIGHTED_AUC) && close(weighted.average_precision, fixture::WEIGHTED_AP));
        let soften = |(row, y): (usize, &f32)| (y + (row % 5) as f32 / 8.0).min(1.0);
        let soft = measure(&scores, &targets.iter().enumerate().map(soften).collect::<Vec<_>>());
        assert!(close(soft.auc, fixture::SOFT_AUC) && close(soft.average_precision, fixture::SOFT_AP));
    }

    #[test]
    fn one_class_or_no_rows_have_no_auc() {
        assert_eq!(measure(&[], &[]), Ranking::default());
        assert_eq!(measure(&[0.2, 0.4], &[0.0, 0.0]), Ranking::default());
        let positive = measure(&[0.2, 0.4], &[1.0, 1.0]);
        assert_eq!(positive, Ranking { auc: None, average_precision: Some(1.0) });
    }

    #[test]
    fn unsound_rows_have_no_ranking() {
        assert!(Sorted::new(&[f32::NAN], &[1.0]).is_none());
        assert!(Sorted::new(&[0.5], &[f32::NAN]).is_none());
        assert!(Sorted::new(&[0.5], &[1.5]).is_none());
        assert!(Sorted::new(&[0.5], &[]).is_none());
    }

    #[test]
    fn signed_zeros_are_a_tie_and_infinities_are_scores() {
        assert_eq!(measure(&[0.0, -0.0], &[1.0, 0.0]).auc, Some(0.5));
        assert_eq!(measure(&[f32::INFINITY, f32::NEG_INFINITY], &[1.0, 0.0]).auc, Some(1.0));
    }

    #[test]
    fn auc_is_linfas_where_scores_are_distinct() {
        let mut draw = fixture::Lcg::new();
        let scores: Vec<f32> = (0..400).map(|row| ((row * 7919 % 400) as f32 + 0.5) / 400.0).collect();
        let truth: Vec<bool> = scores.iter().map(|p| draw.next() as f32 / 32768.0 < *p).collect();
        let linfa = Array1::from_iter(scores.iter().map(|&p| Pr::new(p))).roc(&truth).unwrap();
        let targets: Vec<f32> = truth.iter().map(|&hit| f32::from(hit)).collect();
        let ours = measure(&scores, &targets).auc.unwrap();
        assert!((ours - f64::from(linfa.area_under_curve())).abs() < 1e-3);
    }

    fn rows() -> impl Strategy<Value = Vec<(f32, f32, u32)>> {
        prop::collection::vec(((0..20_u8).prop_map(f32::from), (0..2_u8).prop_map(f32::from), 0..4_u32), 0..60)
    }

    fn columns(rows: &[(f32, f32, u32)]) -> (Vec<f32>, Vec<f32>) {
        rows.iter().map(|row| (row.0, row.1)).unzip()
    }

    proptest! {
        #[test]
        fn auc_is_the_share_of_pairs_in_order(rows in rows()) {
            let (scores, targets) = columns(&rows);
            let (mut won, mut pairs) = (0.0, 0.0);
            for a in rows.iter().filter(|row| row.1 > 0.5) {
                for b in rows.iter().filter(|row| row.1 < 0.5) {
                    pairs += 1.0;
                    won += if a.0 > b.0 { 1.0 } else if a.0 < b.0 { 0.0 } else { 0.5 };
                }
            }
            prop_assert_eq!(measure(&scores, &targets).auc, ratio(won, pairs));
        }

        #[test]
        fn flipped_scores_have_the_opposite_auc(rows in rows()) {
            let (scores, targets) = columns(&rows);
            let flipped: Vec<f32> = scores.iter().map(|score| -score).collect();
            let (one, other) = (measure(&scores, &targets).auc, measure(&flipped, &targets).auc);
            prop_assert_eq!(one.is_some(), other.is_some());
            prop_assert!(one.zip(other).is_none_or(|(one, other)| (one + other - 1.0).abs() < 1e-12));
        }

        #[test]
        fn only_the_order_of_scores_matters(rows in rows()) {
            let (scores, targets) = columns(&rows);
            let bent: Vec<f32> = scores.iter().map(|score| score.powi(3) / 7.0 - 2.0).collect();
            prop_assert_eq!(measure(&scores, &targets), measure(&bent, &targets));
        }

        #[test]
        fn a_weight_is_a_repetition(rows in rows()) {
            let (scores, targets) = columns(&rows);
            let weighted = Sorted::new(&scores, &targets).unwrap().measure(|row| f64::from(rows[row].2));
            let repeated: Vec<_> = rows.iter().flat_map(|row| (0..row.2).map(|_| *row)).collect();
            let (scores, targets) = columns(&repeated);
            prop_assert_eq!(weighted, measure(&scores, &targets));
        }

        #[test]
        fn nothing_panics(
            rows in prop::collection::vec((any::<f32>(), 0.0..=1.0_f32, any::<f64>()), 0..30),
            bad in any::<f32>(),
        ) {
            let (scores, mut targets): (Vec<_>, Vec<_>) = rows.iter().map(|row| (row.0, row.1)).unzip();
            if let Some(sorted) = Sorted::new(&scores, &targets) {
                let found = sorted.measure(|row| rows[row].2);
                prop_assert!(found.auc.is_none_or(f64::is_finite));
                prop_assert!(found.average_precision.is_none_or(f64::is_finite));
            }
            targets.push(bad);
            prop_assert!(Sorted::new(&scores, &targets).is_none());
        }
    }
}
