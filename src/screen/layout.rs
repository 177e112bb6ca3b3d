//! Scrollable text, laid out only as far as it is visible: a text of any length costs as much as one screenful.

use std::ops::Range;

use crate::report::columns;
use crate::report::sanitize;
use crate::report::sanitize::Screen;
use crate::screen::tone::Tone;

/// Longer paragraphs are laid out in parts of this many bytes, each beginning on a new line.
const PART: usize = 4_000;

/// A piece of a line, safe to show.
pub(crate) type Piece = (String, Tone);

/// A line of the screen.
pub(crate) type Line = Vec<Piece>;

/// A paragraph, or a part of a long one.
#[derive(Clone, Debug, Default, PartialEq)]
struct Block {
    /// Columns to the left.
    indent: usize,
    /// As it was written, and how it looks.
    runs: Vec<(String, Tone)>,
}

/// Paragraphs, one below the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Layout {
    blocks: Vec<Block>,
}

/// A line of a layout: its block, and its position in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Anchor {
    block: usize,
    line: usize,
}

impl Layout {
    /// One paragraph in one tone.
    pub(crate) fn say(&mut self, indent: usize, tone: Tone, text: &str) {
        self.push(indent, vec![(text.to_owned(), tone)]);
    }

    /// One paragraph of several pieces.
    pub(crate) fn push(&mut self, indent: usize, runs: Vec<(String, Tone)>) {
        self.blocks.push(Block { indent, runs });
    }

    pub(crate) fn gap(&mut self) {
        self.blocks.push(Block::default());
    }

    pub(crate) fn append(&mut self, other: &Self) {
        self.blocks.extend(other.blocks.iter().cloned());
    }

    /// A whole text; `marked` are pieces of it, in bytes and in order, with their tones.
    pub(crate) fn text(&mut self, indent: usize, text: &str, marked: &[(usize, usize, Tone)]) {
        let (mut begin, mut mark, mut empty) = (0, 0, true);
        for paragraph in text.split('\n') {
            let end = begin + paragraph.len();
            let blank = paragraph.trim().is_empty();
            // Empty lines in a row say no more than one.
            if blank && !empty {
                self.gap();
            }
            empty = blank;
            let mut at = begin;
            while !blank && at < end {
                let to = part_end(text, at, end);
                while marked.get(mark).is_some_and(|(_, until, _)| *until <= at) {
                    mark += 1;
                }
                self.push(indent, runs(text, at..to, marked.get(mark..).unwrap_or_default()));
                at = to;
            }
            begin = end + 1;
        }
    }

    /// The lines from `anchor` that fill a window.
    pub(crate) fn lines(&self, anchor: Anchor, width: usize, height: usize) -> Vec<Line> {
        let mut lines = Vec::with_capacity(height);
        let mut skip = anchor.line;
        for block in self.blocks.iter().skip(anchor.block) {
            lines.extend(block.layout(width).into_iter().skip(skip).take(height - lines.len()));
            skip = 0;
            if lines.len() >= height {
                break;
            }
        }
        lines
    }

    /// The anchor this many lines further down. The last `keep` lines stay visible.
    pub(crate) fn down(&self, anchor: Anchor, width: usize, lines: usize, keep: usize) -> Anchor {
        let last = self.up(Anchor { block: self.blocks.len(), line: 0 }, width, keep);
        let mut at = anchor;
        let mut left = anchor.line + lines;
        at.line = 0;
        while let Some(block) = self.blocks.get(at.block) {
            let own = block.layout(width).len();
            if left < own {
                at.line = left;
                break;
            }
            left -= own;
            at.block += 1;
        }
        at.min(last).max(anchor.min(last))
    }

    /// The anchor this many lines further up.
    pub(crate) fn up(&self, anchor: Anchor, width: usize, lines: usize) -> Anchor {
        let mut at = anchor;
        let mut left = lines;
        while left > at.line && at.block > 0 {
            left -= at.line;
            at.block -= 1;
            at.line = self.blocks.get(at.block).map_or(0, |block| block.layout(width).len());
        }
        at.line = at.line.saturating_sub(left);
        at
    }

    /// Whether nothing follows behind a window.
    pub(crate) fn ends(&self, anchor: Anchor, width: usize, height: usize) -> bool {
        self.lines(anchor, width, height + 1).len() <= height
    }
}

/// Where the part of a paragraph that begins at `at` ends: after a space if there is one, between characters in any
/// case.
fn part_end(text: &str, at: usize, end: usize) -> usize {
    if end - at <= PART {
        return end;
    }
    let part = text.floor_char_boundary(at + PART);
    let space = text.get(part - PART / 8..part).and_then(|tail| tail.rfind(' '));
    space.map_or(part, |space| part - PART / 8 + space + 1)
}

fn runs(text: &str, range: Range<usize>, marked: &[(usize, usize, Tone)]) -> Vec<(String, Tone)> {
    let mut runs = Vec::new();
    let mut at = range.start;
    let mut push = |from: usize, to: usize, tone| {
        if let Some(piece) = text.get(from..to).filter(|piece| !piece.is_empty()) {
            runs.push((piece.to_owned(), tone));
        }
    };
    for (begin, end, tone) in marked.iter().take_while(|(begin, ..)| *begin < range.end) {
        let (begin, end) = ((*begin).max(at), (*end).min(range.end));
        push(at, begin, Tone::Plain);
        push(begin, end, *tone);
        at = end.max(at);
    }
    push(at, range.end, Tone::Plain);
    runs
}

impl Block {
    fn layout(&self, width: usize) -> Vec<Line> {
        let width = width.saturating_sub(self.indent).max(2);
        let mut shown = String::new();
        let mut starts: Vec<(usize, Tone)> = Vec::new();
        for (text, tone) in &self.runs {
            starts.push((shown.len(), *tone));
            sanitize::push(text, Screen::Cells, &mut shown);
        }
        if shown.is_empty() {
            return vec![Line::new()];
        }
        columns::wrap(&shown, width).into_iter().map(|range| self.line(&shown, &starts, range)).collect()
    }

    fn line(&self, shown: &str, starts: &[(usize, Tone)], range: Range<usize>) -> Line {
        let mut line = Line::new();
        if self.indent > 0 {
            line.push((" ".repeat(self.indent), Tone::Plain));
        }
        let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([shown.len()]);
        for ((start, tone), end) in starts.iter().zip(ends) {
            if let Some(piece) = shown.get((*start).max(range.start)..end.min(range.end)).filter(|p| !p.is_empty()) {
                line.push((piece.to_owned(), *tone));
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.iter().map(|(text, _)| text.as_str()).collect()).collect()
    }

    #[test]
    fn tones_follow_the_pieces_over_lines() {
        let mut layout = Layout::default();
        layout.text(2, "They never asked\n\n\nanyone\there", &[(5, 14, Tone::Strong), (19, 25, Tone::Weak)]);
        let lines = layout.lines(Anchor::default(), 12, 9);
        assert_eq!(shown(&lines), ["  They never", "  asked", "", "  anyone", "  here"]);
        assert_eq!(lines[0][2], ("never".to_owned(), Tone::Strong));
        assert_eq!(lines[1][1..], [("ask".to_owned(), Tone::Strong), ("ed".to_owned(), Tone::Plain)]);
        assert_eq!(lines[3][1], ("anyone".to_owned(), Tone::Weak));
    }

    #[test]
    fn scrolling_stops_at_both_ends() {
        let mut layout = Layout::default();
        (0..10).for_each(|i| layout.say(0, Tone::Plain, &format!("a{i} b{i}")));
        let top = Anchor::default();
        let down = layout.down(top, 2, 5, 4);
        assert_eq!(shown(&layout.lines(down, 2, 3)), ["b2", "a3", "b3"]);
        assert_eq!(layout.up(down, 2, 3), layout.down(top, 2, 2, 4));
        assert_eq!(layout.up(down, 2, 99), top);
        let end = layout.down(down, 2, 99, 4);
        assert_eq!(shown(&layout.lines(end, 2, 9)), ["a8", "b8", "a9", "b9"]);
        assert!(layout.ends(end, 2, 4) && !layout.ends(down, 2, 4));
        assert_eq!(Layout::default().down(top, 2, 5, 4), top);
        // A window that holds all of it does not move.
        assert_eq!(layout.down(top, 2, 5, 40), top);
    }

    #[test]
    fn a_long_line_is_laid_out_in_parts() {
        let mut layout = Layout::default();
        let text = "wörd ".repeat(20_000);
        layout.text(0, &text, &[(3_990, 4_020, Tone::Strong)]);
        assert!(layout.blocks.len() > 20 && layout.blocks.len() < 50, "{}", layout.blocks.len());
        let all: String = layout.blocks.iter().flat_map(|block| &block.runs).map(|(text, _)| text.as_str()).collect();
        assert_eq!(all, text);
        layout.text(0, &"ö".repeat(50_000), &[]);
    }
}
