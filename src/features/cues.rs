//! Cues: how often a comment hedges, asks, attributes, agrees, denies, and to whom it speaks.

use crate::features::spline::Quantity;
use crate::text::cues::{GUESSES, KINDS, Phrase};
use crate::text::token::{Kind, Tokens};

/// Knots of a kind's count, and of its share of the words.
const COUNT: Quantity = Quantity { name: "count", knots: &[0.0, 1.0, 2.0, 4.0, 8.0] };
const SHARE: Quantity = Quantity { name: "share", knots: &[0.0, 0.02, 0.05, 0.1, 0.2, 0.5] };
/// A cue that opens the comment, a negated cue, a cue in a question.
const PLACES: [&str; 3] = ["first", "negated", "in a question"];

const PER_KIND: usize = COUNT.knots.len() + SHARE.knots.len() + PLACES.len();
pub(crate) const WIDTH: usize = KINDS.len() * PER_KIND;
pub(crate) const WIDTH_OF_GUESSES: usize = GUESSES.len() * PER_KIND;

/// How many words a negation reaches.
const SCOPE: usize = 3;
const NEGATION: usize = 6;

/// Adds the cues of a text to `row`.
pub(crate) fn extract(first: u32, cues: &[Phrase], tokens: &Tokens, row: &mut Vec<(u32, f32)>) {
    extract_kinds::<{ KINDS.len() }>(first, cues, Some(NEGATION), tokens, row);
}

/// Adds the phrases of guesses of a text to `row`.
pub(crate) fn extract_guesses(first: u32, guesses: &[Phrase], tokens: &Tokens, row: &mut Vec<(u32, f32)>) {
    extract_kinds::<{ GUESSES.len() }>(first, guesses, None, tokens, row);
}

/// `N` kinds; a cue after one of the kind `negates` counts as negated.
fn extract_kinds<const N: usize>(
    first: u32,
    phrases: &[Phrase],
    negates: Option<usize>,
    tokens: &Tokens,
    row: &mut Vec<(u32, f32)>,
) {
    let words = tokens.words().count();
    let mut counts = [0_u32; N];
    let mut places = [[false; PLACES.len()]; N];
    let mut negation = None;
    for Phrase { kind, first, last } in phrases.iter().copied() {
        counts[kind] += 1;
        places[kind][0] |= first == 0;
        places[kind][1] |= negation.is_some_and(|at| first > at && first - at <= SCOPE);
        places[kind][2] |= sentence_end(tokens, last) == Some('?');
        if Some(kind) == negates {
            negation = Some(last);
        }
    }
    for (kind, count) in counts.into_iter().enumerate() {
        let column = first + (kind * PER_KIND) as u32;
        COUNT.push(column, count as f32, row);
        let column = column + COUNT.knots.len() as u32;
        SHARE.push(column, count as f32 / words.max(1) as f32, row);
        let column = column + SHARE.knots.len() as u32;
        for (place, is) in places[kind].into_iter().enumerate() {
            if is {
                row.push((column + place as u32, 1.0));
            }
        }
    }
}

/// The mark that ends the sentence of the token.
fn sentence_end(tokens: &Tokens, from: usize) -> Option<char> {
    let rest = tokens.as_slice().get(from..)?;
    rest.iter()
        .take(60)
        .filter(|token| token.kind == Kind::Punctuation)
        .find_map(|token| tokens.norm(token).chars().find(|c| matches!(c, '.' | '!' | '?')))
}

/// The meaning of a column of the block, and its kind of cue.
pub(crate) fn name(column: usize) -> Option<(String, String)> {
    name_of(&KINDS, column)
}

/// The meaning of a column of the block of guesses, and its kind.
pub(crate) fn name_of_guess(column: usize) -> Option<(String, String)> {
    name_of(&GUESSES, column)
}

fn name_of(kinds: &[&str], column: usize) -> Option<(String, String)> {
    let (kind, within) = (*kinds.get(column / PER_KIND)?, column % PER_KIND);
    let name = if let Some(count) = COUNT.knots.get(within) {
        format!("{kind} cues: {count}")
    } else if let Some(share) = SHARE.knots.get(within - COUNT.knots.len()) {
        format!("{kind} cues: share {share}")
    } else {
        format!("{kind} cue {}", PLACES[within - COUNT.knots.len() - SHARE.knots.len()])
    };
    // The first knot of either says that there is none.
    let absent = within == 0 || within == COUNT.knots.len();
    let group = if absent { format!("no {kind}") } else { kind.to_owned() };
    Some((name, group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_name() {
        assert!((0..WIDTH).all(|column| name(column).is_some()));
        assert_eq!(name(WIDTH), None);
        assert_eq!(name(0).unwrap().0, "hedge cues: 0");
        assert_eq!(name(PER_KIND + 13).unwrap().0, "rumour cue in a question");
        assert_eq!(KINDS[NEGATION], "negation");
        assert!((0..WIDTH_OF_GUESSES).all(|column| name_of_guess(column).is_some()));
        assert_eq!(name_of_guess(PER_KIND).unwrap().0, "motive cues: 0");
    }
}
