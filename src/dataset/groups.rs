//! Merges groups that share a text: a text that is in two sources would otherwise be learnt in one fold and predicted
//! in another.

use rustc_hash::FxHashMap;

use crate::dataset::strings::Arena;
use crate::text::fingerprint::fingerprint;

/// Gives rows with equal texts, and each pair of `together`, a common group. Texts are equal if [`fingerprint`] is.
pub(crate) fn unite(groups: &mut Vec<u32>, texts: &Arena, together: &[(u32, u32)]) {
    let mut union = Union::new(groups.iter().max().map_or(0, |most| *most as usize + 1));
    let mut first = FxHashMap::default();
    for row in 0..texts.len() {
        if let Some(print) = fingerprint(texts.get(row)) {
            let other = *first.entry(print).or_insert(row);
            union.join(groups[row], groups[other]);
        }
    }
    for (one, other) in together {
        union.join(groups[*one as usize], groups[*other as usize]);
    }
    for group in groups {
        *group = union.top(*group);
    }
}

/// Disjoint sets of numbers.
pub(crate) struct Union {
    above: Vec<u32>,
}

impl Union {
    /// Each of `0..n` as a set of its own.
    pub(crate) fn new(n: usize) -> Self {
        Self { above: (0..n as u32).collect() }
    }

    /// Merges two sets; the smaller of their numbers represents both.
    pub(crate) fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.top(one), self.top(other));
        self.above[one.max(other) as usize] = one.min(other);
    }

    /// The number that represents the set.
    pub(crate) fn top(&mut self, mut of: u32) -> u32 {
        while self.above[of as usize] != of {
            self.above[of as usize] = self.above[self.above[of as usize] as usize];
            of = self.above[of as usize];
        }
        of
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_text_bring_their_groups_together() {
        let mut texts = Arena::default();
        for text in ["They closed the library.", "other words entirely", "they closed the LIBRARY", "short", "short"] {
            texts.push(text);
        }
        let mut groups = vec![7, 7, 3, 1, 2];
        unite(&mut groups, &texts, &[]);
        assert_eq!(groups, [3, 3, 3, 1, 2]);
        unite(&mut groups, &texts, &[(4, 3), (3, 0)]);
        assert_eq!(groups, [1, 1, 1, 1, 1]);
    }

    #[test]
    fn the_smallest_number_stands_for_a_set() {
        let mut union = Union::new(5);
        union.join(4, 3);
        union.join(1, 4);
        assert_eq!([0, 1, 2, 3, 4].map(|of| union.top(of)), [0, 1, 2, 1, 1]);
        union.join(3, 1);
        assert_eq!(union.top(4), 1);
    }

    #[test]
    fn texts_too_short_to_tell_bring_nothing_together() {
        let mut texts = Arena::default();
        ["", "", "no", "no"].into_iter().for_each(|text| texts.push(text));
        let mut groups = vec![0, 1, 2, 3];
        unite(&mut groups, &texts, &[]);
        assert_eq!(groups, [0, 1, 2, 3]);
    }
}
