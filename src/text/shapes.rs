//! The kind of a run of characters: a number, an address, punctuation, part of a word.

use unicode_normalization::char::is_combining_mark;

use crate::text::byte_class::{CLASSES, class};
use crate::text::character::{ignorable, see, tag};
use crate::text::hash;
use crate::text::push::{push_class, push_hashed, push_norm};
use crate::text::quote_hint::hint;
use crate::text::token::{Kind, Tokens};

/// A run of punctuation is cut here, so that a line of 10,000 dots is not one token.
const PUNCTUATION: usize = 12;

/// Drops the third and further repetitions of a letter; returns whether there were any.
pub(crate) fn unstretch(norm: &mut Vec<u8>, begin: usize) -> bool {
    let mut kept = begin;
    for at in begin..norm.len() {
        let byte = norm[at];
        if !(byte.is_ascii_alphabetic() && kept >= begin + 2 && norm[kept - 1] == byte && norm[kept - 2] == byte) {
            norm[kept] = byte;
            kept += 1;
        }
    }
    let stretched = kept < norm.len();
    norm.truncate(kept);
    stretched
}

/// A number: one or two digits stay unchanged, a year and anything longer become a class.
pub(crate) fn number(text: &str, begin: usize, mut end: usize, out: &mut Tokens) -> usize {
    let bytes = text.as_bytes();
    while matches!(bytes.get(end), Some(b'.' | b',')) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 1;
        while bytes.get(end).is_some_and(u8::is_ascii_digit) {
            end += 1;
        }
    }
    let digits = &text[begin..end];
    let class = match digits.len() {
        1 | 2 => digits,
        4 if digits.starts_with("19") || digits.starts_with("20") => "#year",
        _ => "#number",
    };
    push_class(out, begin, end, class, Kind::Number);
    end
}

/// The end of the web address whose first word is `begin..end`, if it is one.
pub(crate) fn web_address(text: &str, begin: usize, end: usize) -> Option<usize> {
    if !(3..=5).contains(&(end - begin)) {
        return None;
    }
    let (word, rest) = (&text[begin..end], &text[end..]);
    let scheme = (word.eq_ignore_ascii_case("http") || word.eq_ignore_ascii_case("https")) && rest.starts_with("://");
    let bare = word.eq_ignore_ascii_case("www") && rest.starts_with('.');
    if !scheme && !bare {
        return None;
    }
    let stop = rest.find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'));
    let address = &rest[..stop.unwrap_or(rest.len())];
    Some(end + address.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'']).len())
}

/// One ASCII mark between words or space, which most marks are.
#[inline]
pub(crate) fn plain_mark(text: &str, at: usize, out: &mut Tokens) -> Option<usize> {
    let bytes = text.as_bytes();
    let mark = bytes[at];
    let alone = bytes.get(at + 1).is_none_or(|next| CLASSES[*next as usize] & (class::WORD | class::SPACE) != 0);
    if !alone || mark == b'@' {
        return None;
    }
    let norm_begin = out.norm.len();
    out.hints |= hint(char::from(mark));
    out.norm.push(mark);
    push_hashed(out, at, at + 1, norm_begin, hash::short([u64::from(mark), 0], 1), Kind::Punctuation);
    Some(at + 1)
}

/// A run of punctuation in which repetitions count up to three times.
pub(crate) fn marks(text: &str, begin: usize, out: &mut Tokens) -> usize {
    let norm_begin = out.norm.len();
    let (mut at, mut previous, mut run) = (begin, '\0', 0);
    while let Some(seen) = see(text, at) {
        let c = seen.char;
        let ends = word_char(c) || emoji(c) || c.is_whitespace() || c.is_control();
        if at > begin && (ends || c == '@' || tag(text, at).is_some() || out.norm.len() - norm_begin >= PUNCTUATION) {
            break;
        }
        run = if c == previous { run + 1 } else { 1 };
        previous = c;
        if run <= 3 && !ignorable(c) {
            out.hints |= hint(c);
            push_norm(out, if apostrophe(c) { '\'' } else { c });
        }
        at = seen.next;
    }
    let hash = hash::bytes(&out.norm[norm_begin..]);
    push_hashed(out, begin, at, norm_begin, hash, Kind::Punctuation);
    at
}

pub(crate) fn next_letter(text: &str, at: usize) -> bool {
    see(text, at).is_some_and(|seen| seen.char.is_alphabetic())
}

pub(crate) fn apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '‘')
}

pub(crate) fn word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || (!c.is_ascii() && is_combining_mark(c) && !ignorable(c))
}

/// Scripts written without spaces, whose characters represent words or syllables.
pub(crate) fn ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{2FA1F}')
}

pub(crate) fn emoji(c: char) -> bool {
    matches!(c, '\u{2300}'..='\u{23FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
        && !ignorable(c)
}
