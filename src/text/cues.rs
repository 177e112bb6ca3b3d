//! Cue words: phrases that hint at hedging, rumour, attribution, agreement and the like, by language.
//!
//! The lists are in `data/cues/`; a language without one has no cues. The kinds are part of the model file's format, so
//! kinds that were added later have their own list and their own block of features.

use rustc_hash::FxHashMap;

use crate::text::ngrams;
use crate::text::stem::Language;
use crate::text::token::Tokens;
use crate::text::tokenizer::Tokenizer;

/// The kinds of guess, as their lists name them, in the order of the model file's columns.
pub(crate) const GUESSES: [&str; 4] = ["inference", "motive", "insinuation", "wish"];

/// The parts of a group's name, as in its list: the name itself, and what may follow it.
pub(crate) const GROUPS: [&str; 2] = ["group", "people"];

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

/// The lists of phrases, each with its own kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// Of [`KINDS`].
    Cues,
    /// Of [`GUESSES`].
    Guesses,
    /// Of [`GROUPS`].
    Groups,
}

impl List {
    const ALL: [Self; 3] = [Self::Cues, Self::Guesses, Self::Groups];

    fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Cues => &KINDS,
            Self::Guesses => &GUESSES,
            Self::Groups => &GROUPS,
        }
    }

    /// The list of a language; empty if there is none.
    fn text(self, language: Language) -> &'static str {
        match (self, language.code()) {
            (Self::Cues, "en") => include_str!("../../data/cues/en.txt"),
            (Self::Cues, "de") => include_str!("../../data/cues/de.txt"),
            (Self::Guesses, "en") => include_str!("../../data/cues/en-guesses.txt"),
            (Self::Groups, "en") => include_str!("../../data/cues/en-groups.txt"),
            _ => "",
        }
    }
}

/// The lists of a language. A phrase may be in several of them.
#[derive(Debug, Default)]
pub struct CueLists {
    /// By the hash of a phrase, its kind in each list, if it is in that list.
    phrases: FxHashMap<u64, [Option<u8>; List::ALL.len()]>,
}

impl CueLists {
    /// The lists of `language`; empty where there are none.
    #[must_use]
    pub fn of(language: Language) -> Self {
        let mut lists = Self::default();
        for list in List::ALL {
            lists.add(list, list.text(language));
        }
        lists
    }

    fn add(&mut self, list: List, text: &str) {
        let (mut tokenizer, mut tokens) = (Tokenizer::default(), Tokens::default());
        let mut kind = None;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                kind = list.kinds().iter().position(|known| *known == name);
            } else if let Some(kind) = kind {
                tokenizer.tokenize(line, &mut tokens);
                let words = tokens.words().count();
                ngrams::words(&tokens, words, words, |hash, _, _| {
                    self.phrases.entry(hash).or_default()[list as usize] = Some(kind as u8);
                });
            }
        }
    }

    /// Whether a list has any phrase.
    pub(crate) fn has(&self, list: List) -> bool {
        self.phrases.values().any(|kinds| kinds[list as usize].is_some())
    }

    /// Finds the phrases of all lists, in one walk over the text.
    pub(crate) fn find(&self, tokens: &Tokens, found: &mut Found) {
        found.lists.iter_mut().for_each(Vec::clear);
        if self.phrases.is_empty() {
            return;
        }
        ngrams::words(tokens, 1, LONGEST, |hash, first, last| {
            if let Some(kinds) = self.phrases.get(&hash) {
                for (own, kind) in found.lists.iter_mut().zip(kinds) {
                    own.extend(kind.map(|kind| Phrase { kind: usize::from(kind), first, last }));
                }
            }
        });
    }
}

/// A phrase in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Phrase {
    /// Which of the list's kinds.
    pub(crate) kind: usize,
    /// The first token and the last.
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// The phrases of a text, list by list, in the order of their last words. Reused from text to text.
#[derive(Debug, Default)]
pub(crate) struct Found {
    lists: [Vec<Phrase>; List::ALL.len()],
}

impl Found {
    /// Those of one list.
    pub(crate) fn of(&self, list: List) -> &[Phrase] {
        &self.lists[list as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&'static str> {
        let (mut tokens, mut found) = (Tokens::default(), Found::default());
        Tokenizer::default().tokenize(text, &mut tokens);
        CueLists::of(Language::ENGLISH).find(&tokens, &mut found);
        found.of(List::Cues).iter().map(|phrase| KINDS[phrase.kind]).collect()
    }

    #[test]
    fn phrases_are_found_in_any_case() {
        assert_eq!(found("According to them it MIGHT rain"), ["attribution", "others", "hedge"]);
    }

    #[test]
    fn every_line_of_the_lists_is_under_a_known_kind() {
        for (list, code) in [(List::Cues, "en"), (List::Cues, "de"), (List::Guesses, "en"), (List::Groups, "en")] {
            let text = list.text(code.parse().unwrap());
            for line in text.lines().filter(|line| line.starts_with('[')) {
                assert!(list.kinds().contains(&line.trim_matches(['[', ']'])), "{line}");
            }
            let mut lists = CueLists::default();
            lists.add(list, text);
            assert!(lists.phrases.len() > 200 && lists.has(list));
        }
        assert!(!CueLists::of("de".parse().unwrap()).has(List::Guesses));
    }

    #[test]
    fn no_phrase_is_both_a_cue_and_a_guess() {
        let lists = CueLists::of(Language::ENGLISH);
        assert!(lists.phrases.values().all(|kinds| kinds[0].is_none() || kinds[1].is_none()));
    }
}
