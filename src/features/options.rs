//! How text is made into features.

use serde::{Deserialize, Serialize};

use crate::features::blocks::Block;
use crate::features::embeddings::Embeddings;
use crate::text::fold::Known;
use crate::text::rules::Rules;
use crate::text::stem::Language;
use crate::text::tokenizer::Tokenizer;

/// Lengths of n-grams, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lengths {
    /// The length of the shortest n-grams.
    pub min: usize,
    /// The length of the longest n-grams.
    pub max: usize,
}

/// How text becomes features. Part of the model: scoring does just what training did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// The blocks that are extracted.
    pub blocks: Vec<Block>,
    /// Lengths of word n-grams.
    pub ngrams: Lengths,
    /// Lengths of character n-grams.
    pub chars: Lengths,
    /// In how many comments an n-gram must occur.
    pub min_df: u32,
    /// With `Some(bits)`, n-grams are hashed into `2^bits` columns and there is no vocabulary.
    pub hash_bits: Option<u8>,
    /// Words count by their stem in this language.
    pub stem: Option<Language>,
    /// The language of the cue words and of the stems by which context is compared.
    pub language: Language,
    /// The digest of the embeddings that vectors come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embeddings: Option<String>,
    /// The rules that texts are read by. Files before format 4 do not say: theirs are the first.
    #[serde(default, skip_serializing_if = "Rules::is_first")]
    pub text: Rules,
}

impl Options {
    /// A tokenizer with these rules, whose words are hashed by their stems in `stem`, or unchanged.
    #[must_use]
    pub fn tokenizer(&self, stem: Option<Language>) -> Tokenizer {
        match self.text {
            Rules::First => Tokenizer::new(stem),
            Rules::Second => Tokenizer::folding(stem, (self.language == Language::ENGLISH).then_some(KNOWN)),
        }
    }
}

impl Options {
    /// The key of an n-gram in its block: its hash, or its column with `hash_bits`.
    #[inline]
    pub(crate) fn key(&self, hash: u64) -> u64 {
        self.hash_bits.map_or(hash, |bits| hash >> (64 - u32::from(bits)))
    }
}

/// The words that the vectors are of: for training and scoring alike, whatever a model has learnt.
const KNOWN: Known = |word| Embeddings::shipped()?.find(word);

impl Default for Options {
    fn default() -> Self {
        Self {
            blocks: Block::ALL.to_vec(),
            ngrams: Lengths { min: 1, max: 2 },
            chars: Lengths { min: 2, max: 5 },
            min_df: 2,
            hash_bits: None,
            stem: None,
            language: Language::ENGLISH,
            embeddings: None,
            text: Rules::NEWEST,
        }
    }
}
