//! Thresholds and figures for a share of yes that is not that of the training data; see [`crate::model::base_rate`].

use crate::dataset::annotations::Truth;
use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::dataset::label::Kind;
use crate::learn::folds::Folds;
use crate::learn::policy::{Policy, PolicyError, Threshold};
use crate::metrics::flag::{WeightedRows, weighted_flag_figures};
use crate::model::base_rate::shift;
use crate::train::evaluated::Evaluated;
use crate::train::learnt::Learnt;
use crate::train::options::TrainOptions;

/// Corrects calibrations, thresholds and figures of the labels for which `options` name a base rate. Returns it for each
/// label.
pub(crate) fn correct(
    data: &Dataset,
    options: &TrainOptions,
    learnt: &mut [Learnt],
    folds: Option<&Folds>,
) -> Result<Vec<Option<f32>>, TrainError> {
    let rates = learnt.iter_mut().map(|learnt| {
        let own = options.base_rates.iter().rev().find(|(name, _)| *name == learnt.label.name);
        let Some((_, rate)) = own else { return Ok(None) };
        let trained = learnt.base_rates.first().copied().unwrap_or(0.5);
        let shift = shift(trained, *rate);
        learnt.rule.calibration.offsets.iter_mut().for_each(|offset| *offset += shift);
        if let (Some(evaluated), Some(folds)) = (&mut learnt.evaluated, folds)
            && evaluated.confined.is_empty()
        {
            let policy = options.policies.iter().rev().find(|(name, _)| *name == learnt.label.name);
            let policy = policy.map_or(Policy::default(), |(_, policy)| *policy);
            let rates = Rates { trained, assumed: *rate };
            learnt.rule.threshold = Some(revise(evaluated, data, options, folds, policy, rates)?);
        }
        Ok(Some(*rate))
    });
    rates.collect()
}

#[derive(Clone, Copy)]
struct Rates {
    trained: f32,
    assumed: f32,
}

/// Corrects out-of-fold probabilities, and what follows from them; returns the threshold.
fn revise(
    evaluated: &mut Evaluated,
    data: &Dataset,
    options: &TrainOptions,
    folds: &Folds,
    policy: Policy,
    rates: Rates,
) -> Result<Threshold, TrainError> {
    let Truth::Shares(shares) = &evaluated.annotated.truth else {
        return Err(TrainError::NoFlagAtRate { flag: evaluated.label.name.clone(), there: data.flags() });
    };
    let shift = shift(rates.trained, rates.assumed);
    evaluated.p.mapv_inplace(|p| {
        let p = p.clamp(1e-7, 1.0 - 1e-7);
        1.0 / (1.0 + (1.0 / p - 1.0) * (-shift).exp())
    });
    // Each side counts as often as it occurs there.
    let (up, down) = (rates.assumed / rates.trained, (1.0 - rates.assumed) / (1.0 - rates.trained));
    let weight: Vec<f32> = shares.iter().map(|share| share * up + (1.0 - share) * down).collect();
    let y: Vec<f32> = shares.iter().zip(&weight).map(|(share, weight)| share * up / weight).collect();
    let p = evaluated.p.column(0).to_vec();
    let rows = &evaluated.annotated.rows;
    let choose = |places: &[usize]| -> Result<Threshold, TrainError> {
        let of = |values: &[f32]| places.iter().map(|at| values[*at]).collect::<Vec<f32>>();
        Threshold::choose_weighted(policy, &of(&p), &of(&y), &of(&weight), data.per_day)
            .map_err(|source: PolicyError| TrainError::Policy { label: evaluated.label.name.clone(), source })
    };
    for fold in 0..folds.n {
        let is_held = |at: &usize| usize::from(folds.of[rows[*at]]) == fold;
        let (held, others): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(is_held);
        let threshold = choose(&others)?.value;
        held.into_iter().for_each(|at| evaluated.decided[at] = usize::from(p[at] >= threshold));
    }
    let threshold = choose(&(0..rows.len()).collect::<Vec<_>>())?;
    let raised: Vec<bool> = evaluated.decided.iter().map(|decided| *decided == 1).collect();
    let groups: Option<Vec<u32>> = data.groups.as_ref().map(|groups| rows.iter().map(|row| groups[*row]).collect());
    evaluated.figures = weighted_flag_figures(
        WeightedRows { p: &p, y: &y, raised: &raised, weight: &weight },
        Some(threshold.value),
        groups.as_deref(),
        options.replicates,
        options.seed,
    )?;
    Ok(threshold.measured(&evaluated.figures))
}

/// Whether base rates are asked for what can have one.
pub(crate) fn check(data: &Dataset, options: &TrainOptions) -> Result<(), TrainError> {
    let flag = |name: &String| data.labels.iter().any(|label| label.name == *name && label.kind == Kind::Flag);
    match options.base_rates.iter().find(|(name, _)| !flag(name)) {
        Some((name, _)) => Err(TrainError::NoFlagAtRate { flag: name.clone(), there: data.flags() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::fixture;

    #[test]
    fn a_base_rate_needs_a_flag() {
        let options = TrainOptions { base_rates: vec![("spam".to_owned(), 0.1)], ..fixture::options(0, 1.0) };
        let error = check(&fixture::data("rude", "idiot"), &options).unwrap_err();
        assert_eq!(error.to_string(), "spam: there is no such flag; the flags are rude");
    }
}
