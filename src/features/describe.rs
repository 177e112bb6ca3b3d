//! Features of context in words: what was measured, and how much of it.

use crate::features::blocks::Block;
use crate::features::{context, profile};

/// A quantity of context, gathered from the columns that its value is shared among.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct ContextValue {
    /// The value, as far as the knots reach.
    value: f32,
    /// It may be more than the last knot.
    beyond: bool,
}

impl ContextValue {
    /// The blocks whose quantities are described.
    pub(crate) const BLOCKS: [Block; 2] = [Block::Context, Block::Profile];

    /// Adds a column of one of [`ContextValue::BLOCKS`], by its place in the block, with its unweighted value.
    pub(crate) fn add(&mut self, block: Block, column: usize, share: f32) {
        let knot = if block == Block::Profile { profile::knot(column) } else { context::knot(column) };
        if let Some((knot, is_last)) = knot {
            self.value += share * knot;
            self.beyond |= is_last && share >= 1.0;
        }
    }

    /// The quantity with this name in words (that of [`fixed_name`](super::fixed_name) without a number).
    #[must_use]
    pub(crate) fn describe(self, name: &str) -> String {
        match name.split_once(": ") {
            Some(("thread", "not known")) => "no thread is known".to_owned(),
            Some((profile::OTHER, "not known")) => format!("no {} are known", profile::OTHER),
            Some((other, "not known")) => format!("no {other} is known"),
            Some((other, "lead in closeness")) if self.value < 0.0 => {
                format!("further in meaning from the {other} than from those on another: {:.2}", self.value)
            }
            Some((other, "lead in closeness")) => {
                format!("closer in meaning to the {other} than to those on any other: {:.2}", self.value)
            }
            Some((other, "lead in words in common")) if self.value < 0.0 => {
                format!("less in common with the {other} than with those on another: {:.2}", self.value)
            }
            Some((other, "lead in words in common")) => {
                format!("more in common with the {other} than with those on any other: {:.2}", self.value)
            }
            Some((other, quantity)) => self.describe_likeness(quantity, &format!("the {other}")),
            None => match name {
                "replies above" if self.value < 0.5 => "at the top of its thread".to_owned(),
                "replies above" => format!("{} replies deep", self.count(self.value)),
                "place in the thread (ln)" => format!("comment {} of its thread", self.count(self.value.exp())),
                "words in common with the rest of the thread" => {
                    self.describe_likeness("words in common", "the rest of the thread")
                }
                "closeness to the rest of the thread" => {
                    self.describe_likeness("closeness in meaning", "the rest of the thread")
                }
                name => self.describe_likeness(name, ""),
            },
        }
    }

    /// A likeness to something else.
    fn describe_likeness(self, quantity: &str, other: &str) -> String {
        // Below the first bound there is little of it, above the second much.
        let degree = |low: f32, high: f32| usize::from(self.value >= low) + usize::from(self.value >= high);
        let words = match quantity {
            "its words taken up" => ["takes up few words of", "takes up some words of", "takes up many words of"]
                [degree(0.1, 0.5)]
            .to_owned(),
            "its words or similar ones taken up" => {
                let much = ["takes up few words or similar ones of", "takes up some words or similar ones of"];
                [much[0], much[1], "takes up many words or similar ones of"][degree(0.3, 0.6)].to_owned()
            }
            "words in common" => ["little in common with", "something in common with", "much in common with"]
                [degree(0.07, 0.3)]
            .to_owned(),
            "closeness in meaning" => ["far in meaning from", "somewhat close in meaning to", "close in meaning to"]
                [degree(0.2, 0.45)]
            .to_owned(),
            "closeness of a sentence" => {
                let best = ["no sentence close in meaning to", "a sentence somewhat close in meaning to"];
                [best[0], best[1], "a sentence close in meaning to"][degree(0.3, 0.6)].to_owned()
            }
            quantity if other.is_empty() => quantity.to_owned(),
            quantity => format!("{quantity} of"),
        };
        let space = if other.is_empty() { "" } else { " " };
        // A share ends at 1, wherever its knots do.
        let or_more = if self.beyond && self.value < 1.0 { " or more" } else { "" };
        format!("{words}{space}{other}: {:.2}{or_more}", self.value)
    }

    fn count(self, count: f32) -> String {
        format!("{}{}", count.round(), if self.beyond { " or more" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::extract::fixed_name;
    use crate::features::spline::Quantity;

    fn describe(name: &str, value: f32) -> String {
        ContextValue { value, beyond: false }.describe(name)
    }

    #[test]
    fn quantities_are_described_with_their_direction_and_value() {
        assert_eq!(describe("article: words in common", 0.04), "little in common with the article: 0.04");
        assert_eq!(describe("target: closeness in meaning", 0.51), "close in meaning to the target: 0.51");
        assert_eq!(
            describe("first comment: its words taken up", 0.2),
            "takes up some words of the first comment: 0.20"
        );
        assert_eq!(
            describe("words in common with the rest of the thread", 0.0),
            "little in common with the rest of the thread: 0.00"
        );
        assert_eq!(describe("place in the thread (ln)", 7_f32.ln()), "comment 7 of its thread");
        assert_eq!(describe("replies above", 0.0), "at the top of its thread");
        assert_eq!(ContextValue { value: 8.0, beyond: true }.describe("replies above"), "8 or more replies deep");
        assert_eq!(describe("parent: not known", 0.0), "no parent is known");
        assert_eq!(describe("comments on the target: not known", 0.0), "no comments on the target are known");
        assert_eq!(
            describe("comments on the target: lead in closeness", -0.3),
            "further in meaning from the comments on the target than from those on another: -0.30"
        );
        assert_eq!(
            describe("comments on the target: words in common", 0.2),
            "something in common with the comments on the target: 0.20"
        );
        assert_eq!(
            describe("comments on the target: lead in words in common", 0.1),
            "more in common with the comments on the target than with those on any other: 0.10"
        );
        assert_eq!(describe("something new", 0.5), "something new: 0.50");
        assert_eq!(describe("parent: something new", 0.5), "something new of the parent: 0.50");
    }

    #[test]
    fn the_value_is_found_in_the_columns_that_it_is_shared_among() {
        // The columns of the article's words in common, wherever they are.
        let columns: Vec<usize> = (0..context::WIDTH)
            .filter(|column| fixed_name(Block::Context, *column).unwrap().1 == "article: words in common")
            .collect();
        let knots: Vec<f32> = columns.iter().map(|column| context::knot(*column).unwrap().0).collect();
        let quantity = Quantity { name: "words in common", knots: knots.leak() };
        for value in [0.0, 0.04, 0.2, 0.45, 0.9] {
            let mut row = Vec::new();
            quantity.push(columns[0] as u32, value, &mut row);
            let mut measured = ContextValue::default();
            row.iter().for_each(|(column, share)| measured.add(Block::Context, *column as usize, *share));
            assert!((measured.value - value.min(quantity.knots[quantity.knots.len() - 1])).abs() < 1e-6);
            assert_eq!(measured.beyond, value == 0.9);
        }
    }
}
