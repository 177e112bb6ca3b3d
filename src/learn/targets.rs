//! The targets of learning: for each row and output the share of yes, and how much the row counts.

use linfa::dataset::AsTargets;
use ndarray::{Array1, Array2, ArrayView2, Ix2};

/// Soft, weighted, partly missing targets of shape `(n_samples, n_outputs)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    /// In `[0, 1]`: 1 is yes, 0 is no, anything between a share of annotators.
    pub share: Array2<f32>,
    /// At least 0; 0 where the annotation is missing or the row is held out.
    pub weight: Array2<f32>,
}

impl Targets {
    /// Nothing annotated yet.
    #[must_use]
    pub fn missing(n_samples: usize, n_outputs: usize) -> Self {
        Self { share: Array2::zeros((n_samples, n_outputs)), weight: Array2::zeros((n_samples, n_outputs)) }
    }

    /// The labels of an output, of length `n_samples`, in the form of linfa's metrics: yes if at least half say so.
    /// Rows without an annotation are included as no: see `weight`.
    #[must_use]
    pub fn labels(&self, output: usize) -> Array1<bool> {
        self.share.column(output).mapv(|share| share >= 0.5)
    }

    /// How many rows there are.
    #[must_use]
    pub fn n_samples(&self) -> usize {
        self.share.nrows()
    }

    /// How many outputs there are.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        self.share.ncols()
    }

    /// The same targets without the rows for which `held_out` holds.
    #[must_use]
    pub fn without(&self, held_out: impl Fn(usize) -> bool) -> Self {
        let mut rest = self.clone();
        for (row, mut weights) in rest.weight.outer_iter_mut().enumerate() {
            if held_out(row) {
                weights.fill(0.0);
            }
        }
        rest
    }

    /// The log-odds of an output's weighted base rate, each side given half a row more; where a solver's intercept
    /// starts.
    #[must_use]
    pub fn log_odds(&self, output: usize) -> f32 {
        let (mut yes, mut no) = (0.5_f64, 0.5_f64);
        for (share, weight) in self.share.column(output).iter().zip(self.weight.column(output)) {
            yes += f64::from(share * weight);
            no += f64::from((1.0 - share) * weight);
        }
        (yes / no).ln() as f32
    }
}

impl From<ArrayView2<'_, bool>> for Targets {
    /// From labels of shape `(n_samples, n_outputs)`, all of them annotated and of weight 1.
    fn from(labels: ArrayView2<'_, bool>) -> Self {
        Self { share: labels.mapv(|label| f32::from(u8::from(label))), weight: Array2::ones(labels.dim()) }
    }
}

impl AsTargets for Targets {
    type Elem = f32;
    type Ix = Ix2;

    /// The shares of yes.
    fn as_targets(&self) -> ArrayView2<'_, f32> {
        self.share.view()
    }
}
