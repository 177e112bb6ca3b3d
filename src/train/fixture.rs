//! A small training for the tests: comments of which every second one has a flag, which a single word tells.

use crate::dataset::dataset::Dataset;
use crate::dataset::decided::{Answered, DecidedRow, Decisions};
use crate::dataset::request::Request;
use crate::features::blocks::Block;
use crate::features::options::Options;
use crate::learn::class_weight::ClassWeight;
use crate::train::options::TrainOptions;

/// How many comments there are.
pub(crate) const ROWS: usize = 48;

/// Decided comments, of which those with `word` have `flag`.
pub(crate) fn decided(flag: &str, word: &str) -> Vec<DecidedRow> {
    let row = |n: usize| {
        let has = n.is_multiple_of(2);
        DecidedRow {
            id: n.to_string(),
            text: format!("{} says number{n} of {}", if has { word } else { "thanks" }, n % 5),
            answers: [(flag.to_owned(), (Answered::Flag(f64::from(u8::from(has))), 1.0))].into(),
            ..DecidedRow::default()
        }
    };
    (0..ROWS).map(row).collect()
}

/// The same as a data set.
pub(crate) fn data(flag: &str, word: &str) -> Dataset {
    let decisions = Decisions::new("q.db".to_owned(), decided(flag, word)).unwrap();
    let request = Request { flags: vec![flag.to_owned()], ..Request::default() };
    Dataset::read_with(Some(&decisions), &[], &request, |_| true).unwrap()
}

/// Words alone, at one C and without a choice; `folds` may be 0.
pub(crate) fn options(folds: usize, cost: f32) -> TrainOptions {
    TrainOptions {
        features: Options { blocks: vec![Block::Words], ..Options::default() },
        choose_blocks: false,
        class_weight: ClassWeight::None,
        cost: Some(cost),
        folds,
        replicates: 0,
        ..TrainOptions::default()
    }
}
