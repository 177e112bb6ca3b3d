//! Near-duplicates in different folds: they let a model be tested on what it has seen.
//!
//! Broder, On the resemblance and containment of documents (1997): the share of equal minima of hashed shingles
//! estimates how much two sets of shingles have in common.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::dataset::dataset::Dataset;
use crate::learn::folds::Folds;
use crate::text::token::Tokens;
use crate::text::tokenizer::Tokenizer;
use crate::text::{hash, ngrams};

/// Words in a shingle.
const SHINGLE: usize = 3;
/// The number of minima of a text, in bands of [`BAND`]; texts that agree in a band are compared in full.
const MINIMA: usize = 16;
const BAND: usize = 4;
/// The number of equal minima that makes two texts near-duplicates: an estimated resemblance of 0.8.
const EQUAL: usize = 13;
/// Texts with fewer words may be equal by chance ("I agree").
const SHORTEST: usize = 8;

/// Pairs of rows in different folds with nearly the same text; each row comes with the first one that it resembles.
#[must_use]
pub(crate) fn across_folds(data: &Dataset, folds: &Folds) -> Vec<(usize, usize)> {
    let sketches: Vec<Option<[u64; MINIMA]>> = (0..data.len())
        .into_par_iter()
        .map_init(
            || (Tokenizer::default(), Tokens::default()),
            |(tokenizer, tokens), row| {
                tokenizer.tokenize(data.input(row).text, tokens);
                sketch(tokens)
            },
        )
        .collect();
    // The first row of each fold that has a band's minima: any of them may be a twin in another fold.
    let mut seen: HashMap<(usize, u64), Vec<usize>> = HashMap::new();
    let mut pairs = Vec::new();
    for (row, sketch) in sketches.iter().enumerate() {
        let Some(sketch) = sketch else { continue };
        let mut twin = None;
        for (band, minima) in sketch.chunks(BAND).enumerate() {
            let key = minima.iter().fold(0, |key, minimum| hash::mix(key, *minimum));
            let firsts = seen.entry((band, key)).or_default();
            let is_twin = |other: &&usize| {
                let equal = |other: &[u64; MINIMA]| other.iter().zip(sketch).filter(|(a, b)| a == b).count() >= EQUAL;
                folds.of[**other] != folds.of[row] && sketches[**other].as_ref().is_some_and(equal)
            };
            twin = twin.or_else(|| firsts.iter().find(is_twin).copied());
            if firsts.iter().all(|first| folds.of[*first] != folds.of[row]) {
                firsts.push(row);
            }
        }
        pairs.extend(twin.map(|twin| (twin, row)));
    }
    pairs
}

fn sketch(tokens: &Tokens) -> Option<[u64; MINIMA]> {
    if tokens.words().count() < SHORTEST {
        return None;
    }
    let mut minima = [u64::MAX; MINIMA];
    ngrams::words(tokens, SHINGLE, SHINGLE, |shingle, _, _| {
        for (seed, minimum) in minima.iter_mut().enumerate() {
            *minimum = (*minimum).min(hash::mix(shingle, seed as u64));
        }
    });
    Some(minima)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minima(text: &str) -> Option<[u64; MINIMA]> {
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize(text, &mut tokens);
        sketch(&tokens)
    }

    #[test]
    fn resemblance_is_seen_through_case_and_punctuation() {
        let one = "They closed the library without asking anyone who uses it every day of the week.";
        let same = "they closed THE LIBRARY, without asking anyone who uses it; every day of the week";
        let other = "A quite different remark about the new bus lane on the other side of the river.";
        assert_eq!(minima(one), minima(same));
        let equal = minima(one).unwrap().iter().zip(minima(other).unwrap()).filter(|(a, b)| **a == *b).count();
        assert!(equal < 3);
        assert_eq!(minima("I agree with you"), None);
    }

    #[test]
    fn twins_are_told_where_folds_part_them() {
        let twin = "They closed the library without asking anyone who uses it every day of the week.";
        let other = "A quite different remark about the new bus lane on the other side of the river.";
        let mut data = Dataset::default();
        for text in [twin, other, &twin.to_uppercase(), twin, "I agree", "I agree"] {
            data.texts.push(text);
        }
        let pairs = |of: [u16; 6]| across_folds(&data, &Folds { of: of.to_vec(), n: 2 });
        assert_eq!(pairs([0, 1, 1, 0, 0, 1]), [(0, 2), (2, 3)], "the last is with the first, and not with the second");
        assert_eq!(pairs([0, 1, 1, 1, 0, 1]), [(0, 2), (0, 3)]);
        assert_eq!(pairs([0; 6]), []);
    }
}
