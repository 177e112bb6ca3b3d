//! Everything that is said of one label: all its figures with their intervals, from one bootstrap.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::bootstrap::intervals;
use super::calibration::{brier_losses, class_brier_losses, class_log_losses, ece, log_losses, mean, top_label};
use super::ranking::Ranking;
use super::{Confusion, Estimate, MetricsError, Sorted, ratio};

/// The figures of one label; `None`, written `null`, where undefined. The intervals are 95 % bootstrap intervals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Rows that have the label.
    pub n: usize,
    /// Flag: share of positive rows. Stance: share of the most frequent class, what always saying the same would score.
    pub base_rate: Option<Estimate>,
    /// Share of rows whose verdict is right.
    pub accuracy: Option<Estimate>,
    /// Mean F1 of the classes that occur in truth or verdicts; of a flag, of its two sides.
    pub macro_f1: Option<Estimate>,
    /// One for each class, in the model's order; of a flag `0` and `1`.
    pub per_class: Vec<ClassFigures>,
    /// ROC AUC; of a stance the mean over its classes, each against the rest.
    pub auc: Option<Estimate>,
    /// Average precision; of a stance the mean over its classes, each against the rest.
    pub average_precision: Option<Estimate>,
    /// Brier score: 0 to 1 for a flag, 0 to 2 (summed over the classes) for a stance.
    pub brier: Option<Estimate>,
    /// Expected calibration error: of the flag's probability, or of the likeliest class's.
    pub ece: Option<Estimate>,
    /// Log loss in nats. Not part of the output contract, so not written.
    #[serde(skip)]
    pub log_loss: Option<Estimate>,
    /// Rows of each true class (outer) by verdict (inner), in the order of `per_class`.
    pub confusion: Confusion,
    /// Flag: where it is raised, if that is the same for all rows. Stance: none.
    pub threshold: Option<f32>,
}

/// The figures of a flag.
pub type FlagFigures = Figures;

/// The figures of a stance label.
pub type StanceFigures = Figures;

/// The figures of one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassFigures {
    /// The class as the labels write it.
    pub class: String,
    /// Of the rows given this class, the share that is of it.
    pub precision: Option<Estimate>,
    /// Of the rows of this class, the share that was given it.
    pub recall: Option<Estimate>,
    /// Harmonic mean of the two.
    pub f1: Option<Estimate>,
    /// Rows of this class; a fraction where targets are soft.
    pub support: f64,
}

/// The figures of a flag over `n_samples` rows.
///
/// - `p`: its probabilities, shape `(n_samples)`. With a NaN the figures of probabilities are undefined, the others stand.
/// - `y`: its targets, 0 to 1, none missing; a soft one counts as a part of a positive and a part of a negative row.
/// - `raised`: whether it was raised. `threshold` is only reported: out of fold, each fold has its own.
/// - `groups`: ids of what is resampled together, such as the thread; without them rows are.
///
/// # Errors
/// If the columns differ in length or a target is not between 0 and 1.
pub fn flag_figures(
    p: &[f32],
    y: &[f32],
    raised: &[bool],
    threshold: Option<f32>,
    groups: Option<&[u32]>,
    replicates: usize,
    seed: u64,
) -> Result<FlagFigures, MetricsError> {
    let n = y.len();
    same_length("p", n, p.len())?;
    same_length("raised", n, raised.len())?;
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
        let weight = times_of(times);
        let confusion = confuse(&weight);
        let base_rate = ratio(confusion.support(1), confusion.total());
        let ranking = sorted.as_ref().map_or(Ranking::default(), |sorted| sorted.measure(weight));
        let probability = [mean(&brier, weight), ece(p, y, weight), mean(&log_loss, weight)];
        list(base_rate, &confusion, ranking, probability)
    };
    let estimates = intervals(n, groups, replicates, seed, stat);
    let confusion = confuse(&super::unweighted);
    Ok(Figures { threshold, ..collect(n, &["0", "1"], confusion, estimates) })
}

/// The figures of a stance label over `n_samples` rows.
///
/// - `p`: its probabilities, shape `(n_samples, n_classes)`. With a NaN the figures of probabilities are undefined.
/// - `predicted`, `y`: class indices of verdict and truth, shape `(n_samples)`. A verdict need not be the likeliest class.
/// - `class_names`: shape `(n_classes)`.
/// - `groups`: ids of what is resampled together, such as the thread; without them rows are.
///
/// # Errors
/// If the columns differ in length or an index names no class.
pub fn stance_figures<S: AsRef<str>>(
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
    let confusion = Confusion::of(classes, y, predicted, super::unweighted)?;
    let against_rest = |class: usize| {
        let target: Vec<f32> = y.iter().map(|&y| f32::from(u8::from(y == class))).collect();
        Sorted::new(&p.column(class).to_vec(), &target)
    };
    // A score that is not a number leaves no ranking at all, rather than the mean of what is left.
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

/// How often a row was drawn, as its weight.
fn times_of(times: &[u32]) -> impl Fn(usize) -> f64 + Copy + '_ {
    |row| times.get(row).map_or(0.0, |&times| f64::from(times))
}

fn same_length(what: &'static str, expected: usize, got: usize) -> Result<(), MetricsError> {
    if expected == got { Ok(()) } else { Err(MetricsError::Length { what, expected, got }) }
}

fn mean_of_defined(figures: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, count) = figures.flatten().fold((0.0, 0.0), |(sum, count), one| (sum + one, count + 1.0));
    ratio(sum, count)
}

/// The figures of one replicate, in the order in which [`collect`] takes them; `probability` is Brier, ECE, log loss.
fn list(
    base_rate: Option<f64>,
    confusion: &Confusion,
    ranking: Ranking,
    probability: [Option<f64>; 3],
) -> Vec<Option<f64>> {
    let mut figures =
        vec![base_rate, confusion.accuracy(), confusion.macro_f1(), ranking.auc, ranking.average_precision];
    figures.extend(probability);
    for class in 0..confusion.classes() {
        let scores = confusion.class(class);
        figures.extend([scores.precision, scores.recall, scores.f1]);
    }
    figures
}

/// Names the estimates of the figures that [`list`] lists.
fn collect(n: usize, classes: &[&str], confusion: Confusion, estimates: Vec<Option<Estimate>>) -> Figures {
    let mut estimates = estimates.into_iter();
    let mut next = || estimates.next().flatten();
    Figures {
        n,
        base_rate: next(),
        accuracy: next(),
        macro_f1: next(),
        auc: next(),
        average_precision: next(),
        brier: next(),
        ece: next(),
        log_loss: next(),
        per_class: classes
            .iter()
            .enumerate()
            .map(|(class, name)| ClassFigures {
                class: (*name).to_owned(),
                precision: next(),
                recall: next(),
                f1: next(),
                support: confusion.support(class),
            })
            .collect(),
        confusion,
        threshold: None,
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::fixture::{self, close};
    use super::*;

    const CLASSES: [&str; 3] = ["against", "favor", "none"];

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
    fn json_has_the_keys_of_the_contract_and_null_for_the_undefined() {
        let figures = of_flag(&[0.25, 0.75], &[0.0, 0.0], 0);
        let estimate = |value: f64| json!({"value": value, "low": null, "high": null});
        let expected = json!({
            "n": 2,
            "base_rate": estimate(0.0),
            "accuracy": estimate(0.5),
            "macro_f1": estimate(1.0 / 3.0),
            "per_class": [
                {"class": "0", "precision": estimate(1.0), "recall": estimate(0.5), "f1": estimate(2.0 / 3.0), "support": 2.0},
                {"class": "1", "precision": estimate(0.0), "recall": null, "f1": estimate(0.0), "support": 0.0},
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
        let flag = flag_figures(&[], &[], &[], None, None, 100, 1).unwrap();
        assert_eq!((flag.n, flag.accuracy, flag.auc, flag.brier), (0, None, None, None));
        let none: [&str; 0] = [];
        let stance = stance_figures(Array2::zeros((0, 0)).view(), &[], &[], &none, None, 100, 1).unwrap();
        assert_eq!((stance.n, stance.macro_f1, stance.ece), (0, None, None));
    }

    #[test]
    fn a_score_that_is_not_a_number_leaves_the_verdicts_figures() {
        let flag = of_flag(&[f32::NAN, 0.75, 0.25], &[0.0, 1.0, 0.0], 20);
        assert_eq!((flag.auc, flag.average_precision, flag.brier), (None, None, None));
        assert_eq!((flag.ece, flag.log_loss, value(flag.accuracy)), (None, None, Some(1.0)));
        let p = array![[f32::NAN, 0.5], [0.5, 0.5]];
        let stance = stance_figures(p.view(), &[0, 1], &[0, 1], &CLASSES[..2], None, 20, 1).unwrap();
        assert_eq!((stance.auc, stance.brier, stance.ece), (None, None, None));
        assert_eq!(value(stance.macro_f1), Some(1.0));
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
        let message = |result: Result<Figures, MetricsError>| result.unwrap_err().to_string();
        let flag = |y: &[f32], groups| flag_figures(&[0.5], y, &[true], None, groups, 9, 1);
        assert_eq!(message(flag(&[1.0], Some(&[]))), "groups has 0 entries where 1 are needed: give one for each row");
        assert!(message(flag(&[2.0], None)).starts_with("row 0: the target is 2"));
        assert!(message(flag(&[f32::NAN], None)).contains("NaN"));
        let p = array![[0.5, 0.5]];
        assert!(message(stance_figures(p.view(), &[0], &[2], &CLASSES[..2], None, 9, 1)).contains("class 2"));
        assert!(
            message(stance_figures(p.view(), &[0], &[0], &CLASSES, None, 9, 1)).contains("2 columns for 3 classes")
        );
    }

    proptest! {
        #[test]
        fn nothing_panics_and_every_figure_is_finite_within_its_interval(
            rows in prop::collection::vec((any::<f32>(), 0.0..=1.0_f32, any::<bool>(), 0..3_u32), 0..20),
            grouped: bool,
        ) {
            let p: Vec<f32> = rows.iter().map(|row| row.0).collect();
            let y: Vec<f32> = rows.iter().map(|row| row.1).collect();
            let raised: Vec<bool> = rows.iter().map(|row| row.2).collect();
            let groups: Vec<u32> = rows.iter().map(|row| row.3).collect();
            let figures = flag_figures(&p, &y, &raised, None, grouped.then_some(&groups), 20, 1).unwrap();
            for estimate in [figures.base_rate, figures.accuracy, figures.auc, figures.brier, figures.ece, figures.log_loss] {
                let Some(found) = estimate else { continue };
                prop_assert!(found.value.is_finite());
                prop_assert!(found.low.is_none_or(|low| low <= found.value));
                prop_assert!(found.high.is_none_or(|high| high >= found.value));
            }
        }
    }
}
