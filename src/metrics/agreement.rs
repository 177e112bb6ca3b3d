//! How far annotators agree beyond chance, which limits how good a model can be: Cohen's kappa, Krippendorff's alpha.

use std::collections::BTreeMap;

use crate::metrics::confusion::Confusion;
use crate::metrics::estimate::ratio;

/// Cohen's kappa (1960) of two annotators, from the matrix of their answers.
///
/// 1 is full agreement, 0 what chance gives, less is worse than chance. Undefined without rows, or if both only ever used one
/// and the same class.
#[must_use]
pub(crate) fn cohen_kappa(confusion: &Confusion) -> Option<f64> {
    let total = confusion.total();
    let chance: f64 = (0..confusion.classes()).map(|class| confusion.support(class) * confusion.predicted(class)).sum();
    let chance = ratio(chance, total * total)?;
    ratio(confusion.accuracy()? - chance, 1.0 - chance)
}

/// Krippendorff's alpha for nominal classes, any number of annotators and missing annotations.
///
/// `units` has each annotator's answer for each comment, `None` without an answer; comments with fewer than two
/// annotations do not measure agreement and are left out. Undefined if none is left, or if only one class was ever
/// used. Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C.
#[must_use]
pub(crate) fn krippendorff_alpha(units: &[Vec<Option<usize>>]) -> Option<f64> {
    let mut alpha = Alpha::default();
    units.iter().for_each(|unit| alpha.unit(unit.iter().flatten().copied()));
    alpha.value()
}

/// The same, comment by comment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alpha {
    /// How often each class was named, where it can be compared.
    votes: BTreeMap<usize, f64>,
    disagreement: f64,
    total: f64,
}

impl Alpha {
    /// Adds the answers on one comment.
    pub(crate) fn unit(&mut self, said: impl IntoIterator<Item = usize>) {
        let mut classes: Vec<usize> = said.into_iter().collect();
        if classes.len() < 2 {
            return;
        }
        classes.sort_unstable();
        let said = classes.len() as f64;
        let mut same = 0.0;
        for run in classes.chunk_by(|a, b| a == b) {
            same += (run.len() as f64).powi(2);
            if let Some(class) = run.first() {
                *self.votes.entry(*class).or_default() += run.len() as f64;
            }
        }
        self.disagreement += (said * said - same) / (said - 1.0);
        self.total += said;
    }

    /// Alpha of all answers.
    #[must_use]
    pub(crate) fn value(&self) -> Option<f64> {
        let same: f64 = self.votes.values().map(|votes| votes * votes).sum();
        let by_chance = ratio(self.total * self.total - same, self.total - 1.0)?;
        Some(1.0 - ratio(self.disagreement, by_chance)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::metrics::estimate::unweighted;
    use crate::metrics::fixture::close;

    /// Each annotator a line of digits, one for each unit, `.` for missing; gives them unit by unit.
    fn units(annotators: &[&str]) -> Vec<Vec<Option<usize>>> {
        let said = |line: &str, unit: usize| {
            line.chars().nth(unit).and_then(|digit| digit.to_digit(10)).map(|digit| digit as usize)
        };
        let count = annotators.first().map_or(0, |line| line.len());
        (0..count).map(|unit| annotators.iter().map(|line| said(line, unit)).collect()).collect()
    }

    fn kappa(one: &[usize], other: &[usize]) -> Option<f64> {
        cohen_kappa(&Confusion::of(3, one, other, unweighted).unwrap())
    }

    #[test]
    fn kappa_is_scikit_learns() {
        // sklearn.metrics.cohen_kappa_score on these columns: 0.5454545454545454
        assert!(close(kappa(&[0, 1, 2, 2, 1, 0, 0, 2, 1, 1], &[0, 1, 2, 1, 1, 0, 2, 2, 1, 0]), 6.0 / 11.0));
    }

    #[test]
    fn kappa_of_one_class_or_no_rows_is_undefined() {
        assert_eq!(kappa(&[1, 1], &[1, 1]), None);
        assert_eq!(kappa(&[], &[]), None);
        assert_eq!(kappa(&[0, 0], &[1, 1]), Some(0.0));
    }

    #[test]
    fn alpha_is_krippendorffs() {
        // Krippendorff (2011), example C: four observers, twelve units, missing data; alpha = 0.743.
        let four = units(&["123321412...", "1233224125..", ".33323422513", "12332441251."]);
        let found = krippendorff_alpha(&four).unwrap();
        assert!((found - 0.743).abs() < 5e-4, "{found}");
        // Example A: two observers, ten units, no missing data; alpha = 0.095.
        let two = krippendorff_alpha(&units(&["0100000000", "1110010010"])).unwrap();
        assert!((two - 0.095).abs() < 5e-4, "{two}");
    }

    #[test]
    fn alpha_without_pairs_or_with_one_class_is_undefined() {
        assert_eq!(krippendorff_alpha(&[]), None);
        assert_eq!(krippendorff_alpha(&[vec![Some(1), None], vec![None, Some(2)], vec![]]), None);
        assert_eq!(krippendorff_alpha(&[vec![Some(1), Some(1)]]), None);
        assert_eq!(krippendorff_alpha(&[vec![Some(1), Some(1)], vec![Some(2), Some(2)]]), Some(1.0));
    }

    proptest! {
        #[test]
        fn names_of_classes_and_order_of_annotators_do_not_matter(
            units in prop::collection::vec(prop::collection::vec(prop::option::of(0..4_usize), 0..5), 0..20),
        ) {
            let turned: Vec<Vec<_>> = units
                .iter()
                .map(|unit| unit.iter().rev().map(|class| class.map(|class| 1000 - class)).collect())
                .collect();
            let (one, other) = (krippendorff_alpha(&units), krippendorff_alpha(&turned));
            prop_assert_eq!(one.is_some(), other.is_some());
            prop_assert!(one.zip(other).is_none_or(|(one, other)| (one - other).abs() < 1e-12 && one <= 1.0));
        }
    }
}
