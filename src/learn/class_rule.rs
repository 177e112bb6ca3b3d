//! From the probabilities of classes to one class.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use crate::metrics::confusion::Confusion;

/// The metric that the choice of a stance's class maximises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decide {
    /// The best mean of the classes' F1.
    #[default]
    MacroF1,
    /// The most rows right.
    Accuracy,
    /// The most probable class.
    Likeliest,
}

/// The name of no class rule.
#[derive(Debug, thiserror::Error)]
#[error("unknown rule {0:?}: use macro-f1, accuracy or likeliest")]
pub struct DecideError(String);

impl FromStr for Decide {
    type Err = DecideError;

    fn from_str(name: &str) -> Result<Self, DecideError> {
        match name {
            "macro-f1" => Ok(Self::MacroF1),
            "accuracy" => Ok(Self::Accuracy),
            "likeliest" => Ok(Self::Likeliest),
            _ => Err(DecideError(name.to_owned())),
        }
    }
}

impl fmt::Display for Decide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MacroF1 => "macro-f1",
            Self::Accuracy => "accuracy",
            Self::Likeliest => "likeliest",
        })
    }
}

/// The class with the largest `p(class) * w(class)`; the first of equals.
#[must_use]
pub(crate) fn decide(probabilities: &[f32], weights: &[f32]) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (class, (p, w)) in probabilities.iter().zip(weights).enumerate() {
        if p * w > best.1 {
            best = (class, p * w);
        }
    }
    best.0
}

/// How far fitted weights are drawn towards 1, where their logarithms are multiplied by these.
const SHRINKAGE: [f32; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
/// Weights are tried on a grid with this many steps to each side, eight to a factor of ten.
const STEPS: i32 = 12;

/// A row whose class is known: its probabilities, and the class.
#[derive(Clone, Copy)]
struct Known<'p> {
    p: &'p [f32],
    class: usize,
    fold: u16,
}

/// Weights of the classes, chosen on probabilities of unseen rows: shape `(n_samples, n_classes)`. `class` and `fold` have one
/// entry for each row.
///
/// They are fitted to the rows' own shares of the classes and then drawn towards 1, as far as is best for the other folds
/// when the share of any class is halved or doubled there: what raises a rare class to the best macro-F1 of these rows gives it
/// far too often where it is rarer. With one fold only they stay as fitted.
#[must_use]
pub(crate) fn class_weights(
    probabilities: ArrayView2<'_, f32>,
    class: &[Option<usize>],
    fold: &[u16],
    rule: Decide,
) -> Vec<f32> {
    let k = probabilities.ncols();
    if rule == Decide::Likeliest {
        return vec![1.0; k];
    }
    let p = probabilities.as_standard_layout();
    let rows = p
        .rows()
        .into_iter()
        .zip(class)
        .zip(fold)
        .filter_map(|((p, class), fold)| Some(Known { p: p.to_slice()?, class: (*class)?, fold: *fold }));
    let rows: Vec<Known<'_>> = rows.collect();
    let fitted = fit(&rows, k, rule);
    let folds: BTreeSet<u16> = rows.iter().map(|row| row.fold).collect();
    if folds.len() < 2 {
        return fitted;
    }
    let mut worth = [0.0; SHRINKAGE.len()];
    for fold in folds {
        let (held, others): (Vec<_>, Vec<_>) = rows.iter().copied().partition(|row| row.fold == fold);
        let weights = fit(&others, k, rule);
        for (worth, power) in worth.iter_mut().zip(SHRINKAGE) {
            *worth += worst(&confusion(&held, &shrunk(&weights, power)), rule);
        }
    }
    // The weakest of equals.
    let best = (0..worth.len()).fold(0, |best, at| if worth[at] > worth[best] + 1e-9 { at } else { best });
    shrunk(&fitted, SHRINKAGE[best])
}

fn shrunk(weights: &[f32], power: f32) -> Vec<f32> {
    weights.iter().map(|weight| weight.powf(power)).collect()
}

fn confusion(rows: &[Known<'_>], weights: &[f32]) -> Confusion {
    let mut confusion = Confusion::new(weights.len());
    rows.iter().for_each(|row| confusion.add(row.class, decide(row.p, weights), 1.0));
    confusion
}

/// What verdicts are worth with the rows' own shares of the classes, or with the share of any class halved or doubled:
/// whichever is worst.
fn worst(confusion: &Confusion, rule: Decide) -> f64 {
    let shifted =
        (0..confusion.classes()).flat_map(|class| [0.5, 2.0].map(|factor| confusion.with_share(class, factor)));
    let worth = |confusion: &Confusion| match rule {
        Decide::MacroF1 => confusion.macro_f1(),
        Decide::Accuracy | Decide::Likeliest => confusion.accuracy(),
    };
    shifted.chain([confusion.clone()]).filter_map(|confusion| worth(&confusion)).fold(f64::INFINITY, f64::min).min(1.0)
}

/// The best weights for these rows: each class in turn tries weights on a logarithmic grid while the others keep theirs,
/// until nothing gets better.
fn fit(rows: &[Known<'_>], k: usize, rule: Decide) -> Vec<f32> {
    let mut weights = vec![1.0_f32; k];
    let value = |hit: &[u32], truth: &[u32], said: &[u32]| match rule {
        Decide::MacroF1 => {
            (0..k).map(|c| f64::from(2 * hit[c]) / f64::from((truth[c] + said[c]).max(1))).sum::<f64>() / k as f64
        }
        Decide::Accuracy | Decide::Likeliest => f64::from(hit.iter().sum::<u32>()),
    };
    let mut truth = vec![0_u32; k];
    rows.iter().for_each(|row| truth[row.class] += 1);
    let mut best = f64::NEG_INFINITY;
    for _ in 0..4 {
        let before = best;
        for class in 0..k {
            // The strongest of the other classes stays while this one tries its weights.
            let rivals: Vec<usize> = rows.iter().map(|row| rival(row.p, &weights, class)).collect();
            let kept = weights[class];
            let mut found = kept;
            for weight in std::iter::once(kept).chain((-STEPS..=STEPS).map(|step| 10_f32.powf(step as f32 / 8.0))) {
                let (mut hit, mut said) = (vec![0_u32; k], vec![0_u32; k]);
                for (row, rival) in rows.iter().zip(&rivals) {
                    let (own, other) = (row.p[class] * weight, row.p[*rival] * weights[*rival]);
                    // The first of equals.
                    let wins = if class < *rival { own >= other } else { own > other };
                    let decided = if wins { class } else { *rival };
                    said[decided] += 1;
                    hit[row.class] += u32::from(decided == row.class);
                }
                let value = value(&hit, &truth, &said);
                if value > best + 1e-9 {
                    (best, found) = (value, weight);
                }
            }
            weights[class] = found;
        }
        if best <= before {
            break;
        }
    }
    weights
}

/// The class other than `class` with the largest `p(class) * w(class)`.
fn rival(p: &[f32], weights: &[f32], class: usize) -> usize {
    let mut best = (usize::from(class == 0), f32::NEG_INFINITY);
    for (other, (p, w)) in p.iter().zip(weights).enumerate().filter(|(other, _)| *other != class) {
        if p * w > best.1 {
            best = (other, p * w);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    #[test]
    fn a_rare_class_gets_a_weight_that_lets_it_be_said() {
        // Class 1 is a tenth of the rows; where it is right it has 0.3, else 0.1.
        let class: Vec<Option<usize>> = (0..1000).map(|row| Some(usize::from(row % 10 == 0))).collect();
        let p = Array2::from_shape_fn((1000, 2), |(row, c)| {
            let rare = if row % 10 == 0 { 0.3 } else { 0.1 };
            if c == 1 { rare } else { 1.0 - rare }
        });
        let fold: Vec<u16> = (0..1000).map(|row| row / 10 % 5).collect();
        let weights = class_weights(p.view(), &class, &fold, Decide::MacroF1);
        assert_eq!(decide(&[0.7, 0.3], &weights), 1);
        assert_eq!(decide(&[0.9, 0.1], &weights), 0);
        assert_eq!(class_weights(p.view(), &class, &fold, Decide::Likeliest), [1.0, 1.0]);
    }

    /// Two classes; of the rare one, a tenth, two thirds look like the frequent one, whose p is drawn without end.
    fn overlapping(rows: usize) -> (Array2<f32>, Vec<Option<usize>>, Vec<u16>) {
        let class: Vec<Option<usize>> = (0..rows).map(|row| Some(usize::from(row % 10 == 0))).collect();
        let rare = |row: usize| {
            let noise = (row * 7919 % 1000) as f32 / 1000.0;
            if row.is_multiple_of(10) { 0.05 + 0.35 * noise } else { 0.25 * noise * noise }
        };
        let p = Array2::from_shape_fn((rows, 2), |(row, c)| if c == 1 { rare(row) } else { 1.0 - rare(row) });
        (p, class, (0..rows).map(|row| (row / 10 % 5) as u16).collect())
    }

    #[test]
    fn weights_are_no_further_from_one_than_those_that_fit_best_and_hold_where_the_class_is_rarer() {
        let (p, class, fold) = overlapping(3000);
        let robust = class_weights(p.view(), &class, &fold, Decide::MacroF1);
        let fitted = class_weights(p.view(), &class, &vec![0; 3000], Decide::MacroF1);
        let ratio = |weights: &[f32]| weights[1] / weights[0];
        assert!(ratio(&robust) > 1.0 && ratio(&robust) <= ratio(&fitted), "{robust:?} {fitted:?}");
        let rows: Vec<Known<'_>> = (p.rows().into_iter().zip(&class))
            .map(|(p, class)| Known { p: p.to_slice().unwrap(), class: class.unwrap(), fold: 0 })
            .collect();
        let rarer = |weights: &[f32]| confusion(&rows, weights).with_share(1, 0.5).macro_f1().unwrap();
        assert!(rarer(&robust) >= rarer(&fitted), "{} {}", rarer(&robust), rarer(&fitted));
    }
}
