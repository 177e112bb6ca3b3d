//! Words written so that a look-up misses them: lookalike letters, strokes and piled-up marks, digits and signs for
//! letters, letters set apart.
//!
//! A spelling is read as another word only if that is a known word and the spelling is not, so that "b4", "100k" and
//! "covid19" stay unchanged. Unicode Technical Standard 39 defines which letters look alike.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

use crate::text::hash;
use crate::text::token::{Kind, Tokens};

/// The rank of a word among the known ones, the most frequent first, by the hash of its normalised form.
pub(crate) type Known = fn(u64) -> Option<u32>;

/// Longer spellings, in bytes, are left unchanged.
const LONGEST: usize = 32;
/// More letters with the same space between them are not read as words.
const RUN: usize = 256;
/// The least frequent words of two letters that letters set apart may make: the list also has abbreviations.
const SHORT_WORDS: u32 = 300;
/// So are words of three letters and possible mentions, further down: too much looks like one of them.
const FREQUENT: u32 = 5000;

/// What is kept from text to text.
#[derive(Debug)]
pub(crate) struct Folds {
    known: Option<Known>,
    /// Where the text has something to examine: the position of a sign's token, or of the third isolated letter in a
    /// row.
    pub(crate) hints: Vec<Hint>,
    edits: Vec<Edit>,
}

/// Where words may be hidden in several tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hint {
    /// A sign in or before a word.
    Sign(usize),
    /// The third of several isolated letters.
    Apart(usize),
}

/// Tokens that are one word.
#[derive(Debug)]
pub(crate) struct Edit {
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// Its bytes in the text: punctuation next to a sign at an end is not part of it.
    pub(crate) span: Range<usize>,
    pub(crate) word: String,
}

impl Folds {
    pub(crate) fn new(known: Option<Known>) -> Self {
        Self { known, hints: Vec::new(), edits: Vec::new() }
    }

    fn rank(&self, word: &str) -> Option<u32> {
        self.known.and_then(|known| known(hash::bytes(word.as_bytes())))
    }

    fn is_known(&self, word: &str) -> bool {
        self.rank(word).is_some()
    }

    /// The word that a normalised one represents, if it is another.
    #[cold]
    pub(crate) fn word(&self, norm: &str) -> Option<String> {
        let bare: String = norm.chars().filter(|c| !is_dropped(*c)).collect();
        if bare.len() > 4 * LONGEST {
            return (bare != norm).then_some(bare);
        }
        let seen = if bare.is_ascii() { None } else { self.lookalike(&bare) };
        let word = seen.as_deref().unwrap_or(&bare);
        let spelt =
            (word.bytes().any(|byte| byte.is_ascii_digit() || byte == b'_')).then(|| self.spelling(word)).flatten();
        let folded = spelt.or(seen).unwrap_or(bare);
        (folded != norm).then_some(folded)
    }

    /// A word in ASCII letters that looks like a word with other letters. Letters of two scripts in one word are
    /// lookalikes; those of one script are if they turn an unknown word into a known one.
    fn lookalike(&self, word: &str) -> Option<String> {
        let cured = cured(word)?;
        let mixed = word.bytes().any(|byte| byte.is_ascii_alphabetic()) && word.chars().any(is_foreign);
        let known = || cured.len() >= 3 && !self.is_known(word) && self.is_known(&cured);
        (mixed || known()).then_some(cured)
    }

    /// A word with digits for letters, or with `_` between them.
    fn spelling(&self, word: &str) -> Option<String> {
        let (stem, ending) = word.split_at(word.find('\'').unwrap_or(word.len()));
        if self.is_known(word) || self.is_known(stem) {
            return None;
        }
        if stem.contains('_') {
            let pieces: Vec<&str> = stem.split('_').filter(|piece| !piece.is_empty()).collect();
            return self.joined(&pieces, '_').map(|word| word + ending);
        }
        has_digits_inside(stem).then(|| self.substituted(stem)).flatten().map(|(_, word)| word + ending)
    }

    /// The most frequent word that digits and signs for letters can make, and its rank.
    fn substituted(&self, spelling: &str) -> Option<(u32, String)> {
        if spelling.len() > LONGEST || !spelling.chars().all(|c| c.is_ascii_lowercase() || !letters(c).is_empty()) {
            return None;
        }
        let mut words = vec![String::with_capacity(spelling.len())];
        for c in spelling.chars() {
            let (first, others) = match letters(c).as_bytes() {
                [] => (c, &[][..]),
                [first, others @ ..] => (char::from(*first), others),
            };
            if words.len() * (others.len() + 1) > 32 {
                return None;
            }
            for at in 0..words.len() {
                words.extend(
                    others.iter().map(|other| format!("{}{}", words[at], char::from(*other))).collect::<Vec<_>>(),
                );
                words[at].push(first);
            }
        }
        let found = words.into_iter().filter_map(|word| Some((self.rank(&word)?, word))).min();
        found.filter(|(rank, word)| word.len() > 3 || word.len() == 3 && *rank < FREQUENT)
    }

    /// The known word that pieces make.
    fn joined(&self, pieces: &[&str], separator: char) -> Option<String> {
        // Abbreviations have points, and many words hyphens.
        let (short, single) = (|piece: &&str| piece.len() <= 3, |piece: &&str| piece.len() == 1);
        let ordinary = matches!(separator, '-' | '/' | '.') && !pieces.iter().all(short) && !pieces.iter().any(single);
        if pieces.len() < 2 || ordinary {
            return None;
        }
        let whole = pieces.concat();
        let least = if pieces.iter().all(single) && separator != '.' { 3 } else { 4 };
        let letters = whole.bytes().filter(u8::is_ascii_alphabetic).count();
        if whole.len() < least || letters * 2 <= whole.len() {
            return None;
        }
        self.substituted(&whole).filter(|(rank, _)| self.outranks(*rank, pieces)).map(|(_, word)| word)
    }

    /// Whether a word is more frequent than each of its pieces: "id-iot" is one word, "e-mail" and "wow!look" are two.
    fn outranks(&self, rank: u32, pieces: &[&str]) -> bool {
        pieces.iter().all(|piece| piece.len() < 3 || self.rank(piece).is_none_or(|own| rank < own))
    }

    /// The word that a mention is, such as `@ss`.
    #[cold]
    pub(crate) fn name(&self, mention: &str) -> Option<String> {
        let name = mention.get(1..)?.to_ascii_lowercase();
        let word = (name.len() >= 2 && !self.is_known(&name)).then(|| self.substituted(&format!("@{name}")))?;
        word.filter(|(rank, _)| *rank < FREQUENT).map(|(_, word)| word)
    }

    /// Finds the words of several tokens, in order.
    #[cold]
    pub(crate) fn find(&mut self, text: &str, tokens: &Tokens) -> &[Edit] {
        self.edits.clear();
        let hints = std::mem::take(&mut self.hints);
        if self.known.is_some() {
            let mut next = 0;
            for hint in &hints {
                match *hint {
                    Hint::Sign(at) if at >= next => {
                        if let Some(edit) = self.signs(text, tokens, at, next) {
                            next = edit.last + 1;
                            self.edits.push(edit);
                        }
                    }
                    Hint::Apart(at) if at >= next => next = self.apart(text, tokens, at, next),
                    _ => {}
                }
            }
        }
        self.hints = hints;
        self.hints.clear();
        &self.edits
    }

    /// The word that signs are part of, around the token `at`; no token before `from` is taken.
    fn signs(&self, text: &str, tokens: &Tokens, at: usize, from: usize) -> Option<Edit> {
        let all = tokens.as_slice();
        let is_mark = |place: usize| all[place].kind == Kind::Punctuation;
        if !is_mark(at) {
            return None;
        }
        let part = |place: usize| match all[place].kind {
            Kind::Word | Kind::Number => true,
            Kind::Punctuation => tokens.norm(&all[place]).chars().all(|c| is_sign(c) || is_separator(c)),
            _ => false,
        };
        let (mut first, mut last) = (at, at);
        while first > from
            && all[first].glued
            && (first == at || part(first))
            && part(first - 1)
            && at - first < LONGEST
        {
            first -= 1;
        }
        while all.get(last + 1).is_some_and(|next| next.glued) && (last == at || part(last)) && last - at < LONGEST {
            last += 1;
        }
        // At either end, only signs that are not ordinary punctuation are read as letters.
        let own = |place: usize| text.get(all[place].begin as usize..all[place].end as usize).unwrap_or_default();
        let is_end = |c: char| matches!(c, '$' | '@');
        while first < last && is_mark(first) && !own(first).ends_with(is_end) {
            first += 1;
        }
        while last > first && (!part(last) || is_mark(last)) && !own(last).starts_with(is_end) {
            last -= 1;
        }
        let end = all[last].begin as usize
            + if is_mark(last) {
                own(last).len() - own(last).trim_start_matches(is_end).len()
            } else {
                own(last).len()
            };
        let word = |first: usize| {
            let own_signs = if is_mark(first) {
                own(first).len() - own(first).trim_end_matches(is_end).len()
            } else {
                own(first).len()
            };
            let span = all[first].end as usize - own_signs..end;
            let written = text.get(span.clone()).filter(|written| written.len() <= LONGEST)?;
            self.of_signs(&written.to_lowercase()).map(|word| Edit { first, last, span, word })
        };
        word(first).or_else(|| (first < at && own(at).starts_with(is_end)).then(|| word(at)).flatten())
    }

    /// The word that is written with signs.
    fn of_signs(&self, written: &str) -> Option<String> {
        if !written.is_ascii() && !written.contains('€') {
            return None;
        }
        let pieces: Vec<&str> =
            written.split(|c| is_sign(c) || is_separator(c)).filter(|piece| !piece.is_empty()).collect();
        let is_price =
            |sign: char| written.split(sign).skip(1).any(|after| after.starts_with(|c: char| c.is_ascii_digit()));
        if is_price('$') || is_price('€') || pieces.iter().all(|piece| piece.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return None;
        }
        // "hit" is a word, and "$hit" is none: no price has letters after the sign.
        let dollar = written.split('$').skip(1).any(|after| after.starts_with(|c: char| c.is_ascii_alphabetic()));
        let substituted = self.substituted(written).filter(|(rank, _)| dollar || self.outranks(*rank, &pieces));
        substituted.map(|(_, word)| word).or_else(|| {
            let separator = written.chars().find(|c| is_separator(*c))?;
            let alone = written.chars().all(|c| c == separator || !(is_sign(c) || is_separator(c)));
            alone.then(|| self.joined(&pieces, separator)).flatten()
        })
    }

    /// Adds the words made of isolated letters around the token `at`, with white space between them; returns the token
    /// after those.
    fn apart(&mut self, text: &str, tokens: &Tokens, at: usize, from: usize) -> usize {
        let all = tokens.as_slice();
        let letter = |place: usize| {
            let token = all.get(place)?;
            let own = text.get(token.begin as usize..token.end as usize)?;
            // Two letters in one token are none; nor is one with anything before it but white space or another flag.
            let alone = token.kind == Kind::Emoji || !token.glued;
            (alone && token.kind != Kind::Punctuation).then(|| single(own)).flatten()
        };
        let (mut first, mut end) = (at, at + 1);
        while first > from && letter(first - 1).is_some() {
            first -= 1;
        }
        while letter(end).is_some() {
            end += 1;
        }
        let letters: String = (first..end).map_while(letter).collect();
        if letters.len() != end - first || letters.len() < 4 {
            return from;
        }
        // A wider space between letters ends a word.
        let gap = |place: usize| all[place].begin - all[place - 1].end;
        let narrow = (first + 1..end).map(gap).min().unwrap_or(0);
        let (mut words, mut begin) = (Vec::new(), 0);
        for place in 1..=letters.len() {
            if place == letters.len() || gap(first + place) > narrow {
                let own = self.segments(&letters[begin..place]).unwrap_or_default();
                words.extend(own.into_iter().map(|(first, end)| (first + begin, end + begin)));
                begin = place;
            }
        }
        if words.iter().any(|(first, end)| end - first >= 3) {
            self.edits.extend(words.into_iter().map(|(begin, last)| Edit {
                first: first + begin,
                last: first + last - 1,
                span: all[first + begin].begin as usize..all[first + last - 1].end as usize,
                word: letters[begin..last].to_owned(),
            }));
        }
        end
    }

    /// The fewest known words that letters are made of, as the begin and end of each.
    fn segments(&self, letters: &str) -> Option<Vec<(usize, usize)>> {
        if letters.len() > RUN {
            return None;
        }
        // By end: how many words, and where the last of them begins.
        let mut best: Vec<Option<(usize, usize)>> = vec![None; letters.len() + 1];
        best[0] = Some((0, 0));
        for end in 1..=letters.len() {
            for begin in end.saturating_sub(LONGEST)..end {
                let Some((count, _)) = best[begin] else { continue };
                let word = &letters[begin..end];
                let is_word = match word.len() {
                    1 => matches!(word, "a" | "i"),
                    2 => self.rank(word).is_some_and(|rank| rank < SHORT_WORDS),
                    _ => self.is_known(word),
                };
                if is_word && best[end].is_none_or(|(fewest, _)| count + 1 < fewest) {
                    best[end] = Some((count + 1, begin));
                }
            }
        }
        let mut words = Vec::new();
        let mut end = letters.len();
        while end > 0 {
            let (_, begin) = best[end]?;
            words.push((begin, end));
            end = begin;
        }
        words.reverse();
        Some(words)
    }
}

/// Marks that cross out a letter or are piled on it; those of ordinary spelling have already been composed with their
/// letter.
pub(crate) fn is_dropped(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
        && is_combining_mark(c)
}

/// Whether a letter is of another script than the Latin one.
fn is_foreign(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
}

/// What a word looks like in ASCII letters; `None` if it has a character without a lookalike.
fn cured(word: &str) -> Option<String> {
    let mut cured = String::new();
    for c in word.chars() {
        if c.is_ascii() {
            cured.push(c);
            continue;
        }
        let plain = capital(c).map_or_else(|| c.to_string(), String::from);
        // The standard maps all lookalikes to one letter, and keeps their marks.
        for c in skeleton(&plain).nfd().filter(|c| !is_dropped(*c)) {
            cured.push(capital(c).unwrap_or(c).to_ascii_lowercase());
        }
    }
    cured.is_ascii().then_some(cured)
}

/// The letter in a box, a disc or a flag, or a small capital: the standard keeps these apart, some as lookalikes of
/// others (it says that the Cyrillic к looks like ĸ).
fn capital(c: char) -> Option<char> {
    let boxed = ['\u{1F130}', '\u{1F150}', '\u{1F170}', '\u{1F1E6}'].iter().find_map(|first| {
        let place = (c as u32).checked_sub(*first as u32).filter(|place| *place < 26)?;
        char::from_digit(place + 10, 36)
    });
    boxed.or_else(|| {
        const LETTERS: [(char, char); 31] = [
            ('ᴀ', 'a'),
            ('ʙ', 'b'),
            ('ᴄ', 'c'),
            ('ᴅ', 'd'),
            ('ᴇ', 'e'),
            ('ꞓ', 'e'),
            ('ɛ', 'e'),
            ('ꜰ', 'f'),
            ('ɢ', 'g'),
            ('ʜ', 'h'),
            ('ɪ', 'i'),
            ('ᴊ', 'j'),
            ('ᴋ', 'k'),
            ('ĸ', 'k'),
            ('ʟ', 'l'),
            ('ᴍ', 'm'),
            ('ʍ', 'm'),
            ('ɴ', 'n'),
            ('ᴎ', 'n'),
            ('п', 'n'),
            ('π', 'n'),
            ('ᴏ', 'o'),
            ('ᴘ', 'p'),
            ('ǫ', 'q'),
            ('ʀ', 'r'),
            ('ꜱ', 's'),
            ('ᴛ', 't'),
            ('ᴜ', 'u'),
            ('ᴠ', 'v'),
            ('ʏ', 'y'),
            ('ᴢ', 'z'),
        ];
        LETTERS.iter().find(|(look, _)| *look == c).map(|(_, letter)| *letter)
    })
}

/// The letter that a token of one character is, or looks like.
fn single(own: &str) -> Option<char> {
    let mut chars = own.chars().filter(|c| !is_dropped(*c));
    let c = chars.next()?;
    let letter = if c.is_ascii() {
        letters(c).chars().next().unwrap_or(c.to_ascii_lowercase())
    } else {
        cured(c.encode_utf8(&mut [0; 4]))?.chars().next()?
    };
    (chars.next().is_none() && letter.is_ascii_lowercase()).then_some(letter)
}

/// The letters that a digit or a sign may replace.
fn letters(c: char) -> &'static str {
    match c {
        '0' => "o",
        '1' | '|' | '!' => "il",
        '(' => "c",
        '3' | '€' => "e",
        '4' | '@' => "a",
        '5' | '$' => "s",
        '6' | '9' => "g",
        '7' => "t",
        '8' => "b",
        // A vowel that was starred out.
        '*' => "aeiou",
        _ => "",
    }
}

/// Signs that replace letters.
fn is_sign(c: char) -> bool {
    matches!(c, '|' | '!' | '€' | '@' | '$' | '*' | '(')
}

/// Signs that are put between letters.
fn is_separator(c: char) -> bool {
    matches!(c, '.' | '-' | '_' | '*' | '/' | '~' | '+' | '|')
}

/// Whether digits are in the place of letters. At an end they mostly count something ("5am", "covid19"), and after a
/// letter or two they mostly number something ("g20", "f35s").
fn has_digits_inside(word: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    let numbered = word.strip_suffix('s').unwrap_or(word);
    let inside = word.trim_matches(is_digit);
    let is_number = numbered.ends_with(is_digit) && numbered.trim_end_matches(is_digit).len() <= 2;
    let leads = word.len() == inside.len() + 1 && word.starts_with(is_digit) && inside.len() >= 3;
    !is_number && (inside.contains(is_digit) || leads)
}
