//! A trained model: what a comment's columns are worth, and all that is known of how that was learnt.

use std::collections::BTreeMap;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use crate::dataset::dataset::Dataset;
use crate::dataset::label::Label;
use crate::dataset::towards::Towards;
use crate::features::blocks::Block;
use crate::features::extract::fixed_name;
use crate::features::fit::Featurizer;
use crate::features::options::Options;
use crate::features::weighting::Weighting;
use crate::learn::calibrate::Calibration;
use crate::learn::linear::Linear;
use crate::learn::policy::Threshold;
use crate::metrics::figures::Figures;
use crate::model::overlap;
use crate::thread::columns::ColumnMap;
use crate::train::train::Member;
use crate::train::train::Trained;

/// The version of the model file's format that this program writes.
pub(crate) const FORMAT: u32 = 4;

/// The oldest version that it reads.
pub(crate) const OLDEST: u32 = 2;

/// The oldest version whose profiles are those of today.
pub(crate) const PROFILES: u32 = 3;

/// Everything about a model but its numbers; the JSON string in its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// See [`FORMAT`].
    pub format: u32,
    /// What it is called in results.
    pub name: String,
    /// First 16 hexadecimal digits of the SHA-256 of everything else in the file.
    #[serde(default)]
    pub hash: String,
    /// In the order of its outputs.
    pub labels: Vec<ModelLabel>,
    /// How text becomes features.
    pub options: Options,
    /// Known columns under other headers, as in the training data.
    pub columns: ColumnMap,
    /// What stances are towards, where training chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub towards: Option<Towards>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A label of a model, and how its decision values are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelLabel {
    /// The label.
    #[serde(flatten)]
    pub label: Label,
    /// Decision values to probabilities.
    pub calibration: Calibration,
    /// Of a stance label, one for each class.
    pub class_weights: Vec<f32>,
    /// Of a flag.
    pub threshold: Option<Threshold>,
    /// In the training data: the share of each class, or of yes.
    pub base_rates: Vec<f32>,
    /// Of a flag: the share of yes that its scores and threshold are for, where that is not the training data's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_rate: Option<f32>,
    /// Of a stance label: most comments that it was learnt from had something that their stance is towards. Old files do not
    /// say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub towards: Option<bool>,
    /// The fits whose weights were averaged.
    pub members: Vec<ModelMember>,
    /// What cross-validation said of it.
    pub figures: Option<Figures>,
}

/// How one of the averaged fits was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelMember {
    /// Its share in the average.
    pub share: f32,
    /// Its C.
    pub cost: f32,
    /// Rows were weighted so that both sides count the same.
    pub balanced: bool,
    /// The blocks that were taken, with their scales.
    pub blocks: BTreeMap<Block, f32>,
}

impl ModelMember {
    fn new(member: &Member) -> Self {
        let scales = Block::ALL.into_iter().map(|block| (block, member.candidate.scales.of(block)));
        Self {
            share: member.share,
            cost: member.cost,
            balanced: member.candidate.balanced,
            blocks: scales.filter(|(_, scale)| *scale > 0.0).collect(),
        }
    }
}

/// Where a model comes from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// The version of the program that made it.
    pub ombud: String,
    /// Seconds since 1970, where `SOURCE_DATE_EPOCH` says so; a model bears no other date, so that it can be made again.
    pub created: Option<u64>,
    /// Names of the files that it was trained on.
    pub sources: Vec<String>,
    /// Rows that it was trained on.
    pub rows: usize,
    /// SHA-256 of their texts and annotations.
    pub sha256: String,
    /// Hash of the model that training went on from.
    pub base: Option<String>,
    /// The solver.
    pub solver: String,
    /// Folds of cross-validation; 0 for none.
    pub folds: usize,
    /// Of folds and of the order of rows.
    pub seed: u64,
    /// The recipe, if it was made by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<Recipe>,
}

/// What a model was made of, source by source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The name of its file.
    pub file: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// Its sources.
    pub sources: Vec<SourceRecord>,
}

/// A source that a model was trained on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// The name of its file, as the recipe has it.
    pub file: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// Rows that were taken of it.
    pub rows: usize,
    /// Rows that were made up from them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub negatives: usize,
    /// How much each row counts.
    pub weight: f32,
    /// As its source states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// Where it is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

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
    pub(crate) seen: Vec<u32>,
}

impl Model {
    /// Puts a model together from what training gave.
    #[must_use]
    pub fn new(name: &str, trained: &Trained, data: &Dataset, mut provenance: Provenance) -> Self {
        provenance.rows = data.len();
        provenance.sha256.clone_from(&data.sha256);
        provenance.folds = trained.folds.as_ref().map_or(0, |folds| folds.n);
        provenance.solver = format!("{:?}", trained.solver).to_lowercase();
        let labels = trained.learnt.iter().zip(&trained.base_rates).map(|(learnt, base_rate)| ModelLabel {
            label: learnt.label.clone(),
            calibration: learnt.rule.calibration.clone(),
            class_weights: learnt.rule.class_weights.clone(),
            threshold: learnt.rule.threshold.clone(),
            base_rates: learnt.base_rates.clone(),
            towards: data.has_targets(&learnt.label),
            members: learnt.members.iter().map(ModelMember::new).collect(),
            base_rate: *base_rate,
            figures: learnt.evaluated.as_ref().map(|evaluated| evaluated.figures.clone()),
        });
        let metadata = Metadata {
            format: FORMAT,
            name: name.to_owned(),
            hash: String::new(),
            labels: labels.collect(),
            options: (*trained.featurizer.options).clone(),
            columns: data.columns.clone(),
            towards: data.towards.clone(),
            provenance,
        };
        let names = names(trained, data);
        let factors = &trained.weighting.factors;
        let n_outputs = trained.linear.n_outputs();
        let mut table = Vec::with_capacity(factors.len() * (n_outputs + 1));
        for (factor, weights) in factors.iter().zip(trained.linear.weights.outer_iter()) {
            table.push(*factor);
            table.extend(weights.iter());
        }
        let featurizer = trained.featurizer.clone();
        let intercepts = trained.linear.intercepts.to_vec();
        let seen = overlap::of_data(data);
        let mut model = Self { metadata, featurizer, table, intercepts, names, spreads: Vec::new(), seen };
        model.spreads = model.named().map(|column| trained.spreads[column as usize]).collect();
        model.metadata.hash = model.fingerprint();
        model
    }

    /// Its labels.
    #[must_use]
    pub fn labels(&self) -> Vec<Label> {
        self.metadata.labels.iter().map(|own| own.label.clone()).collect()
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

    /// Whether a stance is given only where something is known that it is towards: the model compares comments with their
    /// target, and most of those that it learnt from had one.
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

    /// What a column is, where that is known.
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

    /// The named columns that speak most for an output, or with `least` against it: name and weight times factor. What a column
    /// tells is its weight times its value, so they come in the order of weight times spread, the standard deviation of the
    /// value over the training rows: a large weight of what hardly occurs, or never differs, tells little. Of models that do not
    /// know their spreads they come in the order of weight times factor.
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
        let told = |column| Some((self.column_name(column)?, self.weights(column)[output] * self.factor(column)));
        columns.into_iter().filter_map(|(column, _)| told(column)).collect()
    }
}

/// The names of the columns that training found worth naming. With hashing a column has no one name.
fn names(trained: &Trained, data: &Dataset) -> BTreeMap<u32, String> {
    let mut names = BTreeMap::new();
    if trained.featurizer.options.hash_bits.is_some() {
        return names;
    }
    let mut by_row: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (column, row) in &trained.witnesses {
        by_row.entry(*row).or_default().push(*column);
    }
    let mut extractor = trained.featurizer.extractor();
    for (row, columns) in by_row {
        let wanted = |ngram: usize, key: u64| {
            trained.featurizer.column(ngram, key).is_some_and(|column| columns.contains(&column))
        };
        extractor.names(&data.input(row as usize), wanted, |ngram, key, name| {
            if let Some(column) = trained.featurizer.column(ngram, key) {
                names.insert(column, name);
            }
        });
    }
    names
}
