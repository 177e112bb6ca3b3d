//! Classes whose rows all stand in one fold: whenever one of them was asked for, none had been learnt, so cross-validation
//! cannot tell how they are found.

use crate::dataset::annotations::{Annotated, Truth};
use crate::dataset::label::{Kind, Label};
use crate::learn::folds::Folds;

/// A class, or a side of a flag, that stands in one fold only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Confined {
    /// The class, by number; of a flag 0 for no and 1 for yes.
    pub class: usize,
    /// How many rows are of it.
    pub rows: usize,
    /// The first of them.
    pub first: usize,
    /// All of them are in one group, and not only in one fold.
    pub one_group: bool,
}

impl Confined {
    /// The classes of a label that cannot be measured by these folds.
    #[must_use]
    pub(crate) fn find(label: &Label, annotated: &Annotated, folds: &Folds, groups: Option<&[u32]>) -> Vec<Self> {
        let n = if label.kind == Kind::Flag { 2 } else { label.classes().len() };
        let is_of = |at: usize, class: usize| match &annotated.truth {
            Truth::Classes(classes) => classes[at] == class,
            // A soft share is a part of either side.
            Truth::Shares(shares) => {
                if class == 1 {
                    shares[at] > 0.0
                } else {
                    shares[at] < 1.0
                }
            }
        };
        let confined = (0..n).filter_map(|class| {
            let rows = || annotated.rows.iter().enumerate().filter(|(at, _)| is_of(*at, class)).map(|(_, row)| *row);
            let first = rows().next()?;
            let alike = |values: &[u32]| rows().all(|row| values[row] == values[first]);
            rows().all(|row| folds.of[row] == folds.of[first]).then(|| Self {
                class,
                rows: rows().count(),
                first,
                one_group: groups.is_some_and(alike),
            })
        });
        confined.collect()
    }
}

/// Whether fewer than two classes, or not both sides of a flag, can be measured.
#[must_use]
pub(crate) fn nothing_to_measure(label: &Label, confined: &[Confined]) -> bool {
    let n = if label.kind == Kind::Flag { 2 } else { label.classes().len() };
    !confined.is_empty() && n < confined.len() + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_in_one_fold_is_found_whatever_else_stands_there() {
        let folds = Folds { of: vec![0, 0, 1, 1, 2, 2], n: 3 };
        let groups = [7, 7, 8, 9, 10, 11];
        let flag = |shares: [f32; 6]| Annotated { rows: (0..6).collect(), truth: Truth::Shares(shares.to_vec()) };
        let find = |shares| Confined::find(&Label::flag("toxic"), &flag(shares), &folds, Some(&groups));
        let one = |first, rows, one_group| vec![Confined { class: 1, rows, first, one_group }];
        assert_eq!(find([1.0, 1.0, 0.0, 0.0, 0.0, 0.0]), one(0, 2, true));
        assert_eq!(find([0.0, 0.0, 1.0, 1.0, 0.0, 0.0]), one(2, 2, false));
        assert_eq!(find([1.0, 0.0, 0.0, 0.2, 0.0, 0.0]), []);
        let label = Label::stance("stance", ["a", "b", "c"].map(str::to_owned).to_vec());
        let annotated = Annotated { rows: vec![0, 2, 4, 5], truth: Truth::Classes(vec![0, 0, 1, 1]) };
        let found = Confined::find(&label, &annotated, &folds, None);
        assert_eq!(found, [Confined { class: 1, rows: 2, first: 4, one_group: false }]);
    }
}
