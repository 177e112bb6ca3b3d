//! How good a label is that leaves some comments to a person: how much it decides, and how much of that is wrong.

use serde::{Deserialize, Serialize};

use crate::metrics::bootstrap::intervals;
use crate::metrics::estimate::{Estimate, ratio};
use crate::metrics::figures::times_of;

/// The figures of what is decided without a person; `None` if there are no rows. Soft targets count in parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Abstention {
    /// Share of all rows that is decided and needs no person.
    pub decided: Option<Estimate>,
    /// Share of the decided rows that is decided wrongly.
    pub error: Option<Estimate>,
    /// Share of the rows decided as not raised that should be raised.
    pub missed: Option<Estimate>,
    /// Share of the rows decided as raised that should not be.
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

/// The figures of a stance that leaves comments to a person; `None` if there are no rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SideFigures {
    /// Share of all rows that is given a side.
    pub given: Option<Estimate>,
    /// Share of the rows given a side that is right.
    pub right: Option<Estimate>,
    /// Share of all rows that is left to a person; the rest is given a class that is not a side.
    pub unsure: Option<Estimate>,
    /// Share of the rows given any class that is right.
    pub accuracy: Option<Estimate>,
    /// One for each side.
    pub sides: Vec<FiguresOfSide>,
}

/// The figures of one side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiguresOfSide {
    /// The class.
    pub class: String,
    /// Share of all rows that is given it.
    pub given: Option<Estimate>,
    /// Share of these that is right.
    pub right: Option<Estimate>,
}

/// Measures verdicts, all of shape `(n_samples,)`: the right class, the given class, and whether the row is left to a
/// person instead. `sides` are classes by number and name. The intervals are 95 % bootstrap intervals, resampled by
/// `groups` if there are any.
#[must_use]
pub(crate) fn side_figures(
    truth: &[usize],
    decided: &[usize],
    unsure: &[bool],
    sides: &[(usize, &str)],
    groups: Option<&[u32]>,
    replicates: usize,
    seed: u64,
) -> SideFigures {
    let stat = |times: &[u32]| {
        let weight = times_of(times);
        // Rows and right ones of each side; of the other classes.
        let (mut all, mut left, mut rows, mut right) =
            (0.0, 0.0, vec![0.0; sides.len() + 1], vec![0.0; sides.len() + 1]);
        for (row, ((truth, decided), unsure)) in truth.iter().zip(decided).zip(unsure).enumerate() {
            let weight = weight(row);
            all += weight;
            if *unsure {
                left += weight;
                continue;
            }
            let side = sides.iter().position(|(class, _)| class == decided).unwrap_or(sides.len());
            rows[side] += weight;
            right[side] += if truth == decided { weight } else { 0.0 };
        }
        let sum = |of: &[f64]| of[..sides.len()].iter().sum::<f64>();
        let total = |of: &[f64]| of.iter().sum::<f64>();
        let mut found = vec![
            ratio(sum(&rows), all),
            ratio(sum(&right), sum(&rows)),
            ratio(left, all),
            ratio(total(&right), total(&rows)),
        ];
        for side in 0..sides.len() {
            found.extend([ratio(rows[side], all), ratio(right[side], rows[side])]);
        }
        found
    };
    let mut found = intervals(truth.len(), groups, replicates, seed, stat).into_iter();
    let mut next = || found.next().flatten();
    SideFigures {
        given: next(),
        right: next(),
        unsure: next(),
        accuracy: next(),
        sides: sides
            .iter()
            .map(|(_, class)| FiguresOfSide { class: (*class).to_owned(), given: next(), right: next() })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_measured_where_they_are_given() {
        let truth = [0, 0, 1, 2, 2, 1, 0, 2];
        let decided = [0, 1, 1, 2, 0, 2, 0, 2];
        let unsure = [false, true, false, false, false, false, true, false];
        let found = side_figures(&truth, &decided, &unsure, &[(0, "against"), (1, "favor")], None, 20, 1);
        let value = |estimate: Option<Estimate>| estimate.map(|estimate| estimate.value);
        assert_eq!((value(found.given), value(found.right)), (Some(3.0 / 8.0), Some(2.0 / 3.0)));
        assert_eq!((value(found.unsure), value(found.accuracy)), (Some(0.25), Some(4.0 / 6.0)));
        assert!(found.given.unwrap().low.is_some());
        let sides: Vec<_> =
            found.sides.iter().map(|side| (&side.class[..], value(side.given), value(side.right))).collect();
        assert_eq!(sides, [("against", Some(0.25), Some(0.5)), ("favor", Some(0.125), Some(1.0))]);
        let none = side_figures(&truth, &[0; 8], &[true; 8], &[(0, "against")], None, 0, 1);
        assert_eq!((value(none.given), none.right, value(none.unsure)), (Some(0.0), None, Some(1.0)));
    }

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
