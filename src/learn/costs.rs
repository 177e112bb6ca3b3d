//! C, the inverse regularisation strength: of each output, or one for all.

use ndarray::Array1;

use crate::learn::error::LearnError;

/// Refuses a C that is not a positive number.
pub(crate) fn check(costs: &Array1<f32>) -> Result<(), LearnError> {
    match costs.iter().find(|cost| !(cost.is_finite() && **cost > 0.0)) {
        Some(cost) => Err(LearnError::Cost(*cost)),
        None => Ok(()),
    }
}

/// The C of each output, shape `(n_outputs,)`.
pub(crate) fn by_output(costs: &Array1<f32>, n_outputs: usize) -> Result<Array1<f32>, LearnError> {
    let wrong = LearnError::Outputs { what: "costs", found: costs.len(), outputs: n_outputs };
    costs.broadcast(n_outputs).map(|costs| costs.to_owned()).ok_or(wrong)
}
