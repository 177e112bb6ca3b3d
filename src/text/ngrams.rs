//! Hashes of word and character n-grams.

use crate::text::hash;
use crate::text::token::{Kind, Token, Tokens};

/// The longest n-gram of words.
pub(crate) const MAX_WORDS: usize = 5;
/// The longest n-gram of characters.
pub(crate) const MAX_CHARS: usize = 8;

const WORDS: u64 = 0x776F_7264;
const CHARS: u64 = 0x6368_6172;
/// Represents the space at both ends of a chunk, as in scikit-learn's `char_wb`.
const EDGE: u64 = 0x20;

/// The hash of an n-gram and one more.
#[inline]
pub(crate) fn extend(gram: u64, next: u64) -> u64 {
    hash::mix(gram.rotate_left(23), next)
}

/// Calls `found(hash, first, last)` for every n-gram of `min..=max` words; `first` and `last` index `tokens`.
#[inline]
pub(crate) fn words(tokens: &Tokens, min: usize, max: usize, mut found: impl FnMut(u64, usize, usize)) {
    // The n-grams that end at the word before: (hash, first token), longest last.
    let mut open = [(0_u64, 0_usize); MAX_WORDS];
    let mut count = 0;
    let max = max.min(MAX_WORDS);
    for (index, token) in tokens.as_slice().iter().enumerate() {
        if token.kind == Kind::Punctuation {
            continue;
        }
        for length in (1..=max.min(count + 1)).rev() {
            let (gram, first) = if length == 1 { (WORDS, index) } else { open[length - 2] };
            let gram = extend(gram, token.hash);
            open[length - 1] = (gram, first);
            if length >= min {
                found(gram, first, index);
            }
        }
        count = max.min(count + 1);
    }
}

/// A character of a chunk, as a number, and the token that it belongs to.
pub(crate) type Char = (u64, u32);

/// Calls `found(hash, characters)` for every n-gram of `min..=max` characters within a chunk between white space, its two
/// edges counted as a space. `chunk` is scratch.
#[inline]
pub(crate) fn chars(
    tokens: &Tokens,
    min: usize,
    max: usize,
    chunk: &mut Vec<Char>,
    mut found: impl FnMut(u64, &[Char]),
) {
    let mut start = 0;
    for own in chunks(tokens) {
        chars_of(tokens, own, start, (min, max), chunk, &mut found);
        start += own.len();
    }
}

/// Runs of tokens with nothing between them.
pub(crate) fn chunks(tokens: &Tokens) -> impl Iterator<Item = &[Token]> {
    tokens.as_slice().chunk_by(|_, next| next.glued)
}

/// The same as [`chars`] of one of [`chunks`], of which `start` is the first token.
#[inline]
pub(crate) fn chars_of(
    tokens: &Tokens,
    own: &[Token],
    start: usize,
    (min, max): (usize, usize),
    chunk: &mut Vec<Char>,
    mut found: impl FnMut(u64, &[Char]),
) {
    let max = max.min(MAX_CHARS);
    chunk.clear();
    chunk.push((EDGE, start as u32));
    for (token, at) in own.iter().zip(start as u32..) {
        chunk.extend(tokens.norm(token).chars().map(|c| (u64::from(c), at)));
    }
    chunk.push((EDGE, (start + own.len() - 1) as u32));
    for begin in 0..chunk.len() {
        let rest = &chunk[begin..];
        let mut gram = CHARS;
        for (at, (c, _)) in rest.iter().take(max).enumerate() {
            gram = extend(gram, *c);
            if at + 1 >= min {
                found(gram, &rest[..=at]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenizer::Tokenizer;

    fn tokens(text: &str) -> Tokens {
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize(text, &mut tokens);
        tokens
    }

    #[test]
    fn word_ngrams_reach_over_punctuation_and_no_further() {
        let text = "Close it, now";
        let tokens = tokens(text);
        let mut spans = Vec::new();
        words(&tokens, 1, 2, |_, first, last| {
            let all = tokens.as_slice();
            spans.push(&text[all[first].begin as usize..all[last].end as usize]);
        });
        assert_eq!(spans, ["Close", "Close it", "it", "it, now", "now"]);
    }

    #[test]
    fn the_order_of_words_matters_to_their_hash() {
        let bigram = |text: &str| {
            let mut hashes = Vec::new();
            words(&tokens(text), 2, 2, |hash, _, _| hashes.push(hash));
            hashes
        };
        assert_eq!(bigram("not good"), bigram("NOT   good"));
        assert_ne!(bigram("not good"), bigram("good not"));
    }

    #[test]
    fn character_ngrams_stay_inside_a_chunk() {
        let mut grams = Vec::new();
        chars(&tokens("ab! c"), 2, 3, &mut Vec::new(), |hash, _| grams.push(hash));
        // " ab! " has 4 bigrams and 3 trigrams, " c " has 2 and 1.
        assert_eq!(grams.len(), 10);
        grams.sort_unstable();
        grams.dedup();
        assert_eq!(grams.len(), 10);
    }
}
