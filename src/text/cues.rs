//! Cue words: phrases that hint at hedging, rumour, attribution, agreement and the like, by language.
//!
//! The lists stand in `data/cues/`; a language without one has no cues. Which kinds there are is part of the model file's format,
//! so that kinds that were added later are a list, and a block of features, of their own.

use rustc_hash::FxHashMap;

use crate::text::ngrams;
use crate::text::stem::Language;
use crate::text::token::Tokens;
use crate::text::tokenizer::Tokenizer;

/// The kinds of guess, as their lists name them, in the order of the model file's columns.
pub(crate) const GUESSES: [&str; 4] = ["inference", "motive", "insinuation", "wish"];

/// The kinds of cue, as the lists name them, in the order of the model file's columns.
pub(crate) const KINDS: [&str; 15] = [
    "hedge",
    "rumour",
    "attribution",
    "booster",
    "agree",
    "disagree",
    "negation",
    "question",
    "contrast",
    "reason",
    "future",
    "self",
    "you",
    "others",
    "meta",
];

const LONGEST: usize = 3;

/// Both lists of a language.
#[derive(Debug, Default)]
pub struct CueLists {
    /// Of [`KINDS`].
    pub(crate) cues: Cues,
    /// Of [`GUESSES`].
    pub(crate) guesses: Cues,
}

impl CueLists {
    /// The lists of `language`; empty where there are none.
    #[must_use]
    pub fn of(language: Language) -> Self {
        Self { cues: Cues::of(language), guesses: Cues::guesses(language) }
    }
}

/// The cue phrases of one list.
#[derive(Debug, Default)]
pub(crate) struct Cues {
    phrases: FxHashMap<u64, u8>,
}

impl Cues {
    /// The cues of `language`; none where there is no list.
    #[must_use]
    pub(crate) fn of(language: Language) -> Self {
        let list = match language.code() {
            "en" => include_str!("../../data/cues/en.txt"),
            "de" => include_str!("../../data/cues/de.txt"),
            _ => "",
        };
        Self::parse(list, &KINDS)
    }

    /// The phrases of guesses of `language`; none where there is no list.
    #[must_use]
    pub(crate) fn guesses(language: Language) -> Self {
        let list = match language.code() {
            "en" => include_str!("../../data/cues/en-guesses.txt"),
            _ => "",
        };
        Self::parse(list, &GUESSES)
    }

    /// Whether there is no list.
    pub(crate) fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    fn parse(list: &str, kinds: &[&str]) -> Self {
        let (mut tokenizer, mut tokens) = (Tokenizer::default(), Tokens::default());
        let mut cues = Self::default();
        let mut kind = None;
        for line in list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                kind = kinds.iter().position(|known| *known == name);
            } else if let Some(kind) = kind {
                tokenizer.tokenize(line, &mut tokens);
                let words = tokens.words().count();
                ngrams::words(&tokens, words, words, |hash, _, _| {
                    cues.phrases.insert(hash, kind as u8);
                });
            }
        }
        cues
    }

    /// Calls `found(kind, first, last)` for every cue phrase; `kind` indexes [`KINDS`] or [`GUESSES`], the others `tokens`.
    pub(crate) fn find(&self, tokens: &Tokens, mut found: impl FnMut(usize, usize, usize)) {
        if self.phrases.is_empty() {
            return;
        }
        ngrams::words(tokens, 1, LONGEST, |hash, first, last| {
            if let Some(&kind) = self.phrases.get(&hash) {
                found(kind as usize, first, last);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&'static str> {
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize(text, &mut tokens);
        let mut kinds = Vec::new();
        Cues::of("en".parse().unwrap()).find(&tokens, |kind, _, _| kinds.push(KINDS[kind]));
        kinds
    }

    #[test]
    fn phrases_are_found_in_any_case() {
        assert_eq!(found("According to them it MIGHT rain"), ["attribution", "others", "hedge"]);
    }

    #[test]
    fn every_line_of_the_lists_is_under_a_known_kind() {
        let lists = [
            (include_str!("../../data/cues/en.txt"), &KINDS[..]),
            (include_str!("../../data/cues/de.txt"), &KINDS),
            (include_str!("../../data/cues/en-guesses.txt"), &GUESSES),
        ];
        for (list, kinds) in lists {
            for line in list.lines().filter(|line| line.starts_with('[')) {
                assert!(kinds.contains(&line.trim_matches(['[', ']'])), "{line}");
            }
            assert!(Cues::parse(list, kinds).phrases.len() > 200);
        }
    }

    #[test]
    fn no_phrase_stands_in_two_lists() {
        let (cues, guesses) = (Cues::of(Language::ENGLISH), Cues::guesses(Language::ENGLISH));
        assert!(guesses.phrases.keys().all(|phrase| !cues.phrases.contains_key(phrase)));
    }
}
