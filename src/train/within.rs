//! Rows by their sources: what ranks them is judged within each source, as over all rows together it would mostly tell the
//! sources apart.

use std::collections::BTreeMap;

use crate::dataset::dataset::Dataset;

/// Fewer rows of either kind tell nothing of a source.
const ENOUGH: f32 = 10.0;

/// The source of each row.
#[derive(Debug)]
pub(crate) struct Within {
    of: Vec<usize>,
}

impl Within {
    /// Of a recipe with several sources.
    pub(crate) fn new(data: &Dataset) -> Option<Self> {
        let of = || (0..data.len()).filter_map(|row| data.source_of(row)).collect();
        (data.sources.len() > 1).then(|| Self { of: of() })
    }

    #[cfg(test)]
    pub(crate) fn of_rows(of: Vec<usize>) -> Self {
        Self { of }
    }

    /// The places of `rows`, which have these shares of yes, by their sources, of which each has enough of either kind. None
    /// where all rows are of one source, or no source has enough.
    pub(crate) fn parts(&self, rows: &[usize], shares: &[f32]) -> Option<Vec<Vec<usize>>> {
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        rows.iter().enumerate().for_each(|(at, row)| parts.entry(self.of[*row]).or_default().push(at));
        if parts.len() < 2 {
            return None;
        }
        let mut parts: Vec<Vec<usize>> = parts.into_values().collect();
        parts.retain(|places| {
            let yes: f32 = places.iter().map(|at| shares[*at]).sum();
            yes >= ENOUGH && places.len() as f32 - yes >= ENOUGH
        });
        (!parts.is_empty()).then_some(parts)
    }
}

/// The mean over `parts`, or over all places as one, of what scores are worth there beside the shares of yes; `None` is left
/// out of it.
pub(crate) fn mean(
    parts: Option<&[Vec<usize>]>,
    (scores, shares): (&[f32], &[f32]),
    worth: impl Fn(&[f32], &[f32]) -> Option<f64>,
) -> Option<f64> {
    let Some(parts) = parts else { return worth(scores, shares) };
    let of = |values: &[f32], places: &[usize]| places.iter().map(|at| values[*at]).collect::<Vec<f32>>();
    let values: Vec<f64> = parts.iter().filter_map(|places| worth(&of(scores, places), &of(shares, places))).collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_with_enough_of_either_kind_are_parts() {
        // 20 rows of each of two sources, and 5 of a third.
        let within = Within { of: (0..45).map(|row| row / 20).collect() };
        let rows: Vec<usize> = (0..45).collect();
        let half = |row: usize| f32::from(u8::from(row.is_multiple_of(2)));
        let shares: Vec<f32> = rows.iter().map(|row| half(*row)).collect();
        assert_eq!(within.parts(&rows, &shares), Some(vec![(0..20).collect(), (20..40).collect()]));
        let few: Vec<f32> = rows.iter().map(|row| if *row < 20 { half(*row) } else { 0.0 }).collect();
        assert_eq!(within.parts(&rows, &few), Some(vec![(0..20).collect()]));
        assert_eq!(within.parts(&rows, &[0.0; 45]), None);
        assert_eq!(within.parts(&rows[..20], &shares[..20]), None, "they are of one source");
    }

    #[test]
    fn the_mean_is_over_the_parts_that_are_worth_something() {
        let (scores, shares) = ([1.0, 2.0, 3.0, 4.0], [0.0; 4]);
        let sum = |scores: &[f32], _: &[f32]| Some(f64::from(scores.iter().sum::<f32>())).filter(|sum| *sum > 1.0);
        assert_eq!(mean(None, (&scores, &shares), sum), Some(10.0));
        assert_eq!(mean(Some(&[vec![1], vec![2, 3], vec![0]]), (&scores, &shares), sum), Some(4.5));
        assert_eq!(mean(Some(&[vec![0]]), (&scores, &shares), sum), None);
    }
}
