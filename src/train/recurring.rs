//! What recurs across folds: comments under a target that was seen are easier than those under a new one, and so are
//! near-repetitions of a comment. The same is cross-validated once more without that.

use rustc_hash::FxHashMap;

use crate::dataset::dataset::Dataset;
use crate::dataset::duplicates;
use crate::dataset::error::TrainError;
use crate::dataset::groups::Union;
use crate::dataset::label::outputs;
use crate::dataset::towards::Towards;
use crate::features::blocks::Block;
use crate::learn::crossval::{Problem, Solver};
use crate::learn::folds::Folds;
use crate::train::evaluated::{Bootstrap, Evaluated};
use crate::train::learnt::Learnt;
use crate::train::options::TrainOptions;
use crate::train::selection;
use crate::train::step::Step;

/// Less than this share of rows is not worth a word.
const FEW: f64 = 0.05;
/// One group with more than this share of all rows leaves no fold without it that could teach anything.
const MOST: f64 = 0.5;
/// Fewer folds tell too little.
const FOLDS: usize = 3;

/// What recurs across the folds of a cross-validation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recurring {
    /// A column whose values do, and the share of rows whose value occurs in other folds.
    pub column: Option<(&'static str, f64)>,
    /// Rows that nearly repeat one of another fold, each after the one.
    pub near_duplicates: Vec<(usize, usize)>,
    /// See [`groups`](Self::groups).
    groups: Option<Vec<u32>>,
}

/// Figures of rows whose targets, articles and near-duplicates were in no other fold.
#[derive(Clone, Debug)]
pub(crate) struct Regrouped {
    /// What was kept together: a column, or near-duplicates.
    pub by: String,
    /// In how many folds.
    pub folds: usize,
    /// One for each label that could be measured so.
    pub evaluated: Vec<Evaluated>,
}

impl Recurring {
    /// What recurs across `folds`.
    #[must_use]
    pub(crate) fn find(data: &Dataset, folds: &Folds) -> Self {
        let claimed = matches!(data.towards, Some(Towards::Claim(_)));
        let columns: [(&str, Vec<Option<u32>>); 3] = [
            ("target", numbers(data, |row| data.input(row).target.filter(|_| !claimed))),
            ("article_title", numbers(data, |row| data.input(row).article_title)),
            ("thread_id", (0..data.len()).map(|row| Some(data.threads().of.get(row).copied().flatten()?.0)).collect()),
        ];
        let share = |values: &[Option<u32>]| recurring(values, folds) as f64 / data.len().max(1) as f64;
        let shares = columns.iter().map(|(name, values)| (*name, share(values), values));
        let column = shares.into_iter().find(|(_, share, _)| *share >= FEW);
        let near_duplicates = duplicates::across_folds(data, folds);
        let own: Option<Vec<Option<u32>>> =
            data.groups.as_ref().map(|groups| groups.iter().copied().map(Some).collect());
        let own = own.as_deref().unwrap_or_default();
        let groups = match column {
            // Where the same comment stands under many targets, all would become one group: then the column goes alone.
            Some((_, _, values)) => [united(&[own, values], &[], data.len()), united(&[values], &[], data.len())]
                .into_iter()
                .find(|groups| dividable(groups)),
            None if near_duplicates.len() as f64 >= FEW * data.len() as f64 => {
                Some(united(&[own], &near_duplicates, data.len())).filter(|groups| dividable(groups))
            }
            None => None,
        };
        Self { column: column.map(|(name, share, _)| (name, share)), near_duplicates, groups }
    }

    /// The groups by which the column's values, or without one near-duplicates, would not recur; none where nothing does or
    /// they cannot be divided into folds.
    pub(crate) fn groups(&self) -> Option<&[u32]> {
        self.groups.as_deref()
    }

    /// Cross-validates what was learnt with other folds, in which nothing recurs. `problem` must have been made with these
    /// groups, where it has a block that reads other rows' annotations. Blocks, C and class weight stay as they are.
    pub(crate) fn measure(
        &self,
        data: &Dataset,
        options: &TrainOptions,
        problem: &Problem,
        solver: Solver,
        learnt: &[Learnt],
        watch: &(impl Fn(Step) -> bool + Sync),
    ) -> Result<Option<Regrouped>, TrainError> {
        let Some(groups) = self.groups() else { return Ok(None) };
        let mut distinct = groups.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let n = options.folds.clamp(FOLDS, distinct.len());
        let folds = Folds::stratified(&problem.targets, Some(groups), n, options.seed)?;
        watch(Step::CrossValidation);
        let bootstrap = Bootstrap { groups: Some(groups), replicates: options.replicates, seed: options.seed };
        let evaluated = learnt
            .iter()
            .zip(outputs(&data.labels))
            .filter_map(|pair| Some((pair.0, pair.0.evaluated.as_ref()?, pair.1)));
        let evaluated = evaluated.map(|(learnt, before, columns)| {
            let decisions = selection::average(problem, solver, &folds, columns, &learnt.members, || watch(Step::Fit))?;
            selection::measure(data, options, before, decisions, &folds, bootstrap)
        });
        // A class that came to stand in one fold would make nonsense of the figures.
        let sound = |evaluated: &Evaluated| evaluated.confined.is_empty();
        let mut evaluated: Vec<Evaluated> = evaluated.collect::<Result<_, _>>()?;
        evaluated.retain(sound);
        let by = self.column.map_or("near-duplicates", |(name, _)| name).to_owned();
        Ok((!evaluated.is_empty()).then_some(Regrouped { by, folds: folds.n, evaluated }))
    }
}

/// Whether any fit has blocks that read the annotations of other rows.
pub(crate) fn reads_annotations(learnt: &[Learnt]) -> bool {
    let mut members = learnt.iter().flat_map(|learnt| &learnt.members);
    members.any(|member| member.candidate.scales.of(Block::Profile) > 0.0)
}

/// The groups of `n` rows in which equal values of each column, and pairs, are together; a row without a value is alone.
fn united(columns: &[&[Option<u32>]], pairs: &[(usize, usize)], n: usize) -> Vec<u32> {
    let mut union = Union::new(n);
    for values in columns {
        let mut first = FxHashMap::default();
        for (row, value) in values.iter().enumerate() {
            if let Some(value) = value {
                union.join(*first.entry(*value).or_insert(row as u32), row as u32);
            }
        }
    }
    pairs.iter().for_each(|(one, other)| union.join(*one as u32, *other as u32));
    (0..n).map(|row| union.top(row as u32)).collect()
}

/// Whether there are enough groups for some folds, and none that leaves nothing to learn from outside of it.
fn dividable(groups: &[u32]) -> bool {
    let mut sizes: FxHashMap<u32, usize> = FxHashMap::default();
    groups.iter().for_each(|group| *sizes.entry(*group).or_insert(0) += 1);
    let largest = sizes.values().max().copied().unwrap_or(0);
    sizes.len() >= FOLDS && largest as f64 <= MOST * groups.len() as f64
}

/// Equal values have equal numbers.
fn numbers<'a>(data: &'a Dataset, value: impl Fn(usize) -> Option<&'a str>) -> Vec<Option<u32>> {
    let mut known = FxHashMap::default();
    let number = |row| {
        let next = known.len() as u32;
        Some(*known.entry(value(row)?).or_insert(next))
    };
    (0..data.len()).map(number).collect()
}

/// How many rows have a value that occurs in another fold, too.
fn recurring(values: &[Option<u32>], folds: &Folds) -> usize {
    let mut seen: FxHashMap<u32, (u16, bool)> = FxHashMap::default();
    let known = || values.iter().zip(&folds.of).filter_map(|(value, fold)| Some(((*value)?, *fold)));
    for (value, fold) in known() {
        let (first, several) = seen.entry(value).or_insert((fold, false));
        *several |= *first != fold;
    }
    known().filter(|(value, _)| seen[value].1).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_united_by_columns_and_pairs() {
        let (one, other) = ([Some(1), Some(1), None, None, None], [None, Some(4), Some(4), None, None]);
        assert_eq!(united(&[&one, &other], &[(3, 4)], 5), [0, 0, 0, 3, 3]);
        assert!(!dividable(&[0, 0, 0, 3, 3]) && dividable(&[0, 0, 1, 1, 2]));
    }

    #[test]
    fn a_value_recurs_if_two_folds_have_it() {
        let folds = Folds { of: vec![0, 0, 1, 1, 1], n: 2 };
        assert_eq!(recurring(&[Some(1), Some(2), Some(2), Some(3), Some(3)], &folds), 2);
        assert_eq!(recurring(&[None, Some(2), None, Some(3), Some(3)], &folds), 0);
    }
}
