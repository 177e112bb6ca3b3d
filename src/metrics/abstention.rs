//! What a flag is worth that leaves some comments to a person: how much it decides, and how much of that is wrong.

use serde::{Deserialize, Serialize};

use crate::metrics::bootstrap::intervals;
use crate::metrics::estimate::{Estimate, ratio};
use crate::metrics::figures::times_of;

/// The figures of what is decided without a person; `None` where there is nothing to share. Soft targets count in parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Abstention {
    /// Share of all rows that is decided: what nobody need look at.
    pub decided: Option<Estimate>,
    /// Of the decided rows, the share that is decided wrongly.
    pub error: Option<Estimate>,
    /// Of those decided as not raised, the share that ought to be.
    pub missed: Option<Estimate>,
    /// Of those decided as raised, the share that ought not to be.
    pub wrong_alarms: Option<Estimate>,
}

/// Measures verdicts, all of shape `(n_samples,)`: `y` are targets from 0 to 1; a row that is `unsure` is not decided. The
/// intervals are 95 % bootstrap intervals, drawn by `groups` where there are such.
#[must_use]
pub(crate) fn abstention(
    y: &[f32],
    raised: &[bool],
    unsure: &[bool],
    groups: Option<&[u32]>,
    replicates: usize,
    seed: u64,
) -> Abstention {
    let stat = |times: &[u32]| {
        let weight = times_of(times);
        // All rows; rows and errors among those not raised; among those raised.
        let (mut all, mut rows, mut wrong) = (0.0, [0.0; 2], [0.0; 2]);
        for (row, ((y, raised), unsure)) in y.iter().zip(raised).zip(unsure).enumerate() {
            let weight = weight(row);
            all += weight;
            if !unsure {
                let y = f64::from(*y);
                rows[usize::from(*raised)] += weight;
                wrong[usize::from(*raised)] += weight * if *raised { 1.0 - y } else { y };
            }
        }
        let decided = rows[0] + rows[1];
        vec![
            ratio(decided, all),
            ratio(wrong[0] + wrong[1], decided),
            ratio(wrong[0], rows[0]),
            ratio(wrong[1], rows[1]),
        ]
    };
    let mut found = intervals(y.len(), groups, replicates, seed, stat).into_iter();
    let mut next = || found.next().flatten();
    Abstention { decided: next(), error: next(), missed: next(), wrong_alarms: next() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_decided_counts() {
        let y = [0.0, 0.5, 1.0, 0.0, 1.0, 0.0];
        let raised = [false, false, false, true, true, false];
        let unsure = [false, false, true, false, false, true];
        let found = abstention(&y, &raised, &unsure, None, 50, 1);
        let value = |estimate: Option<Estimate>| estimate.map(|estimate| estimate.value);
        assert_eq!(value(found.decided), Some(4.0 / 6.0));
        assert_eq!(value(found.error), Some(1.5 / 4.0));
        assert_eq!((value(found.missed), value(found.wrong_alarms)), (Some(0.25), Some(0.5)));
        assert!(found.decided.unwrap().low.is_some());
        let none = abstention(&y, &[false; 6], &[true; 6], None, 0, 1);
        assert_eq!((value(none.decided), none.error, none.missed), (Some(0.0), None, None));
    }
}
