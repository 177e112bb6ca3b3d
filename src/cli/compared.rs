//! A new model beside the one in use, by what was decided on the random slice.

use super::decided::Decided;
use crate::metrics::{Confusion, Estimate, Sorted, bootstrap};
use crate::model::{Evaluated, Truth};
use crate::review::Score;
use crate::review::screen::{Compared, Measure};

/// How often rows are drawn anew for an interval.
const REPLICATES: usize = 1000;
const SEED: u64 = 1;

/// The figures of a label: of the scores that reviewers saw, and of a model that had not seen the decision.
pub(super) fn compare(evaluated: &Evaluated, decided: &Decided) -> Compared {
    let name = &evaluated.label.name;
    let of_slice = evaluated.annotated.rows.iter().enumerate();
    let of_slice = of_slice.filter_map(|(at, row)| Some((at, decided.slice.get(*row)?.as_ref()?)));
    let rows: Vec<(usize, Option<&Score>)> = of_slice.map(|(at, shown)| (at, shown.get(name))).collect();
    match &evaluated.annotated.truth {
        Truth::Shares(shares) => flag(evaluated, shares, &rows),
        Truth::Classes(classes) => stance(evaluated, classes, &rows),
    }
}

/// `rows` are places among the annotated ones, and what was shown there.
fn flag(evaluated: &Evaluated, shares: &[f32], rows: &[(usize, Option<&Score>)]) -> Compared {
    let truth: Vec<f32> = rows.iter().map(|(at, _)| shares[*at]).collect();
    let auc = |scores: &[f32]| {
        let sorted = Sorted::new(scores, &truth)?;
        estimate(truth.len(), |times| sorted.measure(|row| f64::from(times[row])).auc)
    };
    // A model that did not know the label has no figure.
    let old: Option<Vec<f32>> = rows.iter().map(|(_, score)| score.map(Score::p)).collect();
    let new: Vec<f32> = rows.iter().map(|(at, _)| evaluated.p[[*at, 0]]).collect();
    let yes = truth.iter().filter(|share| **share >= 0.5).count();
    let answers = [("yes", yes), ("no", truth.len() - yes)];
    Compared {
        label: evaluated.label.name.clone(),
        measure: Measure::Auc,
        old: old.and_then(|old| auc(&old)),
        new: auc(&new),
        n: truth.len(),
        rarest: rarest(answers),
    }
}

/// The same of a stance.
fn stance(evaluated: &Evaluated, classes: &[usize], rows: &[(usize, Option<&Score>)]) -> Compared {
    let names = evaluated.label.classes();
    let truth: Vec<usize> = rows.iter().map(|(at, _)| classes[*at]).collect();
    // A class that the new model does not know is no class here: whoever said it was wrong.
    let none = names.len();
    let macro_f1 = |said: &[usize]| {
        estimate(truth.len(), |times| {
            let confusion = Confusion::of(none + 1, &truth, said, |row| f64::from(times[row])).ok()?;
            let f1: Vec<f64> = (0..none).filter_map(|class| confusion.class(class).f1).collect();
            (!f1.is_empty()).then(|| f1.iter().sum::<f64>() / f1.len() as f64)
        })
    };
    let old: Option<Vec<usize>> = rows
        .iter()
        .map(|(_, score)| match score {
            Some(Score::Stance { class, .. }) => Some(names.iter().position(|name| name == class).unwrap_or(none)),
            _ => None,
        })
        .collect();
    let new: Vec<usize> = rows.iter().map(|(at, _)| evaluated.decided[*at]).collect();
    let given = |class: usize| truth.iter().filter(|own| **own == class).count();
    Compared {
        label: evaluated.label.name.clone(),
        measure: Measure::MacroF1,
        old: old.and_then(|old| macro_f1(&old)),
        new: macro_f1(&new),
        n: truth.len(),
        rarest: rarest(names.iter().enumerate().map(|(class, name)| (name.as_str(), given(class)))),
    }
}

fn rarest<'a>(answers: impl IntoIterator<Item = (&'a str, usize)>) -> (String, usize) {
    let rarest = answers.into_iter().min_by_key(|(_, count)| *count);
    rarest.map_or_else(|| (String::new(), 0), |(answer, count)| (answer.to_owned(), count))
}

fn estimate(n: usize, stat: impl Fn(&[u32]) -> Option<f64> + Sync) -> Option<Estimate> {
    bootstrap::interval(n, None, REPLICATES, SEED, stat)
}
