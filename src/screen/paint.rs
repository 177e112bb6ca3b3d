//! How things search, in colours or without, and how text gets into cells.

use crate::screen::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthChar;

use crate::report::sanitize::may_stand;
use crate::screen::layout::Piece;

/// With colours, or with bold type and lines alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    pub(crate) colour: bool,
}

impl Palette {
    pub(crate) fn style(self, tone: Tone) -> Style {
        let style = Style::new();
        let fg = |colour| if self.colour { style.fg(colour) } else { style };
        match tone {
            Tone::Plain => style,
            Tone::Dim => style.add_modifier(Modifier::DIM),
            Tone::Bold => style.add_modifier(Modifier::BOLD),
            Tone::Raised => fg(Color::Yellow).add_modifier(Modifier::BOLD),
            Tone::Unsure => fg(Color::Yellow),
            Tone::Good => fg(Color::Green),
            Tone::Bad => fg(Color::Red).add_modifier(Modifier::BOLD),
            Tone::Weak => style.add_modifier(Modifier::UNDERLINED),
            Tone::Medium => fg(Color::Yellow).add_modifier(Modifier::UNDERLINED | Modifier::BOLD),
            Tone::Strong if self.colour => {
                style.fg(Color::Black).bg(Color::Yellow).add_modifier(Modifier::UNDERLINED | Modifier::BOLD)
            }
            Tone::Strong => style.add_modifier(Modifier::UNDERLINED | Modifier::BOLD | Modifier::REVERSED),
            Tone::Chosen => style.add_modifier(Modifier::REVERSED),
        }
    }
}

/// A part of the screen that is being written on.
pub(crate) struct Canvas<'a> {
    pub(crate) buffer: &'a mut Buffer,
    pub(crate) palette: Palette,
}

impl Canvas<'_> {
    /// Writes safe text from a cell, up to the column `end`, and returns the column after it.
    ///
    /// Whatever is given, no cell holds a character that steers a terminal.
    pub(crate) fn put(&mut self, x: u16, y: u16, end: u16, text: &str, style: Style) -> u16 {
        let (mut at, mut last) = (x, None);
        let end = end.min(self.buffer.area.right());
        for c in text.chars().filter(|c| may_stand(*c)) {
            let width = c.width().unwrap_or(0) as u16;
            if width == 0 {
                if let Some(cell) = last.and_then(|last| self.buffer.cell_mut((last, y))) {
                    let symbol = format!("{}{c}", cell.symbol());
                    cell.set_symbol(&symbol);
                }
                continue;
            }
            if at + width > end {
                break;
            }
            let Some(cell) = self.buffer.cell_mut((at, y)) else { break };
            cell.reset();
            cell.set_char(c).set_style(style);
            for covered in at + 1..at + width {
                if let Some(cell) = self.buffer.cell_mut((covered, y)) {
                    cell.reset();
                    cell.set_style(style);
                }
            }
            last = Some(at);
            at += width;
        }
        at
    }

    /// Writes a line into a row of an area.
    pub(crate) fn line(&mut self, area: Rect, row: u16, line: &[Piece]) {
        let y = area.y.saturating_add(row);
        if row >= area.height {
            return;
        }
        let mut x = area.x;
        for (text, tone) in line {
            x = self.put(x, y, area.right(), text, self.palette.style(*tone));
        }
    }

    pub(crate) fn lines(&mut self, area: Rect, lines: &[Vec<Piece>]) {
        for (row, line) in lines.iter().enumerate().take(area.height.into()) {
            self.line(area, row as u16, line);
        }
    }

    /// Turns a row of an area around: it is chosen.
    pub(crate) fn choose(&mut self, area: Rect, row: u16) {
        if row < area.height {
            let row = Rect { y: area.y + row, height: 1, ..area };
            self.buffer.set_style(row, self.palette.style(Tone::Chosen));
        }
    }

    /// A line across, with words in it.
    pub(crate) fn rule(&mut self, area: Rect, words: &[Piece]) {
        let style = self.palette.style(Tone::Dim);
        self.put(area.x, area.y, area.right(), &"─".repeat(area.width.into()), style);
        let mut x = area.x.saturating_add(2);
        if words.is_empty() {
            return;
        }
        x = self.put(x, area.y, area.right(), " ", style);
        for (text, tone) in words {
            x = self.put(x, area.y, area.right(), text, self.palette.style(*tone));
        }
        self.put(x, area.y, area.right(), " ", style);
    }

    /// A line down.
    pub(crate) fn side(&mut self, x: u16, area: Rect) {
        for y in area.top()..area.bottom() {
            self.put(x, y, x.saturating_add(1), "│", self.palette.style(Tone::Dim));
        }
    }
}
