//! Which row is held out when: stratified, grouped, or as given.

use std::collections::HashMap;

use crate::learn::random::Random;
use crate::learn::targets::Targets;

/// The fold of each row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folds {
    /// By row, a number below `n`.
    pub of: Vec<u16>,
    /// How many folds there are.
    pub n: usize,
}

/// Why rows cannot be divided.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FoldError {
    /// Fewer groups than folds.
    #[error("{groups} groups cannot be divided into {folds} folds: use fewer folds or no groups")]
    Groups {
        /// How many different groups there are.
        groups: usize,
        /// How many folds were asked for.
        folds: usize,
    },
    /// One fold only.
    #[error("cross-validation needs at least 2 folds; 0 folds train without it")]
    One,
    /// One given fold, or too many.
    #[error("the fold column has {0} different values: it needs between 2 and 1000")]
    Given(usize),
}

impl Folds {
    /// `n` folds in which every group is whole and each class has about the same share; `group[row]` is any number that
    /// is equal within a group.
    ///
    /// Greedy, largest group first: each goes to the fold that has least of what the group has most of, as in
    /// scikit-learn's `StratifiedGroupKFold`.
    ///
    /// # Errors
    /// With fewer groups than folds, or fewer than two folds.
    pub(crate) fn stratified(targets: &Targets, group: Option<&[u32]>, n: usize, seed: u64) -> Result<Self, FoldError> {
        if n < 2 {
            return Err(FoldError::One);
        }
        let members = members(targets.n_samples(), group);
        if members.len() < n {
            return Err(FoldError::Groups { groups: members.len(), folds: n });
        }
        // Kinds of thing to be spread evenly: rows, and for each output its rows with yes and with no.
        let n_kinds = 1 + 2 * targets.n_outputs();
        let kinds = |row: usize| {
            (0..targets.n_outputs())
                .filter(move |output| targets.weight[[row, *output]] > 0.0)
                .map(move |output| 1 + 2 * output + usize::from(targets.share[[row, output]] >= 0.5))
                .chain(std::iter::once(0))
        };
        let mut totals = vec![0.0_f64; n_kinds];
        (0..targets.n_samples()).flat_map(kinds).for_each(|kind| totals[kind] += 1.0);

        let mut order: Vec<&Vec<u32>> = members.iter().collect();
        Random::new(seed).shuffle(&mut order);
        order.sort_by_key(|rows| std::cmp::Reverse(rows.len()));
        let mut of = vec![0; targets.n_samples()];
        let mut held = vec![vec![0.0_f64; n_kinds]; n];
        let mut counts = vec![0.0; n_kinds];
        for rows in order {
            counts.fill(0.0);
            rows.iter().flat_map(|row| kinds(*row as usize)).for_each(|kind| counts[kind] += 1.0);
            let fullness = |fold: &Vec<f64>| -> f64 {
                fold.iter().zip(&counts).zip(&totals).map(|((held, new), total)| held * new / total.max(1.0)).sum()
            };
            let scores: Vec<f64> = held.iter().map(fullness).collect();
            let fold = (0..n).min_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap_or(0);
            held[fold].iter_mut().zip(&counts).for_each(|(held, new)| *held += new);
            rows.iter().for_each(|row| of[*row as usize] = fold as u16);
        }
        Ok(Self { of, n })
    }

    /// The folds that the data name; equal names are one fold, in the order of their first row.
    ///
    /// # Errors
    /// With one name only or more than a thousand.
    pub(crate) fn given<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, FoldError> {
        let mut known = HashMap::new();
        let of: Vec<usize> = names
            .map(|name| {
                let next = known.len();
                *known.entry(name).or_insert(next)
            })
            .collect();
        if !(2..=1000).contains(&known.len()) {
            return Err(FoldError::Given(known.len()));
        }
        Ok(Self { of: of.into_iter().map(|fold| fold as u16).collect(), n: known.len() })
    }
}

/// The rows of each group, groups in the order of their first row.
fn members(n: usize, group: Option<&[u32]>) -> Vec<Vec<u32>> {
    let Some(group) = group else {
        return (0..n as u32).map(|row| vec![row]).collect();
    };
    let mut place = HashMap::new();
    let mut members: Vec<Vec<u32>> = Vec::new();
    for (row, group) in group.iter().enumerate() {
        let at = *place.entry(group).or_insert_with(|| {
            members.push(Vec::new());
            members.len() - 1
        });
        members[at].push(row as u32);
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(n: usize) -> Targets {
        let mut targets = Targets::missing(n, 1);
        targets.weight.fill(1.0);
        for row in (0..n).step_by(10) {
            targets.share[[row, 0]] = 1.0;
        }
        targets
    }

    #[test]
    fn each_fold_has_its_share_of_a_rare_class() {
        let targets = targets(1000);
        let folds = Folds::stratified(&targets, None, 5, 1).unwrap();
        for fold in 0..5 {
            let rows: Vec<usize> = (0..1000).filter(|row| folds.of[*row] == fold).collect();
            assert_eq!(rows.len(), 200);
            assert_eq!(rows.iter().filter(|row| **row % 10 == 0).count(), 20);
        }
    }

    #[test]
    fn a_group_is_never_divided() {
        let group: Vec<u32> = (0..1000).map(|row| row / 7).collect();
        let folds = Folds::stratified(&targets(1000), Some(&group), 5, 1).unwrap();
        for row in 1..1000 {
            if group[row] == group[row - 1] {
                assert_eq!(folds.of[row], folds.of[row - 1]);
            }
        }
        let sizes: Vec<usize> = (0..5).map(|fold| folds.of.iter().filter(|of| **of == fold).count()).collect();
        assert!(sizes.iter().all(|size| (170..=230).contains(size)), "{sizes:?}");
    }

    #[test]
    fn too_few_groups_are_an_error() {
        let group = vec![3; 10];
        let error = Folds::stratified(&targets(10), Some(&group), 5, 1).unwrap_err();
        assert_eq!(error, FoldError::Groups { groups: 1, folds: 5 });
        assert_eq!(Folds::given(["a", "a"].into_iter()).unwrap_err(), FoldError::Given(1));
    }

    #[test]
    fn given_folds_are_taken_as_they_are() {
        let folds = Folds::given(["x", "y", "x", "z"].into_iter()).unwrap();
        assert_eq!((folds.of, folds.n), (vec![0, 1, 0, 2], 3));
    }
}
