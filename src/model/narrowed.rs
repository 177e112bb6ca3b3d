//! Some of a model's labels, and the least that their scores are summed from.

use crate::dataset::label::outputs;
use crate::features::blocks::{Block, Blocks};
use crate::model::dot::dot_of;
use crate::model::model::Model;

/// Some of a model's labels. Blocks in which none of them has a weight are neither read off comments nor summed, which changes
/// no bit of any score: all that they would add is zeros.
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
    /// It looks at every weight of the model.
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
    /// Every label of a model, with every block that is in use.
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
            // The words of a comment also say whether it is in the model's language.
            reads: sums.or(used(model).and(Blocks::default().with(Block::Words))),
            sums,
            table: None,
        }
    }

    /// The same with a table of its own, which is quicker: less of it has to come from memory. It is copied weight by weight.
    /// Where that would be most of the model's table there is none.
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

    /// What is to be read off a comment.
    pub(crate) fn reads(&self) -> Blocks {
        self.reads
    }

    /// Where an output of the model stands among theirs.
    pub(crate) fn place(&self, output: usize) -> Option<usize> {
        self.outputs.binary_search(&output).ok()
    }

    /// Writes what the columns of a comment are worth to `values`, shape `(n_outputs,)`; `ends` says where the columns of each
    /// block end. `scratch` is written over.
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
            match &self.table {
                Some(_) => values.iter_mut().zip(scratch.iter()).for_each(|(value, sum)| *value += factor * sum),
                None => {
                    let sums = self.outputs.iter().map(|output| scratch[*output]);
                    values.iter_mut().zip(sums).for_each(|(value, sum)| *value += factor * sum);
                }
            }
        }
    }
}

fn used(model: &Model) -> Blocks {
    model.metadata.options.blocks.iter().copied().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, LazyLock};

    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};

    use super::*;
    use crate::features::input::Input;
    use crate::model::scorer::Scorer;
    use crate::model::site::{Muted, Site};
    use crate::model::verdict::{Outcome, Verdict};

    static MODEL: LazyLock<(Arc<Model>, Weighed)> = LazyLock::new(|| {
        let model = Model::shipped().unwrap();
        let weighed = Weighed::of(&model);
        (Arc::new(model), weighed)
    });

    /// A scorer of a site that has muted terms and says how often some labels are.
    fn scorer() -> Scorer {
        let muted = |term: &str, flag: Option<&str>| Muted { term: term.to_owned(), flag: flag.map(str::to_owned) };
        let site = Site {
            muted: vec![muted("library", None), muted("idiot", Some("insult")), muted("shut up", Some("toxicity"))],
            base_rates: vec![("toxicity".to_owned(), 0.2), ("off_topic".to_owned(), 0.02)],
            thresholds: vec![("threat".to_owned(), 0.1)],
            ..Site::default()
        };
        Scorer::new(Arc::clone(&MODEL.0), &site).unwrap()
    }

    /// What can differ in the last bit.
    fn bits(outcome: &Outcome) -> Vec<u32> {
        match outcome {
            Outcome::Stance { p, .. } => p.iter().map(|p| p.to_bits()).collect(),
            Outcome::Flag { p, threshold, .. } => p.iter().chain([threshold]).map(|p| p.to_bits()).collect(),
        }
    }

    fn check(whole: &Verdict, narrow: &Verdict, labels: &[usize]) {
        assert_eq!(narrow.outcomes.len(), labels.len());
        for (label, narrow) in labels.iter().zip(&narrow.outcomes) {
            let whole = &whole.outcomes[*label];
            assert_eq!((whole, bits(whole)), (narrow, bits(narrow)), "label {label} of {labels:?}");
        }
        assert_eq!((&whole.muted, &whole.language), (&narrow.muted, &narrow.language), "{labels:?}");
    }

    #[test]
    fn blocks_without_weight_are_not_read() {
        let (model, weighed) = &*MODEL;
        let label = |name: &str| model.metadata.labels.iter().position(|own| own.label.name == name).unwrap();
        let toxicity = Narrowed::new(model, weighed, &[label("toxicity")]);
        assert!(toxicity.reads().has_any(&[Block::Words]) && !toxicity.reads().has_any(&Block::BESIDE));
        let both = Narrowed::new(model, weighed, &[label("off_topic"), label("toxicity")]);
        assert!(both.reads().contains(Block::Context));
        assert_eq!(Narrowed::all(model).reads(), used(model));
        // Only to tell the language.
        let none = Narrowed::new(model, weighed, &[]);
        assert_eq!((none.reads(), none.sums), (Blocks::default().with(Block::Words), Blocks::default()));
    }

    fn texts() -> impl Strategy<Value = String> {
        const PIECES: [&str; 14] = [
            "The library closes.",
            "> The library closes.\n\n",
            "You IDIOT!!!",
            "shut up",
            "Perhaps they were paid?",
            "Women and Muslims should go home",
            "Das ist doch nicht wahr, sagte der Minister gestern.",
            "[deleted]",
            "<b>no</b>",
            "&nbsp;",
            "👍👍",
            "https://example.org/x",
            "Größe zählt",
            "n0t g00d…",
        ];
        let piece = prop_oneof![3 => select(&PIECES[..]).prop_map(str::to_owned), 1 => "\\PC{0,12}"];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.join(" "))
    }

    fn beside() -> impl Strategy<Value = Option<String>> {
        prop::option::of(texts())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_is_said_of_some_labels_is_what_is_said_of_them_among_all(
            comments in prop::collection::vec((texts(), beside(), beside(), beside(), beside(), beside()), 1..4),
            labels in subsequence((0..MODEL.0.metadata.labels.len()).collect::<Vec<_>>(), 0..=MODEL.0.metadata.labels.len()),
        ) {
            let (model, weighed) = &*MODEL;
            let (mut alone, mut mixed) = (scorer(), scorer());
            let n = model.metadata.labels.len();
            for (text, target, parent, title, article, context) in &comments {
                let input = Input {
                    target: target.as_deref(),
                    parent_text: parent.as_deref(),
                    article_title: title.as_deref(),
                    article_text: article.as_deref(),
                    context: context.as_deref(),
                    ..Input::of(text)
                };
                let whole = alone.verdict(&input, 0);
                for labels in (0..n).map(|label| vec![label]).chain([labels.clone()]) {
                    let narrowed = Narrowed::new(model, weighed, &labels);
                    check(&whole, &mixed.verdict_on(&input, &narrowed), &labels);
                    // One scorer does both by turns.
                    prop_assert_eq!(&mixed.verdict(&input, 0), &whole);
                }
            }
        }

        #[test]
        fn a_table_of_their_own_changes_nothing(text in texts(), title in beside()) {
            static TABLES: LazyLock<Vec<Narrowed>> = LazyLock::new(|| {
                let (model, weighed) = &*MODEL;
                let all = (0..model.metadata.labels.len()).collect::<Vec<_>>();
                let sets = all.iter().map(|label| vec![*label]).chain([vec![0, all.len() - 1], all[3..].to_vec(), all.clone()]);
                sets.map(|labels| Narrowed::new(model, weighed, &labels).with_table(model)).collect()
            });
            let mut scorer = scorer();
            let input = Input { article_title: title.as_deref(), ..Input::of(&text) };
            let whole = scorer.verdict(&input, 0);
            for narrowed in TABLES.iter() {
                check(&whole, &scorer.verdict_on(&input, narrowed), narrowed.labels());
            }
        }
    }
}
