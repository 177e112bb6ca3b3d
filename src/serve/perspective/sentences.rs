//! The sentences of a text, and their positions in the units that clients count in.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::text::no_text::has_text;

/// A sentence, without the space around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// Bytes.
    pub(crate) bytes: Range<usize>,
    /// UTF-16 code units.
    pub(crate) units: Range<usize>,
}

/// At most this many sentences are separated, because each is scored on its own; the rest counts as one.
const MOST: usize = 200;

/// The sentences in which there is anything to judge.
pub(crate) fn sentences(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let (mut last, mut unit) = (0, 0);
    let mut begin = None;
    for (at, piece) in text.split_sentence_bound_indices() {
        let end = at + piece.len();
        let first = *begin.get_or_insert(at);
        if sentences.len() + 1 >= MOST && end < text.len() {
            continue;
        }
        begin = None;
        let whole = &text[first..end];
        let sentence = whole.trim();
        if !has_text(sentence) {
            continue;
        }
        let start = first + (whole.len() - whole.trim_start().len());
        let bytes = start..start + sentence.len();
        unit += length(&text[last..start]);
        let units = unit..unit + length(sentence);
        (last, unit) = (bytes.end, units.end);
        sentences.push(Sentence { bytes, units });
    }
    sentences
}

/// The UTF-16 code units of a text.
pub(crate) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spans(text: &str) -> Vec<(usize, usize)> {
        sentences(text).into_iter().map(|sentence| (sentence.units.start, sentence.units.end)).collect()
    }

    #[test]
    fn sentences_are_told_apart_and_counted_in_utf_16() {
        assert_eq!(spans("what kind of idiot name is foo? I mean it really."), [(0, 31), (32, 49)]);
        assert_eq!(spans("  One.\r\n\r\nTwo  "), [(2, 6), (10, 13)]);
        assert_eq!(spans("😀 Ja! 👩‍👩‍👧 Größe."), [(0, 6), (7, 22)]);
        assert_eq!(spans("One.\n<br> "), [(0, 4)]);
        assert_eq!(spans(" "), []);
    }

    #[test]
    fn what_has_very_many_is_cut_into_no_more_than_are_scored() {
        let text = "No. ".repeat(5000);
        let spans = spans(&text);
        assert_eq!(spans.len(), MOST);
        assert_eq!(spans.last(), Some(&(4 * (MOST - 1), 4 * 5000 - 1)));
    }

    proptest! {
        #[test]
        fn both_counts_mean_the_same_piece(text in "[ a-cß😀.!?\\n]{0,60}") {
            let units: Vec<u16> = text.encode_utf16().collect();
            let mut end = 0;
            for sentence in sentences(&text) {
                let own = &text[sentence.bytes.clone()];
                prop_assert_eq!(String::from_utf16(&units[sentence.units.clone()]).unwrap(), own);
                prop_assert_eq!(own.trim(), own);
                prop_assert!(sentence.units.start >= end);
                end = sentence.units.end;
            }
        }
    }
}
