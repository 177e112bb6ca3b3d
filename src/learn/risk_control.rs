//! What is decided without a person, so that no more of it is wrong than is guaranteed.
//!
//! Below one threshold a flag is not raised, from another on it is; comments in between are left to a person. How far
//! each side may reach is found by Learn then Test (Angelopoulos, Bates, Candès, Jordan and Lei, Learn then test:
//! calibrating predictive algorithms to achieve risk control, arXiv 2110.01052, 2021) with fixed-sequence testing: from
//! the safest rows on, "more than the allowed share of these is wrong" is tested repeatedly as rows are added, and the
//! first test that does not refute it ends the sequence. So every step may use the whole of the allowed doubt.
//!
//! The steps are counts of rows in the order of their scores. They depend neither on the annotations nor on how scores are
//! calibrated, which keeps that order. That the sequence may begin at a number of rows rather than at a threshold rests on
//! safer rows being wrong less often; the tests rest on rows that are drawn alike and by themselves.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::metrics::binomial;
use crate::metrics::estimate::Estimate;
use crate::metrics::threshold::wilson;

/// A threshold that no probability reaches.
pub(crate) const NEVER: f32 = 1.0 + f32::EPSILON;

/// Two thresholds, and what they keep on the rows that they were chosen on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guarantee {
    /// At most this share of the decisions on either side is wrong.
    pub error: f64,
    /// The confidence of that, for both sides at once.
    pub confidence: f64,
    /// Below this probability the flag is not raised, without a person; 0 where no guarantee can be given.
    pub low: f32,
    /// From this probability on it is raised, without a person; [`NEVER`] where no guarantee can be given.
    pub high: f32,
    /// What lies below `low`, if anything does.
    pub passed: Option<Side>,
    /// The rows from `high` on, if there are any.
    pub raised: Option<Side>,
    /// The share of all comments that is decided without a person, with Wilson's 95 % interval.
    pub decided: Option<Estimate>,
}

/// What is decided on one side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// Its share of all comments.
    pub share: f64,
    /// The share of these that is wrong, with Wilson's 95 % interval.
    pub wrong: Option<Estimate>,
}

/// How many rows of a side the guarantee covers: the fewest and the most that were tested.
pub(crate) type Kept = Option<(usize, usize)>;

impl Guarantee {
    /// Chooses on probabilities of unseen rows: shapes `(n_samples,)`; `share` may be soft.
    #[must_use]
    pub fn choose(error: f64, confidence: f64, p: &[f32], share: &[f32]) -> Self {
        let mut rows: Vec<(f32, f64)> = p.iter().zip(share).map(|(p, share)| (*p, f64::from(*share))).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let from_above: Vec<(f32, f64)> = rows.iter().rev().map(|(p, share)| (-p, 1.0 - share)).collect();
        // Each side may err with half of the doubt, so that both hold with all of the confidence.
        let doubt = (1.0 - confidence) / 2.0;
        let (below, above) = (alone(&rows, error, doubt), alone(&from_above, error, doubt));
        let n = rows.len();
        let (passed, raised) = apart(&rows, below, above);
        let wrong = |rows: &[(f32, f64)]| rows.iter().map(|row| row.1).sum::<f64>();
        let side = |rows: &[(f32, f64)]| {
            let count = rows.len() as f64;
            (count > 0.0).then(|| Side { share: count / n as f64, wrong: wilson(wrong(rows), count) })
        };
        Self {
            error,
            confidence,
            low: if passed == 0 { 0.0 } else { cut(&rows, passed) },
            high: if raised == 0 { NEVER } else { cut(&rows, n - raised) },
            passed: side(&rows[..passed]),
            raised: side(&from_above[..raised]),
            decided: wilson((passed + raised) as f64, n as f64),
        }
    }

    /// Whether a comment of this probability is left to a person.
    #[must_use]
    pub fn unsure(&self, p: f32) -> bool {
        p >= self.low && p < self.high
    }
}

/// How many rows the guarantee covers if each was drawn independently.
fn alone(rows: &[(f32, f64)], error: f64, doubt: f64) -> Kept {
    let whole = rows.iter().all(|row| row.1.fract() == 0.0);
    let fewest = fewest(error, doubt);
    // A single error among the very first must not end it all: begin where some are expected.
    let begin = fewest.max((rows.len() / 20).min((10.0 / error).ceil() as usize));
    let mut wrong = 0.0;
    furthest(rows, fewest..begin, doubt, |more| {
        wrong += rows[more.clone()].iter().map(|row| row.1).sum::<f64>();
        binomial::p_value(wrong, more.end as u64, error, whole)
    })
}

/// With fewer draws, even no error at all proves nothing.
pub(crate) fn fewest(error: f64, doubt: f64) -> usize {
    (doubt.ln() / (-error).ln_1p()).ceil() as usize
}

/// How many of `rows`, safest first, with their losses, the guarantee covers. Rows of equal score stay together. The
/// first test is on at least `first.start` rows, or `first.end` if their scores differ. `p_value` gets each range of
/// added rows, and tests all up to the last of them.
pub(crate) fn furthest(
    rows: &[(f32, f64)],
    first: Range<usize>,
    doubt: f64,
    mut p_value: impl FnMut(Range<usize>) -> f64,
) -> Kept {
    let n = rows.len();
    let mut count = first.start.max(first.end);
    let (mut kept, mut tested): (Kept, usize) = (None, 0);
    while count <= n {
        let end = rows.get(count).map_or(n, |next| rows.partition_point(|row| row.0 < next.0));
        if end >= first.start && end > tested {
            if p_value(tested..end) > doubt {
                break;
            }
            tested = end;
            kept = Some((kept.map_or(end, |(first, _)| first), end));
        }
        if count == n {
            break;
        }
        count = (count + (count / 100).max(1)).min(n);
    }
    kept
}

/// How many rows are passed and how many raised. Where both sides could have the same rows, they part where the flag is as
/// likely as not.
fn apart(rows: &[(f32, f64)], below: Kept, above: Kept) -> (usize, usize) {
    let n = rows.len();
    let most = |kept: Kept| kept.map_or(0, |(_, most)| most);
    let (Some(below), Some(above)) = (below, above) else { return (most(below), most(above)) };
    if below.1 + above.1 <= n {
        return (below.1, above.1);
    }
    let (first, last) = (below.0.max(n - above.1), below.1.min(n - above.0));
    if first > last {
        // Too few rows for two sides.
        return (below.1, 0);
    }
    let passed = rows.partition_point(|row| row.0 < 0.5).clamp(first, last);
    (passed, n - passed)
}

/// A threshold with this many rows below it.
fn cut(rows: &[(f32, f64)], count: usize) -> f32 {
    match (count.checked_sub(1).and_then(|last| rows.get(last)), rows.get(count)) {
        (None, _) => 0.0,
        (_, None) => NEVER,
        // Half-way, so that rounding does no harm.
        (Some((below, _)), Some((above, _))) => {
            let middle = below + (above - below) / 2.0;
            if middle > *below { middle } else { *above }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::learn::random::Random;

    /// Scores that are true probabilities, mostly near 0 and 1, and labels drawn from them.
    fn drawn(n: usize, random: &mut Random) -> (Vec<f32>, Vec<f32>) {
        let rows = (0..n).map(|_| {
            let (side, at) = (uniform(random), uniform(random).powi(3) / 2.0);
            let p = if side < 0.8 { at } else { 1.0 - at };
            (p as f32, f32::from(u8::from(uniform(random) < p)))
        });
        rows.unzip()
    }

    fn uniform(random: &mut Random) -> f64 {
        random.below(1 << 30) as f64 / f64::from(1 << 30)
    }

    /// The true share of errors below a probability of [`drawn`], and from it on.
    fn truth(guarantee: &Guarantee) -> (f64, f64) {
        let (mut rows, mut wrong) = ([0.0_f64; 2], [0.0; 2]);
        for step in 0..20_000 {
            let at = ((f64::from(step) + 0.5) / 20_000.0).powi(3) / 2.0;
            for (p, weight) in [(at, 0.8), (1.0 - at, 0.2)] {
                let side = if (p as f32) < guarantee.low {
                    0
                } else if (p as f32) >= guarantee.high {
                    1
                } else {
                    continue;
                };
                rows[side] += weight;
                wrong[side] += weight * if side == 0 { p } else { 1.0 - p };
            }
        }
        (wrong[0] / rows[0].max(1.0), wrong[1] / rows[1].max(1.0))
    }

    #[test]
    fn the_guarantee_fails_in_no_more_draws_than_allowed() {
        let (mut broken, mut decided) = (0, 0.0);
        let draws = 500;
        for draw in 0..draws {
            let (p, y) = drawn(2000, &mut Random::new(draw));
            let guarantee = Guarantee::choose(0.05, 0.9, &p, &y);
            let (missed, alarms) = truth(&guarantee);
            broken += usize::from(missed > 0.05 || alarms > 0.05);
            decided += guarantee.decided.unwrap().value / draws as f64;
        }
        // 50 are allowed; four standard deviations of a binomial are 27.
        assert!(broken <= 50 + 27, "{broken} of {draws}");
        assert!((0.3..1.0).contains(&decided), "{decided}");
    }

    #[test]
    fn a_side_without_a_guarantee_decides_nothing() {
        // Whatever is low is not so; what is high is so every other time.
        let p: Vec<f32> = (0..4000).map(|i| i as f32 / 4000.0).collect();
        let y: Vec<f32> = (0..4000).map(|i| if i < 2000 { 0.0 } else { f32::from(u8::from(i % 2 == 0)) }).collect();
        let guarantee = Guarantee::choose(0.02, 0.9, &p, &y);
        assert_eq!((guarantee.high, guarantee.raised), (NEVER, None));
        let passed = guarantee.passed.unwrap();
        assert!((0.45..0.56).contains(&passed.share), "{passed:?}");
        assert!(guarantee.unsure(1.0) && guarantee.unsure(0.9) && !guarantee.unsure(0.1));
        // Too few rows prove nothing.
        let few = Guarantee::choose(0.02, 0.9, &p[..100], &y[..100]);
        assert_eq!((few.low, few.high, few.passed), (0.0, NEVER, None));
        assert!(few.unsure(0.0) && few.unsure(1.0));
        assert!(Guarantee::choose(0.02, 0.9, &[], &[]).unsure(0.5));
    }

    #[test]
    fn sides_that_meet_leave_nobody_unsure() {
        let p: Vec<f32> = (0..1000).map(|i| i as f32 / 999.0).collect();
        let y: Vec<f32> = p.iter().map(|p| f32::from(u8::from(*p > 0.5))).collect();
        let guarantee = Guarantee::choose(0.1, 0.9, &p, &y);
        assert_eq!(guarantee.low.to_bits(), guarantee.high.to_bits());
        assert!((0.45..0.55).contains(&guarantee.low), "{}", guarantee.low);
        assert_eq!(guarantee.decided.unwrap().value.to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn rows_of_one_score_stay_together() {
        let p = [[0.1_f32; 600], [0.9; 600]].concat();
        let y: Vec<f32> = p.iter().map(|p| p.round()).collect();
        let guarantee = Guarantee::choose(0.02, 0.9, &p, &y);
        assert!(guarantee.low > 0.1 && guarantee.high <= 0.9, "{guarantee:?}");
        let same = Guarantee::choose(0.02, 0.9, &[0.4; 900], &[0.0; 900]);
        assert_eq!((same.low, same.unsure(0.4)), (NEVER, false));
    }

    proptest! {
        #[test]
        fn thresholds_have_an_order_and_soft_labels_are_taken(
            rows in prop::collection::vec((0.0..=1.0_f32, 0.0..=1.0_f32), 0..900), error in 0.001..0.5_f64,
        ) {
            let (p, y): (Vec<f32>, Vec<f32>) = rows.into_iter().unzip();
            let guarantee = Guarantee::choose(error, 0.9, &p, &y);
            prop_assert!(0.0 <= guarantee.low && guarantee.low <= guarantee.high && guarantee.high <= NEVER);
            for side in [guarantee.passed, guarantee.raised].into_iter().flatten() {
                prop_assert!(side.wrong.unwrap().value <= error + 1e-9);
            }
            let unsure = p.iter().filter(|p| guarantee.unsure(**p)).count();
            let decided = guarantee.decided.map_or(0.0, |decided| decided.value);
            prop_assert!((decided * p.len() as f64 - (p.len() - unsure) as f64).abs() < 1e-6);
        }
    }
}
