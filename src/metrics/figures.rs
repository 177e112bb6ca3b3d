//! All figures of one label with their intervals, in the form in which they are written.

use serde::{Deserialize, Serialize};

use crate::metrics::confusion::Confusion;
use crate::metrics::error::MetricsError;
use crate::metrics::estimate::Estimate;
use crate::metrics::ranking::Ranking;

/// The figures of one label; `None`, written `null`, where undefined. The intervals are 95 % bootstrap intervals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Rows that have the label.
    pub n: usize,
    /// Flag: share of positive rows. Stance: share of the most frequent class, what always saying the same would score.
    pub base_rate: Option<Estimate>,
    /// Share of rows whose verdict is right.
    pub accuracy: Option<Estimate>,
    /// Mean F1 of the classes that occur in truth or verdicts; for a flag, of its two sides.
    pub macro_f1: Option<Estimate>,
    /// One for each class, in the model's order; for a flag `0` and `1`.
    pub per_class: Vec<ClassFigures>,
    /// ROC AUC; for a stance the mean over its classes, each against the rest.
    pub auc: Option<Estimate>,
    /// Average precision; for a stance the mean over its classes, each against the rest.
    pub average_precision: Option<Estimate>,
    /// Brier score: 0 to 1 for a flag, 0 to 2 (summed over the classes) for a stance.
    pub brier: Option<Estimate>,
    /// Expected calibration error: of the flag's probability, or of the likeliest class's. Noise adds to it, and to its interval:
    /// in small samples neither comes near 0, however good the calibration.
    pub ece: Option<Estimate>,
    /// Log loss in nats. Not part of the output contract, so not written.
    #[serde(skip)]
    pub log_loss: Option<Estimate>,
    /// Rows of each true class (outer) by verdict (inner), in the order of `per_class`.
    pub confusion: Confusion,
    /// Flag: where it is raised, if that is the same for all rows. Stance: none.
    pub threshold: Option<f32>,
}

/// The figures of a flag.
pub(crate) type FlagFigures = Figures;

/// The figures of a stance label.
pub(crate) type StanceFigures = Figures;

/// The figures of one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassFigures {
    /// The class as the labels write it.
    pub class: String,
    /// Share of the rows given this class that is right.
    pub precision: Option<Estimate>,
    /// Share of the rows of this class that was given it.
    pub recall: Option<Estimate>,
    /// Harmonic mean of the two.
    pub f1: Option<Estimate>,
    /// Rows of this class; a fraction where targets are soft.
    pub support: f64,
    /// The macro-F1 of all classes if this one were half as frequent. Not in models of format 3.
    #[serde(default)]
    pub macro_f1_at_half_share: Option<f64>,
}

/// How often a row was drawn, as its weight.
pub(crate) fn times_of(times: &[u32]) -> impl Fn(usize) -> f64 + Copy + '_ {
    |row| times.get(row).map_or(0.0, |&times| f64::from(times))
}

pub(crate) fn same_length(what: &'static str, expected: usize, got: usize) -> Result<(), MetricsError> {
    if expected == got { Ok(()) } else { Err(MetricsError::Length { what, expected, got }) }
}

/// The figures of one replicate, in the order in which [`collect`] takes them; `probability` is Brier, ECE, log loss.
pub(crate) fn list(
    base_rate: Option<f64>,
    confusion: &Confusion,
    ranking: Ranking,
    probability: [Option<f64>; 3],
) -> Vec<Option<f64>> {
    let mut figures =
        vec![base_rate, confusion.accuracy(), confusion.macro_f1(), ranking.auc, ranking.average_precision];
    figures.extend(probability);
    for class in 0..confusion.classes() {
        let scores = confusion.class(class);
        figures.extend([scores.precision, scores.recall, scores.f1]);
    }
    figures
}

/// Names the estimates of the figures that [`list`] lists.
pub(crate) fn collect(n: usize, classes: &[&str], confusion: Confusion, estimates: Vec<Option<Estimate>>) -> Figures {
    let mut estimates = estimates.into_iter();
    let mut next = || estimates.next().flatten();
    Figures {
        n,
        base_rate: next(),
        accuracy: next(),
        macro_f1: next(),
        auc: next(),
        average_precision: next(),
        brier: next(),
        ece: next(),
        log_loss: next(),
        per_class: classes
            .iter()
            .enumerate()
            .map(|(class, name)| ClassFigures {
                class: (*name).to_owned(),
                precision: next(),
                recall: next(),
                f1: next(),
                support: confusion.support(class),
                macro_f1_at_half_share: confusion.with_share(class, 0.5).macro_f1(),
            })
            .collect(),
        confusion,
        threshold: None,
    }
}
