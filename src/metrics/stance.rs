//! The figures of a stance label: one of several classes.

use ndarray::ArrayView2;

use crate::metrics::bootstrap::intervals;
use crate::metrics::calibration::{class_brier_losses, class_log_losses, ece, mean, top_label};
use crate::metrics::confusion::Confusion;
use crate::metrics::error::MetricsError;
use crate::metrics::estimate::ratio;
use crate::metrics::figures::StanceFigures;
use crate::metrics::figures::{collect, list, same_length, times_of};
use crate::metrics::ranking::Ranking;
use crate::metrics::ranking::Sorted;

/// The figures of a stance label over `n_samples` rows.
///
/// - `p`: its probabilities, shape `(n_samples, n_classes)`. With a NaN the figures of probabilities are undefined.
/// - `predicted`, `y`: class indices of verdict and truth, shape `(n_samples)`. A verdict need not be the likeliest class.
/// - `class_names`: shape `(n_classes)`.
/// - `groups`: ids of what is resampled together, such as the thread; without them rows are.
///
/// # Errors
/// If the columns differ in length or an index names no class.
pub(crate) fn stance_figures<S: AsRef<str>>(
    p: ArrayView2<f32>,
    predicted: &[usize],
    y: &[usize],
    class_names: &[S],
    groups: Option<&[u32]>,
    replicates: usize,
    seed: u64,
) -> Result<StanceFigures, MetricsError> {
    let (n, classes) = (y.len(), class_names.len());
    same_length("p", n, p.nrows())?;
    same_length("groups", n, groups.map_or(n, <[u32]>::len))?;
    if p.ncols() != classes {
        return Err(MetricsError::Columns { expected: classes, got: p.ncols() });
    }
    let confusion = Confusion::of(classes, y, predicted, crate::metrics::estimate::unweighted)?;
    let against_rest = |class: usize| {
        let target: Vec<f32> = y.iter().map(|&y| f32::from(u8::from(y == class))).collect();
        Sorted::new(&p.column(class).to_vec(), &target)
    };
    // A score that is not a number makes the ranking undefined, rather than the mean of the rest.
    let sorted: Vec<Sorted> = (0..classes).map(against_rest).collect::<Option<_>>().unwrap_or_default();
    let (brier, log_loss) = (class_brier_losses(p, y), class_log_losses(p, y));
    let (confidence, right) = top_label(p, y);
    let stat = |times: &[u32]| {
        let weight = times_of(times);
        let mut confusion = Confusion::new(classes);
        for (row, (&y, &predicted)) in y.iter().zip(predicted).enumerate() {
            confusion.add(y, predicted, weight(row));
        }
        let rankings: Vec<Ranking> = sorted.iter().map(|sorted| sorted.measure(weight)).collect();
        let ranking = Ranking {
            auc: mean_of_defined(rankings.iter().map(|ranking| ranking.auc)),
            average_precision: mean_of_defined(rankings.iter().map(|ranking| ranking.average_precision)),
        };
        let probability = [mean(&brier, weight), ece(&confidence, &right, weight), mean(&log_loss, weight)];
        list(confusion.majority_share(), &confusion, ranking, probability)
    };
    let estimates = intervals(n, groups, replicates, seed, stat);
    let names: Vec<&str> = class_names.iter().map(AsRef::as_ref).collect();
    Ok(collect(n, &names, confusion, estimates))
}

fn mean_of_defined(figures: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, count) = figures.flatten().fold((0.0, 0.0), |(sum, count), one| (sum + one, count + 1.0));
    ratio(sum, count)
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;
    use crate::metrics::estimate::Estimate;
    use crate::metrics::fixture;
    use crate::metrics::fixture::close;

    const CLASSES: [&str; 3] = ["against", "favor", "none"];

    fn value(estimate: Option<Estimate>) -> Option<f64> {
        estimate.map(|estimate| estimate.value)
    }

    #[test]
    fn a_stances_figures_are_scikit_learns() {
        let (p, y) = fixture::stance();
        let predicted: Vec<usize> = p.rows().into_iter().map(|row| top(row.as_slice().unwrap())).collect();
        let figures = stance_figures(p.view(), &predicted, &y, &CLASSES, None, 50, 1).unwrap();
        for (found, expected) in [
            (figures.base_rate, fixture::MAJORITY),
            (figures.accuracy, fixture::ACCURACY),
            (figures.macro_f1, fixture::MACRO_F1),
            (figures.auc, fixture::CLASS_AUC),
            (figures.average_precision, fixture::CLASS_AP),
            (figures.brier, fixture::CLASS_BRIER),
            (figures.ece, fixture::CLASS_ECE),
            (figures.log_loss, fixture::CLASS_LOG_LOSS),
        ] {
            assert!(close(value(found), expected), "{found:?} is not {expected}");
        }
        assert_eq!(figures.per_class[1].class, "favor");
        assert_eq!(figures.threshold, None);
    }

    fn top(row: &[f32]) -> usize {
        (0..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best })
    }

    #[test]
    fn no_rows_give_no_figures() {
        let p = Array2::zeros((0, 3));
        let figures = stance_figures(p.view(), &[], &[], &CLASSES, None, 100, 1).unwrap();
        assert_eq!((figures.n, figures.macro_f1, figures.ece), (0, None, None));
        let (p, none) = (Array2::zeros((0, 0)), [""; 0]);
        assert!(stance_figures(p.view(), &[], &[], &none, None, 100, 1).unwrap().per_class.is_empty());
    }

    #[test]
    fn a_score_that_is_not_a_number_leaves_the_verdicts_figures() {
        let p = array![[f32::NAN, 0.5], [0.5, 0.5]];
        let figures = stance_figures(p.view(), &[0, 1], &[0, 1], &CLASSES[..2], None, 20, 1).unwrap();
        assert_eq!((figures.auc, figures.brier, figures.ece), (None, None, None));
        assert_eq!(value(figures.macro_f1), Some(1.0));
    }

    #[test]
    fn a_class_that_does_not_occur_is_left_out_of_means() {
        let p = array![[0.7, 0.2, 0.1], [0.2, 0.7, 0.1], [0.6, 0.3, 0.1]];
        let figures = stance_figures(p.view(), &[0, 1, 0], &[0, 1, 0], &CLASSES, None, 0, 1).unwrap();
        assert_eq!((value(figures.auc), value(figures.macro_f1)), (Some(1.0), Some(1.0)));
        assert_eq!(figures.per_class[2].recall, None);
    }

    #[test]
    fn columns_that_do_not_fit_are_named() {
        let p = array![[0.5, 0.5]];
        let message = |predicted: &[usize], y: &[usize], classes: &[&str]| {
            let result = stance_figures(p.view(), predicted, y, classes, None, 9, 1);
            result.map(|_| ()).unwrap_err().to_string()
        };
        assert!(message(&[0], &[2], &CLASSES[..2]).contains("row 0: there is no class 2"));
        assert!(message(&[0], &[0], &CLASSES).contains("2 columns for 3 classes"));
        assert!(message(&[], &[0], &CLASSES[..2]).starts_with("predicted has 0 entries"));
        assert!(message(&[0], &[0, 1], &CLASSES[..2]).starts_with("p has 1 entries, but needs 2"));
    }
}
