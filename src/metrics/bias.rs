//! Whether scores treat the groups that comments speak of alike: three AUCs, and how far rates differ between terms.
//!
//! The AUCs are those of Borkan, Dixon, Sorensen, Thain and Vasserman (2019), "Nuanced Metrics for Measuring Unintended
//! Bias with Real Data for Text Classification". The rates over sentences that differ in one term only follow Dixon, Li,
//! Sorensen, Thain and Vasserman (2018), "Measuring and Mitigating Unintended Bias in Text Classification".

use serde::Serialize;

use crate::metrics::ranking::Sorted;

/// Scores and targets of all rows, from which subgroups are measured.
#[derive(Clone, Debug)]
pub(crate) struct Subgroups {
    sorted: Sorted,
    positive: Vec<bool>,
}

/// How well scores order the rows of a subgroup, within it and against the background, which is all other rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct SubgroupAucs {
    /// Positive rows in the subgroup.
    pub positives: usize,
    /// Negative rows in the subgroup.
    pub negatives: usize,
    /// Within the subgroup.
    pub subgroup: Option<f64>,
    /// Background positive, subgroup negative: low where harmless rows of the subgroup score too high.
    pub bpsn: Option<f64>,
    /// Background negative, subgroup positive: low where harmful rows of the subgroup score too low.
    pub bnsp: Option<f64>,
}

impl Subgroups {
    /// `p` and `y` of shape `(n_samples)`; a soft target counts as its larger side, as in the paper.
    ///
    /// `None` where the rows have no ranking; see [`Sorted::new`].
    #[must_use]
    pub(crate) fn new(p: &[f32], y: &[f32]) -> Option<Self> {
        let positive: Vec<bool> = y.iter().map(|y| *y >= 0.5).collect();
        let hard: Vec<f32> = positive.iter().map(|positive| f32::from(u8::from(*positive))).collect();
        Some(Self { sorted: Sorted::new(p, &hard)?, positive })
    }

    /// The AUCs of the rows for which `within(row)` holds; `None` with fewer than `least` of either class.
    #[must_use]
    pub(crate) fn measure(&self, within: impl Fn(usize) -> bool, least: usize) -> Option<SubgroupAucs> {
        let rows = 0..self.positive.len();
        let (positives, negatives) = rows
            .filter(|row| within(*row))
            .fold((0, 0), |(yes, no), row| if self.positive[row] { (yes + 1, no) } else { (yes, no + 1) });
        if positives < least || negatives < least {
            return None;
        }
        let auc = |own: &dyn Fn(usize) -> bool| self.sorted.measure(|row| f64::from(u8::from(own(row)))).auc;
        Some(SubgroupAucs {
            positives,
            negatives,
            subgroup: auc(&within),
            bpsn: auc(&|row| within(row) != self.positive[row]),
            bnsp: auc(&|row| within(row) == self.positive[row]),
        })
    }
}

/// How often a flag is raised on some sentences, and how high they score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Rate {
    /// How many sentences.
    pub n: usize,
    /// The share that is raised.
    pub raised: f64,
    /// The mean probability.
    pub mean_p: f64,
}

impl Rate {
    /// Of probabilities and whether each was raised; `None` without any.
    #[must_use]
    pub(crate) fn of(scores: impl IntoIterator<Item = (f32, bool)>) -> Option<Self> {
        let (n, raised, sum) = scores
            .into_iter()
            .fold((0, 0, 0.0), |(n, raised, sum), (p, is)| (n + 1, raised + usize::from(is), sum + f64::from(p)));
        let share = |part: f64| part / n as f64;
        (n > 0).then(|| Self { n, raised: share(raised as f64), mean_p: share(sum) })
    }
}

/// How far the rates of terms lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
    /// The mean over all terms.
    pub mean: f64,
    /// The largest over all terms.
    pub largest: f64,
    /// The largest distance of one from the mean, either way.
    pub gap: f64,
}

impl Spread {
    /// Of the rates of terms; `None` without any.
    #[must_use]
    pub(crate) fn of(rates: &[f64]) -> Option<Self> {
        let mean = crate::metrics::estimate::ratio(rates.iter().sum(), rates.len() as f64)?;
        let largest = rates.iter().copied().fold(f64::MIN, f64::max);
        Some(Self { mean, largest, gap: rates.iter().map(|rate| (rate - mean).abs()).fold(0.0, f64::max) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The AUC of rows by counting pairs.
    fn counted(rows: &[(f32, f32)]) -> Option<f64> {
        let (mut won, mut pairs) = (0.0, 0.0);
        for (p, _) in rows.iter().filter(|(_, y)| *y >= 0.5) {
            for (q, _) in rows.iter().filter(|(_, y)| *y < 0.5) {
                pairs += 1.0;
                won += if p > q { 1.0 } else { 0.5 * f64::from(u8::from(p >= q)) };
            }
        }
        (pairs > 0.0).then(|| won / pairs)
    }

    #[test]
    fn aucs_are_those_of_the_rows_that_the_paper_names() {
        let (p, y) = crate::metrics::fixture::flag();
        let within = |row: usize| row.is_multiple_of(3);
        let found = Subgroups::new(&p, &y).unwrap().measure(within, 1).unwrap();
        let of = |keep: &dyn Fn(usize) -> bool| {
            let rows = (0..p.len()).filter(|row| keep(*row)).map(|row| (p[row], y[row]));
            counted(&rows.collect::<Vec<_>>())
        };
        let yes = |row: usize| y[row] >= 0.5;
        let close = |a: Option<f64>, b: Option<f64>| (a.unwrap() - b.unwrap()).abs() < 1e-12;
        assert!(close(found.subgroup, of(&within)));
        assert!(close(found.bpsn, of(&|row| if within(row) { !yes(row) } else { yes(row) })));
        assert!(close(found.bnsp, of(&|row| if within(row) { yes(row) } else { !yes(row) })));
        assert_eq!(found.positives + found.negatives, p.len().div_ceil(3));
    }

    #[test]
    fn a_group_that_scores_too_high_has_a_low_bpsn() {
        // The subgroup is the last four rows: ordered well, but all above the background.
        let p = [0.1, 0.2, 0.5, 0.6, 0.7, 0.8, 0.90, 0.95];
        let y = [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0];
        let found = Subgroups::new(&p, &y).unwrap().measure(|row| row >= 4, 2).unwrap();
        assert_eq!((found.subgroup, found.bpsn, found.bnsp), (Some(1.0), Some(0.0), Some(1.0)));
    }

    #[test]
    fn too_few_rows_are_not_measured() {
        let groups = Subgroups::new(&[0.1, 0.9, 0.4], &[0.0, 1.0, 0.0]).unwrap();
        assert_eq!(groups.measure(|row| row < 2, 2), None);
        assert!(groups.measure(|row| row < 2, 1).is_some());
        assert!(Subgroups::new(&[f32::NAN], &[1.0]).is_none());
    }

    #[test]
    fn rates_and_their_spread() {
        let rate = Rate::of([(0.25, false), (0.75, true)]).unwrap();
        assert_eq!(rate, Rate { n: 2, raised: 0.5, mean_p: 0.5 });
        assert_eq!(Rate::of([]), None);
        let spread = Spread::of(&[0.0, 0.5, 0.25]).unwrap();
        assert_eq!(spread, Spread { mean: 0.25, largest: 0.5, gap: 0.25 });
        assert_eq!(Spread::of(&[]), None);
    }
}
