//! How far training is.

/// A step of training, as a watcher hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// So many more rows have been turned into features.
    Rows(usize),
    /// Cross-validation begins. How many fits it takes hangs on what it finds.
    CrossValidation,
    /// A fit of it is done.
    Fit,
    /// The fit on all rows begins.
    Refit,
}
