//! Text of strangers, made safe to show: what would steer a screen, hide, or turn a line around is shown by its name.
//!
//! `ESC` becomes `␛`, a right-to-left override `\u{202e}`. What languages need stays: combining marks (a few in a row),
//! joiners between letters of the scripts that use them, emoji sequences. Every form, every message and the review
//! screen follow the same rule; they differ only in what replaces a character ([`Screen`]).

use std::fmt;
use std::io::{self, Write};

use unicode_normalization::char::is_combining_mark;
use unicode_width::UnicodeWidthChar;

/// More combining marks than this on one letter occur in no language.
const MARKS: usize = 4;

/// Where text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// On one line of a terminal.
    Terminal,
    /// The same, drawn cell by cell: the rest of the line goes wrong if terminal and program disagree on a width. They
    /// do on joined emoji and on emoji with a skin tone, so a family is shown as its members.
    Cells,
    /// On one line of a page, by a browser.
    Page,
    /// On a terminal, as the content of a file: line feeds and tabs stay.
    File,
    /// The same for JSON, which stays JSON with the same value: `\u009b`.
    Json,
}

/// Yields `text` piece by piece, each safe to show, with the byte position of its character in `text`.
///
/// On one line, a line feed becomes `␊` and a tab a space: split at line feeds first if they are to be lines.
pub(crate) fn pieces(text: &str, screen: Screen, mut piece: impl FnMut(usize, &str)) {
    let mut buffer = [0; 4];
    let (mut before, mut marks, mut wide) = (' ', 0, false);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or(' ', |(_, c)| *c);
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        let is_plain = match c {
            '\n' | '\t' => matches!(screen, Screen::File | Screen::Json),
            '\u{fe0e}' | '\u{fe0f}' => !before.is_ascii(),
            _ => marks <= MARKS && is_plain(c, before, after),
        };
        let is_left_out = match (c, screen) {
            // Terminals do not agree whether an emoji is wider with its variation selector; without, they do.
            ('\u{fe0e}' | '\u{fe0f}', Screen::Terminal | Screen::Cells) => true,
            ('\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}', Screen::Cells) => wide && is_plain,
            _ => false,
        };
        before = c;
        if is_left_out {
            continue;
        }
        // Marks combine with what precedes them.
        wide = if c.width() == Some(0) && is_plain { wide } else { c.width() == Some(2) };
        match (c, screen) {
            _ if is_plain => piece(at, c.encode_utf8(&mut buffer)),
            (_, Screen::Json) => piece(at, &json(c)),
            ('\t', _) => piece(at, " "),
            ('\0'..='\x1f' | '\x7f', _) => piece(at, picture(c).encode_utf8(&mut buffer)),
            _ => piece(at, &c.escape_unicode().to_string()),
        }
    }
}

/// Unicode has one of each control character of ASCII.
fn picture(c: char) -> char {
    match c {
        '\x7f' => '␡',
        _ => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// A character in a string of JSON.
fn json(c: char) -> String {
    let units = c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>();
    units.concat()
}

/// Whether a character is visible, or has its proper effect between its neighbours.
fn is_plain(c: char, before: char, after: char) -> bool {
    match c {
        ' '..='~' => true,
        // Fillers, line and paragraph separators, the invisible joiner, variation selectors, tags.
        '\u{115f}'
        | '\u{1160}'
        | '\u{3164}'
        | '\u{ffa0}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{34f}'
        | '\u{180b}'..='\u{180f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0000}'..='\u{e0fff}' => false,
        '\u{200c}' | '\u{200d}' => !before.is_ascii() && !after.is_ascii() && !is_joiner(before) && !is_joiner(after),
        // Vowels and endings of Korean that is written letter by letter.
        '\u{1161}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}' => !before.is_ascii(),
        _ => match c.width() {
            None => false,
            Some(0) => is_combining_mark(c),
            Some(_) => true,
        },
    }
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether a character is plain between some neighbours; others must not get into a cell of the screen.
#[must_use]
pub(crate) fn may_stand(c: char) -> bool {
    is_plain(c, char::REPLACEMENT_CHARACTER, char::REPLACEMENT_CHARACTER)
}

/// Appends `text` as `screen` shows it.
pub(crate) fn push(text: &str, screen: Screen, out: &mut String) {
    pieces(text, screen, |_, piece| out.push_str(piece));
}

/// `text` on one line of a terminal.
#[must_use]
pub(crate) fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    push(text, Screen::Terminal, &mut line);
    line
}

/// `text` on one line of the review screen.
pub(crate) fn cell_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    push(text, Screen::Cells, &mut line);
    line
}

/// Displays text in its lines, each safe to show on a terminal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines<'a>(pub &'a str);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut result = Ok(());
        pieces(self.0, Screen::File, |_, piece| result = result.and_then(|()| f.write_str(piece)));
        result
    }
}

/// Writes content meant for a file to a terminal, as [`Screen::File`] or [`Screen::Json`] shows it.
///
/// The content must not include escapes of our own; coloured output makes its text safe itself.
#[derive(Debug)]
pub(crate) struct Sanitized<W: Write> {
    out: W,
    screen: Screen,
    /// The incomplete line: what is shown depends on the neighbours.
    pending: Vec<u8>,
}

/// This much of a line without an end is held back.
const LONGEST: usize = 64 << 10;

impl<W: Write> Sanitized<W> {
    /// Shows on `out` what is written.
    pub(crate) fn new(out: W, screen: Screen) -> Self {
        Self { out, screen, pending: Vec::new() }
    }

    /// The writer behind it, if nothing was written yet.
    pub(crate) fn into_inner(self) -> W {
        self.out
    }

    fn show(&mut self, end: usize) -> io::Result<()> {
        let rest = self.pending.split_off(end);
        let bytes = std::mem::replace(&mut self.pending, rest);
        let mut shown = String::with_capacity(bytes.len());
        push(&String::from_utf8_lossy(&bytes), self.screen, &mut shown);
        self.out.write_all(shown.as_bytes())
    }
}

impl<W: Write> Write for Sanitized<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let before = self.pending.len();
        self.pending.extend_from_slice(bytes);
        if let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') {
            self.show(before + end + 1)?;
        } else if self.pending.len() > LONGEST {
            // Not within a character.
            let end = match std::str::from_utf8(&self.pending) {
                Err(error) if error.error_len().is_none() => error.valid_up_to(),
                _ => self.pending.len(),
            };
            self.show(end)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.show(self.pending.len())?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, screen: Screen) -> String {
        let mut shown = String::new();
        push(text, screen, &mut shown);
        shown
    }

    #[test]
    fn what_steers_or_hides_is_named() {
        assert_eq!(line("a\x1b[31mb\x07\r\n\x7f\0\u{9b}"), "a␛[31mb␇␍␊␡␀\\u{9b}");
        assert_eq!(line("x\u{202e}y\u{2066}z\u{feff}\u{200b}\u{ad}"), "x\\u{202e}y\\u{2066}z\\u{feff}\\u{200b}\\u{ad}");
        assert_eq!(line("off\u{200c}topic\u{e0041}\u{2028}\u{3164}"), "off\\u{200c}topic\\u{e0041}\\u{2028}\\u{3164}");
        assert_eq!(line("a\tb"), "a b");
    }

    #[test]
    fn what_languages_need_stays() {
        for text in [
            "Ein Größenwahn",
            "e\u{301}te\u{301}",
            "می\u{200c}خواهم",
            "👩\u{200d}👧",
            "क्षत्रिय",
            "\u{1112}\u{1161}\u{11ab}",
            "שלום",
        ] {
            assert_eq!(line(text), text);
            assert_eq!(shown(text, Screen::Json), text);
        }
        assert_eq!(line("❤\u{fe0f}"), "❤");
        assert_eq!(shown("❤\u{fe0f}x\u{fe0f}", Screen::File), "❤\u{fe0f}x\\u{fe0f}");
        assert_eq!(line(&format!("a{}", "\u{301}".repeat(6))), "a\u{301}\u{301}\u{301}\u{301}\\u{301}\\u{301}");
    }

    #[test]
    fn joined_emoji_stand_apart_in_cells() {
        let cells = |text| shown(text, Screen::Cells);
        assert_eq!(cells("👩\u{200d}👧 👍\u{1f3fd}! ❤\u{fe0f}"), "👩👧 👍! ❤");
        assert_eq!(cells("می\u{200c}خواهم e\u{301} \u{1b}[2J\u{202e}"), "می\u{200c}خواهم e\u{301} ␛[2J\\u{202e}");
        assert_eq!(cells("👩\u{200d}a"), "👩\\u{200d}a");
    }

    #[test]
    fn lines_and_tabs_of_a_file_stay() {
        assert_eq!(Lines("a\tb\r\n\x1b]0;x\x07").to_string(), "a\tb␍\n␛]0;x␇");
    }

    #[test]
    fn json_stays_json_of_the_same_value() {
        let text = "a\u{9b}31m\u{7f}\u{202e}\u{2028}\u{e0041}\u{200b} \u{1b}\"\\ ❤\u{fe0f}";
        let json = shown(&serde_json::to_string(text).unwrap(), Screen::Json);
        assert_eq!(json, r#""a\u009b31m\u007f\u202e\u2028\udb40\udc41\u200b \u001b\"\\ ❤️""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn a_line_without_end_is_shown_in_time() {
        let mut out = Sanitized::new(Vec::new(), Screen::File);
        out.write_all("é".repeat(LONGEST).as_bytes()).unwrap();
        assert!(out.pending.len() <= LONGEST && !out.out.is_empty());
    }

    proptest! {
        #[test]
        fn no_text_shows_control_or_format_characters(text: String) {
            for screen in [Screen::Terminal, Screen::Cells, Screen::Page, Screen::File, Screen::Json] {
                let stays = |c| matches!(screen, Screen::File | Screen::Json) && matches!(c, '\n' | '\t');
                let steers = |c: char| {
                    c.is_control() && !stays(c)
                        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{e0000}'..='\u{e007f}')
                };
                prop_assert!(!shown(&text, screen).contains(steers));
            }
        }

        #[test]
        fn any_string_of_json_is_read_back(text: String) {
            let json = shown(&serde_json::to_string(&text).unwrap(), Screen::Json);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }

        #[test]
        fn what_is_shown_does_not_depend_on_how_it_is_written(text: String, size in 1..9_usize) {
            let mut out = Sanitized::new(Vec::new(), Screen::File);
            text.as_bytes().chunks(size).for_each(|chunk| out.write_all(chunk).unwrap());
            out.flush().unwrap();
            prop_assert_eq!(String::from_utf8(out.into_inner()).unwrap(), shown(&text, Screen::File));
        }
    }
}
