//! Columns of the n-grams of characters, chunk by chunk: most chunks of a comment are words that were met before.

use std::sync::Arc;

use crate::features::cache::Cache;
use crate::features::counter::Counter;
use crate::features::options::Lengths;
use crate::features::vocabulary::Vocabulary;
use crate::text::hash;
use crate::text::ngrams;
use crate::text::ngrams::Char;
use crate::text::token::{Token, Tokens};

/// Finds the n-grams of chunks, and keeps them. Holds scratch space: one per thread.
#[derive(Debug)]
pub(crate) struct CharNgramCache {
    vocabulary: Arc<Vocabulary>,
    lengths: Lengths,
    /// By the hash of a chunk: where in `columns` its own begin, and in the upper half how many they are.
    known: Cache<u64>,
    columns: Vec<u32>,
    /// The chunks of a comment, as in `known`, and how often it has them.
    counts: Vec<(u64, u32)>,
    scratch: Vec<Char>,
}

/// With so many columns the cache is emptied; bounds memory.
const CACHED: usize = 1 << 21;

impl CharNgramCache {
    pub(crate) fn new(vocabulary: Arc<Vocabulary>, lengths: Lengths) -> Self {
        Self { vocabulary, lengths, known: Cache::new(), columns: Vec::new(), counts: Vec::new(), scratch: Vec::new() }
    }

    /// Counts the n-grams of characters that have a column, in the order in which they first occur.
    pub(crate) fn count(&mut self, tokens: &Tokens, counter: &mut Counter, counts: &mut Vec<(u64, u32)>) {
        if self.columns.len() >= CACHED {
            self.known.clear();
            self.columns.clear();
        }
        // First all chunks, and each that is repeated once: so the look-ups do not wait for what is counted.
        self.counts.clear();
        counter.start();
        for chunk in ngrams::chunks(tokens) {
            let key = hash::bytes(tokens.joined(chunk));
            let found = self.known.get(key).unwrap_or_else(|| self.find(tokens, chunk, key));
            counter.add(found, 1, &mut self.counts);
        }
        counter.start();
        for (found, times) in &self.counts {
            let (begin, count) = (*found as u32 as usize, (found >> 32) as usize);
            for column in &self.columns[begin..begin + count] {
                counter.add(u64::from(*column), *times, counts);
            }
        }
    }

    /// Finds the n-grams of a chunk that is not in the cache.
    #[cold]
    fn find(&mut self, tokens: &Tokens, chunk: &[Token], key: u64) -> u64 {
        let Self { vocabulary, lengths, known, columns, scratch, .. } = self;
        let begin = columns.len();
        ngrams::chars_of(tokens, chunk, 0, (lengths.min, lengths.max), scratch, |hash, _| {
            columns.extend(vocabulary.find(hash));
        });
        let found = ((columns.len() - begin) as u64) << 32 | begin as u64;
        known.insert(key, found);
        found
    }
}
