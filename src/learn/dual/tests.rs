//! Both solvers, against linfa's own and against each other.

use std::ops::Range;

use linfa::prelude::*;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2, s};

use crate::features::sparse::{Chunk, SparseRows};
use crate::learn::adagrad::AdaGradParams;
use crate::learn::dual::{DualParams, DualState};
use crate::learn::linear::Linear;
use crate::learn::random::Random;
use crate::learn::targets::Targets;

/// Rows of a few hundred features, a noisy linear rule, and the same as a dense matrix.
fn problem(n: usize) -> (SparseRows, Targets, Array2<f64>) {
    let (d, mut random) = (40, Random::new(11));
    let mut chunk = Chunk { indptr: vec![0], ..Chunk::default() };
    let mut dense = Array2::zeros((n, d));
    let mut targets = Targets::missing(n, 2);
    for row in 0..n {
        let mut columns: Vec<u32> = (0..6).map(|_| random.below(d) as u32).collect();
        columns.sort_unstable();
        columns.dedup();
        let value = 1.0 / (columns.len() as f32).sqrt();
        let rule: f32 = columns.iter().map(|column| if column % 3 == 0 { 1.0 } else { -0.5 }).sum();
        for column in columns {
            chunk.columns.push(column);
            chunk.values.push(value);
            dense[[row, column as usize]] = f64::from(value);
        }
        chunk.indptr.push(chunk.columns.len() as u32);
        let noise = random.below(1000) as f32 / 500.0 - 1.0;
        targets.share[[row, 0]] = f32::from(u8::from(rule + noise > 0.0));
        targets.share[[row, 1]] = f32::from(u8::from(row % 3 == 0));
    }
    targets.weight.fill(1.0);
    (SparseRows::new(vec![chunk], d), targets, dense)
}

fn exact(costs: f32) -> DualParams {
    DualParams::new(Array1::from_elem(1, costs)).tolerance(1e-4).max_passes(500)
}

/// Half the squared weights (with the intercept's distance from its start) plus the weighted loss.
fn objective(linear: &Linear, rows: &SparseRows, targets: &Targets, cost: f32, output: usize) -> f64 {
    let start = f64::from(targets.log_odds(output));
    let mut value = (f64::from(linear.intercepts[output]) - start).powi(2) / 2.0;
    value += linear.weights.column(output).iter().map(|w| f64::from(w * w)).sum::<f64>() / 2.0;
    let decisions = linear.predict(rows);
    for row in 0..rows.n_samples() {
        let (z, share) = (f64::from(decisions[[row, output]]), f64::from(targets.share[[row, output]]));
        let weight = f64::from(cost * targets.weight[[row, output]]);
        value += weight * (share * (-z).exp().ln_1p() + (1.0 - share) * z.exp().ln_1p());
    }
    value
}

#[test]
fn decisions_agree_with_linfas_dense_logistic_regression() {
    let (rows, targets, dense) = problem(600);
    let linear = exact(10.0).fit(&DatasetBase::new(rows.clone(), targets.clone())).unwrap();
    let yes = targets.share.column(0).mapv(|share| share > 0.5);
    // linfa minimises the loss plus alpha / 2 times the squared weights, without a penalty on the intercept.
    let other = LogisticRegression::default().alpha(0.1).max_iterations(500);
    let other = other.fit(&linfa::Dataset::new(dense.clone(), yes)).unwrap();
    let sign = if other.labels().pos.class { 1.0 } else { -1.0 };
    let decisions = linear.predict(&rows);
    for row in 0..600 {
        let (ours, theirs) = (decisions[[row, 0]], sign * (dense.row(row).dot(other.params()) + other.intercept()));
        assert!((f64::from(ours) - theirs).abs() < 0.1, "{row}: {ours} {theirs}");
    }
}

#[test]
fn linfas_metrics_take_predictions_and_targets() {
    // A rule on the first column, with one row in ten against it, and its opposite.
    let rows = Array2::from_shape_fn((200, 3), |(row, column)| match column {
        0 => f32::from(u8::from(row % 2 == 0)),
        _ => (row * (column + 3) % 7) as f32 / 7.0,
    });
    let labels = Array2::from_shape_fn((200, 2), |(row, output)| (row % 2 == 0) ^ (row % 10 == 3) ^ (output == 1));
    let (rows, targets) = (SparseRows::from(rows.view()), Targets::from(labels.view()));
    let dataset = DatasetBase::new(rows, targets);
    let linear = exact(1.0).fit(&dataset).unwrap();
    let decisions: Array2<f32> = linear.predict(&dataset);
    let probabilities = linear.probabilities(&dataset.records);
    for output in 0..2 {
        let truth = dataset.targets.labels(output);
        let predicted = decisions.column(output).mapv(|decision| decision > 0.0);
        let confusion = predicted.confusion_matrix(&truth).unwrap();
        assert!((confusion.accuracy() - 0.9).abs() < 1e-6, "{confusion:?}");
        let roc = probabilities.column(output).roc(truth.as_slice().unwrap()).unwrap();
        assert!((0.85..0.95).contains(&roc.area_under_curve()), "{}", roc.area_under_curve());
    }
}

#[test]
fn no_step_away_from_the_solution_is_better() {
    let (rows, mut targets, _) = problem(300);
    // Soft and missing annotations, too.
    targets.share[[0, 0]] = 0.3;
    targets.weight[[1, 0]] = 0.0;
    targets.weight[[2, 0]] = 5.0;
    for cost in [0.1, 3.0, 100.0] {
        let linear = exact(cost).fit(&DatasetBase::new(rows.clone(), targets.clone())).unwrap();
        let best = objective(&linear, &rows, &targets, cost, 0);
        for column in 0..40 {
            for step in [-0.05, 0.05] {
                let mut other = linear.clone();
                other.weights[[column, 0]] += step;
                assert!(objective(&other, &rows, &targets, cost, 0) > best - 1e-3 * best.abs(), "{cost} {column}");
            }
        }
    }
}

#[test]
fn the_two_solvers_find_about_the_same() {
    let (rows, targets, _) = problem(2000);
    let dataset = DatasetBase::new(rows.clone(), targets.clone());
    let dual = exact(1.0).fit(&dataset).unwrap();
    let ada = AdaGradParams::new(Array1::from_elem(1, 1.0)).passes(60).fit(&dataset).unwrap();
    let (dual, ada) = (objective(&dual, &rows, &targets, 1.0, 0), objective(&ada, &rows, &targets, 1.0, 0));
    assert!(ada < dual * 1.02, "{dual} {ada}");
}

#[test]
fn a_few_passes_come_near_the_minimum_at_a_large_cost_too() {
    let (rows, targets, _) = problem(2000);
    let dataset = DatasetBase::new(rows.clone(), targets.clone());
    for cost in [1.0, 30.0] {
        let costs = Array1::from_elem(1, cost);
        let ada = AdaGradParams::new(costs.clone()).passes(7).fit(&dataset).unwrap();
        let dual = DualParams::new(costs).tolerance(1e-4).max_passes(2000).fit(&dataset).unwrap();
        let (dual, ada) = (objective(&dual, &rows, &targets, cost, 0), objective(&ada, &rows, &targets, cost, 0));
        assert!(ada < dual * 1.05, "{cost}: {dual} {ada}");
    }
}

#[test]
fn a_cost_whose_square_is_nothing_leaves_numbers() {
    let (rows, targets, _) = problem(50);
    let dataset = DatasetBase::new(rows, targets);
    let ada = AdaGradParams::new(Array1::from_elem(1, 1e-30)).fit(&dataset).unwrap();
    assert!(ada.weights.iter().chain(&ada.intercepts).all(|weight| weight.is_finite()));
}

#[test]
fn an_output_does_not_depend_on_its_neighbours() {
    let (rows, targets, _) = problem(200);
    let both = exact(3.0).fit(&DatasetBase::new(rows.clone(), targets.clone())).unwrap();
    let one = |at: usize| ndarray::s![.., at..=at];
    let alone =
        Targets { share: targets.share.slice(one(1)).to_owned(), weight: targets.weight.slice(one(1)).to_owned() };
    let alone = exact(3.0).fit(&DatasetBase::new(rows, alone)).unwrap();
    assert_eq!(both.weights.column(1), alone.weights.column(0));
}

/// Labels that are annotated on rows of their own are solved apart, however many outputs each has.
#[test]
fn outputs_on_rows_of_their_own_are_as_by_themselves() {
    let (rows, own, _) = problem(120);
    for width in 1..=17 {
        // The first label has so many outputs on the even rows, the second one on the odd ones.
        let mut targets = Targets::missing(120, width + 1);
        for row in 0..120 {
            if row % 2 == 0 {
                (0..width).for_each(|output| targets.share[[row, output]] = own.share[[row, output % 2]]);
                targets.weight.slice_mut(s![row, ..width]).fill(1.0);
            } else {
                targets.share[[row, width]] = own.share[[row, 0]];
                targets.weight[[row, width]] = 1.0;
            }
        }
        let both = exact(1.0).fit(&DatasetBase::new(rows.clone(), targets.clone())).unwrap();
        let part = |outputs: Range<usize>| {
            let own = Targets {
                share: targets.share.slice(s![.., outputs.clone()]).to_owned(),
                weight: targets.weight.slice(s![.., outputs]).to_owned(),
            };
            exact(1.0).fit(&DatasetBase::new(rows.clone(), own)).unwrap()
        };
        let apart = Linear::beside(vec![part(0..width), part(width..width + 1)]).unwrap();
        assert_eq!(both, apart, "{width} outputs beside one");
    }
}

#[test]
fn a_base_is_what_weights_are_pulled_towards() {
    let (rows, targets, _) = problem(200);
    let mut base = Linear::zeros(40, 2);
    base.weights.fill(0.7);
    let params = exact(1e-6).check().unwrap();
    let dataset = DatasetBase::new(rows, targets);
    let solved = params.fit_with(DualState::from_base(base, 200), &dataset).unwrap();
    assert!(solved.linear.weights.iter().all(|weight| (weight - 0.7).abs() < 1e-3));
}

#[test]
fn options_that_make_no_sense_are_refused() {
    for cost in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert!(DualParams::new(Array1::from_elem(1, cost)).check().is_err());
    }
    assert!(exact(1.0).max_passes(0).check().is_err());
    let (rows, _, _) = problem(10);
    let error = exact(1.0).fit(&DatasetBase::new(rows, Targets::missing(9, 1))).unwrap_err();
    assert_eq!(error.to_string(), "there are 10 rows, but targets for 9");
}
