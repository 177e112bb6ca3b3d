//! Sparse rows, in chunks: what linfa calls records.

use std::sync::Arc;

use linfa::dataset::Records;
use ndarray::{ArrayView2, Axis};
use sprs::CsMatView;

/// The number of rows in a chunk; fixed, so that computations by chunk are the same on any number of threads.
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

    /// The chunks themselves if nobody else holds them; otherwise copies.
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

/// Why a matrix cannot be taken over.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SparseError {
    /// Columns are 32-bit numbers.
    #[error("{0} columns are too many: at most 4,294,967,296 are possible")]
    Columns(usize),
    /// So are the places of values within a chunk of rows.
    #[error("the rows up to row {0} hold too many values")]
    Values(usize),
    /// An infinite value or none, also one that single precision cannot hold.
    #[error("row {row}, column {column}: {value} is not a finite number in single precision")]
    Value {
        /// Counted from 0.
        row: usize,
        /// Counted from 0.
        column: usize,
        /// As it was given.
        value: f64,
    },
}

impl<N: Copy + Default + Into<f64>> TryFrom<CsMatView<'_, N>> for SparseRows {
    type Error = SparseError;

    /// From a matrix of shape `(n_samples, n_features)` in single or double precision, stored by rows or by columns; zeros
    /// are not stored.
    fn try_from(matrix: CsMatView<'_, N>) -> Result<Self, SparseError> {
        let by_rows;
        let matrix = if matrix.is_csr() {
            matrix
        } else {
            by_rows = matrix.to_csr();
            by_rows.view()
        };
        if matrix.cols() > u32::MAX as usize + 1 {
            return Err(SparseError::Columns(matrix.cols()));
        }
        let mut chunks = Vec::with_capacity(matrix.rows().div_ceil(CHUNK));
        let mut chunk = Chunk { indptr: vec![0], ..Chunk::default() };
        for (row, values) in matrix.outer_iterator().enumerate() {
            if chunk.indptr.len() > CHUNK {
                chunks.push(std::mem::replace(&mut chunk, Chunk { indptr: vec![0], ..Chunk::default() }));
            }
            for (column, value) in values.iter() {
                let value: f64 = (*value).into();
                let single = value as f32;
                if !single.is_finite() {
                    return Err(SparseError::Value { row, column, value });
                }
                if single != 0.0 {
                    chunk.columns.push(column as u32);
                    chunk.values.push(single);
                }
            }
            chunk.indptr.push(u32::try_from(chunk.columns.len()).map_err(|_| SparseError::Values(row))?);
        }
        if chunk.indptr.len() > 1 {
            chunks.push(chunk);
        }
        Ok(Self::new(chunks, matrix.cols()))
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
    use ndarray::{Array2, array};
    use sprs::{CsMat, TriMat};

    use super::*;

    #[test]
    fn a_dense_array_is_stored_without_its_zeros() {
        let rows = SparseRows::from(array![[0.0, 2.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, -3.0]].view());
        assert_eq!((rows.n_samples(), rows.n_features(), rows.nnz()), (3, 3, 3));
        assert_eq!(rows.row(0).columns, [1]);
        assert!(rows.row(1).columns.is_empty());
        assert_eq!(rows.row(2).values, [1.0, -3.0]);
    }

    /// More rows than a chunk holds, some of them empty.
    fn dense() -> Array2<f32> {
        Array2::from_shape_fn((CHUNK + 3, 5), |(row, column)| {
            if (row + column) % 3 == 0 && row % 4 != 1 { row as f32 - 1.5 * column as f32 } else { 0.0 }
        })
    }

    #[test]
    fn a_sparse_matrix_is_the_same_as_the_dense_one() {
        let dense = dense();
        let expected = SparseRows::from(dense.view());
        let by_rows = CsMat::csr_from_dense(dense.view(), 0.0);
        let by_columns: CsMat<f64> = by_rows.map(|value| f64::from(*value)).to_csc();
        for rows in [SparseRows::try_from(by_rows.view()), SparseRows::try_from(by_columns.view())] {
            let rows = rows.unwrap();
            assert_eq!((rows.n_samples(), rows.n_features()), (expected.n_samples(), 5));
            assert_eq!(rows.chunks(), expected.chunks());
        }
        assert_eq!(SparseRows::try_from(CsMat::<f32>::zero((0, 5)).view()).unwrap().n_samples(), 0);
    }

    #[test]
    fn a_value_that_single_precision_cannot_hold_is_refused() {
        for value in [1e300, f64::NAN, f64::NEG_INFINITY] {
            let mut matrix = TriMat::new((3, 4));
            matrix.add_triplet(2, 1, value);
            let error = SparseRows::try_from(matrix.to_csr::<usize>().view()).unwrap_err();
            assert!(matches!(error, SparseError::Value { row: 2, column: 1, .. }), "{error}");
        }
    }
}
