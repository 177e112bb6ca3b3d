//! The tokenizer: one pass over the bytes; plain ASCII words take the short way, everything else the careful one.
//!
//! HTML entities count as the character they represent and tags as white space; characters without width (soft hyphens,
//! joiners, direction overrides) are skipped, so that they cannot hide a word.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::text::ascii::AsciiWord;
use crate::text::byte_class::{CLASSES, class};
use crate::text::character::{ignorable, see, tag};
use crate::text::fold::{Folds, Hint, Known, is_dropped};
use crate::text::hash;
use crate::text::push::{copy, push_ascii, push_class, push_hashed, push_norm};
use crate::text::quote_hint::hint;
use crate::text::shapes::{
    apostrophe, emoji, ideograph, marks, next_letter, number, plain_mark, unstretch, web_address, word_char,
};
use crate::text::stem::Language;
use crate::text::stem::Stems;
use crate::text::token::{Kind, Tokens};

/// Splits texts into [`Tokens`]. Keeps scratch space and a cache of stems: one per thread.
#[derive(Debug, Default)]
pub struct Tokenizer {
    stems: Option<Stems>,
    folds: Option<Box<Folds>>,
    word: String,
}

impl Tokenizer {
    /// A tokenizer whose words are hashed by their stems in `stem`, or unchanged.
    #[must_use]
    pub fn new(stem: Option<Language>) -> Self {
        Self { stems: stem.map(Stems::new), folds: None, word: String::new() }
    }

    /// The same, but it also recognises disguised words: lookalike letters, strokes, digits and signs for letters,
    /// spaced letters. Without known words, only letters of another script among Latin ones, and marks piled on
    /// letters.
    #[must_use]
    pub fn folding(stem: Option<Language>, known: Option<Known>) -> Self {
        Self { folds: Some(Box::new(Folds::new(known))), ..Self::new(stem) }
    }

    /// Splits `text`; `out` is overwritten. Only the first 4 GiB of a text are read.
    pub fn tokenize(&mut self, text: &str, out: &mut Tokens) {
        out.clear();
        let text = &text[..text.floor_char_boundary(u32::MAX as usize)];
        let bytes = text.as_bytes();
        let mut line = Line { fresh: true, quoted: false };
        let mut glued = false;
        // How many words of one letter are the last ones.
        let mut apart = 0_u32;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let class = CLASSES[byte as usize];
            if class == class::SPACE {
                if byte == b'\n' {
                    out.line_breaks += 1;
                    line = Line { fresh: true, quoted: false };
                }
                glued = false;
                at += 1;
                continue;
            }
            let first = out.all.len();
            let next = if class & class::WORD != 0 {
                let next = self.plain_word(text, at, out);
                apart = (apart + 1) * u32::from(next - at == 1);
                next
            } else if class == class::PUNCTUATION {
                let next = plain_mark(text, at, out).unwrap_or_else(|| self.punctuation(text, at, out));
                apart = 0;
                if glued || byte == b'$' || byte == b'@' || bytes[next - 1] == b'$' {
                    self.note_sign(text, at..next, first);
                }
                next
            } else {
                let next = self.careful(text, at, out);
                // Invisible characters separate nothing.
                if let Some(token) = out.all.get(first) {
                    let is_letter = matches!(token.kind, Kind::Word | Kind::Emoji)
                        && text[at..next].chars().filter(|c| !is_dropped(*c)).take(2).count() == 1;
                    apart = (apart + 1) * u32::from(is_letter);
                }
                next
            };
            if apart == 3 {
                self.note_apart(first, out);
            }
            if let Some(token) = out.all.get_mut(first) {
                token.glued = glued;
                if line.fresh {
                    line = Line { fresh: false, quoted: out.norm.get(token.norm_begin as usize) == Some(&b'>') };
                }
                for token in &mut out.all[first..] {
                    token.quoted = line.quoted;
                }
                glued = true;
            } else if byte == b'<' || byte == b'&' {
                glued = false;
            }
            at = next;
        }
        if self.folds.as_ref().is_some_and(|folds| !folds.hints.is_empty()) {
            self.unite(text, out);
        }
    }

    /// Records a sign that may be part of a word: one inside it, or one at an end where it is not punctuation.
    #[inline]
    fn note_sign(&mut self, text: &str, sign: Range<usize>, token: usize) {
        let Some(folds) = &mut self.folds else { return };
        let bytes = text.as_bytes();
        let in_word =
            bytes.get(sign.end).is_some_and(|next| CLASSES[*next as usize] & (class::WORD | class::CAREFUL) != 0);
        let may_be = match bytes[sign.start] {
            b'$' | b'@' => true,
            _ if bytes[sign.end - 1] == b'$' => in_word,
            b'!' | b'|' | b'*' | b'~' | b'+' | b'(' => in_word,
            // Ordinary between words, but not between short ones, or next to a letter.
            b'.' | b'-' | b'/' if in_word && sign.len() == 1 => {
                let short = |byte: &&u8| byte.is_ascii_alphanumeric();
                let before = bytes[..sign.start].iter().rev().take(4).take_while(short).count();
                let after = bytes[sign.end..].iter().take(4).take_while(short).count();
                before <= 1 || after <= 1 || before <= 3 && after <= 3
            }
            _ => false,
        };
        if may_be {
            folds.hints.push(Hint::Sign(token));
        }
    }

    /// Notes the third of some words of one letter.
    #[cold]
    fn note_apart(&mut self, token: usize, out: &Tokens) {
        if let Some(folds) = &mut self.folds
            && token < out.all.len()
        {
            folds.hints.push(Hint::Apart(token));
        }
    }

    /// Joins tokens that are one word.
    #[cold]
    fn unite(&mut self, text: &str, out: &mut Tokens) {
        let Some(mut folds) = self.folds.take() else { return };
        let edits = folds.find(text, out);
        if !edits.is_empty() {
            let old = Tokens { norm: std::mem::take(&mut out.norm), all: std::mem::take(&mut out.all), ..*out };
            let mut next = 0;
            for edit in edits {
                old.all[next..edit.first].iter().for_each(|token| copy(&old, token, out));
                let (first, last) = (old.all[edit.first], old.all[edit.last]);
                let (from, (begin, end)) = (out.all.len(), (edit.span.start, edit.span.end));
                if (first.begin as usize) < begin {
                    marks(&text[..begin], first.begin as usize, out);
                }
                self.push_folded(out, begin, end, &edit.word, &text[begin..end]);
                if end < last.end as usize {
                    marks(&text[..last.end as usize], end, out);
                }
                out.all[from].glued = first.glued;
                out.all[from..].iter_mut().for_each(|token| token.quoted = first.quoted);
                next = edit.last + 1;
            }
            old.all[next..].iter().for_each(|token| copy(&old, token, out));
        }
        self.folds = Some(folds);
    }

    /// A run of ASCII letters and digits; handed on to the careful way when it turns out to be more.
    #[inline]
    fn plain_word(&mut self, text: &str, begin: usize, out: &mut Tokens) -> usize {
        let bytes = text.as_bytes();
        if self.stems.is_none()
            && let Some(word) = AsciiWord::read(&bytes[begin..])
        {
            return push_ascii(out, begin, word);
        }
        let (mut at, mut seen) = (begin, 0);
        while let Some(&byte) = bytes.get(at) {
            let class = CLASSES[byte as usize];
            if class & class::WORD == 0 {
                if byte == b'\'' && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) {
                    seen |= class::LOWER;
                } else if class == class::CAREFUL && byte != b'<' {
                    return self.careful_word(text, begin, out);
                } else {
                    break;
                }
            }
            seen |= class;
            at += 1;
        }
        if seen == class::DIGIT {
            return number(text, begin, at, out);
        }
        if let Some(end) = web_address(text, begin, at) {
            push_class(out, begin, end, "url", Kind::Url);
            return end;
        }
        let caps =
            seen & class::LOWER == 0 && bytes[begin..at].iter().filter(|byte| byte.is_ascii_uppercase()).count() >= 2;
        let norm_begin = out.norm.len();
        out.norm.extend_from_slice(&bytes[begin..at]);
        out.norm[norm_begin..].make_ascii_lowercase();
        let stretched = unstretch(&mut out.norm, norm_begin);
        let odd = seen & class::DIGIT != 0 || bytes[begin..at].contains(&b'_');
        let folded = odd && self.fold(out, norm_begin);
        self.push(out, begin, at, norm_begin, Kind::Word);
        if let Some(token) = out.all.last_mut() {
            token.caps = caps;
            token.stretched = stretched;
            token.folded = folded;
        }
        at
    }

    /// Anything that begins with a byte that needs care.
    fn careful(&mut self, text: &str, at: usize, out: &mut Tokens) -> usize {
        if let Some(end) = tag(text, at) {
            out.hints |= hint('>');
            return end;
        }
        let Some(seen) = see(text, at) else { return text.len() };
        match seen.char {
            c if ignorable(c) || c.is_whitespace() || c.is_control() => {
                if c == '\n' {
                    out.line_breaks += 1;
                }
                seen.next
            }
            c if ideograph(c) => {
                let norm_begin = push_norm(out, c);
                self.push(out, at, seen.next, norm_begin, Kind::Word);
                seen.next
            }
            c if word_char(c) => self.careful_word(text, at, out),
            c if emoji(c) => {
                let norm_begin = push_norm(out, c);
                self.push(out, at, seen.next, norm_begin, Kind::Emoji);
                seen.next
            }
            _ => self.punctuation(text, at, out),
        }
    }

    /// A word with characters beyond ASCII, entities or invisible characters in it.
    fn careful_word(&mut self, text: &str, begin: usize, out: &mut Tokens) -> usize {
        let mut word = std::mem::take(&mut self.word);
        word.clear();
        let mut at = begin;
        while let Some(seen) = see(text, at) {
            let c = seen.char;
            if word_char(c) && !ideograph(c) {
                word.push(c);
            } else if apostrophe(c) && next_letter(text, seen.next) {
                word.push('\'');
            } else if !ignorable(c) {
                break;
            }
            at = seen.next;
        }
        let (upper, lower) = word.chars().fold((0, 0), |(upper, lower), c| {
            (upper + usize::from(c.is_uppercase()), lower + usize::from(c.is_lowercase()))
        });
        let folded: Cow<str> = match is_nfkc_quick(word.chars()) {
            IsNormalized::Yes => Cow::Borrowed(&word),
            _ => Cow::Owned(word.nfkc().collect()),
        };
        let norm_begin = out.norm.len();
        let mut buffer = [0; 4];
        let (mut previous, mut run, mut stretched) = ('\0', 0, false);
        for c in folded.chars().flat_map(char::to_lowercase) {
            run = if c == previous { run + 1 } else { 1 };
            previous = c;
            if run >= 3 && c.is_alphabetic() {
                stretched = true;
            } else {
                out.norm.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
            }
        }
        self.word = word;
        let odd = out.norm[norm_begin..].iter().any(|byte| !byte.is_ascii_alphabetic());
        let folded = odd && self.fold(out, norm_begin);
        if out.norm.len() == norm_begin {
            return at.max(begin + 1);
        }
        self.push(out, begin, at, norm_begin, Kind::Word);
        if let Some(token) = out.all.last_mut() {
            token.caps = upper >= 2 && lower == 0;
            token.stretched = stretched;
            token.folded = folded;
        }
        at
    }

    /// Reads the end of `out.norm` as the word that it represents; returns whether that is another.
    fn fold(&self, out: &mut Tokens, norm_begin: usize) -> bool {
        let Some(folds) = &self.folds else { return false };
        let word = std::str::from_utf8(&out.norm[norm_begin..]).ok().and_then(|norm| folds.word(norm));
        if let Some(word) = &word {
            out.norm.truncate(norm_begin);
            out.norm.extend_from_slice(word.as_bytes());
        }
        word.is_some()
    }

    /// Adds a word that is written in another way.
    fn push_folded(&mut self, out: &mut Tokens, begin: usize, end: usize, word: &str, written: &str) {
        let norm_begin = out.norm.len();
        out.norm.extend_from_slice(word.as_bytes());
        self.push(out, begin, end, norm_begin, Kind::Word);
        if let Some(token) = out.all.last_mut() {
            token.caps =
                word.len() >= 2 && !written.chars().any(char::is_lowercase) && written.chars().any(char::is_uppercase);
            token.folded = true;
        }
    }

    /// A mention, or a run of punctuation in which repetitions count up to three times.
    fn punctuation(&mut self, text: &str, begin: usize, out: &mut Tokens) -> usize {
        let bytes = text.as_bytes();
        let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_');
        let in_word = begin > 0 && bytes.get(begin - 1).is_some_and(name);
        if bytes[begin] == b'@' && !in_word && bytes.get(begin + 1).is_some_and(name) {
            let end = begin + 1 + bytes[begin + 1..].iter().take_while(|byte| name(byte)).count();
            match self.folds.as_ref().and_then(|folds| folds.name(&text[begin..end])) {
                Some(word) => self.push_folded(out, begin, end, &word, &text[begin..end]),
                None => push_class(out, begin, end, "@user", Kind::Mention),
            }
            out.hints |= hint('@');
            return end;
        }
        marks(text, begin, out)
    }

    /// Adds the token whose normalised form is the end of `out.norm`.
    #[inline]
    fn push(&mut self, out: &mut Tokens, begin: usize, end: usize, norm_begin: usize, kind: Kind) {
        let norm = &out.norm[norm_begin..];
        let mut hash = hash::bytes(norm);
        if let (Some(stems), Kind::Word, Ok(word)) = (&mut self.stems, kind, std::str::from_utf8(norm)) {
            hash = stems.hash(word, hash);
        }
        push_hashed(out, begin, end, norm_begin, hash, kind);
    }
}

/// Where in its line the tokenizer is.
struct Line {
    fresh: bool,
    quoted: bool,
}
