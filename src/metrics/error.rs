//! What is wrong with the input of figures.

/// Why figures could not be computed: the caller's columns do not fit together.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MetricsError {
    /// Two columns of the same rows differ in length.
    #[error("{what} has {got} entries, but needs {expected}: give one for each row")]
    Length {
        /// The column at fault.
        what: &'static str,
        /// The rows there are.
        expected: usize,
        /// The entries it has.
        got: usize,
    },
    /// The scores have not one column for each class.
    #[error("the scores have {got} columns for {expected} classes: give one column for each class")]
    Columns {
        /// The classes there are.
        expected: usize,
        /// The columns there are.
        got: usize,
    },
    /// A target that is not a share.
    #[error("row {row}: the target is {value}, not a share between 0 and 1; leave out rows with a missing target")]
    Target {
        /// Index of the row, from 0.
        row: usize,
        /// What stands there.
        value: f32,
    },
    /// A confusion matrix whose rows are not as long as it has rows.
    #[error("a confusion matrix of {classes} rows has a row of {cells} cells")]
    NotSquare {
        /// How many rows it has.
        classes: usize,
        /// The cells of the first row at fault.
        cells: usize,
    },
    /// A class index that names no class.
    #[error("row {row}: there is no class {class}; there are {classes} classes, numbered from 0")]
    Class {
        /// Index of the row, from 0.
        row: usize,
        /// What stands there.
        class: usize,
        /// How many classes there are.
        classes: usize,
    },
}
