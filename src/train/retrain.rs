//! Training again from what reviewers decided.

use crate::dataset::dataset::Dataset;
use crate::dataset::decided::{DecidedError, Decisions};
use crate::dataset::error::TrainError;
use crate::dataset::request::Request;
use crate::features::options::Options;
use crate::model::metadata::Provenance;
use crate::model::model::Model;
use crate::train::audit_sample::{Compared, compare};
use crate::train::options::{ClassWeight, TrainOptions};
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

/// Goes on from `base` by what was decided. The new model is called `name`, and remembers `source` as what it learnt from.
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
    let options = TrainOptions {
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
    let trained = train(&data, &options, Some(base), |_| true)?;
    let provenance = Provenance {
        ombud: env!("CARGO_PKG_VERSION").to_owned(),
        sources: vec![source],
        base: Some(base.metadata.hash.clone()),
        seed: options.seed,
        ..Provenance::default()
    };
    let mut model = trained.to_model(name, &data, provenance);
    model.carry_over_texts(base);
    model.carry_over_labels(base);
    let evaluated = trained.learnt.iter().filter_map(|learnt| learnt.evaluated.as_ref());
    let compared = evaluated.map(|evaluated| compare(evaluated, &decisions.rows)).collect();
    Ok(Retrained { model, compared })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::decided::{Answered, Shown};
    use crate::train::fixture;

    #[test]
    fn a_new_model_goes_on_from_the_old_one_and_is_compared_on_the_audit_sample() {
        let base = fixture::model(&fixture::data("spam", "casino"), &fixture::options(0, 1.0), None);
        let mut rows = fixture::decided("rude", "idiot");
        for row in rows.iter_mut().take(24) {
            row.shown = Some([("rude".to_owned(), Shown::Flag { p: 0.5 })].into());
        }
        let decisions = Decisions::new("q.db".to_owned(), rows).unwrap();
        let Retrained { model, compared } = retrain(&base, &decisions, "next", "q.db".to_owned()).unwrap();
        let names: Vec<String> = model.labels().into_iter().map(|label| label.name).collect();
        assert_eq!(names, ["spam", "rude"], "those of the base come first");
        assert_eq!(
            (model.metadata.name.as_str(), &model.metadata.provenance.sources[..]),
            ("next", &["q.db".to_owned()][..])
        );
        assert_eq!(model.metadata.provenance.base.as_ref(), Some(&base.metadata.hash));
        assert!(model.has_learnt("casino says number0 of 0") && model.has_learnt("idiot says number0 of 0"));
        let [compared] = &compared[..] else { panic!("{compared:?}") };
        assert_eq!((compared.label.as_str(), compared.n), ("rude", 24));
        // The old one was no better than chance.
        assert_eq!(compared.old.unwrap().value, 0.5);
        assert_eq!(compared.new.unwrap().value, 1.0);
    }

    #[test]
    fn too_few_decisions_are_refused() {
        let base = fixture::model(&fixture::data("rude", "idiot"), &fixture::options(0, 1.0), None);
        let mut rows = fixture::decided("rude", "idiot");
        rows.truncate(2);
        let decisions = Decisions::new("q.db".to_owned(), rows).unwrap();
        let error = retrain(&base, &decisions, "next", "q.db".to_owned()).err().unwrap();
        assert!(matches!(error, RetrainError::Decided(_)), "{error}");
        let mut answers = fixture::decided("rude", "idiot");
        answers.iter_mut().for_each(|row| row.answers = [("rude".to_owned(), (Answered::Flag(1.0), 1.0))].into());
        assert!(Decisions::new("q.db".to_owned(), answers).is_err(), "one side alone teaches nothing");
    }
}
