//! Languages, and their Snowball stems by way of rust-stemmers.

use std::fmt;
use std::str::FromStr;

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::text::hash;

/// A language whose words can be stemmed, named by its ISO 639-1 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(usize);

const LANGUAGES: [(&str, &str, Algorithm); 18] = [
    ("ar", "arabic", Algorithm::Arabic),
    ("da", "danish", Algorithm::Danish),
    ("nl", "dutch", Algorithm::Dutch),
    ("en", "english", Algorithm::English),
    ("fi", "finnish", Algorithm::Finnish),
    ("fr", "french", Algorithm::French),
    ("de", "german", Algorithm::German),
    ("el", "greek", Algorithm::Greek),
    ("hu", "hungarian", Algorithm::Hungarian),
    ("it", "italian", Algorithm::Italian),
    ("no", "norwegian", Algorithm::Norwegian),
    ("pt", "portuguese", Algorithm::Portuguese),
    ("ro", "romanian", Algorithm::Romanian),
    ("ru", "russian", Algorithm::Russian),
    ("es", "spanish", Algorithm::Spanish),
    ("sv", "swedish", Algorithm::Swedish),
    ("ta", "tamil", Algorithm::Tamil),
    ("tr", "turkish", Algorithm::Turkish),
];

/// The name of a language that has no stemmer.
#[derive(Debug, thiserror::Error)]
#[error("unknown language {0:?}: use one of {list}, or its English name", list = codes())]
pub struct UnknownLanguage(String);

fn codes() -> String {
    LANGUAGES.map(|(code, _, _)| code).join(", ")
}

impl Language {
    /// English.
    pub const ENGLISH: Self = Self(3);

    /// The ISO 639-1 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        LANGUAGES[self.0].0
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(name: &str) -> Result<Self, UnknownLanguage> {
        let lower = name.to_lowercase();
        LANGUAGES
            .iter()
            .position(|(code, english, _)| lower == *code || lower == *english)
            .map(Self)
            .ok_or_else(|| UnknownLanguage(name.to_owned()))
    }
}

impl TryFrom<String> for Language {
    type Error = UnknownLanguage;

    fn try_from(name: String) -> Result<Self, UnknownLanguage> {
        name.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.code().to_owned()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// How many words a stemmer remembers before it forgets them all; a stem is a function of its word, so this only
/// bounds memory.
const CACHE: usize = 1 << 17;

/// Hashes of stems, remembered by word.
pub(crate) struct Stems {
    stemmer: Stemmer,
    cache: FxHashMap<u64, u64>,
}

impl Stems {
    /// With nothing remembered.
    #[must_use]
    pub(crate) fn new(language: Language) -> Self {
        Self { stemmer: Stemmer::create(LANGUAGES[language.0].2), cache: FxHashMap::default() }
    }

    /// The hash of a lower-case word's stem; `word_hash` is that of the word itself.
    pub(crate) fn hash(&mut self, word: &str, word_hash: u64) -> u64 {
        if let Some(&known) = self.cache.get(&word_hash) {
            return known;
        }
        let stemmed = hash::bytes(self.stemmer.stem(word).as_bytes());
        if self.cache.len() >= CACHE {
            self.cache.clear();
        }
        self.cache.insert(word_hash, stemmed);
        stemmed
    }
}

impl fmt::Debug for Stems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stems").field("cached", &self.cache.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_go_by_code_or_english_name() {
        assert_eq!("de".parse::<Language>().unwrap(), "German".parse::<Language>().unwrap());
        let error = "klingon".parse::<Language>().unwrap_err().to_string();
        assert!(error.contains("klingon") && error.contains("en, fi"), "{error}");
    }

    #[test]
    fn inflected_words_share_a_stem() {
        let mut stems = Stems::new("en".parse().unwrap());
        let mut of = |word: &str| stems.hash(word, hash::bytes(word.as_bytes()));
        assert_eq!(of("closing"), of("closed"));
        assert_eq!(of("closing"), hash::bytes(b"close"));
        assert_ne!(of("closing"), of("opening"));
    }
}
