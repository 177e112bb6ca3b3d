//! Who in a thread is likely to be on whose side, as far as replies show it.
//!
//! People under an article mostly answer those they disagree with. So an author's row has a 1 for the author, minus a
//! share for each author he exchanges replies with, plus a smaller share for those that these exchange replies with in
//! turn: the first terms of the inverse of a signed Laplacian (Kunegis et al., Spectral analysis of signed graphs for
//! clustering, prediction and visualization, SDM 2010). A linear model over such rows learns something about other
//! authors' sides from one author's side.

use rustc_hash::FxHashMap;

/// What passes from one author to the next.
const PASSES_ON: f32 = 0.7;
/// An author who exchanges replies with more others passes nothing on: it would be next to nothing for each of them, and there
/// would be as many pairs as their square.
const MOST: usize = 64;

/// Columns and values, in the order of the columns.
pub(crate) type Sparse = Vec<(u32, f32)>;

/// One row for each of `n_authors`, of length 1; `replies` are pairs of authors, who answers and who is answered.
pub(crate) fn rows(n_authors: usize, replies: impl IntoIterator<Item = (u32, u32)>) -> Vec<Sparse> {
    let mut exchanged: Vec<FxHashMap<u32, f32>> = vec![FxHashMap::default(); n_authors];
    for (from, to) in replies.into_iter().filter(|(from, to)| from != to) {
        *exchanged[from as usize].entry(to).or_default() += 1.0;
        *exchanged[to as usize].entry(from).or_default() += 1.0;
    }
    let degree: Vec<f32> = exchanged.iter().map(|own| own.values().sum()).collect();
    let shares: Vec<Sparse> = exchanged
        .into_iter()
        .enumerate()
        .map(|(from, own)| {
            let share = |(to, count): (u32, f32)| (to, count / (degree[from] * degree[to as usize]).sqrt());
            sorted(own.into_iter().map(share))
        })
        .collect();
    (0..n_authors as u32)
        .map(|author| {
            let mut row = FxHashMap::from_iter([(author, 1.0)]);
            for (other, share) in &shares[author as usize] {
                *row.entry(*other).or_default() -= PASSES_ON * share;
                let others = &shares[*other as usize];
                for (next, further) in others.iter().filter(|_| others.len() <= MOST) {
                    *row.entry(*next).or_default() += PASSES_ON * PASSES_ON * share * further;
                }
            }
            let mut row = sorted(row.into_iter());
            let norm = row.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
            row.iter_mut().for_each(|(_, value)| *value /= norm);
            row
        })
        .collect()
}

/// In the order of the columns, so that sums do not depend on that of a hash table.
pub(crate) fn sorted(entries: impl Iterator<Item = (u32, f32)>) -> Sparse {
    let mut entries: Sparse = entries.collect();
    entries.sort_unstable_by_key(|(column, _)| *column);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot(a: &Sparse, b: &Sparse) -> f32 {
        a.iter()
            .filter_map(|(column, value)| b.iter().find(|(other, _)| other == column).map(|(_, own)| value * own))
            .sum()
    }

    #[test]
    fn who_answers_somebody_is_against_him_and_for_who_answers_him_too() {
        let rows = rows(4, [(0, 1), (2, 1), (2, 1)]);
        assert!(dot(&rows[0], &rows[1]) < 0.0);
        assert!(dot(&rows[0], &rows[2]) > 0.0);
        assert_eq!(dot(&rows[0], &rows[3]), 0.0, "who answers nobody is for and against nobody");
        assert!(rows.iter().all(|row| (dot(row, row) - 1.0).abs() < 1e-5));
    }

    #[test]
    fn a_thread_around_one_author_has_short_rows() {
        let rows = rows(5_000, (1..5_000).map(|from| (from, 0)));
        assert!(rows[1..].iter().all(|row| row.len() == 2), "himself, and whom he answers");
    }

    #[test]
    fn to_answer_oneself_is_no_exchange() {
        assert_eq!(rows(2, [(0, 0)]), [vec![(0, 1.0)], vec![(1, 1.0)]]);
    }
}
