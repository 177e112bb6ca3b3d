//! How decision values become probabilities, and probabilities verdicts.

use ndarray::{Array1, Array2, ArrayView2};

use crate::dataset::annotations::{Annotated, Truth};
use crate::dataset::label::{Kind, Label};
use crate::learn::calibrate::Calibration;
use crate::learn::class_rule::{Decide, class_weights, decide};
use crate::learn::folds::Folds;
use crate::learn::policy::{Policy, PolicyError, Threshold};
use crate::learn::side_guarantee::{SideGuarantee, Verdicts};
use crate::train::confined::{Confined, nothing_to_measure};

/// How decision values become probabilities, and probabilities verdicts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DecisionRule {
    /// Decision values to probabilities.
    pub calibration: Calibration,
    /// One for each class of a stance label.
    pub class_weights: Vec<f32>,
    /// Of a flag.
    pub threshold: Option<Threshold>,
    /// Of a stance label whose policy leaves comments to a person.
    pub guarantee: Option<SideGuarantee>,
}

/// What a rule is to be fitted for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aim<'a> {
    /// Of a stance label.
    pub decide: Decide,
    /// Of a flag; of a stance label whether it leaves comments to a person.
    pub policy: Policy,
    /// Rows of one number are alike, as comments under one article are; one number for each row of the data.
    pub groups: Option<&'a [u32]>,
    /// Comments a day, where that is known.
    pub per_day: Option<f64>,
}

impl DecisionRule {
    /// Takes decision values as log-odds, the likeliest class, and 0.5.
    #[must_use]
    pub(crate) fn plain(label: &Label) -> Self {
        let threshold = (label.kind == Kind::Flag).then_some(Threshold::unmeasured(Policy::At(0.5), 0.5));
        Self {
            calibration: Calibration::none(label.n_outputs()),
            class_weights: vec![1.0; label.classes().len()],
            threshold,
            guarantee: None,
        }
    }

    /// The same where the policy may ask for what nothing was measured for: then no side is ever given.
    #[must_use]
    pub(crate) fn unmeasured(label: &Label, policy: Policy) -> Self {
        let guarantee = match (&label.kind, policy) {
            (Kind::Stance { .. }, Policy::Error(error, confidence)) => {
                Some(SideGuarantee::never(error, confidence, label.classes()))
            }
            _ => None,
        };
        Self { guarantee, ..Self::plain(label) }
    }

    /// Fits on decision values of unseen rows, shape `(n_samples, n_outputs)`; of the annotated rows those at `places`. `folds`
    /// are those by which the rows were unseen.
    ///
    /// Nothing is fitted to classes that are confined to one fold, as their decision values come from fits without them: such
    /// a class is never given, and of a flag or where fewer than two classes are left the scores stay uncalibrated, drawn
    /// halfway towards the share of each class.
    ///
    /// # Errors
    /// When the policy cannot be applied.
    pub(crate) fn fit(
        label: &Label,
        decisions: ArrayView2<'_, f32>,
        annotated: &Annotated,
        places: &[usize],
        folds: &Folds,
        confined: &[Confined],
        aim: Aim<'_>,
    ) -> Result<Self, PolicyError> {
        let is_confined = |class: usize| confined.iter().any(|confined| confined.class == class);
        let all = places;
        let places: Vec<usize> = match &annotated.truth {
            Truth::Classes(classes) => all.iter().copied().filter(|at| !is_confined(classes[*at])).collect(),
            Truth::Shares(_) => all.to_vec(),
        };
        let rows: Vec<usize> = places.iter().map(|at| annotated.rows[*at]).collect();
        let own = decisions.select(ndarray::Axis(0), &rows);
        let mut rule = Self::unmeasured(label, aim.policy);
        if nothing_to_measure(label, confined) {
            rule.calibration = Calibration::shrunk(&annotated.shares_of_outputs(label, all));
            rule.class_weights
                .iter_mut()
                .enumerate()
                .for_each(|(class, weight)| *weight *= f32::from(!is_confined(class)));
            rule.threshold = rule.threshold.map(|_| Threshold::never(aim.policy));
            return Ok(rule);
        }
        match &annotated.truth {
            Truth::Shares(shares) => {
                let shares: Array1<f32> = places.iter().map(|at| shares[*at]).collect();
                let ones = Array1::ones(shares.len());
                rule.calibration = Calibration::platt(own.column(0), shares.view(), ones.view());
                let p = rule.probabilities(label, own.view());
                rule.threshold =
                    Some(Threshold::choose(aim.policy, &p.column(0).to_vec(), &shares.to_vec(), aim.per_day)?);
            }
            Truth::Classes(classes) => {
                let classes: Vec<usize> = places.iter().map(|at| classes[*at]).collect();
                let some: Vec<Option<usize>> = classes.iter().map(|class| Some(*class)).collect();
                rule.calibration = if label.n_outputs() == 1 {
                    let second: Array1<f32> = classes.iter().map(|class| f32::from(u8::from(*class == 1))).collect();
                    Calibration::platt(own.column(0), second.view(), Array1::ones(second.len()).view())
                } else {
                    Calibration::classes(own.view(), &some)
                };
                let p = rule.probabilities(label, own.view());
                let folds: Vec<u16> = rows.iter().map(|row| folds.of[*row]).collect();
                rule.class_weights = class_weights(p.view(), &some, &folds, aim.decide);
                confined.iter().for_each(|confined| rule.class_weights[confined.class] = 0.0);
                if let Policy::Error(error, confidence) = aim.policy {
                    let decided: Vec<usize> =
                        p.outer_iter().map(|p| decide(&p.to_vec(), &rule.class_weights)).collect();
                    let groups: Option<Vec<u32>> =
                        aim.groups.map(|groups| rows.iter().map(|row| groups[*row]).collect());
                    let verdicts =
                        Verdicts { p: p.view(), decided: &decided, truth: &classes, groups: groups.as_deref() };
                    rule.guarantee = Some(SideGuarantee::choose(error, confidence, label.classes(), verdicts));
                }
            }
        }
        Ok(rule)
    }

    /// Probabilities, shape `(n_samples, n_probabilities)`, of decision values, shape `(n_samples, n_outputs)`.
    #[must_use]
    pub(crate) fn probabilities(&self, label: &Label, decisions: ArrayView2<'_, f32>) -> Array2<f32> {
        let mut p = Array2::zeros((decisions.nrows(), label.n_probabilities()));
        let mut values = vec![0.0; decisions.ncols()];
        for (mut p, decisions) in p.outer_iter_mut().zip(decisions.outer_iter()) {
            values.iter_mut().zip(decisions).for_each(|(to, from)| *to = *from);
            self.calibration.apply(&mut values);
            if label.classes().len() == 2 {
                (p[0], p[1]) = (1.0 - values[0], values[0]);
            } else {
                p.iter_mut().zip(&values).for_each(|(to, from)| *to = *from);
            }
        }
        p
    }

    /// The class, or for a flag 1 where it is raised.
    #[must_use]
    pub(crate) fn decide(&self, p: &[f32]) -> usize {
        match &self.threshold {
            Some(threshold) => usize::from(p.first().is_some_and(|p| *p >= threshold.value)),
            None => decide(p, &self.class_weights),
        }
    }

    /// Whether the comment is left to a person.
    pub(crate) fn unsure(&self, p: &[f32]) -> bool {
        let side = self.guarantee.as_ref().is_some_and(|guarantee| guarantee.unsure(self.decide(p), p));
        side || self.threshold.as_ref().zip(p.first()).is_some_and(|(threshold, p)| threshold.unsure(*p))
    }

    /// Whether comments may be left to a person.
    pub(crate) fn abstains(&self) -> bool {
        self.guarantee.is_some() || self.threshold.as_ref().is_some_and(|threshold| threshold.guarantee.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AIM: Aim<'_> = Aim { decide: Decide::MacroF1, policy: Policy::MacroF1, groups: None, per_day: None };

    /// A rule for decision values of all rows, which stand in two folds by turns.
    fn fit(
        label: &Label,
        decisions: &Array2<f32>,
        truth: Truth,
        confined: &[Confined],
        policy: Policy,
    ) -> DecisionRule {
        let n = decisions.nrows();
        let annotated = Annotated { rows: (0..n).collect(), truth };
        let folds = Folds { of: (0..n).map(|row| (row % 2) as u16).collect(), n: 2 };
        let places: Vec<usize> = (0..n).collect();
        let aim = Aim { policy, ..AIM };
        DecisionRule::fit(label, decisions.view(), &annotated, &places, &folds, confined, aim).unwrap()
    }

    fn confined(class: usize) -> Confined {
        Confined { class, rows: 1, first: 0, one_group: true }
    }

    #[test]
    fn a_flag_is_raised_between_the_decision_values_of_no_and_yes() {
        let decisions = Array2::from_shape_fn((40, 1), |(row, _)| if row % 4 == 0 { 1.0 } else { -2.0 });
        let truth = Truth::Shares((0..40).map(|row| f32::from(u8::from(row % 4 == 0))).collect());
        let label = Label::flag("spam");
        let rule = fit(&label, &decisions, truth, &[], Policy::MacroF1);
        let p = rule.probabilities(&label, decisions.view());
        let threshold = rule.threshold.as_ref().unwrap();
        assert!(p[[1, 0]] < threshold.value && threshold.value < p[[0, 0]]);
        assert_eq!((rule.decide(&[p[[0, 0]]]), rule.decide(&[p[[1, 0]]])), (1, 0));
        assert!(!rule.abstains() && !rule.unsure(&[0.5]));
    }

    #[test]
    fn an_error_policy_leaves_the_middle_to_a_person() {
        // At the ends all is clear; in the middle yes and no take turns.
        let decisions = Array2::from_shape_fn((600, 1), |(row, _)| row as f32 / 100.0 - 3.0);
        let is_yes = |row: usize| row >= 400 || (row >= 200 && row.is_multiple_of(2));
        let truth = Truth::Shares((0..600).map(|row| f32::from(u8::from(is_yes(row)))).collect());
        let label = Label::flag("spam");
        let rule = fit(&label, &decisions, truth, &[], Policy::Error(0.05, 0.9));
        let p = rule.probabilities(&label, decisions.view());
        assert!(rule.abstains());
        assert_eq!([0, 300, 599].map(|row| rule.unsure(&[p[[row, 0]]])), [false, true, false]);
    }

    #[test]
    fn nothing_is_fitted_to_what_stands_in_one_fold() {
        let decisions = Array2::from_shape_fn((20, 1), |(row, _)| row as f32);
        let flag =
            fit(&Label::flag("spam"), &decisions, Truth::Shares(vec![0.25; 20]), &[confined(1)], Policy::MacroF1);
        assert!(flag.threshold.unwrap().is_never());
        assert_eq!(flag.calibration, Calibration::shrunk(&[0.25]));
        let label = Label::stance("stance", ["a", "b", "c"].map(str::to_owned).to_vec());
        let decisions = Array2::from_shape_fn((30, 3), |(row, class)| if row % 3 == class { 2.0 } else { -2.0 });
        let truth = Truth::Classes((0..30).map(|row| row % 3).collect());
        let stance = fit(&label, &decisions, truth, &[confined(2)], Policy::MacroF1);
        assert_eq!(stance.class_weights[2], 0.0);
        assert!(stance.threshold.is_none());
        let p = stance.probabilities(&label, decisions.view());
        assert_eq!([0, 1].map(|row| stance.decide(&p.row(row).to_vec())), [0, 1]);
    }
}
