//! A label's probabilities and verdicts beside its annotations, and what they are worth.

use ndarray::Array2;

use crate::dataset::annotations::{Annotated, Truth};
use crate::dataset::error::TrainError;
use crate::dataset::label::Label;
use crate::learn::folds::Folds;
use crate::metrics::abstention;
use crate::metrics::abstention::{Abstention, SideFigures, side_figures};
use crate::metrics::error::MetricsError;
use crate::metrics::figures::Figures;
use crate::metrics::flag::flag_figures;
use crate::metrics::stance::stance_figures;
use crate::train::confined::{Confined, nothing_to_measure};
use crate::train::decision_rule::{Aim, DecisionRule};

/// Decision values of rows by fits that had not seen them. What was chosen need not be the same for all: a row is to be
/// measured by the table of what was chosen without it, and is found in the others as they are used on it.
#[derive(Clone, Debug)]
pub(crate) struct Unseen {
    /// Each of shape `(n_samples, n_outputs)`.
    pub tables: Vec<Array2<f32>>,
    /// By which of them a row is measured; shape `(n_samples,)`.
    pub of: Vec<u16>,
}

impl Unseen {
    /// One table for all rows.
    #[must_use]
    pub(crate) fn of_all(decisions: Array2<f32>) -> Self {
        Self { of: vec![0; decisions.nrows()], tables: vec![decisions] }
    }
}

/// Probabilities and verdicts of a label's annotated rows, and their figures.
#[derive(Clone, Debug)]
pub(crate) struct Evaluated {
    pub label: Label,
    pub annotated: Annotated,
    /// Shape `(n_annotated, n_probabilities)`.
    pub p: Array2<f32>,
    /// The class, or for a flag 1 where it was raised.
    pub decided: Vec<usize>,
    /// What they are worth; a flag that is left to a person counts as not raised.
    pub figures: Figures,
    /// What those flags are worth that are not left to a person, where the policy leaves any.
    pub abstention: Option<Abstention>,
    /// What those stances are worth that are not left to a person, where the policy leaves any.
    pub sides: Option<SideFigures>,
    /// Classes that the folds could not measure.
    pub confined: Vec<Confined>,
}

/// How sure figures are to be said to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bootstrap<'a> {
    /// Rows that are drawn together; one number for each row of the data.
    pub groups: Option<&'a [u32]>,
    /// How often rows are drawn; 0 for no intervals.
    pub replicates: usize,
    /// Of the draws.
    pub seed: u64,
}

impl Evaluated {
    /// Measures probabilities and verdicts of `annotated`. `threshold` is only reported.
    ///
    /// # Errors
    /// When the parts do not fit together.
    pub(crate) fn new(
        label: Label,
        annotated: Annotated,
        p: Array2<f32>,
        decided: Vec<usize>,
        threshold: Option<f32>,
        bootstrap: Bootstrap<'_>,
    ) -> Result<Self, MetricsError> {
        let groups: Option<Vec<u32>> =
            bootstrap.groups.map(|groups| annotated.rows.iter().map(|row| groups[*row]).collect());
        let (groups, replicates, seed) = (groups.as_deref(), bootstrap.replicates, bootstrap.seed);
        let figures = match &annotated.truth {
            Truth::Shares(shares) => {
                let raised: Vec<bool> = decided.iter().map(|decided| *decided == 1).collect();
                flag_figures(&p.column(0).to_vec(), shares, &raised, threshold, groups, replicates, seed)?
            }
            Truth::Classes(classes) => {
                stance_figures(p.view(), &decided, classes, label.classes(), groups, replicates, seed)?
            }
        };
        Ok(Self { label, annotated, p, decided, figures, abstention: None, sides: None, confined: Vec::new() })
    }

    /// The same, and what that is worth which the policy does not leave to a person; `unsure` has one entry for each annotated
    /// row.
    pub(crate) fn abstaining(mut self, unsure: &[bool], rule: &DecisionRule, bootstrap: Bootstrap<'_>) -> Self {
        let groups: Option<Vec<u32>> =
            bootstrap.groups.map(|groups| self.annotated.rows.iter().map(|row| groups[*row]).collect());
        let (groups, replicates, seed) = (groups.as_deref(), bootstrap.replicates, bootstrap.seed);
        match (&self.annotated.truth, &rule.guarantee) {
            (Truth::Shares(shares), _) => {
                let raised: Vec<bool> = self.decided.iter().map(|decided| *decided == 1).collect();
                self.abstention = Some(abstention::abstention(shares, &raised, unsure, groups, replicates, seed));
            }
            (Truth::Classes(classes), Some(guarantee)) => {
                let names = self.label.classes();
                let sides: Vec<(usize, &str)> = guarantee.sides().map(|class| (class, &names[class][..])).collect();
                let found = side_figures(classes, &self.decided, unsure, &sides, groups, replicates, seed);
                self.sides = Some(found);
            }
            (Truth::Classes(_), None) => {}
        }
        self
    }

    /// How rows are ranked is judged by those of classes that could be measured alone: the others came last in their own fold,
    /// as nothing like them had been learnt, and the only ones in others' folds.
    fn rank_without_confined(&mut self, bootstrap: Bootstrap<'_>) -> Result<(), MetricsError> {
        if self.confined.is_empty() {
            return Ok(());
        }
        (self.figures.auc, self.figures.average_precision) = (None, None);
        if let (false, Truth::Classes(classes)) =
            (nothing_to_measure(&self.label, &self.confined), &self.annotated.truth)
        {
            let is_confined = |at: usize| self.confined.iter().any(|confined| confined.class == classes[at]);
            let places: Vec<usize> = (0..classes.len()).filter(|at| !is_confined(*at)).collect();
            let annotated = self.annotated.at(&places);
            let p = self.p.select(ndarray::Axis(0), &places);
            let decided = places.iter().map(|at| self.decided[*at]).collect();
            let others = Self::new(self.label.clone(), annotated, p, decided, None, bootstrap)?.figures;
            (self.figures.auc, self.figures.average_precision) = (others.auc, others.average_precision);
        }
        Ok(())
    }

    /// From decision values of unseen rows, with rules fitted on the other folds: what is reported of training.
    ///
    /// # Errors
    /// When the policy cannot be applied.
    pub(crate) fn crossed(
        label: &Label,
        unseen: &Unseen,
        annotated: Annotated,
        folds: &Folds,
        aim: Aim<'_>,
        threshold: Option<f32>,
        bootstrap: Bootstrap<'_>,
    ) -> Result<Self, TrainError> {
        let mut p = Array2::zeros((annotated.len(), label.n_probabilities()));
        let mut decided = vec![0; annotated.len()];
        let mut unsure = vec![false; annotated.len()];
        let mut abstaining = None;
        let confined = Confined::find(label, &annotated, folds, bootstrap.groups);
        let parts =
            (0..folds.n).flat_map(|fold| unseen.tables.iter().enumerate().map(move |(at, table)| (fold, at, table)));
        for (fold, at, decisions) in parts {
            let of_fold = |row: usize| usize::from(folds.of[row]) == fold;
            let held = annotated.places(|row| of_fold(row) && usize::from(unseen.of[row]) == at);
            if held.is_empty() {
                continue;
            }
            let others = annotated.places(|row| !of_fold(row));
            let rule = DecisionRule::fit(label, decisions.view(), &annotated, &others, folds, &confined, aim)
                .map_err(|source| TrainError::Policy { label: label.name.clone(), source })?;
            let rows: Vec<usize> = held.iter().map(|at| annotated.rows[*at]).collect();
            let own = rule.probabilities(label, decisions.select(ndarray::Axis(0), &rows).view());
            for (at, own) in held.into_iter().zip(own.outer_iter()) {
                let values = own.to_vec();
                (decided[at], unsure[at]) = (rule.decide(&values), rule.unsure(&values));
                p.row_mut(at).assign(&own);
            }
            if rule.abstains() {
                abstaining = Some(rule);
            }
        }
        let mut evaluated = Self::new(label.clone(), annotated, p, decided, threshold, bootstrap)?;
        evaluated.confined = confined;
        evaluated.rank_without_confined(bootstrap)?;
        Ok(match &abstaining {
            Some(rule) => evaluated.abstaining(&unsure, rule, bootstrap),
            None => evaluated,
        })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::learn::class_rule::Decide;
    use crate::learn::policy::Policy;

    const ONCE: Bootstrap<'_> = Bootstrap { groups: None, replicates: 0, seed: 1 };

    fn annotated(shares: &[f32]) -> Annotated {
        Annotated { rows: (0..shares.len()).collect(), truth: Truth::Shares(shares.to_vec()) }
    }

    #[test]
    fn figures_are_those_of_the_annotated_rows() {
        let p = array![[0.9], [0.2], [0.6], [0.4]];
        let evaluated =
            Evaluated::new(Label::flag("spam"), annotated(&[1.0, 0.0, 0.0, 1.0]), p, vec![1, 0, 1, 0], None, ONCE)
                .unwrap();
        assert_eq!(evaluated.figures.n, 4);
        // Of four pairs of a yes and a no, only 0.4 and 0.6 are the wrong way round.
        assert!((evaluated.figures.auc.as_ref().unwrap().value - 0.75).abs() < 1e-6);
        assert!(evaluated.abstention.is_none());
    }

    #[test]
    fn a_row_is_measured_by_the_rule_of_the_other_folds() {
        let n = 40;
        let shares: Vec<f32> = (0..n).map(|row| (row % 2) as f32).collect();
        let folds = Folds { of: (0..n).map(|row| (row / 2 % 2) as u16).collect(), n: 2 };
        // In fold 1 all decision values are higher: thresholds of the one fold are wrong for the other.
        let value = |row: usize| (row % 2) as f32 * 2.0 - 1.0 + 10.0 * f32::from(folds.of[row]);
        let unseen = Unseen::of_all(Array2::from_shape_fn((n, 1), |(row, _)| value(row)));
        let aim = Aim { decide: Decide::MacroF1, policy: Policy::default(), groups: None, per_day: None };
        let label = Label::flag("spam");
        let evaluated = Evaluated::crossed(&label, &unseen, annotated(&shares), &folds, aim, None, ONCE).unwrap();
        let of_fold = |fold: u16| (0..n).filter(move |row| row / 2 % 2 == usize::from(fold));
        assert!(of_fold(0).all(|row| evaluated.decided[row] == 0));
        assert!(of_fold(1).all(|row| evaluated.decided[row] == 1));
    }

    #[test]
    fn a_flag_that_stands_in_one_fold_is_not_ranked() {
        let shares = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        let folds = Folds { of: vec![0, 0, 0, 1, 1, 1], n: 2 };
        let aim = Aim { decide: Decide::MacroF1, policy: Policy::default(), groups: None, per_day: None };
        let unseen = Unseen::of_all(Array2::from_shape_fn((6, 1), |(row, _)| -(row as f32)));
        let label = Label::flag("spam");
        let evaluated = Evaluated::crossed(&label, &unseen, annotated(&shares), &folds, aim, None, ONCE).unwrap();
        assert_eq!(evaluated.confined.len(), 1);
        assert!(evaluated.figures.auc.is_none());
        assert_eq!(evaluated.decided, [0; 6]);
    }
}
