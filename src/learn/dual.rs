//! Dual coordinate descent for L2-regularised logistic regression, all outputs together.
//!
//! After Yu, Huang and Lin, Dual coordinate descent methods for logistic regression and maximum entropy models, Machine
//! Learning 85 (2011), in a form that also holds for soft targets. At the optimum `w = w0 + sum_i beta_i x_i` with
//! `beta_i = c_i (s_i - sigma(z_i))`. Writing `sigma(u)` for the row's own probability, one step solves
//! `u + c q sigma(u) = z - beta q + c q s` for `u`, where `q` is the squared norm of the row and `z` its decision value;
//! the left side grows with `u`, so Newton's method finds the one solution.
//!
//! Weights lie feature by feature, one beside the other for all outputs, so that a row is read once for all of them.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, FitWith};
use ndarray::{Array1, Array2, s};
use rayon::prelude::*;

use crate::features::sparse::{Row, SparseRows};
use crate::learn::costs;
use crate::learn::error::LearnError;
use crate::learn::linear::Linear;
use crate::learn::random::Random;
use crate::learn::sigmoid::sigmoid;
use crate::learn::targets::Targets;

/// Options of the dual solver, checked.
#[derive(Clone, Debug)]
pub struct DualValidParams {
    costs: Array1<f32>,
    tolerance: f32,
    max_passes: usize,
    seed: u64,
}

/// Options of the dual solver.
#[derive(Clone, Debug)]
pub struct DualParams(DualValidParams);

impl DualParams {
    /// `costs` holds the C of each output, or one for all.
    #[must_use]
    pub fn new(costs: Array1<f32>) -> Self {
        Self(DualValidParams { costs, tolerance: 0.02, max_passes: 40, seed: 1 })
    }

    /// An output is done when no row's probability moved by more than this in a pass.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f32) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// The most passes over the rows.
    #[must_use]
    pub fn max_passes(mut self, max_passes: usize) -> Self {
        self.0.max_passes = max_passes;
        self
    }

    /// Of the order in which rows are visited.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl ParamGuard for DualParams {
    type Checked = DualValidParams;
    type Error = LearnError;

    fn check_ref(&self) -> Result<&DualValidParams, LearnError> {
        costs::check(&self.0.costs)?;
        if !(self.0.tolerance.is_finite() && self.0.tolerance > 0.0) {
            return Err(LearnError::Tolerance(self.0.tolerance));
        }
        if self.0.max_passes == 0 {
            return Err(LearnError::NoPass);
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<DualValidParams, LearnError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

/// A solution and its dual variables, from which a fit at a larger C can go on.
#[derive(Clone, Debug)]
pub struct DualState {
    /// The solution.
    pub linear: Linear,
    /// Shape `(n_samples, n_outputs)`.
    beta: Array2<f32>,
}

impl DualState {
    /// Begins at the weights of another model: they are what regularisation then pulls towards.
    #[must_use]
    pub fn from_base(base: Linear, n_samples: usize) -> Self {
        let beta = Array2::zeros((n_samples, base.n_outputs()));
        Self { linear: base, beta }
    }
}

impl Fit<SparseRows, Targets, LearnError> for DualValidParams {
    type Object = Linear;

    fn fit(&self, dataset: &DatasetBase<SparseRows, Targets>) -> Result<Linear, LearnError> {
        let targets = &dataset.targets;
        let mut start = Linear::zeros(dataset.records.n_features(), targets.n_outputs());
        start.intercepts = (0..targets.n_outputs()).map(|output| targets.log_odds(output)).collect();
        Ok(self.fit_with(DualState::from_base(start, targets.n_samples()), dataset)?.linear)
    }
}

impl FitWith<'_, SparseRows, Targets, LearnError> for DualValidParams {
    type ObjectIn = DualState;
    type ObjectOut = DualState;

    fn fit_with(&self, state: DualState, dataset: &DatasetBase<SparseRows, Targets>) -> Result<DualState, LearnError> {
        let (rows, targets) = (&dataset.records, &dataset.targets);
        let n_outputs = targets.n_outputs();
        if rows.n_samples() != targets.n_samples() {
            return Err(LearnError::Rows { rows: rows.n_samples(), targets: targets.n_samples() });
        }
        if state.linear.n_outputs() != n_outputs {
            return Err(LearnError::Outputs { what: "weights", found: state.linear.n_outputs(), outputs: n_outputs });
        }
        let costs = costs::by_output(&self.costs, n_outputs)?;
        let groups = groups(targets);
        let solved: Vec<DualState> = groups
            .into_par_iter()
            .map(|outputs| {
                let part = Part { rows, targets, costs: &costs, params: self, first: outputs.start };
                match outputs.len() {
                    1 => part.solve::<1>(&state),
                    2 => part.solve::<2>(&state),
                    3..=4 => part.solve::<4>(&state),
                    5..=8 => part.solve::<8>(&state),
                    _ => part.solve::<16>(&state),
                }
            })
            .collect();
        Ok(join(solved)?)
    }
}

/// Outputs in groups that are solved together: at most 16, and none without a row in common with the one before it, so
/// that no row is read for outputs that it says nothing of. An output's solution does not depend on its group.
fn groups(targets: &Targets) -> Vec<std::ops::Range<usize>> {
    let shares_rows = |output: usize| {
        let pairs = targets.weight.column(output - 1).into_iter().zip(targets.weight.column(output));
        pairs.into_iter().any(|(before, own)| *before > 0.0 && *own > 0.0)
    };
    let mut groups: Vec<std::ops::Range<usize>> = Vec::new();
    for output in 0..targets.n_outputs() {
        match groups.last_mut() {
            Some(group) if group.len() < 16 && shares_rows(output) => group.end = output + 1,
            _ => groups.push(output..output + 1),
        }
    }
    groups
}

fn join(mut parts: Vec<DualState>) -> Result<DualState, linfa::Error> {
    if parts.len() == 1 {
        return Ok(parts.remove(0));
    }
    let weights: Vec<_> = parts.iter().map(|part| part.linear.weights.view()).collect();
    let intercepts: Vec<_> = parts.iter().map(|part| part.linear.intercepts.view()).collect();
    let beta: Vec<_> = parts.iter().map(|part| part.beta.view()).collect();
    Ok(DualState {
        linear: Linear {
            weights: ndarray::concatenate(ndarray::Axis(1), &weights)?,
            intercepts: ndarray::concatenate(ndarray::Axis(0), &intercepts)?,
        },
        beta: ndarray::concatenate(ndarray::Axis(1), &beta)?,
    })
}

/// The most that a row weighs (its C times its weight) when nothing is known yet. From nothing to a much larger one in
/// one go the passes would end far from the minimum; step by step each solution is a good start for the next.
const FIRST_COST: f32 = 3.0;
/// The next C after one at which an output is done.
const COST_STEP: f32 = 3.0;

/// The outputs `first..first + K` of a problem.
struct Part<'a> {
    rows: &'a SparseRows,
    targets: &'a Targets,
    costs: &'a Array1<f32>,
    params: &'a DualValidParams,
    first: usize,
}

impl Part<'_> {
    /// `K` is the number of outputs, rounded up; those beyond the last are never touched.
    fn solve<const K: usize>(&self, state: &DualState) -> DualState {
        let width = K.min(self.targets.n_outputs() - self.first);
        let outputs = s![.., self.first..self.first + width];
        let mut weights = vec![[0.0_f32; K]; self.rows.n_features()];
        for (to, from) in weights.iter_mut().zip(state.linear.weights.slice(outputs).outer_iter()) {
            to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        }
        let mut intercepts = [0.0_f32; K];
        let mut costs = [0.0_f32; K];
        for output in 0..width {
            intercepts[output] = state.linear.intercepts[self.first + output];
            costs[output] = self.costs[self.first + output];
        }
        let mut beta = state.beta.slice(outputs).to_owned();
        let share = self.targets.share.slice(outputs);
        let weight = self.targets.weight.slice(outputs);

        let mut order: Vec<u32> = (0..self.rows.n_samples() as u32)
            .filter(|row| weight.row(*row as usize).iter().any(|weight| *weight > 0.0))
            .collect();
        let norms: Vec<f32> = order
            .iter()
            .map(|row| 1.0 + self.rows.row(*row as usize).values.iter().map(|value| value * value).sum::<f32>())
            .collect();
        let mut order: Vec<(u32, f32)> = order.drain(..).zip(norms).collect();
        let mut random = Random::new(self.params.seed);
        let mut open = [true; K];
        let mut now = costs;
        if state.beta.iter().all(|beta| *beta == 0.0) {
            for output in 0..width {
                let largest = weight.column(output).fold(0.0_f32, |largest, weight| largest.max(*weight));
                now[output] = costs[output].min(FIRST_COST / largest);
            }
        }
        let mut passes = [0; K];
        loop {
            random.shuffle(&mut order);
            let mut moved = [0.0_f32; K];
            for &(row, norm) in &order {
                let row = row as usize;
                let features = self.rows.row(row);
                let z = decide(&weights, &intercepts, features);
                let mut step = [0.0_f32; K];
                let mut any = false;
                for output in 0..width {
                    let cost = now[output] * weight[[row, output]];
                    if !open[output] || cost == 0.0 {
                        continue;
                    }
                    let (share, old) = (share[[row, output]], beta[[row, output]]);
                    let probability = coordinate(z[output], old, share, cost, norm);
                    let new = cost * (share - probability);
                    step[output] = new - old;
                    moved[output] = moved[output].max((step[output] / cost).abs());
                    beta[[row, output]] = new;
                    any |= step[output].abs() > 1e-7 * cost;
                }
                if any {
                    for (column, value) in features.iter() {
                        let weights = &mut weights[column as usize];
                        for output in 0..K {
                            weights[output] += value * step[output];
                        }
                    }
                    for output in 0..K {
                        intercepts[output] += step[output];
                    }
                }
            }
            for output in 0..width {
                passes[output] += 1;
                if moved[output] > self.params.tolerance && passes[output] < self.params.max_passes {
                    continue;
                }
                passes[output] = 0;
                open[output] &= now[output] < costs[output];
                now[output] = costs[output].min(now[output] * COST_STEP);
            }
            if !open[..width].contains(&true) {
                break;
            }
        }
        DualState {
            linear: Linear {
                weights: Array2::from_shape_fn((self.rows.n_features(), width), |(row, output)| weights[row][output]),
                intercepts: Array1::from_iter(intercepts[..width].iter().copied()),
            },
            beta,
        }
    }
}

/// The decision values of a row, in four sums side by side: one would wait for each addition to end.
#[inline]
fn decide<const K: usize>(weights: &[[f32; K]], intercepts: &[f32; K], row: Row<'_>) -> [f32; K] {
    let mut sums = [*intercepts, [0.0; K], [0.0; K], [0.0; K]];
    let (columns, last_columns) = row.columns.as_chunks::<4>();
    let (values, last_values) = row.values.as_chunks::<4>();
    for (columns, values) in columns.iter().zip(values) {
        for lane in 0..4 {
            let weights = &weights[columns[lane] as usize];
            for output in 0..K {
                sums[lane][output] += values[lane] * weights[output];
            }
        }
    }
    for (column, value) in last_columns.iter().zip(last_values) {
        let weights = &weights[*column as usize];
        for output in 0..K {
            sums[0][output] += value * weights[output];
        }
    }
    std::array::from_fn(|output| (sums[0][output] + sums[1][output]) + (sums[2][output] + sums[3][output]))
}

/// The row's probability at the minimum over its own dual variable: Newton's method within a bracket, which is halved
/// where a step is not half as long as the one before, as by itself it can go back and forth where the row weighs much.
#[inline]
pub(crate) fn coordinate(z: f32, beta: f32, share: f32, cost: f32, norm: f32) -> f32 {
    let steep = cost * norm;
    let right = z - beta * norm + steep * share;
    // The left side is between u and u + steep.
    let (mut low, mut high) = (right - steep, right);
    let mut u = z.clamp(low, high);
    let mut probability = sigmoid(u);
    let mut before = f32::INFINITY;
    for _ in 0..40 {
        let excess = u + steep * probability - right;
        if excess > 0.0 {
            high = u;
        } else {
            low = u;
        }
        let mut next = u - excess / (1.0 + steep * probability * (1.0 - probability));
        if !(low..=high).contains(&next) || (next - u).abs() > 0.5 * before {
            next = f32::midpoint(low, high);
        }
        let step = (next - u).abs();
        (u, before) = (next, step);
        probability = sigmoid(u);
        if step < 1e-3 {
            break;
        }
    }
    probability
}

#[cfg(test)]
mod tests {
    use linfa::prelude::*;
    use linfa_logistic::LogisticRegression;
    use ndarray::{Array1, Array2};
    use proptest::prelude::*;

    use super::*;
    use crate::features::sparse::Chunk;
    use crate::learn::adagrad::AdaGradParams;

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
        let mut decisions = vec![0.0; linear.n_outputs()];
        for row in 0..rows.n_samples() {
            linear.decide(rows.row(row), &mut decisions);
            let (z, share) = (f64::from(decisions[output]), f64::from(targets.share[[row, output]]));
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
        let mut decisions = [0.0; 2];
        for row in 0..600 {
            linear.decide(rows.row(row), &mut decisions);
            let theirs = sign * (dense.row(row).dot(other.params()) + other.intercept());
            assert!((f64::from(decisions[0]) - theirs).abs() < 0.1, "{row}: {} {theirs}", decisions[0]);
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
        assert_eq!(error.to_string(), "10 rows, but targets for 9");
    }

    #[test]
    fn a_row_that_weighs_much_is_solved_too() {
        // By Newton's steps alone u goes between -20 and 3 and never comes to -5.
        let (cost, norm, start) = (122.317_59, 8.724_678, 0.021_914_44);
        let p = coordinate(-20.561_157, -cost * start, 0.0, cost, norm);
        assert!((p - 0.007_2).abs() < 1e-3, "{p}");
    }

    proptest! {
        #[test]
        fn one_step_solves_its_equation(
            z in -30.0_f32..30.0, share in 0.0_f32..=1.0, start in 0.0_f32..=1.0, cost in 0.001_f32..1000.0, norm in 1.0_f32..20.0,
        ) {
            let beta = cost * (share - start);
            let p = coordinate(z, beta, share, cost, norm);
            prop_assert!((0.0..=1.0).contains(&p));
            // At the solution the row's probability is that of its new decision value.
            let moved = f64::from(z) + f64::from(norm) * (f64::from(cost) * f64::from(share - p) - f64::from(beta));
            let back = 1.0 / (1.0 + (-moved).exp());
            let slack = 1e-3 * (1.0 + f64::from(cost * norm)) + 1e-2;
            prop_assert!((back - f64::from(p)).abs() < slack.min(0.6), "{} {}", back, p);
        }
    }
}
