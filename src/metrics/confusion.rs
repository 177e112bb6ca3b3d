//! The confusion matrix of a label and the figures that follow from it.
//!
//! Definitions are those of scikit-learn's `precision_recall_fscore_support`. Linfa's `ConfusionMatrix` keeps `f32` counts,
//! takes no weights, and its `precision` is the recall if it is called on the predictions, so it serves as a cross-check only.

use serde::{Deserialize, Serialize};

use crate::metrics::error::MetricsError;
use crate::metrics::estimate::ratio;

/// Weighted counts of (true class, predicted class), shape `(n_classes, n_classes)`.
///
/// Written as a list of rows, one for each true class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "Vec<Vec<f64>>", try_from = "Vec<Vec<f64>>")]
pub struct Confusion {
    classes: usize,
    /// Row-major: `cells[truth * classes + predicted]`.
    cells: Vec<f64>,
}

/// The figures of one class; `None` where undefined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassScores {
    /// Share of the rows given this class that is right; undefined if none was given it.
    pub precision: Option<f64>,
    /// Share of the rows of this class that was given it; undefined if there are none.
    pub recall: Option<f64>,
    /// `2 tp / (2 tp + fp + fn)`; undefined if the class occurs in neither truth nor prediction.
    pub f1: Option<f64>,
    /// Weight of the rows that are of this class.
    pub support: f64,
}

impl Confusion {
    /// An empty matrix.
    #[must_use]
    pub fn new(classes: usize) -> Self {
        Self { classes, cells: vec![0.0; classes * classes] }
    }

    /// Counts `truth` and `predicted`, both of shape `(n_samples)` and holding class indices.
    ///
    /// # Errors
    /// If the columns differ in length or an index is not below `classes`.
    pub fn of(
        classes: usize,
        truth: &[usize],
        predicted: &[usize],
        weight: impl Fn(usize) -> f64,
    ) -> Result<Self, MetricsError> {
        if truth.len() != predicted.len() {
            return Err(MetricsError::Length { what: "predicted", expected: truth.len(), got: predicted.len() });
        }
        let mut confusion = Self::new(classes);
        for (row, (&truth, &predicted)) in truth.iter().zip(predicted).enumerate() {
            if let Some(&class) = [truth, predicted].iter().find(|&&class| class >= classes) {
                return Err(MetricsError::Class { row, class, classes });
            }
            confusion.add(truth, predicted, weight(row));
        }
        Ok(confusion)
    }

    /// Counts one row; class indices must have been checked, others are not counted.
    pub(crate) fn add(&mut self, truth: usize, predicted: usize, weight: f64) {
        if let Some(cell) = self.cells.get_mut(truth * self.classes + predicted) {
            *cell += weight;
        }
    }

    /// The same rows with those of one class counting `factor` times: how good the verdicts are if its share differs.
    #[must_use]
    pub fn with_share(&self, class: usize, factor: f64) -> Self {
        let mut shifted = self.clone();
        let of_class = class * self.classes..(class + 1) * self.classes;
        shifted.cells[of_class].iter_mut().for_each(|cell| *cell *= factor);
        shifted
    }

    /// How many classes there are.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Weight of the rows of class `truth` that were predicted as `predicted`; 0 for a class that does not exist.
    #[must_use]
    pub fn get(&self, truth: usize, predicted: usize) -> f64 {
        if truth >= self.classes || predicted >= self.classes {
            return 0.0;
        }
        self.cells.get(truth * self.classes + predicted).copied().unwrap_or(0.0)
    }

    /// Weight of all rows.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.cells.iter().sum()
    }

    /// Weight of the rows that are of `class`.
    #[must_use]
    pub fn support(&self, class: usize) -> f64 {
        (0..self.classes).map(|predicted| self.get(class, predicted)).sum()
    }

    /// Weight of the rows that were predicted as `class`.
    #[must_use]
    pub fn predicted(&self, class: usize) -> f64 {
        (0..self.classes).map(|truth| self.get(truth, class)).sum()
    }

    /// Share of the rows that were given their true class.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        let right: f64 = (0..self.classes).map(|class| self.get(class, class)).sum();
        ratio(right, self.total())
    }

    /// Share of the most frequent class: the accuracy of always saying the same.
    #[must_use]
    pub fn majority_share(&self) -> Option<f64> {
        let most = (0..self.classes).map(|class| self.support(class)).fold(0.0, f64::max);
        ratio(most, self.total())
    }

    /// Precision, recall, F1 and support of one class.
    #[must_use]
    pub fn class(&self, class: usize) -> ClassScores {
        let (right, support, predicted) = (self.get(class, class), self.support(class), self.predicted(class));
        ClassScores {
            precision: ratio(right, predicted),
            recall: ratio(right, support),
            f1: ratio(2.0 * right, support + predicted),
            support,
        }
    }

    /// Mean F1 over the classes that occur in truth or prediction, as scikit-learn's `f1_score(average="macro")`.
    #[must_use]
    pub fn macro_f1(&self) -> Option<f64> {
        let (sum, occur) = (0..self.classes)
            .filter_map(|class| self.class(class).f1)
            .fold((0.0, 0.0), |(sum, occur), f1| (sum + f1, occur + 1.0));
        ratio(sum, occur)
    }
}

impl From<Confusion> for Vec<Vec<f64>> {
    fn from(confusion: Confusion) -> Self {
        let width = confusion.classes.max(1);
        confusion.cells.chunks(width).map(<[f64]>::to_vec).collect()
    }
}

impl TryFrom<Vec<Vec<f64>>> for Confusion {
    type Error = MetricsError;

    fn try_from(rows: Vec<Vec<f64>>) -> Result<Self, MetricsError> {
        let classes = rows.len();
        if let Some(row) = rows.iter().find(|row| row.len() != classes) {
            return Err(MetricsError::NotSquare { classes, cells: row.len() });
        }
        Ok(Self { classes, cells: rows.concat() })
    }
}

#[cfg(test)]
mod tests {
    use linfa::prelude::ToConfusionMatrix;
    use ndarray::Array1;
    use proptest::prelude::*;

    use super::*;
    use crate::metrics::estimate::unweighted;
    use crate::metrics::fixture;
    use crate::metrics::fixture::close;

    /// Class 2 occurs in neither column.
    const TRUTH: [usize; 8] = [0, 0, 0, 1, 1, 3, 3, 0];
    const PREDICTED: [usize; 8] = [0, 0, 1, 1, 0, 1, 0, 0];

    fn argmax(scores: &ndarray::Array2<f32>) -> Vec<usize> {
        let best = |row: ndarray::ArrayView1<f32>| {
            (0..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best })
        };
        scores.rows().into_iter().map(best).collect()
    }

    #[test]
    fn figures_are_scikit_learns() {
        let (scores, truth) = fixture::stance();
        let confusion = Confusion::of(3, &truth, &argmax(&scores), unweighted).unwrap();
        assert!(close(confusion.accuracy(), fixture::ACCURACY));
        assert!(close(confusion.macro_f1(), fixture::MACRO_F1));
        for (class, [precision, recall, f1, support]) in fixture::PER_CLASS.into_iter().enumerate() {
            let scores = confusion.class(class);
            assert!(close(scores.precision, precision));
            assert!(close(scores.recall, recall));
            assert!(close(scores.f1, f1));
            assert!(close(Some(scores.support), support));
        }
    }

    #[test]
    fn macro_f1_leaves_out_absent_classes_and_counts_missed_ones_as_zero() {
        let confusion = Confusion::of(4, &TRUTH, &PREDICTED, unweighted).unwrap();
        let absent = ClassScores { precision: None, recall: None, f1: None, support: 0.0 };
        assert_eq!(confusion.class(2), absent);
        assert_eq!(confusion.class(3).precision, None);
        assert_eq!(confusion.class(3).f1, Some(0.0));
        // sklearn.metrics.f1_score(TRUTH, PREDICTED, average="macro", zero_division=0)
        assert!(close(confusion.macro_f1(), 0.355_555_555_555_555_57));
        assert_eq!(confusion.majority_share(), Some(0.5));
    }

    #[test]
    fn accuracy_and_binary_f1_are_linfas() {
        let (scores, truth) = fixture::flag();
        let truth: Vec<usize> = truth.iter().map(|&y| usize::from(y > 0.5)).collect();
        let raised: Vec<usize> = scores.iter().map(|&p| usize::from(p > 0.5)).collect();
        let ours = Confusion::of(2, &truth, &raised, unweighted).unwrap();
        // Linfa's rows are what the method is called on, and its precision divides by column sums.
        let linfa = Array1::from(truth).confusion_matrix(&Array1::from(raised)).unwrap();
        let near = |a: Option<f64>, b: f32| (a.unwrap() - f64::from(b)).abs() < 1e-6;
        assert!(near(ours.accuracy(), linfa.accuracy()));
        assert!(near(ours.class(1).precision, linfa.precision()));
        assert!(near(ours.class(1).recall, linfa.recall()));
        assert!(near(ours.class(1).f1, linfa.f1_score()));
    }

    #[test]
    fn nothing_counted_is_undefined() {
        let empty = Confusion::new(3);
        assert_eq!((empty.accuracy(), empty.macro_f1()), (None, None));
        assert_eq!(Confusion::new(0).majority_share(), None);
    }

    #[test]
    fn a_class_that_does_not_exist_is_named_with_its_row() {
        let error = Confusion::of(2, &[0, 1, 5], &[0, 1, 1], unweighted).unwrap_err();
        assert_eq!(error, MetricsError::Class { row: 2, class: 5, classes: 2 });
        assert!(Confusion::of(2, &[0], &[], unweighted).is_err());
    }

    #[test]
    fn the_matrix_is_written_as_rows_and_a_ragged_one_refused() {
        let confusion = Confusion::of(2, &[0, 1, 1], &[0, 0, 1], unweighted).unwrap();
        let json = serde_json::to_string(&confusion).unwrap();
        assert_eq!(json, "[[1.0,0.0],[1.0,1.0]]");
        assert_eq!(serde_json::from_str::<Confusion>(&json).unwrap(), confusion);
        assert!(serde_json::from_str::<Confusion>("[[1.0],[1.0,2.0]]").is_err());
        assert_eq!(serde_json::to_string(&Confusion::new(0)).unwrap(), "[]");
    }

    proptest! {
        #[test]
        fn a_weight_is_a_repetition(rows in prop::collection::vec((0..3_usize, 0..3_usize, 0..4_u32), 0..40)) {
            let (truth, predicted): (Vec<_>, Vec<_>) = rows.iter().map(|row| (row.0, row.1)).unzip();
            let weighted = Confusion::of(3, &truth, &predicted, |row| f64::from(rows[row].2)).unwrap();
            let repeated = rows.iter().flat_map(|row| (0..row.2).map(|_| (row.0, row.1)));
            let (truth, predicted): (Vec<_>, Vec<_>) = repeated.unzip();
            prop_assert_eq!(weighted, Confusion::of(3, &truth, &predicted, unweighted).unwrap());
        }
    }
}
