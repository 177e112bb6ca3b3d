//! A trained model: the weights of every column of a comment.

use std::collections::BTreeMap;

use crate::dataset::label::{Kind, Label};
use crate::features::blocks::Block;
use crate::features::extract::fixed_name;
use crate::features::fit::Featurizer;
use crate::features::weighting::Weighting;
use crate::learn::linear::Linear;
use crate::model::metadata::{Metadata, ModelLabel};
use ndarray::Array2;

/// A trained model.
#[derive(Clone, Debug)]
pub struct Model {
    /// All but the numbers.
    pub metadata: Metadata,
    pub(crate) featurizer: Featurizer,
    /// Shape `(n_features, 1 + n_outputs)`: the factor of a column and its weights, side by side.
    pub(crate) table: Vec<f32>,
    pub(crate) intercepts: Vec<f32>,
    /// Names of the strongest n-grams, by column.
    pub(crate) names: BTreeMap<u32, String>,
    /// The standard deviation over the training rows of the values of [`named`](Self::named) columns; empty in older files.
    pub(crate) spreads: Vec<f32>,
    /// Hashes of the texts that it has learnt, increasing.
    pub(crate) text_hashes: Vec<u32>,
}

impl Model {
    /// The labels that it decides, in the order of its outputs.
    #[must_use]
    pub fn labels(&self) -> Vec<Label> {
        self.metadata.labels.iter().map(|own| own.label.clone()).collect()
    }

    /// The names of its flags.
    #[must_use]
    pub fn flags(&self) -> Vec<String> {
        let flags = self.metadata.labels.iter().filter(|own| own.label.kind == Kind::Flag);
        flags.map(|own| own.label.name.clone()).collect()
    }

    /// The classes of its stances, by label.
    #[must_use]
    pub fn known_classes(&self) -> BTreeMap<String, Vec<String>> {
        let stances = self.labels().into_iter().filter(|label| !label.classes().is_empty());
        stances.map(|label| (label.name.clone(), label.classes().to_vec())).collect()
    }

    /// Whether its scores depend on anything but the comment's text.
    #[must_use]
    pub fn reads_context(&self) -> bool {
        self.metadata.options.blocks.iter().any(|block| Block::BESIDE.contains(block))
    }

    /// Whether a stance is given only if its target is known: the model compares comments with their target, and most
    /// of those that it learnt from had one.
    pub(crate) fn needs_target(&self, own: &ModelLabel) -> bool {
        own.towards.unwrap_or(true) && self.reads_context()
    }

    /// How many columns it has.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.featurizer.layout.n_features()
    }

    /// How text becomes columns.
    #[must_use]
    pub fn featurizer(&self) -> &Featurizer {
        &self.featurizer
    }

    /// The factors of its columns, as training can go on from them.
    #[must_use]
    pub fn weighting(&self) -> Weighting {
        let factors = self.table.chunks(self.intercepts.len() + 1).map(|row| row[0]).collect();
        Weighting { factors, scales: crate::features::weighting::Scales::ONE }
    }

    /// Its weights, as training can go on from them.
    #[must_use]
    pub fn linear(&self) -> Linear {
        let n_outputs = self.intercepts.len();
        let weights = Array2::from_shape_fn((self.n_features(), n_outputs), |(column, output)| {
            self.weights(column as u32)[output]
        });
        Linear { weights, intercepts: self.intercepts.clone().into() }
    }

    /// A column's factor.
    pub(crate) fn factor(&self, column: u32) -> f32 {
        self.table[column as usize * (self.intercepts.len() + 1)]
    }

    /// A column's weights.
    pub(crate) fn weights(&self, column: u32) -> &[f32] {
        let stride = self.intercepts.len() + 1;
        &self.table[column as usize * stride + 1..(column as usize + 1) * stride]
    }

    /// The calibration's slope of each output.
    pub(crate) fn slopes(&self) -> impl Iterator<Item = f64> {
        self.metadata.labels.iter().flat_map(|own| own.calibration.slopes.iter().map(|slope| f64::from(*slope)))
    }

    /// The calibration's offset of each output, and the site's prior log-odds of each label's.
    pub(crate) fn offsets(&self, priors: &[f32]) -> Vec<f64> {
        let labels = self.metadata.labels.iter().zip(priors);
        let offset = |(own, prior): (&ModelLabel, &f32)| {
            let prior = f64::from(*prior);
            own.calibration.offsets.iter().map(move |offset| f64::from(*offset) + prior).collect::<Vec<_>>()
        };
        labels.flat_map(offset).collect()
    }

    /// The name of a column, if it is known.
    #[must_use]
    pub fn column_name(&self, column: u32) -> Option<String> {
        let block = self.featurizer.layout.block(column);
        let within = (column - self.featurizer.layout.columns(block).start) as usize;
        match fixed_name(block, within) {
            Some((name, _)) => Some(name),
            None => self
                .names
                .get(&column)
                .map(|name| if block == Block::Chars { format!("{name:?}") } else { name.clone() }),
        }
    }

    /// The columns that have a name, in increasing order: those without a vocabulary, and the strongest n-grams.
    pub(crate) fn named(&self) -> impl Iterator<Item = u32> {
        (0..self.featurizer.layout.columns(Block::Words).start).chain(self.names.keys().copied())
    }

    /// The named columns that contribute most to an output, or with `least` against it: name and weight times factor. A
    /// column contributes its weight times its value, so they are ordered by weight times spread, the standard
    /// deviation of the value over the training rows: a large weight of a column that hardly occurs, or never varies,
    /// matters little. In models without spreads they are ordered by weight times factor.
    #[must_use]
    pub fn strongest(&self, output: usize, least: bool, most: usize) -> Vec<(String, f32)> {
        let sign = if least { -1.0 } else { 1.0 };
        let mut spreads = self.spreads.iter();
        let strength = |column| {
            let weight = self.weights(column)[output] * sign;
            (column, weight * spreads.next().copied().unwrap_or_else(|| self.factor(column)))
        };
        let mut columns: Vec<(u32, f32)> = self.named().map(strength).filter(|(_, strength)| *strength > 0.0).collect();
        columns.sort_by(|a, b| b.1.total_cmp(&a.1));
        columns.truncate(most);
        let named = |column| Some((self.column_name(column)?, self.weights(column)[output] * self.factor(column)));
        columns.into_iter().filter_map(|(column, _)| named(column)).collect()
    }
}
