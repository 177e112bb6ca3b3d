//! Training: features, cross-validated choices, calibration, thresholds, and the last fit on all rows.

use crate::dataset::annotations::Annotated;
use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::dataset::label::Kind;
use crate::features::blocks::{Block, Layout};
use crate::features::embeddings::Embeddings;
use crate::features::fit;
use crate::features::fit::{Featurizer, Marks};
use crate::features::options::Options;
use crate::features::sparse::SparseRows;
use crate::features::weighting::Weighting;
use crate::learn::crossval::{Problem, Solver};
use crate::learn::folds::Folds;
use crate::learn::linear::Linear;
use crate::learn::policy::Policy;
use crate::learn::targets::Targets;
use crate::model::model::Model;
use crate::text::cues::{CueLists, List};
use crate::text::stem::Language;
use crate::train::learnt::Learnt;
use crate::train::learnt::Witness;
use crate::train::options::TrainOptions;
use crate::train::prior;
use crate::train::prune::Columns;
use crate::train::recurring::{Recurring, Regrouped, reads_annotations};
use crate::train::refit::{Refit, WarmStart, refit};
use crate::train::selection::{choose, plain};
use crate::train::step::Step;

/// With more stored values of n-grams than this the streaming solver is taken.
pub(crate) const STREAMED: usize = 60_000_000;

/// With more rows than this there is no [`Block::Cross`], which is wide and dense, and no [`Block::Profile`], for which all
/// comments' vectors are held in memory.
const FEW_ROWS: usize = 40_000;

/// A trained model in its parts.
#[derive(Clone, Debug)]
pub(crate) struct Trained {
    /// Text to columns.
    pub featurizer: Featurizer,
    /// Columns to values.
    pub weighting: Weighting,
    /// Values to decision values.
    pub linear: Linear,
    /// One for each label.
    pub learnt: Vec<Learnt>,
    /// For each label the share of yes that it is corrected to, if it is.
    pub base_rates: Vec<Option<f32>>,
    /// The solver that was taken.
    pub solver: Solver,
    /// The folds, if rows were divided.
    pub folds: Option<Folds>,
    /// Each row was measured by what was chosen on the half of the rows without it.
    pub halved: bool,
    /// What recurs across them; none without a look.
    pub recurring: Recurring,
    /// The figures without that, if anything does.
    pub regrouped: Option<Regrouped>,
    /// For each column whose name is worth keeping, a row that it occurs in.
    pub(crate) witnesses: Vec<Witness>,
    /// The standard deviation of each column's value over the rows.
    pub(crate) spreads: Vec<f32>,
}

/// Trains on all rows of `data`, from the weights of `base` if there is one. `watch` hears of every step, and stops the
/// training by returning false.
///
/// # Errors
/// When nothing can be learnt of a label (see [`Dataset::leave_out`]), options contradict the data, or `watch` said stop.
pub(crate) fn train(
    data: &Dataset,
    options: &TrainOptions,
    base: Option<&Model>,
    watch: impl Fn(Step) -> bool + Sync,
) -> Result<Trained, TrainError> {
    let labels = &data.labels;
    let base = base.map(WarmStart::of);
    check(data, options)?;
    let features = if base.is_some() { options.features.clone() } else { readable(options.features.clone(), data) };
    let answers = data.answers();
    let count = |groups: Option<&[u32]>| {
        let marks = Marks { groups, answers: &answers };
        let done = |rows| {
            watch(Step::Rows(rows));
        };
        let input = |row: usize| data.input(row);
        fit::fit(
            features.clone(),
            data.len(),
            input,
            data.threads(),
            marks,
            base.as_ref().map(|base| base.featurizer),
            done,
        )
    };
    let (featurizer, counts) = count(data.groups.as_deref());
    let targets = data.targets(labels);
    let goes_on = base.is_some();
    let weights = base.as_ref().map(|base| base.rebase(&featurizer, labels, &targets));
    let solver = options.solver.unwrap_or_else(|| solver_for(&counts, &featurizer.layout));
    let problem = Problem {
        counts,
        layout: featurizer.layout.clone(),
        targets,
        min_df: options.features.min_df,
        idf: options.features.hash_bits.is_none(),
        base: weights,
        seed: options.seed,
    };
    if !watch(Step::CrossValidation) {
        return Err(TrainError::Stopped);
    }
    let folds = divide(data, &problem.targets, options)?;
    let (mut learnt, halved) = match &folds {
        Some(folds) => choose(data, options, &problem, &featurizer.options.blocks, solver, folds, &watch)?,
        None => (plain(data, options, &featurizer.options.blocks, problem.base.is_some()), false),
    };
    let (mut recurring, mut regrouped) = (Recurring::default(), None);
    if let Some(folds) = folds.as_ref().filter(|_| options.regroup) {
        recurring = Recurring::find(data, folds);
        // Features that were read off annotations must not know those of the new groups.
        let apart = recurring.groups().filter(|_| !goes_on && reads_annotations(&learnt));
        let apart = apart.map(|groups| Problem { counts: count(Some(groups)).1, ..problem.clone() });
        let problem = apart.as_ref().unwrap_or(&problem);
        regrouped = recurring.measure(data, options, problem, solver, &learnt, &watch)?;
    }
    let base_rates = prior::correct(data, options, &mut learnt, folds.as_ref())?;
    watch(Step::Refit);
    let Refit { weighting, linear, witnesses, spreads } = refit(problem, &learnt, solver)?;
    let columns = Columns { featurizer, weighting, linear, witnesses, spreads };
    let columns = if goes_on { columns } else { columns.pruned(&learnt) };
    let Columns { featurizer, weighting, linear, witnesses, spreads } = columns;
    Ok(Trained {
        featurizer,
        weighting,
        linear,
        learnt,
        base_rates,
        solver,
        folds,
        halved,
        recurring,
        regrouped,
        witnesses,
        spreads,
    })
}

/// The streaming solver for very many stored values of n-grams, else the dual one.
fn solver_for(counts: &SparseRows, layout: &Layout) -> Solver {
    let ngrams = layout.columns(Block::Words).start;
    let stored = counts.chunks().iter().flat_map(|chunk| &chunk.columns).filter(|column| **column >= ngrams).count();
    if stored > STREAMED { Solver::AdaGrad } else { Solver::Dcd }
}

/// Leaves out the blocks that would find nothing to read.
fn readable(mut features: Options, data: &Dataset) -> Options {
    let vectors = Embeddings::shipped().filter(|_| features.language == Language::ENGLISH);
    features.embeddings = vectors.map(|embeddings| embeddings.digest().to_owned());
    let lists = CueLists::of(features.language);
    features.blocks.retain(|block| {
        (features.embeddings.is_some() || !Block::VECTORS.contains(block))
            && (data.has_context() || !Block::BESIDE.contains(block))
            && (*block != Block::Guesses || lists.has(List::Guesses))
            && (*block != Block::Groups || lists.has(List::Groups))
            && (data.len() <= FEW_ROWS || ![Block::Cross, Block::Profile, Block::ConjoinedChars].contains(block))
    });
    let read = |block: &Block| Block::BESIDE.contains(block) || Block::VECTORS.contains(block);
    if !features.blocks.iter().any(read) {
        features.embeddings = None;
    }
    features
}

fn check(data: &Dataset, options: &TrainOptions) -> Result<(), TrainError> {
    for (label, annotations) in data.labels.iter().zip(&data.annotations) {
        if let Some(why) = data.unlearnable(label, &Annotated::new(annotations)) {
            return Err(TrainError::NoLabelLeft(vec![why]));
        }
    }
    let flag = |name: &String| data.labels.iter().any(|label| label.name == *name && label.kind == Kind::Flag);
    for (name, policy) in options.policies.iter().filter(|(name, _)| !flag(name)) {
        if !data.labels.iter().any(|label| label.name == *name) {
            return Err(TrainError::NoFlag { flag: name.clone(), there: data.flags() });
        }
        if !matches!(policy, Policy::Error(..)) {
            return Err(TrainError::StancePolicy { stance: name.clone(), policy: *policy });
        }
    }
    let names = || data.labels.iter().map(|label| label.name.clone()).collect::<Vec<_>>();
    match options.label_blocks.iter().find(|(name, _)| !names().contains(name)) {
        Some((name, _)) => Err(TrainError::NoLabel { label: name.clone(), there: names() }),
        None => prior::check(data, options),
    }
}

fn divide(data: &Dataset, targets: &Targets, options: &TrainOptions) -> Result<Option<Folds>, TrainError> {
    if let Some(folds) = &data.folds {
        let names: Vec<String> = folds.iter().map(ToString::to_string).collect();
        return Ok(Some(Folds::given(names.iter().map(String::as_str))?));
    }
    if options.folds == 0 {
        return Ok(None);
    }
    Ok(Some(Folds::stratified(targets, data.groups.as_deref(), options.folds, options.seed)?))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::features::input::Input;
    use crate::model::metadata::Provenance;
    use crate::model::scorer::Scorer;
    use crate::model::site::Site;
    use crate::train::fixture::options;

    fn data(word: &str) -> Dataset {
        crate::train::fixture::data("rude", word)
    }

    fn model(data: &Dataset, options: &TrainOptions, base: Option<&Model>) -> Model {
        train(data, options, base, |_| true).unwrap().to_model("m", data, Provenance::default())
    }

    fn score(model: &Model, text: &str) -> f32 {
        let mut p = Vec::new();
        let mut scorer = Scorer::new(Arc::new(model.clone()), &Site::default()).unwrap();
        scorer.probabilities(&Input::of(text), &mut p);
        p[0]
    }

    #[test]
    fn what_tells_a_flag_is_learnt_and_cross_validated() {
        let data = data("idiot");
        let model = model(&data, &options(3, 10.0), None);
        assert!(score(&model, "an idiot") > 0.5 && score(&model, "thanks a lot") < 0.5);
        let figures = model.metadata.labels[0].figures.as_ref().unwrap();
        assert_eq!((figures.n, figures.auc.as_ref().unwrap().value), (48, 1.0));
        assert_eq!((model.metadata.provenance.folds, model.metadata.provenance.rows), (3, 48));
        assert_eq!(model.metadata.labels[0].base_rates, [0.5]);
        assert!(model.has_learnt("idiot says number0 of 0"));
    }

    #[test]
    fn a_refit_from_a_model_stays_near_its_weights_where_rows_count_little() {
        let (before, after) = (data("idiot"), data("moron"));
        let base = model(&before, &options(0, 10.0), None);
        let near = model(&after, &options(0, 1e-4), Some(&base));
        let far = model(&after, &options(0, 10.0), Some(&base));
        let p = |model: &Model| score(model, "idiot");
        assert!((p(&near) - p(&base)).abs() < 0.05, "{} {}", p(&near), p(&base));
        assert!(score(&far, "moron") > score(&near, "moron") + 0.1);
    }

    #[test]
    fn a_watcher_stops_the_training() {
        let stopped = train(&data("idiot"), &options(3, 1.0), None, |step| step != Step::CrossValidation);
        assert!(matches!(stopped, Err(TrainError::Stopped)));
    }

    #[test]
    fn a_policy_needs_a_flag() {
        let options = TrainOptions {
            policies: vec![("spam".to_owned(), crate::learn::policy::Policy::default())],
            ..options(0, 1.0)
        };
        let error = train(&data("idiot"), &options, None, |_| true).unwrap_err().to_string();
        assert_eq!(error, "spam: there is no such flag; the flags are rude");
    }
}
