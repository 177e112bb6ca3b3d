//! The annotations of each row, with and without missing ones.

use crate::dataset::label::Label;

/// The annotations of one label, one for each row.
#[derive(Clone, Debug, PartialEq)]
pub enum Annotations {
    /// The class of each row; `None` where it is missing.
    Stance(Vec<Option<u16>>),
    /// The share of yes; NaN where it is missing.
    Flag(Vec<f32>),
}

/// The annotations of annotated rows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Truth {
    /// For a stance: class numbers.
    Classes(Vec<usize>),
    /// For a flag: the share of yes.
    Shares(Vec<f32>),
}

/// The annotated rows of one label.
#[derive(Clone, Debug)]
pub(crate) struct Annotated {
    /// Row numbers, increasing.
    pub rows: Vec<usize>,
    /// The annotation of each of `rows`.
    pub truth: Truth,
}

impl Annotated {
    /// Leaves out missing annotations.
    #[must_use]
    pub(crate) fn new(annotations: &Annotations) -> Self {
        match annotations {
            Annotations::Stance(classes) => {
                let known = classes.iter().enumerate().filter_map(|(row, class)| Some((row, usize::from((*class)?))));
                let (rows, classes) = known.unzip();
                Self { rows, truth: Truth::Classes(classes) }
            }
            Annotations::Flag(shares) => {
                let known = shares.iter().copied().enumerate().filter(|(_, share)| !share.is_nan());
                let (rows, shares) = known.unzip();
                Self { rows, truth: Truth::Shares(shares) }
            }
        }
    }

    /// The number of annotated rows.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row is annotated.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Leaves out the rows for which `out` holds.
    pub(crate) fn without(&self, out: impl Fn(usize) -> bool) -> Self {
        self.at(&self.places(|row| !out(row)))
    }

    /// Keeps only the rows at these positions.
    pub(crate) fn at(&self, places: &[usize]) -> Self {
        let truth = match &self.truth {
            Truth::Classes(classes) => Truth::Classes(places.iter().map(|at| classes[*at]).collect()),
            Truth::Shares(shares) => Truth::Shares(places.iter().map(|at| shares[*at]).collect()),
        };
        Self { rows: places.iter().map(|at| self.rows[*at]).collect(), truth }
    }

    /// For each of a label's outputs, the share of yes among the rows at `places`.
    pub(crate) fn shares_of_outputs(&self, label: &Label, places: &[usize]) -> Vec<f32> {
        let n = places.len().max(1) as f32;
        let of_class = |classes: &[usize], class| places.iter().filter(|at| classes[**at] == class).count() as f32 / n;
        match &self.truth {
            Truth::Shares(shares) => vec![places.iter().map(|at| shares[*at]).sum::<f32>() / n],
            Truth::Classes(classes) if label.n_outputs() == 1 => vec![of_class(classes, 1)],
            Truth::Classes(classes) => (0..label.n_outputs()).map(|class| of_class(classes, class)).collect(),
        }
    }

    /// The positions in `rows` of the rows for which `keep` holds.
    pub(crate) fn places(&self, keep: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.rows.len()).filter(|at| keep(self.rows[*at])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_annotations_are_left_out() {
        let stance = Annotated::new(&Annotations::Stance(vec![Some(1), None, Some(0)]));
        assert_eq!((&stance.rows[..], &stance.truth), (&[0, 2][..], &Truth::Classes(vec![1, 0])));
        let flag = Annotated::new(&Annotations::Flag(vec![f32::NAN, 0.25]));
        assert_eq!((&flag.rows[..], &flag.truth), (&[1][..], &Truth::Shares(vec![0.25])));
        assert!(Annotated::new(&Annotations::Flag(vec![f32::NAN; 2])).is_empty());
    }

    #[test]
    fn rows_are_chosen_by_their_number_and_by_their_place() {
        let all = Annotated::new(&Annotations::Stance(vec![Some(2), None, Some(1), Some(0)]));
        assert_eq!(all.without(|row| row == 2).rows, [0, 3]);
        assert_eq!(all.places(|row| row > 0), [1, 2]);
        let last = all.at(&[2]);
        assert_eq!((&last.rows[..], last.truth, all.len()), (&[3][..], Truth::Classes(vec![0]), 3));
    }

    #[test]
    fn shares_are_those_of_a_labels_outputs() {
        let classes = |n: usize| Label::stance("s", (0..n).map(|class| class.to_string()).collect());
        let stance = Annotated::new(&Annotations::Stance(vec![Some(1), Some(0), Some(1), Some(1)]));
        assert_eq!(stance.shares_of_outputs(&classes(2), &[0, 1, 2, 3]), [0.75], "two classes have one output");
        assert_eq!(stance.shares_of_outputs(&classes(3), &[0, 1]), [0.5, 0.5, 0.0]);
        let flag = Annotated::new(&Annotations::Flag(vec![0.5, 1.0]));
        assert_eq!(flag.shares_of_outputs(&Label::flag("f"), &[0, 1]), [0.75]);
        assert_eq!(flag.shares_of_outputs(&Label::flag("f"), &[]), [0.0]);
    }
}
