//! The fit on all rows, from scratch or from an older model's weights.

use ndarray::{Array1, s};

use super::TrainError;
use super::label::{Label, outputs};
use super::train::{Learnt, Member, Witness};
use crate::features::{Block, Chunk, Featurizer, Layout, Scales, SparseRows, Weighting};
use crate::learn::{Base, Candidate, Linear, Problem, Solver, Targets};

/// Fits all members of all labels on all rows, those of one candidate together, and averages them. The scales of blocks
/// end up in the weights.
pub(super) fn last_fit(
    mut problem: Problem,
    learnt: &[Learnt],
    solver: Solver,
) -> Result<(Weighting, Linear, Vec<Witness>), TrainError> {
    let labels: Vec<Label> = learnt.iter().map(|learnt| learnt.label.clone()).collect();
    let outputs = outputs(&labels);
    let mut merged = Linear::zeros(problem.layout.n_features(), problem.targets.n_outputs());
    let mut weighting = problem.weighting(|_| true);
    let members = || {
        let each = learnt.iter().zip(&outputs);
        each.flat_map(|(learnt, outputs)| learnt.members.iter().map(move |member| (*member, outputs.clone())))
    };
    let mut candidates: Vec<Candidate> = Vec::new();
    for (member, _) in members() {
        if !candidates.contains(&member.candidate) {
            candidates.push(member.candidate);
        }
    }
    let last = candidates.len() - 1;
    let mut witnesses = Vec::new();
    for (place, candidate) in candidates.into_iter().enumerate() {
        let own = members().filter(|(member, _)| member.candidate == candidate);
        // An output stands here once for each C that it is averaged over.
        let own: Vec<(usize, Member)> = own.flat_map(|(m, outputs)| outputs.map(move |at| (at, m))).collect();
        let columns: Vec<usize> = own.iter().map(|(output, _)| *output).collect();
        let part = problem.part(&columns);
        let costs: Array1<f32> = own.iter().map(|(_, member)| member.cost).collect();
        weighting.scales = candidate.scales;
        let rows = if place == last {
            weighting.apply_owned(std::mem::take(&mut problem.counts), &problem.layout)
        } else {
            weighting.apply(&problem.counts, &problem.layout)
        };
        let linear = part.fit(rows.clone(), part.weighted(candidate.balanced), costs, solver)?;
        witnesses.extend(self::witnesses(&linear, &weighting, &problem.layout, &rows));
        for (from, (to, member)) in own.into_iter().enumerate() {
            merged.intercepts[to] += member.share * linear.intercepts[from];
            for block in Block::ALL {
                let columns = problem.layout.columns(block);
                let columns = s![columns.start as usize..columns.end as usize, ..];
                let mut weights = merged.weights.slice_mut(columns);
                let factor = member.share * candidate.scales.of(block);
                weights.column_mut(to).scaled_add(factor, &linear.weights.slice(columns).column(from));
            }
        }
    }
    weighting.scales = Scales::ONE;
    witnesses.sort_unstable();
    witnesses.dedup_by_key(|(column, _)| *column);
    Ok((weighting, merged, witnesses))
}

/// A model that training goes on from.
#[derive(Clone, Copy, Debug)]
pub struct Old<'a> {
    /// Its columns.
    pub featurizer: &'a Featurizer,
    /// Its factors.
    pub weighting: &'a Weighting,
    /// Its weights.
    pub linear: &'a Linear,
    /// What its outputs stand for.
    pub labels: &'a [Label],
}

/// The weights of an older model in the columns and outputs of a new one.
pub(super) fn rebase(featurizer: &Featurizer, labels: &[Label], old: Old<'_>, targets: &Targets) -> Base {
    let n_outputs = targets.n_outputs();
    let mut linear = Linear::zeros(featurizer.layout.n_features(), n_outputs);
    linear.intercepts = (0..n_outputs).map(|output| targets.log_odds(output)).collect();
    let mut factors = vec![None; featurizer.layout.n_features()];
    let old_outputs = outputs(old.labels);
    for block in Block::ALL {
        let (to, from) = (featurizer.layout.columns(block), old.featurizer.layout.columns(block));
        for (to, from) in to.zip(from) {
            factors[to as usize] = Some(old.weighting.factors[from as usize]);
        }
    }
    for (label, outputs) in labels.iter().zip(outputs(labels)) {
        let Some(at) = old.labels.iter().position(|known| known == label) else { continue };
        for (to, from) in outputs.zip(old_outputs[at].clone()) {
            linear.intercepts[to] = old.linear.intercepts[from];
            for block in Block::ALL {
                for (row, old_row) in featurizer.layout.columns(block).zip(old.featurizer.layout.columns(block)) {
                    linear.weights[[row as usize, to]] = old.linear.weights[[old_row as usize, from]];
                }
            }
        }
    }
    Base { linear, factors }
}

/// How many of the strongest features on each side of each output keep their names.
const NAMED: usize = 1000;

/// The strongest n-gram columns of each output, each with a row that it occurs in.
fn witnesses(linear: &Linear, weighting: &Weighting, layout: &Layout, rows: &SparseRows) -> Vec<Witness> {
    let first = layout.columns(Block::Words).start as usize;
    let n_features = layout.n_features();
    let mut wanted = vec![false; n_features];
    for output in 0..linear.n_outputs() {
        let strength = |column: &usize| linear.weights[[*column, output]] * weighting.factors[*column];
        let mut columns: Vec<usize> = (first..n_features).collect();
        for _ in 0..2 {
            let count = NAMED.min(columns.len());
            if count > 0 && count < columns.len() {
                columns.select_nth_unstable_by(count - 1, |a, b| strength(b).total_cmp(&strength(a)));
            }
            columns[..count].iter().for_each(|column| wanted[*column] = true);
            columns.reverse();
            if count > 0 && count < columns.len() {
                columns.select_nth_unstable_by(count - 1, |a, b| strength(a).total_cmp(&strength(b)));
            }
            columns[..count].iter().for_each(|column| wanted[*column] = true);
        }
    }
    let mut found = Vec::new();
    for (row, features) in rows.chunks().iter().flat_map(Chunk::rows).enumerate() {
        for column in features.columns {
            if std::mem::take(&mut wanted[*column as usize]) {
                found.push((*column, row as u32));
            }
        }
    }
    found
}
