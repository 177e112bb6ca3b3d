//! One step of dual coordinate descent: the row's decision value, and its probability where its own equation holds.

use crate::features::sparse::Row;
use crate::learn::sigmoid::sigmoid;

/// The decision values of a row, in four separate sums, because one would wait for each addition.
#[inline]
pub(crate) fn decide<const K: usize>(weights: &[[f32; K]], intercepts: &[f32; K], row: Row<'_>) -> [f32; K] {
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
/// if a step is more than half as long as the previous one, because Newton's method alone can oscillate for rows with a
/// large weight.
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
    use proptest::prelude::*;

    use super::*;

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
