//! Scores for a share of yes that differs from the training data's.
//!
//! Saerens, Latinne and Decaestecker, Adjusting the outputs of a classifier to new a priori probabilities, Neural
//! Computation 14 (2002): the odds change by the ratio of the prior odds. This assumes that comments with and without
//! the flag look the same as in training, and only their shares differ.

/// What is added to log-odds that were fitted where `from` are yes, for where `to` are.
pub(crate) fn shift(from: f32, to: f32) -> f32 {
    let odds = |share: f32| share / (1.0 - share);
    (odds(to) / odds(from.clamp(1e-6, 1.0 - 1e-6))).ln()
}
