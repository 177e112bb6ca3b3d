//! What labels are worth, as a researcher reads it on a terminal.

use std::io::{self, Write};

use anstyle::Style;

use crate::report::bias;
use crate::report::columns::{columns, ending, excerpt, wrap};
use crate::report::figure_rows;
use crate::report::figure_text::{
    BY_SOURCE, MATRIX, agreement, at_half_share, by_column, by_source, teaching, threshold_text, without_a_person,
};
use crate::report::interval::cells;
use crate::report::label_report::{LabelReport, Report};
use crate::report::paint::{BOLD, DIM, PLAIN, Paint, Piece, UNSURE, class_style, flow};
use crate::report::sanitize::line;
use crate::report::table::{Column, Layout};
use crate::report::width::Width;
use crate::train::bias::LabelAudit;

/// How figures are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FiguresForm {
    /// Columns of the terminal; fewer than 40 count as 40.
    pub width: Width,
    /// Whether colours are used.
    pub color: bool,
}

const INDENT: usize = 2;
/// At most this many features are named for a class.
const FEATURES: usize = 12;
/// At most this many likely annotation errors are listed.
const SUSPECTS: usize = 10;

impl FiguresForm {
    /// Writes the figures of all labels.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn write(&self, out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
        let writer = Writing { width: self.width.at_least(40), paint: Paint { color: self.color } };
        let mut page = String::new();
        writer.warnings(&mut page, &report.warnings, 0);
        out.write_all(page.as_bytes())?;
        for (place, label) in report.labels.iter().enumerate() {
            let mut page = String::new();
            page.push_str(if place > 0 || !report.warnings.is_empty() { "\n" } else { "" });
            writer.label(&mut page, label);
            out.write_all(page.as_bytes())?;
        }
        let mut page = String::new();
        if let Some(audit) = &report.bias {
            audit.labels.iter().for_each(|label| writer.bias(&mut page, label));
        }
        if !report.method.is_empty() {
            page.push('\n');
            writer.text(&mut page, 0, DIM, &report.method);
        }
        out.write_all(page.as_bytes())
    }
}

struct Writing {
    width: Width,
    paint: Paint,
}

impl Writing {
    fn label(&self, page: &mut String, label: &LabelReport<'_>) {
        self.head(page, label);
        if !label.warnings.is_empty() {
            page.push('\n');
            self.warnings(page, &label.warnings, INDENT);
        }
        if let Some(text) = agreement(label) {
            page.push('\n');
            self.text(page, INDENT, PLAIN, &text);
        }
        page.push('\n');
        self.overall(page, label);
        page.push('\n');
        self.per_class(page, label);
        if label.figures.confusion.classes() <= MATRIX {
            page.push('\n');
            self.confusion(page, label);
        }
        if let Some(text) = at_half_share(label) {
            page.push('\n');
            self.text(page, INDENT, PLAIN, &text);
        }
        if !label.by_source.is_empty() {
            page.push('\n');
            self.by_source(page, label);
        }
        if let Some(text) = teaching(label) {
            self.text(page, INDENT, PLAIN, &text);
        }
        if let Some(threshold) = &label.threshold {
            page.push('\n');
            self.text(page, INDENT, if threshold.met { PLAIN } else { UNSURE }, &threshold_text(threshold));
        }
        let without_a_person = without_a_person(label);
        if label.threshold.is_none() && !without_a_person.is_empty() {
            page.push('\n');
        }
        without_a_person.iter().for_each(|text| self.text(page, INDENT, PLAIN, text));
        if !label.settings.is_empty() {
            let settings: Vec<String> =
                label.settings.iter().map(|(name, value)| format!("{} {}", line(name), line(value))).collect();
            page.push('\n');
            self.text(page, INDENT, PLAIN, &format!("Chosen: {}.", settings.join("; ")));
        }
        self.strongest(page, label);
        self.suspects(page, label);
    }

    fn head(&self, page: &mut String, label: &LabelReport<'_>) {
        let kind =
            if label.is_flag() { "flag".to_owned() } else { format!("stance of {}", label.label.classes().len()) };
        let mut pieces: Vec<Piece> =
            vec![(line(&label.label.name), BOLD), (kind, DIM), (format!("{} comments", label.figures.n), PLAIN)];
        if let Some(rate) = label.figures.base_rate {
            let of = if label.is_flag() { "are" } else { "are of the most frequent class" };
            pieces.push((format!("{:.1} % {of}", rate.value * 100.0), PLAIN));
        }
        for pieces in flow(pieces, 2, self.width) {
            pieces.iter().for_each(|(text, style)| self.paint.push(page, *style, text));
            page.push('\n');
        }
    }

    fn overall(&self, page: &mut String, label: &LabelReport<'_>) {
        let cell = |value: f64| format!("{value:.3}");
        let rows = figure_rows::overall(label).map(|row| {
            let mut pieces = vec![(row.name.to_owned(), PLAIN)];
            for (at, figure) in row.values.iter().enumerate() {
                let (value, interval) = cells(*figure, &cell);
                pieces.push((value, BOLD));
                if at == 0 {
                    pieces.push((interval, PLAIN));
                }
            }
            // The extra column takes the hints' room.
            pieces.push((if row.values.len() == 1 { row.hint.to_owned() } else { String::new() }, DIM));
            pieces
        });
        let again = label.regrouped.map(|(by, _)| by_column(by));
        let mut columns = vec![Column::left(""), Column::right("value"), Column::left("95 % interval")];
        columns.extend(again.iter().map(|title| Column::right(title)));
        columns.push(Column::left(""));
        Layout::fit(columns, &rows, INDENT, self.width.rows).table(page, self.paint, &rows);
    }

    fn per_class(&self, page: &mut String, label: &LabelReport<'_>) {
        let cell = |value: f64| format!("{value:.2}");
        let both = |figure| {
            let (value, interval) = cells(figure, &cell);
            [(value, BOLD), (interval, DIM)]
        };
        let rows: Vec<Vec<Piece>> = figure_rows::per_class(label)
            .into_iter()
            .enumerate()
            .map(|(number, row)| {
                let mut pieces = vec![(line(row.name), Self::class_style(label, row.name, number))];
                pieces.extend(row.figures.into_iter().flat_map(both));
                pieces.push((row.comments, PLAIN));
                pieces
            })
            .collect();
        let mut columns = vec![Column::left("class")];
        for name in ["precision", "recall", "F1"] {
            columns.extend([Column::right(name), Column::left("")]);
        }
        columns.push(Column::right("comments"));
        Layout::fit(columns, &rows, INDENT, self.width.rows).table(page, self.paint, &rows);
    }

    fn confusion(&self, page: &mut String, label: &LabelReport<'_>) {
        let title = |name: &&str| {
            if label.is_flag() { (*name).to_owned() } else { format!("→ {}", excerpt(name, self.width.part(12))) }
        };
        let titles: Vec<String> = figure_rows::verdicts(label).iter().map(title).collect();
        let rows: Vec<Vec<Piece>> = figure_rows::confusion(label)
            .into_iter()
            .enumerate()
            .map(|(truth, (name, cells))| {
                let style = |class: usize| if class == truth { BOLD } else { PLAIN };
                let cells = cells.into_iter().enumerate().map(|(class, cell)| (cell, style(class)));
                std::iter::once((line(name), Self::class_style(label, name, truth))).chain(cells).collect()
            })
            .collect();
        let columns: Vec<Column> =
            std::iter::once(Column::left("annotated")).chain(titles.iter().map(|title| Column::right(title))).collect();
        Layout::fit(columns, &rows, INDENT, self.width.rows).table(page, self.paint, &rows);
    }

    fn by_source(&self, page: &mut String, label: &LabelReport<'_>) {
        let rows: Vec<Vec<Piece>> =
            (by_source(label).into_iter()).map(|row| row.into_iter().map(|cell| (cell, PLAIN)).collect()).collect();
        let columns = BY_SOURCE.iter().enumerate();
        let columns = columns.map(|(at, name)| if at == 0 { Column::left(name) } else { Column::right(name) });
        Layout::fit(columns.collect(), &rows, INDENT, self.width.rows).table(page, self.paint, &rows);
    }

    fn class_style(label: &LabelReport<'_>, name: &str, number: usize) -> Style {
        if label.is_flag() { PLAIN } else { class_style(name, number) }
    }

    fn strongest(&self, page: &mut String, label: &LabelReport<'_>) {
        let widest = label.strongest.iter().map(|(class, _)| columns(&line(class))).max().unwrap_or(0);
        let widest = widest.min(self.width.part(20));
        for (number, (class, features)) in label.strongest.iter().enumerate() {
            if number == 0 {
                page.push('\n');
                self.text(page, INDENT, DIM, "Strongest features (by weight times spread), with their weights");
            }
            let features = features.iter().take(FEATURES);
            let features =
                features.map(|(name, weight)| (format!("{} {weight:+.2}", excerpt(name, self.width.part(30))), PLAIN));
            let class = excerpt(class, self.width.part(20));
            let indent = INDENT + widest + 2;
            for (place, pieces) in flow(features.collect(), 2, self.width.behind(indent)).into_iter().enumerate() {
                page.push_str(&" ".repeat(INDENT));
                let head = if place == 0 { &class[..] } else { "" };
                self.paint.push(page, Self::class_style(label, head, number), head);
                page.push_str(&" ".repeat(indent - INDENT - columns(head)));
                pieces.iter().for_each(|(text, style)| self.paint.push(page, *style, text));
                page.push('\n');
            }
        }
    }

    fn suspects(&self, page: &mut String, label: &LabelReport<'_>) {
        if label.suspects.is_empty() {
            return;
        }
        let more = label.suspects.len().saturating_sub(SUSPECTS);
        let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        page.push('\n');
        self.text(page, INDENT, DIM, &format!("Annotations likely to be wrong{more}"));
        let rows: Vec<Vec<Piece>> = (label.suspects.iter().take(SUSPECTS))
            .map(|suspect| {
                vec![
                    (ending(&format!("{} {}", suspect.place, suspect.id), self.width.rows / 3), PLAIN),
                    (excerpt(&suspect.annotated, self.width.part(14)), PLAIN),
                    (crate::report::paint::percent(suspect.p), BOLD),
                    (excerpt(&suspect.predicted, self.width.part(14)), PLAIN),
                    (excerpt(&suspect.text, self.width.rows), DIM),
                ]
            })
            .collect();
        let columns = ["where", "annotated", "p", "predicted", "text"]
            .map(|title| if title == "p" { Column::right(title) } else { Column::left(title) });
        Layout::fit(columns.to_vec(), &rows, INDENT, self.width.rows).table(page, self.paint, &rows);
    }

    /// How a flag treats identities and names.
    fn bias(&self, page: &mut String, label: &LabelAudit) {
        page.push('\n');
        self.text(page, 0, BOLD, &format!("{}: identities and names", label.label));
        self.text(page, INDENT, PLAIN, &bias::summary(label));
        let right = |title: &&str| if *title == bias::TITLES[0] { Column::left(title) } else { Column::right(title) };
        let rows: Vec<Vec<Piece>> =
            bias::worst(label).map(|term| bias::cells(term).map(|cell| (cell, PLAIN)).to_vec()).collect();
        let columns = bias::TITLES.iter().map(right).collect();
        Layout::fit(columns, &rows, INDENT, self.width.rows).table(page, self.paint, &rows);
    }

    fn warnings(&self, page: &mut String, warnings: &[String], indent: usize) {
        for warning in warnings {
            self.text(page, indent, UNSURE, &format!("! {}", line(warning)));
        }
    }

    /// Writes a paragraph, wrapped to the width of prose.
    fn text(&self, page: &mut String, indent: usize, style: Style, text: &str) {
        let text = line(text);
        for range in wrap(&text, self.width.prose - indent) {
            page.push_str(&" ".repeat(indent));
            self.paint.push(page, style, text.get(range).unwrap_or_default());
            page.push('\n');
        }
    }
}
