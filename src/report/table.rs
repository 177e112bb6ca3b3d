//! Aligned tables for the terminal: scored comments, one a line, and small tables of figures.
//!
//! Cells that are too long for the width are cut; a row is a line whatever a comment holds.

use std::io::{self, Write};

use crate::dataset::label::Label;
use crate::model::verdict::{Outcome, Verdict, Why};
use crate::report::columns::{columns, cut, excerpt};
use crate::report::paint::{BOLD, DIM, PLAIN, Paint, Piece, RAISED, UNSURE, class_style, percent};
use crate::report::sanitize::line;

/// Columns between cells.
const GAP: usize = 2;

/// A column of a table.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    title: String,
    width: usize,
    right: bool,
}

impl Column {
    /// With text, aligned left.
    pub(crate) fn left(title: &str) -> Self {
        Self { title: line(title), width: columns(&line(title)), right: false }
    }

    /// With numbers, aligned right.
    pub(crate) fn right(title: &str) -> Self {
        Self { right: true, ..Self::left(title) }
    }

    fn at_least(self, width: usize) -> Self {
        Self { width: self.width.max(width), ..self }
    }

    fn at_most(self, width: usize) -> Self {
        Self { width: self.width.min(width), ..self }
    }
}

/// Where cells stand.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    columns: Vec<Column>,
    indent: usize,
    width: usize,
}

impl Layout {
    /// Columns as wide as their widest cells; the last takes what is left of `width`.
    pub(crate) fn fit(mut columns: Vec<Column>, rows: &[Vec<Piece>], indent: usize, width: usize) -> Self {
        for row in rows {
            for (column, (cell, _)) in columns.iter_mut().zip(row) {
                column.width = column.width.max(crate::report::columns::columns(cell));
            }
        }
        Self { columns, indent, width }
    }

    pub(crate) fn header(&self, out: &mut String, paint: Paint) {
        let titles: Vec<Piece> = self.columns.iter().map(|column| (column.title.clone(), DIM)).collect();
        self.line(out, paint, &titles);
    }

    /// One row; nothing goes beyond the width.
    pub(crate) fn line(&self, out: &mut String, paint: Paint, cells: &[Piece]) {
        let mut at = self.indent;
        let mut spaces = self.indent;
        for (column, (cell, style)) in self.columns.iter().zip(cells) {
            let cell = cut(cell, column.width.min(self.width.saturating_sub(at)));
            let own = columns(&cell);
            let pad = column.width.saturating_sub(own);
            let (before, after) = if column.right { (pad, 0) } else { (0, pad) };
            if own > 0 && at + before + own <= self.width {
                out.push_str(&" ".repeat(spaces + before));
                paint.push(out, *style, &cell);
                spaces = after + GAP;
            } else {
                spaces += column.width + GAP;
            }
            at += column.width + GAP;
        }
        out.push('\n');
    }

    /// Header and rows.
    pub(crate) fn table(&self, out: &mut String, paint: Paint, rows: &[Vec<Piece>]) {
        self.header(out, paint);
        for row in rows {
            self.line(out, paint, row);
        }
    }
}

/// A scored comment as a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TableRow<'a> {
    pub id: &'a str,
    /// Who wrote it.
    pub author: Option<&'a str>,
    /// What it says.
    pub text: &'a str,
    /// Its verdict.
    pub verdict: &'a Verdict,
}

/// Scored comments, one a line: id, author, stances, flags and the beginning of the text.
#[derive(Clone, Debug)]
pub(crate) struct TableForm<'a> {
    labels: &'a [Label],
    paint: Paint,
    layout: Layout,
    authors: bool,
    /// Each flag has its own column, instead of one for all.
    apart: bool,
}

impl<'a> TableForm<'a> {
    /// A table of at most `width` columns, at least 40. How wide its columns are is read off `sample`, the first rows.
    #[must_use]
    pub(crate) fn new(labels: &'a [Label], width: usize, color: bool, sample: &[TableRow<'_>]) -> Self {
        let width = width.max(40);
        let flags = || labels.iter().filter(|label| label.classes().is_empty());
        let of_flags: usize = flags().map(|label| columns(&line(&label.name)).max(6) + GAP).sum();
        let authors = width >= 60 && sample.iter().any(|row| row.author.is_some());
        let mut form = Self {
            labels,
            paint: Paint { color },
            layout: Layout { columns: Vec::new(), indent: 0, width },
            authors,
            apart: of_flags <= width / 3,
        };
        let widest = |cell: &dyn Fn(&TableRow<'_>) -> String| sample.iter().map(|row| columns(&cell(row))).max();
        let mut all = vec![Column::left("id").at_least(widest(&|row| line(row.id)).unwrap_or(0)).at_most(width / 4)];
        if authors {
            let longest = widest(&|row| line(row.author.unwrap_or_default())).unwrap_or(0);
            all.push(Column::left("author").at_least(longest).at_most(width / 5));
        }
        for label in labels.iter().filter(|label| !label.classes().is_empty()) {
            let longest = label.classes().iter().map(|class| columns(&line(class))).max().unwrap_or(0);
            all.push(Column::left(&label.name).at_least(longest + ">99 %".len() + 1).at_most(width / 3));
        }
        if form.apart {
            all.extend(flags().map(|label| Column::right(&label.name).at_least("▲ 99 %".chars().count())));
        } else {
            let longest = widest(&|row| form.flags(row.verdict).0).unwrap_or(0);
            all.push(Column::left("flags").at_least(longest).at_most(width / 3));
        }
        let used: usize = all.iter().map(|column| column.width + GAP).sum();
        all.push(Column::left("text").at_least(width.saturating_sub(used)));
        form.layout.columns = all;
        form
    }

    /// Writes the titles of the columns.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn header(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::new();
        self.layout.header(&mut text, self.paint);
        out.write_all(text.as_bytes())
    }

    /// Writes a row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn row(&self, out: &mut dyn Write, row: &TableRow<'_>) -> io::Result<()> {
        let mut cells: Vec<Piece> = vec![(line(row.id), BOLD)];
        if self.authors {
            cells.push((line(row.author.unwrap_or_default()), PLAIN));
        }
        let outcomes = || self.labels.iter().zip(&row.verdict.outcomes);
        for (label, outcome) in outcomes() {
            if let Outcome::Stance { class, p } = outcome {
                let class = class.and_then(|class| {
                    let given = label.classes().get(class).zip(p.get(class));
                    given.map(|(name, p)| (name, *p, class)).ok_or(Why::NoText)
                });
                cells.push(match class {
                    Ok((name, p, class)) => (format!("{} {}", line(name), percent(p)), class_style(name, class)),
                    Err(Why::Unsure) => ("unsure".to_owned(), UNSURE),
                    Err(Why::NoText) => ("no text".to_owned(), DIM),
                    Err(Why::NoTarget) => ("no target".to_owned(), DIM),
                });
            }
        }
        if self.apart {
            for (_, outcome) in outcomes() {
                if let Outcome::Flag { raised, unsure, p, .. } = outcome {
                    let p = p.map(percent).unwrap_or_default();
                    cells.push(match (raised, unsure) {
                        (_, true) => (format!("? {p}"), UNSURE),
                        (true, false) => (format!("▲ {p}"), RAISED),
                        (false, false) => (p, DIM),
                    });
                }
            }
        } else {
            cells.push(self.flags(row.verdict));
        }
        cells.push((excerpt(row.text, self.layout.width), PLAIN));
        let mut text = String::new();
        self.layout.line(&mut text, self.paint, &cells);
        out.write_all(text.as_bytes())
    }

    /// All flags that are raised or in doubt, in one cell.
    fn flags(&self, verdict: &Verdict) -> Piece {
        let decided = self.labels.iter().zip(&verdict.outcomes).filter_map(|(label, outcome)| match outcome {
            Outcome::Flag { unsure: true, p: Some(p), .. } => Some(format!("? {} {}", line(&label.name), percent(*p))),
            Outcome::Flag { raised: true, p: Some(p), .. } => Some(format!("▲ {} {}", line(&label.name), percent(*p))),
            _ => None,
        });
        let decided: Vec<String> = decided.collect();
        (decided.join(", "), if verdict.flagged() { RAISED } else { UNSURE })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn verdict(labels: &[Label], p: f32) -> Verdict {
        let outcome = |label: &Label| match label.classes().len() {
            0 => Outcome::Flag { raised: p > 0.6, unsure: (0.4..0.6).contains(&p), p: Some(p), threshold: 0.6 },
            n => Outcome::Stance { class: Ok(usize::from(p > 0.5)), p: vec![p; n] },
        };
        Verdict { outcomes: labels.iter().map(outcome).collect(), ..Verdict::default() }
    }

    fn written(labels: &[Label], width: usize, rows: &[TableRow<'_>]) -> String {
        let form = TableForm::new(labels, width, false, rows);
        let mut out = Vec::new();
        form.header(&mut out).unwrap();
        for row in rows {
            form.row(&mut out, row).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    fn labels(flags: &[&str]) -> Vec<Label> {
        let classes = ["against", "favor", "none"].map(str::to_owned).to_vec();
        let flags = flags.iter().map(|flag| Label::flag(*flag));
        std::iter::once(Label::stance("stance", classes)).chain(flags).collect()
    }

    const TEXT: &str = "Ninety-one years.\nIt got through a bomb on the dock.";

    #[test]
    fn few_flags_have_columns_and_many_share_one() {
        let few = labels(&["speculative", "off_topic"]);
        let verdicts = [0.83, 0.5, 0.02].map(|p| verdict(&few, p));
        let rows = [
            TableRow { id: "c1", author: Some("tidewatcher"), text: TEXT, verdict: &verdicts[0] },
            TableRow { id: "c2", author: None, text: "No.\x1b[2J", verdict: &verdicts[1] },
            TableRow {
                id: "c3",
                author: Some("Gadfly_Brin"),
                text: "漢字漢字漢字漢字漢字漢字漢字",
                verdict: &verdicts[2],
            },
        ];
        insta::assert_snapshot!(written(&few, 80, &rows), @r"
        id  author       stance         speculative  off_topic  text
        c1  tidewatcher  favor 83 %          ▲ 83 %     ▲ 83 %  Ninety-one years. It go…
        c2               against 50 %        ? 50 %     ? 50 %  No.␛[2J
        c3  Gadfly_Brin  against 2 %            2 %        2 %  漢字漢字漢字漢字漢字漢…
        ");
        let many = labels(&["toxicity", "severe_toxicity", "insult", "threat"]);
        let verdict = verdict(&many, 0.83);
        let rows = [TableRow { verdict: &verdict, ..rows[0] }];
        insta::assert_snapshot!(written(&many, 80, &rows), @r"
        id  author       stance         flags                       text
        c1  tidewatcher  favor 83 %     ▲ toxicity 83 %, ▲ severe…  Ninety-one years. I…
        ");
    }

    #[test]
    fn nothing_is_cut_where_nobody_could_make_the_window_wider() {
        let many = labels(&["toxicity", "severe_toxicity_of_a_long_name", "insult", "threat"]);
        let (verdict, id, text) = (verdict(&many, 0.83), "c".repeat(90), "word ".repeat(1000) + "end");
        let rows =
            [TableRow { id: &id, author: Some("somebody_of_a_long_name_indeed"), text: &text, verdict: &verdict }];
        let written = written(&many, crate::report::width::Width::UNCUT, &rows);
        for part in [&id, "somebody_of_a_long_name_indeed", "severe_toxicity_of_a_long_name", &text] {
            assert!(written.contains(part), "{part}");
        }
        assert!(!written.contains('…') && written.lines().count() == 2);
    }

    proptest! {
        #[test]
        fn a_row_is_a_line_that_fits(
            rows in prop::collection::vec((any::<String>(), any::<Option<String>>(), any::<String>(), any::<f32>()), 0..9),
            name: String,
            flags in 0..5_usize,
            width in 0..120_usize,
        ) {
            let names = vec![&name[..]; flags];
            let labels = labels(&names);
            let verdicts: Vec<Verdict> = rows.iter().map(|row| verdict(&labels, row.3)).collect();
            let rows: Vec<TableRow<'_>> = rows.iter().zip(&verdicts)
                .map(|((id, author, text, _), verdict)| TableRow { id, author: author.as_deref(), text, verdict }).collect();
            let written = written(&labels, width, &rows);
            prop_assert_eq!(written.lines().count(), rows.len() + 1);
            for line in written.lines() {
                prop_assert!(line.width() <= width.max(40), "{line:?}");
                prop_assert!(!line.contains(char::is_control));
            }
        }
    }
}
