//! Data on a word apart from its text: its stem, its rarity, its vector.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::features::cache::Cache;
use crate::features::embeddings::Embeddings;
use crate::text::stem::{Language, Stems};
use crate::text::token::{Token, Tokens};

/// How rare stems are among the comments that a model was trained on: `ln(n / df)`.
#[derive(Clone, Debug, Default)]
pub struct Rarity {
    known: FxHashMap<u64, f32>,
    unknown: f32,
}

/// Stems in fewer comments are as rare as unknown ones.
const MIN_DF: u32 = 2;

impl Rarity {
    /// From the number of comments, and in how many of them each stem occurs.
    #[must_use]
    pub fn count(n: usize, df: impl IntoIterator<Item = (u64, u32)>) -> Self {
        let known = df.into_iter().filter(|(_, df)| *df >= MIN_DF);
        let known: FxHashMap<u64, f32> = known.map(|(stem, df)| (stem, (n as f32 / df as f32).ln())).collect();
        Self::new(known)
    }

    /// From the stems and their rarity, as a model file holds them.
    #[must_use]
    pub fn new(known: FxHashMap<u64, f32>) -> Self {
        let unknown = known.values().copied().fold(0.0, f32::max) + std::f32::consts::LN_2;
        Self { known, unknown }
    }

    /// The stems and their rarity, by stem.
    #[must_use]
    pub fn entries(&self) -> Vec<(u64, f32)> {
        let mut entries: Vec<(u64, f32)> = self.known.iter().map(|(stem, rarity)| (*stem, *rarity)).collect();
        entries.sort_unstable_by_key(|(stem, _)| *stem);
        entries
    }

    fn of(&self, stem: u64) -> f32 {
        self.known.get(&stem).copied().unwrap_or(self.unknown)
    }
}

/// A word as features of context see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    /// The hash of its stem.
    pub(crate) stem: u64,
    /// As [`Rarity`] has it.
    pub(crate) rarity: f32,
    /// Its number among the embeddings.
    pub(crate) vector: Option<u32>,
}

/// Looks words up, and caches them. Holds scratch space: one per thread.
#[derive(Debug)]
pub(crate) struct Lexicon {
    stems: Stems,
    rarity: Arc<Rarity>,
    pub(crate) embeddings: Option<&'static Embeddings>,
    cache: Cache<Word>,
}

impl Lexicon {
    pub(crate) fn new(language: Language, rarity: Arc<Rarity>, embeddings: Option<&'static Embeddings>) -> Self {
        Self { stems: Stems::new(language), rarity, embeddings, cache: Cache::new() }
    }

    /// A word of a text, which must be hashed by word and not by stem.
    #[inline]
    pub(crate) fn look_up(&mut self, tokens: &Tokens, token: &Token) -> Word {
        self.cache.get(token.hash).unwrap_or_else(|| self.learn(tokens.norm(token), token.hash))
    }

    /// Looks up a word that is not in the cache.
    #[cold]
    fn learn(&mut self, word: &str, hash: u64) -> Word {
        let stem = self.stems.hash(word, hash);
        let vector = self.embeddings.and_then(|embeddings| embeddings.find(hash));
        let found = Word { stem, rarity: self.rarity.of(stem), vector };
        self.cache.insert(hash, found);
        found
    }
}
