//! Training again from what reviewers decided.

use crate::dataset::dataset::Dataset;
use crate::dataset::decided::{DecidedError, Decisions};
use crate::dataset::error::TrainError;
use crate::dataset::request::Request;
use crate::features::options::Options;
use crate::learn::class_weight::ClassWeight;
use crate::model::metadata::Provenance;
use crate::model::model::Model;
use crate::train::audit_sample::{Compared, compare};
use crate::train::options::TrainOptions;
use crate::train::train::train;

/// How much decisions count against the weights of the model that training goes on from.
const COST: f32 = 1.0;
/// Enough for scores of unseen comments, and quick.
const FOLDS: usize = 3;

/// A new model, and what it is worth beside the one before, by label.
pub(crate) struct Retrained {
    pub(crate) model: Model,
    pub(crate) compared: Vec<Compared>,
}

/// Why a model was not trained again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RetrainError {
    /// Too little was decided.
    #[error(transparent)]
    Decided(#[from] DecidedError),
    /// The training failed.
    #[error(transparent)]
    Train(#[from] TrainError),
}

/// Goes on from `base` by what was decided. The new model is called `name`, and records `source` as what it learnt from.
///
/// # Errors
/// When there are too few decisions, or training fails.
pub(crate) fn retrain(
    base: &Model,
    decisions: &Decisions,
    name: &str,
    source: String,
) -> Result<Retrained, RetrainError> {
    // Of few threads the comments are divided one by one: better a figure that flatters a little than none.
    let by_thread = decisions.has_threads_for(FOLDS);
    decisions.check(FOLDS, by_thread)?;
    let request = Request {
        group: (!by_thread).then(|| "id".to_owned()),
        stances: decisions.stances.clone(),
        flags: decisions.flags.clone(),
        weights: true,
        towards: base.metadata.towards.clone(),
        ..Request::default()
    };
    let data = Dataset::read_with(Some(decisions), &[], &request, |_| true)?;
    let mut options = TrainOptions {
        features: Options { min_df: 2, ..base.metadata.options.clone() },
        choose_blocks: false,
        cost: Some(COST),
        class_weight: ClassWeight::None,
        base_rates: decisions.rates.clone(),
        folds: FOLDS,
        replicates: 0,
        regroup: false,
        ..TrainOptions::default()
    };
    options.keep_guarantees(base, &data.labels);
    let trained = train(&data, &options, Some(base), |_| true)?;
    let provenance = Provenance {
        ombud: env!("CARGO_PKG_VERSION").to_owned(),
        sources: vec![source],
        seed: options.seed,
        ..Provenance::default()
    };
    let model = trained.to_next_model(name, &data, provenance, Some(base), true);
    let evaluated = trained.learnt.iter().filter_map(|learnt| learnt.evaluated.as_ref());
    let compared = evaluated.map(|evaluated| compare(evaluated, &decisions.rows)).collect();
    Ok(Retrained { model, compared })
}
