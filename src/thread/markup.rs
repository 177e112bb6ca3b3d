//! Converts texts in HTML to plain text, and maps each part of it back to the HTML.
//!
//! A text without markup stays as it is. Otherwise entities and tags become what a reader sees: line breaks,
//! paragraphs, list items, quotations as lines that begin with `>`, links as their words, and images as the text that
//! stands for them.

mod elements;
pub(crate) mod link;
mod piece;
mod quotations;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

use std::borrow::Cow;
use std::ops::Range;

use crate::thread::markup::elements::starts_block;
use crate::thread::markup::piece::Pieces;
use crate::thread::markup::quotations::has_tag;
use crate::thread::markup::reader::read;
use crate::thread::markup::writer::{Lines, Writer};

/// The text of an HTML fragment.
#[must_use]
pub(crate) fn plain(html: &str) -> String {
    if is_plain(html) {
        return html.to_owned();
    }
    read(html, Writer::new(html, lines(html), false)).0
}

/// Like [`plain`], for a fragment in which line ends are line breaks and blank lines separate paragraphs, as
/// `WordPress` stores it.
#[must_use]
pub(crate) fn plain_with_lines(html: &str) -> String {
    if is_plain(html) {
        return html.to_owned();
    }
    read(html, Writer::new(html, Lines::Kept, false)).0
}

/// The plain text of an HTML fragment, and where each part of it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainText<'h> {
    text: Cow<'h, str>,
    pieces: Pieces,
}

impl<'h> PlainText<'h> {
    /// Reads an HTML fragment. One without markup is not copied.
    #[must_use]
    pub fn of(html: &'h str) -> Self {
        if is_plain(html) {
            return Self { text: Cow::Borrowed(html), pieces: Pieces::default() };
        }
        let (text, pieces) = read(html, Writer::new(html, lines(html), true));
        Self { text: Cow::Owned(text), pieces }
    }

    /// The plain text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte range of the HTML from which a byte range of the text comes. Both are on character boundaries. Inserted
    /// text, such as `> ` before a quoted line, maps to the bytes around it.
    #[must_use]
    pub fn source(&self, text: Range<usize>) -> Range<usize> {
        let begin = self.text.floor_char_boundary(text.start);
        let end = self.text.ceil_char_boundary(text.end.clamp(begin, self.text.len()));
        match self.text {
            Cow::Borrowed(_) => begin..end,
            Cow::Owned(_) => self.pieces.source(begin..end),
        }
    }
}

/// Whether the HTML contains nothing that needs converting.
fn is_plain(html: &str) -> bool {
    let bytes = html.as_bytes();
    let is_mark = |at: usize| match (bytes[at], bytes.get(at + 1)) {
        (b'<', Some(next)) => next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?'),
        (b'&', _) => is_entity(&bytes[at + 1..]),
        (b'[', _) => has_tag(html, at),
        _ => false,
    };
    !memchr::memchr3_iter(b'<', b'&', b'[', bytes).any(is_mark)
}

/// The longest entity, in bytes.
const ENTITY: usize = 40;

/// Whether `rest`, which follows a `&`, completes an entity. Browsers accept some without a `;`, but addresses contain
/// such parts too.
fn is_entity(rest: &[u8]) -> bool {
    let name = rest.strip_prefix(b"#").unwrap_or(rest);
    let length = name.iter().take(ENTITY).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    length > 0 && name.get(length) == Some(&b';')
}

/// In HTML, line ends are white space. In a text with only other markup, they are its writer's line breaks.
fn lines(html: &str) -> Lines {
    let begins = memchr::memchr_iter(b'<', html.as_bytes());
    let is_rendered = begins.map(|at| &html[at + 1..]).any(starts_block);
    if is_rendered { Lines::Folded } else { Lines::Kept }
}
