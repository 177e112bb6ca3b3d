//! Phrases of a few words, and their positions in a text.

use rustc_hash::FxHashMap;

use crate::text::ngrams;
use crate::text::ngrams::MAX_WORDS;
use crate::text::token::Tokens;
use crate::text::tokenizer::Tokenizer;

/// Phrases to find in texts, each with a number. They are found in any case, and with `'s` after them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Phrases {
    numbers: FxHashMap<u64, u32>,
    longest: usize,
}

impl Phrases {
    /// Adds a phrase; texts must be split by a tokenizer like `tokenizer`. Returns its number, which is an earlier one
    /// if it is already there; `None` if it has no word, or too many.
    pub(crate) fn add(&mut self, phrase: &str, number: u32, tokenizer: &mut Tokenizer) -> Option<u32> {
        let mut tokens = Tokens::default();
        tokenizer.tokenize(phrase, &mut tokens);
        let words = tokens.words().count();
        if words == 0 || words > MAX_WORDS {
            return None;
        }
        self.longest = self.longest.max(words);
        let mut under = None;
        for form in ["", "'s", "’s"].map(|ending| format!("{}{ending}", phrase.trim())) {
            tokenizer.tokenize(&form, &mut tokens);
            // After punctuation the ending is a word of its own: such a phrase has none.
            if tokens.words().count() == words {
                ngrams::words(&tokens, words, words, |hash, _, _| {
                    under.get_or_insert(*self.numbers.entry(hash).or_insert(number));
                });
            }
        }
        under
    }

    /// Calls `found(number, begin, end)` for every occurrence, with its bytes in the text.
    pub(crate) fn find(&self, tokens: &Tokens, mut found: impl FnMut(u32, usize, usize)) {
        let all = tokens.as_slice();
        ngrams::words(tokens, 1, self.longest, |hash, first, last| {
            if let Some(number) = self.numbers.get(&hash) {
                found(*number, all[first].begin as usize, all[last].end as usize);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(phrases: &[&str], text: &str) -> Vec<(u32, String)> {
        let (mut tokenizer, mut tokens, mut all) = (Tokenizer::default(), Tokens::default(), Phrases::default());
        for (number, phrase) in (0..).zip(phrases) {
            assert_eq!(all.add(phrase, number, &mut tokenizer), Some(number));
        }
        tokenizer.tokenize(text, &mut tokens);
        let mut places = Vec::new();
        all.find(&tokens, |number, begin, end| places.push((number, text[begin..end].to_owned())));
        places
    }

    #[test]
    fn phrases_are_found_in_any_case_and_as_possessives() {
        let places =
            found(&["vegan", "trans woman"], "The VEGAN's friend, a trans woman, eats vegan’s food, not veganism");
        let words: Vec<_> = places.iter().map(|(number, words)| (*number, words.as_str())).collect();
        assert_eq!(words, [(0, "VEGAN's"), (1, "trans woman"), (0, "vegan’s")]);
        assert_eq!(found(&["non-binary"], "nonbinary or non-binary"), [(0, "non-binary".to_owned())]);
    }

    #[test]
    fn what_is_no_phrase_is_not_taken() {
        let mut phrases = Phrases::default();
        let mut add = |phrase: &str, number| phrases.add(phrase, number, &mut Tokenizer::default());
        assert_eq!(add(" … ", 0), None);
        assert_eq!(add("one two three four five six", 0), None);
        assert_eq!((add("C++", 0), add("c", 1)), (Some(0), Some(0)));
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize("one two's", &mut tokens);
        phrases.find(&tokens, |_, _, _| unreachable!());
    }
}
