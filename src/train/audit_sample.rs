//! A new model beside the one in use, by what was decided on the audit sample.

use crate::dataset::annotations::Truth;
use crate::dataset::decided::{DecidedRow, Shown};
use crate::metrics::bootstrap;
use crate::metrics::confusion::Confusion;
use crate::metrics::estimate::Estimate;
use crate::metrics::ranking::Sorted;
use crate::train::evaluated::Evaluated;

/// How often rows are drawn anew for an interval.
const REPLICATES: usize = 1000;
const SEED: u64 = 1;

/// What two models are worth on one label, by the decisions on the audit sample.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Compared {
    pub label: String,
    /// What is measured.
    pub measure: Measure,
    /// The old model's figure with its 95 % interval, where there is one.
    pub old: Option<Estimate>,
    /// The new model's figure, likewise.
    pub new: Option<Estimate>,
    /// Of so many comments.
    pub n: usize,
    /// The answer that was given least often, and how often.
    pub rarest: (String, usize),
}

/// What a model's worth on a label is measured by; between 0 and 1, more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Of a flag: how often a comment with it is scored above one without.
    Auc,
    /// Of a stance: the mean of the classes' F1.
    MacroF1,
}

impl Measure {
    /// What tables call it.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Auc => "AUC",
            Self::MacroF1 => "macro-F1",
        }
    }
}

/// With fewer answers of a kind nobody can say which model is better.
pub(crate) const FEW: usize = 10;

impl Compared {
    /// Whether there are too few answers to tell the models apart.
    #[must_use]
    pub(crate) fn is_too_few(&self) -> bool {
        self.rarest.1 < FEW
    }
}

/// The figures of a label: of the scores that reviewers saw, and of a model that had not seen the decision.
pub(crate) fn compare(evaluated: &Evaluated, rows: &[DecidedRow]) -> Compared {
    let label = &evaluated.label;
    let sample = evaluated.annotated.rows.iter().enumerate();
    let sample = sample.filter_map(|(at, row)| Some((at, rows.get(*row)?.shown.as_ref()?.get(&label.name))));
    let (places, shown): (Vec<usize>, Vec<Option<&Shown>>) = sample.unzip();
    match &evaluated.annotated.truth {
        Truth::Shares(shares) => {
            let truth: Vec<f32> = places.iter().map(|at| shares[*at]).collect();
            let new: Vec<f32> = places.iter().map(|at| evaluated.p[[*at, 0]]).collect();
            flag(&label.name, &truth, &shown, &new)
        }
        Truth::Classes(classes) => {
            let truth: Vec<usize> = places.iter().map(|at| classes[*at]).collect();
            let new: Vec<usize> = places.iter().map(|at| evaluated.decided[*at]).collect();
            stance((&label.name, label.classes()), &truth, &shown, &new)
        }
    }
}

/// Of each comment: the share that said yes, what the model in use said, what the new one says.
fn flag(label: &str, truth: &[f32], shown: &[Option<&Shown>], new: &[f32]) -> Compared {
    let auc = |scores: &[f32]| {
        let sorted = Sorted::new(scores, truth)?;
        estimate(truth.len(), |times| sorted.measure(|row| f64::from(times[row])).auc)
    };
    // A model that did not know the label has no figure.
    let old: Option<Vec<f32>> = shown.iter().map(|shown| shown.map(Shown::p)).collect();
    let yes = truth.iter().filter(|share| **share >= 0.5).count();
    Compared {
        label: label.to_owned(),
        measure: Measure::Auc,
        old: old.and_then(|old| auc(&old)),
        new: auc(new),
        n: truth.len(),
        rarest: rarest([("yes", yes), ("no", truth.len() - yes)]),
    }
}

/// The same of a stance, by class numbers.
fn stance((label, classes): (&str, &[String]), truth: &[usize], shown: &[Option<&Shown>], new: &[usize]) -> Compared {
    // A class that the new model does not know is no class here: whoever said it was wrong.
    let none = classes.len();
    let macro_f1 = |said: &[usize]| {
        estimate(truth.len(), |times| {
            let confusion = Confusion::of(none + 1, truth, said, |row| f64::from(times[row])).ok()?;
            let f1: Vec<f64> = (0..none).filter_map(|class| confusion.class(class).f1).collect();
            (!f1.is_empty()).then(|| f1.iter().sum::<f64>() / f1.len() as f64)
        })
    };
    let number = |score: Option<&Shown>| match score {
        Some(Shown::Stance { class, .. }) => {
            Some(classes.iter().position(|name| Some(name) == class.as_ref()).unwrap_or(none))
        }
        _ => None,
    };
    let old: Option<Vec<usize>> = shown.iter().copied().map(number).collect();
    let given = |class: usize| truth.iter().filter(|own| **own == class).count();
    Compared {
        label: label.to_owned(),
        measure: Measure::MacroF1,
        old: old.and_then(|old| macro_f1(&old)),
        new: macro_f1(new),
        n: truth.len(),
        rarest: rarest(classes.iter().enumerate().map(|(class, name)| (name.as_str(), given(class)))),
    }
}

fn rarest<'a>(answers: impl IntoIterator<Item = (&'a str, usize)>) -> (String, usize) {
    let rarest = answers.into_iter().min_by_key(|(_, count)| *count);
    rarest.map_or_else(|| (String::new(), 0), |(answer, count)| (answer.to_owned(), count))
}

fn estimate(n: usize, stat: impl Fn(&[u32]) -> Option<f64> + Sync) -> Option<Estimate> {
    bootstrap::interval(n, None, REPLICATES, SEED, stat)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_measured_by_its_auc() {
        let truth: Vec<f32> = (0..40).map(|row| f32::from(u8::from(row % 2 == 0))).collect();
        let scores: Vec<Shown> = (0..40).map(|row| Shown::Flag { p: if row % 4 == 0 { 0.9 } else { 0.1 } }).collect();
        let new: Vec<f32> = truth.iter().map(|share| 0.2 + share / 2.0).collect();
        let shown: Vec<Option<&Shown>> = scores.iter().map(Some).collect();
        let compared = flag("toxicity", &truth, &shown, &new);
        let old = compared.old.unwrap();
        // Half of the yes are above every no, the others beside them.
        assert!((old.value - 0.75).abs() < 1e-9 && old.low.unwrap() < 0.75 && old.high.unwrap() > 0.75, "{old:?}");
        assert_eq!((compared.new.unwrap().value, compared.n), (1.0, 40));
        assert_eq!((compared.rarest.clone(), compared.is_too_few()), (("yes".to_owned(), 20), false));
        let unknown = flag("reject", &truth, &[None; 40], &new);
        assert_eq!((unknown.old, unknown.new.unwrap().value), (None, 1.0));
        let one_sided = flag("toxicity", &[1.0; 12], &[None; 12], &[0.5; 12]);
        assert_eq!((one_sided.new, one_sided.rarest.clone()), (None, ("no".to_owned(), 0)));
        assert!(one_sided.is_too_few());
    }

    #[test]
    fn a_stance_is_measured_by_its_macro_f1() {
        let classes = ["against", "favor"].map(str::to_owned);
        let of = |class: &str| Shown::Stance { class: Some(class.to_owned()), p: 0.9 };
        let truth: Vec<usize> = (0..24).map(|row| usize::from(row < 4)).collect();
        // The old model knew a class that the new one does not.
        let scores: Vec<Shown> = (0..24).map(|row| of(if row < 4 { "neither" } else { "against" })).collect();
        let shown: Vec<Option<&Shown>> = scores.iter().map(Some).collect();
        let compared = stance(("stance", &classes), &truth, &shown, &truth);
        assert_eq!((compared.measure.name(), compared.n), ("macro-F1", 24));
        assert_eq!((compared.old.unwrap().value, compared.new.unwrap().value), (0.5, 1.0));
        assert_eq!((compared.rarest.clone(), compared.is_too_few()), (("favor".to_owned(), 4), true));
    }
}
