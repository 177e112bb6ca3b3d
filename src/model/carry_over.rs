//! Labels of the base model that the new data did not have.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::dataset::label::Label;
use crate::dataset::label::outputs;
use crate::features::blocks::Block;
use crate::model::metadata::format_for;
use crate::model::model::Model;

/// Where a label's outputs come from.
enum From {
    Own(usize, Range<usize>),
    Base(usize, Range<usize>),
}

impl Model {
    /// Takes over the labels of the base model `base` that this model does not have: first those of `base` in its
    /// order, then the new ones.
    ///
    /// Their weights are unchanged. If a comment has n-grams that only the newer model knows, its other n-grams count a
    /// little less for these labels too, because a block's values have length 1.
    pub fn carry_over_labels(&mut self, base: &Self) {
        let (own, old) = (self.labels(), base.labels());
        let (own_outputs, old_outputs) = (outputs(&own), outputs(&old));
        let place = |labels: &[Label], name: &str| labels.iter().position(|label| label.name == name);
        let kept = old.iter().enumerate().map(|(at, label)| match place(&own, &label.name) {
            Some(own) => From::Own(own, own_outputs[own].clone()),
            None => From::Base(at, old_outputs[at].clone()),
        });
        let new = own.iter().enumerate().filter(|(_, label)| place(&old, &label.name).is_none());
        let order: Vec<From> = kept.chain(new.map(|(at, _)| From::Own(at, own_outputs[at].clone()))).collect();
        let layout = &self.featurizer.layout;
        let mut table = Vec::new();
        for column in 0..layout.n_features() as u32 {
            let block = layout.block(column);
            let there = base.featurizer.layout.columns(block);
            let in_base = Some(there.start + column - layout.columns(block).start).filter(|at| there.contains(at));
            table.push(self.factor(column));
            for from in &order {
                match (from, in_base) {
                    (From::Own(_, outputs), _) => table.extend_from_slice(&self.weights(column)[outputs.clone()]),
                    (From::Base(_, outputs), Some(at)) => table.extend_from_slice(&base.weights(at)[outputs.clone()]),
                    (From::Base(_, outputs), None) => table.extend(outputs.clone().map(|_| 0.0)),
                }
            }
        }
        let intercepts = order.iter().flat_map(|from| match from {
            From::Own(_, outputs) => &self.intercepts[outputs.clone()],
            From::Base(_, outputs) => &base.intercepts[outputs.clone()],
        });
        let intercepts = intercepts.copied().collect();
        let labels = order.iter().map(|from| match from {
            From::Own(at, _) => self.metadata.labels[*at].clone(),
            From::Base(at, _) => base.metadata.labels[*at].clone(),
        });
        self.metadata.labels = labels.collect();
        self.metadata.format = format_for(&self.metadata.labels);
        let mut spreads: BTreeMap<u32, f32> = self.named().zip(self.spreads.iter().copied()).collect();
        for block in Block::ALL {
            let (to, from) = (layout.columns(block), base.featurizer.layout.columns(block));
            for (column, name) in base.names.range(from.clone()) {
                self.names.entry(column - from.start + to.start).or_insert_with(|| name.clone());
            }
            let of_base = base.named().zip(&base.spreads).filter(|(column, _)| from.contains(column));
            of_base.for_each(|(column, spread)| {
                spreads.entry(column - from.start + to.start).or_insert(*spread);
            });
        }
        self.spreads = self.named().map(|column| spreads.get(&column).copied().unwrap_or_default()).collect();
        (self.table, self.intercepts) = (table, intercepts);
        self.metadata.hash = self.fingerprint();
    }
}
