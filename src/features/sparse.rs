//! Sparse rows, in chunks: what linfa calls records.

use std::sync::Arc;

use linfa::dataset::Records;
use ndarray::{ArrayView2, Axis};

/// How many rows a chunk holds; fixed, so that what is computed by chunk is the same on any number of threads.
pub(crate) const CHUNK: usize = 4096;

/// Consecutive rows in compressed form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chunk {
    /// Row `i` is `indptr[i]..indptr[i + 1]`.
    pub indptr: Vec<u32>,
    /// Columns, in the order of blocks; within a row each occurs once.
    pub columns: Vec<u32>,
    /// One for each column.
    pub values: Vec<f32>,
}

/// One row: columns and their values.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// In the order of blocks.
    pub columns: &'a [u32],
    /// One for each column.
    pub values: &'a [f32],
}

impl Row<'_> {
    /// The columns with their values.
    pub fn iter(&self) -> impl Iterator<Item = (u32, f32)> {
        self.columns.iter().copied().zip(self.values.iter().copied())
    }
}

impl Chunk {
    /// Its rows in order.
    #[must_use]
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        self.indptr.windows(2).map(|ends| {
            let range = ends[0] as usize..ends[1] as usize;
            Row { columns: &self.columns[range.clone()], values: &self.values[range] }
        })
    }
}

/// A sparse matrix of shape `(n_samples, n_features)`. A clone shares the rows.
#[derive(Clone, Debug, Default)]
pub struct SparseRows {
    chunks: Arc<Vec<Chunk>>,
    n_samples: usize,
    n_features: usize,
}

impl SparseRows {
    /// All chunks but the last must be full.
    #[must_use]
    pub fn new(chunks: Vec<Chunk>, n_features: usize) -> Self {
        let n_samples = chunks.iter().map(|chunk| chunk.indptr.len().saturating_sub(1)).sum();
        debug_assert!(chunks.iter().rev().skip(1).all(|chunk| chunk.indptr.len() == CHUNK + 1));
        Self { chunks: Arc::new(chunks), n_samples, n_features }
    }

    /// Row number `index`.
    #[inline]
    #[must_use]
    pub fn row(&self, index: usize) -> Row<'_> {
        let chunk = &self.chunks[index / CHUNK];
        let at = index % CHUNK;
        let range = chunk.indptr[at] as usize..chunk.indptr[at + 1] as usize;
        Row { columns: &chunk.columns[range.clone()], values: &chunk.values[range] }
    }

    /// The chunks in order.
    #[must_use]
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// The chunks themselves, where nobody else holds them; else copies.
    #[must_use]
    pub fn into_chunks(self) -> Vec<Chunk> {
        Arc::unwrap_or_clone(self.chunks)
    }

    /// How many rows it has.
    #[must_use]
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// How many columns it has.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// How many values it stores, which are all but the zeros.
    #[must_use]
    pub fn nnz(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.columns.len()).sum()
    }
}

impl From<ArrayView2<'_, f32>> for SparseRows {
    /// From a dense array of shape `(n_samples, n_features)`; zeros are not stored.
    fn from(dense: ArrayView2<'_, f32>) -> Self {
        let chunk = |rows: ArrayView2<'_, f32>| {
            let mut chunk = Chunk { indptr: vec![0], ..Chunk::default() };
            for row in rows.outer_iter() {
                for (column, value) in (0..).zip(row).filter(|(_, value)| **value != 0.0) {
                    chunk.columns.push(column);
                    chunk.values.push(*value);
                }
                chunk.indptr.push(chunk.columns.len() as u32);
            }
            chunk
        };
        Self::new(dense.axis_chunks_iter(Axis(0), CHUNK).map(chunk).collect(), dense.ncols())
    }
}

impl Records for SparseRows {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.n_samples
    }

    fn nfeatures(&self) -> usize {
        self.n_features
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_dense_array_is_stored_without_its_zeros() {
        let rows = SparseRows::from(array![[0.0, 2.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, -3.0]].view());
        assert_eq!((rows.n_samples(), rows.n_features(), rows.nnz()), (3, 3, 3));
        assert_eq!(rows.row(0).columns, [1]);
        assert!(rows.row(1).columns.is_empty());
        assert_eq!(rows.row(2).values, [1.0, -3.0]);
    }
}
