//! Some of a model's labels, and the minimum needed to sum their scores.

use crate::dataset::label::outputs;
use crate::features::blocks::{Block, Blocks};
use crate::model::dot::dot_of;
use crate::model::model::Model;

/// Some of a model's labels. Blocks in which none of them has a weight are neither extracted nor summed. This does not
/// change a single bit of any score, because such blocks would add only zeros.
#[derive(Clone, Debug)]
pub(crate) struct Narrowed {
    /// By number, increasing.
    labels: Vec<usize>,
    /// Theirs, increasing.
    outputs: Vec<usize>,
    /// What is read off comments.
    reads: Blocks,
    /// What is summed.
    sums: Blocks,
    /// Their part of the model's table, of shape `(n_features, 1 + n_outputs)`; without one they are picked from all sums.
    table: Option<Vec<f32>>,
}

/// For each label the blocks in which it has a weight.
#[derive(Clone, Debug)]
pub(crate) struct Weighed(Vec<Blocks>);

impl Weighed {
    /// It visits every weight of the model.
    pub(crate) fn of(model: &Model) -> Self {
        let layout = &model.featurizer.layout;
        let mut of_output = vec![Blocks::default(); model.intercepts.len()];
        for block in Block::ALL {
            for column in layout.columns(block) {
                for (blocks, weight) in of_output.iter_mut().zip(model.weights(column)) {
                    if *weight != 0.0 {
                        *blocks = blocks.with(block);
                    }
                }
            }
        }
        let together = |blocks: &[Blocks]| blocks.iter().copied().fold(Blocks::default(), Blocks::or);
        Self(outputs(&model.labels()).into_iter().map(|outputs| together(&of_output[outputs])).collect())
    }
}

impl Narrowed {
    /// Every label of a model, with every block in use.
    pub(crate) fn all(model: &Model) -> Self {
        let used = used(model);
        Self {
            labels: (0..model.metadata.labels.len()).collect(),
            outputs: (0..model.intercepts.len()).collect(),
            reads: used,
            sums: used,
            table: None,
        }
    }

    /// Labels by their numbers, which must increase. It takes next to nothing to make.
    pub(crate) fn new(model: &Model, weighed: &Weighed, labels: &[usize]) -> Self {
        let of_label = outputs(&model.labels());
        let sums = labels.iter().map(|label| weighed.0[*label]).fold(Blocks::default(), Blocks::or).and(used(model));
        Self {
            labels: labels.to_vec(),
            outputs: labels.iter().flat_map(|label| of_label[*label].clone()).collect(),
            // The words of a comment also show whether it is in the model's language.
            reads: sums.or(used(model).and(Blocks::default().with(Block::Words))),
            sums,
            table: None,
        }
    }

    /// The same with its own table, which is faster because it reads less memory. The weights are copied one by one. If
    /// that would copy most of the model's table, none is made.
    pub(crate) fn with_table(mut self, model: &Model) -> Self {
        if (self.outputs.len() + 1) * 2 <= model.intercepts.len() + 1 {
            let row = |column| {
                let weights = model.weights(column);
                std::iter::once(model.factor(column)).chain(self.outputs.iter().map(|output| weights[*output]))
            };
            self.table = Some((0..model.n_features() as u32).flat_map(row).collect());
        }
        self
    }

    /// Which labels.
    pub(crate) fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// What its table takes.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.table.as_deref().map_or(0, size_of_val)
    }

    /// What to extract from a comment.
    pub(crate) fn reads(&self) -> Blocks {
        self.reads
    }

    /// Where an output of the model is among the selected ones.
    pub(crate) fn place(&self, output: usize) -> Option<usize> {
        self.outputs.binary_search(&output).ok()
    }

    /// Writes the decision values of a comment to `values`, shape `(n_outputs,)`; `ends` says where the columns of each
    /// block end. `scratch` is overwritten.
    pub(crate) fn sum(
        &self,
        model: &Model,
        columns: &[(u32, f32)],
        ends: &[usize; Block::ALL.len()],
        scratch: &mut Vec<f32>,
        values: &mut Vec<f32>,
    ) {
        let (table, n_summed) = match &self.table {
            Some(table) => (table, self.outputs.len()),
            None => (&model.table, model.intercepts.len()),
        };
        let dot = dot_of(n_summed);
        scratch.clear();
        scratch.resize(n_summed, 0.0);
        values.clear();
        values.extend(self.outputs.iter().map(|output| model.intercepts[*output]));
        let mut begin = 0;
        for block in Block::ALL {
            let own = &columns[begin..ends[block.index()]];
            begin = ends[block.index()];
            if own.is_empty() || !self.sums.contains(block) {
                continue;
            }
            scratch.fill(0.0);
            let squares = dot(own, table, scratch);
            let factor = if Block::NGRAMS.contains(&block) { 1.0 / squares.sqrt().max(f32::MIN_POSITIVE) } else { 1.0 };
            if self.table.is_some() {
                values.iter_mut().zip(scratch.iter()).for_each(|(value, sum)| *value += factor * sum);
            } else {
                let sums = self.outputs.iter().map(|output| scratch[*output]);
                values.iter_mut().zip(sums).for_each(|(value, sum)| *value += factor * sum);
            }
        }
    }
}

fn used(model: &Model) -> Blocks {
    model.metadata.options.blocks.iter().copied().collect()
}
