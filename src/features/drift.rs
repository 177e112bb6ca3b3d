//! The block of drift: how far the parent is about the article. A reply that follows a drift has left the article with
//! its parent, whatever it has in common with either.

use crate::features::context::{Other, Others};
use crate::features::lexicon::Lexicon;
use crate::features::spline;
use crate::features::spline::Quantity;

/// What the parent is compared to.
const ABOUT: [(Other, &str); 2] = [(Other::Target, "target"), (Other::Article, "article")];

/// How: see [`super::document::Likeness`].
const LIKENESS: [Quantity; 4] = [
    Quantity { name: "its words taken up", knots: &[0.0, 0.1, 0.25, 0.5, 1.0] },
    Quantity { name: "its words or similar ones taken up", knots: &[0.0, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0] },
    Quantity { name: "words in common", knots: &[0.0, 0.03, 0.07, 0.15, 0.3, 0.6] },
    Quantity { name: "closeness in meaning", knots: &[-0.2, 0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8] },
];

/// A column for "not known", then the quantities.
const PER_TEXT: usize = 1 + spline::width(&LIKENESS);
pub(crate) const WIDTH: usize = ABOUT.len() * PER_TEXT;

/// Adds to `row` how similar the parent is to the topic of the thread.
pub(crate) fn extract(first: u32, others: &Others, lexicon: &Lexicon, row: &mut Vec<(u32, f32)>) {
    for (place, (about, _)) in ABOUT.into_iter().enumerate() {
        let first = first + (place * PER_TEXT) as u32;
        let (Some(parent), Some(about)) = (others.get(Other::Parent), others.get(about)) else {
            row.push((first, 1.0));
            continue;
        };
        let likeness = parent.likeness(about, lexicon);
        let meaning = likeness.vectors.map(|(meaning, _)| meaning);
        let values = [Some(likeness.overlap), Some(likeness.soft), Some(likeness.cosine), meaning];
        spline::push(first + 1, &LIKENESS, values, row);
    }
}

/// The meaning of a column of the block, in full and without its number.
pub(crate) fn name(column: usize) -> Option<(String, String)> {
    let (_, about) = ABOUT.get(column / PER_TEXT)?;
    let Some(within) = (column % PER_TEXT).checked_sub(1) else {
        let name = format!("parent to {about}: not known");
        return Some((name.clone(), name));
    };
    let (quantity, knot) = spline::of_column(&LIKENESS, within)?;
    Some((format!("parent to {about}: {} {knot}", quantity.name), format!("parent to {about}: {}", quantity.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_name() {
        assert!((0..WIDTH).all(|column| name(column).is_some()));
        assert_eq!(name(WIDTH), None);
        assert_eq!(name(0).unwrap().0, "parent to target: not known");
        assert_eq!(name(PER_TEXT + 1).unwrap().1, "parent to article: its words taken up");
    }
}
