//! Which parts of a comment are somebody else's words: lines that begin with `>`, `<blockquote>`, `[quote]`, what
//! follows "Ann wrote:", and lines, or words between quotation marks, that are in the parent.
//!
//! If the parent is known, a marked quotation must contain something of it, or of another known text: nobody gets an
//! insult through by putting `>` before it. Unknown texts cannot be checked.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::text::character::tag;
use crate::text::ngrams;
use crate::text::quote_marks::{Block, Marked, blocks, is_break, is_marked, marked};
use crate::text::token::{Kind, Token, Tokens};
use crate::text::tokenizer::Tokenizer;

/// This many words that are in the parent in this order are a quotation, if they are everything between quotation
/// marks,
const IN_MARKS: usize = 4;
/// or a whole line,
const WHOLE_LINE: usize = 4;
/// or a whole sentence in a comment with any hint of a quotation.
const WHOLE_SENTENCE: usize = 6;
/// Words are searched for in the parent in threes.
const GRAM: usize = 3;
/// This share of a marked quotation's word pairs must be in a text that it can come from.
const SHARED: f32 = 0.5;
/// Finds quotations. Holds scratch space: one per thread.
#[derive(Debug, Default)]
pub(crate) struct Quotes {
    tokenizer: Tokenizer,
    tokens: Tokens,
    parent: Source,
    other: Source,
    blocks: Vec<Block>,
    marked: Vec<Marked>,
    spans: Vec<Range<usize>>,
    /// By token: it is one of some words that the parent has in this order.
    taken: Vec<bool>,
}

/// A text that may have been quoted, as its n-grams of words.
#[derive(Debug, Default)]
struct Source {
    text: String,
    tokens: Tokens,
    grams: FxHashSet<u64>,
}

impl Quotes {
    /// The bytes of `text` that are quoted, in order; `others` are texts that may be quoted besides the parent's.
    ///
    /// A text that would otherwise be empty has no quotation: the quotation is then what is scored.
    pub(crate) fn find(&mut self, text: &str, parent: Option<&str>, others: &[Option<&str>]) -> &[Range<usize>] {
        self.spans.clear();
        if parent.is_none() && !is_marked(text) {
            return &self.spans;
        }
        blocks(text, &mut self.blocks);
        marked(text, &self.blocks, parent.is_some(), &mut self.marked);
        if self.marked.is_empty() && parent.is_none() {
            return &self.spans;
        }
        let Self { tokenizer, tokens, parent: source, other, marked, spans, .. } = self;
        if let Some(parent) = parent {
            source.read(parent, tokenizer);
            marked.retain(|marked| {
                let words = &text[marked.words.clone()];
                tokenizer.tokenize(words, tokens);
                let mut others = others.iter().flatten();
                source.has(tokens) || others.any(|text| other.read(text, tokenizer).has(tokens))
            });
        }
        spans.extend(marked.iter().map(|marked| marked.whole.clone()));
        tokenizer.tokenize(text, tokens);
        if parent.is_some() {
            self.taken_up();
        }
        self.unite(text);
        // Names, numbers and addresses next to a quotation are nothing to score.
        let says = |token: &Token| matches!(token.kind, Kind::Word | Kind::Emoji) && !self.is_quoted(token);
        if !self.tokens.as_slice().iter().any(says) {
            self.spans.clear();
        }
        &self.spans
    }

    /// How many words the spans have that were found last.
    #[must_use]
    pub(crate) fn n_words(&self) -> usize {
        if self.spans.is_empty() { 0 } else { self.tokens.words().filter(|token| self.is_quoted(token)).count() }
    }

    fn is_quoted(&self, token: &Token) -> bool {
        let at = token.begin as usize;
        let next = self.spans.partition_point(|span| span.end <= at);
        self.spans.get(next).is_some_and(|span| span.start <= at)
    }

    /// Adds what the parent contains word for word.
    fn taken_up(&mut self) {
        let Self { tokens, parent, taken, spans, blocks, .. } = self;
        taken.clear();
        taken.resize(tokens.as_slice().len(), false);
        let mut any = false;
        ngrams::words(tokens, GRAM, GRAM, |hash, first, last| {
            if parent.grams.contains(&hash) {
                taken[first..=last].fill(true);
                any = true;
            }
        });
        if !any {
            return;
        }
        let all = tokens.as_slice();
        let is_word = |at: usize| all[at].kind != Kind::Punctuation;
        // Punctuation goes with the words around it; numbers, names and addresses are all alike.
        let whole = |places: Range<usize>, least: usize| {
            places.clone().filter(|at| all[*at].kind == Kind::Word).count() >= least
                && places.into_iter().all(|at| taken[at] || !is_word(at))
        };
        let mut add =
            |places: Range<usize>| spans.push(all[places.start].begin as usize..all[places.end - 1].end as usize);
        // Text between two quotation marks of any kind: the parent contains it.
        let marks = (0..all.len())
            .filter(|at| !is_word(*at) && tokens.norm(&all[*at]).contains(['"', '“', '”', '„', '«', '»', '\'', '*']));
        let mut last = None;
        for mark in marks {
            if let Some(last) = last.replace(mark).filter(|last| last + 1 < mark && whole(last + 1..mark, IN_MARKS)) {
                add(last..mark + 1);
            }
        }
        // A sentence, or other text between marks that separate sentences.
        let (mut begin, ends) = (0, ['.', '!', '?', '…', ':', ';', '"', '“', '”', '\'', '*', '(', ')', '{', '}', '|']);
        for at in (0..all.len()).filter(|at| !is_word(*at) && tokens.norm(&all[*at]).contains(ends)).chain([all.len()])
        {
            if begin < at && whole(begin..at, WHOLE_SENTENCE) {
                add(begin..all.len().min(at + 1));
            }
            begin = at + 1;
        }
        let mut next = 0;
        for line in blocks.iter().filter(|block| !block.is_quotation) {
            let first = next + all[next..].partition_point(|token| (token.begin as usize) < line.begin);
            next = first + all[first..].partition_point(|token| (token.begin as usize) < line.end);
            if whole(first..next, WHOLE_LINE) {
                add(first..next);
            }
        }
    }

    /// Puts the spans in order, takes those together that touch, and the line breaks after them along.
    fn unite(&mut self, text: &str) {
        let Self { spans, .. } = self;
        for span in spans.iter_mut() {
            loop {
                span.end = text.len() - text[span.end..].trim_start().len();
                match tag(text, span.end).filter(|end| is_break(&text[span.end..*end])) {
                    Some(end) => span.end = end,
                    None => break,
                }
            }
        }
        spans.sort_unstable_by_key(|span| (span.start, span.end));
        spans.dedup_by(|next, kept| {
            let touches = next.start <= kept.end;
            if touches {
                kept.end = kept.end.max(next.end);
            }
            touches
        });
    }
}

impl Source {
    /// Reads a text, unless it was the last one read.
    fn read(&mut self, text: &str, tokenizer: &mut Tokenizer) -> &Self {
        if self.text != text {
            let Self { tokens, grams, .. } = self;
            tokenizer.tokenize(text, tokens);
            grams.clear();
            ngrams::words(tokens, 1, GRAM, |hash, _, _| {
                grams.insert(hash);
            });
            text.clone_into(&mut self.text);
        }
        self
    }

    /// Whether a quotation can be from this text.
    fn has(&self, quotation: &Tokens) -> bool {
        let length = quotation.words().take(2).count();
        let (mut all, mut shared) = (0, 0);
        ngrams::words(quotation, length, length, |hash, _, _| {
            all += 1;
            shared += usize::from(self.grams.contains(&hash));
        });
        length == 0 || shared as f32 >= SHARED * all as f32
    }
}
