//! Quantities as sparse features: a number is shared between the two knots that it lies between.
//!
//! A linear model over the shares is a piecewise linear function of the number, so that "very short and very long
//! comments, but not middling ones" can be learnt; and no feature is far larger than another.

/// A number read off a comment, and the knots of its piecewise linear function.
#[derive(Debug)]
pub(crate) struct Quantity {
    /// What reasons and reports call it.
    pub name: &'static str,
    /// In increasing order; the first and the last represent everything beyond them.
    pub knots: &'static [f32],
}

impl Quantity {
    /// Adds the shares of `value` to `row`; the quantity's columns begin at `first`.
    pub(crate) fn push(&self, first: u32, value: f32, row: &mut Vec<(u32, f32)>) {
        let above = self.knots.partition_point(|knot| *knot <= value);
        if above == 0 {
            row.push((first, 1.0));
        } else if above == self.knots.len() {
            row.push((first + above as u32 - 1, 1.0));
        } else {
            let (low, high) = (self.knots[above - 1], self.knots[above]);
            let share = (value - low) / (high - low);
            row.push((first + above as u32 - 1, 1.0 - share));
            if share > 0.0 {
                row.push((first + above as u32, share));
            }
        }
    }
}

/// How many columns the quantities take together.
pub(crate) const fn width(quantities: &[Quantity]) -> usize {
    let (mut total, mut at) = (0, 0);
    while at < quantities.len() {
        total += quantities[at].knots.len();
        at += 1;
    }
    total
}

/// The quantity and the knot of a column within its block.
pub(crate) fn of_column(quantities: &'static [Quantity], mut column: usize) -> Option<(&'static Quantity, f32)> {
    for quantity in quantities {
        if let Some(knot) = quantity.knots.get(column) {
            return Some((quantity, *knot));
        }
        column -= quantity.knots.len();
    }
    None
}

/// Adds the values of several quantities to `row`, one after the other from `column`; unknown values have no column.
pub(crate) fn push<const N: usize>(
    mut column: u32,
    quantities: &[Quantity; N],
    values: [Option<f32>; N],
    row: &mut Vec<(u32, f32)>,
) {
    for (quantity, value) in quantities.iter().zip(values) {
        if let Some(value) = value {
            quantity.push(column, value, row);
        }
        column += quantity.knots.len() as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH: Quantity = Quantity { name: "length", knots: &[0.0, 1.0, 3.0] };

    fn shares(value: f32) -> Vec<(u32, f32)> {
        let mut row = Vec::new();
        LENGTH.push(10, value, &mut row);
        row
    }

    #[test]
    fn a_value_is_shared_between_its_neighbours() {
        assert_eq!(shares(0.25), [(10, 0.75), (11, 0.25)]);
        assert_eq!(shares(2.0), [(11, 0.5), (12, 0.5)]);
        assert_eq!(shares(1.0), [(11, 1.0)]);
    }

    #[test]
    fn a_value_beyond_the_ends_stands_at_the_end() {
        assert_eq!(shares(-5.0), [(10, 1.0)]);
        assert_eq!(shares(1e9), [(12, 1.0)]);
        assert_eq!(shares(f32::NAN), [(10, 1.0)]);
    }
}
