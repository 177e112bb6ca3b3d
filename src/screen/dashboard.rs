//! The figures: what is done, how good the flags were, how far reviewers agree, how the scores drift.

use std::collections::BTreeMap;

use crate::metrics::estimate::Estimate;
use crate::queue::figures::{Figures, WeekFigures};
use crate::report::columns::cell_excerpt;
use crate::report::columns::columns;
use crate::screen::layout::Line;
use crate::screen::tone::Tone;

/// What is known of them by now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dashboard {
    pub(crate) figures: Option<Figures>,
    pub(crate) drift: BTreeMap<String, Vec<WeekFigures>>,
}

/// Bars for the mean score of a week.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The number of weeks drawn.
const WEEKS: usize = 26;
/// The bars span at least this much.
const LEAST: f64 = 0.1;
/// Names are cut to this many columns.
const NAME: usize = 20;

impl Dashboard {
    pub(crate) fn lines(&self) -> Vec<Line> {
        let Some(figures) = &self.figures else {
            return vec![vec![("counting …".to_owned(), Tone::Dim)]];
        };
        let mut lines = Vec::new();
        let Figures { open, done, escalated, purged, .. } = figures;
        lines.push(vec![
            (format!("{open} open"), Tone::Bold),
            (format!(" · {done} done · {escalated} escalated · {purged} erased"), Tone::Plain),
        ]);
        let decided = done + escalated;
        lines.push(vec![(bar(decided as f64 / (open + decided).max(1) as f64, 40), Tone::Good)]);
        reviewers(&mut lines, figures);
        flags(&mut lines, figures);
        agreement(&mut lines, figures);
        self.drifts(&mut lines);
        lines
    }

    fn drifts(&self, lines: &mut Vec<Line>) {
        head(lines, "mean score by week of writing");
        if self.drift.is_empty() {
            lines.push(vec![("counting …".to_owned(), Tone::Dim)]);
        }
        for (label, weeks) in &self.drift {
            let last: Vec<&WeekFigures> = weeks.iter().skip(weeks.len().saturating_sub(WEEKS)).collect();
            let means = || last.iter().map(|week| week.mean);
            let (low, high) = (means().fold(f64::INFINITY, f64::min), means().fold(0.0, f64::max));
            // A nearly constant value must look constant.
            let base = low.min((low + high - LEAST) / 2.0).max(0.0);
            let spark: String = means().map(|mean| spark((mean - base) / (high - base).max(LEAST))).collect();
            let since = last.first().map(|week| week.week.clone()).unwrap_or_default();
            let now = last.last().map_or(0.0, |week| week.mean);
            let range = format!(" {low:.2} to {high:.2}, now {now:.2}, since {since}");
            lines.push(vec![(name(label), Tone::Bold), (spark, Tone::Raised), (range, Tone::Dim)]);
        }
    }
}

fn head(lines: &mut Vec<Line>, text: &str) {
    lines.push(Line::new());
    lines.push(vec![(text.to_owned(), Tone::Dim)]);
}

fn reviewers(lines: &mut Vec<Line>, figures: &Figures) {
    let last = figures.days.iter().map(|day| day.day.as_str()).max().unwrap_or_default();
    let mut by: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for day in &figures.days {
        let counts = by.entry(day.reviewer.as_str()).or_default();
        counts.0 += day.decisions;
        counts.1 += if day.day == last { day.decisions } else { 0 };
    }
    head(lines, &format!("{:NAME$} decisions{}", "reviewer", on(last)));
    for (reviewer, (all, today)) in by {
        lines.push(vec![(name(reviewer), Tone::Bold), (format!("{all:>10} {today:>13}"), Tone::Plain)]);
    }
}

fn on(day: &str) -> String {
    if day.is_empty() { String::new() } else { format!(" on {day}") }
}

fn flags(lines: &mut Vec<Line>, figures: &Figures) {
    head(lines, &format!("{:NAME$} confirmed of raised          missed in the sample", "flag"));
    if figures.flags.is_empty() {
        lines.push(vec![("nothing is decided yet".to_owned(), Tone::Dim)]);
    }
    for (label, flag) in &figures.flags {
        let precision = share(flag.precision.as_ref(), flag.raised);
        let missed = share(flag.miss_rate.as_ref(), flag.slice);
        lines.push(vec![(name(label), Tone::Bold), (format!(" {precision:<29} {missed}"), Tone::Plain)]);
    }
}

/// `85 % of 40 (71 to 93)`.
fn share(estimate: Option<&Estimate>, of: u64) -> String {
    let Some(Estimate { value, low, high }) = estimate else { return "–".to_owned() };
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    let interval = match (low, high) {
        (Some(low), Some(high)) => format!(" ({} to {})", percent(*low), percent(*high)),
        _ => String::new(),
    };
    format!("{} % of {of}{interval}", percent(*value))
}

fn agreement(lines: &mut Vec<Line>, figures: &Figures) {
    if figures.agreement.is_empty() {
        return;
    }
    head(lines, &format!("{:NAME$} comments by two   kappa   alpha", "agreement"));
    let number = |number: Option<f64>| number.map_or("–".to_owned(), |number| format!("{number:.2}"));
    for (label, figures) in &figures.agreement {
        let (kappa, alpha) = (number(figures.kappa), number(figures.alpha));
        let numbers = format!("{:>16} {kappa:>7} {alpha:>7}", figures.comments);
        lines.push(vec![(name(label), Tone::Bold), (numbers, Tone::Plain)]);
    }
}

fn name(label: &str) -> String {
    let name = cell_excerpt(label, NAME - 1);
    let fill = NAME.saturating_sub(columns(&name));
    name + &" ".repeat(fill)
}

fn spark(part: f64) -> char {
    let place = (part.clamp(0.0, 1.0) * (BARS.len() - 1) as f64).round() as usize;
    BARS.get(place).copied().unwrap_or('█')
}

/// A bar of `width` columns, filled to a share.
pub(crate) fn bar(share: f64, width: usize) -> String {
    let filled = ((share.clamp(0.0, 1.0) * width as f64).round() as usize).min(width);
    "█".repeat(filled) + &"░".repeat(width - filled)
}
