//! What a label's figures are made of, source by source: a mean over sources of different kinds flatters where the
//! source itself tells the class.

use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::metrics::figures::Figures;
use crate::train::evaluated::{Bootstrap, Evaluated};

impl Evaluated {
    /// The figures of the rows of each source of a recipe, without intervals; rows that were made up stand apart. Nothing
    /// without a recipe.
    ///
    /// # Errors
    /// When the parts do not fit together.
    pub(crate) fn by_source(&self, data: &Dataset) -> Result<Vec<(String, Figures)>, TrainError> {
        let sources = data.sources.iter().enumerate().flat_map(|(at, source)| {
            [(at, false, source.name.clone()), (at, true, format!("{}, made up", source.name))]
        });
        let mut figures = Vec::new();
        for (at, made_up, name) in sources {
            let is_own = |place: &usize| {
                let row = self.annotated.rows[*place];
                data.source_of(row) == Some(at) && data.is_made_up(row) == made_up
            };
            let places: Vec<usize> = (0..self.annotated.len()).filter(is_own).collect();
            if !places.is_empty() {
                figures.push((name, self.at(&places)?.figures));
            }
        }
        Ok(figures)
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
