//! Tokens and their context to sparse rows.
//!
//! An [`Extractor`] turns one [`Input`] into the features of each [`Block`]; a [`Vocabulary`] gives n-grams their
//! columns; a [`Weighting`] makes TF-IDF of counts. What training counts once over all rows ([`fit`]), scoring looks
//! up row by row.

mod blocks;
mod chunks;
mod context;
mod counter;
mod cues;
mod document;
pub mod embeddings;
mod extract;
pub mod fit;
mod knots;
mod lexicon;
mod meaning;
mod own;
mod profile;
mod profile_words;
mod pull;
mod remembered;
mod semantic;
mod shape;
mod sparse;
mod thread;
mod told;
mod vocabulary;
mod weighting;

use serde::{Deserialize, Serialize};

pub use blocks::{Block, BlockError, Layout};
pub use embeddings::Embeddings;
pub use extract::{Extracted, Extractor, Span, fixed_name};
pub use fit::{Featurizer, Marks, Threads};
pub use knots::Quantity;
pub use lexicon::Rarity;
pub use profile::{LeftOut, Profiles};
pub use profile_words::ProfileWords;
pub use sparse::{CHUNK, Chunk, Row, SparseRows};
pub use thread::ThreadSummary;
pub use told::Measured;
pub use vocabulary::Vocabulary;
pub use weighting::{Scales, Weighting, sublinear};

use crate::text::{Known, Language, Rules, Tokenizer};

/// A comment and what is known of where it stands. Every field but the text may be missing; an absent one is a state
/// of its own and never an empty string.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// What the comment says.
    pub text: &'a str,
    /// What its stance is towards, where that is not the article's title.
    pub target: Option<&'a str>,
    /// The comment that it answers.
    pub parent_text: Option<&'a str>,
    /// The headline it stands under.
    pub article_title: Option<&'a str>,
    /// The article's body.
    pub article_text: Option<&'a str>,
    /// Anything else that a reader of the comment would know.
    pub context: Option<&'a str>,
    /// The first comment of its thread.
    pub first: Option<&'a str>,
    /// What the comments of its thread are about, itself among them.
    pub thread: Option<&'a ThreadSummary>,
    /// What a comment of the training data must not see of the [`Profiles`].
    pub left_out: Option<&'a LeftOut>,
    /// How many comments of the thread come before it.
    pub position: Option<usize>,
    /// How many comments it is a reply to, one above the other.
    pub depth: Option<usize>,
}

impl<'a> Input<'a> {
    /// A comment of which nothing but the text is known.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        Self { text, ..Self::default() }
    }

    /// What its stance is towards, if anything is known.
    #[must_use]
    pub fn towards(&self) -> Option<&'a str> {
        self.target.or(self.article_title)
    }
}

/// Lengths of n-grams, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lengths {
    /// The shortest.
    pub min: usize,
    /// The longest.
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
    /// Whose cue words are looked for, and by whose stems context is compared.
    pub language: Language,
    /// The digest of the embeddings that vectors come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embeddings: Option<String>,
    /// The rules that texts are read by. Files before format 4 do not say: theirs are the first.
    #[serde(default, skip_serializing_if = "Rules::is_first")]
    pub text: Rules,
}

impl Options {
    /// A tokenizer by these rules, whose words are hashed by their stems in `stem`, or as they are.
    #[must_use]
    pub fn tokenizer(&self, stem: Option<Language>) -> Tokenizer {
        match self.text {
            Rules::First => Tokenizer::new(stem),
            Rules::Second => Tokenizer::folding(stem, (self.language == Language::ENGLISH).then_some(KNOWN)),
        }
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
