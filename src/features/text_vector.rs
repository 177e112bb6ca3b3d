//! The content of a text, apart from the text: its word vector, and its words.

use crate::features::embeddings::dot;

/// The content of a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextVector {
    /// Its mean word vector, of unit length; empty where no word has one.
    pub(crate) vector: Vec<f32>,
    /// Stems and their TF-IDF, by stem; of unit length.
    pub(crate) words: Vec<(u64, f32)>,
}

impl TextVector {
    /// The cosine to another: of vectors, and of words where one of them has no vector.
    pub(crate) fn closeness(&self, other: &Self) -> f32 {
        if self.vector.is_empty() || other.vector.is_empty() {
            common(&self.words, &other.words)
        } else {
            dot(&self.vector, &other.vector)
        }
    }
}

/// The inner product of words, both by stem.
pub(crate) fn common(one: &[(u64, f32)], other: &[(u64, f32)]) -> f32 {
    let mut rest = other;
    let mut sum = 0.0;
    for (stem, value) in one {
        while let Some(((next, times), after)) = rest.split_first() {
            if next > stem {
                break;
            }
            if next == stem {
                sum += value * times;
            }
            rest = after;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_common_are_multiplied() {
        let one = [(1, 0.5), (3, 2.0), (7, 1.0)];
        assert_eq!(common(&one, &[(0, 9.0), (3, 0.25), (7, 3.0), (8, 9.0)]), 3.5);
        assert_eq!(common(&one, &[]), 0.0);
    }

    #[test]
    fn without_a_vector_words_are_compared() {
        let with = TextVector { vector: vec![1.0; 8], words: vec![(1, 0.5)] };
        let without = TextVector { vector: Vec::new(), words: vec![(1, 0.5)] };
        assert_eq!(with.closeness(&with), 8.0);
        assert_eq!(with.closeness(&without), 0.25);
    }
}
