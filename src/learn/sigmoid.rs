//! The logistic function.

/// The probability whose log-odds are `z`: `1 / (1 + exp(-z))`.
#[inline]
pub(crate) fn sigmoid(z: f32) -> f32 {
    1.0 / (1.0 + (-z).exp())
}
