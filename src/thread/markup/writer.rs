//! Writes plain text. Line breaks, paragraph gaps and quotation marks are written only when the next words are.

use std::ops::Range;

use crate::thread::markup::link::Link;
use crate::thread::markup::piece::Pieces;
use crate::thread::markup::quotations::{Mark, Quotations, forum_tag};

/// The meaning of line ends in the HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// White space.
    Folded,
    /// Line breaks; two are a paragraph.
    Kept,
}

/// The number of line ends for a new line, and for a blank line.
const LINE: usize = 1;
const PARAGRAPH: usize = 2;

/// The plain text written so far.
pub(crate) struct Writer<'h> {
    html: &'h str,
    lines: Lines,
    out: String,
    /// `None` if the sources of the text are not needed.
    pieces: Option<Pieces>,
    /// Where the source of the last text written ends.
    source: usize,
    /// What separates it from the next words: line ends, or a space.
    line_ends: usize,
    space: bool,
    /// Whether an element directly precedes, so that a line end is ignored.
    is_at_element: bool,
    /// Whether the next words are the first of a list item.
    is_item: bool,
    quotations: Quotations,
    /// Whether the quotation's author is being written, which precedes the quotation.
    is_attribution: bool,
    /// The quotation depth of the line written last.
    depth: usize,
    lists: usize,
    preformatted: usize,
    link: Option<Link>,
    /// Up to this offset, the HTML was already read as a forum tag.
    read: usize,
    /// The offset of the last closing quotation tag of a forum.
    last_close: Option<usize>,
}

impl<'h> Writer<'h> {
    pub(crate) fn new(html: &'h str, lines: Lines, is_mapped: bool) -> Self {
        let closes = |at: &usize| forum_tag(html, *at).is_some_and(|tag| tag.is_close);
        Self {
            html,
            lines,
            out: String::with_capacity(html.len()),
            pieces: is_mapped.then(Pieces::default),
            source: 0,
            line_ends: 0,
            space: false,
            is_at_element: true,
            is_item: false,
            quotations: Quotations::default(),
            is_attribution: false,
            depth: 0,
            lists: 0,
            preformatted: 0,
            link: None,
            read: 0,
            last_close: memchr::memrchr_iter(b'[', html.as_bytes()).find(closes),
        }
    }

    /// Takes text that equals its source: the bytes of the HTML at `source`.
    pub(crate) fn same(&mut self, mut source: Range<usize>) {
        source.start = source.start.max(self.read);
        while source.start < source.end {
            let Some(text) = self.html.get(source.clone()) else { return };
            let tags = memchr::memchr_iter(b'[', text.as_bytes()).map(|at| source.start + at);
            let found = tags.map(|at| (at, forum_tag(self.html, at))).find_map(|(at, tag)| Some((at, tag?)));
            let found = found.filter(|(at, _)| self.last_close.is_some_and(|last| *at <= last));
            let end = found.as_ref().map_or(source.end, |(at, _)| *at);
            self.words(source.start..end);
            let Some((_, tag)) = found else { return };
            self.paragraph();
            if tag.is_close {
                self.quotations.close(&[Mark::Forum]);
            } else {
                self.quotations.open(Mark::Forum);
            }
            self.read = tag.end;
            source.start = tag.end;
        }
    }

    /// Takes text that stands for the bytes of the HTML at `source`.
    pub(crate) fn decoded(&mut self, text: &str, source: Range<usize>) {
        if source.start < self.read {
            return;
        }
        let is_blank = |c: char| c.is_ascii_whitespace() || c == '\u{a0}';
        if text.chars().all(is_blank) {
            if !text.is_empty() {
                self.blank(text);
            }
            return;
        }
        self.gap(source.start);
        let at = self.out.len();
        self.out.push_str(text);
        self.wrote(at, source, false);
    }

    fn words(&mut self, source: Range<usize>) {
        let text = self.html.get(source.clone()).unwrap_or_default();
        let is_kept = self.preformatted > 0;
        let is_blank =
            |c: char| if is_kept { matches!(c, '\n' | '\r') } else { c.is_ascii_whitespace() || c == '\u{a0}' };
        let mut begin = 0;
        while let Some(rest) = text.get(begin..).filter(|rest| !rest.is_empty()) {
            let length = rest.find(is_blank).unwrap_or(rest.len());
            let word = &rest[..length];
            if word.chars().all(char::is_whitespace) {
                self.space |= length > 0;
            } else {
                let from = source.start + begin;
                self.gap(from);
                let at = self.out.len();
                self.out.push_str(word);
                self.wrote(at, from..from + length, true);
            }
            let rest = &rest[length..];
            let blank = rest.len() - rest.trim_start_matches(is_blank).len();
            if blank > 0 {
                self.blank(&rest[..blank]);
            }
            begin += length + blank;
        }
    }

    /// Takes white space between words.
    fn blank(&mut self, text: &str) {
        self.space = true;
        let is_kept = self.lines == Lines::Kept && !self.is_at_element;
        if self.preformatted > 0 || is_kept {
            let count = text.bytes().filter(|byte| *byte == b'\n').count();
            self.line_ends += count;
            if self.preformatted == 0 {
                self.line_ends = self.line_ends.min(PARAGRAPH);
            }
        }
    }

    /// Writes the gap before the next words, which begin at `next` in the HTML.
    fn gap(&mut self, next: usize) {
        let at = self.out.len();
        let depth = self.quotations.depth().saturating_sub(usize::from(self.is_attribution));
        if depth != self.depth {
            self.line_ends = self.line_ends.max(PARAGRAPH);
        }
        let is_first = self.out.is_empty();
        if !is_first {
            for _ in 1..self.line_ends {
                self.out.push('\n');
                self.out.push_str("> ".repeat(depth.min(self.depth)).trim_end());
            }
        }
        if is_first || self.line_ends > 0 {
            if !is_first {
                self.out.push('\n');
            }
            self.out.push_str(&"> ".repeat(depth));
            if std::mem::take(&mut self.is_item) {
                self.out.push_str("- ");
            }
        } else if self.space {
            self.out.push(' ');
        }
        (self.line_ends, self.space, self.depth, self.is_at_element) = (0, false, depth, false);
        if self.out.len() > at
            && let Some(pieces) = &mut self.pieces
        {
            let source = self.source..next.max(self.source);
            let is_same = self.html.get(source.clone()) == Some(" ") && &self.out[at..] == " ";
            pieces.push(at, source, is_same);
        }
        if let Some(link) = &mut self.link
            && link.words.is_none()
        {
            link.words = Some((self.out.len(), next));
        }
    }

    fn wrote(&mut self, at: usize, source: Range<usize>, is_same: bool) {
        self.source = source.end.max(self.source);
        if let Some(pieces) = &mut self.pieces {
            pieces.push(at, source, is_same);
        }
    }

    /// Puts a space before what follows.
    pub(crate) fn space(&mut self) {
        self.space = true;
    }

    /// Starts a new line for what follows.
    pub(crate) fn line(&mut self) {
        self.line_ends = self.line_ends.max(LINE);
        self.is_at_element = true;
    }

    /// Puts a blank line before what follows. A list item's first paragraph stays beside its mark.
    pub(crate) fn paragraph(&mut self) {
        self.is_at_element = true;
        let is_in_item = self.is_item || self.lists > 0;
        self.line_ends = self.line_ends.max(if is_in_item { LINE } else { PARAGRAPH });
    }

    pub(crate) fn line_break(&mut self) {
        self.is_at_element = true;
        if self.preformatted > 0 || self.line_ends < PARAGRAPH {
            self.line_ends += 1;
        }
    }

    pub(crate) fn open_list(&mut self) {
        self.paragraph();
        self.lists += 1;
    }

    pub(crate) fn close_list(&mut self) {
        self.lists = self.lists.saturating_sub(1);
        self.is_item = false;
        self.paragraph();
    }

    pub(crate) fn open_item(&mut self) {
        self.line();
        self.is_item = true;
    }

    pub(crate) fn close_item(&mut self) {
        self.line();
        self.is_item = false;
    }

    pub(crate) fn open_preformatted(&mut self) {
        self.preformatted += 1;
    }

    pub(crate) fn close_preformatted(&mut self) {
        self.preformatted = self.preformatted.saturating_sub(1);
    }

    pub(crate) fn open_quotation(&mut self, mark: Mark) {
        self.paragraph();
        self.quotations.open(mark);
    }

    pub(crate) fn close_quotation(&mut self, marks: &[Mark]) {
        self.paragraph();
        self.is_attribution = false;
        self.quotations.close(marks);
    }

    /// Whether the innermost quotation has this mark.
    pub(crate) fn is_in(&self, mark: Mark) -> bool {
        self.quotations.last() == Some(mark)
    }

    /// Starts the quotation's author, which is put above the quotation if nothing of it was written yet.
    pub(crate) fn open_attribution(&mut self) {
        if self.quotations.depth() > self.depth {
            self.line();
            self.is_attribution = true;
        }
    }

    pub(crate) fn close_attribution(&mut self) {
        if std::mem::take(&mut self.is_attribution) {
            self.line();
        }
    }

    pub(crate) fn open_link(&mut self, link: Link) {
        self.close_link(link.begin);
        self.link = Some(link);
    }

    /// Closes the open link, if there is one, at `end` in the HTML.
    pub(crate) fn close_link(&mut self, end: usize) {
        let Some(link) = self.link.take() else { return };
        match link.words {
            None => {
                if let Some(address) = link.address() {
                    self.decoded(address, link.begin..end);
                }
            }
            Some((at, source)) => {
                let Some(address) = self.out.get(at..).and_then(|words| link.whole(words)) else { return };
                self.out.truncate(at);
                if let Some(pieces) = &mut self.pieces {
                    pieces.truncate(at);
                }
                self.out.push_str(address);
                self.wrote(at, source..self.source, false);
            }
        }
    }

    /// The text, and the sources of its parts if requested.
    pub(crate) fn end(mut self) -> (String, Pieces) {
        self.close_link(self.html.len());
        (self.out, self.pieces.unwrap_or_default())
    }
}
