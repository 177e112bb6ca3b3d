//! Groups that have a text in common become one: a text that stands in two sources would be asked for in one fold after
//! it was learnt in another.

use rustc_hash::FxHashMap;

use super::strings::Arena;
use crate::text::fingerprint;

/// Gives rows of equal text, and each pair of `together`, one group. Texts are equal as [`fingerprint`] sees them.
pub(super) fn unite(groups: &mut Vec<u32>, texts: &Arena, together: &[(u32, u32)]) {
    let most = groups.iter().max().map_or(0, |most| *most as usize + 1);
    let mut above: Vec<u32> = (0..most as u32).collect();
    let mut first = FxHashMap::default();
    for row in 0..texts.len() {
        if let Some(print) = fingerprint(texts.get(row)) {
            let other = *first.entry(print).or_insert(row);
            join(&mut above, groups[row], groups[other]);
        }
    }
    for (one, other) in together {
        join(&mut above, groups[*one as usize], groups[*other as usize]);
    }
    for group in groups {
        *group = top(&mut above, *group);
    }
}

/// The smaller of two groups stands for both.
fn join(above: &mut [u32], one: u32, other: u32) {
    let (one, other) = (top(above, one), top(above, other));
    above[one.max(other) as usize] = one.min(other);
}

fn top(above: &mut [u32], mut group: u32) -> u32 {
    while above[group as usize] != group {
        above[group as usize] = above[above[group as usize] as usize];
        group = above[group as usize];
    }
    group
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
}
