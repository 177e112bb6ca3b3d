//! What columns are worth, summed.

/// Sums what columns are worth, as [`dot`] does.
pub(crate) type Dot = fn(&[(u32, f32)], &[f32], &mut [f32]) -> f32;

/// [`dot`] by the number of outputs, as far as that is worth its code; without outputs there is no sum.
const DOTS: [Dot; 17] = [
    dot_any, dot::<2>, dot::<3>, dot::<4>, dot::<5>, dot::<6>, dot::<7>, dot::<8>, dot::<9>, dot::<10>, dot::<11>,
    dot::<12>, dot::<13>, dot::<14>, dot::<15>, dot::<16>, dot::<17>,
];

/// [`dot`] for so many outputs.
pub(crate) fn dot_of(n_outputs: usize) -> Dot {
    DOTS.get(n_outputs).copied().unwrap_or(dot_any)
}

/// Sums value times factor times weight for each output; returns the squared norm of value times factor. A row of the
/// table has `STRIDE` numbers: the factor and a weight for each output.
fn dot<const STRIDE: usize>(columns: &[(u32, f32)], table: &[f32], sums: &mut [f32]) -> f32 {
    let rows = table.as_chunks::<STRIDE>().0;
    let mut own = [0.0_f32; STRIDE];
    let mut squares = 0.0;
    for (column, value) in columns {
        let Some(row) = rows.get(*column as usize) else { continue };
        let value = value * row[0];
        squares += value * value;
        // The factor's own place is summed as well, so that the row is one vector; it is never read.
        for at in 0..STRIDE {
            own[at] += value * row[at];
        }
    }
    sums.copy_from_slice(&own[1..]);
    squares
}

/// The same for any number of outputs.
fn dot_any(columns: &[(u32, f32)], table: &[f32], sums: &mut [f32]) -> f32 {
    let stride = sums.len() + 1;
    let mut squares = 0.0;
    for (column, value) in columns {
        let begin = *column as usize * stride;
        let Some((factor, weights)) = table.get(begin..begin + stride).and_then(<[f32]>::split_first) else { continue };
        let value = value * factor;
        squares += value * value;
        sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += value * weight);
    }
    squares
}
