//! Static word embeddings: a vector for each of the most frequent words, made once and the same for every model.
//!
//! They are inside the program ([`Embeddings::shipped`]); `models/embeddings.py` makes them.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use safetensors::SafeTensors;

use crate::text::hash;

/// How many numbers a word's vector has.
pub(crate) const DIM: usize = 192;

/// This many numbers are summed at once.
const LANES: usize = 16;

/// Why a file holds no embeddings.
#[derive(Debug, thiserror::Error)]
#[error("these are not embeddings with {DIM} dimensions: {0}")]
pub(crate) struct EmbeddingsError(String);

/// Vectors of words, each number in eight bits.
#[derive(Debug)]
pub(crate) struct Embeddings {
    /// From the hash of a normalised word to its number.
    index: FxHashMap<u64, u32>,
    /// Shape `(n_words, DIM)`; a word's unit vector is its row times its scale.
    vectors: Vec<[i8; DIM]>,
    /// Shape `(n_words,)`.
    scales: Vec<f32>,
    /// The weight of a word in the mean of a text, times its scale; shape `(n_words,)`.
    factors: Vec<f32>,
    digest: String,
}

#[cfg(shipped)]
const BYTES: Option<&[u8]> = Some(include_bytes!("../../models/words.safetensors"));
#[cfg(not(shipped))]
const BYTES: Option<&[u8]> = None;

static SHIPPED: LazyLock<Option<Embeddings>> = LazyLock::new(|| Embeddings::from_bytes(BYTES?).ok());

impl Embeddings {
    /// Those inside the program, opened when first asked for; none if it was built without the feature `shipped`.
    #[must_use]
    pub(crate) fn shipped() -> Option<&'static Self> {
        SHIPPED.as_ref()
    }

    /// Reads a file as `models/embeddings.py` writes it.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, EmbeddingsError> {
        let fail = |reason: String| EmbeddingsError(reason);
        let file = SafeTensors::deserialize(bytes).map_err(|error| fail(error.to_string()))?;
        let tensor = |name: &str| file.tensor(name).map(|view| view.data()).map_err(|error| fail(error.to_string()));
        let floats = |name: &str| -> Result<Vec<f32>, EmbeddingsError> {
            Ok(tensor(name)?.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
        };
        let words = std::str::from_utf8(tensor("words")?).map_err(|error| fail(error.to_string()))?;
        let index: FxHashMap<u64, u32> =
            words.lines().enumerate().map(|(number, word)| (hash::bytes(word.as_bytes()), number as u32)).collect();
        let (vectors, rest) = tensor("vectors")?.as_chunks::<DIM>();
        let vectors: Vec<[i8; DIM]> = vectors.iter().map(|row| row.map(u8::cast_signed)).collect();
        let (scales, weights) = (floats("scale")?, floats("weight")?);
        let n = words.lines().count();
        if vectors.len() != n || !rest.is_empty() || scales.len() != n || weights.len() != n {
            return Err(fail(format!("{n} words, {} vectors", vectors.len())));
        }
        let factors = weights.iter().zip(&scales).map(|(weight, scale)| weight * scale).collect();
        let digest = format!("{:016x}", hash::bytes(bytes));
        Ok(Self { index, vectors, scales, factors, digest })
    }

    /// Changes with the file: a model belongs to the embeddings that it was trained with.
    #[must_use]
    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }

    /// The number of a normalised word, by its hash.
    #[must_use]
    pub(crate) fn find(&self, word: u64) -> Option<u32> {
        self.index.get(&word).copied()
    }

    /// The sum of words' vectors, each weighted by its rarity.
    pub(crate) fn sum(&self, words: &[u32]) -> [f32; DIM] {
        let mut sum = [0.0; DIM];
        // A few numbers of all words, and then the next few: so the sums stay in registers.
        for (part, sums) in sum.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut own = [0.0; LANES];
            for word in words {
                let row = &self.vectors[*word as usize].as_chunks::<LANES>().0[part];
                let factor = self.factors[*word as usize];
                for lane in 0..LANES {
                    own[lane] += factor * f32::from(row[lane]);
                }
            }
            *sums = own;
        }
        sum
    }

    /// A word, ready to be compared to many.
    pub(crate) fn wide(&self, word: u32) -> Wide {
        Wide { numbers: self.vectors[word as usize].map(i16::from), scale: self.scales[word as usize] }
    }
}

/// A word's unit vector in sixteen bits: a product of two takes a fraction of the time that it takes in eight.
#[repr(align(16))]
pub(crate) struct Wide {
    numbers: [i16; DIM],
    scale: f32,
}

impl Wide {
    /// The cosine of two words.
    pub(crate) fn cosine(&self, other: &Self) -> f32 {
        let parts = self.numbers.as_chunks::<32>().0.iter().zip(other.numbers.as_chunks::<32>().0);
        let mut dot = 0;
        for (one, other) in parts {
            // A separate sum for each part, which the compiler turns into products of eight pairs at once.
            let mut sum = 0;
            for lane in 0..32 {
                sum += i32::from(one[lane]) * i32::from(other[lane]);
            }
            dot += sum;
        }
        dot as f32 * self.scale * other.scale
    }
}

/// Makes a vector's length 1; one of no length stays.
pub(crate) fn normalise(vector: &mut [f32]) {
    let norm = dot(vector, vector).sqrt();
    if norm > 0.0 {
        vector.iter_mut().for_each(|value| *value /= norm);
    }
}

/// The inner product, in eight sums side by side, so that it is the same wherever it is computed.
pub(crate) fn dot(one: &[f32], other: &[f32]) -> f32 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_cosines_are_those_of_the_plain_numbers() {
        let embeddings = Embeddings::shipped().unwrap();
        let words = ["library", "bus", "the"].map(|word| embeddings.find(hash::bytes(word.as_bytes())).unwrap());
        let row = |word: u32| embeddings.vectors[word as usize].map(f32::from);
        let sum = embeddings.sum(&words);
        for at in 0..DIM {
            let plain = words.iter().fold(0.0, |sum, word| sum + embeddings.factors[*word as usize] * row(*word)[at]);
            assert_eq!(sum[at].to_bits(), f32::to_bits(plain));
        }
        let [one, other, _] = words;
        let plain: f32 = row(one).iter().zip(row(other)).map(|(a, b)| a * b).sum();
        let scale = embeddings.scales[one as usize] * embeddings.scales[other as usize];
        assert!((embeddings.wide(one).cosine(&embeddings.wide(other)) - plain * scale).abs() < 1e-6);
        assert!((embeddings.wide(one).cosine(&embeddings.wide(one)) - 1.0).abs() < 0.02);
    }
}
