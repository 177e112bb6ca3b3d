//! The figures of a flag: yes or no, with soft targets.

use crate::metrics::bootstrap::intervals;
use crate::metrics::calibration::{brier_losses, ece, log_losses, mean};
use crate::metrics::confusion::Confusion;
use crate::metrics::error::MetricsError;
use crate::metrics::estimate::ratio;
use crate::metrics::figures::{Figures, FlagFigures};
use crate::metrics::figures::{collect, list, same_length, times_of};
use crate::metrics::ranking::Ranking;
use crate::metrics::ranking::Sorted;

/// The figures of a flag over `n_samples` rows.
///
/// - `p`: its probabilities, shape `(n_samples)`. With a NaN the figures of probabilities are undefined, the others stand.
/// - `y`: its targets, 0 to 1, none missing; a soft one counts as a part of a positive and a part of a negative row.
/// - `raised`: whether it was raised. `threshold` is only reported: out of fold, each fold has its own.
/// - `groups`: ids of what is resampled together, such as the thread; without them rows are.
///
/// # Errors
/// If the columns differ in length or a target is not between 0 and 1.
pub(crate) fn flag_figures(
    p: &[f32],
    y: &[f32],
    raised: &[bool],
    threshold: Option<f32>,
    groups: Option<&[u32]>,
    replicates: usize,
    seed: u64,
) -> Result<FlagFigures, MetricsError> {
    let rows = WeightedRows { p, y, raised, weight: &vec![1.0; y.len()] };
    weighted_flag_figures(rows, threshold, groups, replicates, seed)
}

/// Rows that count for more or less than one; each of shape `(n_samples)`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WeightedRows<'a> {
    /// Probabilities of yes.
    pub p: &'a [f32],
    /// Targets, 0 to 1.
    pub y: &'a [f32],
    /// Whether the flag was raised.
    pub raised: &'a [bool],
    /// Not below 0.
    pub weight: &'a [f32],
}

/// The same of weighted rows.
///
/// # Errors
/// As [`flag_figures`].
pub(crate) fn weighted_flag_figures(
    rows: WeightedRows<'_>,
    threshold: Option<f32>,
    groups: Option<&[u32]>,
    replicates: usize,
    seed: u64,
) -> Result<FlagFigures, MetricsError> {
    let WeightedRows { p, y, raised, weight } = rows;
    let n = y.len();
    same_length("p", n, p.len())?;
    same_length("raised", n, raised.len())?;
    same_length("weight", n, weight.len())?;
    same_length("groups", n, groups.map_or(n, <[u32]>::len))?;
    if let Some((row, &value)) = y.iter().enumerate().find(|(_, y)| !(0.0..=1.0).contains(*y)) {
        return Err(MetricsError::Target { row, value });
    }
    let sorted = Sorted::new(p, y);
    let (brier, log_loss) = (brier_losses(p, y), log_losses(p, y));
    let confuse = |weight: &dyn Fn(usize) -> f64| {
        let mut confusion = Confusion::new(2);
        for (row, (&y, &raised)) in y.iter().zip(raised).enumerate() {
            let weight = weight(row);
            let positive = weight * f64::from(y);
            confusion.add(1, usize::from(raised), positive);
            confusion.add(0, usize::from(raised), weight - positive);
        }
        confusion
    };
    let stat = |times: &[u32]| {
        let times = times_of(times);
        let weight = |row: usize| times(row) * f64::from(weight[row]);
        let confusion = confuse(&weight);
        let base_rate = ratio(confusion.support(1), confusion.total());
        let ranking = sorted.as_ref().map_or(Ranking::default(), |sorted| sorted.measure(weight));
        let probability = [mean(&brier, weight), ece(p, y, weight), mean(&log_loss, weight)];
        list(base_rate, &confusion, ranking, probability)
    };
    let estimates = intervals(n, groups, replicates, seed, stat);
    let confusion = confuse(&|row: usize| f64::from(weight[row]));
    Ok(Figures { threshold, ..collect(n, &["0", "1"], confusion, estimates) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::metrics::estimate::Estimate;
    use crate::metrics::fixture;
    use crate::metrics::fixture::close;

    fn value(estimate: Option<Estimate>) -> Option<f64> {
        estimate.map(|estimate| estimate.value)
    }

    fn of_flag(p: &[f32], y: &[f32], replicates: usize) -> Figures {
        let raised: Vec<bool> = p.iter().map(|&p| p >= 0.5).collect();
        flag_figures(p, y, &raised, Some(0.5), None, replicates, 1).unwrap()
    }

    #[test]
    fn a_flags_figures_are_scikit_learns() {
        let (p, y) = fixture::flag();
        let figures = of_flag(&p, &y, 200);
        assert_eq!(figures.n, 200);
        for (found, expected) in [
            (figures.base_rate, fixture::BASE_RATE),
            (figures.accuracy, fixture::FLAG_ACCURACY),
            (figures.macro_f1, fixture::FLAG_MACRO_F1),
            (figures.auc, fixture::AUC),
            (figures.average_precision, fixture::AP),
            (figures.brier, fixture::BRIER),
            (figures.ece, fixture::ECE),
            (figures.log_loss, fixture::LOG_LOSS),
        ] {
            assert!(close(value(found), expected), "{found:?} is not {expected}");
            let found = found.unwrap();
            assert!(found.low.unwrap() <= found.value && found.value <= found.high.unwrap());
        }
        let support = figures.per_class.iter().map(|class| class.support).sum();
        assert!(close(Some(support), 200.0));
        assert!(close(figures.confusion.accuracy(), fixture::FLAG_ACCURACY));
    }

    #[test]
    fn json_has_the_keys_of_the_contract_and_null_for_the_undefined() {
        let figures = of_flag(&[0.25, 0.75], &[0.0, 0.0], 0);
        let estimate = |value: f64| json!({"value": value, "low": null, "high": null});
        let expected = json!({
            "n": 2,
            "base_rate": estimate(0.0),
            "accuracy": estimate(0.5),
            "macro_f1": estimate(1.0 / 3.0),
            "per_class": [
                {"class": "0", "precision": estimate(1.0), "recall": estimate(0.5), "f1": estimate(2.0 / 3.0), "support": 2.0,
                 "macro_f1_at_half_share": 1.0 / 3.0},
                {"class": "1", "precision": estimate(0.0), "recall": null, "f1": estimate(0.0), "support": 0.0,
                 "macro_f1_at_half_share": 1.0 / 3.0},
            ],
            "auc": null,
            "average_precision": null,
            "brier": estimate(0.3125),
            "ece": estimate(0.5),
            "confusion": [[1.0, 1.0], [0.0, 0.0]],
            "threshold": 0.5,
        });
        assert_eq!(serde_json::to_value(&figures).unwrap(), expected);
        let back: Figures = serde_json::from_str(&serde_json::to_string(&figures).unwrap()).unwrap();
        assert_eq!(back, Figures { log_loss: None, ..figures });
    }

    #[test]
    fn no_rows_give_no_figures() {
        let none = flag_figures(&[], &[], &[], None, None, 100, 1).unwrap();
        assert_eq!((none.n, none.accuracy, none.auc, none.brier), (0, None, None, None));
    }

    #[test]
    fn a_score_that_is_not_a_number_leaves_the_verdicts_figures() {
        let figures = of_flag(&[f32::NAN, 0.75, 0.25], &[0.0, 1.0, 0.0], 20);
        assert_eq!((figures.auc, figures.average_precision, figures.brier), (None, None, None));
        assert_eq!((figures.ece, figures.log_loss), (None, None));
        assert_eq!(value(figures.accuracy), Some(1.0));
    }

    #[test]
    fn a_soft_target_is_a_part_of_each_side() {
        let figures = of_flag(&[0.75], &[0.75], 0);
        assert_eq!(value(figures.base_rate), Some(0.75));
        assert_eq!(value(figures.accuracy), Some(0.75));
        assert_eq!(value(figures.brier), Some(0.75 * 0.25 * 0.25 + 0.25 * 0.75 * 0.75));
        assert_eq!(value(figures.ece), Some(0.0));
        assert_eq!(figures.per_class.iter().map(|class| class.support).collect::<Vec<_>>(), [0.25, 0.75]);
    }

    #[test]
    fn columns_that_do_not_fit_are_named() {
        let message = |result: Result<Figures, MetricsError>| result.unwrap_err().to_string();
        let flag = |y: &[f32], groups| flag_figures(&[0.5], y, &[true], None, groups, 9, 1);
        assert_eq!(message(flag(&[1.0], Some(&[]))), "groups has 0 entries, but needs 1: give one for each row");
        assert!(message(flag(&[2.0], None)).starts_with("row 0: the target is 2"));
        assert!(message(flag(&[f32::NAN], None)).contains("NaN"));
    }

    proptest! {
        #[test]
        fn nothing_panics_and_every_figure_is_finite_within_its_interval(
            rows in prop::collection::vec(
                (any::<f32>(), 0.0..=1.0_f32, any::<bool>(), 0..3_u32),
                0..20,
            ),
            grouped: bool,
        ) {
            let p: Vec<f32> = rows.iter().map(|row| row.0).collect();
            let y: Vec<f32> = rows.iter().map(|row| row.1).collect();
            let raised: Vec<bool> = rows.iter().map(|row| row.2).collect();
            let groups: Vec<u32> = rows.iter().map(|row| row.3).collect();
            let groups = grouped.then_some(groups.as_slice());
            let all = flag_figures(&p, &y, &raised, None, groups, 20, 1).unwrap();
            let mut figures = vec![all.base_rate, all.accuracy, all.macro_f1, all.auc, all.average_precision];
            figures.extend([all.brier, all.ece, all.log_loss]);
            for estimate in figures {
                let Some(found) = estimate else { continue };
                prop_assert!(found.value.is_finite());
                prop_assert!(found.low.is_none_or(|low| low <= found.value));
                prop_assert!(found.high.is_none_or(|high| high >= found.value));
            }
        }
    }
}
