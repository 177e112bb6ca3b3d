//! What no fit has taken is not carried along: blocks without weight are neither kept nor read off comments again.

use std::sync::Arc;

use ndarray::{Array2, s};

use crate::features::blocks::Block;
use crate::features::fit::Featurizer;
use crate::features::weighting::Weighting;
use crate::learn::linear::Linear;
use crate::train::learnt::{Learnt, Witness};

/// A featurizer with what belongs to its columns.
pub(crate) struct Columns {
    pub(crate) featurizer: Featurizer,
    pub(crate) weighting: Weighting,
    pub(crate) linear: Linear,
    pub(crate) witnesses: Vec<Witness>,
    pub(crate) spreads: Vec<f32>,
}

impl Columns {
    /// Leaves out the blocks that no member of any label weighs.
    pub(crate) fn pruned(self, learnt: &[Learnt]) -> Self {
        let taken = |block: &Block| {
            learnt.iter().flat_map(|learnt| &learnt.members).any(|member| member.candidate.scales.of(*block) > 0.0)
        };
        let old = &self.featurizer;
        if old.options.blocks.iter().all(taken) {
            return self;
        }
        let mut options = (*old.options).clone();
        options.blocks.retain(taken);
        let has = |block: &Block| options.blocks.contains(block);
        if !options.blocks.iter().any(|block| Block::BESIDE.contains(block) || Block::VECTORS.contains(block)) {
            options.embeddings = None;
        }
        let rarity = if Block::RARITY.iter().any(has) { Arc::clone(&old.rarity) } else { Arc::default() };
        let profiles = if has(&Block::Profile) { Arc::clone(&old.profiles) } else { Arc::default() };
        let mut keys: [Vec<u64>; Block::NGRAMS.len()] = Default::default();
        for ((keys, block), vocabulary) in keys.iter_mut().zip(Block::NGRAMS).zip(&old.vocabularies) {
            if has(&block) {
                *keys = vocabulary.keys().to_vec();
            }
        }
        let featurizer = Featurizer::new(options, keys, rarity, profiles);
        let mut factors = vec![0.0; featurizer.layout.n_features()];
        let mut spreads = factors.clone();
        let mut weights = Array2::zeros((featurizer.layout.n_features(), self.linear.n_outputs()));
        let mut witnesses = Vec::new();
        for block in Block::ALL {
            let (to, from) = (featurizer.layout.columns(block), old.layout.columns(block));
            if to.is_empty() {
                continue;
            }
            let range = |columns: &std::ops::Range<u32>| columns.start as usize..columns.end as usize;
            factors[range(&to)].copy_from_slice(&self.weighting.factors[range(&from)]);
            spreads[range(&to)].copy_from_slice(&self.spreads[range(&from)]);
            weights.slice_mut(s![range(&to), ..]).assign(&self.linear.weights.slice(s![range(&from), ..]));
            let own = self.witnesses.iter().filter(|(column, _)| from.contains(column));
            witnesses.extend(own.map(|(column, row)| (column - from.start + to.start, *row)));
        }
        Self {
            featurizer,
            weighting: Weighting { factors, scales: self.weighting.scales },
            linear: Linear { weights, intercepts: self.linear.intercepts },
            witnesses,
            spreads,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::label::Label;
    use crate::features::fit::{Marks, Threads, fit};
    use crate::features::input::Input;
    use crate::features::options::Options;
    use crate::features::weighting::Scales;
    use crate::learn::crossval::Candidate;
    use crate::train::decision_rule::DecisionRule;
    use crate::train::learnt::Member;

    /// Columns of cues and words, each with its own number for a weight.
    fn columns() -> Columns {
        let options = Options { blocks: vec![Block::Cues, Block::Words], min_df: 1, ..Options::default() };
        let texts = ["close the library", "keep the library open"];
        let input = |row: usize| Input::of(texts[row]);
        let (featurizer, _) = fit(options, 2, input, &Threads::default(), Marks::default(), None, |_| ());
        let n = featurizer.layout.n_features();
        let numbers: Vec<f32> = (0..n).map(|column| column as f32).collect();
        Columns {
            featurizer,
            weighting: Weighting { factors: numbers.clone(), scales: Scales::ONE },
            linear: Linear {
                weights: Array2::from_shape_fn((n, 1), |(at, _)| at as f32),
                intercepts: ndarray::array![0.5],
            },
            witnesses: (0..n as u32).map(|column| (column, 1)).collect(),
            spreads: numbers,
        }
    }

    fn learnt(blocks: &[Block]) -> Learnt {
        let scales = Scales(Block::ALL.map(|block| f32::from(u8::from(blocks.contains(&block)))));
        let label = Label::flag("spam");
        let members = vec![Member { candidate: Candidate { scales, balanced: false }, cost: 1.0, share: 1.0 }];
        Learnt { rule: DecisionRule::plain(&label), label, members, base_rates: vec![0.5], evaluated: None }
    }

    #[test]
    fn a_block_without_weight_goes_and_the_others_keep_theirs() {
        let all = columns();
        let words = all.featurizer.layout.columns(Block::Words);
        let pruned = columns().pruned(&[learnt(&[Block::Words])]);
        assert_eq!(pruned.featurizer.options.blocks, [Block::Words]);
        assert_eq!(pruned.featurizer.layout.columns(Block::Words), 0..words.len() as u32);
        let expected: Vec<f32> = words.clone().map(|column| column as f32).collect();
        assert_eq!(pruned.linear.weights.column(0).to_vec(), expected);
        assert_eq!((&pruned.weighting.factors, &pruned.spreads), (&expected, &expected));
        assert_eq!(pruned.witnesses, (0..words.len() as u32).map(|column| (column, 1)).collect::<Vec<_>>());
    }

    #[test]
    fn what_any_label_takes_stays() {
        let kept = columns().pruned(&[learnt(&[Block::Words]), learnt(&[Block::Cues])]);
        assert_eq!(kept.featurizer.layout, columns().featurizer.layout);
    }
}
