//! The block of profiles: how similar a comment is to the other comments on its target, relative to those on other
//! targets.
//!
//! A target with many training comments has a profile: the sums of their word vectors and of their words, each weighted
//! by its closeness to the target, so that digressions count little, and by [the
//! annotations](crate::features::profile_weights).

use rustc_hash::{FxHashMap, FxHashSet};

use crate::features::embeddings::{DIM, dot};
use crate::features::profile_weights;
use crate::features::profile_words::{LARGEST, ProfileWords};
use crate::features::spline;
use crate::features::spline::Quantity;
use crate::features::standing::Standing;
use crate::features::text_vector::{TextVector, common};
use crate::text::hash;

pub(crate) const QUANTITIES: [Quantity; 4] = [
    Quantity { name: "closeness in meaning", knots: &[-0.2, -0.05, 0.05, 0.15, 0.25, 0.4, 0.55, 0.7, 0.85] },
    Quantity { name: "lead in closeness", knots: &[-0.9, -0.7, -0.55, -0.4, -0.3, -0.2, -0.1, -0.03, 0.05, 0.15, 0.3] },
    Quantity { name: "words in common", knots: &[0.0, 0.02, 0.04, 0.06, 0.09, 0.13, 0.2, 0.3, 0.45] },
    Quantity {
        name: "lead in words in common",
        knots: &[-0.4, -0.3, -0.2, -0.13, -0.09, -0.06, -0.03, 0.0, 0.05, 0.1, 0.2],
    },
];

/// A column for "not known", then the quantities.
pub(crate) const WIDTH: usize = 1 + spline::width(&QUANTITIES);

/// What is compared to, in names of columns.
pub(crate) const OTHER: &str = "comments on the target";

/// A target has a profile if it has comments from at least this many groups.
const MIN_GROUPS: usize = 8;
/// At most this many targets have one, because a comment is compared to all of them.
const MOST: usize = 512;
/// The weight of the target's own text in its profile; a comment on it weighs little more than 1 at most.
const PRIOR: f32 = 0.5;
/// The weight of a comment that is not at all close to its target, unless the annotations determine it.
const LEAST: f32 = 0.2;
/// One in this many groups of the training data is read as if its targets were new: the model must also work without
/// profiles.
const HIDDEN: u64 = 5;

/// The profiles of the targets that are known.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    targets: Vec<u64>,
    places: FxHashMap<u64, u32>,
    /// Sums of vectors, shape `(n_targets, DIM)`; zero where no comment has one.
    sums: Vec<f32>,
    /// Of each sum.
    squares: Vec<f32>,
    words: ProfileWords,
    /// The words of each target.
    word_squares: Vec<f32>,
}

/// What a training comment must not see of the profiles: the contribution of its own group.
#[derive(Clone, Debug, Default)]
pub struct LeftOut {
    /// It sees nothing of them.
    hidden: bool,
    /// By the target's place.
    parts: FxHashMap<u32, Part>,
}

/// The contribution of a group to a profile.
#[derive(Clone, Debug)]
struct Part {
    sum: Vec<f32>,
    /// Stems and their weights, by stem.
    words: Vec<(u64, f32)>,
    /// How much shorter it is without, as squares of lengths: of the sum of vectors, and of the words.
    squares: [f32; 2],
}

/// Memory for the comparison of a comment with all profiles, by vectors and by words; reused from comment to comment.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    products: [Vec<f32>; 2],
    squares: [Vec<f32>; 2],
}

/// What texts say, summed up.
#[derive(Clone, Debug)]
struct Sum {
    vector: Vec<f32>,
    /// The weight of each stem.
    words: FxHashMap<u64, f32>,
}

impl Default for Sum {
    fn default() -> Self {
        Self { vector: vec![0.0; DIM], words: FxHashMap::default() }
    }
}

impl Sum {
    /// Adds a text with a `weight`.
    fn add(&mut self, weight: f32, text: &TextVector) {
        self.vector.iter_mut().zip(&text.vector).for_each(|(sum, value)| *sum += weight * value);
        text.words.iter().for_each(|(stem, value)| *self.words.entry(*stem).or_insert(0.0) += weight * value);
    }
}

impl Profiles {
    /// From targets, sums of shape `(n_targets, DIM)` and words, as a model file holds them; none if they do not fit
    /// together.
    #[must_use]
    pub fn new(targets: Vec<u64>, sums: Vec<f32>, words: ProfileWords) -> Option<Self> {
        if sums.len() != targets.len() * DIM || !sums.iter().all(|value| value.abs() <= LARGEST) {
            return None;
        }
        let places = targets.iter().zip(0..).map(|(target, place)| (*target, place)).collect();
        let squares = sums.chunks(DIM).map(|sum| dot(sum, sum)).collect();
        let word_squares = words.squares(targets.len());
        Some(Self { targets, places, sums, squares, words, word_squares })
    }

    /// From the comments of the training data, in their order, and what annotators answered, by label and row; with what
    /// each group is not to see, by group.
    pub(crate) fn gather(
        standings: &[Standing],
        answers: &[Vec<Option<u16>>],
        n: usize,
    ) -> (Self, FxHashMap<u32, LeftOut>) {
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
        let weights = profile_weights::of_rows(standings, answers, n);
        let mut sums: Vec<Option<Sum>> = vec![None; targets.len()];
        let mut added: FxHashMap<u32, FxHashMap<u32, Sum>> = FxHashMap::default();
        for standing in standings {
            let own = added.entry(standing.group).or_default();
            let Some(place) = places.get(&standing.target).copied() else { continue };
            let close = standing.comment.closeness(&standing.about).max(0.0);
            let weight = weights[standing.row] * (LEAST + close);
            let sum = sums[place as usize].get_or_insert_with(|| {
                let mut begun = Sum::default();
                begun.add(PRIOR, &standing.about);
                begun
            });
            sum.add(weight, &standing.comment);
            own.entry(place).or_default().add(weight, &standing.comment);
        }
        let (vectors, words): (Vec<_>, Vec<_>) =
            sums.into_iter().map(Option::unwrap_or_default).map(|sum| (sum.vector, sum.words)).unzip();
        let all = Self::new(targets, vectors.concat(), ProfileWords::strongest(words));
        debug_assert!(all.is_some(), "sums of finite vectors, one for each target");
        let all = all.unwrap_or_default();
        let left_out = |(group, parts): (u32, FxHashMap<u32, Sum>)| {
            let hidden = hash::mix(0, u64::from(group)).is_multiple_of(HIDDEN);
            let parts = parts.into_iter().map(|(place, sum)| (place, all.part(place as usize, sum)));
            (group, LeftOut { hidden, parts: parts.collect() })
        };
        let left_out = added.into_iter().map(left_out).collect();
        (all, left_out)
    }

    /// The contribution of the group to the profile at a place.
    fn part(&self, place: usize, Sum { vector: sum, words }: Sum) -> Part {
        let kept = |(stem, own)| Some((stem, own, self.words.value(stem, place)?));
        let mut kept: Vec<(u64, f32, f32)> = words.into_iter().filter_map(kept).collect();
        kept.sort_unstable_by_key(|(stem, ..)| *stem);
        let squares = [
            2.0 * dot(&sum, self.sum(place)) - dot(&sum, &sum),
            kept.iter().map(|(_, own, all)| own * (2.0 * all - own)).sum(),
        ];
        Part { sum, words: kept.into_iter().map(|(stem, own, _)| (stem, own)).collect(), squares }
    }

    fn sum(&self, place: usize) -> &[f32] {
        &self.sums[place * DIM..][..DIM]
    }

    /// The known targets with their sums and words, as a model file holds them.
    #[must_use]
    pub fn parts(&self) -> (&[u64], &[f32], &ProfileWords) {
        (&self.targets, &self.sums, &self.words)
    }

    /// No target is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// Adds the comparison of a comment with the profile of its target to `row`.
    pub(crate) fn extract(
        &self,
        first: u32,
        target: Option<u64>,
        comment: &TextVector,
        left_out: Option<&LeftOut>,
        scratch: &mut Scratch,
        row: &mut Vec<(u32, f32)>,
    ) {
        let place =
            target.and_then(|target| self.places.get(&target)).filter(|_| left_out.is_none_or(|own| !own.hidden));
        let Some(place) = place.map(|place| *place as usize) else {
            row.push((first, 1.0));
            return;
        };
        let Scratch { products, squares } = scratch;
        self.products(comment, products);
        let mut all = [self.squares.as_slice(), &self.word_squares];
        if let Some(own) = left_out {
            squares.iter_mut().zip(all).for_each(|(own, all)| all.clone_into(own));
            own.take_out(comment, products, squares);
            all = squares.each_ref().map(Vec::as_slice);
        }
        let mut column = first + 1;
        for ((pair, products), squares) in QUANTITIES.chunks(2).zip(&*products).zip(all) {
            let (mut own, mut best) = (None, f32::NEG_INFINITY);
            for (other, (product, square)) in products.iter().zip(squares).enumerate() {
                let cosine = product / square.max(1e-6).sqrt();
                if other == place {
                    own = Some(cosine);
                } else {
                    best = best.max(cosine);
                }
            }
            let values = [own, own.map(|own| own - best).filter(|lead| lead.is_finite())];
            for (quantity, value) in pair.iter().zip(values) {
                if let Some(value) = value {
                    quantity.push(column, value, row);
                }
                column += quantity.knots.len() as u32;
            }
        }
    }

    /// The inner products of a comment with all profiles: of vectors, if it has any, and of words.
    fn products(&self, comment: &TextVector, products: &mut [Vec<f32>; 2]) {
        let [vectors, words] = products;
        vectors.clear();
        if !comment.vector.is_empty() {
            vectors.extend((0..self.targets.len()).map(|place| dot(self.sum(place), &comment.vector)));
        }
        self.words.products(&comment.words, self.targets.len(), words);
    }
}

impl LeftOut {
    /// Subtracts the contribution of the comment's own group from its inner products with all profiles, and from the
    /// squares of their lengths.
    fn take_out(&self, comment: &TextVector, products: &mut [Vec<f32>; 2], squares: &mut [Vec<f32>; 2]) {
        for (place, part) in &self.parts {
            let without = [dot(&part.sum, &comment.vector), common(&part.words, &comment.words)];
            for kind in 0..2 {
                squares[kind][*place as usize] -= part.squares[kind];
                if let Some(product) = products[kind].get_mut(*place as usize) {
                    *product -= without[kind];
                }
            }
        }
    }
}

/// The meaning of a column of the block, in full and without its number.
pub(crate) fn name(column: usize) -> Option<(String, String)> {
    let Some(within) = column.checked_sub(1) else {
        return Some((format!("{OTHER}: not known"), format!("{OTHER}: not known")));
    };
    let (quantity, knot) = spline::of_column(&QUANTITIES, within)?;
    Some((format!("{OTHER}: {} {knot}", quantity.name), format!("{OTHER}: {}", quantity.name)))
}

/// The knot of a column, and whether it is its quantity's last; none for the column "not known".
pub(crate) fn knot(column: usize) -> Option<(f32, bool)> {
    let (quantity, knot) = spline::of_column(&QUANTITIES, column.checked_sub(1)?)?;
    Some((knot, quantity.knots.last() == Some(&knot)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(axis: usize) -> TextVector {
        let vector = (0..DIM).map(|at| f32::from(u8::from(at == axis))).collect();
        TextVector { vector, words: vec![(axis as u64, 1.0)] }
    }

    /// Two targets with their own directions and words, a comment a group, `MIN_GROUPS` each.
    fn standings() -> Vec<Standing> {
        let on = |target: u64, group: usize| {
            let mut comment = unit(target as usize);
            comment.vector[10 + group] = 1.0;
            comment.vector.iter_mut().for_each(|value| *value /= 2_f32.sqrt());
            comment.words = [target, 10 + group as u64].map(|stem| (stem, 0.5_f32.sqrt())).to_vec();
            Standing { target, about: unit(target as usize), comment, row: group, group: group as u32 }
        };
        (0..2 * MIN_GROUPS).map(|group| on(1 + (group % 2) as u64, group)).collect()
    }

    fn gathered(standings: &[Standing]) -> (Profiles, FxHashMap<u32, LeftOut>) {
        Profiles::gather(standings, &[], 2 * MIN_GROUPS)
    }

    fn row(profiles: &Profiles, target: u64, comment: &TextVector, left_out: Option<&LeftOut>) -> Vec<(u32, f32)> {
        let mut row = Vec::new();
        profiles.extract(0, Some(target), comment, left_out, &mut Scratch::default(), &mut row);
        row
    }

    #[test]
    fn what_a_group_has_added_is_left_out_for_it() {
        let all = standings();
        let (profiles, left_out) = gathered(&all);
        let shown = |own: &&Standing| !left_out[&own.group].hidden;
        let own = all.iter().find(shown).unwrap();
        // Enough groups stay only if others of that target are added; so the sums are made by hand.
        let mut sums = vec![Sum::default(); 2];
        for target in [1, 2] {
            let sum = &mut sums[profiles.places[&target] as usize];
            sum.add(PRIOR, &unit(target as usize));
            for other in all.iter().filter(|other| other.target == target && other.group != own.group) {
                sum.add(LEAST + other.comment.closeness(&other.about), &other.comment);
            }
        }
        let (vectors, words): (Vec<_>, Vec<_>) = sums.into_iter().map(|sum| (sum.vector, sum.words)).unzip();
        let words = ProfileWords::strongest(words);
        let without = Profiles::new(profiles.targets.clone(), vectors.concat(), words).unwrap();
        let found = row(&profiles, own.target, &own.comment, Some(&left_out[&own.group]));
        let expected = row(&without, own.target, &own.comment, None);
        assert!(found.len() >= QUANTITIES.len() && found.len() == expected.len(), "{found:?} {expected:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.0 == expected.0 && (found.1 - expected.1).abs() < 1e-4, "{found:?} {expected:?}");
        }
    }

    #[test]
    fn without_vectors_words_are_compared() {
        let mut all = standings();
        all.iter_mut().for_each(|own| (own.about.vector, own.comment.vector) = Default::default());
        let (profiles, _) = gathered(&all);
        let said = |target: u64, word: u64| {
            let comment = TextVector { words: vec![(word, 1.0)], ..TextVector::default() };
            row(&profiles, target, &comment, None).iter().map(|(column, _)| *column as usize).collect::<Vec<_>>()
        };
        let (own, other) = (said(1, 1), said(1, 2));
        let words = 1 + spline::width(&QUANTITIES[..2]);
        assert!(own.iter().chain(&other).all(|column| *column >= words), "{own:?} {other:?}");
        assert!(own.last() > other.last(), "the lead in words is greater: {own:?} {other:?}");
    }

    #[test]
    fn a_target_with_few_comments_is_not_known() {
        let (profiles, _) = gathered(&standings()[1..]);
        let known: Vec<bool> = [1, 2].map(|target| row(&profiles, target, &unit(1), None) != [(0, 1.0)]).to_vec();
        assert_eq!(known, [false, true]);
    }

    #[test]
    fn one_of_five_groups_is_read_as_if_its_target_were_new() {
        let (profiles, left_out) = gathered(&standings());
        let hidden = left_out.values().filter(|own| own.hidden).count();
        assert!((1..=2 * MIN_GROUPS / 3).contains(&hidden), "{hidden}");
        let own = left_out.values().find(|own| own.hidden);
        assert_eq!(row(&profiles, 1, &unit(1), own), [(0, 1.0)]);
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        assert!(Profiles::new(vec![1], vec![0.0; DIM - 1], ProfileWords::default()).is_none());
        assert!(Profiles::new(vec![1], vec![f32::NAN; DIM], ProfileWords::default()).is_none());
    }
}
