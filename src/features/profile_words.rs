//! The words of the profiles: of each target the strongest ones in the comments on it.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// At most this many words of a target are kept: this bounds the model file and loses nothing.
const MOST: usize = 400;

/// No sum in a file exceeds this, so that squares stay finite: a comment adds at most 1.
pub(crate) const LARGEST: f32 = 1e12;

/// Which targets each word is strong in.
#[derive(Clone, Debug, Default)]
pub struct ProfileWords {
    /// By stem; for each stem, by target.
    stems: Vec<u64>,
    /// The targets' places.
    places: Vec<u16>,
    /// Sums of TF-IDF.
    values: Vec<f32>,
    /// The position of a stem.
    index: FxHashMap<u64, Range<u32>>,
}

impl ProfileWords {
    /// From parallel lists of stems, places below `n_targets` and values, as a model file holds them; none if they do not fit
    /// together.
    #[must_use]
    pub fn new(stems: Vec<u64>, places: Vec<u16>, values: Vec<f32>, n_targets: usize) -> Option<Self> {
        let in_order = stems.iter().zip(&places).is_sorted_by(|one, next| one < next);
        let fits = stems.len() == places.len() && stems.len() == values.len() && u32::try_from(stems.len()).is_ok();
        let known = places.iter().all(|place| usize::from(*place) < n_targets);
        if !fits || !in_order || !known || !values.iter().all(|value| value.abs() <= LARGEST) {
            return None;
        }
        let mut index = FxHashMap::default();
        let mut begin = 0;
        for of_stem in stems.chunk_by(|one, next| one == next) {
            let end = begin + of_stem.len() as u32;
            index.insert(of_stem[0], begin..end);
            begin = end;
        }
        Some(Self { stems, places, values, index })
    }

    /// The strongest words of each target's sum.
    pub(crate) fn strongest(sums: Vec<FxHashMap<u64, f32>>) -> Self {
        let n_targets = sums.len();
        let mut all: Vec<(u64, u16, f32)> = Vec::new();
        for (place, sum) in sums.into_iter().enumerate() {
            let mut words: Vec<(u64, f32)> = sum.into_iter().filter(|(_, value)| *value > 0.0).collect();
            words.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            all.extend(words.into_iter().take(MOST).map(|(stem, value)| (stem, place as u16, value)));
        }
        all.sort_unstable_by_key(|(stem, place, _)| (*stem, *place));
        let (stems, (places, values)) = all.into_iter().map(|(stem, place, value)| (stem, (place, value))).unzip();
        let words = Self::new(stems, places, values, n_targets);
        debug_assert!(words.is_some(), "stems in order, each once for a target");
        words.unwrap_or_default()
    }

    /// Stems, the places of targets and values, as a model file holds them.
    #[must_use]
    pub fn parts(&self) -> (&[u64], &[u16], &[f32]) {
        (&self.stems, &self.places, &self.values)
    }

    fn of(&self, stem: u64) -> impl Iterator<Item = (usize, f32)> {
        let range = self.index.get(&stem).map_or(0..0, |range| range.start as usize..range.end as usize);
        self.places[range.clone()].iter().map(|place| usize::from(*place)).zip(self.values[range].iter().copied())
    }

    /// The weight of a word in a target's profile, if it was kept.
    pub(crate) fn value(&self, stem: u64, place: usize) -> Option<f32> {
        self.of(stem).find(|(own, _)| *own == place).map(|(_, value)| value)
    }

    /// Writes the inner products of words with all profiles, shape `(n_targets,)`.
    pub(crate) fn products(&self, words: &[(u64, f32)], n_targets: usize, products: &mut Vec<f32>) {
        products.clear();
        products.resize(n_targets, 0.0);
        for (stem, times) in words {
            self.of(*stem).for_each(|(place, value)| products[place] += times * value);
        }
    }

    /// The square of each profile's length, shape `(n_targets,)`.
    pub(crate) fn squares(&self, n_targets: usize) -> Vec<f32> {
        let mut squares = vec![0.0; n_targets];
        self.places.iter().zip(&self.values).for_each(|(place, value)| squares[usize::from(*place)] += value * value);
        squares
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_words_of_each_target_are_kept() {
        let many: FxHashMap<u64, f32> = (0..MOST as u64 + 5).map(|stem| (stem, 1.0 + stem as f32)).collect();
        let words = ProfileWords::strongest(vec![many, FxHashMap::from_iter([(7, 2.0), (2, 0.0)])]);
        assert_eq!(words.value(4, 0), None);
        assert_eq!((words.value(7, 0), words.value(7, 1), words.value(2, 1)), (Some(8.0), Some(2.0), None));
        let mut products = vec![9.0];
        words.products(&[(3, 1.0), (7, 0.5)], 2, &mut products);
        assert_eq!(products, [4.0, 1.0]);
        assert_eq!(words.squares(2)[1], 4.0);
        let (stems, places, values) = words.parts();
        let again = ProfileWords::new(stems.to_vec(), places.to_vec(), values.to_vec(), 2).unwrap();
        assert_eq!(again.value(7, 1), Some(2.0));
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let new = |stems: &[u64], places: &[u16], values: &[f32]| {
            ProfileWords::new(stems.to_vec(), places.to_vec(), values.to_vec(), 2)
        };
        assert!(new(&[1, 1, 2], &[0, 1, 0], &[1.0; 3]).is_some());
        assert!(new(&[1, 1], &[0, 0], &[1.0; 2]).is_none(), "twice");
        assert!(new(&[2, 1], &[0, 0], &[1.0; 2]).is_none(), "in disorder");
        assert!(new(&[1], &[2], &[1.0]).is_none(), "no such target");
        assert!(new(&[1], &[0], &[]).is_none());
        assert!(new(&[1], &[0], &[f32::NAN]).is_none());
    }
}
