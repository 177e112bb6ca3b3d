//! The block of profiles: how alike a comment is to the other comments on its target, beside those on other targets.
//!
//! A target that many comments of the training data are on has a profile: the mean of their word vectors, each counted by
//! its closeness to the target itself, so that comments that wander off count little. No annotation enters into it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::embeddings::{DIM, dot};
use super::knots::{self, Quantity};
use crate::text::hash;

pub(super) const QUANTITIES: [Quantity; 2] = [
    Quantity { name: "closeness in meaning", knots: &[-0.2, -0.05, 0.05, 0.15, 0.25, 0.4, 0.55, 0.7, 0.85] },
    Quantity { name: "lead in closeness", knots: &[-0.9, -0.7, -0.55, -0.4, -0.3, -0.2, -0.1, -0.03, 0.05, 0.15, 0.3] },
];

/// A column for "not known", then the quantities.
pub(super) const WIDTH: usize = 1 + knots::width(&QUANTITIES);

/// What the comparison is to, in names of columns.
pub(super) const OTHER: &str = "comments on the target";

/// A target has a profile from so many groups of comments on.
const MIN_GROUPS: usize = 8;
/// Only so many targets have one: a comment is compared to all of them.
const MOST: usize = 512;
/// What the target's own vector counts in its profile, where a comment on it counts at most 1.
const PRIOR: f32 = 0.5;
/// One of so many groups of the training data is read as if its targets were new: what is learnt must do without
/// profiles, too.
const HIDDEN: u64 = 5;

/// The profiles of the targets that are known.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    targets: Vec<u64>,
    places: FxHashMap<u64, u32>,
    /// Sums of vectors, shape `(n_targets, DIM)`.
    sums: Vec<f32>,
    /// Of each sum.
    squares: Vec<f32>,
}

/// A comment of the training data and what it is on.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) target: u64,
    /// The target's vector.
    pub(super) about: Vec<f32>,
    /// The comment's.
    pub(super) comment: Vec<f32>,
    /// Comments of one group are left out of the profiles that they are compared to.
    pub(super) group: u32,
}

/// What a comment of the training data must not see of the profiles: what its own group has added to them.
#[derive(Clone, Debug, Default)]
pub struct LeftOut {
    /// It sees nothing of them.
    hidden: bool,
    /// Parts of sums, by the target's place.
    parts: FxHashMap<u32, Vec<f32>>,
}

impl Profiles {
    /// From targets and sums of shape `(n_targets, DIM)`, as a model file holds them; none if they do not fit together.
    #[must_use]
    pub fn new(targets: Vec<u64>, sums: Vec<f32>) -> Option<Self> {
        if sums.len() != targets.len() * DIM || sums.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let places = targets.iter().zip(0..).map(|(target, place)| (*target, place)).collect();
        let squares = sums.chunks(DIM).map(|sum| dot(sum, sum)).collect();
        Some(Self { targets, places, sums, squares })
    }

    /// From the comments of the training data, in their order; with what each group is not to see, by group.
    pub(super) fn gather(standings: &[Standing]) -> (Self, FxHashMap<u32, LeftOut>) {
        let mut groups: FxHashMap<u64, FxHashSet<u32>> = FxHashMap::default();
        for standing in standings {
            groups.entry(standing.target).or_default().insert(standing.group);
        }
        let mut targets: Vec<(usize, u64)> = groups.iter().map(|(target, groups)| (groups.len(), *target)).collect();
        targets.retain(|(n, _)| *n >= MIN_GROUPS);
        targets.sort_unstable_by(|a, b| b.cmp(a));
        targets.truncate(MOST);
        let targets: Vec<u64> = targets.into_iter().map(|(_, target)| target).collect();
        let places: FxHashMap<u64, u32> = targets.iter().zip(0..).map(|(target, place)| (*target, place)).collect();
        let mut sums = vec![0.0; targets.len() * DIM];
        let mut left_out: FxHashMap<u32, LeftOut> = FxHashMap::default();
        for standing in standings {
            let Some(place) = places.get(&standing.target).copied() else { continue };
            let sum = &mut sums[place as usize * DIM..][..DIM];
            if sum.iter().all(|value| *value == 0.0) {
                sum.iter_mut().zip(&standing.about).for_each(|(sum, value)| *sum = PRIOR * value);
            }
            let own = left_out.entry(standing.group).or_insert_with(|| LeftOut {
                hidden: hash::mix(0, u64::from(standing.group)).is_multiple_of(HIDDEN),
                parts: FxHashMap::default(),
            });
            let part = own.parts.entry(place).or_insert_with(|| vec![0.0; DIM]);
            let weight = dot(&standing.about, &standing.comment).max(0.0);
            for ((sum, part), value) in sum.iter_mut().zip(part).zip(&standing.comment) {
                *sum += weight * value;
                *part += weight * value;
            }
        }
        (Self::new(targets, sums).unwrap_or_default(), left_out)
    }

    /// The known targets with their sums, as a model file holds them.
    #[must_use]
    pub fn parts(&self) -> (&[u64], &[f32]) {
        (&self.targets, &self.sums)
    }

    /// No target is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// Adds how a comment stands to the profile of its target to `row`.
    pub(super) fn extract(
        &self,
        first: u32,
        target: Option<u64>,
        comment: Option<&[f32]>,
        left_out: Option<&LeftOut>,
        row: &mut Vec<(u32, f32)>,
    ) {
        let place =
            target.and_then(|target| self.places.get(&target)).filter(|_| left_out.is_none_or(|own| !own.hidden));
        let (Some(place), Some(comment)) = (place, comment) else {
            row.push((first, 1.0));
            return;
        };
        let cosine = |place: u32| {
            let sum = &self.sums[place as usize * DIM..][..DIM];
            let (mut with, mut squares) = (dot(sum, comment), self.squares[place as usize]);
            if let Some(part) = left_out.and_then(|own| own.parts.get(&place)) {
                with -= dot(part, comment);
                squares += dot(part, part) - 2.0 * dot(part, sum);
            }
            with / squares.max(1e-6).sqrt()
        };
        let own = cosine(*place);
        let others = (0..self.targets.len() as u32).filter(|other| other != place);
        let best = others.map(cosine).fold(f32::NEG_INFINITY, f32::max);
        let [closeness, lead] = &QUANTITIES;
        closeness.push(first + 1, own, row);
        if best.is_finite() {
            lead.push(first + 1 + closeness.knots.len() as u32, own - best, row);
        }
    }
}

/// What a column of the block says, in full and without its number.
pub(super) fn name(column: usize) -> Option<(String, String)> {
    let Some(within) = column.checked_sub(1) else {
        return Some((format!("{OTHER}: not known"), format!("{OTHER}: not known")));
    };
    let (quantity, knot) = knots::of_column(&QUANTITIES, within)?;
    Some((format!("{OTHER}: {} {knot}", quantity.name), format!("{OTHER}: {}", quantity.name)))
}

/// The knot of a column, and whether it is its quantity's last; none of the column for "not known".
pub(super) fn knot(column: usize) -> Option<(f32, bool)> {
    let (quantity, knot) = knots::of_column(&QUANTITIES, column.checked_sub(1)?)?;
    Some((knot, quantity.knots.last() == Some(&knot)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(axis: usize) -> Vec<f32> {
        (0..DIM).map(|at| f32::from(u8::from(at == axis))).collect()
    }

    /// Two targets with their own directions, a comment a group, `MIN_GROUPS` each.
    fn standings() -> Vec<Standing> {
        let on = |target: u64, group: usize| {
            let mut comment = unit(target as usize);
            comment[10 + group] = 1.0;
            comment.iter_mut().for_each(|value| *value /= 2_f32.sqrt());
            Standing { target, about: unit(target as usize), comment, group: group as u32 }
        };
        (0..2 * MIN_GROUPS).map(|group| on(1 + (group % 2) as u64, group)).collect()
    }

    fn row(profiles: &Profiles, target: u64, comment: &[f32], left_out: Option<&LeftOut>) -> Vec<(u32, f32)> {
        let mut row = Vec::new();
        profiles.extract(0, Some(target), Some(comment), left_out, &mut row);
        row
    }

    #[test]
    fn what_a_group_has_added_is_left_out_for_it() {
        let all = standings();
        let (profiles, left_out) = Profiles::gather(&all);
        let shown = |own: &&Standing| !left_out[&own.group].hidden;
        let own = all.iter().find(shown).unwrap();
        let others: Vec<Standing> = all.iter().filter(|other| other.group != own.group).cloned().collect();
        // Enough groups stay only if others of that target are added; so the sums are made by hand.
        let mut without = profiles.clone();
        let place = profiles.places[&own.target] as usize;
        for (at, value) in without.sums[place * DIM..][..DIM].iter_mut().enumerate() {
            let sum: f32 = others
                .iter()
                .filter(|other| other.target == own.target)
                .map(|other| dot(&other.about, &other.comment) * other.comment[at])
                .sum();
            *value = sum + PRIOR * own.about[at];
        }
        let without = Profiles::new(without.targets, without.sums).unwrap();
        let found = row(&profiles, own.target, &own.comment, Some(&left_out[&own.group]));
        let expected = row(&without, own.target, &own.comment, None);
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.0 == expected.0 && (found.1 - expected.1).abs() < 1e-4, "{found:?} {expected:?}");
        }
    }

    #[test]
    fn a_target_with_few_comments_is_not_known() {
        let (profiles, _) = Profiles::gather(&standings()[1..]);
        let known: Vec<bool> = [1, 2].map(|target| row(&profiles, target, &unit(1), None) != [(0, 1.0)]).to_vec();
        assert_eq!(known, [false, true]);
    }

    #[test]
    fn one_of_five_groups_is_read_as_if_its_target_were_new() {
        let (profiles, left_out) = Profiles::gather(&standings());
        let hidden = left_out.values().filter(|own| own.hidden).count();
        assert!((1..=2 * MIN_GROUPS / 3).contains(&hidden), "{hidden}");
        let own = left_out.values().find(|own| own.hidden);
        assert_eq!(row(&profiles, 1, &unit(1), own), [(0, 1.0)]);
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        assert!(Profiles::new(vec![1], vec![0.0; DIM - 1]).is_none());
        assert!(Profiles::new(vec![1], vec![f32::NAN; DIM]).is_none());
    }
}
