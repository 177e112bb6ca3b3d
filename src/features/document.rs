//! A text for features of context: its words by stem, its mean vector, and those of its sentences.

use crate::features::embeddings::{DIM, dot, normalise};
use crate::features::lexicon::{Lexicon, Word};
use crate::features::sublinear::sublinear;
use crate::features::text_vector::TextVector;
use crate::text::token::{Kind, Tokens};
use crate::text::tokenizer::Tokenizer;

/// A stem in fewer than one of ten comments is informative about the topic of a text.
const TELLING: f32 = std::f32::consts::LN_10;
/// At most this many sentences of a text are examined separately.
const SENTENCES: usize = 64;
/// At most this many of the rarest words of the text that a comment is compared to are searched for in it.
const SOUGHT: usize = 16;

/// A stem of a text.
#[derive(Clone, Copy, Debug)]
struct Term {
    stem: u64,
    count: u32,
    rarity: f32,
    vector: Option<u32>,
    /// TF-IDF, so that the squares of a text's terms add up to 1.
    value: f32,
}

/// A text, read. Used again from text to text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    text: String,
    terms: Vec<Term>,
    /// Places in `terms` of the telling ones, rarest first.
    telling: Vec<u32>,
    /// Unit length, or zero where no word has a vector. Shape `(DIM,)`.
    vector: Vec<f32>,
    /// The same of each sentence.
    sentences: Vec<[f32; DIM]>,
    questions: f32,
    /// The words that have vectors, in order.
    vectors: Vec<u32>,
    /// How many of them precede the end of each sentence that has any.
    ends: Vec<usize>,
}

/// How alike a comment and another text are; each between 0 and 1, but cosines of vectors from -1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Likeness {
    /// The share of the other's telling words that the comment has, weighted by rarity.
    pub(crate) overlap: f32,
    /// The same, but a word that the comment does not have counts by its most similar word there.
    pub(crate) soft: f32,
    /// The cosine of TF-IDF.
    pub(crate) cosine: f32,
    /// The cosine of mean vectors, and the greatest of a sentence; if both have vectors.
    pub(crate) vectors: Option<(f32, f32)>,
}

impl Document {
    /// Reads a text, unless it was the last one read.
    pub(crate) fn read(&mut self, text: &str, tokenizer: &mut Tokenizer, tokens: &mut Tokens, lexicon: &mut Lexicon) {
        if !self.is_of(text) {
            tokenizer.tokenize(text, tokens);
            self.read_tokens(tokens, lexicon);
            text.clone_into(&mut self.text);
        }
    }

    /// Whether it is this text that was read last.
    pub(crate) fn is_of(&self, text: &str) -> bool {
        self.text == text && !self.vector.is_empty()
    }

    /// The bytes of its text.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Reads tokens, which must be hashed by word and not by stem.
    pub(crate) fn read_tokens(&mut self, tokens: &Tokens, lexicon: &mut Lexicon) {
        self.sum_vectors(tokens, lexicon, |terms, word| {
            terms.push(Term { stem: word.stem, count: 1, rarity: word.rarity, vector: word.vector, value: 0.0 });
        });
        self.sentences.iter_mut().for_each(|sentence| normalise(sentence));
        self.gather();
    }

    /// Reads nothing off tokens but their mean vector.
    pub(crate) fn read_vector(&mut self, tokens: &Tokens, lexicon: &mut Lexicon) {
        self.sum_vectors(tokens, lexicon, |_, _| {});
        self.sentences.clear();
        self.telling.clear();
    }

    /// Sums up the vectors of words by sentence, and of all; `met` is called for each word.
    fn sum_vectors(&mut self, tokens: &Tokens, lexicon: &mut Lexicon, met: impl Fn(&mut Vec<Term>, Word)) {
        self.text.clear();
        self.terms.clear();
        self.sentences.clear();
        self.questions = 0.0;
        self.vector.clear();
        self.vector.resize(DIM, 0.0);
        self.vectors.clear();
        self.ends.clear();
        // All words are looked up before any vector is added, so that the loads do not wait for one another.
        for token in tokens.as_slice() {
            match token.kind {
                Kind::Word => {
                    let word = lexicon.look_up(tokens, token);
                    self.vectors.extend(word.vector);
                    met(&mut self.terms, word);
                }
                Kind::Punctuation => {
                    let mark = tokens.norm_bytes(token);
                    if mark.iter().any(|byte| matches!(byte, b'.' | b'!' | b'?')) {
                        self.end_sentence();
                        self.questions += f32::from(u8::from(mark.contains(&b'?')));
                    }
                }
                _ => {}
            }
        }
        self.end_sentence();
        if let (Some(embeddings), Some(last)) = (lexicon.embeddings, self.ends.last_mut()) {
            // Text after the last separately examined sentence counts as part of it.
            *last = self.vectors.len();
            let mut begin = 0;
            for end in &self.ends {
                self.sentences.push(embeddings.sum(&self.vectors[begin..*end]));
                begin = *end;
            }
        }
        for sentence in &self.sentences {
            self.vector.iter_mut().zip(sentence.iter()).for_each(|(sum, value)| *sum += value);
        }
        normalise(&mut self.vector);
    }

    /// Ends a sentence, if it has a word with a vector.
    fn end_sentence(&mut self) {
        if self.vectors.len() > self.ends.last().copied().unwrap_or(0) && self.ends.len() < SENTENCES {
            self.ends.push(self.vectors.len());
        }
    }

    /// Makes of occurrences terms.
    fn gather(&mut self) {
        self.terms.sort_by_key(|term| term.stem);
        self.terms.dedup_by(|next, kept| {
            let same = next.stem == kept.stem;
            if same {
                kept.count += next.count;
            }
            same
        });
        let mut squares = 0.0;
        for term in &mut self.terms {
            term.value = sublinear(term.count) * term.rarity;
            squares += term.value * term.value;
        }
        let norm = squares.sqrt().max(f32::MIN_POSITIVE);
        self.terms.iter_mut().for_each(|term| term.value /= norm);
        self.telling.clear();
        self.telling.extend((0..self.terms.len() as u32).filter(|at| self.terms[*at as usize].rarity >= TELLING));
        let rarity = |at: &u32| self.terms[*at as usize].rarity;
        self.telling.sort_unstable_by(|a, b| rarity(b).total_cmp(&rarity(a)).then(a.cmp(b)));
    }

    /// Its mean vector, unless no word has one.
    pub(crate) fn vector(&self) -> Option<&[f32]> {
        self.vector.iter().any(|value| *value != 0.0).then_some(&self.vector)
    }

    /// How many question marks it has, several in a row counted once.
    pub(crate) fn questions(&self) -> f32 {
        self.questions
    }

    /// Stems with their TF-IDF, by stem.
    pub(crate) fn values(&self) -> impl Iterator<Item = (u64, f32)> {
        self.terms.iter().map(|term| (term.stem, term.value))
    }

    /// Its text vector, apart from the document.
    pub(crate) fn text_vector(&self) -> TextVector {
        let mut own = TextVector::default();
        self.write_text_vector(&mut own);
        own
    }

    /// Writes its text vector over another, whose memory is used again.
    pub(crate) fn write_text_vector(&self, to: &mut TextVector) {
        self.vector().unwrap_or_default().clone_into(&mut to.vector);
        to.words.clear();
        to.words.extend(self.values());
    }

    fn find(&self, stem: u64) -> Option<&Term> {
        self.terms.binary_search_by_key(&stem, |term| term.stem).ok().map(|at| &self.terms[at])
    }

    /// How much of `other` this comment takes up.
    pub(crate) fn likeness(&self, other: &Self, lexicon: &Lexicon) -> Likeness {
        let cosine = other.terms.iter().filter_map(|term| Some(term.value * self.find(term.stem)?.value)).sum();
        let sought = other.telling.iter().take(SOUGHT).map(|at| &other.terms[*at as usize]);
        let mut missing = [None; SOUGHT];
        for (missing, term) in missing.iter_mut().zip(sought.clone()) {
            *missing = self.find(term.stem).is_none().then_some(term);
        }
        let similar = self.similar(&missing, lexicon);
        let (mut total, mut exact, mut soft) = (0.0, 0.0, 0.0);
        for (term, (missing, similar)) in sought.zip(missing.iter().zip(similar)) {
            total += term.rarity;
            if missing.is_some() {
                soft += term.rarity * similar;
            } else {
                exact += term.rarity;
                soft += term.rarity;
            }
        }
        let some = f32::max(total, f32::MIN_POSITIVE);
        let vectors = self.vector().zip(other.vector()).map(|(own, vector)| {
            let best = |sentences: &[[f32; DIM]], vector: &[f32]| {
                sentences.iter().map(|sentence| dot(sentence, vector)).fold(-1.0, f32::max)
            };
            (dot(own, vector), best(&self.sentences, vector).max(best(&other.sentences, own)))
        });
        Likeness { overlap: exact / some, soft: soft / some, cosine, vectors }
    }

    /// The similarity of this text's most similar informative word to each of some others; 0 if unknown.
    fn similar(&self, others: &[Option<&Term>; SOUGHT], lexicon: &Lexicon) -> [f32; SOUGHT] {
        let mut similar = [0.0; SOUGHT];
        let Some(embeddings) = lexicon.embeddings else { return similar };
        let others = others.map(|term| term.and_then(|term| term.vector).map(|vector| embeddings.wide(vector)));
        for own in self.telling.iter().filter_map(|at| self.terms[*at as usize].vector) {
            let own = embeddings.wide(own);
            for (similar, other) in similar.iter_mut().zip(&others) {
                if let Some(other) = other {
                    *similar = f32::max(*similar, other.cosine(&own));
                }
            }
        }
        similar
    }
}
