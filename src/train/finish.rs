//! From what training gave to a model that can be saved and scored with.

use std::collections::BTreeMap;

use crate::dataset::dataset::Dataset;
use crate::features::blocks::Block;
use crate::model::metadata::{Metadata, ModelLabel, ModelMember, Provenance, format_for};
use crate::model::model::Model;
use crate::model::overlap;
use crate::train::learnt::Member;
use crate::train::train::Trained;

impl Trained {
    /// The model. Of its `provenance`, training fills in the rows, their hash, the folds and the solver.
    #[must_use]
    pub(crate) fn to_model(&self, name: &str, data: &Dataset, mut provenance: Provenance) -> Model {
        provenance.rows = data.len();
        provenance.sha256.clone_from(&data.sha256);
        provenance.folds = self.folds.as_ref().map_or(0, |folds| folds.n);
        provenance.solver = format!("{:?}", self.solver).to_lowercase();
        let labels = self.learnt.iter().zip(&self.base_rates).map(|(learnt, base_rate)| ModelLabel {
            label: learnt.label.clone(),
            calibration: learnt.rule.calibration.clone(),
            class_weights: learnt.rule.class_weights.clone(),
            threshold: learnt.rule.threshold.clone(),
            guarantee: learnt.rule.guarantee.clone(),
            base_rates: learnt.base_rates.clone(),
            towards: data.has_targets(&learnt.label),
            members: learnt.members.iter().map(member).collect(),
            base_rate: *base_rate,
            figures: learnt.evaluated.as_ref().map(|evaluated| evaluated.figures.clone()),
        });
        let labels: Vec<ModelLabel> = labels.collect();
        let metadata = Metadata {
            format: format_for(&labels),
            name: name.to_owned(),
            hash: String::new(),
            labels,
            options: (*self.featurizer.options).clone(),
            columns: data.columns.clone(),
            towards: data.towards.clone(),
            provenance,
        };
        let factors = &self.weighting.factors;
        let mut table = Vec::with_capacity(factors.len() * (self.linear.n_outputs() + 1));
        for (factor, weights) in factors.iter().zip(self.linear.weights.outer_iter()) {
            table.push(*factor);
            table.extend(weights.iter());
        }
        let mut model = Model {
            metadata,
            featurizer: self.featurizer.clone(),
            table,
            intercepts: self.linear.intercepts.to_vec(),
            names: names(self, data),
            spreads: Vec::new(),
            text_hashes: overlap::of_data(data),
        };
        model.spreads = model.named().map(|column| self.spreads[column as usize]).collect();
        model.metadata.hash = model.fingerprint();
        model
    }
}

impl Trained {
    /// The model, which keeps what `base`, the one that training went on from, knows beside: its texts and, where
    /// `keep_labels`, the labels that the data do not have.
    pub(crate) fn to_next_model(
        &self,
        name: &str,
        data: &Dataset,
        provenance: Provenance,
        base: Option<&Model>,
        keep_labels: bool,
    ) -> Model {
        let hash = base.map(|base| base.metadata.hash.clone());
        let mut model = self.to_model(name, data, Provenance { base: hash, ..provenance });
        if let Some(base) = base {
            model.carry_over_texts(base);
            if keep_labels {
                model.carry_over_labels(base);
            }
        }
        model
    }
}

/// How one of the averaged fits was made, as the model records it.
fn member(member: &Member) -> ModelMember {
    let scales = Block::ALL.into_iter().map(|block| (block, member.candidate.scales.of(block)));
    ModelMember {
        share: member.share,
        cost: member.cost,
        balanced: member.candidate.balanced,
        blocks: scales.filter(|(_, scale)| *scale > 0.0).collect(),
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
