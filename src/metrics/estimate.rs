//! A figure with its confidence interval.

use serde::{Deserialize, Serialize};

/// A figure and its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure on the rows themselves.
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
pub(crate) fn unweighted(_row: usize) -> f64 {
    1.0
}

/// `part / whole`, where that is a number.
pub(crate) fn ratio(part: f64, whole: f64) -> Option<f64> {
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
