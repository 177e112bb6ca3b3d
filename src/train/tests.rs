//! What training gives, from the choice of C to the model and the one that comes after it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dataset::dataset::Dataset;
use crate::dataset::decided::{Answered, Decisions, Shown};
use crate::dataset::label::Label;
use crate::features::blocks::Block;
use crate::features::options::Options;
use crate::learn::targets::Targets;
use crate::model::base_rate::shift;
use crate::model::metadata::{Metadata, Provenance};
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::train::evaluate::{Draws, on};
use crate::train::fixture::{ROWS, data, decided, options};
use crate::train::learnt::Learnt;
use crate::train::options::TrainOptions;
use crate::train::refit::WarmStart;
use crate::train::retrain::{RetrainError, Retrained, retrain};
use crate::train::selection::PATH;
use crate::train::train::{Trained, train};

const ONCE: Draws = Draws { replicates: 0, seed: 1 };

fn trained(data: &Dataset, options: &TrainOptions) -> Trained {
    train(data, options, None, |_| true).unwrap()
}

fn model(data: &Dataset, options: &TrainOptions, base: Option<&Model>) -> Model {
    train(data, options, base, |_| true).unwrap().to_model("m", data, Provenance::default())
}

#[test]
fn few_rows_are_measured_by_what_was_chosen_on_the_other_half() {
    let data = data("rude", "idiot");
    let chosen = trained(&data, &TrainOptions { cost: None, ..options(3, 1.0) });
    let Learnt { members, evaluated, .. } = &chosen.learnt[0];
    assert!(chosen.halved);
    assert!(members.iter().all(|member| PATH.contains(&member.cost)), "{members:?}");
    assert!((members.iter().map(|member| member.share).sum::<f32>() - 1.0).abs() < 1e-6);
    let evaluated = evaluated.as_ref().unwrap();
    assert_eq!((evaluated.figures.n, evaluated.figures.auc.unwrap().value), (ROWS, 1.0));
}

#[test]
fn without_a_choice_nothing_is_halved() {
    let data = data("rude", "idiot");
    let fixed = trained(&data, &options(3, 0.3));
    assert!(!fixed.halved);
    let members = &fixed.learnt[0].members;
    assert_eq!((members.len(), members[0].cost, members[0].share), (1, 0.3, 1.0));
}

#[test]
fn a_warm_start_has_the_old_weights_of_labels_that_it_knows() {
    let model = model(&data("rude", "idiot"), &options(0, 1.0), None);
    let old = WarmStart::of(&model);
    let mut targets = Targets::missing(2, 2);
    targets.weight.fill(1.0);
    targets.share.fill(1.0);
    let labels = [Label::flag("spam"), Label::flag("rude")];
    let base = old.rebase(model.featurizer(), &labels, &targets);
    assert_eq!(base.linear.weights.column(1), model.linear().weights.column(0));
    assert_eq!(base.linear.intercepts[1], model.linear().intercepts[0]);
    assert!(base.linear.weights.column(0).iter().all(|weight| *weight == 0.0), "spam is new");
    assert_eq!(base.linear.intercepts[0], targets.log_odds(0));
    assert!(base.factors.iter().all(Option::is_some));
}

#[test]
fn a_model_holds_what_was_learnt_and_from_what() {
    let data = data("rude", "idiot");
    let trained = trained(&data, &options(3, 1.0));
    let model = trained.to_model("m", &data, Provenance { seed: 7, ..Provenance::default() });
    assert_eq!(model.linear(), trained.linear);
    assert_eq!(model.weighting().factors, trained.weighting.factors);
    let Metadata { name, hash, provenance, labels, .. } = &model.metadata;
    assert_eq!((name.as_str(), hash), ("m", &model.fingerprint()));
    assert_eq!((provenance.rows, provenance.folds, provenance.seed), (ROWS, 3, 7));
    assert_eq!((provenance.solver.as_str(), &provenance.sha256), ("dcd", &data.sha256));
    let members = &labels[0].members;
    assert_eq!((members.len(), members[0].cost, members[0].share), (1, 1.0, 1.0));
    assert_eq!(members[0].blocks, BTreeMap::from([(Block::Words, 1.0)]));
    assert!(labels[0].figures.is_some());
}

#[test]
fn the_strongest_columns_have_names_unless_they_are_hashed() {
    let data = data("rude", "idiot");
    let named = model(&data, &options(0, 1.0), None);
    let (name, _) = &named.strongest(0, false, 1)[0];
    assert!(name.starts_with("idiot"), "{name}");
    assert_eq!(named.spreads.len(), named.named().count());
    let own = options(0, 1.0);
    let features = Options { hash_bits: Some(10), ..own.features.clone() };
    let hashed = model(&data, &TrainOptions { features, ..own }, None);
    assert!(hashed.names.is_empty());
}

#[test]
fn a_model_is_measured_on_the_labels_that_the_data_have() {
    let model = Arc::new(model(&data("rude", "idiot"), &options(3, 10.0), None));
    let scorer = Scorer::new(model, &Site::default()).unwrap();
    let evaluated = on(&data("rude", "idiot"), &scorer, ONCE).unwrap();
    let figures = &evaluated[0].figures;
    assert_eq!((evaluated.len(), figures.n, figures.auc.unwrap().value), (1, ROWS, 1.0));
    assert_eq!(evaluated[0].decided[..2], [1, 0]);
    assert!(evaluated[0].abstention.is_none());
    // A word that it has never met.
    let other = on(&data("rude", "moron"), &scorer, ONCE).unwrap();
    assert!(other[0].figures.accuracy.unwrap().value < 1.0);
    assert!(on(&data("spam", "idiot"), &scorer, ONCE).unwrap().is_empty());
}

#[test]
fn a_base_rate_moves_scores_and_figures_and_not_their_order() {
    let data = data("rude", "idiot");
    let at = |rates: &[(&str, f32)]| {
        let base_rates = rates.iter().map(|(flag, rate)| ((*flag).to_owned(), *rate)).collect();
        trained(&data, &TrainOptions { base_rates, ..options(3, 1.0) })
    };
    let (plain, rare) = (at(&[]), at(&[("rude", 0.9), ("rude", 0.1)]));
    assert_eq!((&plain.base_rates[..], &rare.base_rates[..]), (&[None][..], &[Some(0.1)][..]), "the last one holds");
    let offset = |learnt: &[Learnt]| learnt[0].rule.calibration.offsets[0];
    assert!((offset(&rare.learnt) - offset(&plain.learnt) - shift(0.5, 0.1)).abs() < 1e-5);
    let [before, after] = [&plain, &rare].map(|trained| trained.learnt[0].evaluated.as_ref().unwrap());
    assert!(before.p.iter().zip(&after.p).all(|(before, after)| after < before));
    assert!((after.figures.base_rate.unwrap().value - 0.1).abs() < 1e-5);
    assert_eq!(after.figures.auc.unwrap().value, 1.0);
}

#[test]
fn a_new_model_goes_on_from_the_old_one_and_is_compared_on_the_audit_sample() {
    let base = model(&data("spam", "casino"), &options(0, 1.0), None);
    let mut rows = decided("rude", "idiot");
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
    let base = model(&data("rude", "idiot"), &options(0, 1.0), None);
    let mut rows = decided("rude", "idiot");
    rows.truncate(2);
    let decisions = Decisions::new("q.db".to_owned(), rows).unwrap();
    let error = retrain(&base, &decisions, "next", "q.db".to_owned()).err().unwrap();
    assert!(matches!(error, RetrainError::Decided(_)), "{error}");
    let mut answers = decided("rude", "idiot");
    answers.iter_mut().for_each(|row| row.answers = [("rude".to_owned(), (Answered::Flag(1.0), 1.0))].into());
    assert!(Decisions::new("q.db".to_owned(), answers).is_err(), "one side alone teaches nothing");
}
