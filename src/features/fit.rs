//! For training: from all inputs at once to a vocabulary and a matrix of counts.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::features::blocks::{Block, Layout};
use crate::features::extract::{Extracted, Extractor};
use crate::features::input::Input;
use crate::features::lexicon::Rarity;
use crate::features::options::Options;
use crate::features::place::Place;
use crate::features::profile::{LeftOut, Profiles};
use crate::features::sparse::{CHUNK, Chunk, SparseRows};
use crate::features::standing::Standing;
use crate::features::sublinear::sublinear;
use crate::features::thread_summary::ThreadSummary;
use crate::features::vocabulary;
use crate::features::vocabulary::Vocabulary;
use crate::text::cues::CueLists;

/// Extracts a model's features from inputs: the columns of an input, unweighted.
#[derive(Clone, Debug)]
pub struct Featurizer {
    /// How it does so.
    pub options: Arc<Options>,
    /// Where each block's columns are.
    pub layout: Layout,
    /// Of [`Block::NGRAMS`]; empty with `hash_bits`.
    pub vocabularies: [Arc<Vocabulary>; Block::NGRAMS.len()],
    /// How rare words are, for [`Block::RARITY`].
    pub rarity: Arc<Rarity>,
    /// What comments on known targets are about, for [`Block::Profile`].
    pub profiles: Arc<Profiles>,
    cues: Arc<CueLists>,
}

impl Featurizer {
    /// From its parts, as a model file holds them.
    #[must_use]
    pub fn new(
        options: Options,
        keys: [Vec<u64>; Block::NGRAMS.len()],
        rarity: Arc<Rarity>,
        profiles: Arc<Profiles>,
    ) -> Self {
        Self {
            layout: Self::layout_of(&options, &keys),
            cues: Arc::new(CueLists::of(options.language)),
            options: Arc::new(options),
            vocabularies: keys.map(|keys| Arc::new(Vocabulary::new(keys))),
            rarity,
            profiles,
        }
    }

    /// Where a featurizer of these parts has its columns.
    #[must_use]
    pub fn layout_of(options: &Options, keys: &[Vec<u64>; Block::NGRAMS.len()]) -> Layout {
        let widths = match options.hash_bits {
            Some(bits) => [1 << bits; Block::NGRAMS.len()],
            None => keys.each_ref().map(Vec::len),
        };
        Layout::new(&options.blocks, widths)
    }

    /// An extractor of what this featurizer needs.
    #[must_use]
    pub fn extractor(&self) -> Extractor {
        let extractor = Extractor::new(Arc::clone(&self.options), Arc::clone(&self.cues), &self.rarity, &self.profiles);
        let chars = &self.vocabularies[Block::Chars.index() - Block::Words.index()];
        if chars.is_empty() { extractor } else { extractor.finding(Arc::clone(chars)) }
    }

    /// The column of an n-gram's key.
    #[must_use]
    pub fn column(&self, ngram: usize, key: u64) -> Option<u32> {
        let first = self.layout.columns(Block::NGRAMS[ngram]).start;
        let within = match self.options.hash_bits {
            Some(_) => Some(key as u32),
            None => self.vocabularies[ngram].find(key),
        };
        within.map(|column| first + column)
    }

    /// Writes the columns and unweighted values of the extracted features to `row`, block by block; returns where each
    /// block ends.
    #[inline]
    pub fn columns(
        &self,
        extracted: &Extracted,
        scratch: &mut Vec<u64>,
        row: &mut Vec<(u32, f32)>,
    ) -> [usize; Block::ALL.len()] {
        let mut ends = [0; Block::ALL.len()];
        row.clear();
        row.extend_from_slice(&extracted.fixed);
        for block in Block::ALL.into_iter().take_while(|block| !Block::NGRAMS.contains(block)) {
            let end = self.layout.columns(block).end;
            ends[block.index()] = extracted.fixed.partition_point(|(column, _)| *column < end);
        }
        for (place, counts) in extracted.ngrams.iter().enumerate() {
            let block = Block::NGRAMS[place];
            let first = self.layout.columns(block).start;
            if self.options.hash_bits.is_some() || (extracted.found_chars && block == Block::Chars) {
                row.extend(counts.iter().map(|(key, count)| (first + *key as u32, sublinear(*count))));
            } else {
                self.vocabularies[place]
                    .find_all(counts, scratch, |column, count| row.push((first + column, sublinear(count))));
            }
            ends[block.index()] = row.len();
        }
        ends
    }
}

/// Extracted rows that wait for their columns.
#[derive(Default)]
struct Pending {
    fixed: Ragged<(u32, f32)>,
    ngrams: [PendingNgrams; Block::NGRAMS.len()],
}

/// Keys and, apart from them, counts: nine bytes an n-gram instead of sixteen.
#[derive(Default)]
struct PendingNgrams {
    keys: Ragged<u64>,
    /// [`LARGE`] stands for the next of `large`.
    counts: Vec<u8>,
    large: Vec<u32>,
}

/// Counts from here on do not fit into a byte.
const LARGE: u32 = u8::MAX as u32;

/// Rows of different lengths.
struct Ragged<T> {
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Ragged<T> {
    fn default() -> Self {
        Self { ends: vec![0], items: Vec::new() }
    }
}

impl<T> Ragged<T> {
    fn end_row(&mut self) {
        self.ends.push(self.items.len() as u32);
    }

    fn range(&self, row: usize) -> std::ops::Range<usize> {
        self.ends[row] as usize..self.ends[row + 1] as usize
    }
}

/// Counts the features of `n` inputs: the featurizer, and a matrix of shape `(n, n_features)` of unweighted values.
///
/// An n-gram has a column if at least `options.min_df` inputs have it, or `base` has one for it; the columns of `base`
/// come first within each block. `done(k)` is called when `k` more inputs have been read.
pub(crate) fn fit<'a>(
    options: Options,
    n: usize,
    input: impl Fn(usize) -> Input<'a> + Sync,
    threads: &Threads,
    marks: Marks<'_>,
    base: Option<&Featurizer>,
    done: impl Fn(usize) + Sync,
) -> (Featurizer, SparseRows) {
    let rarity = base.map_or_else(|| Arc::new(rarity(&options, n, &input)), |base| Arc::clone(&base.rarity));
    let (profiles, left_out) = match base {
        Some(base) => (Arc::clone(&base.profiles), Vec::new()),
        None => profiles(&options, n, &input, &rarity, marks),
    };
    let mut options = options;
    if profiles.is_empty() {
        options.blocks.retain(|block| *block != Block::Profile);
    }
    let reader = Featurizer::new(options, Default::default(), rarity, profiles);
    let summaries = reader.summaries(threads, &input);
    let input = |row: usize| {
        let left_out = left_out.get(row).and_then(Option::as_deref);
        threads.place(row, Input { left_out, ..input(row) }, &summaries)
    };
    let pending: Vec<Pending> = (0..n.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let rows = chunk * CHUNK..n.min((chunk + 1) * CHUNK);
            let pending = extract(&reader, rows.clone().map(&input));
            done(rows.len());
            pending
        })
        .collect();
    let keys = std::array::from_fn(|place| match (&reader.options.hash_bits, base) {
        (Some(_), _) => Vec::new(),
        (None, None) => frequent(&pending, place, reader.options.min_df),
        (None, Some(base)) => {
            let known = &base.vocabularies[place];
            let mut keys = known.keys().to_vec();
            keys.extend(
                frequent(&pending, place, reader.options.min_df).iter().filter(|key| known.find(**key).is_none()),
            );
            keys
        }
    });
    let featurizer =
        Featurizer::new((*reader.options).clone(), keys, Arc::clone(&reader.rarity), Arc::clone(&reader.profiles));
    let n_features = featurizer.layout.n_features();
    let chunks = pending.into_par_iter().map(|pending| columns(&featurizer, &pending)).collect();
    (featurizer, SparseRows::new(chunks, n_features))
}

/// Further data on inputs, for [`Block::Profile`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks<'a> {
    /// By row. Comments of one group are left out of the profiles that they are compared to; without groups, each is
    /// its own group.
    pub groups: Option<&'a [u32]>,
    /// By label, then by row: an annotator's answer, as a number.
    pub answers: &'a [Vec<Option<u16>>],
}

/// The rows of each thread, in its order.
#[derive(Clone, Debug, Default)]
pub struct Threads {
    /// The rows of each thread.
    pub members: Vec<Vec<u32>>,
    /// By row: its thread, and its place in it.
    pub of: Vec<Option<(u32, u32)>>,
}

impl Threads {
    /// The input of a row with its thread.
    #[must_use]
    pub fn place<'a>(&self, row: usize, input: Input<'a>, summaries: &'a [ThreadSummary]) -> Input<'a> {
        let Some((thread, position)) = self.of.get(row).copied().flatten() else { return input };
        Place { thread: summaries.get(thread as usize), position: Some(position as usize), ..Place::default() }
            .of(input)
    }
}

impl Featurizer {
    /// The topic of each thread's comments; nothing if no block needs it.
    #[must_use]
    pub fn summaries<'a>(&self, threads: &Threads, input: &(impl Fn(usize) -> Input<'a> + Sync)) -> Vec<ThreadSummary> {
        if !self.options.blocks.contains(&Block::Context) {
            return Vec::new();
        }
        let members = threads.members.par_iter();
        members
            .map_init(
                || self.extractor(),
                |extractor, rows| extractor.summarise(rows.iter().map(|row| input(*row as usize).text)),
            )
            .collect()
    }
}

/// How rare words are among the inputs' texts.
fn rarity<'a>(options: &Options, n: usize, input: &(impl Fn(usize) -> Input<'a> + Sync)) -> Rarity {
    if !options.blocks.iter().any(|block| Block::RARITY.contains(block)) {
        return Rarity::default();
    }
    let reader = Featurizer::new(options.clone(), Default::default(), Arc::default(), Arc::default());
    let count = |chunk: usize| {
        let mut df: FxHashMap<u64, u32> = FxHashMap::default();
        let mut extractor = reader.extractor();
        for row in chunk * CHUNK..n.min((chunk + 1) * CHUNK) {
            for stem in extractor.stems(input(row).text) {
                *df.entry(stem).or_insert(0) += 1;
            }
        }
        df
    };
    let df = (0..n.div_ceil(CHUNK)).into_par_iter().map(count).reduce(FxHashMap::default, |mut one, other| {
        other.into_iter().for_each(|(stem, count)| *one.entry(stem).or_insert(0) += count);
        one
    });
    Rarity::count(n, df)
}

/// The profiles of the inputs' targets, and by row what it must not see of them.
fn profiles<'a>(
    options: &Options,
    n: usize,
    input: &(impl Fn(usize) -> Input<'a> + Sync),
    rarity: &Arc<Rarity>,
    marks: Marks<'_>,
) -> (Arc<Profiles>, Vec<Option<Arc<LeftOut>>>) {
    if !options.blocks.contains(&Block::Profile) {
        return (Arc::default(), Vec::new());
    }
    let reader = Featurizer::new(options.clone(), Default::default(), Arc::clone(rarity), Arc::default());
    let group = |row: usize| marks.groups.map_or(row as u32, |groups| groups[row]);
    let standing = |chunk: usize| {
        let mut extractor = reader.extractor();
        let rows = chunk * CHUNK..n.min((chunk + 1) * CHUNK);
        let standing = |row| Some(Standing { row, group: group(row), ..extractor.standing(&input(row))? });
        rows.filter_map(standing).collect::<Vec<_>>()
    };
    let standings: Vec<Standing> = (0..n.div_ceil(CHUNK)).into_par_iter().flat_map_iter(standing).collect();
    let (profiles, left_out) = Profiles::gather(&standings, marks.answers, n);
    let left_out: FxHashMap<u32, Arc<LeftOut>> =
        left_out.into_iter().map(|(group, left_out)| (group, Arc::new(left_out))).collect();
    (Arc::new(profiles), (0..n).map(|row| left_out.get(&group(row)).cloned()).collect())
}

fn frequent(pending: &[Pending], place: usize, min_df: u32) -> Vec<u64> {
    let rows: Vec<&[u64]> = pending.iter().map(|pending| pending.ngrams[place].keys.items.as_slice()).collect();
    vocabulary::frequent(&rows, min_df)
}

fn extract<'a>(reader: &Featurizer, inputs: impl Iterator<Item = Input<'a>>) -> Pending {
    let (mut extractor, mut extracted) = (reader.extractor(), Extracted::default());
    let mut pending = Pending::default();
    for input in inputs {
        extractor.extract(&input, &mut extracted);
        pending.fixed.items.extend_from_slice(&extracted.fixed);
        pending.fixed.end_row();
        for (pending, counts) in pending.ngrams.iter_mut().zip(&extracted.ngrams) {
            pending.keys.items.extend(counts.iter().map(|(key, _)| *key));
            pending.counts.extend(counts.iter().map(|(_, count)| (*count).min(LARGE) as u8));
            pending.large.extend(counts.iter().map(|(_, count)| *count).filter(|count| *count >= LARGE));
            pending.keys.end_row();
        }
    }
    pending.fixed.items.shrink_to_fit();
    for pending in &mut pending.ngrams {
        pending.keys.items.shrink_to_fit();
        pending.counts.shrink_to_fit();
    }
    pending
}

fn columns(featurizer: &Featurizer, pending: &Pending) -> Chunk {
    let mut chunk = Chunk { indptr: vec![0], ..Chunk::default() };
    let (mut row, mut scratch, mut found) = (Extracted::default(), Vec::new(), Vec::new());
    let mut large = pending.ngrams.each_ref().map(|pending| pending.large.iter());
    for index in 0..pending.fixed.ends.len() - 1 {
        row.fixed.clear();
        row.fixed.extend_from_slice(&pending.fixed.items[pending.fixed.range(index)]);
        for ((counts, pending), large) in row.ngrams.iter_mut().zip(&pending.ngrams).zip(&mut large) {
            let range = pending.keys.range(index);
            let keys = pending.keys.items[range.clone()].iter().copied();
            counts.clear();
            let count = |count: &u8| match u32::from(*count) {
                LARGE => *large.next().expect("each large count was kept"),
                count => count,
            };
            counts.extend(keys.zip(pending.counts[range].iter().map(count)));
        }
        featurizer.columns(&row, &mut scratch, &mut found);
        chunk.columns.extend(found.iter().map(|(column, _)| *column));
        chunk.values.extend(found.iter().map(|(_, value)| *value));
        chunk.indptr.push(chunk.columns.len() as u32);
    }
    chunk.columns.shrink_to_fit();
    chunk.values.shrink_to_fit();
    chunk
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 4] = ["close the library", "keep the library open", "the bus", "open it now, now"];

    fn fitted(options: Options) -> (Featurizer, SparseRows) {
        fit(options, TEXTS.len(), |row| Input::of(TEXTS[row]), &Threads::default(), Marks::default(), None, |_| ())
    }

    #[test]
    fn the_vocabulary_holds_what_occurs_often_enough() {
        let options = Options { blocks: vec![Block::Words], min_df: 2, ..Options::default() };
        let (featurizer, rows) = fitted(options);
        // the, library, open, "the library"
        assert_eq!(featurizer.layout.n_features(), 4);
        assert_eq!(rows.row(2).columns.len(), 1);
        assert_eq!(rows.row(2).columns[0], 0, "the most frequent comes first");
    }

    #[test]
    fn a_row_counted_in_training_is_the_row_that_scoring_reads() {
        let long = ["ha ha ha ".repeat(300), "no ".repeat(255), "so so".to_owned()];
        let texts: Vec<&str> = TEXTS.into_iter().chain(long.iter().map(String::as_str)).collect();
        for hash_bits in [None, Some(12)] {
            let options = Options { min_df: 1, hash_bits, ..Options::default() };
            let input = |row: usize| Input::of(texts[row]);
            let (featurizer, rows) =
                fit(options, texts.len(), input, &Threads::default(), Marks::default(), None, |_| ());
            let (mut extractor, mut extracted) = (featurizer.extractor(), Extracted::default());
            for (index, text) in texts.iter().enumerate() {
                extractor.extract(&Input::of(text), &mut extracted);
                let mut read = Vec::new();
                featurizer.columns(&extracted, &mut Vec::new(), &mut read);
                assert_eq!(read, rows.row(index).iter().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn the_columns_of_a_base_come_first() {
        let options = Options { blocks: vec![Block::Words], min_df: 1, ..Options::default() };
        let (base, _) = fitted(options.clone());
        let more = ["a wholly new library"];
        let (featurizer, _) =
            fit(options, 1, |row| Input::of(more[row]), &Threads::default(), Marks::default(), Some(&base), |_| ());
        let (old, new) = (base.vocabularies[0].keys(), featurizer.vocabularies[0].keys());
        assert_eq!(&new[..old.len()], old);
        assert_eq!(new.len(), old.len() + 6, "three words and three pairs, \"library\" known");
    }
}
