//! Text of strangers, made safe to show: what would steer a terminal, hide, or turn a line around is shown by its name.
//!
//! `ESC` becomes `␛`, a right-to-left override `\u{202e}`. What languages need stays: combining marks (a few in a row),
//! joiners between letters of the scripts that use them, emoji sequences. Widths are counted in columns of a terminal.

use std::ops::Range;

use textwrap::WordSeparator;
use textwrap::core::break_words;
use textwrap::wrap_algorithms::wrap_first_fit;
use unicode_normalization::char::is_combining_mark;
use unicode_width::UnicodeWidthChar;

/// More combining marks than this on one letter are no language.
const MARKS: usize = 4;

/// Where text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// In columns of equal width.
    Terminal,
    /// By a browser.
    Page,
}

/// Hands out `text` piece by piece, each safe to show on one line, with the byte at which its character stands in `text`.
///
/// A line feed becomes `␊` and a tab a space: split at line feeds first where they are to be lines.
pub fn pieces(text: &str, screen: Screen, mut piece: impl FnMut(usize, &str)) {
    let mut buffer = [0; 4];
    let (mut before, mut marks) = (' ', 0);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or(' ', |(_, c)| *c);
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        match c {
            '\t' => piece(at, " "),
            // Unicode has a picture of each of these.
            '\0'..='\x1f' => {
                let picture = char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER);
                piece(at, picture.encode_utf8(&mut buffer));
            }
            '\x7f' => piece(at, "␡"),
            // Terminals do not agree whether an emoji is wider with its variation selector; without, they do.
            '\u{fe0e}' | '\u{fe0f}' if screen == Screen::Terminal => {}
            '\u{fe0e}' | '\u{fe0f}' if !before.is_ascii() => piece(at, c.encode_utf8(&mut buffer)),
            _ if marks <= MARKS && is_plain(c, before, after) => piece(at, c.encode_utf8(&mut buffer)),
            _ => piece(at, &c.escape_unicode().to_string()),
        }
        before = c;
    }
}

/// Whether a character can be seen, or does between its neighbours what it is there for.
fn is_plain(c: char, before: char, after: char) -> bool {
    match c {
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

/// `text` on one line, safe to show.
#[must_use]
pub fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    pieces(text, Screen::Terminal, |_, piece| line.push_str(piece));
    line
}

/// The beginning of `text` on one line, spaces run together, in at most `width` columns; `…` stands for what is cut off.
#[must_use]
pub fn excerpt(text: &str, width: usize) -> String {
    // No need to go through a long text for a short line; many characters may take no column.
    let begin: String = text.chars().take(8 * width + 64).collect();
    let words: Vec<&str> = begin.split_whitespace().collect();
    cut(&line(&words.join(" ")), width)
}

/// The end of `text` on one line in at most `width` columns; `…` stands for what is cut off. For places: the folder
/// matters less than the file and the row.
#[must_use]
pub fn ending(text: &str, width: usize) -> String {
    let text = line(text);
    if columns(&text) <= width {
        return text;
    }
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used < width
    };
    let end: Vec<char> = text.chars().rev().take_while(fits).collect();
    std::iter::once('…').chain(end.into_iter().rev()).take(width).collect()
}

/// `text`, which is safe to show, in at most `width` columns; `…` stands for what is cut off.
#[must_use]
pub fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used < width
    };
    let begin: String = text.chars().take_while(fits).collect();
    let mut begin = begin.trim_end().to_owned();
    if width > 0 {
        begin.push('…');
    }
    begin
}

/// How many columns `text`, which is safe to show, takes.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// Breaks a line that is safe to show into lines of at most `width` columns, at least 2: the bytes of each, without the
/// spaces at its end. Words that are too long are broken.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    let words = break_words(WordSeparator::UnicodeBreakProperties.find_words(text), width);
    let mut at = 0;
    let lines = wrap_first_fit(&words, &[width as f64]).into_iter().map(|line| {
        let begin = at;
        at += line.iter().map(|word| word.word.len() + word.whitespace.len()).sum::<usize>();
        begin..at
    });
    lines.map(|line| line.start..line.start + text.get(line).unwrap_or_default().trim_end_matches(' ').len()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;

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
        }
        assert_eq!(line("❤\u{fe0f}"), "❤");
        assert_eq!(line(&format!("a{}", "\u{301}".repeat(6))), "a\u{301}\u{301}\u{301}\u{301}\\u{301}\\u{301}");
    }

    #[test]
    fn excerpts_are_cut_to_their_width() {
        assert_eq!(excerpt("one\n\n two  three", 20), "one two three");
        assert_eq!(excerpt("one\n\n two  three", 9), "one two…");
        assert_eq!(excerpt("漢字漢字", 6), "漢字…");
        assert_eq!((cut("abc", 1), cut("abc", 0)), ("…".to_owned(), String::new()));
    }

    #[test]
    fn a_place_keeps_its_end() {
        assert_eq!(ending("data/long/folder/a.csv:12 c1", 30), "data/long/folder/a.csv:12 c1");
        assert_eq!(ending("data/long/folder/a.csv:12 c1", 13), "…/a.csv:12 c1");
        assert_eq!(ending("漢字漢字", 6), "…漢字");
        assert_eq!((ending("abc", 1), ending("abc", 0)), ("…".to_owned(), String::new()));
    }

    #[test]
    fn long_words_are_broken() {
        let text = format!("see {} there", "x".repeat(25));
        let lines: Vec<&str> = wrap(&text, 10).into_iter().map(|line| &text[line]).collect();
        assert_eq!(lines, ["see", "xxxxxxxxxx", "xxxxxxxxxx", "xxxxx", "there"]);
    }

    proptest! {
        #[test]
        fn no_text_shows_control_or_format_characters(text: String) {
            let line = line(&text);
            let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            prop_assert!(!line.contains(steers));
        }

        #[test]
        fn wrapped_lines_fit_and_lose_nothing(text in r"([a-z]{0,30}|\PC| |[👩👧❤漢]|\u{200d}|\u{fe0f}|\u{301}){0,80}", width in 2..60_usize) {
            let text = line(&text);
            let mut end = 0;
            for line in wrap(&text, width) {
                prop_assert!(text[end..line.start].trim_matches(' ').is_empty());
                end = line.end;
                prop_assert!(columns(&text[line.clone()]) <= width, "{:?}", &text[line]);
                prop_assert!(text[line.clone()].width() <= width, "{:?}", &text[line]);
            }
            prop_assert!(text[end..].trim_matches(' ').is_empty());
        }
    }
}
