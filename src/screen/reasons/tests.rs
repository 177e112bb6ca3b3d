//! Tests of `reasons`.

use super::*;
use crate::screen::sample;

fn reason(label: &str, begin: usize, end: usize, share: f32) -> Reason {
    let (begin, end) = (Some(begin), Some(end));
    Reason { label: label.to_owned(), class: None, feature: "words".to_owned(), text: None, begin, end, share }
}

#[test]
fn shades_follow_shares_and_offsets_count_characters() {
    let view = sample::view("Größe 😀 zählt nicht", &[("toxicity", 0.9), ("spam", 0.1)]);
    let reasons = [
        reason("toxicity", 6, 7, 3.0),
        reason("toxicity", 8, 13, 1.5),
        reason("toxicity", 10, 19, 0.5),
        reason("spam", 0, 5, 9.0),
        reason("toxicity", 90, 99, 1.0),
        reason("toxicity", 3, 3, 1.0),
    ];
    let shown: Vec<_> = shaded(&view, &reasons).iter().map(|(a, b, s)| (&view.text[*a..*b], *s)).collect();
    assert_eq!(shown, [("😀", Shade::Strong), ("zählt", Shade::Medium), (" nicht", Shade::Weak)]);
}

#[test]
fn reasons_that_cannot_be_read_are_none() {
    let mut view = sample::view("text", &[("toxicity", 0.9)]);
    for text in ["", "{}", "[1]", "[{\"label\":3}]"] {
        view.reasons = text.to_owned();
        assert!(of(&view).is_none());
    }
}
