//! The fits of a label that are worth most, and the average of them.

use std::rc::Rc;

use ndarray::{Array2, ArrayView2, Zip};

use crate::dataset::annotations::{Annotated, Truth};
use crate::dataset::label::Label;
use crate::learn::crossval::Candidate;
use crate::learn::folds::Folds;
use crate::metrics::ranking::Sorted;
use crate::train::confined::{Confined, nothing_to_measure};
use crate::train::learnt::{Member, PLAIN_COST};
use crate::train::within::{self, Within};

/// So many of a label's fits are kept to be averaged, and so many draws from them make the average.
const POOL: usize = 16;
const DRAWS: usize = 8;

/// What a label gets out of a candidate at one C.
pub(crate) struct Found {
    pub(crate) candidate: Candidate,
    pub(crate) cost: f32,
    /// Shape `(n_samples, n_outputs)`.
    pub(crate) decisions: Array2<f32>,
}

/// The fits of a label that are worth the most on some of its rows, best first, each with its worth.
#[derive(Clone, Default)]
struct Ranking(Vec<(f64, Rc<Found>)>);

impl Ranking {
    fn add(&mut self, value: f64, found: &Rc<Found>) {
        let at = self.0.partition_point(|(other, _)| *other >= value);
        if at < POOL {
            self.0.insert(at, (value, Rc::clone(found)));
            self.0.truncate(POOL);
        }
    }

    /// Draws the fit that makes the average of decision values worth most, again and again, as long as that grows: how often
    /// each was drawn. After Caruana, Niculescu-Mizil, Crew and Ksikes, Ensemble selection from libraries of models (ICML 2004).
    fn draw(&self, worth: impl Fn(ArrayView2<'_, f32>) -> f64) -> Vec<usize> {
        let mut draws = vec![0_usize; self.0.len()];
        let mut sum: Array2<f32> = Array2::zeros(self.0.first().map_or((0, 0), |(_, found)| found.decisions.dim()));
        let mut average = sum.clone();
        let mut value = f64::MIN;
        for drawn in 0..DRAWS {
            let n = (drawn + 1) as f32;
            let tried = self.0.iter().map(|(_, found)| {
                let both = Zip::from(&mut average).and(&sum).and(&found.decisions);
                both.for_each(|average, sum, own| *average = (sum + own) / n);
                worth(average.view())
            });
            let best = tried.enumerate().fold((0, f64::MIN), |best, next| if next.1 > best.1 { next } else { best });
            if best.1 <= value {
                break;
            }
            value = best.1;
            sum += &self.0[best.0].1.decisions;
            draws[best.0] += 1;
        }
        draws
    }

    /// The fits that were drawn, each with its share.
    fn members(&self, draws: &[usize]) -> Vec<Member> {
        let n = draws.iter().sum::<usize>() as f32;
        let member = |((_, found), draws): (&(f64, Rc<Found>), &usize)| Member {
            candidate: found.candidate,
            cost: found.cost,
            share: *draws as f32 / n,
        };
        self.0.iter().zip(draws).filter(|(_, draws)| **draws > 0).map(member).collect()
    }

    /// The average of the decision values of what was drawn.
    fn mean(&self, draws: &[usize]) -> Array2<f32> {
        let n = draws.iter().sum::<usize>() as f32;
        let mut mean = Array2::zeros(self.0.first().map_or((0, 0), |(_, found)| found.decisions.dim()));
        for ((_, found), draws) in self.0.iter().zip(draws).filter(|(_, draws)| **draws > 0) {
            mean.scaled_add(*draws as f32 / n, &found.decisions);
        }
        mean
    }
}

/// What was tried of a label, ranked by what it is worth on its annotated rows and, if asked for, on those outside of each
/// fold.
pub(crate) struct Pool<'a> {
    pub(crate) label: &'a Label,
    pub(crate) annotated: Annotated,
    within: Option<&'a Within>,
    /// No fit can be told from another: the first at the usual C is as good as any.
    pub(crate) blind: bool,
    all: Ranking,
    /// For each fold the annotated rows outside of it, and their ranking.
    outside: Vec<(Annotated, Ranking)>,
}

impl<'a> Pool<'a> {
    pub(crate) fn new(
        label: &'a Label,
        annotated: Annotated,
        folds: &Folds,
        groups: Option<&[u32]>,
        by_fold: bool,
    ) -> Self {
        let blind = nothing_to_measure(label, &Confined::find(label, &annotated, folds, groups));
        let n = if by_fold && !blind { folds.n } else { 0 };
        let outside = |fold: usize| annotated.without(|row| usize::from(folds.of[row]) == fold);
        let outside = (0..n).map(|fold| (outside(fold), Ranking::default())).collect();
        Self { label, annotated, within: None, blind, all: Ranking::default(), outside }
    }

    /// The same, judged within each source where there are several.
    pub(crate) fn within(self, within: Option<&'a Within>) -> Self {
        Self { within, ..self }
    }

    fn worth(&self, annotated: &Annotated, decisions: ArrayView2<'_, f32>) -> f64 {
        worth(self.label, annotated, self.within, decisions)
    }

    pub(crate) fn best(&self) -> Option<&Found> {
        self.all.0.first().map(|(_, found)| &**found)
    }

    pub(crate) fn add(&mut self, found: Found) {
        let found = Rc::new(found);
        if self.blind {
            let usual = |cost: f32| (cost / PLAIN_COST).ln().abs();
            let nearer = |other: &Found| other.candidate == found.candidate && usual(found.cost) < usual(other.cost);
            if self.best().is_none_or(nearer) {
                self.all = Ranking(vec![(0.0, found)]);
            }
            return;
        }
        self.all.add(self.worth(&self.annotated, found.decisions.view()), &found);
        for (annotated, ranking) in &mut self.outside {
            ranking.add(worth(self.label, annotated, self.within, found.decisions.view()), &found);
        }
    }

    /// The average of the fits that are worth most, and its decision values.
    pub(crate) fn average(&self) -> (Vec<Member>, Array2<f32>) {
        let draws = self.all.draw(|decisions| self.worth(&self.annotated, decisions));
        (self.all.members(&draws), self.all.mean(&draws))
    }

    /// For each fold the decision values of the average that is worth most outside of it; empty if not asked for.
    pub(crate) fn averages_outside(&self) -> Vec<Array2<f32>> {
        let average = |(others, ranking): &(Annotated, Ranking)| {
            ranking.mean(&ranking.draw(|decisions| self.worth(others, decisions)))
        };
        self.outside.iter().map(average).collect()
    }
}

/// How well decision values tell a label apart: the mean of AUC and average precision, over sources where there are several,
/// and over classes for a stance.
fn worth(label: &Label, annotated: &Annotated, within: Option<&Within>, decisions: ArrayView2<'_, f32>) -> f64 {
    let of_part = |scores: &[f32], targets: &[f32]| {
        let ranking = Sorted::new(scores, targets).map(|sorted| sorted.measure(|_| 1.0));
        let value = |figure: Option<f64>| figure.unwrap_or(0.0);
        ranking.map(|ranking| f64::midpoint(value(ranking.auc), value(ranking.average_precision)))
    };
    let rank = |output: usize, targets: &[f32]| {
        let scores: Vec<f32> = annotated.rows.iter().map(|row| decisions[[*row, output]]).collect();
        let parts = within.and_then(|within| within.parts(&annotated.rows, targets));
        within::mean(parts.as_deref(), (&scores, targets), of_part).unwrap_or(0.0)
    };
    match &annotated.truth {
        Truth::Shares(shares) => rank(0, shares),
        Truth::Classes(classes) => {
            let of = |class: usize| classes.iter().map(|c| f32::from(u8::from(*c == class))).collect::<Vec<_>>();
            if label.n_outputs() == 1 {
                rank(0, &of(1))
            } else {
                (0..label.n_outputs()).map(|class| rank(class, &of(class))).sum::<f64>() / label.n_outputs() as f64
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::features::weighting::Scales;

    const CANDIDATE: Candidate = Candidate { scales: Scales::ONE, balanced: false };

    fn found(cost: f32, decisions: [f32; 6]) -> Found {
        let decisions = Array2::from_shape_fn((6, 1), |(row, _)| decisions[row]);
        Found { candidate: CANDIDATE, cost, decisions }
    }

    fn pool<'a>(label: &'a Label, shares: [f32; 6], folds: &Folds, by_fold: bool) -> Pool<'a> {
        let annotated = Annotated { rows: (0..6).collect(), truth: Truth::Shares(shares.to_vec()) };
        Pool::new(label, annotated, folds, None, by_fold)
    }

    #[test]
    fn fits_that_err_on_different_rows_are_averaged() {
        let (label, folds) = (Label::flag("spam"), Folds { of: vec![0, 1, 0, 1, 0, 1], n: 2 });
        let mut pool = pool(&label, [1.0, 1.0, 1.0, 0.0, 0.0, 0.0], &folds, false);
        pool.add(found(1.0, [2.0, 2.0, -1.0, 0.0, -2.0, -2.0]));
        pool.add(found(3.0, [-1.0, 2.0, 2.0, -2.0, -2.0, 0.0]));
        let (members, decisions) = pool.average();
        assert_eq!(members.iter().map(|member| member.share).collect::<Vec<_>>(), [0.5, 0.5]);
        assert_eq!(decisions.column(0).to_vec(), [0.5, 2.0, 0.5, -1.0, -2.0, -1.0]);
        assert!(pool.averages_outside().is_empty(), "not asked for");
    }

    #[test]
    fn of_several_sources_the_one_is_not_told_from_the_other() {
        let (label, n) = (Label::flag("spam"), 80);
        let shares: Vec<f32> =
            (0..n).map(|row| f32::from(u8::from(row % 4 == 0 || (row >= 40 && row % 4 < 3)))).collect();
        let annotated = Annotated { rows: (0..n).collect(), truth: Truth::Shares(shares.clone()) };
        let within = Within::of_rows((0..n).map(|row| row / 40).collect());
        // The one tells the sources apart, of which the second has more of the flag, and the other what is within them.
        let apart = Array2::from_shape_fn((n, 1), |(row, _)| (row / 40) as f32);
        let told = Array2::from_shape_fn((n, 1), |(row, _)| shares[row] - if row >= 40 { 1.5 } else { 0.0 });
        let of = |within: Option<&Within>, decisions: &Array2<f32>| worth(&label, &annotated, within, decisions.view());
        assert!((of(Some(&within), &told) - 1.0).abs() < 1e-9);
        assert!(of(None, &told) < 1.0 && of(None, &apart) > 0.65);
        assert!(
            (of(Some(&within), &apart) - f64::midpoint(0.5, 0.5)).abs() < 1e-9,
            "both shares together are one half each"
        );
        let one = Within::of_rows(vec![0; n]);
        assert_eq!(of(Some(&one), &told).to_bits(), of(None, &told).to_bits());
    }

    #[test]
    fn what_is_best_outside_of_a_fold_is_chosen_without_it() {
        let (label, folds) = (Label::flag("spam"), Folds { of: vec![0, 0, 0, 1, 1, 1], n: 2 });
        let mut pool = pool(&label, [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], &folds, true);
        // The one is right in fold 0 and wrong in fold 1, the other the other way round.
        let (one, other) = ([3.0, 1.0, 0.0, 0.0, 1.0, 3.0], [0.0, 1.0, 3.0, 3.0, 1.0, 0.0]);
        pool.add(found(1.0, one));
        pool.add(found(3.0, other));
        let outside: Vec<Vec<f32>> = pool.averages_outside().iter().map(|table| table.column(0).to_vec()).collect();
        assert_eq!(outside, [other, one]);
    }

    #[test]
    fn where_nothing_can_be_measured_the_usual_cost_is_taken() {
        let (label, folds) = (Label::flag("spam"), Folds { of: vec![0, 0, 0, 1, 1, 1], n: 2 });
        let mut pool = pool(&label, [1.0, 1.0, 0.0, 0.0, 0.0, 0.0], &folds, true);
        assert!(pool.blind);
        for cost in [0.1, 3.0, 30.0] {
            pool.add(found(cost, [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]));
        }
        assert_eq!(pool.best().unwrap().cost, PLAIN_COST);
        assert!(pool.averages_outside().is_empty());
    }
}
