//! Colours of the terminal forms, and pieces of text that keep theirs while they are laid out.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Color, Style};

use crate::report::columns::{columns, cut};
use crate::report::width::Width;

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    pub(crate) color: bool,
}

pub(crate) const PLAIN: Style = Style::new();
pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const RAISED: Style = of(AnsiColor::Yellow).bold();
pub(crate) const UNSURE: Style = of(AnsiColor::Yellow);

/// Classes that have no colour of their own by convention.
const OTHERS: [AnsiColor; 4] = [AnsiColor::Cyan, AnsiColor::Magenta, AnsiColor::Blue, AnsiColor::BrightYellow];

const fn of(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
}

/// Green for favor, red for against, dim for none; other classes by their number.
pub(crate) fn class_style(name: &str, number: usize) -> Style {
    match name.to_lowercase().as_str() {
        "favor" | "favour" | "for" | "support" => of(AnsiColor::Green),
        "against" | "oppose" => of(AnsiColor::Red),
        "none" | "neutral" => DIM,
        _ => of(OTHERS[number % OTHERS.len()]),
    }
}

impl Paint {
    /// Appends `text` in `style`.
    pub(crate) fn push(self, out: &mut String, style: Style, text: &str) {
        if self.color && style != PLAIN && !text.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(out, "{style}{text}{style:#}");
        } else {
            out.push_str(text);
        }
    }
}

/// A piece of text that is safe to show, and how.
pub(crate) type Piece = (String, Style);

/// Lays pieces out on lines, `gap` spaces apart; a piece is cut like a row, not broken.
pub(crate) fn flow(pieces: Vec<Piece>, gap: usize, width: Width) -> Vec<Vec<Piece>> {
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    let mut used = 0;
    for (text, style) in pieces {
        let text = cut(&text, width.rows);
        let own = columns(&text);
        match lines.last_mut() {
            Some(line) if used + gap + own <= width.prose => {
                line.push((" ".repeat(gap), PLAIN));
                line.push((text, style));
                used += gap + own;
            }
            _ => {
                lines.push(vec![(text, style)]);
                used = own;
            }
        }
    }
    lines
}

/// A probability in readable form. Nothing is certain, so neither 0 nor 100 is shown.
pub(crate) fn percent(p: f32) -> String {
    match p {
        p if p.is_nan() => "? %".to_owned(),
        p if p < 0.005 => "<1 %".to_owned(),
        p if p >= 0.995 => ">99 %".to_owned(),
        p => format!("{:.0} %", p * 100.0),
    }
}
