//! One input to its features, block by block.

use std::sync::Arc;

use super::counter::Counter;
use super::knots;
use super::{Block, Input, Layout, Options, cues, shape};
use crate::text::cues::Cues;
use crate::text::ngrams::{self, Char};
use crate::text::{Kind, Tokenizer, Tokens};

/// The features of one input before any vocabulary is looked at. Reused from input to input.
#[derive(Debug, Default)]
pub struct Extracted {
    /// Columns and values of the blocks that need no vocabulary.
    pub fixed: Vec<(u32, f32)>,
    /// Keys and counts of [`Block::NGRAMS`], in the order of their first occurrence. With `hash_bits` a key is already
    /// the column within its block.
    pub ngrams: [Vec<(u64, u32)>; 2],
}

/// Where in the text a feature was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Which of [`Block::NGRAMS`], by position.
    pub ngram: usize,
    /// As in [`Extracted::ngrams`].
    pub key: u64,
    /// First byte in the text.
    pub begin: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Reads features off inputs. Holds scratch space: one per thread.
#[derive(Debug)]
pub struct Extractor {
    options: Arc<Options>,
    cues: Arc<Cues>,
    layout: Layout,
    tokenizer: Tokenizer,
    tokens: Tokens,
    counter: Counter,
    chunk: Vec<Char>,
}

impl Extractor {
    /// `cues` are those of `options.language`.
    #[must_use]
    pub fn new(options: Arc<Options>, cues: Arc<Cues>) -> Self {
        let tokenizer = Tokenizer::new(options.stem);
        let layout = Layout::new(&options.blocks, [0, 0]);
        Self {
            options,
            cues,
            layout,
            tokenizer,
            tokens: Tokens::default(),
            counter: Counter::default(),
            chunk: Vec::new(),
        }
    }

    /// The features of `input`; `out` is overwritten.
    pub fn extract(&mut self, input: &Input<'_>, out: &mut Extracted) {
        let Self { options, cues, layout, tokenizer, tokens, counter, chunk } = self;
        tokenizer.tokenize(input.text, tokens);
        out.fixed.clear();
        for (place, counts) in out.ngrams.iter_mut().enumerate() {
            counts.clear();
            if options.blocks.contains(&Block::NGRAMS[place]) {
                counter.start();
                each_ngram(options, tokens, chunk, place, |key, _, _, _| counter.add(key, counts));
            }
        }
        if options.blocks.contains(&Block::Cues) {
            cues::extract(layout.columns(Block::Cues).start, cues, tokens, &mut out.fixed);
        }
        if options.blocks.contains(&Block::Shape) {
            counter.start();
            chunk.clear();
            for token in tokens.words() {
                counter.add(token.hash, chunk);
            }
            shape::extract(layout.columns(Block::Shape).start, input.text, tokens, chunk.len(), &mut out.fixed);
        }
    }

    /// Every occurrence of every n-gram in `text`, in order. One of characters stands where its first token does.
    pub fn spans(&mut self, text: &str) -> Vec<Span> {
        let Self { options, tokenizer, tokens, chunk, .. } = self;
        tokenizer.tokenize(text, tokens);
        let mut spans = Vec::new();
        for (place, block) in Block::NGRAMS.into_iter().enumerate() {
            if options.blocks.contains(&block) {
                each_ngram(options, tokens, chunk, place, |key, first, last, _| {
                    let all = tokens.as_slice();
                    let last = if block == Block::Words { last } else { first };
                    let (begin, end) = (all[first].begin as usize, all[last].end as usize);
                    spans.push(Span { ngram: place, key, begin, end });
                });
            }
        }
        spans
    }

    /// Calls `found(ngram, key, name)` for the n-grams in `text` for which `wanted(ngram, key)` holds.
    pub fn names(
        &mut self,
        text: &str,
        mut wanted: impl FnMut(usize, u64) -> bool,
        mut found: impl FnMut(usize, u64, String),
    ) {
        let Self { options, tokenizer, tokens, chunk, .. } = self;
        tokenizer.tokenize(text, tokens);
        for (place, block) in Block::NGRAMS.into_iter().enumerate() {
            if options.blocks.contains(&block) {
                each_ngram(options, tokens, chunk, place, |key, first, last, chars| {
                    if wanted(place, key) {
                        let name = if block == Block::Words {
                            let words = tokens.as_slice()[first..=last].iter();
                            let words = words.filter(|token| token.kind != Kind::Punctuation);
                            words.map(|token| tokens.norm(token)).collect::<Vec<_>>().join(" ")
                        } else {
                            chars.iter().filter_map(|(c, _)| char::from_u32(*c as u32)).collect()
                        };
                        found(place, key, name);
                    }
                });
            }
        }
    }
}

/// Calls `found(key, first, last, characters)` for each n-gram of a block; `first` and `last` index the tokens.
#[inline]
fn each_ngram(
    options: &Options,
    tokens: &Tokens,
    chunk: &mut Vec<Char>,
    place: usize,
    mut found: impl FnMut(u64, usize, usize, &[Char]),
) {
    let shift = options.hash_bits.map(|bits| 64 - u32::from(bits));
    let key = |hash: u64| shift.map_or(hash, |shift| hash >> shift);
    if Block::NGRAMS[place] == Block::Words {
        let lengths = options.ngrams;
        ngrams::words(tokens, lengths.min, lengths.max, |hash, first, last| found(key(hash), first, last, &[]));
    } else {
        let lengths = options.chars;
        ngrams::chars(tokens, lengths.min, lengths.max, chunk, |hash, chars| {
            let first = chars.first().map_or(0, |(_, token)| *token as usize);
            let last = chars.last().map_or(0, |(_, token)| *token as usize);
            found(key(hash), first, last, chars);
        });
    }
}

/// What a column of a block without a vocabulary says, in full and without its number; `column` counts within the
/// block.
#[must_use]
pub fn fixed_name(block: Block, column: usize) -> Option<(String, String)> {
    match block {
        Block::Cues => cues::name(column),
        Block::Shape => knots::of_column(&shape::QUANTITIES, column)
            .map(|(quantity, knot)| (format!("{}: {knot}", quantity.name), quantity.name.to_owned())),
        Block::Words | Block::Chars => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extractor(options: Options) -> Extractor {
        let cues = Arc::new(Cues::of(options.language));
        Extractor::new(Arc::new(options), cues)
    }

    #[test]
    fn repeated_words_are_counted_once_with_their_number() {
        let mut extractor = extractor(Options { blocks: vec![Block::Words], ..Options::default() });
        let mut out = Extracted::default();
        extractor.extract(&Input::of("no no no"), &mut out);
        let counts: Vec<u32> = out.ngrams[0].iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, [3, 2]);
        assert!(out.fixed.is_empty() && out.ngrams[1].is_empty());
    }

    #[test]
    fn spans_are_the_occurrences_behind_the_counts() {
        let mut extractor = extractor(Options::default());
        let text = "Oh no, not again. No!";
        let mut out = Extracted::default();
        extractor.extract(&Input::of(text), &mut out);
        let spans = extractor.spans(text);
        for (place, counts) in out.ngrams.iter().enumerate() {
            let total: u32 = counts.iter().map(|(_, count)| count).sum();
            assert_eq!(spans.iter().filter(|span| span.ngram == place).count(), total as usize);
        }
        assert!(spans.iter().any(|span| &text[span.begin..span.end] == "no, not"));
    }

    #[test]
    fn hashed_keys_are_columns() {
        let options = Options { blocks: vec![Block::Words], hash_bits: Some(10), ..Options::default() };
        let mut out = Extracted::default();
        extractor(options).extract(&Input::of("one two three four five six seven"), &mut out);
        assert!(out.ngrams[0].iter().all(|(key, _)| *key < 1024));
    }

    #[test]
    fn fixed_columns_have_names() {
        let layout = Layout::new(&[Block::Cues, Block::Shape], [0, 0]);
        for block in [Block::Cues, Block::Shape] {
            assert!((0..layout.columns(block).len()).all(|column| fixed_name(block, column).is_some()));
        }
    }
}
