//! One input to its features, block by block.

use std::sync::Arc;

use crate::features::blocks::{Block, Blocks, Layout};
use crate::features::char_ngram_cache::CharNgramCache;
use crate::features::context;
use crate::features::context::Others;
use crate::features::counter::Counter;
use crate::features::document::Document;
use crate::features::embeddings::Embeddings;
use crate::features::input::Input;
use crate::features::lexicon::{Lexicon, Rarity};
use crate::features::options::Options;
use crate::features::own::{Own, Part};
use crate::features::profile;
use crate::features::profile::{Profiles, Scratch};
use crate::features::spline;
use crate::features::standing::Standing;
use crate::features::text_vector::TextVector;
use crate::features::thread_summary::ThreadSummary;
use crate::features::vocabulary::Vocabulary;
use crate::features::{cues, drift, semantic, shape};
use crate::text::cues::{CueLists, Found, List};
use crate::text::hash;
use crate::text::near_groups::{NearGroups, Word};
use crate::text::ngrams;
use crate::text::ngrams::Char;
use crate::text::no_text::has_text;
use crate::text::rules::Rules;
use crate::text::token::{Kind, Tokens};
use crate::text::tokenizer::Tokenizer;

/// The features of one input before any vocabulary is applied. Reused from input to input.
#[derive(Debug, Default)]
pub struct Extracted {
    /// Columns and values of the blocks that need no vocabulary.
    pub fixed: Vec<(u32, f32)>,
    /// Keys and counts of [`Block::NGRAMS`], in the order of their first occurrence. With `hash_bits` a key is already
    /// the column within its block.
    pub ngrams: [Vec<(u64, u32)>; Block::NGRAMS.len()],
    /// The keys of characters are also columns within their block, and only of those that have one.
    pub(crate) found_chars: bool,
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
    cues: Arc<CueLists>,
    found: Found,
    layout: Layout,
    tokenizer: Tokenizer,
    tokens: Tokens,
    /// Where the rules are that a quotation is not the comment's own.
    own: Option<Own>,
    counter: Counter,
    chunk: Vec<Char>,
    near: NearGroups,
    /// Where the vocabulary is known already.
    chars: Option<CharNgramCache>,
    beside: Option<Beside>,
}

/// The reader of a comment's context texts, and the comment as they are read.
#[derive(Debug)]
struct Beside {
    lexicon: Lexicon,
    /// Hashes unchanged words, however the comment's own words are hashed.
    tokenizer: Tokenizer,
    tokens: Tokens,
    others: Others,
    comment: Document,
    /// The comment with its quotations.
    whole: Document,
    profiles: Arc<Profiles>,
    /// The comment in the form in which it is compared to profiles.
    vector: TextVector,
    scratch: Scratch,
}

impl Extractor {
    /// `cues` are those of `options.language`, `rarity` and `profiles` those of the training comments.
    #[must_use]
    pub fn new(options: Arc<Options>, cues: Arc<CueLists>, rarity: &Arc<Rarity>, profiles: &Arc<Profiles>) -> Self {
        let needs = |block: &Block| Block::BESIDE.contains(block) || Block::VECTORS.contains(block);
        let beside = options.blocks.iter().any(needs).then(|| {
            let embeddings = Embeddings::shipped();
            let own = embeddings.filter(|own| options.embeddings.as_deref() == Some(own.digest()));
            Beside {
                lexicon: Lexicon::new(options.language, Arc::clone(rarity), own),
                tokenizer: options.tokenizer(None),
                tokens: Tokens::default(),
                others: Others::default(),
                comment: Document::default(),
                whole: Document::default(),
                profiles: Arc::clone(profiles),
                vector: TextVector::default(),
                scratch: Scratch::default(),
            }
        });
        let tokenizer = options.tokenizer(options.stem);
        let own = (options.text == Rules::Second).then(Own::default);
        let layout = Layout::new(&options.blocks, [0; Block::NGRAMS.len()]);
        Self {
            options,
            cues,
            found: Found::default(),
            layout,
            tokenizer,
            tokens: Tokens::default(),
            own,
            counter: Counter::default(),
            chunk: Vec::new(),
            near: NearGroups::default(),
            chars: None,
            beside,
        }
    }

    /// The same, but it finds the columns of characters itself, in the vocabulary of their block.
    #[must_use]
    pub(crate) fn finding(mut self, vocabulary: Arc<Vocabulary>) -> Self {
        self.chars = Some(CharNgramCache::new(vocabulary, self.options.chars));
        self
    }

    /// The features of `input`; `out` is overwritten.
    pub fn extract(&mut self, input: &Input<'_>, out: &mut Extracted) {
        let all = self.options.blocks.iter().copied().collect();
        self.extract_blocks(input, all, out);
    }

    /// The same for some of the blocks in use.
    pub(crate) fn extract_blocks(&mut self, input: &Input<'_>, blocks: Blocks, out: &mut Extracted) {
        let Self { options, cues, found, layout, tokenizer, tokens, own, counter, chunk, near, chars, beside } = self;
        let whole = input.text;
        let Part { input, length, quoted } = read(own, tokenizer, tokens, input);
        let input = &input;
        out.fixed.clear();
        if blocks.has_any(&[Block::Cues, Block::Guesses, Block::Groups]) {
            cues.find(tokens, found);
        }
        out.found_chars = chars.is_some();
        let named = blocks.has_any(&[Block::Target, Block::Conjoined, Block::ConjoinedChars, Block::Profile]);
        let target = beside.as_mut().filter(|_| named).and_then(|beside| beside.target(input));
        let id = target.map(target_id);
        for (place, counts) in out.ngrams.iter_mut().enumerate() {
            counts.clear();
            let block = Block::NGRAMS[place];
            if blocks.contains(block) {
                if let (Block::Chars, Some(chars)) = (block, &mut *chars) {
                    chars.count(tokens, counter, counts);
                } else if block == Block::Groups {
                    counter.start();
                    near.read(tokens, found.of(List::Groups));
                    near.ngrams(|hash, _| counter.add(options.key(hash), 1, counts));
                } else {
                    counter.start();
                    each_ngram(options, tokens, target, chunk, place, |key, _, _, _| counter.add(key, 1, counts));
                }
            }
        }
        if blocks.contains(Block::Cues) {
            cues::extract(layout.columns(Block::Cues).start, found.of(List::Cues), tokens, &mut out.fixed);
        }
        if blocks.contains(Block::Guesses) {
            cues::extract_guesses(
                layout.columns(Block::Guesses).start,
                found.of(List::Guesses),
                tokens,
                &mut out.fixed,
            );
        }
        if blocks.contains(Block::Shape) {
            counter.start();
            chunk.clear();
            for token in tokens.words() {
                counter.add(token.hash, 1, chunk);
            }
            let counts = (length, chunk.len(), quoted);
            shape::extract(layout.columns(Block::Shape).start, counts, tokens, &mut out.fixed);
        }
        if let Some(beside) = beside {
            beside.extract(options, (layout, blocks), (input, whole), id, tokens, &mut out.fixed);
        }
    }

    /// Sums up the comments of a thread.
    pub fn summarise(&mut self, texts: impl IntoIterator<Item: AsRef<str>>) -> ThreadSummary {
        let mut summary = ThreadSummary::default();
        if let Some(beside) = &mut self.beside {
            for text in texts.into_iter().filter(|text| has_text(text.as_ref())) {
                beside.comment.read(text.as_ref(), &mut beside.tokenizer, &mut beside.tokens, &mut beside.lexicon);
                summary.add(&beside.comment);
            }
        }
        summary.finish()
    }

    /// The stems of a text, each once.
    pub(crate) fn stems(&mut self, text: &str) -> impl Iterator<Item = u64> {
        if let Some(beside) = &mut self.beside {
            beside.comment.read(text, &mut beside.tokenizer, &mut beside.tokens, &mut beside.lexicon);
        }
        self.beside.iter().flat_map(|beside| beside.comment.values().map(|(stem, _)| stem))
    }

    /// The texts of a comment and its target, if both are known; its row and group are not filled in.
    pub(crate) fn standing(&mut self, input: &Input<'_>) -> Option<Standing> {
        let beside = self.beside.as_mut()?;
        let input = &read(&mut self.own, &mut self.tokenizer, &mut self.tokens, input).input;
        let target = target_id(beside.target(input)?);
        let Beside { lexicon, tokenizer, tokens, comment, .. } = beside;
        let mut vector = |text: &str| {
            comment.read(text, tokenizer, tokens, lexicon);
            comment.text_vector()
        };
        Some(Standing { target, about: vector(input.towards()?), comment: vector(input.text), row: 0, group: 0 })
    }

    /// Every occurrence of every n-gram in the input's text, in order. One of characters has the position of its first
    /// token.
    pub fn spans(&mut self, input: &Input<'_>) -> Vec<Span> {
        let Self { options, cues, found, tokenizer, tokens, own, chunk, near, beside, .. } = self;
        let input = &read(own, tokenizer, tokens, input).input;
        let target = beside.as_mut().and_then(|beside| beside.target(input));
        let mut spans = Vec::new();
        let all = tokens.as_slice();
        for (place, block) in Block::NGRAMS.into_iter().enumerate() {
            if block == Block::Groups && options.blocks.contains(&block) {
                cues.find(tokens, found);
                near.read(tokens, found.of(List::Groups));
                near.ngrams(|hash, words| {
                    let (first, last) = (words[0].first, words[words.len() - 1].last);
                    let (begin, end) = (all[first].begin as usize, all[last].end as usize);
                    spans.push(Span { ngram: place, key: options.key(hash), begin, end });
                });
            } else if block != Block::Target && options.blocks.contains(&block) {
                each_ngram(options, tokens, target, chunk, place, |key, first, last, _| {
                    let last = if block == Block::Chars { first } else { last };
                    let (begin, end) = (all[first].begin as usize, all[last].end as usize);
                    spans.push(Span { ngram: place, key, begin, end });
                });
            }
        }
        spans
    }

    /// Calls `found(ngram, key, name)` for the n-grams of `input` for which `wanted(ngram, key)` holds.
    pub fn names(
        &mut self,
        input: &Input<'_>,
        mut wanted: impl FnMut(usize, u64) -> bool,
        mut found: impl FnMut(usize, u64, String),
    ) {
        let Self { options, cues, found: phrases, tokenizer, tokens, own, chunk, near, beside, .. } = self;
        let input = &read(own, tokenizer, tokens, input).input;
        let target = beside.as_mut().and_then(|beside| beside.target(input));
        for (place, block) in Block::NGRAMS.into_iter().enumerate() {
            if block == Block::Groups && options.blocks.contains(&block) {
                cues.find(tokens, phrases);
                near.read(tokens, phrases.of(List::Groups));
                near.ngrams(|hash, words| {
                    let key = options.key(hash);
                    if wanted(place, key) {
                        let word = |word: &Word| {
                            if word.is_group { "[group]" } else { tokens.norm(&tokens.as_slice()[word.first]) }
                        };
                        found(place, key, words.iter().map(word).collect::<Vec<_>>().join(" "));
                    }
                });
            } else if options.blocks.contains(&block) {
                each_ngram(options, tokens, target, chunk, place, |key, first, last, chars| {
                    if wanted(place, key) {
                        let words = |tokens: &Tokens| {
                            let words = tokens.as_slice()[first..=last].iter();
                            let words = words.filter(|token| token.kind != Kind::Punctuation);
                            words.map(|token| tokens.norm(token)).collect::<Vec<_>>().join(" ")
                        };
                        let letters =
                            || chars.iter().filter_map(|(c, _)| char::from_u32(*c as u32)).collect::<String>();
                        let name = match (block, target) {
                            (Block::Chars, _) => letters(),
                            (Block::ConjoinedChars, _) => {
                                format!("{} (towards {:.40})", letters(), input.towards().unwrap_or_default())
                            }
                            (Block::Target, Some(target)) => format!("target: {}", words(target)),
                            (Block::Conjoined, _) => {
                                format!("{} (towards {:.40})", words(tokens), input.towards().unwrap_or_default())
                            }
                            _ => words(tokens),
                        };
                        found(place, key, name);
                    }
                });
            }
        }
    }
}

/// The comment's own part of an input, and its tokens.
fn read<'a>(own: &'a mut Option<Own>, tokenizer: &mut Tokenizer, tokens: &mut Tokens, input: &Input<'a>) -> Part<'a> {
    tokenizer.tokenize(input.text, tokens);
    match own {
        Some(own) if tokens.may_quote(input.parent_text.is_some()) => {
            let part = own.read(input);
            if part.length < input.text.len() {
                tokenizer.tokenize(part.input.text, tokens);
            }
            part
        }
        _ => Part::whole(input),
    }
}

impl Beside {
    /// The tokens of the target of the comment's stance.
    fn target(&mut self, input: &Input<'_>) -> Option<&Tokens> {
        self.tokenizer.tokenize(input.towards()?, &mut self.tokens);
        Some(&self.tokens)
    }

    /// Adds the blocks of context and of word vectors to `row`. The topic of a comment also depends on its `whole`
    /// text, including quotations.
    fn extract(
        &mut self,
        options: &Options,
        (layout, blocks): (&Layout, Blocks),
        (input, whole): (&Input<'_>, &str),
        target: Option<u64>,
        tokens: &Tokens,
        row: &mut Vec<(u32, f32)>,
    ) {
        let Self { lexicon, tokenizer, tokens: own, others, comment, whole: quoting, profiles, vector, scratch } = self;
        let has = |block: &Block| blocks.contains(*block);
        // Whether its words are asked for, or its vector alone.
        let by_words = blocks.has_any(&[Block::Context, Block::Profile]);
        if !by_words && !blocks.has_any(&[Block::Drift]) && !blocks.has_any(&Block::VECTORS) {
            return;
        }
        match (options.stem, by_words) {
            (None, true) => comment.read_tokens(tokens, lexicon),
            (None, false) => comment.read_vector(tokens, lexicon),
            (Some(_), true) => comment.read(input.text, tokenizer, own, lexicon),
            (Some(_), false) => {
                tokenizer.tokenize(input.text, own);
                comment.read_vector(own, lexicon);
            }
        }
        if blocks.has_any(&[Block::Context, Block::Drift]) {
            others.read(input, tokenizer, own, lexicon);
        } else if blocks.has_any(&[Block::Relation, Block::Cross]) {
            others.read_target(input, tokenizer, own, lexicon);
        }
        if has(&Block::Context) {
            let about = if whole == input.text {
                &*comment
            } else {
                quoting.read(whole, tokenizer, own, lexicon);
                &*quoting
            };
            context::extract(layout.columns(Block::Context).start, input, about, others, lexicon, row);
        }
        let first = |block: Block| layout.columns(block).start;
        if has(&Block::Drift) {
            drift::extract(first(Block::Drift), others, lexicon, row);
        }
        if has(&Block::Semantic) {
            semantic::extract(first(Block::Semantic), comment, row);
        }
        if has(&Block::Relation) {
            semantic::relation(first(Block::Relation), comment, others.target(), row);
        }
        if has(&Block::Cross) {
            semantic::cross(first(Block::Cross), comment, others.target(), row);
        }
        if has(&Block::Profile) {
            comment.write_text_vector(vector);
            profiles.extract(first(Block::Profile), target, vector, input.left_out, scratch, row);
        }
    }
}

/// Calls `found(key, first, last, characters)` for each n-gram of a block; `first` and `last` index the tokens, of the
/// target where the n-gram is one of the target.
#[inline]
fn each_ngram(
    options: &Options,
    tokens: &Tokens,
    target: Option<&Tokens>,
    chunk: &mut Vec<Char>,
    place: usize,
    mut found: impl FnMut(u64, usize, usize, &[Char]),
) {
    let key = |hash: u64| options.key(hash);
    match (Block::NGRAMS[place], target) {
        (Block::Words, _) => {
            let lengths = options.ngrams;
            ngrams::words(tokens, lengths.min, lengths.max, |hash, first, last| found(key(hash), first, last, &[]));
        }
        (Block::Chars, _) => {
            let lengths = options.chars;
            ngrams::chars(tokens, lengths.min, lengths.max, chunk, |hash, chars| {
                let first = chars.first().map_or(0, |(_, token)| *token as usize);
                let last = chars.last().map_or(0, |(_, token)| *token as usize);
                found(key(hash), first, last, chars);
            });
        }
        (Block::Phrases, _) => {
            let shortest = options.ngrams.max + 1;
            ngrams::words(tokens, shortest, shortest, |hash, first, last| found(key(hash), first, last, &[]));
        }
        (Block::Target, Some(target)) => {
            ngrams::words(target, 1, TARGET_WORDS, |hash, first, last| found(key(hash), first, last, &[]));
        }
        (Block::Conjoined, Some(target)) => {
            let id = target_id(target);
            ngrams::words(tokens, 1, 1, |hash, first, last| found(key(hash::mix(hash, id)), first, last, &[]));
        }
        (Block::ConjoinedChars, Some(target)) => {
            let (id, lengths) = (target_id(target), options.chars);
            ngrams::chars(tokens, lengths.min, lengths.max, chunk, |hash, chars| {
                let first = chars.first().map_or(0, |(_, token)| *token as usize);
                let last = chars.last().map_or(0, |(_, token)| *token as usize);
                found(key(hash::mix(hash, id)), first, last, chars);
            });
        }
        _ => {}
    }
}

/// Targets of the same words are the same target.
fn target_id(target: &Tokens) -> u64 {
    target.words().fold(0, |id, token| hash::mix(id, token.hash))
}

/// The longest n-grams of a target.
const TARGET_WORDS: usize = 2;

/// The meaning of a column of a block without a vocabulary, in full and without its number; `column` counts within the
/// block.
#[must_use]
pub(crate) fn fixed_name(block: Block, column: usize) -> Option<(String, String)> {
    match block {
        Block::Cues => cues::name(column),
        Block::Guesses => cues::name_of_guess(column),
        Block::Shape => spline::of_column(&shape::QUANTITIES, column)
            .map(|(quantity, knot)| (format!("{}: {knot}", quantity.name), quantity.name.to_owned())),
        Block::Context => context::name(column),
        Block::Drift => drift::name(column),
        Block::Semantic => Some(semantic::name(column)),
        Block::Relation => semantic::relation_name(column),
        Block::Cross => Some(semantic::cross_name(column)),
        Block::Profile => profile::name(column),
        Block::Words
        | Block::Chars
        | Block::Phrases
        | Block::Target
        | Block::Conjoined
        | Block::ConjoinedChars
        | Block::Groups => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extractor(options: Options) -> Extractor {
        let cues = Arc::new(CueLists::of(options.language));
        Extractor::new(Arc::new(options), cues, &Arc::default(), &Arc::default())
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
        let spans = extractor.spans(&Input::of(text));
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
        let fixed = Block::ALL.into_iter().filter(|block| !Block::NGRAMS.contains(block)).collect::<Vec<_>>();
        let layout = Layout::new(&fixed, [0; Block::NGRAMS.len()]);
        for block in fixed.iter().copied() {
            assert!((0..layout.columns(block).len()).all(|column| fixed_name(block, column).is_some()));
        }
    }
}
