//! What a model is worth on labelled rows.

use ndarray::{Array2, ArrayView1};
use rayon::prelude::*;

use crate::dataset::annotations::Annotated;
use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::dataset::label::{Kind, Label};
use crate::dataset::request::Request;
use crate::learn::error::LearnError;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::train::decision_rule::DecisionRule;
use crate::train::evaluated::{Bootstrap, Evaluated};

/// What is read of tables that a model is evaluated on: those of its labels that are there.
pub(crate) fn request(model: &Model) -> Request {
    let (flags, stances): (Vec<_>, Vec<_>) = model.labels().into_iter().partition(|label| label.kind == Kind::Flag);
    let names = |labels: Vec<Label>| labels.into_iter().map(|label| label.name).collect();
    Request {
        stances: names(stances),
        flags: names(flags),
        remembered: model.metadata.columns.clone(),
        any: true,
        // Each scorer knows what its stances are towards.
        towards: None,
        known_classes: model.known_classes(),
        ..Request::default()
    }
}

/// How often rows are drawn anew, and from which seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draws {
    /// 0 for no intervals.
    pub replicates: usize,
    /// Of the draws.
    pub seed: u64,
}

/// Rows that are scored by one thread at a time.
const PART: usize = 512;

/// Evaluates a model on the labels that it shares with the data.
///
/// # Errors
/// When the parts do not fit together.
pub(crate) fn on(data: &Dataset, scorer: &Scorer, draws: Draws) -> Result<Vec<Evaluated>, TrainError> {
    let labels = &scorer.model().metadata.labels;
    let width: usize = labels.iter().map(|own| own.label.n_probabilities()).sum();
    let input = |row: usize| data.input(row);
    let summaries = scorer.model().featurizer().summaries(data.threads(), &input);
    let rows: Vec<f32> = (0..data.len().div_ceil(PART))
        .into_par_iter()
        .map_init(
            || scorer.clone(),
            |scorer, part| {
                let mut p = Vec::with_capacity(PART * width);
                for row in part * PART..data.len().min((part + 1) * PART) {
                    scorer.probabilities(&data.threads().place(row, input(row), &summaries), &mut p);
                }
                p
            },
        )
        .flatten_iter()
        .collect();
    let all = Array2::from_shape_vec((data.len(), width), rows).map_err(|error| LearnError::Linfa(error.into()))?;
    let mut begin = 0;
    let mut evaluated = Vec::new();
    for own in labels {
        let columns = begin..begin + own.label.n_probabilities();
        begin = columns.end;
        let Some(annotations) = data.annotations_of(&own.label) else { continue };
        let annotated = Annotated::new(&annotations);
        let p = all.slice(ndarray::s![.., columns]).select(ndarray::Axis(0), &annotated.rows);
        let rule = DecisionRule {
            calibration: own.calibration.clone(),
            class_weights: own.class_weights.clone(),
            threshold: own.threshold.clone(),
            guarantee: own.guarantee.clone(),
        };
        let verdict = |p: ArrayView1<'_, f32>| {
            let p = p.to_vec();
            (rule.decide(&p), rule.unsure(&p))
        };
        let (decided, unsure): (Vec<usize>, Vec<bool>) = p.outer_iter().map(verdict).unzip();
        let threshold = own.threshold.as_ref().map(|threshold| threshold.value);
        let bootstrap = Bootstrap { groups: data.groups.as_deref(), replicates: draws.replicates, seed: draws.seed };
        let own = Evaluated::new(own.label.clone(), annotated, p, decided, threshold, bootstrap)?;
        evaluated.push(if rule.abstains() { own.abstaining(&unsure, &rule, bootstrap) } else { own });
    }
    Ok(evaluated)
}
