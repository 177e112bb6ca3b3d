//! Adds tokens of one kind or another.

use crate::text::ascii::AsciiWord;
use crate::text::hash;
use crate::text::token::{Kind, Token, Tokens};

/// Adds the token whose normalised form, of this hash, is the end of `out.norm`.
#[inline]
pub(crate) fn push_hashed(out: &mut Tokens, begin: usize, end: usize, norm_begin: usize, hash: u64, kind: Kind) {
    out.all.push(Token {
        begin: begin as u32,
        end: end as u32,
        norm_begin: norm_begin as u32,
        norm_end: out.norm.len() as u32,
        hash,
        kind,
        glued: true,
        caps: false,
        stretched: false,
        quoted: false,
        folded: false,
    });
}

/// Adds a token of other tokens.
pub(crate) fn copy(from: &Tokens, token: &Token, out: &mut Tokens) {
    let norm_begin = out.norm.len() as u32;
    out.norm.extend_from_slice(from.norm_bytes(token));
    out.all.push(Token { norm_begin, norm_end: out.norm.len() as u32, ..*token });
}

pub(crate) fn push_norm(out: &mut Tokens, c: char) -> usize {
    let norm_begin = out.norm.len();
    out.norm.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    norm_begin
}

pub(crate) fn push_class(out: &mut Tokens, begin: usize, end: usize, class: &str, kind: Kind) {
    let norm_begin = out.norm.len();
    out.norm.extend_from_slice(class.as_bytes());
    push_hashed(out, begin, end, norm_begin, hash::bytes(class.as_bytes()), kind);
}

/// Adds a word; the byte after it.
#[inline]
pub(crate) fn push_ascii(out: &mut Tokens, begin: usize, word: AsciiWord) -> usize {
    let (end, norm_begin) = (begin + word.length, out.norm.len());
    out.norm.extend_from_slice(word.letters.map(u64::to_le_bytes).as_flattened());
    out.norm.truncate(norm_begin + word.length);
    push_hashed(out, begin, end, norm_begin, hash::short(word.letters, word.length), Kind::Word);
    if let Some(token) = out.all.last_mut() {
        token.caps = word.caps;
    }
    end
}
