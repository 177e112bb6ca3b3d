//! From the probabilities of classes to one class.

use std::fmt;
use std::str::FromStr;

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

/// What the class of a stance label is chosen for.
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

impl FromStr for Decide {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "macro-f1" => Ok(Self::MacroF1),
            "accuracy" => Ok(Self::Accuracy),
            "likeliest" => Ok(Self::Likeliest),
            _ => Err(format!("{name:?} is none of macro-f1, accuracy, likeliest")),
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
pub fn decide(probabilities: &[f32], weights: &[f32]) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (class, (p, w)) in probabilities.iter().zip(weights).enumerate() {
        if p * w > best.1 {
            best = (class, p * w);
        }
    }
    best.0
}

/// Weights of the classes, chosen on probabilities of unseen rows: shape `(n_samples, n_classes)`.
///
/// Each class in turn tries weights on a logarithmic grid while the others keep theirs, until nothing gets better.
#[must_use]
pub fn class_weights(probabilities: ArrayView2<'_, f32>, class: &[Option<usize>], rule: Decide) -> Vec<f32> {
    let k = probabilities.ncols();
    let mut weights = vec![1.0_f32; k];
    if rule == Decide::Likeliest {
        return weights;
    }
    let rows: Vec<(Vec<f32>, usize)> =
        probabilities.outer_iter().zip(class).filter_map(|(p, class)| class.map(|class| (p.to_vec(), class))).collect();
    let value = |weights: &[f32]| {
        let (mut hit, mut truth, mut said) = (vec![0_u32; k], vec![0_u32; k], vec![0_u32; k]);
        for (p, class) in &rows {
            let decided = decide(p, weights);
            said[decided] += 1;
            truth[*class] += 1;
            hit[*class] += u32::from(decided == *class);
        }
        match rule {
            Decide::MacroF1 => {
                (0..k).map(|c| f64::from(2 * hit[c]) / f64::from((truth[c] + said[c]).max(1))).sum::<f64>() / k as f64
            }
            Decide::Accuracy | Decide::Likeliest => f64::from(hit.iter().sum::<u32>()),
        }
    };
    let mut best = value(&weights);
    for _ in 0..4 {
        let before = best;
        for class in 0..k {
            let mut kept = weights[class];
            for step in -12..=12 {
                weights[class] = 10_f32.powf(step as f32 / 8.0);
                let found = value(&weights);
                if found > best + 1e-9 {
                    (best, kept) = (found, weights[class]);
                }
            }
            weights[class] = kept;
        }
        if best <= before {
            break;
        }
    }
    weights
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
        let weights = class_weights(p.view(), &class, Decide::MacroF1);
        assert_eq!(decide(&[0.7, 0.3], &weights), 1);
        assert_eq!(decide(&[0.9, 0.1], &weights), 0);
        assert_eq!(class_weights(p.view(), &class, Decide::Likeliest), [1.0, 1.0]);
    }
}
