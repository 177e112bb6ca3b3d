//! The options that both solvers have: C of each output, passes and seed.

use linfa::dataset::DatasetBase;
use ndarray::Array1;

use crate::features::sparse::SparseRows;
use crate::learn::error::LearnError;
use crate::learn::linear::Linear;
use crate::learn::targets::Targets;

/// What both solvers need to know, checked or not.
#[derive(Clone, Debug)]
pub(crate) struct Params {
    /// The inverse regularisation strength of each output, or one for all.
    pub costs: Array1<f32>,
    /// How often the rows are read: exactly, or at most.
    pub passes: usize,
    /// For the order in which rows are visited.
    pub seed: u64,
}

impl Params {
    pub(crate) fn new(costs: Array1<f32>, passes: usize) -> Self {
        Self { costs, passes, seed: 1 }
    }

    /// Refuses a C that is not a positive number, and no pass at all.
    pub(crate) fn check(&self) -> Result<(), LearnError> {
        if let Some(cost) = self.costs.iter().find(|cost| !(cost.is_finite() && **cost > 0.0)) {
            return Err(LearnError::Cost(*cost));
        }
        if self.passes == 0 { Err(LearnError::NoPass) } else { Ok(()) }
    }

    /// The C of each output of `dataset`, shape `(n_outputs,)`, if its rows, its targets and the model that the fit starts
    /// from belong together.
    pub(crate) fn costs_of(
        &self,
        dataset: &DatasetBase<SparseRows, Targets>,
        start: Option<&Linear>,
    ) -> Result<Array1<f32>, LearnError> {
        let (rows, targets) = (dataset.records.n_samples(), dataset.targets.n_samples());
        if rows != targets {
            return Err(LearnError::Rows { rows, targets });
        }
        let outputs = dataset.targets.n_outputs();
        if let Some(found) = start.map(Linear::n_outputs).filter(|found| *found != outputs) {
            return Err(LearnError::Outputs { what: "weights", found, outputs });
        }
        let wrong = LearnError::Outputs { what: "costs", found: self.costs.len(), outputs };
        self.costs.broadcast(outputs).map(|costs| costs.to_owned()).ok_or(wrong)
    }
}
