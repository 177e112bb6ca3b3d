//! Two models on the same rows, pair by pair.

use serde::Serialize;

use crate::dataset::annotations::Truth;
use crate::metrics::bootstrap::intervals;
use crate::metrics::confusion::Confusion;
use crate::metrics::estimate::Estimate;
use crate::metrics::ranking::Sorted;
use crate::train::evaluate::Draws;
use crate::train::evaluated::Evaluated;

/// How much better the second model is on one label; every difference is second minus first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Comparison {
    pub label: String,
    /// Difference of macro-F1.
    pub macro_f1: Option<Estimate>,
    /// Difference of AUC; over classes their mean.
    pub auc: Option<Estimate>,
    /// Difference of average precision; over classes their mean.
    pub average_precision: Option<Estimate>,
    /// Rows that only the first decides rightly.
    pub only_first: usize,
    /// Rows that only the second decides rightly.
    pub only_second: usize,
}

/// Compares two evaluations of the same data, label by label. Both models are measured on the same draws, so that an
/// interval that leaves out 0 speaks of the models and not of the rows.
#[must_use]
pub(crate) fn compare(
    first: &[Evaluated],
    second: &[Evaluated],
    groups: Option<&[u32]>,
    draws: Draws,
) -> Vec<Comparison> {
    let pairs = first.iter().filter_map(|one| {
        let same = |two: &&Evaluated| two.label == one.label && two.annotated.rows == one.annotated.rows;
        Some((one, second.iter().find(same)?))
    });
    pairs
        .map(|(one, two)| {
            let groups: Option<Vec<u32>> =
                groups.map(|groups| one.annotated.rows.iter().map(|row| groups[*row]).collect());
            let truth = truth(one);
            let (first, second) = (Measure::new(one), Measure::new(two));
            let stat = |times: &[u32]| {
                let (first, second) = (first.figures(&truth, times), second.figures(&truth, times));
                first.into_iter().zip(second).map(|(first, second)| Some(second? - first?)).collect()
            };
            let n = truth.len();
            let mut found = intervals(n, groups.as_deref(), draws.replicates, draws.seed, stat).into_iter();
            let right = |evaluated: &Evaluated, row: usize| evaluated.decided[row] == truth[row];
            Comparison {
                label: one.label.name.clone(),
                macro_f1: found.next().flatten(),
                auc: found.next().flatten(),
                average_precision: found.next().flatten(),
                only_first: (0..n).filter(|row| right(one, *row) && !right(two, *row)).count(),
                only_second: (0..n).filter(|row| !right(one, *row) && right(two, *row)).count(),
            }
        })
        .collect()
}

/// The class of each row; a soft flag counts as its larger side.
fn truth(evaluated: &Evaluated) -> Vec<usize> {
    match &evaluated.annotated.truth {
        Truth::Classes(classes) => classes.clone(),
        Truth::Shares(shares) => shares.iter().map(|share| usize::from(*share >= 0.5)).collect(),
    }
}

/// One model's part of a comparison, sorted once.
struct Measure<'a> {
    decided: &'a [usize],
    classes: usize,
    rankings: Vec<Sorted>,
}

impl<'a> Measure<'a> {
    fn new(evaluated: &'a Evaluated) -> Self {
        let truth = truth(evaluated);
        let flag = evaluated.label.classes().is_empty();
        let columns = if flag { vec![(0, 1)] } else { (0..evaluated.p.ncols()).map(|class| (class, class)).collect() };
        let rankings = columns.into_iter().filter_map(|(column, class)| {
            let targets: Vec<f32> = truth.iter().map(|truth| f32::from(u8::from(*truth == class))).collect();
            Sorted::new(&evaluated.p.column(column).to_vec(), &targets)
        });
        Self {
            decided: &evaluated.decided,
            classes: evaluated.label.classes().len().max(2),
            rankings: rankings.collect(),
        }
    }

    fn figures(&self, truth: &[usize], times: &[u32]) -> Vec<Option<f64>> {
        let weight = |row: usize| f64::from(times[row]);
        let confusion = Confusion::of(self.classes, truth, self.decided, weight).expect("a row has one decision");
        let rankings: Vec<_> = self.rankings.iter().map(|sorted| sorted.measure(weight)).collect();
        let mean = |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        vec![
            confusion.macro_f1(),
            mean(rankings.iter().filter_map(|ranking| ranking.auc).collect()),
            mean(rankings.iter().filter_map(|ranking| ranking.average_precision).collect()),
        ]
    }
}
