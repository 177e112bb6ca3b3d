//! From counts to the values that a linear model sees: TF-IDF, block by block.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::features::blocks::{Block, Layout};
use crate::features::sparse::{Chunk, SparseRows};

/// How much each block weighs; 0 leaves it out. In the order of [`Block::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scales(pub [f32; Block::ALL.len()]);

impl Scales {
    /// Every block unchanged.
    pub const ONE: Self = Self([1.0; Block::ALL.len()]);

    /// Of a block.
    #[must_use]
    pub fn of(&self, block: Block) -> f32 {
        self.0[block.index()]
    }
}

/// The factor of each column and the scale of each block.
///
/// The value of an n-gram that occurs `tf` times is `scale * (1 + ln tf) * factor / norm`, where `norm` is the Euclidean
/// norm of `(1 + ln tf) * factor` over the comment's n-grams of that block, and `factor` is
/// `ln((1 + n) / (1 + df)) + 1` as in scikit-learn. The blocks without a
/// vocabulary are `scale * value`.
#[derive(Clone, Debug)]
pub struct Weighting {
    /// By column, shape `(n_features,)`; 0 where a column is not used.
    pub factors: Vec<f32>,
    /// The scale of each block.
    pub scales: Scales,
}

impl Weighting {
    /// Counts document frequencies over the rows for which `uses` holds; n-grams in fewer than `min_df` of them get
    /// factor 0. With `idf` off every n-gram's factor is 1.
    #[must_use]
    pub fn fit(counts: &SparseRows, layout: &Layout, uses: impl Fn(usize) -> bool, min_df: u32, idf: bool) -> Self {
        let first = layout.columns(Block::Words).start as usize;
        let known = [Block::Context, Block::Profile].map(|block| layout.columns(block));
        let mut factors = vec![1.0; layout.n_features()];
        if idf || known.iter().any(|columns| !columns.is_empty()) {
            let mut df = vec![0_u32; layout.n_features()];
            let mut n = 0_u32;
            let rows = counts.chunks().iter().flat_map(Chunk::rows);
            for (_, row) in rows.enumerate().filter(|(index, _)| uses(*index)) {
                n += 1;
                for column in row.columns {
                    df[*column as usize] += 1;
                }
            }
            // What is always known, or never, is not informative here, and must not become so elsewhere.
            for column in known.into_iter().flatten().map(|column| column as usize) {
                factors[column] = f32::from(u8::from(df[column] > 0 && df[column] < n));
            }
            for (factor, df) in factors.iter_mut().zip(&df).skip(if idf { first } else { usize::MAX }) {
                *factor = if *df >= min_df.max(1) { ((1 + n) as f32 / (1 + df) as f32).ln() + 1.0 } else { 0.0 };
            }
        }
        Self { factors, scales: Scales::ONE }
    }

    /// The values of all rows; columns whose value is 0 are left out.
    #[must_use]
    pub fn apply(&self, counts: &SparseRows, layout: &Layout) -> SparseRows {
        let chunks = counts.chunks().par_iter().map(|chunk| self.chunk(chunk, layout)).collect();
        SparseRows::new(chunks, layout.n_features())
    }

    /// The same as [`Weighting::apply`], but each chunk of counts is dropped once its values exist.
    #[must_use]
    pub fn apply_owned(&self, counts: SparseRows, layout: &Layout) -> SparseRows {
        let chunks = counts.into_chunks().into_par_iter().map(|chunk| self.chunk(&chunk, layout)).collect();
        SparseRows::new(chunks, layout.n_features())
    }

    fn chunk(&self, counts: &Chunk, layout: &Layout) -> Chunk {
        let mut out = Chunk { indptr: vec![0], ..Chunk::default() };
        out.columns.reserve_exact(counts.columns.len());
        out.values.reserve_exact(counts.columns.len());
        for row in counts.rows() {
            let mut rest = row.iter().peekable();
            for block in Block::ALL {
                let (end, scale) = (layout.columns(block).end, self.scales.of(block));
                let begin = out.values.len();
                let mut norm = 0.0_f32;
                while let Some((column, value)) = rest.next_if(|(column, _)| *column < end) {
                    let value = value * self.factors[column as usize];
                    if scale > 0.0 && value != 0.0 {
                        norm += value * value;
                        out.columns.push(column);
                        out.values.push(value);
                    }
                }
                let factor = if Block::NGRAMS.contains(&block) { scale / norm.sqrt() } else { scale };
                for value in &mut out.values[begin..] {
                    *value *= factor;
                }
            }
            out.indptr.push(out.columns.len() as u32);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::sublinear::sublinear;

    /// Three rows over one shape-like and three word columns.
    fn counts() -> (SparseRows, Layout) {
        let layout = Layout::new(&[Block::Words], [3, 0, 0, 0, 0, 0, 0]);
        let chunk = Chunk {
            indptr: vec![0, 2, 3, 5],
            columns: vec![0, 1, 0, 0, 2],
            values: vec![1.0, sublinear(2), 1.0, sublinear(3), 1.0],
        };
        (SparseRows::new(vec![chunk], 3), layout)
    }

    #[test]
    fn values_are_those_of_scikit_learn() {
        let (counts, layout) = counts();
        let weighting = Weighting::fit(&counts, &layout, |_| true, 1, true);
        let rows = weighting.apply(&counts, &layout);
        // TfidfVectorizer(sublinear_tf=True) on the texts "a b b", "a", "a a a c".
        let expected = [0.329_363_9, 0.944_203_1, 1.0, 0.778_282_9, 0.627_913_8];
        let found: Vec<f32> = rows.chunks()[0].values.clone();
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5, "{found} {expected}");
        }
    }

    #[test]
    fn rows_outside_the_training_part_do_not_count() {
        let (counts, layout) = counts();
        let weighting = Weighting::fit(&counts, &layout, |row| row < 2, 1, true);
        assert_eq!(weighting.factors[2], 0.0);
        let rows = weighting.apply(&counts, &layout);
        assert_eq!(rows.row(2).columns, [0]);
        assert!((rows.row(2).values[0] - 1.0).abs() < 1e-6);
    }
}
