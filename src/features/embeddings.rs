//! Static word embeddings: a vector for each of the most frequent words, made once and the same for every model.
//!
//! They are inside the program ([`Embeddings::shipped`]); `models/embeddings.py` makes them.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use safetensors::SafeTensors;

use crate::text::hash;

/// How many numbers a word's vector has.
pub const DIM: usize = 192;

/// Why a file holds no embeddings.
#[derive(Debug, thiserror::Error)]
#[error("these are no embeddings of {DIM} dimensions: {0}")]
pub struct EmbeddingsError(String);

/// Vectors of words, each number in eight bits.
#[derive(Debug)]
pub struct Embeddings {
    /// From the hash of a normalised word to its number.
    index: FxHashMap<u64, u32>,
    /// Shape `(n_words, DIM)`; a word's unit vector is its row times its scale.
    vectors: Vec<i8>,
    /// Shape `(n_words,)`.
    scales: Vec<f32>,
    /// What a word weighs in the mean of a text, shape `(n_words,)`.
    weights: Vec<f32>,
    digest: String,
}

static SHIPPED: LazyLock<Option<Embeddings>> =
    LazyLock::new(|| Embeddings::from_bytes(include_bytes!("../../models/words.safetensors")).ok());

impl Embeddings {
    /// Those inside the program; opened when first asked for.
    #[must_use]
    pub fn shipped() -> Option<&'static Self> {
        SHIPPED.as_ref()
    }

    /// Reads a file as `models/embeddings.py` writes it.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EmbeddingsError> {
        let fail = |reason: String| EmbeddingsError(reason);
        let file = SafeTensors::deserialize(bytes).map_err(|error| fail(error.to_string()))?;
        let tensor = |name: &str| file.tensor(name).map(|view| view.data()).map_err(|error| fail(error.to_string()));
        let floats = |name: &str| -> Result<Vec<f32>, EmbeddingsError> {
            Ok(tensor(name)?.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
        };
        let words = std::str::from_utf8(tensor("words")?).map_err(|error| fail(error.to_string()))?;
        let index: FxHashMap<u64, u32> =
            words.lines().enumerate().map(|(number, word)| (hash::bytes(word.as_bytes()), number as u32)).collect();
        let vectors: Vec<i8> = tensor("vectors")?.iter().map(|byte| byte.cast_signed()).collect();
        let (scales, weights) = (floats("scale")?, floats("weight")?);
        let n = words.lines().count();
        if vectors.len() != n * DIM || scales.len() != n || weights.len() != n {
            return Err(fail(format!("{n} words, {} numbers", vectors.len())));
        }
        let digest = format!("{:016x}", hash::bytes(bytes));
        Ok(Self { index, vectors, scales, weights, digest })
    }

    /// Changes with the file: a model belongs to the embeddings that it was trained with.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The number of a normalised word, by its hash.
    #[must_use]
    pub fn find(&self, word: u64) -> Option<u32> {
        self.index.get(&word).copied()
    }

    /// Adds `times` a word's vector, weighted by its rarity, to `sum`.
    pub(super) fn add(&self, word: u32, times: f32, sum: &mut [f32]) {
        let at = word as usize;
        let factor = times * self.weights[at] * self.scales[at];
        let vector = &self.vectors[at * DIM..(at + 1) * DIM];
        sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += factor * f32::from(*value));
    }

    /// The cosine of two words.
    pub(super) fn cosine(&self, one: u32, other: u32) -> f32 {
        let vector = |word: u32| &self.vectors[word as usize * DIM..(word as usize + 1) * DIM];
        let dot: i32 = vector(one).iter().zip(vector(other)).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
        dot as f32 * self.scales[one as usize] * self.scales[other as usize]
    }
}

/// Makes a vector's length 1; one of no length stays.
pub(super) fn normalise(vector: &mut [f32]) {
    let norm = dot(vector, vector).sqrt();
    if norm > 0.0 {
        vector.iter_mut().for_each(|value| *value /= norm);
    }
}

/// The inner product, in eight sums side by side, so that it is the same wherever it is computed.
pub(super) fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (one, rest) = one.as_chunks::<8>();
    let (other, other_rest) = other.as_chunks::<8>();
    for (a, b) in one.iter().zip(other) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + rest.iter().zip(other_rest).map(|(a, b)| a * b).sum::<f32>()
}
