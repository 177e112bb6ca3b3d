//! Curves of a label as inline SVG: ROC, precision-recall, reliability and thresholds.
//!
//! Drawn at twice their size, as plotters places points on whole pixels. Lines of the axes have colours of their own that the
//! page's style replaces, so that a chart is legible on light and dark ground.

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use crate::metrics::calibration::Bin;
use crate::metrics::estimate::unweighted;
use crate::report::label_report::{Against, LabelReport};

/// Pixels of a chart, before the page halves them.
const SIZE: (u32, u32) = (840, 640);
/// For the counts below the reliability curve.
const COUNTS: (u32, u32) = (840, 240);
/// This many points make a smooth curve.
const POINTS: usize = 200;
const TEXT: i32 = 30;
const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);
const AXIS: RGBColor = RGBColor(0x88, 0x88, 0x88);

/// Okabe and Ito's colours, which all readers can distinguish.
pub(crate) const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
pub(crate) const GREEN: RGBColor = RGBColor(0x00, 0x9e, 0x73);
pub(crate) const RED: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
pub(crate) const GREY: RGBColor = RGBColor(0x80, 0x80, 0x80);
const OTHERS: [RGBColor; 4] =
    [RGBColor(0x56, 0xb4, 0xe9), RGBColor(0xcc, 0x79, 0xa7), RGBColor(0xe6, 0x9f, 0x00), BLUE];

/// Something that could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("a chart of {label:?} cannot be drawn: {reason}")]
pub(crate) struct ChartError {
    label: String,
    /// What plotters says.
    reason: String,
}

/// A chart, the meaning of its colours, and a caption.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    pub(crate) title: &'static str,
    pub(crate) caption: String,
    pub(crate) svgs: Vec<String>,
    pub(crate) legend: Vec<(String, RGBColor)>,
}

/// The colour of a class.
pub(crate) fn class_color(name: &str, number: usize) -> RGBColor {
    match name.to_lowercase().as_str() {
        "favor" | "favour" | "for" | "support" => GREEN,
        "against" | "oppose" => RED,
        "none" | "neutral" => GREY,
        _ => OTHERS[number % OTHERS.len()],
    }
}

/// A colour as styles write it.
pub(crate) fn hex(RGBColor(r, g, b): RGBColor) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}

struct Line {
    color: RGBColor,
    width: u32,
    points: Vec<(f64, f64)>,
}

/// What is drawn between axes from 0 to `x` and to `y`.
struct Plot {
    x_name: &'static str,
    y_name: &'static str,
    x: f64,
    lines: Vec<Line>,
    /// Where, how large, and in which colour.
    dots: Vec<((f64, f64), i32, RGBColor)>,
}

type PlotResult<T> = Result<T, Box<dyn std::error::Error>>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Plane<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// A plane with axes from 0 to `x` and `y`.
fn plane<'a, 'b>(
    area: &'a Area<'b>,
    names: [&str; 2],
    x: f64,
    y: f64,
    y_label: &dyn Fn(&f64) -> String,
    y_labels: usize,
) -> PlotResult<Plane<'a, 'b>> {
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .margin_right(30)
        .x_label_area_size(if names[0].is_empty() { 44 } else { 86 })
        .y_label_area_size(116)
        .build_cartesian_2d(0.0..x, 0.0..y)?;
    let decimals = if x < 0.5 { 2 } else { 1 };
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(AXIS)
        .x_labels(6)
        .y_labels(y_labels)
        .x_label_formatter(&|value| format!("{value:.decimals$}"))
        .y_label_formatter(y_label)
        .label_style(("sans-serif", TEXT))
        .axis_desc_style(("sans-serif", TEXT))
        .x_desc(names[0])
        .y_desc(names[1])
        .draw()?;
    Ok(chart)
}

impl Plot {
    fn svg(&self) -> PlotResult<String> {
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
            let tenth = |value: &f64| format!("{value:.1}");
            let mut chart = plane(&area, [self.x_name, self.y_name], self.x, 1.0, &tenth, 6)?;
            for line in &self.lines {
                let style = line.color.stroke_width(line.width);
                chart.draw_series(LineSeries::new(line.points.iter().copied(), style))?;
            }
            for &(point, size, color) in &self.dots {
                chart.draw_series([Circle::new(point, size, color.filled())])?;
            }
            area.present()?;
        }
        Ok(svg)
    }
}

/// Rows in each bin of probability, one series next to the other.
fn counts(series: &[(RGBColor, Vec<Bin>)]) -> PlotResult<String> {
    let most = series.iter().flat_map(|(_, bins)| bins).map(|bin| bin.n).fold(1.0, f64::max);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, COUNTS).into_drawing_area();
        let whole = |value: &f64| format!("{value:.0}");
        let mut chart = plane(&area, ["", "comments"], 1.0, most * 1.05, &whole, 3)?;
        for (place, (color, bins)) in series.iter().enumerate() {
            let bars = bins.iter().map(|bin| {
                let part = (bin.high - bin.low) / series.len() as f64;
                let left = bin.low + part * place as f64;
                let corners = [(left + part * 0.1, 0.0), (left + part * 0.9, bin.n)];
                Rectangle::new(corners, color.filled())
            });
            chart.draw_series(bars)?;
        }
        area.present()?;
    }
    Ok(svg)
}

/// All curves of a label; none without scores.
///
/// # Errors
/// When plotters cannot draw one.
pub(crate) fn charts(label: &LabelReport<'_>) -> Result<Vec<Chart>, ChartError> {
    let against = label.against();
    let colored: Vec<(&Against, RGBColor)> = (against.iter().enumerate())
        .map(|(class, one)| (one, if label.is_flag() { BLUE } else { class_color(&one.name, class) }))
        .collect();
    if colored.is_empty() {
        return Ok(Vec::new());
    }
    let thresholds = if label.is_flag() { flag_thresholds(label, &colored) } else { class_thresholds(&colored) };
    let drawn = [roc(&colored), precision_recall(&colored), reliability(&colored), thresholds];
    drawn
        .into_iter()
        .collect::<PlotResult<_>>()
        .map_err(|error| ChartError { label: label.label.name.clone(), reason: error.to_string() })
}

fn legend(colored: &[(&Against, RGBColor)]) -> Vec<(String, RGBColor)> {
    if colored.len() < 2 {
        return Vec::new();
    }
    colored.iter().map(|(one, color)| (one.name.clone(), *color)).collect()
}

fn roc(colored: &[(&Against, RGBColor)]) -> PlotResult<Chart> {
    let mut lines = vec![Line { color: AXIS, width: 2, points: vec![(0.0, 0.0), (1.0, 1.0)] }];
    lines.extend(colored.iter().map(|(one, color)| {
        let curve = one.sorted.roc_curve(unweighted, POINTS);
        let points = curve.iter().map(|point| (point.false_positive_rate, point.true_positive_rate)).collect();
        Line { color: *color, width: 4, points }
    }));
    let plot = Plot { x_name: "false alarms", y_name: "found", x: 1.0, lines, dots: Vec::new() };
    Ok(Chart {
        title: "ROC",
        caption:
            "Share of the comments with the label that are found, against share of the others that are false alarms, \
               from the highest score down. The diagonal is chance."
                .to_owned(),
        svgs: vec![plot.svg()?],
        legend: legend(colored),
    })
}

fn precision_recall(colored: &[(&Against, RGBColor)]) -> PlotResult<Chart> {
    let mut lines = Vec::new();
    for (one, color) in colored {
        let base = one.y.iter().map(|y| f64::from(*y)).sum::<f64>() / one.y.len().max(1) as f64;
        lines.push(Line { color: *color, width: 1, points: vec![(0.0, base), (1.0, base)] });
        let curve = one.sorted.precision_recall_curve(unweighted, POINTS);
        let points = curve.iter().map(|point| (point.recall, point.precision)).collect();
        lines.push(Line { color: *color, width: 4, points });
    }
    let plot = Plot { x_name: "recall", y_name: "precision", x: 1.0, lines, dots: Vec::new() };
    Ok(Chart {
        title: "Precision and recall",
        caption:
            "Share of the raised comments that are right, against share found of those that should be raised. The thin \
               line is the base rate, which is chance."
                .to_owned(),
        svgs: vec![plot.svg()?],
        legend: legend(colored),
    })
}

fn reliability(colored: &[(&Against, RGBColor)]) -> PlotResult<Chart> {
    let bins: Vec<(RGBColor, Vec<Bin>)> = colored.iter().map(|(one, color)| (*color, one.bins())).collect();
    let most = bins.iter().flat_map(|(_, bins)| bins).map(|bin| bin.n).fold(1.0, f64::max);
    let mut lines = vec![Line { color: AXIS, width: 2, points: vec![(0.0, 0.0), (1.0, 1.0)] }];
    let mut dots = Vec::new();
    for (color, bins) in &bins {
        let points: Vec<(f64, f64)> = bins.iter().map(|bin| (bin.mean_p, bin.observed)).collect();
        let size = |bin: &Bin| 5 + (13.0 * (bin.n / most).sqrt()) as i32;
        dots.extend(bins.iter().map(|bin| ((bin.mean_p, bin.observed), size(bin), *color)));
        lines.push(Line { color: *color, width: 2, points });
    }
    let plot = Plot { x_name: "probability", y_name: "observed share", x: 1.0, lines, dots };
    Ok(Chart {
        title: "Reliability",
        caption:
            "How often the label applies where the model gives this probability; on the diagonal, probabilities are \
               exact. Larger dots mean more comments; their number is shown below."
                .to_owned(),
        svgs: vec![plot.svg()?, counts(&bins)?],
        legend: legend(colored),
    })
}

/// The end of an axis of probabilities: scores of rare flags keep to its left.
fn reach(colored: &[(&Against, RGBColor)]) -> f64 {
    let highest = colored.iter().flat_map(|(one, _)| &one.p).copied().filter(|p| p.is_finite()).fold(0.0, f32::max);
    ((f64::from(highest) * 10.0).ceil() / 10.0).clamp(0.1, 1.0)
}

fn flag_thresholds(label: &LabelReport<'_>, colored: &[(&Against, RGBColor)]) -> PlotResult<Chart> {
    let reach = reach(colored);
    let (mut precision, mut recall, mut flagged) = (Vec::new(), Vec::new(), Vec::new());
    let (mut low, mut high) = (Vec::new(), Vec::new());
    for point in colored.iter().flat_map(|(one, _)| one.thresholds(POINTS)) {
        let at = f64::from(point.threshold);
        precision.push((at, point.precision.value));
        low.extend(point.precision.low.map(|low| (at, low)));
        high.extend(point.precision.high.map(|high| (at, high)));
        recall.extend(point.recall.map(|recall| (at, recall.value)));
        flagged.push((at, point.flagged.value));
    }
    let line = |color, width, points| Line { color, width, points };
    let mut lines = vec![line(BLUE, 1, low), line(BLUE, 1, high)];
    lines.extend([line(GREY, 3, flagged), line(GREEN, 4, recall), line(BLUE, 4, precision)]);
    let mut caption = "What each threshold achieves; thin lines are the 95 % interval of the precision.".to_owned();
    if let Some(chosen) = label.figures.threshold.or(label.threshold.as_ref().map(|threshold| threshold.value)) {
        let at = f64::from(chosen).clamp(0.0, reach);
        lines.push(line(RED, 2, vec![(at, 0.0), (at, 1.0)]));
        caption = format!("{caption} The vertical line is the threshold, {chosen:.3}.");
    }
    let plot = Plot { x_name: "threshold", y_name: "share", x: reach, lines, dots: Vec::new() };
    let legend = [("precision", BLUE), ("recall", GREEN), ("raised", GREY)];
    Ok(Chart {
        title: "Thresholds",
        caption,
        svgs: vec![plot.svg()?],
        legend: legend.map(|(name, color)| (name.to_owned(), color)).to_vec(),
    })
}

fn class_thresholds(colored: &[(&Against, RGBColor)]) -> PlotResult<Chart> {
    let mut lines = Vec::new();
    for (one, color) in colored {
        let points = one.thresholds(POINTS);
        let at = |value: &dyn Fn(&crate::metrics::threshold::ThresholdPoint) -> Option<f64>| {
            points.iter().filter_map(|point| Some((f64::from(point.threshold), value(point)?))).collect()
        };
        lines.push(Line { color: *color, width: 2, points: at(&|point| point.recall.map(|recall| recall.value)) });
        lines.push(Line { color: *color, width: 4, points: at(&|point| Some(point.precision.value)) });
    }
    let plot = Plot { x_name: "probability of the class", y_name: "share", x: reach(colored), lines, dots: Vec::new() };
    Ok(Chart {
        title: "Thresholds",
        caption:
            "If only verdicts with at least this probability counted: the share that is right (thick) and the share of \
               the class found (thin)."
                .to_owned(),
        svgs: vec![plot.svg()?],
        legend: legend(colored),
    })
}
