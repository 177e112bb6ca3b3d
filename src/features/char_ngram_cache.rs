//! Columns of the n-grams of characters, chunk by chunk: most chunks of a comment are words that occurred before.

use std::num::NonZeroU64;
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
    /// By the hash of a chunk.
    known: Cache<Found>,
    columns: Vec<u32>,
    /// The hashes of a comment's chunks, and the entry of `known` where a search for each begins.
    keys: Vec<u64>,
    slots: Vec<Option<(u64, Found)>>,
    /// The chunks of a comment, each as a packed [`Found`], and how often it has them.
    counts: Vec<(u64, u32)>,
    /// The first column of each.
    firsts: Vec<u32>,
    scratch: Vec<Char>,
}

/// The columns of a chunk: the lower half is where they begin, the upper half how many there are. The number is stored
/// plus one, so it is never 0: a slot of the cache takes 16 bytes and does not cross two cache lines.
#[derive(Clone, Copy, Debug)]
struct Found(NonZeroU64);

impl Found {
    fn new(begin: usize, count: usize) -> Self {
        Self(NonZeroU64::MIN.saturating_add((count as u64) << 32 | begin as u64))
    }

    /// As a key to count by.
    fn packed(self) -> u64 {
        self.0.get() - 1
    }
}

/// Where the columns of a packed [`Found`] begin, and how many there are.
fn unpacked(found: u64) -> (usize, usize) {
    (found as u32 as usize, (found >> 32) as usize)
}

/// With this many columns the cache is emptied; this bounds memory.
const CACHED: usize = 1 << 21;

impl CharNgramCache {
    pub(crate) fn new(vocabulary: Arc<Vocabulary>, lengths: Lengths) -> Self {
        Self {
            vocabulary,
            lengths,
            known: Cache::new(),
            columns: Vec::new(),
            keys: Vec::new(),
            slots: Vec::new(),
            counts: Vec::new(),
            firsts: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Counts the n-grams of characters that have a column, in the order in which they first occur.
    pub(crate) fn count(&mut self, tokens: &Tokens, counter: &mut Counter, counts: &mut Vec<(u64, u32)>) {
        if self.columns.len() >= CACHED {
            self.known.clear();
            self.columns.clear();
        }
        self.keys.clear();
        self.keys.extend(ngrams::chunks(tokens).map(|chunk| hash::bytes(tokens.joined(chunk))));
        self.known.gather(self.keys.iter().copied(), &mut self.slots);
        // First all chunks, with repeated ones once, so that the look-ups do not wait for the counting.
        self.counts.clear();
        counter.start();
        for (at, chunk) in ngrams::chunks(tokens).enumerate() {
            let (key, slot) = (self.keys[at], self.slots[at]);
            let found = self.known.get_from(key, slot).unwrap_or_else(|| self.find(tokens, chunk, key));
            counter.add(found.packed(), 1, &mut self.counts);
        }
        // Columns lie anywhere in memory: the beginnings of all are asked for before any is counted.
        self.firsts.clear();
        let first = |(found, _): &(u64, u32)| self.columns.get(unpacked(*found).0).copied().unwrap_or_default();
        self.firsts.extend(self.counts.iter().map(first));
        counter.start();
        for ((found, times), first) in self.counts.iter().zip(&self.firsts) {
            let (begin, count) = unpacked(*found);
            if count > 0 {
                counter.add(u64::from(*first), *times, counts);
                for column in &self.columns[begin + 1..begin + count] {
                    counter.add(u64::from(*column), *times, counts);
                }
            }
        }
    }

    /// Finds the n-grams of a chunk that is not in the cache.
    #[cold]
    fn find(&mut self, tokens: &Tokens, chunk: &[Token], key: u64) -> Found {
        let Self { vocabulary, lengths, known, columns, scratch, .. } = self;
        let begin = columns.len();
        ngrams::chars_of(tokens, chunk, 0, (lengths.min, lengths.max), scratch, |hash, _| {
            columns.extend(vocabulary.find(hash));
        });
        let found = Found::new(begin, columns.len() - begin);
        known.insert(key, found);
        found
    }
}
