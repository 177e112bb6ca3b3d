//! Text of strangers on this screen: as [`visible`] shows it and, beyond that, without what some terminals draw in fewer
//! columns than others.
//!
//! A screen that is drawn cell by cell goes wrong to the end of the line where terminal and program do not agree on a width.
//! They do not on emoji that are joined to one, and on those with a skin tone: joiners and tones are left out here, so that a
//! family is shown as its members.

use unicode_width::UnicodeWidthChar;

use crate::report::visible::{self, Screen};

/// Appends `text` on one line.
pub(super) fn push(text: &str, out: &mut String) {
    let mut wide = false;
    visible::pieces(text, Screen::Terminal, |_, piece| {
        let c = piece.chars().next().unwrap_or(' ');
        let left_out = wide && (c == '\u{200d}' || is_tone(c));
        if !left_out {
            out.push_str(piece);
            // Marks stand on what is before them.
            wide = if c.width() == Some(0) { wide } else { c.width() == Some(2) };
        }
    });
}

/// `text` on one line.
pub(super) fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    push(text, &mut line);
    line
}

/// The beginning of `text` on one line, spaces run together, in at most `width` columns.
pub(super) fn excerpt(text: &str, width: usize) -> String {
    let begin: String = text.chars().take(8 * width + 64).collect();
    let words: Vec<&str> = begin.split_whitespace().collect();
    visible::cut(&line(&words.join(" ")), width)
}

/// Whether a character may stand in a cell: it takes columns, and does not steer.
pub(super) fn may_stand(c: char) -> bool {
    !c.is_control() && c.width().is_some() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_emoji_stand_apart() {
        assert_eq!(line("👩\u{200d}👧 👍\u{1f3fd}! ❤\u{fe0f}"), "👩👧 👍! ❤");
        assert_eq!(line("می\u{200c}خواهم e\u{301} \u{1b}[2J\u{202e}"), "می\u{200c}خواهم e\u{301} ␛[2J\\u{202e}");
        assert_eq!(excerpt("one\n\n two  three", 9), "one two…");
    }
}
