//! What scores are worth: confusion, F1, ranking, calibration, agreement, and how sure each figure is.
//!
//! Everything here is a pure function of slices: no files, no printing, nothing of the rest of the crate.
//! [`flag_figures`] and [`stance_figures`] give the whole table of one label; the other files hold one concept each.
//!
//! Three rules hold throughout.
//! - **Undefined is `None`**, never NaN: the AUC of rows that are all positive, the precision of a flag that was never
//!   raised, any figure of a score that is not a number.
//! - **A weight is a count.** Weighted functions take `weight(row)`; a row of weight 3 is worth three equal rows and one of
//!   weight 0 is not there. That is what lets the [`bootstrap`] re-weigh rows instead of copying and sorting them.
//! - **A soft target** y between 0 and 1 is y of a positive row and 1 - y of a negative one.

use serde::{Deserialize, Serialize};

mod abstention;
pub mod agreement;
pub mod bias;
pub mod binomial;
pub mod bootstrap;
pub mod calibration;
pub mod confusion;
pub mod curves;
mod figures;
#[cfg(test)]
mod fixture;
mod flag;
pub mod ranking;
mod stance;
pub mod threshold;

pub use abstention::{Abstention, abstention};
pub use confusion::Confusion;
pub use figures::{ClassFigures, Figures, FlagFigures, StanceFigures};
pub use flag::{WeightedRows, flag_figures, weighted_flag_figures};
pub use ranking::Sorted;
pub use stance::stance_figures;
pub use threshold::wilson;

/// Why figures could not be computed: the caller's columns do not fit together.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MetricsError {
    /// Two columns of the same rows differ in length.
    #[error("{what} has {got} entries where {expected} are needed: give one for each row")]
    Length {
        /// The column at fault.
        what: &'static str,
        /// The rows there are.
        expected: usize,
        /// The entries it has.
        got: usize,
    },
    /// The scores have not one column for each class.
    #[error("the scores have {got} columns for {expected} classes: give one column for each class")]
    Columns {
        /// The classes there are.
        expected: usize,
        /// The columns there are.
        got: usize,
    },
    /// A target that is not a share.
    #[error("row {row}: the target is {value}, not a share between 0 and 1; leave missing rows out")]
    Target {
        /// Index of the row, from 0.
        row: usize,
        /// What stands there.
        value: f32,
    },
    /// A class index that names no class.
    #[error("row {row}: class {class} does not exist; there are {classes} classes, counted from 0")]
    Class {
        /// Index of the row, from 0.
        row: usize,
        /// What stands there.
        class: usize,
        /// How many classes there are.
        classes: usize,
    },
}

/// A figure and its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure on the rows as they are.
    pub value: f64,
    /// Lower end of the interval, where there is one.
    pub low: Option<f64>,
    /// Upper end of the interval, where there is one.
    pub high: Option<f64>,
}

impl Estimate {
    /// A figure without an interval.
    #[must_use]
    pub fn point(value: f64) -> Self {
        Self { value, low: None, high: None }
    }

    /// A figure between two ends.
    ///
    /// The interval is widened to hold the figure: the percentile interval of a biased statistic may miss it (noise adds to
    /// the calibration error, and resampling adds noise), and a figure outside its own interval helps no reader.
    #[must_use]
    pub fn between(value: f64, low: f64, high: f64) -> Self {
        Self { value, low: Some(low.min(value)), high: Some(high.max(value)) }
    }
}

/// The weight of every row where all count once.
#[must_use]
pub fn unweighted(_row: usize) -> f64 {
    1.0
}

/// `part / whole`, where that is a number.
fn ratio(part: f64, whole: f64) -> Option<f64> {
    let share = part / whole;
    (whole > 0.0 && share.is_finite()).then_some(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_is_undefined() {
        assert_eq!(ratio(0.0, 0.0), None);
        assert_eq!(ratio(f64::NAN, 1.0), None);
        assert_eq!(ratio(1.0, f64::NAN), None);
        assert_eq!(ratio(1.0, 4.0), Some(0.25));
    }

    #[test]
    fn an_interval_holds_its_figure() {
        let estimate = Estimate::between(0.1, 0.2, 0.3);
        assert_eq!(estimate, Estimate { value: 0.1, low: Some(0.1), high: Some(0.3) });
    }
}
