//! A figure and its confidence interval, as text.

use crate::metrics::estimate::Estimate;

/// A figure and its interval, as cells.
pub(crate) fn cells(figure: Option<Estimate>, cell: &dyn Fn(f64) -> String) -> (String, String) {
    let Some(figure) = figure else { return ("–".to_owned(), String::new()) };
    let interval = figure.low.zip(figure.high).map(|(low, high)| format!("{} to {}", cell(low), cell(high)));
    (cell(figure.value), interval.unwrap_or_default())
}
