//! How sure a figure is: its 95 % percentile interval under resampling (Efron and Tibshirani 1993, chapter 13).
//!
//! A replicate draws as many rows as there are, with replacement, and hands the statistic how often each was drawn. Comments of
//! one thread resemble each other; where groups are given, whole groups are drawn, which keeps the interval honest about that
//! (the cluster bootstrap; Field and Welsh 2007).
//!
//! Replicate r draws from its own random stream, made from the seed and r alone, so the same seed gives the same interval on
//! any number of threads. The generator is fixed here for that reason: a random-number crate may change its streams between
//! versions, and published intervals with them.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::metrics::estimate::Estimate;

/// Share of the replicates that lies below the interval, and above it.
const TAIL: f64 = 0.025;

/// The 95 % interval of one statistic of `n` rows; see [`intervals`].
pub(crate) fn interval(
    n: usize,
    groups: Option<&[u32]>,
    replicates: usize,
    seed: u64,
    stat: impl Fn(&[u32]) -> Option<f64> + Sync,
) -> Option<Estimate> {
    intervals(n, groups, replicates, seed, |times| vec![stat(times)]).pop().flatten()
}

/// The 95 % intervals of several statistics of the same `n` rows, from the same replicates.
///
/// - `groups`: a group id for each row, shape `(n)`; rows of one group are drawn together. Without it each row is its own group.
/// - `stat`: from how often each row occurs, shape `(n)`, to its figures, always as many and in the same order; it sees every row
///   once for the value itself.
///
/// A figure that is undefined (or not finite) on the rows themselves is `None`. It has a value but no interval if there
/// are no replicates, if there are fewer than two groups to draw from, if `groups` is not of length `n`, or if it is
/// undefined in more than half of the replicates; otherwise the replicates where it is undefined are left out.
pub(crate) fn intervals(
    n: usize,
    groups: Option<&[u32]>,
    replicates: usize,
    seed: u64,
    stat: impl Fn(&[u32]) -> Vec<Option<f64>> + Sync,
) -> Vec<Option<Estimate>> {
    let values = stat(&vec![1; n]);
    let units = Units::new(n, groups);
    let replicates = if units.count() < 2 { 0 } else { replicates };
    let figures: Vec<Vec<Option<f64>>> = (0..replicates as u64)
        .into_par_iter()
        .map_init(
            || (vec![0; n], Vec::new()),
            |(times, scratch), replicate| {
                units.draw(&mut SplitMix64::stream(seed, replicate), times, scratch);
                stat(times)
            },
        )
        .collect();
    let finite = |figure: Option<f64>| figure.filter(|figure| figure.is_finite());
    let estimate = |(index, value): (usize, Option<f64>)| {
        let value = finite(value)?;
        let column = figures.iter().filter_map(|figures| finite(figures.get(index).copied().flatten()));
        let mut column: Vec<f64> = column.collect();
        if column.len() * 2 < replicates {
            return Some(Estimate::point(value));
        }
        column.sort_unstable_by(f64::total_cmp);
        Some(match (quantile(&column, TAIL), quantile(&column, 1.0 - TAIL)) {
            (Some(low), Some(high)) => Estimate::between(value, low, high),
            _ => Estimate::point(value),
        })
    };
    values.into_iter().enumerate().map(estimate).collect()
}

/// Quantile of a sorted column, linear between its entries (numpy's default); `None` if it is empty.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let below = *sorted.get(place.floor() as usize)?;
    let above = *sorted.get(place.ceil() as usize)?;
    Some(below + (above - below) * place.fract())
}

/// What is drawn: single rows, or groups of them.
enum Units {
    Rows(usize),
    Groups {
        /// For each row its group, numbered from 0 in order of appearance.
        of_row: Vec<usize>,
        count: usize,
    },
}

impl Units {
    fn new(n: usize, groups: Option<&[u32]>) -> Self {
        let Some(groups) = groups else {
            return Self::Rows(n);
        };
        if groups.len() != n {
            return Self::Groups { of_row: Vec::new(), count: 0 };
        }
        let mut numbers = FxHashMap::default();
        let number = |group: &u32| {
            let next = numbers.len();
            *numbers.entry(*group).or_insert(next)
        };
        let of_row = groups.iter().map(number).collect();
        Self::Groups { of_row, count: numbers.len() }
    }

    fn count(&self) -> usize {
        match *self {
            Self::Rows(count) | Self::Groups { count, .. } => count,
        }
    }

    /// Draws as many units as there are and writes how often each row came up; `scratch` is for the groups.
    fn draw(&self, random: &mut SplitMix64, times: &mut [u32], scratch: &mut Vec<u32>) {
        match self {
            Self::Rows(_) => random.tally(times),
            Self::Groups { of_row, count } => {
                scratch.resize(*count, 0);
                random.tally(scratch);
                for (times, &group) in times.iter_mut().zip(of_row) {
                    *times = scratch[group];
                }
            }
        }
    }
}

/// The generator of Steele, Lea and Flood (2014), "Fast Splittable Pseudorandom Number Generators".
struct SplitMix64(u64);

impl SplitMix64 {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

    /// The stream of one replicate.
    fn stream(seed: u64, replicate: u64) -> Self {
        let start = Self(seed).next();
        Self(Self(start.wrapping_add(replicate)).next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(Self::STEP);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Draws as many places as there are, with replacement, and counts how often each came up.
    fn tally(&mut self, times: &mut [u32]) {
        times.fill(0);
        for _ in 0..times.len() {
            // Multiply and shift (Lemire 2019) without its rejection: the bias, below n / 2^64, is beyond notice.
            let place = (u128::from(self.next()) * times.len() as u128) >> 64;
            if let Some(times) = times.get_mut(place as usize) {
                *times += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::metrics::fixture;
    use crate::metrics::ranking::Sorted;

    /// Mean of `values` under multiplicities.
    fn mean(values: &[f64], times: &[u32]) -> Option<f64> {
        let sum: f64 = values.iter().zip(times).map(|(value, &times)| value * f64::from(times)).sum();
        crate::metrics::estimate::ratio(sum, times.iter().map(|&times| f64::from(times)).sum())
    }

    fn auc(replicates: usize, seed: u64) -> Estimate {
        let (scores, targets) = fixture::flag();
        let sorted = Sorted::new(&scores, &targets).unwrap();
        let stat = |times: &[u32]| sorted.measure(|row| f64::from(times[row])).auc;
        interval(scores.len(), None, replicates, seed, stat).unwrap()
    }

    #[test]
    fn the_generator_is_splitmix64() {
        // First outputs for the seed 1234567, from Vigna's splitmix64.c.
        let mut random = SplitMix64(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_the_central_limit_theorem() {
        let values: Vec<f64> = (0..1000).map(|row| f64::from(row % 10)).collect();
        let found = interval(1000, None, 4000, 7, |times| mean(&values, times)).unwrap();
        let half = 1.96 * (8.25_f64 / 1000.0).sqrt();
        assert!((found.value - 4.5).abs() < 1e-12);
        assert!((found.low.unwrap() - (4.5 - half)).abs() < 0.02);
        assert!((found.high.unwrap() - (4.5 + half)).abs() < 0.02);
    }

    #[test]
    fn whole_groups_are_drawn() {
        // Ten groups of a hundred equal rows carry no more information than ten rows.
        let groups: Vec<u32> = (0..1000).map(|row| 500 - row / 100).collect();
        let values: Vec<f64> = groups.iter().map(|&group| f64::from(group)).collect();
        let rows = interval(1000, None, 2000, 7, |times| mean(&values, times)).unwrap();
        let whole = interval(1000, Some(&groups), 2000, 7, |times| {
            for group in times.chunks(100) {
                assert!(group.iter().all(|times| *times == group[0]));
            }
            mean(&values, times)
        });
        let width = |estimate: Estimate| estimate.high.unwrap() - estimate.low.unwrap();
        let wider = width(whole.unwrap()) / width(rows);
        assert!((9.0..11.0).contains(&wider), "{wider}");
    }

    #[test]
    fn the_seed_alone_decides_whatever_the_threads() {
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| auc(300, 1))
        };
        assert_eq!(on(1), on(2));
        assert_eq!(on(1), on(5));
        assert_ne!(on(1), auc(300, 2));
    }

    #[test]
    fn the_interval_of_the_auc_holds_it_and_is_hanley_and_mcneils() {
        let found = auc(2000, 3);
        let (low, high) = (found.low.unwrap(), found.high.unwrap());
        assert!(low < found.value && found.value < high);
        // Hanley and McNeil (1982): the variance of an AUC of that many positives and negatives.
        let positives: f64 = fixture::flag().1.iter().map(|&y| f64::from(y)).sum();
        let (a, negatives) = (found.value, 200.0 - positives);
        let (q1, q2) = (a / (2.0 - a), 2.0 * a * a / (1.0 + a));
        let variance = (a * (1.0 - a) + (positives - 1.0) * (q1 - a * a) + (negatives - 1.0) * (q2 - a * a))
            / (positives * negatives);
        let expected = 2.0 * 1.96 * variance.sqrt();
        assert!(((high - low) / expected - 1.0).abs() < 0.15, "{} {expected}", high - low);
    }

    #[test]
    fn a_figure_without_ground_for_an_interval_has_none() {
        let one = |times: &[u32]| Some(f64::from(times.iter().sum::<u32>()));
        assert_eq!(interval(1, None, 100, 0, one), Some(Estimate::point(1.0)));
        assert_eq!(interval(0, None, 100, 0, one), Some(Estimate::point(0.0)));
        assert_eq!(interval(9, None, 0, 0, one), Some(Estimate::point(9.0)));
        assert_eq!(interval(3, Some(&[4, 4, 4]), 100, 0, one), Some(Estimate::point(3.0)));
        assert_eq!(interval(3, Some(&[1, 2]), 100, 0, one), Some(Estimate::point(3.0)));
        assert_eq!(interval(3, None, 100, 0, |_| Some(f64::NAN)), None);
        // Defined on the rows themselves, but hardly ever when they are drawn again.
        let whole = |times: &[u32]| times.iter().all(|&times| times == 1).then_some(1.0);
        assert_eq!(interval(30, None, 100, 0, whole), Some(Estimate::point(1.0)));
    }

    #[test]
    fn quantiles_are_numpys() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.5), Some(2.0));
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), Some(3.0));
        assert_eq!(quantile(&[5.0], 0.975), Some(5.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    proptest! {
        #[test]
        fn a_replicate_has_as_many_rows_and_its_figures_hold_the_value(
            values in prop::collection::vec(-10.0..10.0_f64, 2..40),
            seed: u64,
        ) {
            let n = values.len();
            let found = interval(n, None, 50, seed, |times| {
                assert_eq!(times.iter().sum::<u32>() as usize, n);
                mean(&values, times)
            }).unwrap();
            prop_assert!(found.low.unwrap() <= found.value && found.value <= found.high.unwrap());
        }
    }
}
