//! Maps the parts of a text to their source.

use std::ops::Range;

/// A part of the text, up to the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    text: usize,
    source: Range<usize>,
    /// Whether the bytes are the same in the source.
    is_same: bool,
}

impl Piece {
    /// The source offset of a byte of the text; `other` if the bytes are not the same.
    fn at(&self, text: usize, other: usize) -> usize {
        if self.is_same { self.source.end.min(self.source.start + (text - self.text)) } else { other }
    }
}

/// The parts of a text, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pieces(Vec<Piece>);

impl Pieces {
    /// Adds a part that begins at `text` and comes from `source`.
    pub(crate) fn push(&mut self, text: usize, source: Range<usize>, is_same: bool) {
        if let Some(last) = self.0.last_mut()
            && last.is_same
            && is_same
            && last.source.end == source.start
            && last.text + last.source.len() == text
        {
            last.source.end = source.end;
            return;
        }
        self.0.push(Piece { text, source, is_same });
    }

    /// Drops parts that begin at `text` or later.
    pub(crate) fn truncate(&mut self, text: usize) {
        self.0.truncate(self.0.partition_point(|piece| piece.text < text));
    }

    /// The source range of a range of the text.
    pub(crate) fn source(&self, text: Range<usize>) -> Range<usize> {
        let last = |begins: fn(usize, usize) -> bool, at: usize| {
            let next = self.0.partition_point(|piece| begins(piece.text, at));
            self.0.get(next.checked_sub(1)?)
        };
        let begin =
            last(|begin, at| begin <= at, text.start).map_or(0, |piece| piece.at(text.start, piece.source.start));
        if text.is_empty() {
            return begin..begin;
        }
        let end = last(|begin, at| begin < at, text.end).map_or(begin, |piece| piece.at(text.end, piece.source.end));
        begin..end.max(begin)
    }
}
