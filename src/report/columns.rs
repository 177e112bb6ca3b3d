//! Text that is safe to show ([`sanitize`](super::sanitize)) laid out on a terminal: widths are counted in its columns.

use std::ops::Range;

use textwrap::WordSeparator;
use textwrap::core::break_words;
use textwrap::wrap_algorithms::wrap_first_fit;
use unicode_width::UnicodeWidthChar;

use crate::report::sanitize::{cell_line, line};

/// The beginning of `text` on one line, with white space collapsed, in at most `width` columns; `…` replaces what is
/// cut off.
#[must_use]
pub(crate) fn excerpt(text: &str, width: usize) -> String {
    cut(&line(&beginning(text, width)), width)
}

/// The same on a line of the review screen.
pub(crate) fn cell_excerpt(text: &str, width: usize) -> String {
    cut(&cell_line(&beginning(text, width)), width)
}

/// As much of `text` as `width` columns may take, spaces run together.
fn beginning(text: &str, width: usize) -> String {
    // No need to go through a long text for a short line; many characters may take no column.
    let begin: String = text.chars().take(width.saturating_mul(8).saturating_add(64)).collect();
    begin.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The end of `text` on one line in at most `width` columns; `…` replaces what is cut off. For places, in which the
/// folder matters less than the file and the row.
#[must_use]
pub(crate) fn ending(text: &str, width: usize) -> String {
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

/// `text`, which is safe to show, in at most `width` columns; `…` replaces what is cut off.
#[must_use]
pub(crate) fn cut(text: &str, width: usize) -> String {
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
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// Breaks a line that is safe to show into lines of at most `width` columns, at least 2: the bytes of each, without the
/// spaces at its end. Words that are too long are broken.
#[must_use]
pub(crate) fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
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
