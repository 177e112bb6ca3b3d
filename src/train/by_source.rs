//! What a label's figures are made of, source by source: a mean over sources of different kinds flatters where the
//! source itself tells the class.

use crate::dataset::annotations::{Annotated, Truth};
use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::metrics::figures::Figures;
use crate::metrics::ranking::Sorted;
use crate::train::evaluated::{Bootstrap, Evaluated};
use crate::train::within::{self, Within};

impl Evaluated {
    /// The figures of the rows of each source of a recipe, without intervals; rows that were made up stand apart. Nothing
    /// without a recipe.
    ///
    /// # Errors
    /// When the parts do not fit together.
    pub(crate) fn by_source(&self, data: &Dataset) -> Result<Vec<(String, Figures)>, TrainError> {
        let parts = parts(&self.annotated, data).into_iter();
        parts.map(|(name, places)| Ok((name, self.at(&places)?.figures))).collect()
    }

    /// The mean of the AUC within each source, over those with enough rows of either kind; for a stance the mean of that over
    /// its classes. Nothing where the rows are of one source.
    pub(crate) fn auc_within_sources(&self, data: &Dataset) -> Option<f64> {
        let within = Within::new(data).filter(|_| self.confined.is_empty())?;
        let auc = |scores: &[f32], shares: &[f32]| Sorted::new(scores, shares)?.measure(|_| 1.0).auc;
        let of = |column: usize, shares: &[f32]| {
            let parts = within.parts(&self.annotated.rows, shares)?;
            within::mean(Some(&parts), (&self.p.column(column).to_vec(), shares), auc)
        };
        match &self.annotated.truth {
            Truth::Shares(shares) => of(0, shares),
            Truth::Classes(classes) => {
                let is =
                    |class: usize| classes.iter().map(|own| f32::from(u8::from(*own == class))).collect::<Vec<_>>();
                let values: Vec<f64> = (0..self.p.ncols()).filter_map(|class| of(class, &is(class))).collect();
                (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
            }
        }
    }

    /// The rows of each source that only teach, by their number: they are annotated, and in no figure.
    pub(crate) fn teaching(&self, data: &Dataset) -> Vec<(String, usize)> {
        let Some(annotations) = data.annotations_of(&self.label).filter(|_| !data.sources.is_empty()) else {
            return Vec::new();
        };
        let judged = &self.annotated.rows;
        let others = Annotated::new(&annotations).without(|row| judged.binary_search(&row).is_ok());
        parts(&others, data).into_iter().map(|(name, places)| (name, places.len())).collect()
    }

    /// The same of some rows.
    fn at(&self, places: &[usize]) -> Result<Self, TrainError> {
        let annotated = self.annotated.at(places);
        let p = self.p.select(ndarray::Axis(0), places);
        let decided = places.iter().map(|at| self.decided[*at]).collect();
        let once = Bootstrap { groups: None, replicates: 0, seed: 0 };
        Ok(Self::new(self.label.clone(), annotated, p, decided, None, once)?)
    }
}

/// The places of the rows of each source, and apart from them of those that were made up from it.
fn parts(annotated: &Annotated, data: &Dataset) -> Vec<(String, Vec<usize>)> {
    let sources =
        data.sources.iter().enumerate().flat_map(|(at, source)| {
            [(at, false, source.name.clone()), (at, true, format!("{}, made up", source.name))]
        });
    let parts = sources.map(|(at, made_up, name)| {
        (name, annotated.places(|row| data.source_of(row) == Some(at) && data.is_made_up(row) == made_up))
    });
    parts.filter(|(_, places)| !places.is_empty()).collect()
}
